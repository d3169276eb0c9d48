/** Whether the share of answers seen from the canary agrees with what the route says. */

export type ShareJudgement = 'agrees' | 'disagrees' | 'undecided';

/** z for a two-sided chance of 1 in 10 000 to call a right split wrong. */
const Z = 3.8906;

/**
 * Compares a count of canary answers with the effective share, by the Wilson score interval (Wilson 1927): `agrees`
 * when the interval holds the effective share and excludes the previous one, `disagrees` when it excludes the effective
 * share, `undecided` until then. Kong deals requests out in turns, so real counts vary less than a coin's and the
 * interval is wider than it need be.
 *
 * @param canary answers identified as the canary's
 * @param total answers identified as either version's
 * @param effective share the data plane should give, percent
 * @param previous share before this step, percent
 */
export function judgeShare(canary: number, total: number, effective: number, previous: number): ShareJudgement {
  if (total === 0) return 'undecided';
  const { low, high } = wilson(canary, total);
  const wanted = effective / 100;
  const before = previous / 100;
  // A share of 0 or 1 leaves no room for chance: a single answer of the other version refutes it.
  if (wanted === 0 && canary > 0) return 'disagrees';
  if (wanted === 1 && canary < total) return 'disagrees';
  const tolerance = 1e-9;
  if (wanted < low - tolerance || wanted > high + tolerance) return 'disagrees';
  if (previous === effective) return 'agrees';
  if (before === 0) return canary > 0 ? 'agrees' : 'undecided';
  return before < low || before > high ? 'agrees' : 'undecided';
}

/** Wilson score interval of a share, for the z above. */
export function wilson(count: number, total: number): { low: number; high: number } {
  const share = count / total;
  const square = Z * Z;
  const middle = (share + square / (2 * total)) / (1 + square / total);
  const half = (Z / (1 + square / total)) * Math.sqrt((share * (1 - share)) / total + square / (4 * total * total));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
