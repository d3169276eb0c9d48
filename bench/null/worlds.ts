/**
 * Worlds in which the canary is not worse, or exactly as much worse as may be promoted: how often is it returned, or
 * promoted, all the same? Poisson arrivals, windows of five seconds, a look after every window.
 */
import { combine } from '../../src/verdict/combine.ts';
import { designOf } from '../../src/verdict/design.ts';
import { judge } from '../../src/verdict/judge.ts';
import { beginGuard, GUARD_SHARE, type GuardWindow, judgeGuard, observeGuard } from '../../src/verdict/public-path.ts';
import { begin, observeAll } from '../../src/verdict/state.ts';
import {
  type Count,
  DESIGN_DEFAULTS,
  type Design,
  type Histogram,
  type Source,
  type Window,
} from '../../src/verdict/types.ts';
import { binomial, geometric, poisson, type Random } from '../chance.ts';

/** One thing that may happen in a release, and how often it may. */
export interface Trial {
  readonly name: string;
  readonly event: string;
  readonly limit: number;
  readonly happens: (random: Random) => boolean;
}

export interface World {
  readonly name: string;
  /** What must not happen more often than `limit`. */
  readonly event: 'returned' | 'promoted';
  readonly limit: number;
  readonly windows: number;
  readonly design: Design;
  /** Users' requests a second and service. */
  readonly rate: number;
  readonly stableErrors: number;
  readonly canaryErrors: number;
  /** What the data plane does when `configured` is asked for. */
  readonly trueShare?: (configured: number) => number;
  /** Step of a window, for worlds that do not wait for promotion; otherwise steps follow the verdicts. */
  readonly stepOf?: (window: number) => number;
  /** Errors a cluster, geometric; all of one cluster fall on one version. */
  readonly cluster?: number;
  /** Errors of both versions swell and ebb together. */
  readonly tide?: boolean;
  /** Probe pairs a second on the lanes, and probes on the public path. */
  readonly pairs?: number;
  readonly probes?: number;
  /** The guard of the public path may return the release, too; the design holds what its level leaves. */
  readonly guarded?: boolean;
}

const SECONDS = 5;
/** Bounds and the share of answers in each bucket: a lognormal of median 50 ms and 99th percentile 321 ms. */
const BOUNDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1];
const BUCKETS = [0.1928, 0.3072, 0.3072, 0.1705, 0.0182, 0.0037, 0.0004];

/** One release; whether the event came. */
export function happens(world: World, random: Random): boolean {
  const { design } = world;
  let state = begin(design);
  let step = world.stepOf?.(0) ?? 1;
  let begunAt = 0;
  let guard = beginGuard();
  const threshold = -Math.log(design.falseAlarm);
  for (let w = 0; w < world.windows; w += 1) {
    const now = world.stepOf?.(w) ?? step;
    if (now !== step) [step, begunAt] = [now, w];
    const windows = design.services.flatMap((service) => windowsOf(world, random, service, step, w));
    const moment = { step, secondsInStep: SECONDS * (w + 1 - begunAt) };
    state = observeAll(state, windows, design, moment);
    if (world.event === 'returned') {
      if (combine(state, design).evidence.total >= threshold) return true;
      if (world.guarded !== true) continue;
      guard = observeGuard(guard, guardWindow(windows));
      if (judgeGuard(guard, world.limit - design.falseAlarm).verdict !== 'fine') return true;
      continue;
    }
    const { verdict } = judge(state, design, moment);
    if (verdict === 'rollback') return false;
    if (verdict !== 'promote') continue;
    [step, begunAt] = [step + 1, w + 1];
    if (step > design.weights.length || design.weights[step - 1] === 1) return true;
  }
  return false;
}

