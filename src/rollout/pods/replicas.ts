/** The number of pods behind a backend: raised before a rise, brought back after a retirement, left to autoscalers. */

import type { Cluster } from '../../cluster/cluster.ts';
import { BackendError, ClusterError } from '../../errors.ts';
import { APPS_API, AUTOSCALING_API, MIN_REPLICAS, RETIRED_REPLICAS } from '../../kube/names.ts';
import type { KubeObject, PatchOperation } from '../../kube/objects.ts';
import { annotation, field, pointer, refOf, strings, text } from '../../kube/objects.ts';
import type { ReadyOptions } from './readiness.ts';
import { countReady, waitForReady } from './readiness.ts';

/** minReplicas of an autoscaler that does not say (autoscaling/v2). */
const DEFAULT_MIN = 1;

/**
 * Raises the replicas behind a backend to at least `needed`. Where an autoscaler owns the number, its lower bound is
 * raised instead: it scales on load, and the load comes only after the pods are there.
 * @param autoscalers those of the namespace
 * @returns what it had before, or undefined when nothing was to be done: enough already, or no Deployment of that name
 *   (the pods may come from elsewhere; readiness decides).
 * @throws BackendError when the autoscaler's upper bound is below what is needed.
 */
export async function raiseReplicas(
  cluster: Cluster,
  namespace: string,
  backend: string,
  needed: number,
  autoscalers: readonly KubeObject[],
): Promise<{ from: number } | undefined> {
  const deployment = await cluster.find(deploymentRef(namespace, backend));
  if (!deployment) return undefined;
  const hpa = scaledBy(autoscalers, backend);
  if (hpa) return raiseBound(cluster, hpa, needed);
  const from = replicasOf(deployment);
  if (from >= needed) return undefined;
  await setReplicas(cluster, deployment, needed);
  return { from };
}

async function raiseBound(cluster: Cluster, hpa: KubeObject, needed: number): Promise<{ from: number } | undefined> {
  const from = Number(field(hpa, 'spec', 'minReplicas') ?? DEFAULT_MIN);
  const most = Number(field(hpa, 'spec', 'maxReplicas') ?? needed);
  if (most < needed) {
    throw new BackendError(
      `HorizontalPodAutoscaler ${hpa.metadata.namespace}/${hpa.metadata.name} allows ${most} pods, and ${needed} are needed for the share`,
      'raise its maxReplicas to that of the stable version',
    );
  }
  if (from >= needed) return undefined;
  const keep = annotation(hpa, MIN_REPLICAS) === undefined ? annotate(hpa, MIN_REPLICAS, String(from)) : [];
  await cluster.patch(refOf(hpa), [...keep, { op: 'add', path: '/spec/minReplicas', value: needed }]);
  return { from };
}

/** Gives an autoscaler its lower bound back once its version has all requests and scales by them. */
export async function settleAutoscaler(cluster: Cluster, namespace: string, backend: string): Promise<void> {
  const hpa = scaledBy(await autoscalersIn(cluster, namespace), backend);
  const before = hpa && annotation(hpa, MIN_REPLICAS);
  if (hpa === undefined || before === undefined || !/^\d{1,6}$/.test(before)) return;
  await cluster.patch(refOf(hpa), [
    { op: 'add', path: '/spec/minReplicas', value: Math.max(1, Number(before)) },
    { op: 'remove', path: pointer('metadata', 'annotations', MIN_REPLICAS) },
  ]);
}

/** Scales a retired version to 0, noting how many pods it had. An autoscaler rests while its target has 0 replicas. */
export async function scaleToNone(cluster: Cluster, deployment: KubeObject): Promise<void> {
  const had = replicasOf(deployment);
  if (had === 0) return;
  await cluster.patch(refOf(deployment), [
    ...annotate(deployment, RETIRED_REPLICAS, String(had)),
    { op: 'add', path: '/spec/replicas', value: 0 },
  ]);
}

