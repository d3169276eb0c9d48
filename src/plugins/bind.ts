/** Binding plugins to the routes of a release: objects first, annotation second, since Kong fails open on a missing one. */
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { PlatformError } from '../errors.ts';
import type { KubeObject, ObjectRef, PatchOperation } from '../kube/objects.ts';
import { annotation, nameOf, pointer, refOf } from '../kube/objects.ts';
import type { Snapshot } from '../manifests/snapshot.ts';
import { mergePlugins, PLUGINS_ANNOTATION } from './desired.ts';

/**
 * Adds plugin names to a route's annotation; foreign names keep their place. Nothing is written when all are there.
 * @returns the route as it is now.
 */
export async function bindPlugins(
  cluster: Cluster,
  route: ObjectRef,
  names: readonly string[],
  snapshot: Snapshot,
): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    const before = await cluster.get(route);
    const existing = annotation(before, PLUGINS_ANNOTATION);
    const wanted = mergePlugins(existing, names);
    if (wanted === existing || names.length === 0) return before;
    const path = pointer('metadata', 'annotations', PLUGINS_ANNOTATION);
    const patch: PatchOperation[] =
      existing !== undefined
        ? [
            { op: 'test', path, value: existing },
            { op: 'replace', path, value: wanted },
          ]
        : [
            // Absence cannot be tested: a list that somebody else writes in this moment must not be lost.
            { op: 'test', path: '/metadata/resourceVersion', value: before.metadata.resourceVersion },
            before.metadata.annotations !== undefined
              ? { op: 'add', path, value: wanted }
              : { op: 'add', path: '/metadata/annotations', value: { [PLUGINS_ANNOTATION]: wanted } },
          ];
    try {
      const after = await cluster.patch(refOf(before), patch);
      snapshot.record({ before, after });
      return after;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      if (attempt === 5)
        throw new PlatformError(
          `the plugins of ${nameOf(before)} could not be bound: someone else keeps changing them`,
        );
    }
  }
}
