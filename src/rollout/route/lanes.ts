/** Lanes in the cluster: opened for a run, closed on every path, and those of dead runs swept. */

import type { Cluster } from '../../cluster/cluster.ts';
import { isForbidden } from '../../cluster/connection/transport.ts';
import { repeated } from '../../cluster/update.ts';
import { RefusedError, reasonOf } from '../../errors.ts';
import { KONG_API, LANE_LABEL, PLUGINS_ANNOTATION } from '../../kube/names.ts';
import type { KubeObject, ObjectRef } from '../../kube/objects.ts';
import { annotation, nameOf, refOf, text } from '../../kube/objects.ts';
import type { Ports } from '../../ports.ts';
import { laneKinds } from '../../routes/index.ts';
import type { Backends, LaneTokens, RouteProvider } from '../../routes/types.ts';

/** Whose route the lanes stand beside. */
export interface LaneRoute {
  readonly service: string;
  readonly route: ObjectRef;
  readonly backends: Backends;
  readonly isBackend: (name: string) => boolean;
}

/**
 * Values nobody can guess, so that no user ends up in a lane.
 * Kong runs one plugin of a kind for a route: where one of the route's own changes responses, the filter that marks a
 * lane's answers would displace it, or be displaced. Then answers are not marked.
 */
export async function newTokens(cluster: Cluster, route: ObjectRef, random: Ports['token']): Promise<LaneTokens> {
  const token = random(9);
  const unmarked = await changesResponses(cluster, await cluster.get(route));
  return { stable: `${token}-stable`, canary: `${token}-canary`, ...(unmarked ? { unmarked } : {}) };
}

async function changesResponses(cluster: Cluster, route: KubeObject): Promise<boolean> {
  const names = (annotation(route, PLUGINS_ANNOTATION) ?? '').split(',').map((name) => name.trim());
  const namespace = route.metadata.namespace ?? '';
  try {
    const bound = await Promise.all(
      names
        .filter((name) => /^[a-z0-9.-]{1,253}$/.test(name))
        .map((name) => cluster.find({ apiVersion: KONG_API, kind: 'KongPlugin', name, namespace })),
    );
    return bound.some((plugin) => text(plugin, 'plugin').startsWith('response-transformer'));
  } catch (error) {
    // Not knowing, the route's own plugins come first.
    if (isForbidden(error)) return true;
    throw error;
  }
}

/**
 * Opens both lanes; an earlier run's are replaced.
 * @returns the objects that were written: the controller has to take them.
 * @throws RefusedError when the API server does not accept them.
 */
export async function openLanes(
  cluster: Cluster,
  provider: RouteProvider,
  of: LaneRoute,
  tokens: LaneTokens,
): Promise<readonly KubeObject[]> {
  const ways = await waysTo(cluster, provider, of.route);
  const lanesOf = (live: KubeObject) => {
    const route = provider.weights.find([live], of.service, of.isBackend);
    return provider.lanes.open(route, of.backends, tokens, guardOf(live), ways);
  };
  const refused = (error: unknown) => {
    throw error instanceof RefusedError
      ? new RefusedError(`the lanes of ${of.service}: ${error.message}`, error.next, { cause: error })
      : error;
  };
  const lanes = lanesOf(await cluster.get(of.route));
  if ('objects' in lanes) {
    const opening = lanes.objects.map((object) => repeated(cluster, object, () => cluster.apply(object)));
    return Promise.all(opening).catch(refused);
  }
  const plan = (live: KubeObject) => {
    const now = lanesOf(live);
    return 'patch' in now ? now.patch : [];
  };
  return [(await cluster.update(of.route, plan).catch(refused)).after];
}

/**
 * Closes whatever lanes there are beside a route, this run's or a dead one's.
 * @returns one sentence for each that could not be closed; never throws.
 */
export async function closeLanes(cluster: Cluster, provider: RouteProvider, of: LaneRoute): Promise<string[]> {
  const problems: string[] = [];
  const note = (what: string) => (error: unknown) => {
    problems.push(`${what} is still there: ${reasonOf(error)}`);
  };
  try {
    for (const object of await lanesBeside(cluster, provider, of.route)) {
      await repeated(cluster, object, () => cluster.delete(refOf(object), object.metadata.uid)).catch(
        note(nameOf(object)),
      );
    }
    await closeRules(cluster, provider, of);
  } catch (error) {
    note(`a lane of ${of.service}`)(error);
  }
  return problems;
}

/** Lane objects that belong to a route. */
async function lanesBeside(cluster: Cluster, provider: RouteProvider, route: ObjectRef): Promise<KubeObject[]> {
  const lists = await Promise.all(
    laneKinds(provider).map(({ apiVersion, kind }) =>
      cluster.list(apiVersion, kind, route.namespace, { labelSelector: LANE_LABEL }),
    ),
  );
  return lists
    .flatMap(({ items }) => items)
    .filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ name }) => name === route.name));
}

/** Takes lane rules out of a route, whoever's they are; nothing where lanes are objects of their own. */
export async function closeRules(
  cluster: Cluster,
  provider: RouteProvider,
  of: Omit<LaneRoute, 'backends'>,
): Promise<void> {
  const plan = (live: KubeObject) =>
    provider.lanes.close(provider.weights.find([live], of.service, of.isBackend), guardOf(live));
  const live = await cluster.find(of.route);
  if (live !== undefined && plan(live).length > 0) await cluster.update(of.route, plan);
}

/** What may lead to a route that matches no request itself. */
async function waysTo(
  cluster: Cluster,
  { entry }: RouteProvider,
  { namespace }: ObjectRef,
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    (entry?.kinds ?? []).map(({ apiVersion, kind }) => cluster.list(apiVersion, kind, namespace)),
  );
  return lists.flatMap(({ items }) => items);
}

function guardOf({ metadata: { generation } }: KubeObject): { generation?: number } {
  return generation === undefined ? {} : { generation };
}
