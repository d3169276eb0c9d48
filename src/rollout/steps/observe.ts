/** Evidence at one weight until the verdict is given. */
import type { Percent } from '../../routes/types.ts';
import type { Decision } from '../../verdict/index.ts';
import { noteWeight } from '../end.ts';
import { mendLanes } from '../lanes.ts';
import type { Event } from '../machine.ts';
import { type At, type Running, trialOf } from '../running.ts';
import { runAllChecks } from '../trial/checks.ts';
import { stopOf, unlessDrifted } from '../trial/stop.ts';

const LOOK_EVERY = 50;
const SAY_EVERY = 15_000;

/** @throws CheckFailed of the user's checks or the public path; DriftError */
export async function observe(running: Running, { share }: At): Promise<Event> {
  const { ports, signal, settings, notes } = running;
  const { clock } = ports;
  const trial = trialOf(running);
  const confirmed = clock.monotonic();
  await runAllChecks(running, `at ${share} %`);
  let said = confirmed;
  for (;;) {
    signal.throwIfAborted();
    const judgement = trial.look();
    const { decision } = judgement;
    const now = clock.monotonic();
    const stop = stopOf(judgement, `at ${share} %`);
    if (stop === undefined && passed(decision, share, now - confirmed >= settings.minStep)) {
      await runAllChecks(running, `after ${share} %`);
      noteWeight(running, decision);
      return { type: 'done' };
    }
    if (stop !== undefined) {
      const ends = await unlessDrifted(running, judgement, stop);
      if (ends === undefined) continue;
      noteWeight(running, decision);
      return ends;
    }
    if (now - said > SAY_EVERY) {
      said = now;
      const silence = trial.silence === undefined ? '' : ` Users' requests at the last reading: ${trial.silence}.`;
      notes.say(`${share} %: ${decision.sentence}${silence}`);
    }
    await mendLanes(running);
    await clock.sleep(LOOK_EVERY, signal);
  }
}

/** At 100 % no current version is left to compare with: there the step passes with its time. */
function passed(decision: Decision, share: Percent, timeOver: boolean): boolean {
  if (decision.verdict === 'promote') return timeOver;
  return share >= 100 && decision.verdict === 'wait' && timeOver;
}
