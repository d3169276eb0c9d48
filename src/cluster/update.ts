/** Read, patch, try again: the one loop in which an object is changed that others change, too (client-go's RetryOnConflict). */
import { ClusterError, RefusedError } from '../errors.ts';
import type { JsonPatch, KubeObject, ObjectRef } from '../kube/objects.ts';
import { nameOf, refOf } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';
import { ApiError, Unreachable } from './connection/transport.ts';

/** Makes the patch for the object as it is now; an empty one says that nothing is left to do. May throw, to give up. */
export type Plan = (live: KubeObject) => JsonPatch;

export interface UpdateOptions {
  /**
   * Whether the object shows a write of ours whose answer was lost. Where it is left out, a plan with nothing left to do
   * shows it.
   */
  readonly arrived?: (live: KubeObject) => boolean;
  /**
   * The object as it is believed to be: it is planned for without a read. Only for patches that test whatever they were
   * planned on, so that a newer object refuses them.
   */
  readonly known?: KubeObject | undefined;
  /** Writes that may meet a newer object or be lost; {@link TRIES}. Infinity: as many as there is time for. */
  readonly tries?: number;
  /** Milliseconds for all of it; the cluster's patience. */
  readonly within?: number;
}

export interface Updated {
  /** The object that was patched; the same as `after` when nothing was to do. */
  readonly before: KubeObject;
  readonly after: KubeObject;
  readonly written: boolean;
}

/** Somebody else kept changing the object. Nothing of ours is on it. */
export class Contended extends ClusterError {
  override name = 'Contended';
}

/** What the loop needs of a cluster. */
interface Objects {
  readonly clock: Clock;
  readonly random: () => number;
  readonly patience: number;
  readonly signal: AbortSignal | undefined;
  under(signal: AbortSignal | undefined, patience: number): Pick<Objects, 'get'>;
  get(ref: ObjectRef): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: JsonPatch): Promise<KubeObject>;
}

export const TRIES = 5;
/** Milliseconds, doubled each time. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 1_000;

/**
 * Reads the object, lets `plan` make a patch for what is there now, and sends it.
 * - A newer object (409, or 422 for a `test` of ours): read and planned again.
 * - No answer, or a failure inside the server: the object is read back, whether the write arrived; if not, tried again.
 * - 429 and 503: tried again after as long as the server asks for, while there is time.
 * - A refusal (policy, webhook, quota, schema, rights): thrown at once, in the words it was given.
 * @throws RefusedError; Contended; the last failure where whether a write arrived stayed unknown; what `plan` throws.
 */
export async function update(
  cluster: Objects,
  ref: ObjectRef,
  plan: Plan,
  { arrived, known, tries = TRIES, within = cluster.patience }: UpdateOptions = {},
): Promise<Updated> {
  const time = new Tries(cluster, tries, within);
  /** What a write was planned for whose answer was lost: it may still arrive. */
  let lost: KubeObject | undefined;
  let failure: unknown;
  for (let first = known; ; first = undefined) {
    const live = first ?? (await cluster.under(cluster.signal, time.left).get(ref));
    if (lost !== undefined && arrived?.(live)) return { before: lost, after: live, written: true };
    const patch = plan(live);
    if (patch.length === 0) return { before: lost ?? live, after: live, written: lost !== undefined };
    if (failure !== undefined && time.over) throw failure;
    try {
      return { before: live, after: await cluster.patch(refOf(live), patch), written: true };
    } catch (error) {
      if (isRefusal(error)) throw refusal(live, error);
      const fate = fateOf(error);
      if (fate === 'failed') throw error;
      if (fate !== 'stale') lost = live;
      await time.pause(error, fate);
      failure = fate === 'stale' ? contended(live, time.used) : error;
    }
  }
}

/**
 * A write that sent twice does no more than sent once (an apply, a delete), tried again as {@link update} does.
 * @param object what a refusal names
 * @throws RefusedError; the last failure.
 */
