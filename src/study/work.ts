/** What a command works on, as far as its rights depend on it. */

import type { Cluster } from '../cluster/cluster.ts';
import { APPS_API, INGRESS_GROUP } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { groupOf } from '../kube/objects.ts';
import type { DesiredPlugins } from '../plugins/desired.ts';
import { proofFor } from '../plugins/proofs.ts';
import { KONG, laneKinds, standard } from '../routes/index.ts';
import type { Resource as Kind, RouteProvider } from '../routes/types.ts';
import type { Located } from '../services/locate.ts';
import type { Settings } from '../settings/index.ts';

/** A resource as RBAC names it. */
export interface Resource {
  readonly group: string;
  /** Plural, e.g. `httproutes`. */
  readonly resource: string;
  /** Absent = cluster-scoped. */
  readonly namespace?: string;
}

/** What a provider's own part of a Role follows from. */
export interface RouteRights extends Omit<Resource, 'namespace'> {
  /** Kinds of the objects that lanes are made of; none where they are rules. */
  readonly lanes: readonly Omit<Resource, 'namespace'>[];
  /** What stands behind the versions. */
  readonly backing: readonly Omit<Resource, 'namespace'>[];
  /** Whether its controller refuses by events. */
  readonly events: boolean;
  /** Whether other objects bring users' requests to what it splits, and of which kinds. */
  readonly ways: 'itself' | readonly Omit<Resource, 'namespace'>[];
  /** Whether Kong serves what users' requests come in by. */
  readonly kong: boolean;
}

/** What a command knows of its work when it asks. */
export interface Work {
  readonly settings: Settings;
  /** The kind that carries the weights: a provider brings its own group and resource. */
  readonly route: RouteRights;
  /** Routes of another kind that move in lockstep. */
  readonly also?: readonly RouteRights[];
  /** Resources of the objects that will be applied; the route's own among them when the manifests bring it. */
  readonly brought: readonly Resource[];
  /** Whether plugins are looked up and bound, and whether a temporary caller proves them. */
  readonly plugins: 'none' | 'bound' | 'proved with a caller';
}

/** What Kong takes, where a mesh's routes are not the way in. */
const BEFORE_MESH = [
  { group: INGRESS_GROUP, resource: 'ingresses' },
  { group: groupOf(standard.facts.resource.apiVersion), resource: standard.facts.resource.plural },
];

/** A provider's part of the rights, from its facts. Before a mesh stands what Kong serves. */
export function routeOf(provider: RouteProvider): RouteRights {
  const { facts, backing, entry } = provider;
  const named = ({ apiVersion, plural }: Kind) => ({ group: groupOf(apiVersion), resource: plural });
  return {
    ...named(facts.resource),
    lanes: laneKinds(provider).map(named),
    backing: backing.kinds.map(named),
    events: facts.limits.refusals === 'events',
    ways: entry === undefined ? BEFORE_MESH : entry.kinds.length === 0 ? 'itself' : entry.kinds.map(named),
    kong: (entry ?? standard.entry)?.servedBy === KONG,
  };
}

/**
 * What a release will work on. Nobody knows yet what the plan will be, so clones are foreseen where an image is given.
 * @param found the services whose routes were found; what is wrong with the others is said by the plan
 */
export async function workOf(
  cluster: Cluster,
  settings: Settings,
  mesh: RouteProvider,
  found: readonly Located[],
  manifests: readonly KubeObject[],
  plugins: DesiredPlugins,
): Promise<Work> {
  const { namespace } = settings;
  const others = new Set(found.flatMap((one) => [one, ...one.others]).map(({ provider }) => provider));
  others.delete(mesh);
  const cloned = (apiVersion: string, kind: string): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: '', namespace },
  });
  const byImage = Object.keys(settings.image).length > 0;
  const copied = byImage || manifests.length > 0 ? mesh.backing.kinds.filter((kind) => kind.copied) : [];
  const clones = [
    ...(byImage ? [cloned(APPS_API, 'Deployment'), cloned('v1', 'Service')] : []),
    ...copied.map(({ apiVersion, kind }) => cloned(apiVersion, kind)),
  ];
  const kinds = plugins.objects.map((plugin) => String(plugin['plugin'] ?? ''));
  const called = plugins.objects.some((plugin) => proofFor(plugin, kinds).needsConsumer);
  return {
    settings,
    route: routeOf(mesh),
    also: [...others].map(routeOf),
    brought: await resourcesOf(cluster, [...manifests, ...plugins.apply, ...clones]),
    plugins: settings.plugins.length === 0 ? 'none' : called ? 'proved with a caller' : 'bound',
  };
}

/** The resources of objects, each once; kinds the cluster does not serve yet are left out: their definitions come first. */
export async function resourcesOf(cluster: Cluster, objects: readonly KubeObject[]): Promise<readonly Resource[]> {
  const found = new Map<string, Resource>();
  for (const { apiVersion, kind, metadata } of objects) {
    const served = await cluster.kinds.find(apiVersion, kind);
    if (served === undefined) continue;
    const namespace = served.namespaced ? metadata.namespace : undefined;
    const resource: Resource = {
      group: groupOf(apiVersion),
      resource: served.plural,
      ...(namespace === undefined ? {} : { namespace }),
    };
    found.set([resource.group, resource.resource, namespace ?? ''].join('|'), resource);
  }
  return [...found.values()];
}
