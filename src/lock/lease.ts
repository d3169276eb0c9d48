/** The Lease that stands for the lock of a route: what it looks like, and what it says about its holder. */

import type { Cluster } from '../cluster/cluster.ts';
import { ASKED_BY, LEASE_API, MANAGED_BY, RUN_URL } from '../kube/names.ts';
import type { KubeObject, ObjectRef } from '../kube/objects.ts';
import { annotation, field, text } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';

/** Seconds without a change, seen by us, after which a holder counts as gone. */
export const LEASE_SECONDS = 15;
export const LEASE_SELECTOR = 'app.kubernetes.io/managed-by=mesh-canary';
/** A run as a Lease names it. */
export interface Holder {
  readonly run: string;
  /** Where a person finds the run. */
  readonly url?: string;
  /** ISO 8601, by the holder's clock. */
  readonly since: string;
  readonly renewedAt: string;
}

export function leaseName(route: string): string {
  return `mesh-canary-${route}`.slice(0, 63).replace(/[^a-z0-9]+$/, '');
}

export function leaseRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: LEASE_API, kind: 'Lease', namespace, name };
}

export function leaseFor(
  name: string,
  holder: { readonly namespace: string; readonly run: string; readonly runUrl?: string | undefined },
  clock: Clock,
): KubeObject {
  const now = microTime(clock);
  return {
    apiVersion: LEASE_API,
    kind: 'Lease',
    metadata: {
      name,
      namespace: holder.namespace,
      labels: { [MANAGED_BY]: 'mesh-canary' },
      ...(holder.runUrl ? { annotations: { [RUN_URL]: holder.runUrl } } : {}),
    },
    spec: { holderIdentity: holder.run, leaseDurationSeconds: LEASE_SECONDS, acquireTime: now, renewTime: now },
  };
}

export function renewed(lease: KubeObject, clock: Clock): KubeObject {
  return { ...lease, spec: { ...(field(lease, 'spec') as Record<string, unknown>), renewTime: microTime(clock) } };
}

/** The same Lease, asking its holder to give way. */
export function askedFor(lease: KubeObject, run: string, runUrl: string | undefined): KubeObject {
  const annotations = { ...lease.metadata.annotations, [ASKED_BY]: `run ${run}${runUrl ? ` (${runUrl})` : ''}` };
  return { ...lease, metadata: { ...lease.metadata, annotations } };
}

/** Who asks the holder to give way, in words. */
export function askerOf(lease: KubeObject): string | undefined {
  return annotation(lease, ASKED_BY);
}

export function holderOf(lease: KubeObject): string {
  return text(lease, 'spec', 'holderIdentity');
}

export function describeHolder(lease: KubeObject): string {
  const url = annotation(lease, RUN_URL);
  return `run ${holderOf(lease)}${url ? ` (${url})` : ''}`;
}

/** Who holds the lock of a route, alive or not; undefined when nobody does. */
export async function readHolder(cluster: Cluster, namespace: string, route: string): Promise<Holder | undefined> {
  const lease = await cluster.find(leaseRef(namespace, leaseName(route)));
  if (lease === undefined) return undefined;
  const url = annotation(lease, RUN_URL);
  return {
    run: holderOf(lease),
    ...(url === undefined ? {} : { url }),
    since: text(lease, 'spec', 'acquireTime'),
    renewedAt: text(lease, 'spec', 'renewTime'),
  };
}

/** RFC 3339 with microseconds, as Lease times are written. */
function microTime(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/Z$/, '000Z');
}
