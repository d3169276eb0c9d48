/** Whether anybody but the release still sends to an old version: asked of all kinds and namespaces before it goes. */
import type { Cluster } from '../../cluster/cluster.ts';
import { applyPatch } from '../../kube/json-patch.ts';
import { APPS_API, GATEWAY_GROUP, LANE_LABEL } from '../../kube/names.ts';
import { type KubeObject, nameOf, type ObjectRef, refOf } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import type { RouteProvider } from '../../routes/types.ts';
import { keyOf } from '../../services/app/identity.ts';
import { podLabels } from '../../services/pods.ts';
import { describeUnseen, mayHide, type Referrer, type Retiring, referrersOf } from '../../services/referrers.ts';
import type { Unseen } from '../../services/sender-kinds.ts';
import { readSenders } from '../../study/senders.ts';
import type { RouteState } from '../state.ts';
import { isOwnScaler } from './belongings.ts';

/** An old version that is to go. */
export interface Leaving {
  readonly release: Pick<RouteState, 'service' | 'route' | 'followers' | 'isBackend'>;
  readonly backend: string;
  readonly how: 'scale-down' | 'delete';
  /** Backend that has all of its requests now. */
  readonly successor: string;
  readonly namespace: string;
}

export interface Asked {
  /** Who still sends to it; empty where nobody was seen. */
  readonly referrers: readonly Referrer[];
  /** What could not be looked at and may hide somebody. */
  readonly hidden: readonly Unseen[];
  /** What could not be looked at and does not hold it up. */
  readonly unseen: readonly Unseen[];
  /** Everything that was looked through. */
  readonly objects: readonly KubeObject[];
  readonly deployment: KubeObject | undefined;
  readonly successor: KubeObject | undefined;
}

/** Reads everything, and judges it as it will be once the release's own routes no longer name the version. */
export async function askEverybody(
  cluster: Cluster,
  provider: RouteProvider,
  leaving: Leaving,
  clock: Clock,
): Promise<Asked> {
  const { namespace, backend, how, successor, release } = leaving;
  const deploymentOf = (name: string) => cluster.find({ apiVersion: APPS_API, kind: 'Deployment', namespace, name });
  const [senders, deployment, next, routes] = await Promise.all([
    readSenders(cluster, namespace, clock),
    deploymentOf(backend),
    deploymentOf(successor),
    withoutBackend(cluster, provider, release, backend),
  ]);
  const objects = replaced(senders.objects, routes).filter((object) => !isLaneOf(object, routes));
  const target: Retiring = {
    namespace,
    name: backend,
    // An adopted Service has the name that callers inside the cluster use: it is not a version's.
    stays: backend === release.service,
    ...(deployment === undefined ? {} : { deployment: backend, podLabels: podLabels(deployment) }),
    successorLabels: next && podLabels(next),
  };
  const except = [
    ...behind(provider, namespace, backend),
    ...(how === 'delete' ? objects.filter((object) => isOwnScaler(object, namespace, backend)).map(refOf) : []),
  ];
  const grantsKnown = !senders.unseen.some(
    ({ kind, group, where }) =>
      where === 'everywhere' && (group === undefined || (group === GATEWAY_GROUP && (kind ?? GRANT) === GRANT)),
  );
  const referrers = referrersOf(target, objects, { except, grantsKnown });
  const hides = (one: Unseen) => mayHide(one, target, objects, how === 'scale-down');
  return {
    referrers,
    hidden: senders.unseen.filter(hides),
    unseen: senders.unseen.filter((one) => !hides(one)),
    objects: senders.objects,
    deployment,
    successor: next,
  };
}

const GRANT = 'ReferenceGrant';

/** Why a version stays, as a sentence that names everybody; undefined where it may go. */
export function whyKept({ backend, how, successor }: Leaving, { referrers, hidden }: Asked): string | undefined {
  if (referrers.length > 0) {
    const who = shortList(referrers.map(({ ref, why }) => `${nameOf(ref)} (${why})`));
    const verb = referrers.length === 1 ? 'leads' : 'lead';
    return `${backend} was kept, not ${past(how)}: ${who} still ${verb} to it; point that to ${successor}, then run this release again`;
  }
  if (hidden.length === 0) return undefined;
  const what = shortList(hidden.map(describeUnseen));
  const word = hidden[0]?.why ?? '';
  return `${backend} was kept, not ${past(how)}: whether anything else leads to it is not known, because ${what} could not be looked at (${word}); allow this run to list that, or see to it by hand`;
}

export function past(how: Leaving['how']): string {
  return how === 'delete' ? 'deleted' : 'scaled to 0';
}

/** Names in a sentence, at most ten. */
export function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}

/** The release's routes as they will be without the version. @throws RouteError where a rule has nobody else. */
async function withoutBackend(
  cluster: Cluster,
  provider: RouteProvider,
  { service, route, followers = [], isBackend }: Leaving['release'],
  backend: string,
): Promise<readonly KubeObject[]> {
  return Promise.all(
    [{ provider, route }, ...followers].map(async (one) => {
      const live = await cluster.get(one.route);
      const found = one.provider.weights.find([live], service, isBackend);
      return applyPatch(live, one.provider.weights.detach(found, backend, {}, '')) as KubeObject;
    }),
  );
}

function replaced(objects: readonly KubeObject[], by: readonly KubeObject[]): readonly KubeObject[] {
  const keys = new Set(by.map(keyOf));
  return [...objects.filter((object) => !keys.has(keyOf(object))), ...by];
}

/** A lane that could not be closed stands beside its route, and is not a way of anybody else's. */
function isLaneOf({ metadata }: KubeObject, routes: readonly KubeObject[]): boolean {
  if (metadata.labels?.[LANE_LABEL] === undefined) return false;
  return (metadata.ownerReferences ?? []).some(({ name, kind }) =>
    routes.some((route) => route.metadata.name === name && route.kind === kind),
  );
}

/** What a mesh puts behind the version, by its name. */
function behind(provider: RouteProvider, namespace: string, name: string): readonly ObjectRef[] {
  const kinds = [...provider.backing.kinds, { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshService' }];
  return kinds.map(({ apiVersion, kind }) => ({ apiVersion, kind, namespace, name }));
}
