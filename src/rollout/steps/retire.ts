/** The old version after a promotion: out of the route first, then its pods, so that no reference is left without a Service. */
import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import { HISTORY_LIMIT } from '../../journal/journal.ts';
import { refOf } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import type { Settings } from '../../settings/types.ts';
import { scaledBy, scaleToNone, settleAutoscaler } from '../pods/replicas.ts';
import type { RouteWriter } from '../route/writer.ts';
import type { ServiceRelease } from '../state.ts';

/** @returns one sentence for each thing that was done, and for each that could not be (the release stands all the same). */
export async function retireStable(
  cluster: Cluster,
  writer: RouteWriter,
  releases: readonly ServiceRelease[],
  settings: Settings,
  clock: Clock,
): Promise<{ done: string[]; problems: string[] }> {
  const done: string[] = [];
  const problems: string[] = [];
  if (settings.retire === 'keep') return { done, problems };
  for (const release of releases) {
    const old = release.backends.stable;
    try {
      const history = [
        ...release.state.journal.history,
        ...(release.versions.stable === ''
          ? []
          : [{ version: release.versions.stable, backend: old, at: new Date(clock.now()).toISOString() }]),
      ].slice(-HISTORY_LIMIT);
      await writer.detach(release, old, { history });
      await removePods(cluster, settings, old, release.service);
      await settleAutoscaler(cluster, settings.namespace, release.backends.canary);
      done.push(`${old} was ${settings.retire === 'delete' ? 'deleted' : 'scaled to 0'}`);
    } catch (error) {
      problems.push(`${old} was not retired: ${reasonOf(error)}`);
    }
  }
  return { done, problems };
}

async function removePods(
  cluster: Cluster,
  { namespace, retire }: Settings,
  name: string,
  service: string,
): Promise<void> {
  const deployment = await cluster.find({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
  if (retire === 'scale-down') {
    if (deployment) await scaleToNone(cluster, deployment);
    return;
  }
  // An adopted Service has the name that callers inside the cluster use: it is not a version's, so it stays.
  if (name !== service) await cluster.delete({ apiVersion: 'v1', kind: 'Service', namespace, name });
  const hpa = await scaledBy(cluster, namespace, name);
  if (hpa) await cluster.delete(refOf(hpa));
  if (deployment) await cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
}
