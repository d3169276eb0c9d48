/** Route files: merged into what is live with one guarded patch, and merged back when the release fails. */
import type { Cluster } from '../../cluster/cluster.ts';
import { ApiError } from '../../cluster/connection/transport.ts';
import { PlatformError } from '../../errors.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { nameOf, refOf } from '../../kube/objects.ts';
import { reversePatch } from '../snapshot.ts';
import type { MergeOptions } from './merge.ts';
import { mergeRoute } from './merge.ts';

const ATTEMPTS = 5;

/**
 * Merges a route file into the live object. Weights are never reset, and a write by someone else in between makes us
 * read again, so that neither write is lost.
 * @returns the object before, and after when something changed.
 */
export async function mergeLiveRoute(
  cluster: Cluster,
  file: KubeObject,
  options: MergeOptions,
): Promise<{ before: KubeObject; after: KubeObject | undefined }> {
  for (let attempt = 1; ; attempt++) {
    const before = await cluster.get(refOf(file));
    const patch = mergeRoute(before, file, options);
    if (patch.length === 0) return { before, after: undefined };
    try {
      return { before, after: await cluster.patch(refOf(before), patch) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 422 && attempt < ATTEMPTS && !/is invalid/.test(error.message)) continue;
      throw new PlatformError(
        `${nameOf(file)} could not be merged: ${error.message}`,
        'correct the route in the manifests',
      );
    }
  }
}

/**
 * Puts back what a route said before its file was merged in, with the weights as they are now.
 * @param after the route right after the merge: labels, annotations and plugin names the file brought are only taken
 *   away again with it, since a merge itself removes none
 */
export async function restoreRoute(
  cluster: Cluster,
  before: KubeObject,
  options: MergeOptions,
  after?: KubeObject,
): Promise<void> {
  try {
    if (after !== undefined) await takeAway(cluster, before, after);
  } finally {
    // The rules come back even where somebody has changed an annotation since.
    await mergeLiveRoute(cluster, before, options);
  }
}

/** Labels and annotations as they were, where nobody has changed them since. */
async function takeAway(cluster: Cluster, before: KubeObject, after: KubeObject): Promise<void> {
  const metadataOf = (object: KubeObject): KubeObject => ({
    ...before,
    metadata: { ...before.metadata, labels: object.metadata.labels ?? {}, annotations: withoutJournal(object) },
  });
  const patch = reversePatch(metadataOf(before), metadataOf(after));
  if (patch.length > 0) await cluster.patch(refOf(before), patch);
}

/** The journal is the release's: it says what has happened since, and is never put back. */
function withoutJournal(object: KubeObject): Readonly<Record<string, string>> {
  const { [JOURNAL_ANNOTATION]: _, ...rest } = object.metadata.annotations ?? {};
  return rest;
}
