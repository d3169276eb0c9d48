/** How the home objects were before settling began: a short mark of each, kept in the journal. */
import { createHash } from 'node:crypto';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Journal } from '../../journal/journal.ts';
import { type KubeObject, mapAt, type ObjectRef, refOf } from '../../kube/objects.ts';

/** A journal keeps at most so many. */
const MOST = 60;

/** @returns by object; null where there was none, nothing at all where they are too many to be kept */
export async function marksOf(
  cluster: Cluster,
  objects: readonly KubeObject[],
): Promise<Readonly<Record<string, string | null>>> {
  if (objects.length > MOST) return {};
  const marks = objects.map(async (object) => [keyOf(refOf(object)), await markOf(cluster, refOf(object))] as const);
  return Object.fromEntries(await Promise.all(marks));
}

/** Whether every home object is as it was before settling; what was not kept counts as changed. */
export async function isUntouched(cluster: Cluster, { snapshot = {} }: Pick<Journal, 'snapshot'>): Promise<boolean> {
  const entries = Object.entries(snapshot);
  if (entries.length === 0) return false;
  const same = await Promise.all(
    entries.map(async ([key, mark]) => {
      const ref = refIn(key);
      return ref !== undefined && (await markOf(cluster, ref)) === mark;
    }),
  );
  return !same.includes(false);
}

async function markOf(cluster: Cluster, ref: ObjectRef): Promise<string | null> {
  const served = (await cluster.kinds.find(ref.apiVersion, ref.kind)) !== undefined;
  const live = served ? await cluster.find(ref) : undefined;
  if (live === undefined) return null;
  const { metadata, status: _, ...content } = live;
  // An autoscaler's number of pods is no change of what runs.
  const { replicas: __, ...spec } = mapAt(content, 'spec');
  const { labels = {}, annotations = {} } = metadata;
  const revision = 'deployment.kubernetes.io/revision';
  const { [revision]: ___, ...kept } = annotations;
  const text = JSON.stringify({ ...content, spec, labels, annotations: kept });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function keyOf({ apiVersion, kind, namespace = '', name }: ObjectRef): string {
  return [apiVersion, kind, namespace, name].join(' ');
}

function refIn(key: string): ObjectRef | undefined {
  const [apiVersion, kind, namespace = '', name] = key.split(' ');
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  return { apiVersion, kind, name, ...(namespace === '' ? {} : { namespace }) };
}
