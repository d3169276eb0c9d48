/** What a design must be, which metrics and sources it brings into play, and how the one alpha is divided. */
import { type Bets, betsOn } from './objective.ts';
import { margins } from './promotion.ts';
import { DESIGN_DEFAULTS, type Design, type Metric, metrics, type Source } from './types.ts';

/** Shares of the one alpha by metric, renormalised over those enabled. docs/statistics.md §8. */
const ALPHA_SHARES: Readonly<Record<Metric, number>> = { errors: 0.6, latency: 0.2, objective: 0.1, split: 0.1 };

/** A design from what must be given and the defaults. @throws RangeError naming what is wrong. */
export function designOf(
  given: Pick<Design, 'services' | 'sources' | 'weights'> & Partial<Omit<Design, 'services' | 'sources' | 'weights'>>,
): Design {
  const design: Design = { ...DESIGN_DEFAULTS, ...given };
  for (const [broken, message] of problems(design)) if (broken) throw new RangeError(`verdict: ${message}.`);
  return design;
}

function problems(design: Design): [boolean, string][] {
  const { services, sources, weights, splitFrom, slo } = design;
  const chance = (value: number) => value > 0 && value < 1;
  const rising = weights.every((weight, i) => weight > (weights[i - 1] ?? 0) && weight <= 1);
  return [
    [services.length === 0 || new Set(services).size < services.length, 'services must be named, each once'],
    [new Set(sources).size < sources.length, 'a source is named twice'],
    [!sources.includes('lane') && !sources.includes('users'), 'sources must hold lane or users'],
    [weights.length === 0 || !rising, 'weights must rise, above 0 and at most 1'],
    [splitFrom !== undefined && !sources.includes(splitFrom), `splitFrom ${splitFrom} is not among the sources`],
    [!chance(design.falseAlarm), 'falseAlarm must be between 0 and 1'],
    [!chance(design.falsePromotion), 'falsePromotion must be between 0 and 1'],
    [!chance(design.maxErrorIncrease), 'maxErrorIncrease must be between 0 and 1'],
    [!chance(design.maxSlowIncrease), 'maxSlowIncrease must be between 0 and 1'],
    // Beyond .5 the bets of the guard, capped at .99, would no longer lie above the objective by enough.
    [slo !== undefined && !(slo > 0 && slo <= 0.5), 'slo is an error share above 0 and at most 0.5'],
    [!(design.clusterSize >= 1), 'clusterSize must be at least 1'],
    [!(design.minStep >= 0 && design.maxStep > design.minStep), 'maxStep must be longer than minStep'],
    [!(design.preflightPairs >= 0), 'preflightPairs must be at least 0'],
  ];
}

/** Sources that speak for a metric; empty = the metric is not enabled. */
function sourcesOf(design: Design, metric: Metric): Source[] {
  if (metric === 'split') return design.splitFrom === undefined ? [] : [design.splitFrom];
  if (metric === 'latency' && !design.latency) return [];
  if (metric === 'objective' && design.slo === undefined) return [];
  return design.sources.filter((source) => source !== 'public');
}

/** What follows from a design alone, worked out once. */
export interface Derived {
  readonly fingerprint: string;
  /** Enabled metrics with their shares of alpha, which sum to 1, and the sources that speak for them. */
  readonly metrics: readonly { readonly metric: Metric; readonly share: number; readonly from: readonly Source[] }[];
  /** Margins to be shown before leaving each step, for errors and for slow answers. */
  readonly errorMargins: readonly number[];
  readonly slowMargins: readonly number[];
  readonly bets: Bets;
  /** ln of the evidence from which on the release is returned, and promoted. */
  readonly returnAt: number;
  readonly promoteAt: number;
}

const known = new WeakMap<Design, Derived>();

export function derived(design: Design): Derived {
  const found = known.get(design);
  if (found !== undefined) return found;
  const enabled = metrics.filter((metric) => sourcesOf(design, metric).length > 0);
  const whole = enabled.reduce((sum, metric) => sum + ALPHA_SHARES[metric], 0);
  const made: Derived = {
    fingerprint: fingerprint(design),
    metrics: enabled.map((metric) => ({
      metric,
      share: ALPHA_SHARES[metric] / whole,
      from: sourcesOf(design, metric),
    })),
    errorMargins: margins(design, design.maxErrorIncrease),
    slowMargins: margins(design, design.maxSlowIncrease),
    bets: betsOn(design.slo),
    returnAt: -Math.log(design.falseAlarm),
    promoteAt: -Math.log(design.falsePromotion),
  };
  known.set(design, made);
  return made;
}

/** Eight hex digits that change when anything changes that the guarantee rests on (FNV-1a). */
function fingerprint(design: Design): string {
  const text = JSON.stringify([
    design.services,
    design.sources,
    design.splitFrom ?? null,
    design.weights,
    design.falseAlarm,
    design.falsePromotion,
    design.maxErrorIncrease,
    design.maxSlowIncrease,
    design.latency,
    design.slo ?? null,
    design.clusterSize,
  ]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
