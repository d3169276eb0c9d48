/** One service as one source has seen it so far: all evidence of the pair, advanced window by window. */
import { derived } from './design.ts';
import { beginLatency, coarsened, fits, type LatencyState, observeLatency } from './latency.ts';
import { beginObjective, type ObjectiveState, observeObjective } from './objective.ts';
import { beginPromotion, observePromotion, type PromotionState } from './promotion.ts';
import { beginRollback, type Form, observeErrors, type RollbackState } from './rollback.ts';
import { mismatchEvidence } from './split.ts';
import type { Count, Design, Source, Window } from './types.ts';

/** Plain JSON. */
export interface Stream {
  /** Seconds and answers of all windows that counted. */
  readonly seconds: number;
  readonly stable: Count;
  readonly canary: Count;
  /** Requests in the step under way; they give the realised share. */
  readonly step: number;
  readonly inStep: { readonly stable: Count; readonly canary: Count };
  /** Share as set up in the last window. */
  readonly share: number;
  readonly rollback: RollbackState;
  readonly promotion: PromotionState;
  readonly objective: { readonly stable: ObjectiveState; readonly canary: ObjectiveState };
  readonly latency?: LatencyState;
  /** Only for the source that proves the split. */
  readonly split?: SplitState;
}

/** Log evidence of finished stretches by step from 1, and the stretch under way: one share in one step. */
export interface SplitState {
  readonly steps: readonly number[];
  readonly stable: number;
  readonly canary: number;
}

const NONE: Count = { requests: 0, errors: 0 };

/** Probes are sent one by one on connections of their own; users' errors come in clusters. */
export function formOf(design: Design, source: Source): Form {
  return source === 'users' ? { kind: 'robust', clusterSize: design.clusterSize } : { kind: 'raw' };
}

export function beginStream(design: Design, source: Source): Stream {
  return {
    seconds: 0,
    stable: NONE,
    canary: NONE,
    step: 0,
    inStep: { stable: NONE, canary: NONE },
    share: 0,
    rollback: beginRollback(formOf(design, source)),
    promotion: beginPromotion(derived(design).errorMargins),
    objective: { stable: beginObjective(design.slo), canary: beginObjective(design.slo) },
    ...(design.splitFrom === source
      ? { split: { steps: design.weights.map(() => 0), stable: 0, canary: 0 } satisfies SplitState }
      : {}),
  };
}

/** Adds one window. Counts must be whole and errors at most requests; see {@link problemOf}. */
export function observe(stream: Stream, design: Design, window: Window): Stream {
  const { stable, canary, step, share } = window;
  const same = stream.step === step;
  const inStep = {
    stable: plus(same ? stream.inStep.stable : NONE, stable),
    canary: plus(same ? stream.inStep.canary : NONE, canary),
  };
  const realised = inStep.canary.requests / Math.max(1, inStep.canary.requests + inStep.stable.requests);
  const { bets, returnAt, errorMargins } = derived(design);
  const guard = (state: ObjectiveState, count: Count) =>
    observeObjective(state, bets, design.clusterSize, returnAt, count);
  const compared = window.source !== 'public';
  const errors = canary.errors + stable.errors;
  const form = formOf(design, window.source);
  // Built in one piece, not spread: simulations pass here a thousand million times.
  const next: { -readonly [Key in keyof Stream]: Stream[Key] } = {
    seconds: stream.seconds + window.seconds,
    stable: plus(stream.stable, stable),
    canary: plus(stream.canary, canary),
    step,
    inStep,
    share,
    rollback: compared
      ? observeErrors(stream.rollback, form, step, canary.errors, errors, Math.max(share, realised))
      : stream.rollback,
    promotion: compared ? observePromotion(stream.promotion, errorMargins, step, stable, canary) : stream.promotion,
    objective: compared
      ? { stable: guard(stream.objective.stable, stable), canary: guard(stream.objective.canary, canary) }
      : stream.objective,
  };
  const latency = compared ? observeTimes(stream, design, window) : stream.latency;
  if (latency !== undefined) next.latency = latency;
  if (stream.split !== undefined) next.split = observeSplit(stream, stream.split, window);
  return next;
}

function observeTimes(stream: Stream, design: Design, window: Window): LatencyState | undefined {
  if (!design.latency || window.latency === undefined || window.latency.bounds.length === 0) return stream.latency;
  // A version that answers but is not timed has no histogram: it must not look infinitely fast.
  const untimed = (count: Count, buckets: readonly number[]) =>
    count.requests > count.errors && buckets.every((inBucket) => inBucket === 0);
  const { latency } = window;
  if (untimed(window.stable, latency.stable) || untimed(window.canary, latency.canary)) return stream.latency;
  const histogram = coarsened(window.latency);
  const { slowMargins } = derived(design);
  const before = stream.latency ?? beginLatency(histogram.bounds, slowMargins);
  if (!fits(before, histogram)) return before;
  return observeLatency(before, slowMargins, window.step, histogram);
}

/** At weight 0 nothing is split yet. A new step or share begins a new stretch, since a prior is around one share. */
function observeSplit(stream: Stream, split: SplitState, window: Window): SplitState {
  const { step, share } = window;
  if (step === 0) return split;
  const added = { stable: window.stable.requests, canary: window.canary.requests };
  if (stream.step === step && stream.share === share) {
    return { ...split, stable: split.stable + added.stable, canary: split.canary + added.canary };
  }
  return { steps: splitByStep(stream), ...added };
}

/** Log evidence against the split by step, the stretch under way included. */
export function splitByStep(stream: Stream): number[] {
  const { split } = stream;
  if (split === undefined) return [];
  return split.steps.map((log, i) => (i + 1 === stream.step ? log + mismatchEvidence(split, stream.share) : log));
}

/** What is wrong with a window, if anything: a defect of what counted, not of the release. */
export function problemOf(window: Window): string | undefined {
  const counts = countProblem('stable', window.stable) ?? countProblem('canary', window.canary);
  if (counts !== undefined) return counts;
  if (!(window.share >= 0 && window.share <= 1)) return `share ${window.share} is not between 0 and 1`;
  if (!(window.seconds >= 0 && window.seconds < Number.POSITIVE_INFINITY)) return `seconds ${window.seconds}`;
  if (!Number.isSafeInteger(window.step) || window.step < 0) return `step ${window.step}`;
  const { latency } = window;
  if (latency === undefined) return undefined;
  const rising = latency.bounds.every((bound, b) => Number.isFinite(bound) && bound > (latency.bounds[b - 1] ?? 0));
  if (!rising) return 'latency bounds must be finite and rise from above 0';
  for (const [name, buckets] of [
    ['stable', latency.stable],
    ['canary', latency.canary],
  ] as const) {
    if (buckets.length !== latency.bounds.length + 1)
      return `latency of ${name}: one bucket more than bounds is needed`;
    if (!buckets.every(whole)) return `latency of ${name}: counts must be whole numbers`;
  }
  return undefined;
}

const whole = (value: number) => Number.isSafeInteger(value) && value >= 0;

function countProblem(name: string, count: Count): string | undefined {
  if (!whole(count.requests) || !whole(count.errors)) return `${name}: counts must be whole numbers`;
  return count.errors > count.requests ? `${name}: ${count.errors} errors in ${count.requests} requests` : undefined;
}

function plus(one: Count, other: Count): Count {
  return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}
