/**
 * The guard of the public path: lanes that are fine prove nothing about users, who take another way. One guard a
 * service; counts are probes of one second or so, on the public path and on both lanes in the same time. Two questions.
 *
 * Is the public path failing now? The likelihood ratio of A. Wald (1945) that forgets (E. S. Page, "Continuous inspection
 * schemes", 1954), as in {@link observeObjective}. What fails the lanes too is not the path's doing: then it is silent.
 *
 * Does it fail more often than either lane? The relative-risk e-process of rollback.ts, with the public path in the place
 * of the canary and a lane in that of stable, for each lane its own; both must exceed 1/level. A sound path is a mixture
 * of the two versions, so it fails at most as often as the worse of them. docs/statistics.md §11.
 */
import { logWeightedSum } from './logarithms.ts';
import { beginObjective, betsOn, isFailing, type ObjectiveState, observeObjective } from './objective.ts';
import { RELATIVE_RISKS, RISK_SHARES } from './rollback.ts';
import type { Count } from './types.ts';

/** Part of a release's `false-alarm` that is kept for this guard; the verdict's `Design.falseAlarm` is the rest of it. */
export const GUARD_SHARE = 0.05;

/** Evidence from which on the path is failing now: eight failures in a row. It is a signal, and takes no alpha. */
const FAILING_AT = Math.log(100);

const BETS = betsOn(undefined);

/** Probes of one stretch of time. A lane that was not asked has no requests. */
export interface GuardWindow {
  readonly public: Count;
  readonly stable: Count;
  readonly canary: Count;
}

/** Plain JSON. */
export interface GuardState {
  /** All probes so far, and those of the last window in which each was asked. */
  readonly seen: GuardWindow;
  readonly last: GuardWindow;
  readonly failing: ObjectiveState;
  readonly against: { readonly stable: LaneState; readonly canary: LaneState };
}

/** Evidence against one lane. */
export interface LaneState {
  /** Windows in which a probe of either failed. */
  readonly windows: number;
  /** Log evidence by relative risk, averaged over starts in any of these windows; empty before the first. */
  readonly logs: readonly number[];
}

/** `failing` and `worse` return the traffic; `fine`: the guard has nothing to say, the verdict decides. */
export type GuardJudgement =
  | { readonly verdict: 'fine' }
  | { readonly verdict: 'failing'; readonly sentence: string }
  | { readonly verdict: 'worse'; readonly sentence: string };

const NONE: Count = { requests: 0, errors: 0 };
const NOTHING: GuardWindow = { public: NONE, stable: NONE, canary: NONE };
const NOT_YET: LaneState = { windows: 0, logs: [] };

export function beginGuard(): GuardState {
  return {
    seen: NOTHING,
    last: NOTHING,
    failing: beginObjective(undefined),
    against: { stable: NOT_YET, canary: NOT_YET },
  };
}

/** Adds one window; windows follow each other and never overlap. */
export function observeGuard(state: GuardState, window: GuardWindow): GuardState {
  const each = (merge: (name: keyof GuardWindow) => Count): GuardWindow => ({
    public: merge('public'),
    stable: merge('stable'),
    canary: merge('canary'),
  });
  return {
    seen: each((name) => plus(state.seen[name], window[name])),
    last: each((name) => (window[name].requests > 0 ? plus(NONE, window[name]) : state.last[name])),
    failing: observeObjective(state.failing, BETS, 1, FAILING_AT, window.public),
    against: {
      stable: observeLane(state.against.stable, window.public, window.stable),
      canary: observeLane(state.against.canary, window.public, window.canary),
    },
  };
}

/**
 * What the guard says after the windows so far; ask after every one.
 * @param level chance that a path that is no worse than its lanes is ever called worse: {@link GUARD_SHARE} of the
 * release's false-alarm, divided by the number of its services
 */
export function judgeGuard(state: GuardState, level: number): GuardJudgement {
  const { last, against } = state;
  const lanes = [last.stable, last.canary].filter(({ requests }) => requests > 0);
  const laneAnswers = lanes.some(({ requests, errors }) => errors <= BETS.objective * requests);
  if (isFailing(state.failing, BETS.objective, FAILING_AT) && (lanes.length === 0 || laneAnswers)) {
    return { verdict: 'failing', sentence: failing(state) };
  }
  const log = Math.min(laneEvidence(against.stable), laneEvidence(against.canary));
  return log >= -Math.log(level) ? { verdict: 'worse', sentence: worse(state, level) } : { verdict: 'fine' };
}

