/** The writing half of a deploy: the machine asks, a step answers; whatever fails, the way back is the same. */
import type { Cluster } from '../cluster/cluster.ts';
import { Cancelled, CheckFailed, RunError, reasonOf } from '../errors.ts';
import type { Lock } from '../lock/held.ts';
import type { Outcome } from '../report/index.ts';
import type { RunContext } from '../run/context.ts';
import type { Decided } from '../study/study.ts';
import { firstStep } from './begin.ts';
import { arrived, givenUp, titleOf, unsettled, withoutRelease } from './end.ts';
import { install } from './install.ts';
import type { Effect, End, Event } from './machine.ts';
import { begin, reduce } from './machine.ts';
import { type At, newRunning, type Running, releasesOf, stopAsking } from './running.ts';
import { steps } from './steps/index.ts';
import { retireLeft } from './steps/retire.ts';
import { removeConsumer, undo } from './undo.ts';

/** Milliseconds for what is left to remove at the end. */
const CLEAN_WITHIN = 5_000;

/** Never throws for what a release meets: how it ended, and where the traffic is, is the outcome. */
export async function runRelease(
  context: RunContext,
  cluster: Cluster,
  decided: Decided,
  lock: Lock,
): Promise<Outcome> {
  const running = newRunning(context, cluster, decided, lock);
  try {
    await install(running);
    return running.services.length === 0 ? await endWithoutRelease(running) : await follow(running);
  } catch (error) {
    // Before the first probe: nothing but the platform was touched.
    stopFor(running, error);
    await context.log.group('Undo', () => undo(running));
    return givenUp(running, 'failed');
  } finally {
    running.http.close();
  }
}

/** Does what the machine asks for until it asks for nothing more. */
async function follow(running: Running): Promise<Outcome> {
  const { settings, log, decided } = running;
  const releases = releasesOf(running);
  const course = {
    steps: settings.canaryWeight.length,
    from: firstStep(releases, settings.canaryWeight),
    full: (settings.canaryWeight.at(-1) ?? 100) === 100,
    settle: settling(running),
    preFlight: settings.preFlight > 0,
    bake: settings.bake > 0,
    // What a release in place leaves behind are its own copies: they go with its end.
    retire: settings.retire !== 'keep' && decided.app === undefined,
    onInconclusive: settings.onInconclusive,
    onCancel: settings.onCancel,
  };
  let state = begin(
    course,
    releases.some((release) => (release.state.share ?? 0) > 0),
  );
  while (state.effect !== undefined) {
    const { effect, step } = state;
    const at = { step, share: settings.canaryWeight[step] ?? 100 };
    const event = await log.group(titleOf(effect, at.share), () => perform(running, effect, at));
    state = reduce(state, event);
  }
  return end(running, state.end ?? 'failed');
}

/** Whether the new version takes the service's own name, and whether that is all that is left. */
function settling({ decided: { app }, services }: Running): boolean | 'only' {
  if (app === undefined) return false;
  return services.every(({ plan }) => plan.inPlace?.kind === 'settle') ? 'only' : true;
}

/** Never throws: what went wrong is the event. */
async function perform(running: Running, effect: Effect, at: At): Promise<Event> {
  try {
    const event = await steps[effect](running, at);
    if (event.type === 'verdict' && event.verdict !== 'promote')
      stopFor(running, new CheckFailed(running.trial?.last?.sentence ?? 'the verdict was not given'));
    return event;
  } catch (error) {
    stopFor(running, error);
    return { type: running.cause instanceof Cancelled ? 'cancelled' : 'failed' };
  }
}

/** Notes why the run stops; only the first cause is the reason. */
function stopFor(running: Running, error: unknown): void {
  if (running.cause !== undefined) return;
  const { notes, signal } = running;
  const cause = signal.aborted && !(error instanceof RunError) ? signal.reason : error;
  running.cause = cause;
  notes.say(`stopping: ${reasonOf(cause)}`);
  notes.failedStep = cause instanceof CheckFailed && cause.check !== undefined ? `check ${cause.check}` : running.doing;
}

async function endWithoutRelease(running: Running): Promise<Outcome> {
  await stopAsking(running);
  await removeConsumer(running, running.cluster);
  if (running.settings.retire !== 'keep') await running.log.group('Retire', () => retireLeft(running));
  return withoutRelease(running, running.decided.services);
}

async function end(running: Running, how: End): Promise<Outcome> {
  const { notes, trial, ports, cluster } = running;
  await removeConsumer(running, cluster.under(ports.clock.timeout(CLEAN_WITHIN), CLEAN_WITHIN));
  // Users' requests to the canary that failed where they are counted, else failing probes on the public path.
  notes.failingRequests =
    trial?.last?.failingRequests ?? releasesOf(running).reduce((sum, { observer }) => sum + observer.failures, 0);
  notes.evidence = trial?.last;
  if (how === 'unsettled') return unsettled(running);
  return how === 'rolled-back' || how === 'failed' ? givenUp(running, how) : arrived(running, how);
}
