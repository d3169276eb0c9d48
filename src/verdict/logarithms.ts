/**
 * Sums, binomial terms and gamma functions on the log scale. Evidence grows to e^1000 and windows hold millions of
 * requests; nothing here leaves the logarithm.
 */

/** ln of Σ weights[i] e^logs[i], without overflow. Missing weights count as 0. */
export function logWeightedSum(weights: readonly number[], logs: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of logs) if (value > top) top = value;
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (let i = 0; i < logs.length; i += 1) sum += (weights[i] ?? 0) * Math.exp((logs[i] ?? 0) - top);
  return top + Math.log(sum);
}

/** ln of the mean of e^log over `count` values, of which those not given are e^0 = 1 (nothing seen yet). */
export function logMean(logs: readonly number[], count: number): number {
  if (count === 0) return 0;
  const all = logs.length < count ? [...logs, ...Array<number>(count - logs.length).fill(0)] : logs;
  return logWeightedSum(Array<number>(all.length).fill(1 / count), all);
}

/** (k! as the rest of Stirling's formula) ln n! − ln(√(2πn)(n/e)^n): Loader 2000, "stirlerr". */
function stirlingError(n: number): number {
  if (n < FACTORIALS) return STIRLING_ERRORS[n] ?? 0;
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** Below it factorials are multiplied out, once. */
const FACTORIALS = 16;

const STIRLING_ERRORS = Float64Array.from({ length: FACTORIALS }, (_, n) => {
  let logFactorial = 0;
  for (let i = 2; i <= n; i += 1) logFactorial += Math.log(i);
  return n === 0 ? 0 : logFactorial - ((n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI));
});

/** x ln(x/m) + m − x, exact also where x ≈ m: Loader 2000, "bd0". */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j += 1) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * ln of the binomial probability of x among n, 0 < p < 1, by the saddle-point form of C. Loader, "Fast and accurate
 * computation of binomial probabilities" (2000): full precision where n is in the millions.
 */
export function logBinomial(x: number, n: number, p: number): number {
  if (n === 0) return 0;
  if (x === 0) return n * Math.log1p(-p);
  if (x === n) return n * Math.log(p);
  const q = 1 - p;
  return (
    stirlingError(n) -
    stirlingError(x) -
    stirlingError(n - x) -
    deviance(x, n * p) -
    deviance(n - x, n * q) +
    0.5 * Math.log(n / (2 * Math.PI * x * (n - x)))
  );
}

/**
 * ln E[psi^U] for each psi, U hypergeometric: of `marked` among first + second, the number that falls on `first`. Asked
 * for all psi of one table at once, so that what does not depend on psi is worked out once.
 *
 * Summed outward from the largest term of h(u) psi^u by the ratio of neighbours; the terms are log-concave, so what is
 * left out (below 1e-18 of the largest) stays below rounding. ln h(u), the chance that u of `marked` draws without
 * replacement fall among `first`, is made of three binomial terms.
 */
export function logTilts(first: number, second: number, marked: number, psis: readonly number[]): number[] {
  const low = Math.max(0, marked - second);
  const high = Math.min(marked, first);
  const tilts: number[] = [];
  const p = marked / (first + second);
  const whole = low === high ? 0 : logBinomial(marked, first + second, p);
  let [mode, chance] = [-1, 0];
  for (const psi of psis) {
    if (low === high || psi === 1) {
      tilts.push(low === high ? low * Math.log(psi) : 0);
      continue;
    }
    const largest = Math.min(high, Math.max(low, largestTerm(first, second, marked, psi)));
    // Neighbouring psi often have the same largest term.
    if (largest !== mode) {
      mode = largest;
      chance = logBinomial(mode, first, p) + logBinomial(marked - mode, second, p) - whole;
    }
    tilts.push(chance + mode * Math.log(psi) + Math.log(sumAround(mode, low, high, first, second, marked, psi)));
  }
  return tilts;
}

/** Σ h(u) psi^u over low..high, divided by the term of the mode. */
function sumAround(
  mode: number,
  low: number,
  high: number,
  first: number,
  second: number,
  marked: number,
  psi: number,
): number {
  let sum = 1;
  for (let u = mode, term = 1; u < high; u += 1) {
    term *= (psi * (first - u) * (marked - u)) / ((u + 1) * (second - marked + u + 1));
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  for (let u = mode - 1, term = 1; u >= low; u -= 1) {
    term /= (psi * (first - u) * (marked - u)) / ((u + 1) * (second - marked + u + 1));
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  return sum;
}

/** Where h(u) psi^u stops growing: the smaller root of ratio(u) = 1, in the form that does not cancel. */
function largestTerm(first: number, second: number, marked: number, psi: number): number {
  const b = psi * (first + marked) + second - marked + 2;
  const c = psi * first * marked - (second - marked + 1);
  const root = (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * (psi - 1) * c)));
  return Math.ceil(root);
}

/** ln Γ(x), x > 0: Stirling's series from 15 up, the recurrence Γ(x+1) = xΓ(x) below. */
export function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 15) {
    product *= shifted;
    shifted += 1;
  }
  const square = shifted * shifted;
  const series =
    (1 / 12 -
      (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square) /
    shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** ln of the multivariate beta function: Σ ln Γ(v) − ln Γ(Σ v). */
export function logBeta(values: readonly number[]): number {
  let total = 0;
  let sum = 0;
  for (const value of values) {
    total += value;
    sum += logGamma(value);
  }
  return sum - logGamma(total);
}
