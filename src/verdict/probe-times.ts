/**
 * Histograms from raw response times, for probes: nobody has chosen buckets for them. The bounds are quantiles of stable's
 * own times in warm-up, before the first window: chosen from the data they then judge, they would void the guarantee.
 * docs/statistics.md §5.
 */
import type { Histogram } from './types.ts';

/** Quantiles of stable's times: the middle, where all answers become slower, and the tail, where some do. */
const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999] as const;

/** Times below which quantiles say too little. */
const FEWEST_TIMES = 20;

/**
 * Bounds from stable's warm-up, in seconds: its quantiles to three digits, rising, each once. Few distinct times give
 * few bounds; undefined = fewer than 20 times, or none above 0.
 * @param times of successful answers, seconds
 */
export function boundsFrom(times: readonly number[]): readonly number[] | undefined {
  const sorted = times.filter((time) => time >= 0 && Number.isFinite(time)).sort((a, b) => a - b);
  if (sorted.length < FEWEST_TIMES) return undefined;
  const quantiles = QUANTILES.map((part) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0);
  const bounds = new Set(quantiles.map((time) => Number(time.toPrecision(3))).filter((bound) => bound > 0));
  return bounds.size === 0 ? undefined : [...bounds];
}

/**
 * One window's successes by bucket: up to and including the first bound, up to the second, …, slower than the last.
 * @param bounds of {@link boundsFrom}
 */
export function histogramFrom(
  bounds: readonly number[],
  stableTimes: readonly number[],
  canaryTimes: readonly number[],
): Histogram {
  return { bounds, stable: bucketsOf(bounds, stableTimes), canary: bucketsOf(bounds, canaryTimes) };
}

function bucketsOf(bounds: readonly number[], times: readonly number[]): number[] {
  const buckets = Array<number>(bounds.length + 1).fill(0);
  for (const time of times) {
    const bucket = bounds.findIndex((bound) => time <= bound);
    const at = bucket < 0 ? bounds.length : bucket;
    buckets[at] = (buckets[at] ?? 0) + 1;
  }
  return buckets;
}