export async function repeated<T>(
  cluster: Pick<Objects, 'clock' | 'random' | 'patience' | 'signal'>,
  object: KubeObject,
  write: () => Promise<T>,
): Promise<T> {
  const time = new Tries(cluster, TRIES, cluster.patience);
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (isRefusal(error)) throw refusal(object, error);
      const fate = fateOf(error);
      if (fate === 'failed') throw error;
      await time.pause(error, fate);
      if (time.over) throw error;
    }
  }
}

/** How often something is tried, and for how long. */
class Tries {
  readonly #cluster: Pick<Objects, 'clock' | 'random' | 'signal'>;
  readonly #most: number;
  readonly #deadline: number;
  /** Tries that count: one that met a busy server does not. */
  used = 0;
  #pauses = 0;

  constructor(cluster: Pick<Objects, 'clock' | 'random' | 'signal'>, most: number, within: number) {
    this.#cluster = cluster;
    this.#most = most;
    this.#deadline = cluster.clock.monotonic() + within;
  }

  /** Milliseconds. */
  get left(): number {
    return Math.max(0, this.#deadline - this.#cluster.clock.monotonic());
  }

  get over(): boolean {
    return this.used >= this.#most || this.left === 0;
  }

  /** Counts a failure, and waits: not at all the first time, then longer each time, and as long as the server asks for. */
  async pause(error: unknown, fate: Fate): Promise<void> {
    if (fate !== 'busy') this.used++;
    const { clock, random, signal } = this.#cluster;
    // Spread by chance, so that two writers who met do not meet again.
    const growing = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#pauses) * (0.75 + random() / 2);
    const pause = Math.max(retryAfter(error), this.#pauses++ === 0 && fate !== 'busy' ? 0 : growing);
    if (pause > 0 && !this.over) await clock.sleep(Math.min(pause, this.left), signal);
  }
}

/** Milliseconds the API server asks to be left alone; 0 where it does not say. */
export function retryAfter(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
}

/** What is known of a write that failed without being refused. */
type Fate =
  /** The object is a newer one than the patch was made for. */
  | 'stale'
  /** It may have arrived, or still arrive. */
  | 'lost'
  /** The server asks for patience. */
  | 'busy'
  | 'failed';

function fateOf(error: unknown): Fate {
  if (error instanceof Unreachable) return 'lost';
  if (!(error instanceof ApiError)) return 'failed';
  if (isStale(error)) return 'stale';
  if (error.status === 429 || error.status === 503) return 'busy';
  return error.status >= 500 ? 'lost' : 'failed';
}

/** The words of a policy and of a webhook that say no: they choose the status themselves, a 409 or a 500 too. */
const DENIED = /\bdenied (the )?request\b/;
/** All that is said of a `test` that failed or a path that is not there (apimachinery, NewGenericServerResponse for 422). */
const PATCH_DOES_NOT_FIT = /the server rejected our request due to an error in our request$/;

/** Judged and refused: sent again it would be refused again. */
export function isRefusal(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  return DENIED.test(error.message) || (!isStale(error) && [400, 403, 413, 422].includes(error.status));
}

/** The object changed between our read and our write. */
function isStale({ status, message }: ApiError): boolean {
  return status === 409 || (status === 422 && PATCH_DOES_NOT_FIT.test(message));
}

/** A refusal of a write, naming the object; the words stay those of whoever refused. */
export function refusal(object: KubeObject, error: ApiError): RefusedError {
  return new RefusedError(`${nameOf(object)} was not accepted: ${error.message}`, nextFor(object, error), {
    cause: error,
  });
}

function nextFor({ kind, metadata }: KubeObject, { message }: ApiError): string {
  if (DENIED.test(message))
    return 'ask whoever keeps that policy or webhook to allow this write, or change what is written';
  if (/ cannot \w+ resource /.test(message))
    return `grant the job the right to get and patch ${kind} in ${metadata.namespace ?? 'the cluster'}`;
  return '';
}

function contended({ kind, metadata: { name, namespace } }: KubeObject, writes: number): Contended {
  return new Contended(
    `${kind} ${namespace}/${name} is being changed by someone else: ${writes} ${writes === 1 ? 'write' : 'writes in a row'} met a newer object`,
    `find the other writer: kubectl get ${kind.toLowerCase()} ${name} -n ${namespace} -o yaml --show-managed-fields`,
  );
}