/**
 * One window against one lane. The share is the window's own, with which the guarantee is exact (docs/statistics.md §2).
 * Half of the evidence starts with the first window that has an error, the rest is spread over those after it, so that
 * errors everywhere in the past do not outweigh a path that breaks late.
 */
function observeLane(state: LaneState, path: Count, lane: Count): LaneState {
  const errors = path.errors + lane.errors;
  if (errors === 0 || path.requests === 0 || lane.requests === 0) return state;
  const share = path.requests / (path.requests + lane.requests);
  const windows = state.windows + 1;
  const start = Math.log(startShare(windows));
  const logs = RELATIVE_RISKS.map((psi, g) => {
    const begun = state.logs[g];
    const before = begun === undefined ? start : logWeightedSum([1, 1], [begun, start]);
    return before + path.errors * Math.log(psi) - errors * Math.log1p(share * (psi - 1));
  });
  return { windows, logs };
}

/** Part of the evidence that starts in the n-th window with an error: 1/2, then 1/(2n(n−1)); what follows sums to 1/(2n). */
function startShare(n: number): number {
  return n === 1 ? 0.5 : 0.5 / (n * (n - 1));
}

/** ln of the evidence that the path fails more often than this lane. Starts still to come count as 1. */
export function laneEvidence({ windows, logs }: LaneState): number {
  if (windows === 0) return 0;
  return logWeightedSum([1, 1], [logWeightedSum(RISK_SHARES, logs), -Math.log(2 * windows)]);
}

/** A state from a journal, which is untrusted: taken only whole, else none. */
export function readGuard(value: unknown): GuardState | undefined {
  const state = value as GuardState;
  const counts = (given: GuardWindow) => [given.public, given.stable, given.canary].every(isCount);
  const lane = ({ windows, logs }: LaneState) =>
    isWhole(windows) && logs.length === (windows === 0 ? 0 : RELATIVE_RISKS.length) && logs.every(Number.isFinite);
  try {
    const { failing, against } = state;
    const lately = failing.since === undefined && failing.lately.length === BETS.error.length;
    const numbers = [failing.last, ...failing.lately].every(Number.isFinite);
    const whole = counts(state.seen) && counts(state.last) && lately && numbers;
    return whole && lane(against.stable) && lane(against.canary) ? state : undefined;
  } catch {
    // A member is missing or of another kind.
    return undefined;
  }
}

function failing({ seen, last }: GuardState): string {
  const lanes = onLanes(last);
  const meanwhile = lanes === '' ? '' : ` In the same time ${lanes}.`;
  const { requests, errors } = last.public;
  return `The public path, which users take, is failing: ${errors} of the last ${requests} probes on it failed, ${seen.public.errors} of ${seen.public.requests} in all.${meanwhile} This speaks of probes on the public path.`;
}

function worse({ seen }: GuardState, level: number): string {
  const { requests, errors } = seen.public;
  const chance = `If it were no worse, evidence this strong would appear at any point in fewer than 1 of ${Math.round(1 / level)} rollouts.`;
  return `The public path, which users take, fails more often than the lanes to either version: ${errors} of ${requests} probes on it failed, ${onLanes(seen)}. ${chance} This speaks of probes on the public path; its route, plugins or gateway are at fault, not a version alone.`;
}

/** "0 of 10 on the lane to the current version and 0 of 10 on the lane to the new version". */
function onLanes({ stable, canary }: GuardWindow): string {
  const lane = ({ requests, errors }: Count, version: string) =>
    requests === 0 ? [] : [`${errors} of ${requests} on the lane to the ${version} version`];
  return [...lane(stable, 'current'), ...lane(canary, 'new')].join(' and ');
}

function plus(one: Count, other: Count): Count {
  return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}

function isCount({ requests, errors }: Count): boolean {
  return isWhole(requests) && isWhole(errors) && errors <= requests;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
