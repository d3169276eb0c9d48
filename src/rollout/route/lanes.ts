/** Lanes in the cluster: opened for a run, closed on every path, and those of dead runs swept. */
import { randomBytes } from 'node:crypto';
import type { Cluster } from '../../cluster/cluster.ts';
import { ApiError } from '../../cluster/connection/transport.ts';
import { RefusedError, reasonOf } from '../../errors.ts';
import { LANE_LABEL } from '../../kube/names.ts';
import type { KubeObject, ObjectRef } from '../../kube/objects.ts';
import { annotation, nameOf, refOf, text } from '../../kube/objects.ts';
import { PLUGINS_ANNOTATION } from '../../plugins/desired.ts';
import type { Backends, LaneTokens, RouteProvider, RouteRef } from '../../routes/types.ts';
import { mayHaveArrived } from './write.ts';

/** Whose route the lanes stand beside. */
export interface LaneRoute {
  readonly service: string;
  readonly route: ObjectRef;
  readonly backends: Backends;
  readonly isBackend: (name: string) => boolean;
}

const KONG_API = 'configuration.konghq.com/v1';
/** Tries when the route is written by someone else in the same moment, or a webhook or the API server fails for one. */
const ATTEMPTS = 5;

/**
 * Values nobody can guess, so that no user ends up in a lane.
 * Kong runs one plugin of a kind for a route: where one of the route's own changes responses, the filter that marks a
 * lane's answers would displace it, or be displaced. Then answers are not marked.
 */
export async function newTokens(cluster: Cluster, route: ObjectRef): Promise<LaneTokens> {
  const token = randomBytes(9).toString('hex');
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
    if (error instanceof ApiError && error.status === 403) return true;
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
  for (let attempt = 1; ; attempt++) {
    const route = await find(cluster, provider, of);
    const { generation } = route.object.metadata;
    const lanes = provider.lanes(route, of.backends, tokens, generation === undefined ? {} : { generation });
    try {
      if ('patch' in lanes) return [await cluster.patch(of.route, lanes.patch)];
      return await Promise.all(lanes.objects.map((object) => cluster.apply(object)));
    } catch (error) {
      const stale = error instanceof ApiError && (error.status === 409 || error.status === 422) && 'patch' in lanes;
      // Opening twice is opening once: whether the failed write arrived makes no difference.
      if ((stale || mayHaveArrived(error)) && attempt < ATTEMPTS) continue;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500)
        throw new RefusedError(`the lanes of ${of.service} were not accepted: ${error.message}`);
      throw error;
    }
  }
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
      await remove(cluster, object).catch(note(nameOf(object)));
    }
    await closeRules(cluster, provider, of);
  } catch (error) {
    note(`a lane of ${of.service}`)(error);
  }
  return problems;
}

/** Lane objects that belong to a route. */
async function lanesBeside(cluster: Cluster, provider: RouteProvider, route: ObjectRef): Promise<KubeObject[]> {
  const { apiVersion, kind } = provider.resource;
  const { items } = await cluster.list(apiVersion, kind, route.namespace, { labelSelector: LANE_LABEL });
  return items.filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ name }) => name === route.name));
}

/** Takes lane rules out of a route, whoever's they are; nothing where lanes are objects of their own. */
export async function closeRules(
  cluster: Cluster,
  provider: RouteProvider,
  of: Omit<LaneRoute, 'backends'>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const live = await cluster.find(of.route);
    if (live === undefined) return;
    const route = provider.find([live], of.service, of.isBackend);
    const { generation } = route.object.metadata;
    const patch = provider.withoutLanes(route, generation === undefined ? {} : { generation });
    if (patch.length === 0) return;
    try {
      await cluster.patch(of.route, patch);
      return;
    } catch (error) {
      const stale = error instanceof ApiError && error.status === 422;
      if (!(stale || mayHaveArrived(error)) || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function remove(cluster: Cluster, lane: KubeObject): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await cluster.delete(refOf(lane), lane.metadata.uid);
    } catch (error) {
      if (!mayHaveArrived(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function find(cluster: Cluster, provider: RouteProvider, of: LaneRoute): Promise<RouteRef> {
  return provider.find([await cluster.get(of.route)], of.service, of.isBackend);
}
