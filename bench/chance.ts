/** Seeded chance for simulations: the same seed gives the same run on every machine. */
import { generator, poisson, type Random } from '../src/forecast/chance.ts';

export { generator, poisson, type Random };

/** A binomial count, by the gaps between successes. */
export function binomial(random: Random, n: number, p: number): number {
  if (p <= 0 || n <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  const scale = Math.log1p(-p);
  let count = 0;
  for (let at = 0; ; count += 1) {
    at += Math.floor(Math.log(1 - random()) / scale) + 1;
    if (at > n) return count;
  }
}

/** A geometric count from 1 with the given mean. */
export function geometric(random: Random, mean: number): number {
  return mean <= 1 ? 1 : 1 + Math.floor(Math.log(1 - random()) / Math.log1p(-1 / mean));
}

/** A share estimated from replicates, with its 95 % interval (E. B. Wilson 1927). */
export function interval(count: number, replicates: number): { share: number; low: number; high: number } {
  const z = 1.959963984540054;
  const share = count / replicates;
  const square = (z * z) / replicates;
  const middle = (share + square / 2) / (1 + square);
  const half = (z / (1 + square)) * Math.sqrt((share * (1 - share)) / replicates + square / replicates / 4);
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** A mean estimated from replicates, with its normal 95 % interval. */
export function meanOf(values: readonly number[]): { mean: number; half: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1);
  return { mean, half: 1.959963984540054 * Math.sqrt(square / n) };
}

/** A median of values, with its 95 % interval from order statistics, which needs no assumption. */
export function medianOf(values: readonly number[]): { median: number; low: number; high: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  const reach = 0.98 * Math.sqrt(sorted.length);
  const middle = sorted.length / 2;
  return { median: at(middle), low: at(middle - reach), high: at(middle + reach) };
}

/** Today as a seed, so that tests see new chance every day and still can be repeated. */
export function seedOfToday(today: Date): number {
  return today.getUTCFullYear() * 10_000 + (today.getUTCMonth() + 1) * 100 + today.getUTCDate();
}
