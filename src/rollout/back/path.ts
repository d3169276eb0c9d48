/** The public path of a service, for a run that has no probes on it: how users call it, and where the gateway is. */
import type { Cluster } from '../../cluster/cluster.ts';
import { urlFor } from '../../gateway/in-cluster.ts';
import { gatewayOf } from '../../gateway/parent.ts';
import { waitForGateway } from '../../gateway/status.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { Ports } from '../../ports.ts';
import type { RouteRef } from '../../routes/types.ts';
import { requestHeaders } from '../../services/address.ts';
import { entryKinds } from '../../services/entry.ts';
import { wayInTo } from '../../services/locate.ts';
import type { Standing } from '../../services/standing.ts';
import type { Settings } from '../../settings/types.ts';
import type { ServicePlan } from '../../study/service-plan.ts';

/** Milliseconds for a Gateway that stands already. */
const GATEWAY_WITHIN = 5_000;

/** A request as users send it, without the gateway's address. */
export interface Path {
  /** What a gateway serves. */
  readonly entry: KubeObject;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws PlatformError when nothing leads to the service from outside, or no path can be told */
export async function pathTo({ service, route }: Standing, cluster: Cluster, settings: Settings): Promise<Path> {
  const leading = await leadingTo(route, cluster, settings.namespace);
  const way = wayInTo(route, leading, settings.probePath[service]);
  return { entry: way.object, path: way.path, headers: requestHeaders(way, settings.probeHeaders) };
}

/** The path of a service that was planned already. */
export function pathOf(plan: ServicePlan, settings: Settings): Path {
  return { entry: plan.entry, path: plan.path, headers: requestHeaders(plan, settings.probeHeaders) };
}

/** Where the gateway of an entry is asked. @throws PlatformError, ClusterError */
export async function gatewayFor(
  entry: KubeObject,
  { cluster, settings, ports }: { readonly cluster: Cluster; readonly settings: Settings; readonly ports: Ports },
): Promise<string> {
  if (settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster') return settings.gatewayUrl;
  const gateway = gatewayOf(entry, settings);
  const ready = gateway && (await waitForGateway(cluster, gateway, { clock: ports.clock, timeout: GATEWAY_WITHIN }));
  return urlFor(ready, cluster, settings);
}

/** What may lead to a route: kinds that may not be listed have nothing to say. */
async function leadingTo(route: RouteRef, cluster: Cluster, namespace: string): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    entryKinds(route).map(({ apiVersion, kind }) => cluster.listVisible(apiVersion, kind, namespace)),
  );
  return lists.flat();
}
