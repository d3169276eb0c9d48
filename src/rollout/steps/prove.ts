/** The public path shows the effective share and no longer the previous one. Lanes are judged meanwhile, too. */
import { mendLanes } from '../lanes.ts';
import type { Event } from '../machine.ts';
import { type At, type Running, releasesOf, trialOf, weightOf } from '../running.ts';
import { stopOf, unlessDrifted } from '../trial/stop.ts';
import { splitProof } from './split-proof.ts';

const LOOK_EVERY = 50;

/** @throws CheckFailed when it shows something else, or nothing clear within a minute; DriftError */
export async function prove(running: Running, { share }: At): Promise<Event> {
  const { signal, ports } = running;
  const trial = trialOf(running);
  const weight = weightOf(running);
  const begin = () => releasesOf(running).map((release) => splitProof(running, release, weight));
  let proofs = begin();
  for (;;) {
    signal.throwIfAborted();
    const judgement = trial.look();
    const stop = stopOf(judgement, `at ${share} %`);
    const ends = stop && (await unlessDrifted(running, judgement, stop));
    if (ends !== undefined) return ends;
    // What strayed onto the public path while a lane was away may have moved its shares.
    if (await mendLanes(running)) proofs = begin();
    let open = 0;
    for (const proof of proofs) if (!(await proof())) open++;
    if (open === 0) break;
    await ports.clock.sleep(LOOK_EVERY, signal);
  }
  trial.confirm(
    Object.fromEntries(releasesOf(running).map(({ service }) => [service, (weight.effective[service] ?? share) / 100])),
  );
  return { type: 'done' };
}