function windowsOf(world: World, random: Random, service: string, step: number, w: number): Window[] {
  const { design } = world;
  const configured = step === 0 ? 0 : (design.weights[step - 1] ?? 1);
  const share = world.trueShare?.(configured) ?? configured;
  const swell = world.tide === true ? 1 + 0.9 * Math.sin(w / 10) : 1;
  const windows: Window[] = [];
  const { sources } = design;
  const push = (source: Source, given: number, counts: Counts) => {
    const window = {
      service,
      source,
      step,
      seconds: SECONDS,
      share: given,
      stable: counts.stable,
      canary: counts.canary,
    };
    windows.push(counts.latency === undefined ? window : { ...window, latency: counts.latency });
  };
  if (sources.includes('users')) push('users', configured, usersOf(world, random, share, swell));
  if (sources.includes('lane')) {
    const pairs = (world.pairs ?? 10) * SECONDS;
    const stable = arrivals(random, pairs, world.stableErrors * swell, 1);
    const canary = arrivals(random, pairs, world.canaryErrors * swell, 1);
    push('lane', 0.5, both(design, random, stable, canary));
  }
  if (sources.includes('public')) {
    const probes = (world.probes ?? 10) * SECONDS;
    const seen = world.guarded === true ? swell : 0;
    const stable = publicProbes(random, probes * (1 - share), seen * world.stableErrors);
    const canary = publicProbes(random, probes * share, seen * world.canaryErrors);
    push('public', configured, { stable, canary });
  }
  return windows;
}

/** Their errors count for the guard alone. */
function publicProbes(random: Random, mean: number, errorShare: number): Count {
  const requests = poisson(random, mean);
  return { requests, errors: errorShare === 0 ? 0 : binomial(random, requests, errorShare) };
}

/** The probes of one service's windows, as the guard takes them. */
function guardWindow(windows: readonly Window[]): GuardWindow {
  const of = (source: Source) => windows.find((window) => window.source === source) ?? { stable: NONE, canary: NONE };
  const [{ stable, canary }, path] = [of('lane'), of('public')];
  const both = {
    requests: path.stable.requests + path.canary.requests,
    errors: path.stable.errors + path.canary.errors,
  };
  return { public: both, stable, canary };
}

const NONE: Count = { requests: 0, errors: 0 };

interface Counts {
  readonly stable: Count;
  readonly canary: Count;
  readonly latency?: Histogram;
}

interface Arrivals {
  readonly good: number;
  readonly errors: number;
}

function usersOf(world: World, random: Random, share: number, swell: number) {
  const total = world.rate * SECONDS;
  const size = world.cluster ?? 1;
  const stable = arrivals(random, total * (1 - share), world.stableErrors * swell, size);
  const canary = arrivals(random, total * share, world.canaryErrors * swell, size);
  return both(world.design, random, stable, canary);
}

function arrivals(random: Random, mean: number, errorShare: number, cluster: number): Arrivals {
  const clusters = poisson(random, (mean * errorShare) / cluster);
  let errors = 0;
  for (let i = 0; i < clusters; i += 1) errors += geometric(random, cluster);
  return { good: mean * (1 - errorShare), errors };
}

/** Poisson successes, by bucket where latency is watched. */
function both(design: Design, random: Random, stable: Arrivals, canary: Arrivals): Counts {
  if (!design.latency) {
    const count = ({ good, errors }: Arrivals) => ({ requests: poisson(random, good) + errors, errors });
    return { stable: count(stable), canary: count(canary) };
  }
  const buckets = ({ good }: Arrivals) => BUCKETS.map((part) => poisson(random, part * good));
  const latency: Histogram = { bounds: BOUNDS, stable: buckets(stable), canary: buckets(canary) };
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    stable: { requests: sum(latency.stable) + stable.errors, errors: stable.errors },
    canary: { requests: sum(latency.canary) + canary.errors, errors: canary.errors },
    latency,
  };
}

const plan = { services: ['jazz'], sources: ['users'], latency: false } as const;
const at = (weight: number) => designOf({ ...plan, weights: [weight] });
const first = () => 1;
/** Windows: 20 min with ten errors each, or 5 min where twenty services are counted. */
const LONG = 240;
const SHORT = 60;

const null_ = (name: string, given: Partial<World> & Pick<World, 'design'>): World => ({
  name,
  event: 'returned',
  limit: given.design.falseAlarm,
  windows: LONG,
  rate: 100,
  stableErrors: 0.02,
  canaryErrors: 0.02,
  stepOf: first,
  ...given,
});

const thirds = (windows: number) => (w: number) => 1 + Math.min(2, Math.floor((3 * w) / windows));

