/** Leases in hand: renewed, confirmed before a write, and given back. */

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { LockError, reasonOf, StoppedError } from '../errors.ts';
import { writtenAt } from '../kube/managed-fields.ts';
import { LEASE_API } from '../kube/names.ts';
import type { KubeObject, OwnerReference } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';
import { askerOf, describeHolder, holderOf, leaseRef, renewed } from './lease.ts';

const RENEW_EVERY = 5_000;
/**
 * Milliseconds after a renewal during which nobody can have taken the lock over: below {@link LEASE_SECONDS}, because a
 * write that is sent at the end of it still has to arrive.
 */
const FRESH_FOR = 10_000;
/** Milliseconds a write waits for the lock to be confirmed. */
const CONFIRM_WITHIN = 3_000;
/**
 * Milliseconds without any answer to a renewal after which the run stops: whoever hears nothing of the routes for so long
 * cannot answer for them. Well above the outages a release goes on through.
 */
const SILENT_FOR = 120_000;

/** Whose Leases they are, and where. */
export interface Holding {
  readonly namespace: string;
  readonly run: string;
  readonly clock: Clock;
}

export interface Lock {
  /** Aborted with a LockError when a lock is lost; the run must not write after that. */
  readonly lost: AbortSignal;
  /**
   * Aborted with a StoppedError when another run asks for a route, or when the API server does not answer for minutes:
   * return the traffic, then give the lock back.
   */
  readonly asked: AbortSignal;
  /**
   * Makes sure that what is known of the lock is true now. A run that was stopped (SIGSTOP, a sleeping laptop) and wakes
   * up finds out here, before its first write, that it has a successor: `lost` is aborted then. Never throws; does not
   * wait longer than a few seconds for a silent API server, which takes no write either.
   */
  confirm(): Promise<void>;
  /**
   * Owner of what a run makes for itself (consumers of proofs): with the Lease goes everything it owns, also what a killed
   * run left, once its successor gives the Lease back.
   */
  readonly owner: OwnerReference;
  /** When the lock was taken, by the API server's clock, in epoch milliseconds: what is older is not this run's doing. */
  readonly since: number | undefined;
  /** Deletes the Leases that are still ours, through a connection that outlives the run. */
  giveBack(cluster: Cluster): Promise<void>;
}

/** A Lease of ours, and when the renewal that it comes from was sent, by the monotonic clock. */
interface Held {
  readonly lease: KubeObject;
  readonly at: number;
}

/** The Leases of one run, from the first that is taken to the last that is given back. */
export class HeldLeases {
  readonly #lost = new AbortController();
  readonly #asked = new AbortController();
  readonly #ended = new AbortController();
  readonly #renewing: Cluster;
  readonly #holding: Holding;
  readonly #held = new Map<string, Held>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #stopRenewing: () => void;
  /** When the API server answered last, by the monotonic clock. */
  #heard: number;

