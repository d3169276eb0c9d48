/** What a release in place has to see beyond the versions: all that stands around the app's pods, and what each manifest would change. */

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, isForbidden } from '../cluster/connection/transport.ts';
import { jsonEqual } from '../kube/json-patch.ts';
import { APPS_API, BATCH_API, INGRESS_API, KEDA_API, POLICY_API, RBAC_API } from '../kube/names.ts';
import { type KubeObject, refOf } from '../kube/objects.ts';
import { withReplicas } from '../manifests/apply.ts';
import { keyOf } from '../services/app/identity.ts';
import { hpaOf } from '../services/pods.ts';
import type { Compared } from './in-place.ts';

/** Kinds that hold for pods, run beside them, or are used by them; read where this run may. */
const AROUND: readonly { readonly apiVersion: string; readonly kind: string; readonly metadataOnly?: boolean }[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadataOnly: true },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: APPS_API, kind: 'StatefulSet' },
  { apiVersion: APPS_API, kind: 'DaemonSet' },
  { apiVersion: BATCH_API, kind: 'Job' },
  { apiVersion: POLICY_API, kind: 'PodDisruptionBudget' },
  { apiVersion: INGRESS_API, kind: 'NetworkPolicy' },
  { apiVersion: RBAC_API, kind: 'Role' },
  { apiVersion: RBAC_API, kind: 'RoleBinding' },
  { apiVersion: KEDA_API, kind: 'ScaledObject' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
  { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' },
];

/** All that is live around the app's pods, with what was read already; none twice. */
export async function readAround(
  cluster: Cluster,
  namespace: string,
  live: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    AROUND.map(({ apiVersion, kind, metadataOnly = false }) =>
      cluster.listVisible(apiVersion, kind, namespace, { metadataOnly }),
    ),
  );
  return [...new Map([...lists.flat(), ...live].map((object) => [keyOf(object), object])).values()];
}

/**
 * Every object of the manifests beside its live one, by key: asked of the API server as a dry run, else compared here.
 * @param differs tells by comparison; without it, what cannot be asked counts as changed
 */
export async function compareAll(
  cluster: Cluster,
  manifests: readonly KubeObject[],
  live: readonly KubeObject[],
  differs: (wanted: KubeObject, live: KubeObject) => boolean = () => true,
): Promise<ReadonlyMap<string, Compared>> {
  const scalers = [...live, ...manifests].filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const pairs = await Promise.all(
    manifests.map(async (object): Promise<[string, Compared]> => {
      const there = await found(cluster, object);
      if (there === undefined) return [keyOf(object), { changed: true }];
      const wanted = withReplicas(object, there, hpaOf(object, scalers) !== undefined, true);
      const after = await tried(cluster, wanted);
      const changed = after === undefined ? differs(wanted, there) : !jsonEqual(contentOf(after), contentOf(there));
      return [keyOf(object), { live: there, after, changed }];
    }),
  );
  return new Map(pairs);
}

/** The live object; what may not be read is taken for one that would change, never for one that is not there. */
async function found(cluster: Cluster, object: KubeObject): Promise<KubeObject | undefined> {
  const served = (await cluster.kinds.find(object.apiVersion, object.kind)) !== undefined;
  if (!served) return undefined;
  try {
    return await cluster.find(refOf(object));
  } catch (error) {
    if (isForbidden(error)) return object;
    throw error;
  }
}

/** As the API server would have it, with defaults and admission; undefined where it does not say. */
async function tried(cluster: Cluster, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await cluster.apply(object, { dryRun: true });
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Without what the server keeps for itself. */
function contentOf({ metadata, status: _, ...content }: KubeObject): unknown {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  return { ...content, metadata: { name, namespace, labels, annotations } };
}
