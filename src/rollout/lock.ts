/** One Lease per route, so that two runs never change the same route; every weight patch also tests the run id (the fence). */

import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject, ObjectRef, OwnerReference } from '../cluster/objects.ts';
import { field, text } from '../cluster/objects.ts';
import { ApiError } from '../cluster/transport.ts';
import { watchUntil } from '../cluster/watch.ts';
import { LockError, reasonOf } from '../errors.ts';
import { writtenAt } from '../platform/bind.ts';
import type { Clock } from '../ports.ts';
import { systemClock } from '../ports.ts';

const LEASE_API = 'coordination.k8s.io/v1';
/** Seconds without a change, seen by us, after which a holder counts as gone. */
export const LEASE_SECONDS = 15;
const RENEW_EVERY = 5_000;

export interface LockOptions {
  readonly namespace: string;
  /** Names of the routes; locks are taken in sorted order, so that two runs cannot wait for each other. */
  readonly routes: readonly string[];
  readonly run: string;
  /** Where a person finds the holding run; shown to the one who waits. */
  readonly runUrl?: string | undefined;
  readonly onConflict: 'fail' | 'wait';
  /** Milliseconds to wait for another run when `onConflict` is `wait`. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly onWaiting?: (holder: string) => void;
}

export interface Lock {
  /** Aborted with a LockError when a lock is lost; the run must not write after that. */
  readonly lost: AbortSignal;
  /**
   * Owner of what a run makes for itself (consumers of proofs): with the Lease goes everything it owns, also what a killed
   * run left, once its successor gives the Lease back.
   */
  readonly owner: OwnerReference;
  /** When the lock was taken, by the API server's clock, in epoch milliseconds: what is older is not this run's doing. */
  readonly since: number | undefined;
  release(cluster: Cluster): Promise<void>;
}

/**
 * Takes the lock of every route, or none.
 * A holder counts as gone when its Lease has not changed for {@link LEASE_SECONDS} while we watched: clocks of two
 * machines are never compared.
 * @throws LockError that names the holder and its run.
 */
export async function acquireLocks(cluster: Cluster, options: LockOptions): Promise<Lock> {
  const lost = new AbortController();
  const ended = new AbortController();
  // Renewed under a signal of its own: a run that was stopped still holds the lock while it returns the traffic.
  const renewing = cluster.under(ended.signal);
  const held = new Map<string, KubeObject>();
  const routes = [...new Set(options.routes)].sort();
  const timer = setInterval(() => {
    for (const name of held.keys()) void renew(name);
  }, RENEW_EVERY);
  timer.unref();
  const underWay = new Map<string, Promise<void>>();

  const renew = (name: string): Promise<void> => {
    const running = underWay.get(name);
    if (running) return running;
    const work = renewOnce(renewing, held.get(name), options)
      .then((lease) => {
        if (lease && held.has(name)) held.set(name, lease);
      })
      .catch((error: unknown) => {
        // Not reaching the API server does not lose the lock: nobody else reaches it either, and the fence holds.
        if (error instanceof LockError) lost.abort(error);
      })
      .finally(() => underWay.delete(name));
    underWay.set(name, work);
    return work;
  };

  const release = async (through: Cluster) => {
    clearInterval(timer);
    ended.abort(new Error('the lock is given back'));
    await Promise.all(underWay.values());
    const leases = [...held];
    held.clear();
    if (lost.signal.aborted) return;
    // A take-over keeps the uid, so the version is tested too: a Lease that is somebody else's by now stays.
    const given = await Promise.allSettled(
      leases.map(([name, { metadata }]) =>
        through.delete(leaseRef(options.namespace, name), metadata.uid, metadata.resourceVersion),
      ),
    );
    const failed = given.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  };

  try {
    for (const route of routes) {
      const name = leaseName(route);
      held.set(name, await acquire(cluster, name, options));
    }
  } catch (error) {
    await release(cluster).catch(() => undefined); // the first error is the one to report; the Lease runs out by itself
    throw error;
  }
  const [first] = held.values();
  const since = first && writtenAt(first);
  if (first === undefined) throw new LockError('there is no route to lock');
  return { lost: lost.signal, owner: ownerOf(first), since, release };
}