  constructor(cluster: Cluster, holding: Holding) {
    // Renewed under a signal of its own: a run that was stopped still holds the lock while it returns the traffic.
    this.#renewing = cluster.under(this.#ended.signal);
    this.#holding = holding;
    this.#heard = holding.clock.monotonic();
    this.#stopRenewing = holding.clock.every(RENEW_EVERY, () => {
      for (const name of this.#held.keys()) void this.#renew(name);
    });
  }

  /** See {@link Lock.asked}. */
  get asked(): AbortSignal {
    return this.#asked.signal;
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  /** From now on this Lease is renewed. @param at when what it comes from was sent, by the monotonic clock */
  keep(lease: KubeObject, at: number): void {
    const { name } = lease.metadata;
    this.#held.set(name, { lease, at });
    const asker = askerOf(lease);
    if (asker !== undefined) this.#asked.abort(gaveWay(name, asker));
  }

  /** What the run gets in hand. @throws LockError when there is no Lease */
  lock(): Lock {
    const [first] = this.#held.values();
    if (first === undefined) throw new LockError('there is no route to lock');
    return {
      lost: this.#lost.signal,
      asked: this.#asked.signal,
      confirm: () => this.#confirm(),
      owner: ownerOf(first.lease),
      since: writtenAt(first.lease),
      giveBack: (through) => this.giveBack(through),
    };
  }

  async giveBack(through: Cluster): Promise<void> {
    this.#stopRenewing();
    this.#ended.abort(new Error('the lock is given back'));
    await Promise.all(this.#underWay.values());
    const leases = [...this.#held.values()];
    this.#held.clear();
    // Also after one of several was lost: the others are still ours, and each is deleted only as we know it.
    const given = await Promise.allSettled(leases.map(({ lease }) => deleteOurs(through, lease, this.#holding.run)));
    const failed = given.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #renew(name: string): Promise<void> {
    const running = this.#underWay.get(name);
    if (running) return running;
    const { clock } = this.#holding;
    const at = clock.monotonic();
    const work = renewOnce(this.#renewing, this.#held.get(name)?.lease, this.#holding)
      .then((lease) => {
        this.#heard = clock.monotonic();
        if (lease && this.#held.has(name)) this.keep(lease, at);
      })
      .catch((error: unknown) => {
        // Not reaching the API server does not lose the lock: nobody else reaches it either, and the fence holds.
        if (error instanceof LockError) this.#lost.abort(error);
        else if (clock.monotonic() - this.#heard > SILENT_FOR && !this.#ended.signal.aborted)
          this.#asked.abort(unheard(error));
      })
      .finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, work);
    return work;
  }

  async #confirm(): Promise<void> {
    const { clock } = this.#holding;
    const now = clock.monotonic();
    const old = [...this.#held].filter(([, { at }]) => now - at >= FRESH_FOR).map(([name]) => name);
    if (old.length === 0 || this.#lost.signal.aborted) return;
    // One that was under way when the run was stopped may have been answered long ago: it is asked again after it.
    const again = async (name: string) => {
      await this.#underWay.get(name);
      await this.#renew(name);
    };
    const fresh = Promise.all(old.map(again));
    const enough = new AbortController();
    await Promise.race([fresh, clock.sleep(CONFIRM_WITHIN, enough.signal).catch(() => undefined)]);
    enough.abort();
  }
}

function ownerOf({ metadata }: KubeObject): OwnerReference {
  return { apiVersion: LEASE_API, kind: 'Lease', name: metadata.name, uid: metadata.uid ?? '' };
}

function unheard(error: unknown): StoppedError {
  return new StoppedError(
    `the API server has not answered for ${SILENT_FOR / 60_000} min (${reasonOf(error)})`,
    'look at the cluster and at the network of this runner; then run it again, or rollback',
  );
}

function gaveWay(name: string, asker: string): StoppedError {
  return new StoppedError(
    `${asker} asked for the lock ${name} (on-conflict: replace)`,
    'look at that run; its version takes the place of this one',
  );
}

/**
 * Deletes a Lease that is still ours. A take-over keeps the uid, so the version is tested too: a Lease that is somebody
 * else's by now stays. One that was only asked for in between is ours all the same.
 */
export async function deleteOurs(cluster: Cluster, { metadata }: KubeObject, run: string): Promise<void> {
  const ref = leaseRef(metadata.namespace ?? 'default', metadata.name);
  let version = metadata.resourceVersion;
  for (let attempt = 0; attempt < 3; attempt++) {
    await cluster.delete(ref, metadata.uid, version);
    const live = await cluster.find(ref);
    if (live === undefined || live.metadata.uid !== metadata.uid || holderOf(live) !== run) return;
    version = live.metadata.resourceVersion;
  }
}

async function renewOnce(
  cluster: Cluster,
  lease: KubeObject | undefined,
  holding: Holding,
): Promise<KubeObject | undefined> {
  if (!lease) return undefined;
  try {
    return await cluster.replace(renewed(lease, holding.clock));
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 404)) throw error;
    const live = await cluster.find(leaseRef(holding.namespace, lease.metadata.name));
    if (live && holderOf(live) === holding.run) return live;
    throw new LockError(
      `the lock ${holding.namespace}/${lease.metadata.name} was taken over by ${live ? describeHolder(live) : 'nobody: it was deleted'}`,
      'this run writes nothing any more; look at the other one',
      { cause: reasonOf(error) },
    ).to(live && holderOf(live));
  }
}
