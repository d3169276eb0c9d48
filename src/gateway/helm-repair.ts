/**
 * A release of helm that a dead run left pending: helm refuses every later upgrade of it until somebody repairs it.
 * (helm keeps a release's revisions as Secrets of type helm.sh/release.v1 with labels owner, name, status and version.)
 */
import type { Cluster } from '../cluster/cluster.ts';
import { isForbidden } from '../cluster/connection/transport.ts';
import { watchUntil } from '../cluster/watch.ts';
import type { KubeObject } from '../kube/objects.ts';
import { refOf } from '../kube/objects.ts';
import type { Clock, Teller } from '../ports.ts';

/** Milliseconds a pending release must stay as it is, seen by us, before its helm counts as dead. */
const DEAD_AFTER = 60_000;

export type HelmRepair =
  /** Nothing is pending, or it ended while it was watched. */
  | { readonly kind: 'none' }
  /** An upgrade or a rollback died: back to the revision that was deployed. */
  | { readonly kind: 'rollback'; readonly revision: number; readonly from: string }
  /**
   * The very first installation died: its record is forgotten, so that the next installation adopts what is there.
   * Uninstalling would take away a Kong that may serve already.
   */
  | { readonly kind: 'forget'; readonly record: KubeObject; readonly from: string };

/** What the revisions of a release ask for. Pure. */
export function judgeRevisions(secrets: readonly KubeObject[]): HelmRepair {
  const revisions = secrets
    .filter(({ metadata }) => metadata.labels?.['owner'] === 'helm')
    .map((secret) => ({
      secret,
      status: secret.metadata.labels?.['status'] ?? '',
      number: Number(secret.metadata.labels?.['version'] ?? 0),
    }))
    .sort((a, b) => b.number - a.number);
  const [newest] = revisions;
  if (newest === undefined || !newest.status.startsWith('pending-')) return { kind: 'none' };
  // `superseded` too: a rollback that died had already taken the mark from the revision it left.
  const good = revisions.find(({ status }) => status === 'deployed' || status === 'superseded');
  return good === undefined
    ? { kind: 'forget', record: newest.secret, from: newest.status }
    : { kind: 'rollback', revision: good.number, from: newest.status };
}

/**
 * Looks for a pending release and makes sure that nobody is at work on it. What is to be done then is the caller's, since
 * a rollback is a helm process.
 */
export async function findDeadHelm(
  cluster: Cluster,
  release: { readonly name: string; readonly namespace: string },
  options: { readonly clock: Clock } & Pick<Teller, 'say'>,
): Promise<HelmRepair> {
  const labelSelector = `owner=helm,name=${release.name}`;
  const target = { apiVersion: 'v1', kind: 'Secret', namespace: release.namespace, labelSelector };
  let first: readonly KubeObject[];
  try {
    first = (await cluster.list('v1', 'Secret', release.namespace, { labelSelector, metadataOnly: true })).items;
  } catch (error) {
    // Without the right to look, helm itself says what is wrong.
    if (isForbidden(error)) return { kind: 'none' };
    throw error;
  }
  const repair = judgeRevisions(first);
  if (repair.kind === 'none') return repair;
  options.say(`helm release ${release.name} is ${repair.from}: is a helm at work on it?`);
  const before = fingerprint(first);
  const moved = await watchUntil(
    cluster,
    target,
    (world) => (fingerprint([...world.values()]) === before ? undefined : true),
    { clock: options.clock, timeout: DEAD_AFTER },
  );
  if (moved) return findDeadHelm(cluster, release, options);
  return repair;
}

/** Forgets the record of an installation that died. */
export async function forget(cluster: Cluster, record: KubeObject): Promise<void> {
  await cluster.delete(refOf(record), record.metadata.uid);
}

function fingerprint(secrets: readonly KubeObject[]): string {
  return secrets
    .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
    .sort()
    .join();
}
