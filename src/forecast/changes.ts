/** What would become of every object of a release: compared with the live one, or asked of the API server where allowed. */

import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, isForbidden } from '../cluster/connection/transport.ts';
import { FIELD_MANAGER, PLUGINS_ANNOTATION } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { annotation, nameOf, refOf } from '../kube/objects.ts';
import { withReplicas } from '../manifests/apply.ts';
import { mergeRoute } from '../manifests/route-files/merge.ts';
import { mergeOptions } from '../manifests/route-files/options.ts';
import { mergePlugins } from '../plugins/desired.ts';
import { readerOf } from '../routes/index.ts';
import { hpaOf } from '../services/pods.ts';
import type { ServicePlan } from '../study/service-plan.ts';
import { changesOf, differenceOf } from './compare.ts';
import { ownershipChanges, removedFields } from './ownership.ts';
import type { FieldChange, ObjectChange } from './types.ts';

export interface ObjectOptions {
  readonly cluster: Cluster;
  /** What is live in the namespace of the release. */
  readonly live: readonly KubeObject[];
  readonly services: readonly ServicePlan[];
  /** Whether this run may apply an object of that kind: then the server is asked. */
  readonly mayApply: (object: KubeObject) => boolean;
}

/** Objects that are applied, in order, as `deploy` applies them. Only reads and dry runs. */
export async function appliedChanges(
  wanted: readonly KubeObject[],
  options: ObjectOptions,
): Promise<readonly ObjectChange[]> {
  const hpas = [...options.live, ...wanted].filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return Promise.all(
    wanted.map(async (object) => {
      const live = await options.cluster.find(refOf(object)).catch(forbidden);
      if (live === 'forbidden')
        return { object: nameOf(object), action: 'unknown', fields: [], by: 'comparison' } as const;
      const scaled = object.kind === 'Deployment' && hpaOf(object, hpas) !== undefined;
      const backend = options.services.some(({ isBackend }) => isBackend(object.metadata.name));
      const asApplied = withReplicas(object, live, scaled, backend);
      return (await asked(asApplied, live, options)) ?? compared(asApplied, live);
    }),
  );
}

/** Route files that are merged, and plugins that are bound to routes. Pure. */
export function routeChanges(
  files: readonly KubeObject[],
  services: readonly ServicePlan[],
  live: readonly KubeObject[],
  plugins: readonly string[],
): readonly ObjectChange[] {
  const routes = new Map<string, { live: KubeObject | undefined; fields: FieldChange[]; name: string }>();
  const known = (object: KubeObject) => live.find((other) => nameOf(other) === nameOf(object));
  for (const file of files) {
    const before = known(file);
    const merged = before !== undefined && readerOf(file)?.facts.files === 'by rule';
    const fields = merged ? written(mergeRoute(before, file, mergeOptions(services))) : [];
    routes.set(nameOf(file), { live: before, fields, name: nameOf(file) });
  }
  for (const { source, entry } of services) {
    for (const object of new Set([source, entry])) {
      const found = routes.get(nameOf(object)) ?? { live: known(object), fields: [], name: nameOf(object) };
      const bound = annotation(found.live ?? object, PLUGINS_ANNOTATION);
      if (object === entry && plugins.length > 0 && mergePlugins(bound, plugins) !== bound)
        found.fields.push({ path: `metadata.annotations["${PLUGINS_ANNOTATION}"]`, to: mergePlugins(bound, plugins) });
      if (object === source || found.fields.length > 0) routes.set(nameOf(object), found);
    }
  }
  return [...routes.values()].map(({ live: before, fields, name }) => ({
    object: name,
    action:
      before === undefined ? ('create' as const) : fields.length > 0 ? ('merge' as const) : ('unchanged' as const),
    fields,
    by: 'comparison' as const,
  }));
}

function written(patch: ReturnType<typeof mergeRoute>): FieldChange[] {
  const tidy = (path: string) => path.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  return patch.filter(({ op }) => op !== 'test').map(({ path }) => ({ path: tidy(path) }));
}

/** The server's own answer, with defaults and admission; undefined where it may not be asked or cannot tell. */
async function asked(
  object: KubeObject,
  live: KubeObject | undefined,
  { cluster, mayApply }: ObjectOptions,
): Promise<ObjectChange | undefined> {
  if (!mayApply(object)) return undefined;
  const about = { object: nameOf(object), by: 'server dry run' } as const;
  try {
    const after = await cluster.apply(object, { dryRun: true });
    if (live === undefined) return { ...about, action: 'create', fields: [] };
    const fields = differenceOf(live, after);
    if (fields.length > 0) return { ...about, action: 'change', fields: withOwners(fields, object, live) };
    return { ...about, action: ownershipChanges(object, live, FIELD_MANAGER) ? 'adopt' : 'unchanged', fields };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Not allowed after all, its namespace or kind is yet to come, or a webhook that has no dry run: compared instead.
    if (error.status === 403 || error.status === 404 || /dry run/i.test(error.message)) return undefined;
    return { ...about, action: live === undefined ? 'create' : 'change', fields: [], refused: error.message };
  }
}

function compared(object: KubeObject, live: KubeObject | undefined): ObjectChange {
  const about = { object: nameOf(object), by: 'comparison' } as const;
  if (live === undefined) return { ...about, action: 'create', fields: [] };
  const fields = [...changesOf(object, live), ...removedFields(object, live, FIELD_MANAGER)];
  if (fields.length > 0) return { ...about, action: 'change', fields };
  return { ...about, action: ownershipChanges(object, live, FIELD_MANAGER) ? 'adopt' : 'unchanged', fields };
}

/** Who owns the fields, from the comparison: the server's answer does not say. */
function withOwners(fields: readonly FieldChange[], object: KubeObject, live: KubeObject): readonly FieldChange[] {
  const owners = new Map(changesOf(object, live).flatMap(({ path, owner }) => (owner ? [[path, owner] as const] : [])));
  return fields.map((change) => {
    const owner = owners.get(change.path);
    return owner === undefined ? change : { ...change, owner };
  });
}

function forbidden(error: unknown): 'forbidden' {
  if (isForbidden(error)) return 'forbidden';
  throw error;
}
