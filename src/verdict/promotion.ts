/**
 * Evidence that the canary is not worse by a margin or more: an e-process against "error share of the canary ≥ that of
 * stable + delta". docs/statistics.md §4.
 *
 * The best bet against a composite null is the likelihood ratio to its reverse information projection: P. Grünwald,
 * R. de Heide and W. Koolen, "Safe Testing" (JRSS B 2024), theorem 1; for two samples of 0/1 outcomes and a linear
 * difference, R. Turner, A. Ly and P. Grünwald, "Generic E-variables for exact sequential k-sample tests" (2024). The
 * projection solves one equation (Karush–Kuhn–Tucker); that E[e] ≤ 1 then follows by the inequality of means.
 */
import type { Count, Design } from './types.ts';

/** Stable requests seen before the first weight from which on their rate is trusted as a guess. */
const HISTORY = 500;

/** Largest margin: beyond it "worse by" means little. */
const WIDEST_MARGIN = 0.5;

export interface PromotionState {
  /** Stable requests and errors of all windows so far: they make the guess for the next window. */
  readonly requests: number;
  readonly errors: number;
  /** Stable requests before the first weight; absent until then. */
  readonly history?: number;
  /** Log evidence for the margin of each step, pre-flight first. All windows of the release count. */
  readonly logs: readonly number[];
}

export function beginPromotion(margins: readonly number[]): PromotionState {
  return { requests: 0, errors: 0, logs: margins.map(() => 0) };
}

/**
 * Margin that must be shown before leaving each step, pre-flight first: increase / next weight, so that what users may
 * suffer at the next weight, weight × margin, is the same at every step. After a last weight below 1 comes 1.
 */
export function margins(design: Pick<Design, 'weights'>, increase: number): number[] {
  const { weights } = design;
  const next = (weights.at(-1) ?? 0) < 1 ? [...weights, 1] : weights;
  return next.map((weight) => Math.min(increase / weight, WIDEST_MARGIN));
}

/**
 * Guess for both versions' error share, from stable's windows before this one. Without history it leans to 0 by fifty
 * invented requests, which costs little and keeps the first windows from betting on a rate of one half.
 */
export function guess(state: PromotionState): number {
  const invented = (state.history ?? 0) >= HISTORY ? 1 : 50;
  return (state.errors + 0.5) / (state.requests + invented);
}

/**
 * Stable's error share x in the point of the null (x, x + delta) closest to "both q", given the sizes of the samples:
 * the root of canary (y−q)/(y(1−y)) + stable (x−q)/(x(1−x)), y = x + delta, to a relative 1e-12. The left side rises
 * with x, so a bracket always holds the root; Newton's step is taken where it stays inside, half the bracket where
 * not. Only the ratio of the sizes matters.
 */
export function leastFavourable(q: number, delta: number, canary: number, stable: number): number {
  let low = Math.max(0, q - delta);
  let high = Math.min(q, 1 - delta);
  if (canary === 0) return high;
  if (stable === 0) return low;
  let x = low + (high - low) / 2;
  for (let i = 0; i < 2000 && high - low > 1e-12 * high; i += 1) {
    const y = x + delta;
    const [spreadX, spreadY] = [x * (1 - x), y * (1 - y)];
    const height = (canary * (y - q)) / spreadY + (stable * (x - q)) / spreadX;
    if (height > 0) high = x;
    else low = x;
    const bend = q * (1 - q);
    const slope =
      (canary * ((y - q) ** 2 + bend)) / (spreadY * spreadY) + (stable * ((x - q) ** 2 + bend)) / (spreadX * spreadX);
    const newton = x - height / slope;
    const inside = newton > low && newton < high;
    const next = inside ? newton : low + (high - low) / 2;
    if (inside && Math.abs(next - x) <= 1e-14 * x) return next;
    if (next === x) break;
    x = next;
  }
  return x;
}

/** ln of one window's factor: chance of what was seen with q in both, over that in the closest point of the null. */
export function logFactor(q: number, delta: number, stable: Count, canary: Count): number {
  if (canary.requests === 0) return 0;
  const x = leastFavourable(q, delta, canary.requests, stable.requests);
  return logRatio(canary, q, x + delta) + logRatio(stable, q, x);
}

function logRatio(count: Count, q: number, p: number): number {
  const successes = count.requests - count.errors;
  const failed = count.errors === 0 ? 0 : count.errors * Math.log(q / p);
  return failed + (successes === 0 ? 0 : successes * (Math.log1p(-q) - Math.log1p(-p)));
}

/**
 * Adds one window of step `step`. Windows of pre-flight, and any before the first weight, make the history. Margins of
 * steps already left are not followed any more.
 */
export function observePromotion(
  state: PromotionState,
  marginsOfSteps: readonly number[],
  step: number,
  stable: Count,
  canary: Count,
): PromotionState {
  const history = state.history ?? (step > 0 ? state.requests : undefined);
  const guessed = guess(history === undefined ? state : { ...state, history });
  const logs =
    canary.requests === 0
      ? state.logs
      : state.logs.map((log, s) =>
          s < step ? log : log + logFactor(guessed, marginsOfSteps[s] ?? WIDEST_MARGIN, stable, canary),
        );
  const requests = state.requests + stable.requests;
  const errors = state.errors + stable.errors;
  return history === undefined ? { requests, errors, logs } : { requests, errors, history, logs };
}

/**
 * Expected growth of the log evidence a canary request when both versions fail at rate q and the canary gets `share`:
 * the relative entropy to the closest point of the null. What is missing over this is the number still needed.
 */
export function growth(q: number, delta: number, share: number): number {
  const x = leastFavourable(q, delta, share, 1 - share);
  return entropy(q, x + delta) + (share >= 1 ? 0 : ((1 - share) / share) * entropy(q, x));
}

/** Relative entropy of a coin q to a coin p. */
export function entropy(q: number, p: number): number {
  const failed = q === 0 ? 0 : q * Math.log(q / p);
  return failed + (q === 1 ? 0 : (1 - q) * (Math.log1p(-q) - Math.log1p(-p)));
}
