/**
 * Proof of the split after a shift: sequential, stops as soon as the effective share is confirmed and the previous one
 * excluded. Continuous watching after that is part of the verdict's evidence. docs/statistics.md §7.
 */
import { type Answers, LEAST_ANSWERS, mismatchEvidence, shareEvidence, shareInterval } from './split.ts';

/** Plain JSON; begin again after every shift. */
export interface SplitProof {
  /** Shares, 0 to 1. */
  readonly effective: number;
  readonly previous: number;
  /** Chance to confirm while the previous share is still in force, or to refute a right one in one batch. */
  readonly level: number;
  /** Since the beginning or the last batch that was refuted. */
  readonly batch: Answers;
  /** Batches refuted in a row. The first may hold answers from before a late controller acted. */
  readonly refuted: number;
}

/**
 * `confirmed`: the effective share fits, the previous is excluded. `not yet`: answers still look as before the shift.
 * `refuted`: two batches in a row fit neither. `undecided`: more answers are needed.
 */
export type ProofOutcome = 'confirmed' | 'undecided' | 'not yet' | 'refuted';

export interface ProofJudgement {
  readonly proof: SplitProof;
  readonly outcome: ProofOutcome;
  /** Canary's share of the answers of the batch judged, how many, and the confidence sequence; 0 to 1. */
  readonly observed: number;
  readonly answers: number;
  readonly low: number;
  readonly high: number;
}

export function beginProof(effective: number, previous: number, level: number): SplitProof {
  return { effective, previous, level, batch: { stable: 0, canary: 0 }, refuted: 0 };
}

/** Adds answers of the public path since the last call, and judges. */
export function advanceProof(proof: SplitProof, answers: Answers): ProofJudgement {
  const batch = { stable: proof.batch.stable + answers.stable, canary: proof.batch.canary + answers.canary };
  const total = batch.stable + batch.canary;
  const { effective, previous, level } = proof;
  const seen = { observed: total === 0 ? 0 : batch.canary / total, answers: total };
  const interval = shareInterval(batch, effective, level);
  const judged = (outcome: ProofOutcome, next: SplitProof): ProofJudgement => ({
    proof: next,
    outcome,
    ...seen,
    ...interval,
  });
  if (total === 0) return judged('undecided', proof);
  const threshold = -Math.log(level);
  const before = shareEvidence(batch, previous, effective) < threshold;
  const mismatch = mismatchEvidence(batch, effective);
  if (mismatch >= threshold) {
    const afresh = { ...proof, batch: { stable: 0, canary: 0 } };
    if (before && previous !== effective) return judged('not yet', { ...afresh, refuted: 0 });
    const refuted = proof.refuted + 1;
    return judged(refuted >= 2 ? 'refuted' : 'undecided', { ...afresh, refuted });
  }
  const shown = previous === effective ? batch.canary > 0 || effective === 0 : !before;
  // Evidence above 1 speaks against the effective share: not enough to refute it, too much to confirm it.
  return judged(shown && mismatch <= 0 && total >= LEAST_ANSWERS ? 'confirmed' : 'undecided', { ...proof, batch });
}
