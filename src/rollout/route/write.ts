/** One write to a route: guarded, and certain about whether it arrived. */

import type { Cluster } from '../../cluster/cluster.ts';
import { Contended } from '../../cluster/update.ts';
import { DriftError, RefusedError, reasonOf } from '../../errors.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import type { JsonPatch, KubeObject, ObjectRef } from '../../kube/objects.ts';
import { nameOf } from '../../kube/objects.ts';
import { refusalHint } from '../../routes/parts/refusals.ts';

/**
 * Reads the route, lets `plan` make a patch for what is there now, and writes it: see {@link Cluster.update}.
 * `plan` throws DriftError itself when what is ours was changed. A lost write is known by its journal text.
 * @param persistent goes on for as long as the cluster's patience goes, whatever the writes meet: for a return
 * @param known see {@link UpdateOptions.known}
 * @returns the object after the write.
 */
export async function writeRoute(
  cluster: Cluster,
  route: ObjectRef,
  plan: (live: KubeObject) => { patch: JsonPatch; journal: string },
  { persistent = false, known }: { persistent?: boolean; known?: KubeObject | undefined } = {},
): Promise<KubeObject> {
  let sent: string | undefined;
  try {
    const { after } = await cluster.update(
      route,
      (live) => {
        const { patch, journal } = plan(live);
        sent = journal;
        return patch;
      },
      {
        known,
        arrived: (live) => live.metadata.annotations?.[JOURNAL_ANNOTATION] === sent,
        ...(persistent ? { tries: Number.POSITIVE_INFINITY } : {}),
      },
    );
    return after;
  } catch (error) {
    if (error instanceof Contended) throw new DriftError(error.message, error.next, { cause: error });
    throw unanswered(route, error);
  }
}

/** A webhook that fails closed and does not answer is no trouble of the API server's: it is named, with who can help. */
function unanswered(route: ObjectRef, error: unknown): unknown {
  const hint = error instanceof RefusedError ? undefined : refusalHint(reasonOf(error));
  return hint === undefined
    ? error
    : new RefusedError(`${nameOf(route)} could not be written: ${reasonOf(error)}`, hint, { cause: error });
}
