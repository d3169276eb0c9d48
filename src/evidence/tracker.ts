/** Follows pods from reading to reading: which differences make the window, and which are lost. Pure. */
import type { Count, Histogram } from '../verdict/types.ts';
import { type Counters, difference, histogramOf, sharedBounds, sumOf, type Tally, withoutProbes } from './counters.ts';
import type { ServedBy } from './identify.ts';
import type { Counted, ProbesBetween } from './sources.ts';

/** One pod at one reading. Without counters it could not be read. */
export interface PodReading {
  /** Unlike any other pod's, also of the same name at another time. */
  readonly pod: string;
  readonly version: ServedBy;
  readonly counters?: Counters;
}

/** What {@link Tracker.advance} gives: a window, or why there is none. */
export type Advanced = { readonly notes: readonly string[] } & (
  | { readonly window: Counted }
  | { readonly why: string }
);

type Left = Readonly<Record<ServedBy, Count>>;
const NO_COUNT: Count = { requests: 0, errors: 0 };

export class Tracker {
  readonly #service: string;
  readonly #probes: ProbesBetween;
  /** Pods read last time. One that could not be read is not among them: its next reading is its first. */
  #pods = new Map<string, { readonly version: ServedBy; readonly counters: Counters }>();
  /** When counters were read last: the newest of them, and the oldest. */
  #last: { readonly until: number; readonly oldest: number } | undefined;
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
    this.#last = { until, oldest };
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
    const window = this.#count(sumOf(tallies.stable), sumOf(tallies.canary), left, last.until, until);
    return { notes, window: { ...window, from: last.oldest, whole } };
  }

  #count(stable: Tally, canary: Tally, left: Left, from: number, until: number): Omit<Counted, 'whole'> {
    const probes = this.#probes(this.#service, from, until);
    // A probe under way at the end of a window is counted by its pod in the next one; later it never arrives.
    const ofStable = withoutProbes(stable, plus(probes.stable, left.stable));
    const ofCanary = withoutProbes(canary, plus(probes.canary, left.canary));
    this.#left = { stable: least(ofStable.left, probes.stable), canary: least(ofCanary.left, probes.canary) };
    const latency = probes.lanes ? undefined : this.#times(stable, canary);
    return {
      service: this.#service,
      from,
      until,
      stable: ofStable.count,
      canary: ofCanary.count,
      ...(latency === undefined ? {} : { latency }),
    };
  }

  /** Bounds are fixed by the first window in which both versions were timed. */
  #times(stable: Tally, canary: Tally): Histogram | undefined {
    if (this.#bounds === undefined && stable.times.size > 0 && canary.times.size > 0)
      this.#bounds = sharedBounds(stable, canary);
    return this.#bounds === undefined ? undefined : histogramOf(this.#bounds, stable, canary);
  }
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
