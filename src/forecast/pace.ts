/**
 * How many requests, and how long, each weight needs until the next may follow, when both versions are equally good: the
 * verdict's own margins over the expected growth of its evidence (docs/statistics.md §4, §9). Pure.
 */
import type { Percent } from '../routes/types.ts';
import { derived } from '../verdict/design.ts';
import { growth } from '../verdict/promotion.ts';
import type { Design } from '../verdict/types.ts';
import type { Pace } from './types.ts';

/** Share of stable's answers above the bound that is compared (docs/statistics.md §5): at most this, so it is taken. */
const SLOW_SHARE = 0.01;

export interface Speeds {
  /** Users' requests a second to both versions; absent when nobody counts them. */
  readonly users?: number;
  /** Probe pairs a second: one request to each version. */
  readonly pairs: number;
  /** Error share of the current version, 0 to 1. */
  readonly errorShare: number;
}

interface Phase {
  readonly asked: Percent;
  readonly share: number;
  /** Requests to the canary a second; undefined when not known. */
  readonly rate: number | undefined;
}

/**
 * Pre-flight (where the design has one) and every weight, in order. Evidence is kept over the release, so what an earlier
 * weight gathered counts towards the margin of a later one.
 */
export function paceOf(design: Design, speeds: Speeds): readonly Pace[] {
  const { promoteAt, errorMargins, slowMargins } = derived(design);
  const usersDecide = design.sources.includes('users');
  const phases: Phase[] = design.weights.map((weight) => ({
    asked: 100 * weight,
    share: usersDecide ? weight : 0.5,
    rate: usersDecide ? (speeds.users === undefined ? undefined : speeds.users * weight) : speeds.pairs,
  }));
  const paces: Pace[] = [];
  /** What has been gathered of the basis so far. */
  const gathered: { readonly share: number; readonly requests: number }[] = [];
  const needed = (margin: number, errorShare: number, share: number): number => {
    const had = gathered.reduce((sum, phase) => sum + phase.requests * growth(errorShare, margin, phase.share), 0);
    return had >= promoteAt ? 0 : Math.ceil((promoteAt - had) / growth(errorShare, margin, share));
  };
  if (design.sources.includes('lane') && design.preflightPairs > 0) {
    const margin = errorMargins[0] ?? 0.5;
    const requests = Math.max(design.preflightPairs, needed(margin, speeds.errorShare, 0.5));
    paces.push(paced(0, requests, speeds.pairs, 0, Number.POSITIVE_INFINITY));
    if (!usersDecide) gathered.push({ share: 0.5, requests });
  }
  for (const [index, { asked, share, rate }] of phases.entries()) {
    if ((design.weights[index] ?? 0) >= 1) {
      paces.push({ asked, requests: 0, seconds: 0, bound: 'evidence' });
      continue;
    }
    const errors = needed(errorMargins[index + 1] ?? 0.5, speeds.errorShare, share);
    const slow = usersDecide && design.latency ? needed(slowMargins[index + 1] ?? 0.5, SLOW_SHARE, share) : 0;
    const pace = paced(asked, Math.max(errors, slow), rate, design.minStep, design.maxStep);
    paces.push(pace);
    gathered.push({ share, requests: rate === undefined ? pace.requests : (pace.seconds ?? 0) * rate });
  }
  return paces;
}

function paced(asked: Percent, requests: number, rate: number | undefined, least: number, most: number): Pace {
  if (rate === undefined) return { asked, requests, bound: 'unknown' };
  const seconds = rate === 0 ? (requests === 0 ? 0 : Number.POSITIVE_INFINITY) : requests / rate;
  if (seconds > most) return { asked, requests, seconds: most, bound: 'max-step' };
  return { asked, requests, seconds: Math.max(seconds, least), bound: seconds > least ? 'evidence' : 'min-step' };
}
