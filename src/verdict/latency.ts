/**
 * Evidence that the canary is slower: "slower than b" is treated as a failure at every finite bound b of a histogram,
 * and the evidence is averaged over bounds and odds ratios. docs/statistics.md §5.
 *
 * Given how many of both versions' successes were slower than b, the number among the canary's is hypergeometric when
 * the versions are equal, and Fisher's noncentral hypergeometric when the odds differ; the ratio of the two is an
 * e-variable whatever the distribution of times (R. A. Fisher, "The logic of inductive inference", 1935; as e-values:
 * Grünwald, Henzi and Lardy 2023). Averages over thresholds test first-order stochastic dominance.
 */
import { logTilts, logWeightedSum } from './logarithms.ts';
import { beginPromotion, observePromotion, type PromotionState } from './promotion.ts';
import type { Histogram } from './types.ts';

/** A canary may be slower by this factor in odds at every bound without being blamed: new pods are cold. */
export const ODDS_MARGIN = 1.25;

/** Odds ratios the evidence is averaged over, equally. */
export const ODDS_RATIOS = [1.5, 2, 3, 5, 10, 30, 100] as const;

/** Stable successes before the bound for promotion is picked. */
const SUCCESSES_TO_PICK = 100;

/** Share of stable's answers that may be slower than the picked bound: its 99th percentile. */
const TAIL = 0.01;

export interface LatencyState {
  readonly bounds: readonly number[];
  /** Log evidence by bound, then by odds ratio. */
  readonly logs: readonly (readonly number[])[];
  /** Successes slower than each bound, and all, for the sentence. */
  readonly slow: { readonly stable: readonly number[]; readonly canary: readonly number[] };
  readonly successes: { readonly stable: number; readonly canary: number };
  /** Index of the bound promotion looks at, once picked. */
  readonly picked?: number;
  readonly promotion: PromotionState;
}

/** Most bounds that are looked at: more cost evidence and room in the journal. */
const MOST_BOUNDS = 16;

/** The same histogram with at most 16 bounds, evenly kept; which ones depends on their number alone. */
export function coarsened(histogram: Histogram): Histogram {
  const { length } = histogram.bounds;
  if (length <= MOST_BOUNDS) return histogram;
  const kept = Array.from({ length: MOST_BOUNDS }, (_, i) => Math.round((i * (length - 1)) / (MOST_BOUNDS - 1)));
  const merged = (buckets: readonly number[]) => [
    ...kept.map((bound, i) => sum(buckets.slice(i === 0 ? 0 : (kept[i - 1] ?? 0) + 1, bound + 1))),
    sum(buckets.slice((kept.at(-1) ?? 0) + 1)),
  ];
  return {
    bounds: kept.map((b) => histogram.bounds[b] ?? 0),
    stable: merged(histogram.stable),
    canary: merged(histogram.canary),
  };
}

export function beginLatency(bounds: readonly number[], margins: readonly number[]): LatencyState {
  const none = bounds.map(() => 0);
  return {
    bounds: [...bounds],
    logs: bounds.map(() => ODDS_RATIOS.map(() => 0)),
    slow: { stable: none, canary: none },
    successes: { stable: 0, canary: 0 },
    promotion: beginPromotion(margins),
  };
}

/** Whether a histogram has the bounds this state was begun with; another one cannot be compared with it. */
export function fits(state: LatencyState, histogram: Histogram): boolean {
  return (
    state.bounds.length === histogram.bounds.length && state.bounds.every((bound, b) => bound === histogram.bounds[b])
  );
}

/** Successes slower than each bound. */
export function slowerThan(buckets: readonly number[], bounds: number): number[] {
  const slower = Array<number>(bounds).fill(0);
  let above = 0;
  for (let b = bounds; b > 0; b -= 1) {
    above += buckets[b] ?? 0;
    slower[b - 1] = above;
  }
  return slower;
}

/**
 * One window's factors at one bound, on top of the evidence by odds ratio before it: exact given the margins of the
 * 2 × 2 table. A table with an empty row or column says nothing.
 */
export function observeTable(
  logs: readonly number[],
  canary: number,
  stable: number,
  slowCanary: number,
  slow: number,
): readonly number[] {
  if (slow === 0 || slow === canary + stable || canary === 0 || stable === 0) return logs;
  const [atMargin = 0, ...tilts] = logTilts(canary, stable, slow, TILTED);
  return tilts.map((tilt, g) => (logs[g] ?? 0) + (slowCanary * (LOG_ODDS[g] ?? 0) - (tilt - atMargin)));
}

const TILTED = [ODDS_MARGIN, ...ODDS_RATIOS];
const LOG_ODDS = ODDS_RATIOS.map((psi) => Math.log(psi / ODDS_MARGIN));

/** Adds one window of step `step`. */
export function observeLatency(
  state: LatencyState,
  margins: readonly number[],
  step: number,
  histogram: Histogram,
): LatencyState {
  const stable = sum(histogram.stable);
  const canary = sum(histogram.canary);
  const slowStable = slowerThan(histogram.stable, state.bounds.length);
  const slowCanary = slowerThan(histogram.canary, state.bounds.length);
  // Picked before this window is looked at: a bound chosen by the data it then judges would void the guarantee.
  const picked = state.picked ?? pick(state);
  return {
    bounds: state.bounds,
    logs: state.logs.map((row, b) => {
      const slowAtBound = slowCanary[b] ?? 0;
      return observeTable(row, canary, stable, slowAtBound, slowAtBound + (slowStable[b] ?? 0));
    }),
    slow: { stable: plus(state.slow.stable, slowStable), canary: plus(state.slow.canary, slowCanary) },
    successes: { stable: state.successes.stable + stable, canary: state.successes.canary + canary },
    ...(picked === undefined ? {} : { picked }),
    promotion:
      picked === undefined
        ? state.promotion
        : observePromotion(
            picked === state.picked ? state.promotion : startedAt(state, picked),
            margins,
            step,
            { requests: stable, errors: slowStable[picked] ?? 0 },
            { requests: canary, errors: slowCanary[picked] ?? 0 },
          ),
  };
}

/** ln of the evidence that the canary is slower. */
export function latencyEvidence(state: LatencyState): number {
  const rows = state.logs.map((row) => logWeightedSum(EQUAL, row));
  return rows.length === 0 ? 0 : logWeightedSum(Array<number>(rows.length).fill(1 / rows.length), rows);
}

const EQUAL = ODDS_RATIOS.map(() => 1 / ODDS_RATIOS.length);

/** Index of the bound that speaks loudest. */
export function loudestBound(state: LatencyState): number {
  const rows = state.logs.map((row) => logWeightedSum(EQUAL, row));
  return rows.indexOf(Math.max(...rows));
}

/** The lowest bound that at most one in a hundred of stable's answers exceeds, else the last; later without data. */
function pick(state: LatencyState): number | undefined {
  const seen = state.successes.stable;
  if (seen < SUCCESSES_TO_PICK) return undefined;
  const at = state.slow.stable.findIndex((slow) => slow <= TAIL * seen);
  return at >= 0 ? at : state.bounds.length - 1;
}

/** Stable's answers before the pick serve as history of the picked bound. */
function startedAt(state: LatencyState, picked: number): PromotionState {
  return { ...state.promotion, requests: state.successes.stable, errors: state.slow.stable[picked] ?? 0 };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const plus = (one: readonly number[], other: readonly number[]) => one.map((value, i) => value + (other[i] ?? 0));
