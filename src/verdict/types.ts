/** What the verdict is told and what it answers. Counts in, sentence out; nothing here knows where counts come from. */

/**
 * Where counts come from. `lane`: our own probes on the lanes, paired, one by one. `users`: users' requests, from pods
 * or Prometheus. `public`: our probes on the public path, told apart by version: they prove the split, nothing else.
 */
export type Source = 'lane' | 'users' | 'public';
export const sources = ['lane', 'users', 'public'] as const satisfies readonly Source[];

/** What is compared. `objective` is the guard of `slo`; `split` is whether requests go where the route says. */
export type Metric = 'errors' | 'latency' | 'objective' | 'split';
export const metrics = ['errors', 'latency', 'objective', 'split'] as const satisfies readonly Metric[];

/** Answers of one version in one window. */
export interface Count {
  readonly requests: number;
  /** Of these, how many failed. */
  readonly errors: number;
}

/** Response times of the successes of one window, from histograms whose buckets both versions share. */
export interface Histogram {
  /** Finite upper bounds, seconds, rising; fixed before the first window. */
  readonly bounds: readonly number[];
  /** Successes in each bucket, not cumulative; one more than bounds: the last is "slower than the last bound". */
  readonly stable: readonly number[];
  readonly canary: readonly number[];
}

/** One service as seen by one source from one time to another. Windows follow each other and never overlap. */
export interface Window {
  readonly service: string;
  readonly source: Source;
  /**
   * The step the whole window lay in (0 = pre-flight, 1 = first weight, …), after its split was confirmed. A window
   * that straddles a change of weight belongs to no step and is left out: a window of another step than
   * {@link Moment.step} counts for nothing.
   */
  readonly step: number;
  readonly seconds: number;
  /** Canary's share of this source's requests as set up: the effective weight, or .5 for paired probes. 0 to 1. */
  readonly share: number;
  readonly stable: Count;
  readonly canary: Count;
  readonly latency?: Histogram;
}

/** What is fixed before the first request is counted. Changing any of it voids the guarantee, so states refuse it. */
export interface Design {
  /** Services that are shifted in lockstep. */
  readonly services: readonly string[];
  /** Configured sources, whether or not they have answered yet. */
  readonly sources: readonly Source[];
  /** Whose counts must agree with the route: the public path's, or users' where answers cannot be told apart. */
  readonly splitFrom?: 'public' | 'users';
  /** Effective canary shares of the steps, rising, 0 to 1, without pre-flight: [.05, .25, .5, 1]. */
  readonly weights: readonly number[];
  /** Highest chance to return a release that is not worse, over the whole release and all tests: 0.01. */
  readonly falseAlarm: number;
  /** Highest chance to reach the last weight with a release that is worse by maxErrorIncrease: 0.05. */
  readonly falsePromotion: number;
  /** Largest increase of the error share users may be exposed to, weight times increase: 0.01 = 1 percentage point. */
  readonly maxErrorIncrease: number;
  /** The same for the share of slow answers; used where histograms are given. */
  readonly maxSlowIncrease: number;
  readonly latency: boolean;
  /** Objective for the error share, 0 < slo ≤ 0.5; absent = no guard. */
  readonly slo?: number;
  /** Errors that may come from one cause in users' requests (retries, one client): evidence is divided by it. */
  readonly clusterSize: number;
  /** Seconds a step lasts at least, and at most. */
  readonly minStep: number;
  readonly maxStep: number;
  /** Probe pairs wanted at weight 0 before the first weight; 0 = no pre-flight. */
  readonly preflightPairs: number;
}

/** Defaults of everything but services, sources and weights. */
export const DESIGN_DEFAULTS = {
  falseAlarm: 0.01,
  falsePromotion: 0.05,
  maxErrorIncrease: 0.01,
  maxSlowIncrease: 0.02,
  latency: true,
  clusterSize: 10,
  minStep: 60,
  maxStep: 1800,
  preflightPairs: 300,
} as const satisfies Partial<Design>;

/** Where the release is. Time is told, never read. */
export interface Moment {
  /** 0 = pre-flight, 1 = at weights[0], … */
  readonly step: number;
  /** Seconds since the split of this step was confirmed. */
  readonly secondsInStep: number;
}

/**
 * `promote`: go to the next weight. `rollback`: return the traffic. `inconclusive`: the step took as long as it may.
 * `pause`: both versions are failing; stay, and blame nobody. `wait`: gather more.
 */
export type Verdict = 'promote' | 'rollback' | 'inconclusive' | 'wait' | 'pause';

export interface Decision {
  readonly verdict: Verdict;
  /** For people; says whether it speaks of probes or of users. */
  readonly sentence: string;
  readonly basis: 'probes' | 'users';
  /** The service, metric and source the sentence speaks of. */
  readonly service?: string;
  readonly metric?: Metric;
  readonly source?: Source;
  readonly evidence: Evidence;
  /** Until promotion, for the service that needs most: canary requests, and seconds at the current rate. */
  readonly needed?: { readonly requests: number; readonly seconds?: number };
  /** Failed users' requests on the canary so far; absent without such a source. */
  readonly failingRequests?: number;
  /** Canary's share of the requests of this step, of the service the sentence speaks of; needs users or public. */
  readonly observedShare?: number;
}

/** Natural logarithms. A release is returned when total reaches threshold. */
export interface Evidence {
  readonly total: number;
  readonly threshold: number;
  readonly metrics: Readonly<Partial<Record<Metric, number>>>;
}

/** What a service still needs before it may go on. */
export interface Need {
  readonly service: string;
  readonly needed: { readonly requests: number; readonly seconds?: number };
  /** Canary requests of the basis so far. */
  readonly seen: number;
  /** Enough is shown of errors: only the comparison of response times needs more. */
  readonly onlyTimes: boolean;
}
