/**
 * Kayenta's NetflixACAJudge with Spinnaker's start values: 5 % for three hours beside a baseline of equal size, judged
 * every hour on the error share of each minute (spinnaker/kayenta a69573be, kayenta-judge; spinnaker.io, "Best
 * practices for configuring canary"). One critical metric: a High ends the analysis.
 */
import { CanaryHistory, HOUR, outcome, type Rule, requests } from './world.ts';

const WEIGHT = 0.05;
/** Normal quantile of a 98 % two-sided interval. */
const Z = 2.3263478740408408;
/** Share of the estimate the shift must exceed. */
const TOLERANCE = 0.25;

export const kayenta: Rule = (world, random) => {
  const seen = new CanaryHistory(world, random);
  const canary: number[] = [];
  const baseline: number[] = [];
  for (let minute = 1; minute <= 180; minute += 1) {
    seen.pass(WEIGHT, 60);
    const mine = seen.last(60);
    const other = requests(random, world.rate * WEIGHT * 60, world.p0);
    // A minute without requests is NaN, and NaN is removed.
    if (mine.requests > 0) canary.push(mine.errors / mine.requests);
    if (other.requests > 0) baseline.push(other.errors / other.requests);
    if (minute % 60 !== 0) continue;
    if (isHigh(canary, baseline)) return outcome(world, random, 'returned', minute * 60, seen.failing, seen.firstHour);
  }
  return outcome(world, random, 'promoted', 3 * HOUR, seen.failing, seen.firstHour);
};

/**
 * Mann–Whitney with ties and continuity corrected; High when the lower end of the 98 % interval of the shift exceeds a
 * quarter of the Hodges–Lehmann estimate and the mean rose. Where most minutes have no error both are 0, and the
 * root finder of the original returns either side of it: the test itself decides then, in Kayenta's favour.
 */
export function isHigh(canary: readonly number[], baseline: readonly number[]): boolean {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (canary.length === 0 || baseline.length === 0 || mean(canary) < mean(baseline)) return false;
  const differences = Float64Array.from(canary.flatMap((one) => baseline.map((other) => one - other))).sort();
  const count = differences.length;
  const spread = Math.sqrt((count * (canary.length + baseline.length + 1)) / 12);
  const estimate = median(differences);
  const low = differences[Math.max(0, Math.floor(count / 2 - Z * spread) - 1)] ?? 0;
  if (low > TOLERANCE * Math.abs(estimate)) return true;
  return low === 0 && estimate === 0 && standardised(canary, baseline) > Z;
}

function median(sorted: Float64Array): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle - 0.5)] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Normal approximation of the rank sum, ties and continuity corrected. */
function standardised(canary: readonly number[], baseline: readonly number[]): number {
  const [m, n] = [canary.length, baseline.length];
  let wins = 0;
  for (const one of canary) for (const other of baseline) wins += one > other ? 1 : one === other ? 0.5 : 0;
  const ties = new Map<number, number>();
  for (const value of [...canary, ...baseline]) ties.set(value, (ties.get(value) ?? 0) + 1);
  let correction = 0;
  for (const size of ties.values()) correction += size ** 3 - size;
  const variance = ((m * n) / 12) * (m + n + 1 - correction / ((m + n) * (m + n - 1)));
  const distance = wins - (m * n) / 2;
  return variance <= 0 ? 0 : (distance - 0.5 * Math.sign(distance)) / Math.sqrt(variance);
}
