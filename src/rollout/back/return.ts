/**
 * The one way back of a service's traffic: weight 0 for the canary on every route, tried again within its time, the word
 * of the controllers, and the proof. Needs nothing of the canary, and goes on where one route fails.
 */
import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import type { Percent } from '../../routes/types.ts';
import { awaitAcknowledgement } from '../route/acknowledge.ts';
import { RouteWriter } from '../route/writer.ts';
import type { Written } from '../state.ts';
import type { Proof, Source } from './proof.ts';
import { prove } from './proof.ts';
import type { Way } from './where-to.ts';
import { elsewhere } from './where-to.ts';

/** Tries of a write that was refused: a webhook that restarts refuses for some seconds. Others go on inside the writer. */
const ATTEMPTS = 3;
const PAUSE = 1_000;

/** How one service's return ended, whoever returned it. */
export interface Returned {
  readonly service: string;
  readonly written: boolean;
  /** Whether the public path showed that stable answers. */
  readonly proved: boolean;
  /** Whether the canary may be taken away: it is known to serve nobody. See {@link isFree}. */
  readonly free: boolean;
  /**
   * Percent of requests to the canary now, by what is known: 0 after a return, what was asked for last where the write
   * failed, what the other wrote on a route that was left alone; undefined where another run decides.
   */
  readonly share: Percent | undefined;
  /** Where this service's traffic is now, one sentence. */
  readonly traffic: string;
}

/** Milliseconds for the writes; for the word of the controllers; and for the proof after them. */
export interface Bounds {
  readonly write: number;
  readonly acknowledge: number;
  readonly prove: number;
}

export interface WayOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly bounds: Bounds;
  /** Who asks the public path. @throws why it cannot be asked */
  readonly source: () => Source | Promise<Source>;
  /** Requests a second asked for the proof. */
  readonly rate: number;
  /** A route that someone else has written, by kind and name: it is left as it is. */
  readonly except?: string | undefined;
  /** Asked before each attempt: the run that has taken the service over, whose weights are left alone. */
  readonly successor?: (cluster: Cluster) => Promise<string | undefined>;
  /** Ends it early; none for a run that was stopped already. */
  readonly signal?: AbortSignal;
}

export type WayTaken =
  | {
      readonly kind: 'written';
      /** Whether the controllers of all routes said that they took it. */
      readonly taken: boolean;
      /** Other versions that rules of somebody's own still send to. */
      readonly elsewhere: readonly string[];
      /** What the public path showed, or why it could not be asked. */
      readonly proof: Proof | { readonly unreachable: string };
    }
  | {
      readonly kind: 'failed';
      readonly why: string;
      /** The run that answers for the weights now, where that is why. */
      readonly successor?: string;
    };

/**
 * Writes, waits, proves.
 * @throws the signal's reason, once the weight is written or its attempts are over
 */
export async function takeWay(way: Way, options: WayOptions): Promise<WayTaken> {
  const { clock, bounds, signal } = options;
  const written = await write(way, options);
  if (!('objects' in written)) return written;
  const cluster = within(bounds.write + bounds.acknowledge, options);
  // Probes go on meanwhile: what they see from the write on counts.
  const source = await sourceOf(options);
  if (!('unreachable' in source)) source.begin();
  const waiting = { clock, timeout: bounds.acknowledge };
  const words = await Promise.all(
    written.objects.map(({ provider, object }) =>
      awaitAcknowledgement(cluster, provider, object, waiting).catch(() => 'unknown' as const),
    ),
  );
  signal?.throwIfAborted();
  const others = written.objects.flatMap(({ provider, object }) => elsewhere(way.release, provider, object));
  const back = {
    kind: 'written' as const,
    taken: words.every((word) => word === 'yes'),
    elsewhere: [...new Set(others)],
  };
  if ('unreachable' in source) return { ...back, proof: source };
  const asking = { clock, within: bounds.prove, rate: options.rate, ...(signal === undefined ? {} : { signal }) };
  return { ...back, proof: await prove(source, asking) };
}

async function write(
  { provider, release }: Way,
  options: WayOptions,
): Promise<Extract<WayTaken, { kind: 'failed' }> | { readonly objects: readonly Written[] }> {
  const { clock, bounds, successor, except } = options;
  const cluster = within(bounds.write, options);
  const writer = new RouteWriter(cluster, provider, clock);
  let failure = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const run = await successor?.(cluster);
      if (run !== undefined) return { kind: 'failed', why: `run ${run} has taken over`, successor: run };
      return { objects: await writer.returnToStable(release, except) };
    } catch (error) {
      const over = cluster.signal?.aborted === true;
      if (failure === '' || !over) failure = reasonOf(error);
      if (over || attempt === ATTEMPTS) break;
      await clock.sleep(PAUSE, cluster.signal).catch(() => undefined);
    }
  }
  return { kind: 'failed', why: failure };
}

/**
 * The cluster for so many milliseconds, whatever has stopped the run. Patience ends at half of them, and the pause after it
 * before all of them, so that a failure names what did not answer and not our own time-out.
 */
function within(milliseconds: number, { cluster, clock, signal }: WayOptions): Cluster {
  const time = clock.timeout(milliseconds);
  return cluster.under(signal === undefined ? time : AbortSignal.any([time, signal]), milliseconds / 2);
}

async function sourceOf({ source, signal }: WayOptions): Promise<Source | { readonly unreachable: string }> {
  try {
    return await source();
  } catch (error) {
    signal?.throwIfAborted();
    return { unreachable: reasonOf(error) };
  }
}

/** Whether the canary is known to serve nobody: the path showed it, or the controllers took the write and nothing denies it. */
export function isFree({ taken, proof }: Extract<WayTaken, { kind: 'written' }>): boolean {
  if ('unreachable' in proof) return taken;
  return proof.good && (proof.told || taken);
}
