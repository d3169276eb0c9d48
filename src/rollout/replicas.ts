/** The number of pods behind a backend: raised before a rise, left alone where an autoscaler owns it. */
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { field, strings, text } from '../cluster/objects.ts';
import { ClusterError } from '../errors.ts';

/**
 * Raises the replicas of the Deployment behind a backend to at least `needed`.
 * @returns what it had before, or undefined when nothing was to be done: enough already, an autoscaler owns the number,
 *   or no Deployment of that name (the pods may come from elsewhere; readiness decides).
 */
export async function raiseReplicas(
  cluster: Cluster,
  namespace: string,
  backend: string,
  needed: number,
): Promise<{ from: number } | undefined> {
  const deployment = await cluster.find({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: backend });
  if (!deployment) return undefined;
  const from = Number(field(deployment, 'spec', 'replicas') ?? 1);
  if (from >= needed) return undefined;
  if (await scaledBy(cluster, namespace, backend)) return undefined;
  await setReplicas(cluster, deployment, needed);
  return { from };
}

export async function setReplicas(cluster: Cluster, deployment: KubeObject, replicas: number): Promise<void> {
  const { namespace, name } = deployment.metadata;
  if (namespace === undefined) throw new ClusterError(`Deployment ${name} has no namespace`);
  await cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }, [
    { op: 'add', path: '/spec/replicas', value: replicas },
  ]);
}

/** The HorizontalPodAutoscaler that owns a Deployment's replicas, if any. */
export async function scaledBy(
  cluster: Cluster,
  namespace: string,
  deployment: string,
): Promise<KubeObject | undefined> {
  const { items } = await cluster.list('autoscaling/v2', 'HorizontalPodAutoscaler', namespace);
  return items.find((hpa) => {
    const target = strings(hpa, 'spec', 'scaleTargetRef');
    return target['kind'] === 'Deployment' && text(hpa, 'spec', 'scaleTargetRef', 'name') === deployment;
  });
}
