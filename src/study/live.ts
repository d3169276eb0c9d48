/** Everything a release looks at before it writes: read once, all kinds at the same time. */

import type { Cluster, ListOptions } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import {
  APPS_API,
  AUTOSCALING_API,
  DISCOVERY_API,
  GATEWAY_API,
  INGRESS_API,
  KONG_API,
  KONG_BETA_API,
} from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { meshKinds } from '../lint/meshes/index.ts';
import { KONG, providers } from '../routes/index.ts';

/** What is live: of the release's namespace, and of others what stands between users and the service. */
export interface Live {
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

const WANTED: readonly Wanted[] = [
  { apiVersion: 'v1', kind: 'Service', scope: 'namespace' },
  { apiVersion: 'v1', kind: 'Secret', scope: 'namespace', metadataOnly: true },
  { apiVersion: APPS_API, kind: 'Deployment', scope: 'namespace' },
  { apiVersion: AUTOSCALING_API, kind: 'HorizontalPodAutoscaler', scope: 'namespace' },
  { apiVersion: DISCOVERY_API, kind: 'EndpointSlice', scope: 'namespace' },
  { apiVersion: INGRESS_API, kind: 'Ingress', scope: 'all' },
  ...providers
    .filter(({ entry }) => entry?.servedBy === KONG)
    .map(({ facts }) => ({ ...facts.resource, scope: 'all' as const })),
  { apiVersion: GATEWAY_API, kind: 'Gateway', scope: 'all' },
  { apiVersion: GATEWAY_API, kind: 'GatewayClass', scope: 'cluster' },
  { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', scope: 'all' },
  { apiVersion: KONG_API, kind: 'KongPlugin', scope: 'namespace' },
  { apiVersion: KONG_API, kind: 'KongClusterPlugin', scope: 'cluster' },
  { apiVersion: KONG_API, kind: 'KongConsumer', scope: 'namespace' },
  { apiVersion: KONG_API, kind: 'KongIngress', scope: 'namespace' },
  { apiVersion: KONG_BETA_API, kind: 'KongUpstreamPolicy', scope: 'namespace' },
  { apiVersion: 'v1', kind: 'Namespace', scope: 'cluster', metadataOnly: true },
  { apiVersion: 'split.smi-spec.io/v1alpha2', kind: 'TrafficSplit', scope: 'namespace' },
  { apiVersion: 'configuration.konghq.com/v1alpha1', kind: 'IngressClassParameters', scope: 'all' },
  ...meshKinds,
];

/** Routes of every provider, and what stands behind their backends, as far as they are not wanted already. */
const OF_PROVIDERS: readonly Wanted[] = providers
  .flatMap(({ facts, backing }) => [facts.resource, ...backing.kinds])
  .map(({ apiVersion, kind }) => ({ apiVersion, kind, scope: 'namespace' as const }))
  .filter(({ apiVersion, kind }) => !WANTED.some((one) => one.apiVersion === apiVersion && one.kind === kind));

/** Lists what the lint and the planning of backends need; a kind the cluster does not serve is simply empty. */
export async function readLive(cluster: Cluster, namespace: string): Promise<Live> {
  const listed = new Set<string>();
  const lists = await Promise.all(
    [...WANTED, ...OF_PROVIDERS].map(async (wanted) => {
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
