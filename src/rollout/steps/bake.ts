/** The new version at its last weight is watched for a while longer, while the old one still runs. */
import type { Event } from '../machine.ts';
import { type Running, releasesOf, trialOf } from '../running.ts';
import { runAllChecks } from '../trial/checks.ts';
import { stopOf } from '../trial/stop.ts';

const LOOK_EVERY = 100;
/** Milliseconds between two rounds of checks. */
const CHECK_EVERY = 30_000;

/** @throws CheckFailed of the user's checks or the public path */
export async function bake(running: Running): Promise<Event> {
  const { settings, ports, notes, signal, writer } = running;
  const { clock } = ports;
  const trial = trialOf(running);
  running.doing = 'bake';
  notes.say(`baking for ${Math.round(settings.bake / 1000)} s`);
  await Promise.all(releasesOf(running).map((release) => writer.note(release, { phase: 'baking' })));
  const until = clock.monotonic() + settings.bake;
  let checked = Number.NEGATIVE_INFINITY;
  while (clock.monotonic() < until) {
    signal.throwIfAborted();
    const stop = stopOf(trial.look(), 'during bake');
    // The weight has passed its verdict: only evidence against it ends the release now.
    if (stop?.type === 'verdict' && stop.verdict === 'rollback') return stop;
    if (clock.monotonic() - checked > CHECK_EVERY) {
      await runAllChecks(running, 'during bake');
      checked = clock.monotonic();
    }
    await clock.sleep(Math.min(LOOK_EVERY, Math.max(1, until - clock.monotonic())), signal);
  }
  await runAllChecks(running, 'at the end of bake');
  return { type: 'done' };
}