function ownerOf({ metadata }: KubeObject): OwnerReference {
  return { apiVersion: LEASE_API, kind: 'Lease', name: metadata.name, uid: metadata.uid ?? '' };
}

export function leaseName(route: string): string {
  return `mesh-canary-${route}`.slice(0, 63).replace(/[^a-z0-9]+$/, '');
}

async function acquire(cluster: Cluster, name: string, options: LockOptions): Promise<KubeObject> {
  const deadline = options.clock.monotonic() + options.timeout;
  let announced = '';
  for (;;) {
    const wanted = leaseFor(name, options);
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
    const change = await changed(cluster, live, options.clock);
    if (change === 'gone') continue;
    if (change === 'silent') {
      try {
        return await cluster.replace({
          ...wanted,
          metadata: { ...wanted.metadata, resourceVersion: live.metadata.resourceVersion ?? '' },
        });
      } catch (error) {
        if (error instanceof ApiError && (error.status === 409 || error.status === 404)) continue;
        throw error;
      }
    }
    if (options.onConflict === 'fail' || !remaining) {
      throw new LockError(
        `another run is releasing here: Lease ${options.namespace}/${name} is held by ${describeHolder(live)}`,
        options.onConflict === 'fail'
          ? 'wait for that run, or set on-conflict: wait; in GitHub workflows a concurrency group keeps runs in line'
          : 'it did not end in time; look at that run',
      );
    }
  }
}

/** Watches a Lease for its whole duration: renewed by its holder, given back, or silent. */
async function changed(cluster: Cluster, lease: KubeObject, clock: Clock): Promise<'renewed' | 'gone' | 'silent'> {
  const seconds = Number(field(lease, 'spec', 'leaseDurationSeconds') ?? LEASE_SECONDS);
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
    { clock, timeout: Math.min(Math.max(seconds, 1), 60) * 1000 },
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
    return await cluster.replace({
      ...lease,
      spec: { ...(field(lease, 'spec') as Record<string, unknown>), renewTime: microTime(options.clock) },
    });
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 404)) throw error;
    const live = await cluster.find(leaseRef(options.namespace, lease.metadata.name));
    if (live && holderOf(live) === options.run) return live;
    throw new LockError(
      `the lock ${options.namespace}/${lease.metadata.name} was taken over by ${live ? describeHolder(live) : 'nobody: it was deleted'}`,
      'this run writes nothing any more; look at the other one',
      { cause: reasonOf(error) },
    );
  }
}

function leaseFor(name: string, options: LockOptions): KubeObject {
  const now = microTime(options.clock);
  return {
    apiVersion: LEASE_API,
    kind: 'Lease',
    metadata: {
      name,
      namespace: options.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'mesh-canary' },
      ...(options.runUrl ? { annotations: { 'mesh-canary.dev/run-url': options.runUrl } } : {}),
    },
    spec: { holderIdentity: options.run, leaseDurationSeconds: LEASE_SECONDS, acquireTime: now, renewTime: now },
  };
}

function leaseRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: LEASE_API, kind: 'Lease', namespace, name };
}

function holderOf(lease: KubeObject): string {
  return text(lease, 'spec', 'holderIdentity');
}

function describeHolder(lease: KubeObject): string {
  const url = lease.metadata.annotations?.['mesh-canary.dev/run-url'];
  return `run ${holderOf(lease)}${url ? ` (${url})` : ''}`;
}

/** RFC 3339 with microseconds, as Lease times are written. */
function microTime(clock: Clock = systemClock): string {
  return new Date(clock.now()).toISOString().replace(/Z$/, '000Z');
}
