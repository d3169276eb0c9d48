/** Follows pods from reading to reading: which differences make the window, and which are lost. Pure. */
import type { Count, Histogram } from '../../verdict/types.ts';
import type { ServedBy } from '../probes/identify.ts';
import { type Counters, difference, histogramOf, sharedBounds, sumOf, type Tally, withoutProbes } from './counters.ts';
import type { Counted, ProbesBetween } from './sources.ts';

/** One pod at one reading. Without counters it could not be read. */
export interface PodReading {
  /** Unlike any other pod's, also of the same name at another time. */
  readonly pod: string;
  readonly version: ServedBy;
  readonly counters?: Counters;
  /** Monotonic milliseconds: when the counters were read, where pods are not read in one moment. */
  readonly at?: number;
}

/** What {@link Tracker.advance} gives: a window, or why there is none. */
export type Advanced = { readonly notes: readonly string[] } & (
  | { readonly window: Counted }
  | { readonly why: string }
);

type Times = Readonly<Record<ServedBy, number>>;
type Left = Readonly<Record<ServedBy, Count>>;
const NO_COUNT: Count = { requests: 0, errors: 0 };

export class Tracker {
  readonly #service: string;
  readonly #probes: ProbesBetween;
  /** Pods read last time. One that could not be read is not among them: its next reading is its first. */
  #pods = new Map<string, { readonly version: ServedBy; readonly counters: Counters }>();
  /** When counters were read last: the newest of them, the oldest, and each version's on the average of its pods. */
  #last: { readonly until: number; readonly oldest: number; readonly at: Times } | undefined;
  #bounds: readonly number[] | undefined;
  /** Probes of the last window whose pods had not counted them yet. */
  #left: Left = { stable: NO_COUNT, canary: NO_COUNT };

  constructor(service: string, probes: ProbesBetween) {
    this.#service = service;
    this.#probes = probes;
  }

  /**
   * Takes all pods as read at one time. A new pod's first reading is its baseline; a pod that is gone takes what it
   * counted last with it; one that could not be read counts for nothing until it was read twice again.
   * @param until monotonic milliseconds of this reading
   * @param oldest the same of its oldest counter, where pods were not read in one moment
   */
  advance(readings: readonly PodReading[], until: number, oldest = until): Advanced {
    const last = this.#last;
    const left = this.#left;
    // Only the very next window may still count them.
    this.#left = { stable: NO_COUNT, canary: NO_COUNT };
    const before = this.#pods;
    const now = new Map<string, { readonly version: ServedBy; readonly counters: Counters }>();
    for (const { pod, version, counters } of readings) if (counters) now.set(pod, { version, counters });
    this.#pods = now;
    const at = { stable: meanTime(readings, 'stable', until), canary: meanTime(readings, 'canary', until) };
    this.#last = { until, oldest, at };
    const tallies: Record<ServedBy, Tally[]> = { stable: [], canary: [] };
    for (const [pod, { version, counters }] of now) {
      const known = before.get(pod);
      if (known?.version === version) tallies[version].push(difference(known.counters, counters));
    }
    const notes = lost(before, readings);
    if (last === undefined || before.size === 0) return { notes, why: 'counting begins with this reading' };
    for (const version of ['stable', 'canary'] as const) {
      if (tallies[version].length > 0) continue;
      const some = readings.some((reading) => reading.version === version);
      return { notes, why: some ? `no pod of ${version} was read twice` : `there is no ready pod of ${version}` };
    }
    const whole = readings.every(({ pod }) => before.has(pod) && now.has(pod)) && before.size === readings.length;
    const counted = this.#count(sumOf(tallies.stable), sumOf(tallies.canary), left, last.at, at);
    return { notes, window: { service: this.#service, from: last.oldest, until, ...counted, whole } };
  }

  #count(
    stable: Tally,
    canary: Tally,
    left: Left,
    from: Times,
    until: Times,
  ): Pick<Counted, 'stable' | 'canary' | 'latency'> {
    // Each version up to its own time: a probe that its pods have not counted yet must not be taken for a user's.
    const ours = {
      stable: this.#probes(this.#service, from.stable, until.stable),
      canary: this.#probes(this.#service, from.canary, until.canary),
    };
    // A probe under way at the end of a window is counted by its pod in the next one; later it never arrives.
    const ofStable = withoutProbes(stable, plus(ours.stable.stable, left.stable));
    const ofCanary = withoutProbes(canary, plus(ours.canary.canary, left.canary));
    this.#left = {
      stable: least(ofStable.left, ours.stable.stable),
      canary: least(ofCanary.left, ours.canary.canary),
    };
    const lanes = ours.stable.lanes || ours.canary.lanes;
    const latency = lanes ? undefined : this.#times(stable, canary);
    return { stable: ofStable.count, canary: ofCanary.count, ...(latency === undefined ? {} : { latency }) };
  }

  /** Bounds are fixed by the first window in which both versions were timed. */
  #times(stable: Tally, canary: Tally): Histogram | undefined {
    if (this.#bounds === undefined && stable.times.size > 0 && canary.times.size > 0)
      this.#bounds = sharedBounds(stable, canary);
    return this.#bounds === undefined ? undefined : histogramOf(this.#bounds, stable, canary);
  }
}

/** Probes are spread evenly over a version's pods: on the average they are counted up to the mean of its readings. */
function meanTime(readings: readonly PodReading[], version: ServedBy, otherwise: number): number {
  const times = readings.flatMap((one) => (one.version === version && one.counters ? [one.at ?? otherwise] : []));
  return times.length === 0 ? otherwise : times.reduce((sum, time) => sum + time, 0) / times.length;
}

function lost(before: ReadonlyMap<string, unknown>, readings: readonly PodReading[]): string[] {
  const present = new Set(readings.map(({ pod }) => pod));
  const gone = [...before.keys()].filter((pod) => !present.has(pod));
  if (gone.length === 0) return [];
  // A key is the name and what makes it unlike others.
  const named = gone.map((pod) => pod.split('/', 1)[0]);
  return [`${named.join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone; what was counted there last is lost`];
}

function plus(one: Count, other: Count): Count {
  return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}

function least(one: Count, other: Count): Count {
  return { requests: Math.min(one.requests, other.requests), errors: Math.min(one.errors, other.errors) };
}
