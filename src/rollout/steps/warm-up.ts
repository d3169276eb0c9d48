/** Probes on the lanes that count for nothing: pods get warm, both signs are learnt. Then the trial is opened. */
import { CheckFailed } from '../../errors.ts';
import type { Observer } from '../../evidence/probes/observer.ts';
import { boundsFrom } from '../../verdict/index.ts';
import type { Event } from '../machine.ts';
import { type Running, releasesOf } from '../running.ts';
import { openTrial } from '../trial/design.ts';
import { tellApart } from '../trial/told-apart.ts';
import { adviceFor } from './watch.ts';

/** Milliseconds until lanes answer: the controller pushes them like any other change. */
const LANES_WITHIN = 30_000;
/** Milliseconds in which a lane whose answers carry no mark may still lead to where it led before. */
const ARRIVES_WITHIN = 15_000;
const LOOK_EVERY = 50;

/** @throws CheckFailed when a lane gives no evidence, or the versions cannot be told apart */
export async function warmUp(running: Running): Promise<Event> {
  const { settings, ports, notes } = running;
  running.doing = 'warm-up';
  const releases = releasesOf(running);
  const observers = releases.map(({ observer }) => observer);
  for (const observer of observers) observer.learnFromLanes(true);
  await untilWarm(running, observers);
  // Of response times, from stable's answers on its lane.
  const bounds = observers.map((observer) => [observer.service, boundsFrom(observer.drain().times.stable)] as const);
  for (const observer of observers) observer.learnFromLanes(false);
  running.trial = openTrial(releases, settings, {
    bounds: settings.latency === 'compare' ? Object.fromEntries(bounds) : {},
    clock: ports.clock,
    users: () => running.users?.take() ?? [],
    say: notes.warn,
  });
  tellApart(running);
  return { type: 'done' };
}

async function untilWarm({ ports, settings, signal }: Running, observers: readonly Observer[]): Promise<void> {
  const { clock } = ports;
  const started = clock.monotonic();
  const enough = ({ identifier }: Observer) =>
    identifier.wanted('stable') === 0 &&
    // A named sign needs no learning; without pre-flight nothing else waits for it.
    (identifier.wanted('canary') === 0 || (settings.preFlight === 0 && settings.identify.by !== 'auto'));
  for (;;) {
    signal.throwIfAborted();
    const elapsed = clock.monotonic() - started;
    const late = elapsed < settings.warmUp + ARRIVES_WITHIN ? observers.filter(mayBeLate) : [];
    if (elapsed >= settings.warmUp && late.length === 0 && observers.every(enough)) return;
    for (const { identifier } of late) if (identifier.strayed) identifier.forget('canary');
    if (elapsed > settings.warmUp + LANES_WITHIN) throw noEvidence(observers);
    await clock.sleep(LOOK_EVERY, signal);
  }
}

/**
 * Proxies take a rule some time after the controller has acknowledged it, and until then the canary's lane leads to stable.
 * A mark on the answers tells; without one, answers that do not set the versions apart may be such, failing ones too.
 */
function mayBeLate(observer: Observer): boolean {
  return observer.lanes?.marked === false && !observer.identifier.distinguishes;
}

function noEvidence(observers: readonly Observer[]): CheckFailed {
  for (const observer of observers) {
    for (const version of ['stable', 'canary'] as const) {
      const { count, why } = observer.silence(version);
      if (count === 0) continue;
      return new CheckFailed(
        `the lane of ${observer.service} to ${version} gives no evidence: ${why} (nothing was shifted yet)`,
        adviceFor(why) || 'does another route with a higher priority take requests that carry a header?',
      );
    }
  }
  return new CheckFailed(
    'too few answers came on the lanes to tell the versions (nothing was shifted yet)',
    'is the gateway reached from the runner at probe-rate?',
  );
}
