/** Everything a release looks at before it writes: read once, all kinds at the same time. */
import type { Cluster, ListOptions } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { ApiError } from '../cluster/transport.ts';
import { providers } from '../routes/index.ts';
import { GATEWAY_API } from './gateway.ts';

export interface LiveWorld {
  readonly objects: readonly KubeObject[];
  /** Kinds of which everything that matters was listed: only of these may anything be called missing. */
  readonly listed: ReadonlySet<string>;
}

interface Wanted extends ListOptions {
  readonly apiVersion: string;
  readonly kind: string;
  /** `all`: cluster-wide where allowed, else the namespace of the release. */
  readonly scope: 'namespace' | 'all' | 'cluster';
}

const KONG = 'configuration.konghq.com/v1';
/** Routes of every provider, and what stands behind their backends. */
const ROUTES: readonly Wanted[] = providers
  .flatMap(({ resource, backingKinds }) => [resource, ...backingKinds])
  .filter(({ kind }) => kind !== 'HTTPRoute')
  .map(({ apiVersion, kind }) => ({ apiVersion, kind, scope: 'namespace' }));
const WANTED: readonly Wanted[] = [
  { apiVersion: 'v1', kind: 'Service', scope: 'namespace' },
  { apiVersion: 'v1', kind: 'Secret', scope: 'namespace', metadataOnly: true },
  { apiVersion: 'apps/v1', kind: 'Deployment', scope: 'namespace' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', scope: 'namespace' },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', scope: 'namespace' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', scope: 'all' },
  { apiVersion: GATEWAY_API, kind: 'HTTPRoute', scope: 'all' },
  { apiVersion: GATEWAY_API, kind: 'Gateway', scope: 'all' },
  { apiVersion: GATEWAY_API, kind: 'GatewayClass', scope: 'cluster' },
  { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', scope: 'all' },
  { apiVersion: KONG, kind: 'KongPlugin', scope: 'namespace' },
  { apiVersion: KONG, kind: 'KongClusterPlugin', scope: 'cluster' },
  { apiVersion: KONG, kind: 'KongConsumer', scope: 'namespace' },
  { apiVersion: KONG, kind: 'KongIngress', scope: 'namespace' },
  { apiVersion: 'configuration.konghq.com/v1beta1', kind: 'KongUpstreamPolicy', scope: 'namespace' },
  ...ROUTES,
];

/** Lists what the lint and the planning of backends need; a kind the cluster does not serve is simply empty. */
export async function readWorld(cluster: Cluster, namespace: string): Promise<LiveWorld> {
  const listed = new Set<string>();
  const lists = await Promise.all(
    WANTED.map(async (wanted) => {
      const scopes =
        wanted.scope === 'namespace' ? [namespace] : wanted.scope === 'all' ? [undefined, namespace] : [undefined];
      for (const scope of scopes) {
        try {
          const { items } = await cluster.list(wanted.apiVersion, wanted.kind, scope, wanted);
          if (scope === scopes[0]) listed.add(wanted.kind);
          return items;
        } catch (error) {
          if (!(error instanceof ApiError) || error.status !== 403) throw error;
        }
      }
      return [];
    }),
  );
  return { objects: lists.flat(), listed };
}
