/** What a judgement stops. */
import { CheckFailed } from '../../errors.ts';
import type { Event } from '../machine.ts';
import { type Running, releasesOf, trialOf, weightOf } from '../running.ts';
import type { Judgement } from './trial.ts';

/** @returns undefined when the release goes on. @throws CheckFailed when the public path fails while the lanes are fine */
export function stopOf({ decision, path }: Judgement, moment: string): Event | undefined {
  if (decision.verdict === 'rollback') return { type: 'verdict', verdict: 'rollback' };
  if (path !== undefined) throw new CheckFailed(`${path.service} ${moment}: ${path.sentence}`);
  if (decision.verdict === 'inconclusive') return { type: 'verdict', verdict: 'inconclusive' };
  return undefined;
}

/**
 * A split that someone else changed is their doing, not the release's.
 * @returns undefined when their weights are taken over (`on-drift: adopt`): the release goes on with them
 * @throws DriftError
 */
export async function unlessDrifted(
  running: Running,
  { decision }: Judgement,
  stop: Event,
): Promise<Event | undefined> {
  if (decision.metric !== 'split') return stop;
  const { writer, adopted } = running;
  const releases = releasesOf(running);
  for (const release of releases) await writer.verify(release);
  if (adopted.size === 0) return stop;
  const weight = weightOf(running);
  for (const { service, state } of releases) {
    if (!adopted.delete(service)) continue;
    const share = state.share ?? 0;
    trialOf(running).adopt(service, share / 100);
    weight.effective = { ...weight.effective, [service]: share };
  }
  return undefined;
}
