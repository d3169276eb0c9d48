/**
 * What no test can beat: a level-alpha test that returns a bad release for sure must gather ln(1/alpha) of relative
 * entropy to the closest world in which the release is not worse (A. Wald 1945; E. Kaufmann and W. Koolen, "Mixture
 * martingales revisited", JMLR 2021, by data processing). docs/statistics.md §10.
 */
import { entropy } from '../../src/verdict/promotion.ts';

/** Information one request (of either version) gives, canary share w, error shares p1 of the canary, p0 of stable. */
export function information(w: number, p1: number, p0: number): number {
  const mean = w * p1 + (1 - w) * p0;
  return w * entropy(p1, mean) + (1 - w) * entropy(p0, mean);
}

/** Failing canary requests before return, at least, on average. */
export function fewestFailing(w: number, p1: number, p0: number, alpha: number): number {
  return (w * p1 * -Math.log(alpha)) / information(w, p1, p0);
}
