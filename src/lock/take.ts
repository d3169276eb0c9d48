/** Taking the lock of routes, or waiting for it: one Lease per route, so that two runs never change the same route. */

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { watchUntil } from '../cluster/watch.ts';
import { LockError } from '../errors.ts';
import { LEASE_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';
import type { Lock } from './held.ts';
import { deleteOurs, HeldLeases } from './held.ts';
import {
  askedFor,
  askerOf,
  describeHolder,
  holderOf,
  LEASE_SECONDS,
  LEASE_SELECTOR,
  leaseFor,
  leaseName,
  leaseRef,
} from './lease.ts';

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

/**
 * Takes the lock of every route, or none.
 * A holder counts as gone when its Lease has not changed for {@link LEASE_SECONDS} while we watched: clocks of two
 * machines are never compared. Every weight patch also tests the run id (the fence).
 * @throws LockError that names the holder and its run.
 */
export async function takeLocks(cluster: Cluster, options: LockOptions): Promise<Lock> {
  const { clock } = options;
  const held = new HeldLeases(cluster, options);
  const names = [...new Set(options.routes)].sort().map(leaseName);
  try {
    const taking = cluster.until(held.asked);
    const seen = names.length > 1 ? await lookAround(taking, options) : new Map<string, Sighting>();
    for (const name of names) held.keep(await take(taking, name, options, seen), clock.monotonic());
    return held.lock();
  } catch (error) {
    // Not under the run's signal: that may be what ended the wait. The first error is the one to report, and a Lease that
    // could not be given back runs out by itself.
    const back = cluster.under(clock.timeout(GIVE_BACK_WITHIN), GIVE_BACK_WITHIN);
    const others = names.filter((name) => !held.has(name));
    await held.giveBack(back).catch(() => undefined);
    await Promise.all(others.map((name) => giveBackUnheard(back, name, options))).catch(() => undefined);
    throw error;
  }
}

/** A Lease that was created for this run although nobody heard so: the run was cancelled while it asked. */
async function giveBackUnheard(cluster: Cluster, name: string, { namespace, run }: LockOptions): Promise<void> {
  const live = await cluster.find(leaseRef(namespace, name));
  if (live !== undefined && holderOf(live) === run) await deleteOurs(cluster, live, run);
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

async function take(
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
      if (remaining) continue;
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
