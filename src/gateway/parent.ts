/** Which Gateway brings users' requests to a route. Pure. */
import { PlatformError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import { list, strings } from '../kube/objects.ts';
import { isInside } from '../services/entry.ts';
import type { Settings } from '../settings/types.ts';

/** A Gateway by its address. */
export interface GatewayRef {
  readonly namespace: string;
  readonly name: string;
}

/** What the input mesh-name says of Gateways: their name on Gateway API; on a mesh it names the mesh. */
export function namedGateway({ mesh, meshName }: Pick<Settings, 'mesh' | 'meshName'>): string | undefined {
  return mesh === 'auto' || mesh === 'gateway-api' ? meshName : undefined;
}

/**
 * The Gateway that brings users' requests to what Kong serves; undefined for an Ingress.
 * @throws PlatformError when an HTTPRoute hangs on none, or on another than asked.
 */
export function gatewayOf(route: KubeObject, settings: Pick<Settings, 'mesh' | 'meshName'>): GatewayRef | undefined {
  if (isInside(route)) return undefined;
  const meshName = namedGateway(settings);
  const parents = list(route, 'spec', 'parentRefs')
    .map((parent) => strings(parent))
    .filter((parent) => (parent['kind'] ?? 'Gateway') === 'Gateway');
  const chosen = meshName === undefined ? parents[0] : parents.find((parent) => parent['name'] === meshName);
  if (chosen?.['name'] === undefined) {
    const found =
      parents.map((parent) => `${parent['namespace'] ?? route.metadata.namespace}/${parent['name']}`).join(', ') ||
      'none';
    throw new PlatformError(
      `HTTPRoute ${route.metadata.namespace}/${route.metadata.name} hangs on ${meshName === undefined ? 'no Gateway' : `no Gateway named ${meshName}`} (parentRefs: ${found})`,
      'correct its parentRefs, or the input mesh-name',
    );
  }
  return { namespace: chosen['namespace'] ?? route.metadata.namespace ?? 'default', name: chosen['name'] };
}
