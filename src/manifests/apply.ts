/** Applying what the manifests bring: a snapshot first, routes merged and never applied, one object at a time in order. */

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { PlatformError } from '../errors.ts';
import { AUTOSCALING_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, nameOf, refOf } from '../kube/objects.ts';
import type { Snapshot } from './snapshot.ts';

export interface ApplyReport {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/**
 * Server-side applies objects in the order given and records each write.
 * The number of replicas is looked after: see {@link withReplicas}.
 * @param isBackend whether a Deployment serves a service of this release
 * @throws PlatformError naming the object and the API server's words; what was applied before stays recorded.
 */
export async function applyObjects(
  cluster: Cluster,
  objects: readonly KubeObject[],
  snapshot: Snapshot,
  isBackend: (name: string) => boolean = () => false,
): Promise<ApplyReport> {
  const report = { created: [] as string[], changed: [] as string[], unchanged: [] as string[] };
  const autoscaled = await autoscaledDeployments(cluster, objects);
  for (const object of objects) {
    const before = await cluster.find(refOf(object));
    const wanted = withReplicas(object, before, autoscaled.has(nameOf(object)), isBackend(object.metadata.name));
    try {
      const after = await cluster.apply(wanted);
      if (before === undefined) report.created.push(nameOf(object));
      else if (before.metadata.resourceVersion === after.metadata.resourceVersion)
        report.unchanged.push(nameOf(object));
      else report.changed.push(nameOf(object));
      if (before?.metadata.resourceVersion !== after.metadata.resourceVersion) snapshot.record({ before, after });
      if (object.kind === 'CustomResourceDefinition') cluster.kinds.forget();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new PlatformError(`${nameOf(object)} was not accepted: ${error.message}`, nextFor(error, object));
    }
  }
  return report;
}

/**
 * The object with the replicas it may be applied with. An autoscaler's number stands. A backend of the release is never
 * taken below what it runs: its pods were raised for the requests it gets. The live number is written, not left out:
 * leaving out a field that we applied before would reset it to 1.
 */
export function withReplicas(
  object: KubeObject,
  live: KubeObject | undefined,
  autoscaled: boolean,
  backend: boolean,
): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const { replicas: written, ...spec } = (field(object, 'spec') ?? {}) as Record<string, unknown>;
  const running = field(live, 'spec', 'replicas');
  if (typeof running !== 'number') return autoscaled ? { ...object, spec } : object;
  const wanted = typeof written === 'number' ? written : 1;
  if (autoscaled || (backend && running > wanted)) return { ...object, spec: { ...spec, replicas: running } };
  return object;
}

async function autoscaledDeployments(cluster: Cluster, objects: readonly KubeObject[]): Promise<ReadonlySet<string>> {
  const namespaces = new Set(
    objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.namespace ?? 'default'),
  );
  const owned = new Set<string>();
  for (const namespace of namespaces) {
    const live = await cluster.list(AUTOSCALING_API, 'HorizontalPodAutoscaler', namespace);
    const written = objects.filter(
      ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.namespace === namespace,
    );
    for (const hpa of [...live.items, ...written]) {
      const target = field(hpa, 'spec', 'scaleTargetRef', 'name');
      if (field(hpa, 'spec', 'scaleTargetRef', 'kind') === 'Deployment')
        owned.add(`Deployment ${namespace}/${String(target)}`);
    }
  }
  return owned;
}

function nextFor(error: ApiError, object: KubeObject): string {
  if (error.status === 404 && /namespaces .* not found/.test(error.message)) {
    return `create the namespace ${object.metadata.namespace} (add a Namespace to the manifests), or correct the input namespace`;
  }
  if (error.status === 403) return 'grant the job the right to patch this kind in that namespace';
  if (/field is immutable/.test(error.message)) {
    return `a field that cannot change differs from the live object (often spec.selector): give the new version a new name`;
  }
  return 'correct the manifest';
}
