/**
 * Evidence that one version misses an absolute objective, whatever the other does: the one-sample likelihood ratio of
 * A. Wald, "Sequential tests of statistical hypotheses" (1945), averaged over alternatives. docs/statistics.md §6.
 *
 * The same test runs on stable. What fails both is not the canary's doing: then the guard is silent, and while both
 * are failing now, the release pauses.
 */
import { logWeightedSum } from './logarithms.ts';
import type { Count } from './types.ts';

/** Error shares bet on, as multiples of the objective; capped, and capped ones kept. */
const MULTIPLES = [1.5, 2, 5, 20, 100] as const;
const CAP = 0.99;
const EQUAL = MULTIPLES.map(() => 1 / MULTIPLES.length);
const NOTHING = MULTIPLES.map(() => 0);

/** Objective for "is failing now" where none is given: more than half of the requests fail. */
export const FAILING_WITHOUT_OBJECTIVE = 0.5;

/** How far "is failing now" may rise above its threshold: a few good requests must end a pause. */
const HEADROOM = 2;

export interface ObjectiveState {
  /** Since the release began, tempered: log evidence by alternative. Only with an objective. */
  readonly since?: readonly number[];
  /** Lately: as above, not tempered, never below 0 nor far above the threshold. */
  readonly lately: readonly number[];
  /** Error share of the last window with requests: a pause ends when it is back below the objective. */
  readonly last: number;
}

export function beginObjective(slo: number | undefined): ObjectiveState {
  return slo === undefined ? { lately: NOTHING, last: 0 } : { since: NOTHING, lately: NOTHING, last: 0 };
}

/** What one error and one success add against "error share ≤ objective": ln of the ratio, by alternative. */
export interface Bets {
  readonly objective: number;
  readonly error: readonly number[];
  readonly success: readonly number[];
}

/** @param slo absent = {@link FAILING_WITHOUT_OBJECTIVE} */
export function betsOn(slo: number | undefined): Bets {
  const objective = slo ?? FAILING_WITHOUT_OBJECTIVE;
  const alternatives = MULTIPLES.map((multiple) => Math.min(multiple * objective, CAP));
  return {
    objective,
    error: alternatives.map((q) => Math.log(q / objective)),
    success: alternatives.map((q) => Math.log1p(-q) - Math.log1p(-objective)),
  };
}

/** ln of one window's factor for one alternative. */
export function logFactor(bets: Bets, alternative: number, count: Count): number {
  const successes = count.requests - count.errors;
  return count.errors * (bets.error[alternative] ?? 0) + successes * (bets.success[alternative] ?? 0);
}

/**
 * Adds one window of one version.
 * @param tempering errors that may have one cause: the evidence since the beginning is divided by it
 * @param threshold ln of the evidence from which on a version is failing now
 */
export function observeObjective(
  state: ObjectiveState,
  bets: Bets,
  tempering: number,
  threshold: number,
  count: Count,
): ObjectiveState {
  if (count.requests === 0) return state;
  const lately: number[] = [];
  const since: number[] = [];
  for (let g = 0; g < bets.error.length; g += 1) {
    const now = logFactor(bets, g, count);
    lately.push(Math.min(threshold + HEADROOM, Math.max(0, (state.lately[g] ?? 0) + now)));
    if (state.since !== undefined) since.push((state.since[g] ?? 0) + now / tempering);
  }
  const last = count.errors / count.requests;
  return state.since === undefined ? { lately, last } : { since, lately, last };
}

/** ln of the evidence since the beginning that the version misses the objective. */
export function objectiveEvidence(state: ObjectiveState): number {
  return state.since === undefined ? 0 : logWeightedSum(EQUAL, state.since);
}

/** Whether the version is failing now. A signal to stay, not a test: it may be wrong more often than alpha. */
export function isFailing(state: ObjectiveState, objective: number, threshold: number): boolean {
  return state.last > objective && logWeightedSum(EQUAL, state.lately) >= threshold;
}