/** Whether a version was scaled to 0 by a retirement, to be brought back by a later return. */
export function isRetired(deployment: KubeObject): boolean {
  return annotation(deployment, RETIRED_REPLICAS) !== undefined;
}

/**
 * Makes sure that a backend can take all requests before any come: brings the pods of a retired version back and waits
 * until as many are ready as its Deployment wants. Nothing is written, and nothing waited for, while it serves.
 * @returns how many replicas it had where they were raised.
 * @throws BackendError when its Service is gone or its pods do not get ready: then the traffic is better left alone.
 */
export async function ensureServing(
  cluster: Cluster,
  namespace: string,
  backend: string,
  options: ReadyOptions,
): Promise<{ from: number; to: number } | undefined> {
  const service = await cluster.find({ apiVersion: 'v1', kind: 'Service', namespace, name: backend });
  if (!service) {
    throw new BackendError(
      `Service ${namespace}/${backend} does not exist any more, so no traffic can go back to ${backend}`,
      'release that version again with the command deploy: its manifests or image bring it back',
    );
  }
  const deployment = await cluster.find(deploymentRef(namespace, backend));
  if (!deployment) {
    await waitForReady(cluster, namespace, backend, 1, options);
    return undefined;
  }
  const from = replicasOf(deployment);
  const kept = annotation(deployment, RETIRED_REPLICAS);
  const before = kept !== undefined && /^\d{1,6}$/.test(kept) ? Number(kept) : 1;
  const to = from === 0 ? Math.max(1, before) : from;
  if (from === 0) {
    const forget: PatchOperation[] =
      kept === undefined ? [] : [{ op: 'remove', path: pointer('metadata', 'annotations', RETIRED_REPLICAS) }];
    await cluster.patch(refOf(deployment), [{ op: 'add', path: '/spec/replicas', value: to }, ...forget]);
  } else if ((await countReady(cluster, namespace, backend)) > 0) {
    // It serves already: a rolling update or a lost node must not hold a return up.
    return undefined;
  }
  await waitForReady(cluster, namespace, backend, to, options);
  return from === to ? undefined : { from, to };
}

export async function setReplicas(cluster: Cluster, deployment: KubeObject, replicas: number): Promise<void> {
  const { namespace, name } = deployment.metadata;
  if (namespace === undefined) throw new ClusterError(`Deployment ${name} has no namespace`);
  await cluster.patch(deploymentRef(namespace, name), [{ op: 'add', path: '/spec/replicas', value: replicas }]);
}

/** The HorizontalPodAutoscalers of a namespace. */
export async function autoscalersIn(cluster: Cluster, namespace: string): Promise<readonly KubeObject[]> {
  return (await cluster.list(AUTOSCALING_API, 'HorizontalPodAutoscaler', namespace)).items;
}

/** The one that owns a Deployment's replicas, if any. */
export function scaledBy(autoscalers: readonly KubeObject[], deployment: string): KubeObject | undefined {
  return autoscalers.find((hpa) => {
    const target = strings(hpa, 'spec', 'scaleTargetRef');
    return target['kind'] === 'Deployment' && text(hpa, 'spec', 'scaleTargetRef', 'name') === deployment;
  });
}

const deploymentRef = (namespace: string, name: string) =>
  ({ apiVersion: APPS_API, kind: 'Deployment', namespace, name }) as const;

/** Pods a Deployment wants; 1 where it does not say. */
export function replicasOf(deployment: KubeObject): number {
  return Number(field(deployment, 'spec', 'replicas') ?? 1);
}

/** `add` below an absent parent answers 422, so the parent comes first. */
function annotate(object: KubeObject, name: string, value: string): PatchOperation[] {
  return [
    ...(object.metadata.annotations === undefined
      ? [{ op: 'add', path: '/metadata/annotations', value: {} } as const]
      : []),
    { op: 'add', path: pointer('metadata', 'annotations', name), value },
  ];
}
