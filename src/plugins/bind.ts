/** Binding plugins to the routes of a release: objects first, annotation second, since Kong fails open on a missing one. */

import type { Cluster } from '../cluster/cluster.ts';
import { PLUGINS_ANNOTATION } from '../kube/names.ts';
import type { KubeObject, ObjectRef, PatchOperation } from '../kube/objects.ts';
import { annotation, pointer } from '../kube/objects.ts';
import type { Snapshot } from '../manifests/snapshot.ts';
import { mergePlugins } from './desired.ts';

/**
 * Adds plugin names to a route's annotation; foreign names keep their place. Nothing is written when all are there.
 * @returns the route as it is now.
 * @throws RefusedError in the words of the policy, webhook or API server that refuses it; Contended
 */
export async function bindPlugins(
  cluster: Cluster,
  route: ObjectRef,
  names: readonly string[],
  snapshot: Snapshot,
): Promise<KubeObject> {
  const updated = await cluster.update(route, (live) => bindingPatch(live, names));
  if (updated.written) snapshot.record(updated);
  return updated.after;
}

/** Adds the names to what is there now; empty when nothing is missing. */
function bindingPatch(live: KubeObject, names: readonly string[]): PatchOperation[] {
  const existing = annotation(live, PLUGINS_ANNOTATION);
  const wanted = mergePlugins(existing, names);
  if (wanted === existing || names.length === 0) return [];
  const path = pointer('metadata', 'annotations', PLUGINS_ANNOTATION);
  if (existing !== undefined) {
    return [
      { op: 'test', path, value: existing },
      { op: 'replace', path, value: wanted },
    ];
  }
  return [
    // Absence cannot be tested: a list that somebody else writes in this moment must not be lost.
    { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    live.metadata.annotations !== undefined
      ? { op: 'add', path, value: wanted }
      : { op: 'add', path: '/metadata/annotations', value: { [PLUGINS_ANNOTATION]: wanted } },
  ];
}
