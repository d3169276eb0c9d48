/**
 * What a bad version costs users before it is returned: the verdict itself, over releases with random counts, beside
 * the bound no test can go below (docs/statistics.md §10). Pure.
 */
import { begin, update } from '../verdict/index.ts';
import { entropy } from '../verdict/promotion.ts';
import type { Count, Design, Window } from '../verdict/types.ts';
import { generator, poisson, type Random } from './chance.ts';
import type { Exposure } from './types.ts';

/** Seconds between two countings of users' requests. */
const WINDOW = 5;
/** Seconds of users' requests counted before the first weight. */
const HISTORY = 600;

/** Releases that are averaged, and seconds after which one is no longer followed. */
const RELEASES = 40;
const LONGEST = 3600;

/** Shares of failing answers that are looked at: nearly all right, often wrong, all wrong. */
export const FAILING_SHARES = [0.02, 0.05, 0.2, 1] as const;

export interface Flow {
  /** Users' requests a second. */
  readonly rate: number;
  /** Probe pairs a second, where users are not counted. */
  readonly pairs: number;
  /** Error share of the current version, 0 to 1. */
  readonly errorShare: number;
}

/** One case for each share that is worse than the current version. Faults that show at weight 0 are found there first. */
export function exposuresOf(design: Design, flow: Flow): readonly Exposure[] {
  const first = design.weights[0] ?? 1;
  return FAILING_SHARES.filter((failing) => failing > 1.5 * flow.errorShare).map((failing) => ({
    ...untilReturn(design, flow, failing),
    failing,
    bound: first >= 1 ? 0 : fewestFailing(first, failing, flow.errorShare, design.falseAlarm),
  }));
}

/**
 * Failing canary requests before return, at least, on average: a level-alpha test that returns a bad release for sure
 * must gather ln(1/alpha) of relative entropy to the closest world in which the release is not worse (A. Wald 1945;
 * E. Kaufmann and W. Koolen, "Mixture martingales revisited", JMLR 2021, by data processing).
 */
export function fewestFailing(w: number, p1: number, p0: number, alpha: number): number {
  return (w * p1 * -Math.log(alpha)) / information(w, p1, p0);
}

/** Information one request (of either version) gives, canary share w, error shares p1 of the canary, p0 of stable. */
export function information(w: number, p1: number, p0: number): number {
  const mean = w * p1 + (1 - w) * p0;
  return w * entropy(p1, mean) + (1 - w) * entropy(p0, mean);
}

/** Averages over releases with random counts, the same for the same design and flow. */
function untilReturn(design: Design, flow: Flow, failing: number): { requests: number; seconds: number } {
  const { splitFrom: _, ...plain } = design;
  const alone: Design = {
    ...plain,
    services: design.services.slice(0, 1),
    sources: design.sources.filter((source) => source !== 'public'),
  };
  const runs = Array.from({ length: RELEASES }, (_unused, seed) =>
    oneRelease(alone, flow, failing, generator(seed + 1)),
  );
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { requests: mean(runs.map((run) => run.requests)), seconds: mean(runs.map((run) => run.seconds)) };
}

function oneRelease(
  design: Design,
  flow: Flow,
  failing: number,
  random: Random,
): { requests: number; seconds: number } {
  const [service = ''] = design.services;
  const users = design.sources.includes('users');
  const counted = (mean: number, errorShare: number): Count => {
    const errors = poisson(random, mean * errorShare);
    return { requests: errors + poisson(random, mean * (1 - errorShare)), errors };
  };
  let state = begin(design);
  if (users) {
    const history = { service, source: 'users', step: 0, seconds: HISTORY, share: 0 } as const;
    const stable = counted(flow.rate * HISTORY, flow.errorShare);
    state = update(state, [{ ...history, stable, canary: { requests: 0, errors: 0 } }], design, at(0, 0)).state;
  }
  let [step, begun, clock, requests] = [1, 0, 0, 0];
  const last = Math.min(LONGEST, design.maxStep * design.weights.length);
  while (clock < last) {
    clock += WINDOW;
    const share = design.weights[step - 1] ?? 1;
    // Expected, not drawn: by Wald's identity the mean over releases is the same, with less chance in it.
    requests += flow.rate * share * WINDOW * failing;
    const window: Window = users
      ? {
          ...{ service, source: 'users', step, seconds: WINDOW, share },
          stable: counted(flow.rate * (1 - share) * WINDOW, flow.errorShare),
          canary: counted(flow.rate * share * WINDOW, failing),
        }
      : {
          ...{ service, source: 'lane', step, seconds: WINDOW, share: 0.5 },
          stable: counted(flow.pairs * WINDOW, flow.errorShare),
          canary: counted(flow.pairs * WINDOW, failing),
        };
    const judged = update(state, [window], design, at(step, clock - begun));
    state = judged.state;
    if (judged.decision.verdict === 'rollback') break;
    if (judged.decision.verdict === 'promote' && step < design.weights.length) [step, begun] = [step + 1, clock];
  }
  return { requests, seconds: clock };
}

const at = (step: number, secondsInStep: number) => ({ step, secondsInStep });
