/** One Lease per route, so that two runs never change the same route; every weight patch also tests the run id (the fence). */

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { watchUntil } from '../cluster/watch.ts';
import { LockError, reasonOf, StoppedError } from '../errors.ts';
import { writtenAt } from '../kube/managed-fields.ts';
import type { KubeObject, OwnerReference } from '../kube/objects.ts';
import { field } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';
import {
  askedFor,
  askerOf,
  describeHolder,
  holderOf,
  LEASE_API,
  LEASE_SECONDS,
  LEASE_SELECTOR,
  leaseFor,
  leaseName,
  leaseRef,
  renewed,
} from './lease.ts';

export { LEASE_SECONDS, leaseName } from './lease.ts';

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
/** Milliseconds for giving back what was taken before the rest could not be. */
const GIVE_BACK_WITHIN = 3_000;

export interface LockOptions {
  readonly namespace: string;
  /** Names of the routes; locks are taken in sorted order, so that two runs cannot wait for each other. */
  readonly routes: readonly string[];
  readonly run: string;
  /** Where a person finds the holding run; shown to the one who waits. */
  readonly runUrl?: string | undefined;
  /** What to do while another run is alive: `replace` asks it to return its traffic and give way. */
  readonly onConflict: 'fail' | 'wait' | 'replace';
  /** Milliseconds to wait for another run unless `onConflict` is `fail`. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly onWaiting?: (holder: string) => void;
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
  release(cluster: Cluster): Promise<void>;
}

/** A Lease of ours, and when the renewal that it comes from was sent, by the monotonic clock. */
interface Held {
  readonly lease: KubeObject;
  readonly at: number;
}

/**
 * Takes the lock of every route, or none.
 * A holder counts as gone when its Lease has not changed for {@link LEASE_SECONDS} while we watched: clocks of two
 * machines are never compared.
 * @throws LockError that names the holder and its run.
 */
export async function acquireLocks(cluster: Cluster, options: LockOptions): Promise<Lock> {
  const lost = new AbortController();
  const asked = new AbortController();
  const ended = new AbortController();
  // Renewed under a signal of its own: a run that was stopped still holds the lock while it returns the traffic.
  const renewing = cluster.under(ended.signal);
  const held = new Map<string, Held>();
  const routes = [...new Set(options.routes)].sort();
  const timer = setInterval(() => {
    for (const name of held.keys()) void renew(name);
  }, RENEW_EVERY);
  timer.unref();
  const underWay = new Map<string, Promise<void>>();
  let heard = options.clock.monotonic();

  const take = (name: string, lease: KubeObject, at: number) => {
    held.set(name, { lease, at });
    const asker = askerOf(lease);
    if (asker !== undefined) asked.abort(gaveWay(name, asker));
  };
  const renew = (name: string): Promise<void> => {
    const running = underWay.get(name);
    if (running) return running;
    const at = options.clock.monotonic();
    const work = renewOnce(renewing, held.get(name)?.lease, options)
      .then((lease) => {
        heard = options.clock.monotonic();
        if (lease && held.has(name)) take(name, lease, at);
      })
      .catch((error: unknown) => {
        // Not reaching the API server does not lose the lock: nobody else reaches it either, and the fence holds.
        if (error instanceof LockError) lost.abort(error);
        else if (options.clock.monotonic() - heard > SILENT_FOR && !ended.signal.aborted) asked.abort(unheard(error));
      })
      .finally(() => underWay.delete(name));
    underWay.set(name, work);
    return work;
  };

  const confirm = async () => {
    const now = options.clock.monotonic();
    const old = [...held].filter(([, { at }]) => now - at >= FRESH_FOR).map(([name]) => name);
    if (old.length === 0 || lost.signal.aborted) return;
    // One that was under way when the run was stopped may have been answered long ago: it is asked again after it.
    const fresh = Promise.all(old.map((name) => (underWay.get(name) ?? Promise.resolve()).then(() => renew(name))));
    const enough = new AbortController();
    await Promise.race([fresh, options.clock.sleep(CONFIRM_WITHIN, enough.signal).catch(() => undefined)]);
    enough.abort();
  };

  const release = async (through: Cluster) => {
    clearInterval(timer);
    ended.abort(new Error('the lock is given back'));
    await Promise.all(underWay.values());
    const leases = [...held.values()];
    held.clear();
    // Also after one of several was lost: the others are still ours, and each is deleted only as we know it.
    const given = await Promise.allSettled(leases.map(({ lease }) => giveBack(through, lease, options.run)));
    const failed = given.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  };

  try {
    const taking = cluster.under(AbortSignal.any([asked.signal, ...(cluster.signal ? [cluster.signal] : [])]));
    const seen = routes.length > 1 ? await lookAround(taking, options) : new Map<string, Sighting>();
    for (const route of routes) {
      const name = leaseName(route);
      const lease = await acquire(taking, name, options, seen);
      take(name, lease, options.clock.monotonic());
    }
  } catch (error) {
    // Not under the run's signal: that may be what ended the wait. The first error is the one to report, and a Lease that
    // could not be given back runs out by itself.
    const back = cluster.under(AbortSignal.timeout(GIVE_BACK_WITHIN), GIVE_BACK_WITHIN);
    const others = routes.map(leaseName).filter((name) => !held.has(name));
    await release(back).catch(() => undefined);
    await Promise.all(others.map((name) => giveBackUnheard(back, name, options))).catch(() => undefined);
    throw error;
  }
  const [first] = held.values();
  if (first === undefined) throw new LockError('there is no route to lock');
  const { lease } = first;
  return {
    lost: lost.signal,
    asked: asked.signal,
    confirm,
    owner: ownerOf(lease),
    since: writtenAt(lease),
    release,
  };
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
async function giveBack(cluster: Cluster, { metadata }: KubeObject, run: string): Promise<void> {
  const ref = leaseRef(metadata.namespace ?? 'default', metadata.name);
  let version = metadata.resourceVersion;
  for (let attempt = 0; attempt < 3; attempt++) {
    await cluster.delete(ref, metadata.uid, version);
    const live = await cluster.find(ref);
    if (live === undefined || live.metadata.uid !== metadata.uid || holderOf(live) !== run) return;
    version = live.metadata.resourceVersion;
  }
}

/** A Lease that was created for this run although nobody heard so: the run was cancelled while it asked. */
async function giveBackUnheard(cluster: Cluster, name: string, { namespace, run }: LockOptions): Promise<void> {
  const live = await cluster.find(leaseRef(namespace, name));
  if (live !== undefined && holderOf(live) === run) await giveBack(cluster, live, run);
}

/** A version of a Lease, and when it was first seen, by the monotonic clock. */
interface Sighting {
  readonly version: string | undefined;
  readonly at: number;
}

/** All Leases at once, so that the silences of a dead run's many locks are waited for together and not one by one. */
async function lookAround(cluster: Cluster, { namespace, clock }: LockOptions): Promise<Map<string, Sighting>> {
  const { items } = await cluster.list(LEASE_API, 'Lease', namespace, { labelSelector: LEASE_SELECTOR });
  const at = clock.monotonic();
  return new Map(items.map(({ metadata }) => [metadata.name, { version: metadata.resourceVersion, at }]));
}

async function acquire(
  cluster: Cluster,
  name: string,
  options: LockOptions,
  seen: Map<string, Sighting>,
): Promise<KubeObject> {
  const deadline = options.clock.monotonic() + options.timeout;
  let announced = '';
  for (;;) {
    const wanted = leaseFor(name, options, options.clock);
    const live = await cluster.find(leaseRef(options.namespace, name));
    if (!live) {
      try {
        return await cluster.create(wanted);
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) continue; // somebody was faster
        throw error;
      }
    }
    if (holderOf(live) === options.run) return live;
    if (announced !== describeHolder(live)) options.onWaiting?.(describeHolder(live));
    announced = describeHolder(live);
    const remaining = options.clock.monotonic() < deadline;
    const version = live.metadata.resourceVersion;
    const before = seen.get(name);
    const since = before?.version === version && before !== undefined ? before.at : options.clock.monotonic();
    seen.set(name, { version, at: since });
    const change = await changed(cluster, live, since, options.clock);
    if (change === 'gone') continue;
    if (change === 'silent') {
      const { resourceVersion = '' } = live.metadata;
      const taken = await unlessChanged(
        cluster.replace({ ...wanted, metadata: { ...wanted.metadata, resourceVersion } }),
      );
      if (taken) return taken;
      continue;
    }
    if (options.onConflict === 'fail' || !remaining) throw refused(live, name, options);
    if (options.onConflict === 'replace') await ask(cluster, name, options);
  }
}

/** Writes on the holder's Lease that this run wants the route; the first one who asks is named. */
async function ask(cluster: Cluster, name: string, options: LockOptions): Promise<void> {
  const live = await cluster.find(leaseRef(options.namespace, name));
  if (!live || holderOf(live) === options.run || askerOf(live) !== undefined) return;
  await unlessChanged(cluster.replace(askedFor(live, options.run, options.runUrl)));
}

/** The result of a conditional write, or undefined when somebody was faster. */
async function unlessChanged(write: Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.status === 404)) return undefined;
    throw error;
  }
}

