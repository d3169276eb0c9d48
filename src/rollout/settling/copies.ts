/** The copies of a canary: found by their label, taken away together. */
import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import {
  APPS_API,
  AUTOSCALING_API,
  BATCH_API,
  CANARY_LABEL,
  INGRESS_API,
  KEDA_API,
  POLICY_API,
} from '../../kube/names.ts';
import { type KubeObject, nameOf, type ObjectRef, refOf } from '../../kube/objects.ts';
import { keyOf, shortened } from '../../services/app/identity.ts';

/** Kinds of copies, in the order they go: what scales, counts and runs, what that used; the Service shows the rest until last. */
export const COPIED = [
  { apiVersion: KEDA_API, kind: 'ScaledObject' },
  { apiVersion: AUTOSCALING_API, kind: 'HorizontalPodAutoscaler' },
  { apiVersion: POLICY_API, kind: 'PodDisruptionBudget' },
  { apiVersion: APPS_API, kind: 'Deployment' },
  { apiVersion: INGRESS_API, kind: 'NetworkPolicy' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: BATCH_API, kind: 'Job' },
  { apiVersion: 'v1', kind: 'Service' },
] as const;

/** Every copy there is that this run may list; of one canary, or of all. */
export async function copiesIn(cluster: Cluster, namespace: string, canary?: string): Promise<readonly KubeObject[]> {
  const labelSelector = canary === undefined ? CANARY_LABEL : `${CANARY_LABEL}=${shortened(canary)}`;
  const lists = await Promise.all(
    COPIED.map(({ apiVersion, kind }) =>
      cluster.listVisible(apiVersion, kind, namespace, { labelSelector, metadataOnly: kind === 'Secret' }),
    ),
  );
  return lists.flat();
}

/**
 * @param known copies by name, for kinds that may not be listed
 * @returns what was deleted, and one sentence for each that could not be; never throws
 */
export async function removeCopies(
  cluster: Cluster,
  namespace: string,
  canary: string,
  known: readonly ObjectRef[] = [],
): Promise<{ readonly removed: readonly string[]; readonly problems: readonly string[] }> {
  const removed: string[] = [];
  const problems: string[] = [];
  try {
    const found = (await copiesIn(cluster, namespace, canary)).map(refOf);
    const all = [...new Map([...found, ...known].map((ref) => [keyOf(ref), ref])).values()];
    const rank = ({ kind }: ObjectRef) => COPIED.findIndex((one) => one.kind === kind);
    for (const ref of all.sort((a, b) => rank(a) - rank(b))) {
      try {
        await cluster.delete(ref);
        removed.push(nameOf(ref));
      } catch (error) {
        problems.push(`${nameOf(ref)} is left: ${reasonOf(error)}`);
      }
    }
  } catch (error) {
    problems.push(`copies of ${canary} are left: ${reasonOf(error)}`);
  }
  return { removed, problems };
}
