/** One manifest applied to the home object it is for, so that the live object is what git says. */
import type { Cluster } from '../../cluster/cluster.ts';
import { ApiError } from '../../cluster/connection/transport.ts';
import { PlatformError } from '../../errors.ts';
import { jsonEqual } from '../../kube/json-patch.ts';
import { RUNS_ANNOTATION } from '../../kube/names.ts';
import { field, type KubeObject, nameOf, type PatchOperation, pointer, refOf } from '../../kube/objects.ts';
import { withReplicas } from '../../manifests/apply.ts';
import { contentOf, fingerprintOf } from '../../services/fingerprint.ts';
import { hpaOf } from '../../services/pods.ts';
import { autoscalersIn } from '../pods/replicas.ts';

/**
 * @param brought all that is applied: an autoscaler among it owns replicas
 * @param runs what the home Deployment is to run, for that one: its replicas are never lowered, and its pods start again
 *   where only their configuration is another
 * @returns what was done, undefined where nothing changed
 * @throws PlatformError naming the object, with the API server's words
 */
export async function applyHome(
  cluster: Cluster,
  object: KubeObject,
  brought: readonly KubeObject[],
  runs: string | undefined,
): Promise<'created' | 'changed' | undefined> {
  const before = await cluster.find(refOf(object));
  const { namespace } = object.metadata;
  const scaled =
    object.kind === 'Deployment' &&
    namespace !== undefined &&
    hpaOf(object, [...(await autoscalersIn(cluster, namespace)), ...brought]) !== undefined;
  try {
    const applied = await cluster.apply(withReplicas(object, before, scaled, runs !== undefined));
    const whole = await withoutLeftovers(cluster, object, applied);
    const after = runs === undefined ? whole : await startedAgain(cluster, whole, before, runs);
    if (before === undefined) return 'created';
    return before.metadata.resourceVersion === after.metadata.resourceVersion ? undefined : 'changed';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new PlatformError(
      `${nameOf(object)} was not accepted: ${error.message}`,
      'correct the manifest, or what refuses it, and run deploy again',
    );
  }
}

/**
 * Pods read their environment when they start: where the template is as before, a mark on it lets them start again, as
 * `kubectl rollout restart` does. The mark is the version's, so that a run that goes on does not start them twice.
 */
async function startedAgain(
  cluster: Cluster,
  live: KubeObject,
  before: KubeObject | undefined,
  runs: string,
): Promise<KubeObject> {
  const at = ['spec', 'template', 'metadata', 'annotations'] as const;
  const rolls = before === undefined || !jsonEqual(field(before, 'spec', 'template'), field(live, 'spec', 'template'));
  if (rolls || field(live, ...at, RUNS_ANNOTATION) === runs) return live;
  const parent: PatchOperation[] =
    field(live, ...at) === undefined ? [{ op: 'add', path: pointer(...at), value: {} }] : [];
  // Not by server-side apply: the manifest, applied by anyone, leaves it alone.
  return cluster.patch(refOf(live), [...parent, { op: 'add', path: pointer(...at, RUNS_ANNOTATION), value: runs }]);
}

/**
 * Fields that another writer applied before (kubectl, helm) survive a server-side apply that no longer has them. What a
 * version runs has to be what git says, so the template, and the contents of a configuration, are written whole.
 */
async function withoutLeftovers(cluster: Cluster, wanted: KubeObject, live: KubeObject): Promise<KubeObject> {
  const patch = wholeOf(wanted, live);
  return patch.length === 0 ? live : cluster.patch(refOf(wanted), patch);
}

function wholeOf(wanted: KubeObject, live: KubeObject): readonly PatchOperation[] {
  if (wanted.kind === 'Deployment') {
    if (fingerprintOf(wanted, []) === fingerprintOf(live, [])) return [];
    return [{ op: 'replace', path: '/spec/template', value: field(wanted, 'spec', 'template') }];
  }
  if (wanted.kind !== 'ConfigMap' && wanted.kind !== 'Secret') return [];
  if (jsonEqual(contentOf(wanted), contentOf(live))) return [];
  const members = wanted.kind === 'ConfigMap' ? ['data', 'binaryData'] : ['data', 'stringData'];
  return members.flatMap((member): PatchOperation[] => {
    const value = field(wanted, member);
    if (value !== undefined) return [{ op: 'add', path: `/${member}`, value }];
    return field(live, member) === undefined ? [] : [{ op: 'remove', path: `/${member}` }];
  });
}
