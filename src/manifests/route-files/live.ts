/** Route files: merged into what is live with one guarded patch, and merged back when the release fails. */
import type { Cluster } from '../../cluster/cluster.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { refOf } from '../../kube/objects.ts';
import { putBack } from '../snapshot.ts';
import type { MergeOptions } from './merge.ts';
import { mergeRoute } from './merge.ts';

/**
 * Merges a route file into the live object. Weights are never reset, and a write by someone else in between makes us
 * read again, so that neither write is lost.
 * @returns the object before, and after when something changed.
 * @throws RefusedError in the words of the policy, webhook or API server that refuses it; Contended
 */
export async function mergeLiveRoute(
  cluster: Cluster,
  file: KubeObject,
  options: MergeOptions,
): Promise<{ before: KubeObject; after: KubeObject | undefined }> {
  const { before, after, written } = await cluster.update(refOf(file), (live) => mergeRoute(live, file, options));
  return { before, after: written ? after : undefined };
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
  await putBack(cluster, metadataOf(before), metadataOf(after));
}

/** The journal is the release's: it says what has happened since, and is never put back. */
function withoutJournal(object: KubeObject): Readonly<Record<string, string>> {
  const { [JOURNAL_ANNOTATION]: _, ...rest } = object.metadata.annotations ?? {};
  return rest;
}