/** Worlds in which nothing is wrong with the canary. */
export const nullWorlds: readonly World[] = [
  ...[0.05, 0.25, 0.5].map((weight) => null_(`independent errors, weight ${100 * weight} %`, { design: at(weight) })),
  null_('independent errors, lane probes (raw form)', {
    design: designOf({ ...plan, sources: ['lane'], weights: [0.05] }),
    pairs: 50,
  }),
  null_('weights 5, 25, 50 %', { design: designOf({ ...plan, weights: [0.05, 0.25, 0.5] }), stepOf: thirds(LONG) }),
  null_('errors of both swell and ebb, weights 5, 25, 50 %', {
    design: designOf({ ...plan, weights: [0.05, 0.25, 0.5] }),
    stepOf: thirds(LONG),
    tide: true,
  }),
  ...[0.03, 0.06, 0.08, 0.2].map((share) =>
    null_(`5 % configured, ${100 * share} % real`, { design: at(0.05), trueShare: () => share }),
  ),
  null_('5 % configured, 20 % real, 2 requests/s', {
    design: at(0.05),
    trueShare: () => 0.2,
    rate: 2,
    stableErrors: 0.2,
    canaryErrors: 0.2,
  }),
  ...[2, 5].map((cluster) => null_(`clusters of ${cluster} errors, weight 5 %`, { design: at(0.05), cluster })),
  null_('clusters of 5 errors, weight 50 %', { design: at(0.5), cluster: 5 }),
  null_('20 services in lockstep, weights 5, 25, 50 %', {
    design: designOf({ ...plan, services: names(20), weights: [0.05, 0.25, 0.5] }),
    windows: SHORT,
    stepOf: thirds(SHORT),
    rate: 50,
  }),
  ...[1, 20].map((services) =>
    null_(`errors, latency, objective and split, all sources, ${services} service${services > 1 ? 's' : ''}`, {
      design: designOf({
        ...plan,
        services: names(services),
        sources: ['lane', 'users', 'public'],
        splitFrom: 'public',
        weights: [0.05, 0.25, 0.5],
        latency: true,
        slo: 0.01,
      }),
      windows: SHORT,
      stepOf: thirds(SHORT),
      rate: 40,
    }),
  ),
  // The guard of the objective bites where stable does not miss it: at the objective, and never surely beyond.
  ...[0.02, 0.01].map((errors) =>
    null_(`all metrics, objective 2 %, errors ${100 * errors} %, 1 service, with the guard of the public path`, {
      design: designOf({
        ...plan,
        sources: ['lane', 'users', 'public'],
        splitFrom: 'public',
        weights: [0.05, 0.25, 0.5],
        latency: true,
        slo: 0.02,
        falseAlarm: (1 - GUARD_SHARE) * DESIGN_DEFAULTS.falseAlarm,
      }),
      limit: DESIGN_DEFAULTS.falseAlarm,
      windows: SHORT,
      stepOf: thirds(SHORT),
      stableErrors: errors,
      canaryErrors: errors,
      rate: 40,
      guarded: true,
    }),
  ),
];

/**
 * Worlds in which the canary is worse by exactly the margin: 1 percentage point. Without the rollback test, which would
 * return most of them: the bound is that of promotion alone.
 */
const worse = (name: string, weights: readonly number[], stableErrors: number): World => ({
  name: `worse by exactly 1 point, stable at ${Number((100 * stableErrors).toFixed(2))} %${name}`,
  event: 'promoted',
  limit: DESIGN_DEFAULTS.falsePromotion,
  windows: 3 * LONG,
  design: designOf({ ...plan, weights, minStep: 0, maxStep: 1e9, falseAlarm: 1e-9 }),
  rate: 10,
  stableErrors,
  canaryErrors: stableErrors + 0.01,
});

export const worseWorlds: readonly World[] = [
  ...[0, 0.001, 0.01].map((stableErrors) => worse('', [0.5, 1], stableErrors)),
  worse(', weights 5, 25, 50, 100 %', [0.05, 0.25, 0.5, 1], 0.001),
];

/** The same world with the guarantee taken away: a test that cannot see this cannot see anything. */
export const brokenWorld: World = null_('clusters of 5 errors, taken for independent', {
  design: designOf({ ...plan, weights: [0.05], clusterSize: 1 }),
  cluster: 5,
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `service-${i + 1}`);
}
