/**
 * From raw counters to counts of a window. Differences are taken of the counters themselves, series by series, never of
 * rates: those are extrapolated and not whole (prometheus/prometheus#3746). Pure.
 */

import type { Metric } from '../../routes/types.ts';
import type { Count, Histogram } from '../../verdict/types.ts';
import { numberOf, type Series } from './exposition.ts';
import { isFailure, isIncoming, statusOf } from './presets.ts';

/** One counter of requests: what its increase counts as. */
export interface Counter {
  readonly value: number;
  readonly requests: boolean;
  readonly errors: boolean;
}

/** Cumulative buckets of one histogram: how many answers took at most so many seconds. */
export type Buckets = ReadonlyMap<number, number>;

/** Everything one pod has counted since it began, by series. */
export interface Counters {
  readonly requests: ReadonlyMap<string, Counter>;
  readonly times: ReadonlyMap<string, Buckets>;
}

/** What was counted between two readings; `times` is cumulative, as in {@link Buckets}. */
export interface Tally extends Count {
  readonly times: Buckets;
}

export const NOTHING: Tally = { requests: 0, errors: 0, times: new Map() };

/** Key of a series: its labels in order, without those left out. */
export function keyOf(labels: ReadonlyMap<string, string>, without?: string): string {
  const pairs = [...labels].filter(([name]) => name !== without);
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** A counter's value in whole requests, or undefined for what no counter can be: NaN, infinite, negative, too large. */
export function wholeCount(value: number): number | undefined {
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : undefined;
}

/**
 * The counters of one metric on a pod's page. Answers whose series says that they failed are not timed: a version that
 * fails fast must not look fast. Histograms without a status hold failures as well.
 */
export function countersOf(
  series: readonly Series[],
  metric: Metric,
): { readonly counters: Counters } | { readonly problem: string } {
  const requests = new Map<string, Counter>();
  const times = new Map<string, Map<number, number>>();
  for (const { name, labels, value } of series) {
    const bucket = name === metric.times.buckets;
    if ((name !== metric.requests && !bucket) || !isIncoming(metric, labels)) continue;
    const status = statusOf(metric, labels);
    if (bucket ? isFailure(status) : status === undefined) continue;
    const whole = wholeCount(value);
    if (whole === undefined) return { problem: `${name} is ${value}, which no counter can be` };
    if (bucket) addBucket(times, keyOf(labels, 'le'), secondsOf(labels.get('le'), metric.times.unit), whole);
    else {
      const key = keyOf(labels);
      // A series given twice is one series: the first counts, as for Prometheus.
      if (!requests.has(key)) requests.set(key, { value: whole, requests: true, errors: isFailure(status) });
    }
  }
  return { counters: { requests, times } };
}

export function addBucket(
  times: Map<string, Map<number, number>>,
  key: string,
  bound: number | undefined,
  count: number,
): void {
  if (bound === undefined) return;
  const buckets = times.get(key) ?? new Map<number, number>();
  if (!buckets.has(bound)) buckets.set(bound, count);
  times.set(key, buckets);
}

/** A bucket's upper bound in seconds; undefined for what is none. Rounded so that 250 ms and 0.25 s are the same. */
export function secondsOf(le: string | undefined, unit: number): number | undefined {
  const bound = numberOf(le ?? '');
  if (bound === undefined || !(bound > 0)) return undefined;
  return bound === Number.POSITIVE_INFINITY ? bound : Number((bound * unit).toPrecision(12));
}

/** How much a counter grew: all of it when it fell, because it began again at 0. Never negative. */
export function grown(before: number, now: number): number {
  return now < before ? now : now - before;
}

/**
 * What one pod counted between two readings of it. A series that was not there before began at 0: the first failure of
 * a pod makes its series. A series that is no longer there counted nothing.
 */
export function difference(before: Counters, now: Counters): Tally {
  let requests = 0;
  let errors = 0;
  for (const [key, counter] of now.requests) {
    const added = grown(before.requests.get(key)?.value ?? 0, counter.value);
    if (counter.requests) requests += added;
    if (counter.errors) errors += added;
  }
  const times: Buckets[] = [];
  for (const [key, buckets] of now.times) times.push(bucketsGrown(before.times.get(key) ?? new Map(), buckets));
  return { requests, errors: Math.min(errors, requests), times: sumOfBuckets(times) };
}

/** Buckets of one histogram begin again together: where one of them fell, all count from 0. */
function bucketsGrown(before: Buckets, now: Buckets): Buckets {
  const began = [...now].some(([bound, count]) => count < (before.get(bound) ?? 0));
  let least = 0;
  const rising = [...now].sort(([a], [b]) => a - b);
  return new Map(
    rising.map(([bound, count]) => {
      // A page is not written in one moment: a bucket may lag behind the one below it.
      least = Math.max(least, began ? count : count - (before.get(bound) ?? 0));
      return [bound, least] as const;
    }),
  );
}

/** Sum over pods or series, in any order. Times are summed at the bounds all of them have. */
export function sumOf(tallies: readonly Tally[]): Tally {
  return {
    requests: tallies.reduce((sum, { requests }) => sum + requests, 0),
    errors: tallies.reduce((sum, { errors }) => sum + errors, 0),
    times: sumOfBuckets(tallies.map(({ times }) => times)),
  };
}

function sumOfBuckets(all: readonly Buckets[]): Buckets {
  const [first, ...others] = all.filter((buckets) => buckets.size > 0);
  const bounds = [...(first?.keys() ?? [])].filter((bound) => others.every((buckets) => buckets.has(bound)));
  return new Map(
    bounds
      .sort((a, b) => a - b)
      .map((bound) => [bound, all.reduce((sum, buckets) => sum + (buckets.get(bound) ?? 0), 0)] as const),
  );
}

/** Finite bounds both versions have, rising: to be fixed before the first window. */
export function sharedBounds(stable: Tally, canary: Tally): readonly number[] {
  return [...stable.times.keys()]
    .filter((bound) => Number.isFinite(bound) && canary.times.has(bound))
    .sort((a, b) => a - b);
}

/** Both versions' times in the same buckets, or undefined where one of them lacks a bound or the `+Inf` bucket. */
export function histogramOf(bounds: readonly number[], stable: Tally, canary: Tally): Histogram | undefined {
  if (bounds.length === 0) return undefined;
  const ofStable = inBuckets(bounds, stable.times);
  const ofCanary = inBuckets(bounds, canary.times);
  return ofStable && ofCanary ? { bounds, stable: ofStable, canary: ofCanary } : undefined;
}

function inBuckets(bounds: readonly number[], times: Buckets): number[] | undefined {
  // No histogram at all: no answer of this version was timed.
  if (times.size === 0) return [...bounds, 0].map(() => 0);
  const upTo = [...bounds, Number.POSITIVE_INFINITY].map((bound) => times.get(bound));
  if (upTo.includes(undefined)) return undefined;
  return upTo.map((count, index) => (count ?? 0) - (index === 0 ? 0 : (upTo[index - 1] ?? 0)));
}

/** Takes our own probes out of a count; never below 0. `left` is what could not be taken out yet. */
export function withoutProbes(count: Count, probes: Count): { readonly count: Count; readonly left: Count } {
  const requests = Math.max(0, count.requests - probes.requests);
  return {
    count: { requests, errors: Math.min(requests, Math.max(0, count.errors - probes.errors)) },
    left: {
      requests: Math.max(0, probes.requests - count.requests),
      errors: Math.max(0, probes.errors - count.errors),
    },
  };
}
