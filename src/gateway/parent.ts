/** Which Gateway brings users' requests to a route. Pure. */
import { PlatformError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import { nameOf } from '../kube/objects.ts';
import { isInside, KONG, providerFor, readerOf, servedBy } from '../routes/index.ts';
import type { Settings } from '../settings/types.ts';

/** A Gateway by its address. */
export interface GatewayRef {
  readonly namespace: string;
  readonly name: string;
}

/** What the input mesh-name says of Gateways: their name, where the routes know any; on a mesh it names the mesh. */
export function namedGateway({ mesh, meshName }: Pick<Settings, 'mesh' | 'meshName'>): string | undefined {
  return mesh === 'auto' || providerFor(mesh).entry?.gateways !== undefined ? meshName : undefined;
}

/**
 * The Gateway that brings users' requests to what Kong serves; undefined where it knows none, as
 * an Ingress.
 * @throws PlatformError when a route of Gateways hangs on none, or on another than asked.
 */
export function gatewayOf(route: KubeObject, settings: Pick<Settings, 'mesh' | 'meshName'>): GatewayRef | undefined {
  const gateways = readerOf(route)?.entry?.gateways?.(route);
  if (gateways === undefined || isInside(route)) return undefined;
  const meshName = namedGateway(settings);
  const chosen = meshName === undefined ? gateways[0] : gateways.find(({ name }) => name === meshName);
  if (chosen === undefined) {
    const found = gateways.map(({ namespace, name }) => `${namespace}/${name}`).join(', ') || 'none';
    throw new PlatformError(
      `${nameOf(route)} hangs on ${meshName === undefined ? 'no Gateway' : `no Gateway named ${meshName}`} (parentRefs: ${found})`,
      'correct its parentRefs, or the input mesh-name',
    );
  }
  return chosen;
}

/**
 * What a release may ask of what brings its requests in: plugins of Kong alone, and an address only of Kong and of Gateways.
 * @throws PlatformError naming the object that a gateway of another kind serves.
 */
export function requireServed(entries: readonly KubeObject[], { gatewayUrl, plugins, probeConsumer }: Settings): void {
  const other = entries.find((entry) => servedBy(entry) !== KONG);
  if (other === undefined) return;
  const whose = `${nameOf(other)} is served by ${servedBy(other)}`;
  if (plugins.length > 0 || probeConsumer === 'temporary')
    throw new PlatformError(
      `${whose}, and ${plugins.length > 0 ? 'plugins are' : 'a temporary consumer is'} Kong's`,
      `leave out the input ${plugins.length > 0 ? 'plugins' : 'probe-consumer'}`,
    );
  if (gatewayUrl === 'auto' || gatewayUrl === 'in-cluster')
    throw new PlatformError(
      `${whose}, and nothing says at which address`,
      'give the URL that users call with the input gateway-url',
    );
}
