/**
 * Whether requests go where the route says: the Dirichlet-multinomial e-process of M. Lindon and A. Malek,
 * "Anytime-Valid Inference for Multinomial Count Data" (NeurIPS 2022), section "Sample ratio mismatch", with
 * concentration 10. docs/statistics.md §7.
 */
import { logBeta } from './logarithms.ts';
import { entropy } from './promotion.ts';

/** Invented answers in the prior, centred on the effective share. */
export const CONCENTRATION = 10;

/** Shares of 0 and 1 have no prior around them; this close is taken instead. */
const EDGE = 0.01;

/** Answers before a share is confirmed: one lucky answer excludes a previous share of 0, and tells nothing else. */
export const LEAST_ANSWERS = 30;

/** Keeps evidence finite, hence in JSON, when one answer refutes a share of 0 or 1. */
const BEYOND_DOUBT = 1000;

/**
 * ln of the Bayes factor of a Dirichlet prior against the point theta, for counts of any number of arms.
 * @param prior parameters of the Dirichlet distribution, positive
 */
export function logBayesFactor(prior: readonly number[], counts: readonly number[], theta: readonly number[]): number {
  let likelihood = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] ?? 0;
    if (count === 0) continue;
    const probability = theta[i] ?? 0;
    if (probability <= 0) return BEYOND_DOUBT;
    likelihood += count * Math.log(probability);
  }
  const posterior = prior.map((value, i) => value + (counts[i] ?? 0));
  return Math.min(BEYOND_DOUBT, logBeta(posterior) - logBeta(prior) - likelihood);
}

/** Answers by version. */
export interface Answers {
  readonly stable: number;
  readonly canary: number;
}

/**
 * How far the true share may be from the effective one without being called wrong: a tenth of the smaller side, at
 * least half a percentage point, never reaching 0 or 1. Retries and rounding by the data plane move shares a little,
 * and with 100 000 requests a test of the exact share would return good releases for it.
 */
export function tolerance(effective: number): number {
  const side = Math.min(effective, 1 - effective);
  return Math.min(Math.max(0.005, side / 10), side / 2);
}

/** ln of the evidence that the share is not `share`, betting on shares around `effective`. */
export function shareEvidence(answers: Answers, share: number, effective: number): number {
  const around = effective === 0 ? EDGE : effective === 1 ? 1 - EDGE : effective;
  const prior = [CONCENTRATION * (1 - around), CONCENTRATION * around];
  return logBayesFactor(prior, [answers.stable, answers.canary], [1 - share, share]);
}

/**
 * ln of the evidence that the share is outside effective ± tolerance: that of the share inside which fits best, so
 * whichever share inside is true, this is at most its evidence.
 */
export function mismatchEvidence(answers: Answers, effective: number): number {
  const total = answers.stable + answers.canary;
  if (total === 0) return 0;
  const allowed = tolerance(effective);
  const seen = answers.canary / total;
  const closest = Math.min(effective + allowed, Math.max(effective - allowed, seen));
  return shareEvidence(answers, closest, effective);
}

/** Confidence sequence for the share: the shares with evidence below 1/level, at any time all at once. */
export function shareInterval(answers: Answers, effective: number, level: number): { low: number; high: number } {
  const { stable, canary } = answers;
  const total = stable + canary;
  if (total === 0) return { low: 0, high: 1 };
  const seen = canary / total;
  // Evidence against theta is a constant minus its log likelihood: one evaluation at the seen share gives the constant.
  const likelihood = (theta: number) =>
    (canary === 0 ? 0 : canary * Math.log(theta)) + (stable === 0 ? 0 : stable * Math.log1p(-theta));
  const least = shareEvidence(answers, seen, effective) + likelihood(seen) + Math.log(level);
  const edge = (outside: number) => {
    if (likelihood(outside) > least) return outside;
    let [inner, outer] = [seen, outside];
    for (let i = 0; i < 50; i += 1) {
      const middle = (inner + outer) / 2;
      if (likelihood(middle) > least) inner = middle;
      else outer = middle;
    }
    return inner;
  };
  return { low: edge(0), high: edge(1) };
}

/**
 * Answers about needed to tell the effective from the previous share at a level: ln(1/level), plus what the prior
 * costs, over the relative entropy (A. Wald 1945).
 */
export function answersNeeded(effective: number, previous: number, level: number): number {
  if (effective === previous) return LEAST_ANSWERS;
  const sure = previous === 0 || previous === 1;
  const needed = sure ? 1 / Math.abs(effective - previous) : (2 - Math.log(level)) / entropy(effective, previous);
  return Math.max(LEAST_ANSWERS, Math.ceil(needed));
}
