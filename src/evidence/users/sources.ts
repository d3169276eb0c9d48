/** Where users' requests are counted, whatever counts them; and what of it the verdict may be told. */
import type { Count, Histogram, Window } from '../../verdict/types.ts';

/** Users' requests of one service from one reading to the next; our probes are no longer in it. */
export interface Counted {
  readonly service: string;
  /** Monotonic milliseconds: no request counted is older than `from` or younger than `until`. */
  readonly from: number;
  readonly until: number;
  readonly stable: Count;
  readonly canary: Count;
  readonly latency?: Histogram;
  /** Whether every ready pod of both versions was counted for the whole window: only then is the share users'. */
  readonly whole: boolean;
}

/**
 * What one reading gave. `no-data` is its own answer: neither healthy nor failing. `outage`: the place counts are read
 * from is away, which is never a failure of the release; `exhausted` when it lasted longer than its budget.
 */
export type Reading = { readonly notes: readonly string[] } & (
  | { readonly kind: 'window'; readonly window: Counted }
  | { readonly kind: 'no-data'; readonly why: string }
  | { readonly kind: 'outage'; readonly since: number; readonly why: string; readonly exhausted: boolean }
);

/** One service's users' requests. Read every few seconds, one reading at a time. */
export interface UserSource {
  readonly service: string;
  /** For people: "pods" or "Prometheus". */
  readonly name: string;
  /**
   * The first reading is where counting begins. Never throws for what the source says or does not say.
   * @throws the reason of the signal it was given, when that is aborted
   */
  read(): Promise<Reading>;
}

/** Our own requests that reached the pods in a window. Those a gateway answered itself are not among them. */
export interface Probes {
  readonly stable: Count;
  readonly canary: Count;
  /**
   * Whether lane probes are among them. They reach both versions in equal numbers, so their times weigh more among the
   * canary's few than among stable's many: such a window compares no times. Probes on the public path are split as
   * users' requests are, and do no harm.
   */
  readonly lanes: boolean;
}

/** Probes sent from one moment (monotonic milliseconds) to another, each counted once, when it was sent. */
export type ProbesBetween = (service: string, from: number, until: number) => Probes;

export const NO_PROBES: ProbesBetween = () => ({
  stable: { requests: 0, errors: 0 },
  canary: { requests: 0, errors: 0 },
  lanes: false,
});

/** A stretch of time with one effective weight: from the moment its split was confirmed. */
export interface Stretch {
  readonly step: number;
  /** Effective share of the canary, 0 to 1. */
  readonly share: number;
  /** Monotonic milliseconds. */
  readonly since: number;
  /** When the weight was touched again, if it was. */
  readonly until?: number;
}

/** What all sources said at one look. */
export interface Look {
  readonly windows: readonly Window[];
  /** For the log: one sentence each, naming service and source. */
  readonly notes: readonly string[];
  /** Services without an answer at this look, and why. */
  readonly silent: readonly { readonly service: string; readonly why: string; readonly exhausted: boolean }[];
}

/** How long a place counts are read from may be away, in milliseconds. */
export const OUTAGE_BUDGET = 60_000;

/**
 * Reads all sources at once and keeps the windows that lie wholly in the stretch.
 * @param stretch of a service; asked after reading, so that a change of weight meanwhile is seen
 * @param splitFromUsers whether users' counts prove the split: then windows that miss a pod are left out
 */
export async function look(
  sources: readonly UserSource[],
  stretch: (service: string) => Stretch | undefined,
  splitFromUsers = false,
): Promise<Look> {
  const readings = await Promise.all(sources.map(async (source) => ({ source, reading: await source.read() })));
  const windows: Window[] = [];
  const notes: string[] = [];
  const silent: { service: string; why: string; exhausted: boolean }[] = [];
  for (const { source, reading } of readings) {
    const { service } = source;
    for (const note of reading.notes) notes.push(`${service}, ${source.name}: ${note}`);
    if (reading.kind === 'window') {
      const window = windowOf(reading.window, stretch(service), splitFromUsers);
      if (typeof window === 'string') silent.push({ service, why: window, exhausted: false });
      else windows.push(window);
    } else silent.push({ service, why: reading.why, exhausted: reading.kind === 'outage' && reading.exhausted });
  }
  return { windows, notes, silent };
}

/** The verdict's window, or why these counts are left out. */
export function windowOf(counted: Counted, stretch: Stretch | undefined, splitFromUsers = false): Window | string {
  const { service, from, until, stable, canary, latency, whole } = counted;
  if (stretch === undefined) return 'the split of this weight is not confirmed yet';
  if (from < stretch.since || until > (stretch.until ?? Number.POSITIVE_INFINITY))
    return 'the window straddles a change of weight';
  if (splitFromUsers && !whole) return 'not every pod was counted in the whole window';
  const all = stable.requests + canary.requests;
  // With stable's pods missing, more of the counted requests are the canary's than the weight says, and so are errors.
  const share = whole || all === 0 ? stretch.share : Math.max(stretch.share, canary.requests / all);
  return {
    service,
    source: 'users',
    step: stretch.step,
    seconds: Math.max(0, until - from) / 1000,
    share,
    stable,
    canary,
    ...(latency === undefined ? {} : { latency }),
  };
}
