/** Response times of probes as a histogram both versions share: the bounds are stable's own quantiles. docs/statistics.md §5. */
import type { Histogram } from './types.ts';

/** Quantiles of stable's times that are looked at (facts of latency: the tail matters most). */
const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999] as const;
/** Samples of stable below which its quantiles mean nothing. */
const LEAST_SAMPLES = 20;

/** Rising, distinct bounds in seconds from stable's warm-up; undefined for fewer than 20 times. */
export function boundsFrom(times: readonly number[]): readonly number[] | undefined {
  const sorted = times.filter((time) => time > 0 && Number.isFinite(time)).sort((a, b) => a - b);
  if (sorted.length < LEAST_SAMPLES) return undefined;
  const bounds = QUANTILES.map((q) => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0);
  return [...new Set(bounds.map((bound) => Number(bound.toPrecision(3))))].sort((a, b) => a - b);
}

/** Both versions' times in these buckets. */
export function histogramFrom(
  bounds: readonly number[],
  stable: readonly number[],
  canary: readonly number[],
): Histogram {
  return { bounds, stable: inBuckets(bounds, stable), canary: inBuckets(bounds, canary) };
}

function inBuckets(bounds: readonly number[], times: readonly number[]): number[] {
  const buckets = [...bounds, 0].map(() => 0);
  for (const time of times) {
    const at = bounds.findIndex((bound) => time <= bound);
    const bucket = at < 0 ? bounds.length : at;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  return buckets;
}