function refused(live: KubeObject, name: string, { onConflict, namespace }: LockOptions): LockError {
  return new LockError(
    `another run is releasing here: Lease ${namespace}/${name} is held by ${describeHolder(live)}`,
    onConflict === 'fail'
      ? 'wait for that run, or set on-conflict: wait; in GitHub workflows a concurrency group keeps runs in line'
      : `it did not ${onConflict === 'replace' ? 'give way' : 'end'} in time; look at that run`,
  );
}

/** Watches a Lease until it has been as it is for its whole duration: renewed by its holder, given back, or silent. */
async function changed(
  cluster: Cluster,
  lease: KubeObject,
  since: number,
  clock: Clock,
): Promise<'renewed' | 'gone' | 'silent'> {
  const seconds = Number(field(lease, 'spec', 'leaseDurationSeconds') ?? LEASE_SECONDS);
  const left = Math.min(Math.max(seconds, 1), 60) * 1000 - (clock.monotonic() - since);
  if (left <= 0) return 'silent';
  const seen = await watchUntil(
    cluster,
    {
      apiVersion: LEASE_API,
      kind: 'Lease',
      namespace: lease.metadata.namespace,
      fieldSelector: `metadata.name=${lease.metadata.name}`,
    },
    (world) => {
      const now = world.get(`${lease.metadata.namespace}/${lease.metadata.name}`);
      if (!now) return 'gone' as const;
      return now.metadata.resourceVersion === lease.metadata.resourceVersion ? undefined : ('renewed' as const);
    },
    { clock, timeout: left },
  );
  return seen ?? 'silent';
}

async function renewOnce(
  cluster: Cluster,
  lease: KubeObject | undefined,
  options: LockOptions,
): Promise<KubeObject | undefined> {
  if (!lease) return undefined;
  try {
    return await cluster.replace(renewed(lease, options.clock));
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 404)) throw error;
    const live = await cluster.find(leaseRef(options.namespace, lease.metadata.name));
    if (live && holderOf(live) === options.run) return live;
    throw new LockError(
      `the lock ${options.namespace}/${lease.metadata.name} was taken over by ${live ? describeHolder(live) : 'nobody: it was deleted'}`,
      'this run writes nothing any more; look at the other one',
      { cause: reasonOf(error) },
    ).to(live && holderOf(live));
  }
}
