/**
 * What dead runs left behind, taken away with the lock in hand: lanes, callers of proofs, clones that nobody is sent to.
 * Only what carries a mark of ours is touched, and nothing of a run that holds a lock.
 */

import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import {
  APPS_API,
  AUTOSCALING_API,
  BATCH_API,
  CANARY_LABEL,
  CLONE_LABEL,
  INGRESS_API,
  KONG_API,
  LANE_LABEL,
  LEASE_API,
  RUN_LABEL,
} from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { nameOf, refOf } from '../../kube/objects.ts';
import { holderOf, LEASE_SELECTOR } from '../../lock/lease.ts';
import { runLabel } from '../../plugins/proof-consumer.ts';
import { before, laneKinds, readerOf } from '../../routes/index.ts';
import type { RouteProvider } from '../../routes/types.ts';
import { keyOf, shortened } from '../../services/app/identity.ts';
import { isRetired } from '../pods/replicas.ts';
import { isUsed } from '../retire/belongings.ts';
import { copiesIn } from '../settling/copies.ts';

/** One service whose lock is held. */
export interface Swept {
  readonly service: string;
  /** Name of its route. */
  readonly route: string;
  readonly isBackend: (name: string) => boolean;
}

export interface SweepOptions {
  /** This run. */
  readonly run: string;
  readonly clones: boolean;
  /** Whether releases in place were made here: copies of kinds that clones never have are looked for, too. */
  readonly copies?: boolean;
  readonly mesh: RouteProvider;
}

export interface SweepReport {
  /** Names of the objects that were deleted. */
  readonly removed: readonly string[];
  /** One sentence for each that could not be. */
  readonly problems: readonly string[];
}

