/** Our rule: the verdict room itself, fed as the engine feeds it. */
import {
  begin,
  designOf,
  GUARD_SHARE,
  type Histogram,
  type Source,
  update,
  type Window,
} from '../../src/verdict/index.ts';
import { DESIGN_DEFAULTS, type Design } from '../../src/verdict/types.ts';
import { poisson, type Random } from '../chance.ts';
import { type Count, HOUR, outcome, type Rule, requests, type World } from './world.ts';

export interface Setup {
  readonly design: Design;
  /** Seconds between two countings of users' requests, and until a count is known. */
  readonly window: number;
  readonly lag: number;
  /** Probe pairs a second on the lanes in pre-flight; 0 = none. Also after it where users are not counted. */
  readonly pairs: number;
  /** Probes a second on the public path. */
  readonly probes: number;
}

/** Seconds of stable's requests counted before the first weight. */
const HISTORY = 600;
/** Bounds in seconds and shares of a lognormal of median 50 ms, 99th percentile 321 ms. */
const BOUNDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1];
const BUCKETS = [0.1928, 0.3072, 0.3072, 0.1705, 0.0182, 0.0037, 0.0004];

/** As the engine has it: the guard of the public path takes its share of the release's alpha. */
const falseAlarm = (1 - GUARD_SHARE) * DESIGN_DEFAULTS.falseAlarm;
const plan = { weights: [0.05, 0.25, 0.5, 1], maxStep: 1e9, preflightPairs: 300, falseAlarm };

/** @param services in lockstep, of which all are alike */
export function setup(kind: 'errors' | 'all' | 'pre-flight' | 'prometheus' | 'probes', services = 1): Setup {
  const names = Array.from({ length: services }, (_, i) => `service-${i + 1}`);
  const sources: Source[] =
    kind === 'probes' ? ['lane', 'public'] : kind === 'pre-flight' ? ['lane', 'users', 'public'] : ['users', 'public'];
  const design = designOf({
    ...plan,
    services: names,
    ...(kind === 'errors'
      ? { sources: ['users'], latency: false }
      : { sources, splitFrom: 'public' as const, latency: true }),
  });
  const slow = kind === 'prometheus';
  return {
    design,
    window: slow ? 15 : 5,
    lag: slow ? 15 : 0,
    pairs: sources.includes('lane') && kind !== 'errors' ? 10 : 0,
    probes: 10,
  };
}

export function ours(setup: Setup): Rule {
  return (world, random) => {
    const { design } = setup;
    let state = begin(design);
    let [clock, failing] = [0, 0];
    const history = design.services.map((service) => users(setup, world, random, service, 0, HISTORY).window);
    const counted = design.sources.includes('users');
    if (counted) state = update(state, history, design, { step: 0, secondsInStep: 0 }).state;
    for (let second = 5; setup.pairs > 0; second += 5) {
      clock += 5;
      const windows = design.services.map((service) => lane(setup, world, random, service, 0));
      const judged = update(state, windows, design, { step: 0, secondsInStep: second });
      state = judged.state;
      if (judged.decision.verdict === 'rollback') return outcome(world, random, 'returned', clock, 0);
      if (judged.decision.verdict === 'promote') break;
      if (clock >= HOUR) return outcome(world, random, 'undecided', clock, 0);
    }
    let [step, begun] = [1, clock];
    /** Windows not known yet, oldest first. */
    let pending: { known: number; windows: Window[] }[] = [];
    while (clock < HOUR) {
      clock += setup.window;
      const seen = design.services.map((service) => users(setup, world, random, service, step, setup.window));
      failing += seen.reduce((sum, { failed }) => sum + failed, 0);
      const probed = design.sources.includes('public')
        ? design.services.map((service) => publicPath(setup, random, service, step))
        : [];
      const windows = counted
        ? seen.map(({ window }) => window)
        : design.services.map((service) => lane(setup, world, random, service, step));
      pending.push({ known: clock + setup.lag, windows });
      const due = pending.filter(({ known }) => known <= clock).flatMap(({ windows }) => windows);
      pending = pending.filter(({ known }) => known > clock);
      const judged = update(state, [...due, ...probed], design, { step, secondsInStep: clock - begun });
      state = judged.state;
      const { verdict } = judged.decision;
      if (verdict === 'rollback') return outcome(world, random, 'returned', clock, failing);
      if (verdict !== 'promote') continue;
      [step, begun] = [step + 1, clock];
      if ((design.weights[step - 1] ?? 1) >= 1) return outcome(world, random, 'promoted', clock, failing);
    }
    return outcome(world, random, 'undecided', clock, failing);
  };
}

function weightOf(setup: Setup, step: number): number {
  return step === 0 ? 0 : (setup.design.weights[step - 1] ?? 1);
}

function users(setup: Setup, world: World, random: Random, service: string, step: number, seconds: number) {
  const share = weightOf(setup, step);
  const total = world.rate * seconds;
  const common = { service, source: 'users' as const, step, seconds, share };
  if (!setup.design.latency) {
    const stable = requests(random, total * (1 - share), world.p0);
    const canary = requests(random, total * share, world.p1);
    return { window: { ...common, stable, canary }, failed: canary.errors };
  }
  const [stable, slowStable] = timed(random, total * (1 - share), world.p0);
  const [canary, slowCanary] = timed(random, total * share, world.p1);
  const latency: Histogram = { bounds: BOUNDS, stable: slowStable, canary: slowCanary };
  return { window: { ...common, stable, canary, latency }, failed: canary.errors };
}

function timed(random: Random, mean: number, errorShare: number): [Count, number[]] {
  const errors = poisson(random, mean * errorShare);
  const buckets = BUCKETS.map((part) => poisson(random, part * mean * (1 - errorShare)));
  return [{ requests: buckets.reduce((sum, value) => sum + value, errors), errors }, buckets];
}

/** Pairs, so as many to each version; times are left out, they are equal. */
function lane(setup: Setup, world: World, random: Random, service: string, step: number): Window {
  const count = setup.pairs * 5;
  const failed = (share: number) => {
    let errors = 0;
    for (let i = 0; i < count; i += 1) if (random() < share) errors += 1;
    return { requests: count, errors };
  };
  const [stable, canary] = [failed(world.p0), failed(world.p1)];
  return { service, source: 'lane', step, seconds: 5, share: 0.5, stable, canary };
}

function publicPath(setup: Setup, random: Random, service: string, step: number): Window {
  const share = weightOf(setup, step);
  const mean = setup.probes * setup.window;
  const stable = { requests: poisson(random, mean * (1 - share)), errors: 0 };
  const canary = { requests: poisson(random, mean * share), errors: 0 };
  return { service, source: 'public', step, seconds: setup.window, share, stable, canary };
}
