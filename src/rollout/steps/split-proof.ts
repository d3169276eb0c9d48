/** Whether the public path shows the weight of one service, looked at again and again. */
import { CheckFailed } from '../../errors.ts';
import { round } from '../../routes/parts/percent.ts';
import { advanceProof, beginProof } from '../../verdict/index.ts';
import type { Running, Weight } from '../running.ts';
import type { ServiceRelease } from '../state.ts';

/** Chance to confirm a share while the previous one is in force, or to refute a right one in one batch of answers. */
const PROOF_LEVEL = 0.001;
/** Milliseconds for the split to be proved. */
const PROVE_WITHIN = 60_000;

/**
 * Looks at the answers of one service so far; true once its share is confirmed. Answers that still look as before the
 * shift start the count again; answers that fit neither share, twice in a row, end the release.
 * @throws CheckFailed when the path shows another share, or nothing clear in time; DriftError when somebody else set it
 */
export function splitProof(
  { ports, writer }: Running,
  release: ServiceRelease,
  weight: Weight,
): () => Promise<boolean> {
  const { observer, service, backends } = release;
  const { clock } = ports;
  const effective = weight.effective[service] ?? weight.share;
  const shifted = clock.monotonic();
  observer.openWindow(shifted);
  let proof = beginProof(effective / 100, (weight.previous.get(release) ?? 0) / 100, PROOF_LEVEL);
  let counted = { stable: 0, canary: 0 };
  let confirmed = false;

  const advance = () => {
    const { canary, identified } = observer.window;
    const seen = { stable: identified - canary, canary };
    const judged = advanceProof(proof, { stable: seen.stable - counted.stable, canary: seen.canary - counted.canary });
    proof = judged.proof;
    counted = seen;
    confirmed = judged.outcome === 'confirmed';
    if (!confirmed && proof.batch.stable + proof.batch.canary === 0 && judged.answers > 0) {
      observer.openWindow(clock.monotonic());
      counted = { stable: 0, canary: 0 };
    }
    return judged;
  };

  return async () => {
    if (confirmed) return true;
    const now = clock.monotonic();
    const { canary, identified, good } = observer.window;
    // Where versions cannot be told apart nothing is claimed (allow-unproved, or users' counts prove the split).
    if (!observer.identifier.distinguishes) confirmed = good > 0;
    else {
      const judged = advance();
      if (judged.outcome === 'refuted') {
        await writer.verify(release);
        throw new CheckFailed(
          `the split of ${service} is not what the route says: it says ${effective} %, ${round(100 * judged.observed)} % of ${judged.answers} answers came from ${backends.canary}`,
          'does something else split this traffic (a mesh, a second route, sticky sessions), or do other pods match the Services?',
        );
      }
    }
    if (!confirmed && now > shifted + PROVE_WITHIN) {
      await writer.verify(release);
      throw new CheckFailed(
        `the split of ${service} could not be proved within ${Math.round((now - shifted) / 1000)} s: the route says ${effective} %, ${canary} of the last ${identified} answers came from ${backends.canary}`,
        'does the controller apply what it acknowledges? More probes (probe-rate) prove a split sooner',
      );
    }
    return confirmed;
  };
}
