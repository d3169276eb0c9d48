/** Both versions side by side on the lanes at weight 0, until the verdict is given: no user meets the new version. */
import type { Event } from '../machine.ts';
import { type Running, trialOf } from '../running.ts';
import { runLaneChecks } from '../trial/checks.ts';
import { stopOf } from '../trial/stop.ts';
import { stillToldApart } from '../trial/told-apart.ts';

const LOOK_EVERY = 50;
const SAY_EVERY = 15_000;

/** @throws CheckFailed of the user's checks on the lane, or of the public path */
export async function preFlight(running: Running): Promise<Event> {
  const { settings, notes } = running;
  // A release that goes on has flown already.
  if (trialOf(running).resumed) return { type: 'done' };
  running.doing = 'pre-flight';
  notes.say(`pre-flight: ${settings.preFlight} pairs of probes on the lanes, no user meets the new version`);
  for (const service of running.services) await runLaneChecks(running, service);
  const flown = await fly(running);
  if (flown.type === 'done') stillToldApart(running);
  return flown;
}

async function fly(running: Running): Promise<Event> {
  const { ports, signal, notes } = running;
  const { clock } = ports;
  const trial = trialOf(running);
  trial.enter(0);
  trial.confirm({});
  let said = clock.monotonic();
  for (;;) {
    signal.throwIfAborted();
    const judgement = trial.look();
    const { decision } = judgement;
    const stop = stopOf(judgement, 'in pre-flight');
    if (stop !== undefined) return stop;
    if (decision.verdict === 'promote') {
      notes.say(decision.sentence);
      return { type: 'done' };
    }
    if (clock.monotonic() - said > SAY_EVERY) {
      said = clock.monotonic();
      notes.say(decision.sentence);
    }
    await clock.sleep(LOOK_EVERY, signal);
  }
}
