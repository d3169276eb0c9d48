/** The GatewayClass and the Gateway this tool brings, where there is none. */

import path from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { GATEWAY_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { readShipped } from '../manifests/files.ts';
import type { Settings } from '../settings/types.ts';
import { gatewayOf, namedGateway } from './parent.ts';

/** The name of the Gateway that is made where there is none. */
export function gatewayName(settings: Settings): string {
  return namedGateway(settings) ?? 'kong';
}

/** The shipped GatewayClass and Gateway under the names the settings ask for. */
export function shippedGateway(settings: Settings, actionRoot: string): readonly KubeObject[] {
  const name = gatewayName(settings);
  const { objects } = readShipped(actionRoot, [path.join('manifests', 'kong', 'gateway.yaml')], {
    namespace: settings.kongNamespace,
  });
  return objects.map((object) =>
    object.kind === 'Gateway'
      ? { ...object, metadata: { ...object.metadata, name, namespace: settings.kongNamespace } }
      : object,
  );
}

/** The shipped objects, where the Gateway among them is not in the cluster yet. */
export async function missingGateway(
  cluster: Cluster,
  settings: Settings,
  actionRoot: string,
): Promise<readonly KubeObject[]> {
  const { items } = await cluster.list(GATEWAY_API, 'Gateway', settings.kongNamespace);
  const name = gatewayName(settings);
  return items.some(({ metadata }) => metadata.name === name) ? [] : shippedGateway(settings, actionRoot);
}

/**
 * The same, for a release: nothing where none of its services comes in by that Gateway.
 * @param entries what Kong serves of the services
 * @throws PlatformError when one hangs on no Gateway, or on another than asked.
 */
export async function neededGateway(
  cluster: Cluster,
  settings: Settings,
  actionRoot: string,
  entries: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  const used = entries.some((entry) => {
    const gateway = gatewayOf(entry, settings);
    return gateway?.namespace === settings.kongNamespace && gateway.name === gatewayName(settings);
  });
  return used ? missingGateway(cluster, settings, actionRoot) : [];
}
