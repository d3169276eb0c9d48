/** The weight of all services, in lockstep, each with its journal in one patch. */
import type { Event } from '../machine.ts';
import { type At, acknowledged, forEvery, type Running, releasesOf, trialOf, weightOf } from '../running.ts';
import { evidenceOf } from '../trial/design.ts';

/** @throws DriftError, RefusedError */
export async function shift(running: Running, { step, share }: At): Promise<Event> {
  const { writer } = running;
  const trial = trialOf(running);
  const weight = weightOf(running);
  const releases = releasesOf(running);
  trial.enter(step + 1);
  weight.previous = new Map(releases.map((release) => [release, release.state.share ?? 0]));
  const written = await forEvery(releases, (release) => {
    const evidence = evidenceOf(release, trial);
    return writer.shift(release, share, {
      phase: 'observing',
      step,
      ...(evidence === undefined ? {} : { evidence }),
    });
  });
  weight.acknowledged = await acknowledged(running, written.flat());
  return { type: 'done' };
}