const MARKED = [
  { apiVersion: KONG_API, kind: 'KongConsumer' },
  { apiVersion: KONG_API, kind: 'KongPlugin' },
  { apiVersion: 'v1', kind: 'Secret' },
] as const;
/** In the order they go: what scales, what runs, what names it. */
const CLONED = [
  { apiVersion: AUTOSCALING_API, kind: 'HorizontalPodAutoscaler' },
  { apiVersion: APPS_API, kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
] as const;

/** Workloads that may read a copy. */
const READERS = [
  [APPS_API, 'Deployment'],
  [APPS_API, 'StatefulSet'],
  [APPS_API, 'DaemonSet'],
  [BATCH_API, 'CronJob'],
] as const;

/**
 * @param clones whether clones go too: not before it is proved that nobody is sent to them
 * @param run this run: its own callers go as well
 * @param mesh whose routes name versions, as those before it do, and whose objects stand behind them
 * Never throws: what is left is said, and the next run tries again. A kind that may not be listed is left alone.
 */
export async function sweep(
  cluster: Cluster,
  namespace: string,
  services: readonly Swept[],
  options: SweepOptions,
): Promise<SweepReport> {
  const removed: string[] = [];
  const problems: string[] = [];
  const remove = async (objects: readonly KubeObject[]) => {
    for (const object of objects) {
      try {
        await cluster.delete(refOf(object), object.metadata.uid);
        removed.push(nameOf(object));
      } catch (error) {
        problems.push(`${nameOf(object)} is left: ${reasonOf(error)}`);
      }
    }
  };
  const within = async (work: Promise<readonly KubeObject[]>) => {
    try {
      await remove(await work);
    } catch (error) {
      problems.push(`what dead runs left could not be looked for: ${reasonOf(error)}`);
    }
  };
  await within(lanesOf(cluster, namespace, services, options.mesh));
  await within(callersOf(cluster, namespace, options.run));
  if (options.clones) await within(clonesOf(cluster, namespace, services, options));
  return { removed, problems };
}

/** Lanes that stand beside one of the routes: whoever holds its lock is the only one who may have any. */
async function lanesOf(
  cluster: Cluster,
  namespace: string,
  services: readonly Swept[],
  mesh: RouteProvider,
): Promise<KubeObject[]> {
  const kinds = new Map(
    [mesh, ...before(mesh)].flatMap(laneKinds).map((each) => [`${each.apiVersion}/${each.kind}`, each]),
  );
  const items = await Promise.all(
    [...kinds.values()].map(({ apiVersion, kind }) => listed(cluster, apiVersion, kind, namespace, LANE_LABEL)),
  );
  return items
    .flat()
    .filter(({ metadata }) =>
      (metadata.ownerReferences ?? []).some(({ name }) => services.some(({ route }) => route === name)),
    );
}

/** Callers of proofs whose run holds no lock. */
async function callersOf(cluster: Cluster, namespace: string, run: string): Promise<KubeObject[]> {
  const leases = await listed(cluster, LEASE_API, 'Lease', namespace, LEASE_SELECTOR);
  const alive = new Set(leases.map((lease) => runLabel(holderOf(lease))));
  alive.delete(runLabel(run));
  const found = await Promise.all(
    MARKED.map(({ apiVersion, kind }) => listed(cluster, apiVersion, kind, namespace, RUN_LABEL)),
  );
  return found.flat().filter(({ metadata }) => !alive.has(metadata.labels?.[RUN_LABEL] ?? ''));
}

/**
 * Clones that no route names. A version that is kept after a promotion stays in its route at weight 0, and one that was
 * retired by scaling down carries a mark: both stay.
 */
async function clonesOf(
  cluster: Cluster,
  namespace: string,
  services: readonly Swept[],
  { mesh, copies: copied = false }: SweepOptions,
): Promise<KubeObject[]> {
  const behind = mesh.backing.kinds.filter(({ copied }) => copied);
  const { apiVersion: own, kind: split } = mesh.facts.resource;
  const [ofMesh, outer, ...cloned] = await Promise.all([
    // Who may not see the routes that name versions does not know which of them are used: that is an error.
    cluster.list(own, split, namespace).then(({ items }) => items),
    Promise.all(
      before(mesh).map(({ facts: { resource } }) => listed(cluster, resource.apiVersion, resource.kind, namespace)),
    ).then((lists) => lists.flat()),
    ...[...CLONED, ...behind].map(({ apiVersion, kind }) => listed(cluster, apiVersion, kind, namespace, CLONE_LABEL)),
  ]);
  const routes = [...ofMesh, ...outer];
  const ours = (route: KubeObject) => services.some((service) => service.route === route.metadata.name);
  const used = namesIn(routes);
  // `jazz-admin-v2` may be a clone of another service whose name begins like one of ours: its original tells.
  const foreign = namesIn(routes.filter((route) => !ours(route)));
  const retired = new Set(
    cloned
      .flat()
      .filter(isRetired)
      .map(({ metadata }) => metadata.name),
  );
  const inPlace = ({ metadata }: KubeObject) => metadata.labels?.[CANARY_LABEL] !== undefined;
  const copies = copied || cloned.flat().some(inPlace) ? await copiesIn(cluster, namespace) : [];
  const inUse = new Set([...used].map(shortened));
  const leftBehind = copies.filter(({ metadata: { labels } }) => {
    const canary = labels?.[CANARY_LABEL] ?? '';
    return services.some(({ isBackend }) => isBackend(canary)) && !inUse.has(canary);
  });
  const clones = cloned.flat().filter((object) => {
    const { name, labels } = object.metadata;
    const from = labels?.[CLONE_LABEL];
    if (inPlace(object)) return false;
    if (from === undefined || foreign.has(from)) return false;
    return services.some(({ isBackend }) => isBackend(name)) && !used.has(name) && !retired.has(name);
  });
  return [...clones, ...(await unused(cluster, namespace, leftBehind))];
}

/** Copies that nobody else reads: a label of ours may have come along with YAML that somebody copied. */
async function unused(
  cluster: Cluster,
  namespace: string,
  copies: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  if (copies.length === 0) return copies;
  const going = new Set(copies.map(keyOf));
  const [ingresses, ...workloads] = await Promise.all([
    listed(cluster, INGRESS_API, 'Ingress', namespace),
    ...READERS.map(([apiVersion, kind]) => listed(cluster, apiVersion, kind, namespace)),
  ]);
  const others = workloads.flat().filter((one) => !going.has(keyOf(one)));
  return copies.filter((copy) => !isUsed(copy, others, ingresses));
}

/** Backends that rules send to, at whatever weight. */
function namesIn(routes: readonly KubeObject[]): ReadonlySet<string> {
  const found = routes.flatMap(
    (route) => readerOf(route)?.weights.findAll([route], route.metadata.name, () => true) ?? [],
  );
  return new Set(found.flatMap(({ rules }) => rules.flatMap(({ backends }) => backends.map(({ name }) => name))));
}

async function listed(
  cluster: Cluster,
  apiVersion: string,
  kind: string,
  namespace: string,
  labelSelector?: string,
): Promise<readonly KubeObject[]> {
  const selector = labelSelector === undefined ? {} : { labelSelector };
  return cluster.listVisible(apiVersion, kind, namespace, { ...selector, metadataOnly: kind === 'Secret' });
}
