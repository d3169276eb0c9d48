/** The old version after a promotion: out of the route first, then its pods, so that no reference is left without a Service. */

import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import { HISTORY_LIMIT } from '../../journal/journal.ts';
import { APPS_API } from '../../kube/names.ts';
import { refOf } from '../../kube/objects.ts';
import type { Settings } from '../../settings/types.ts';
import type { Event } from '../machine.ts';
import { autoscalersIn, scaledBy, scaleToNone, settleAutoscaler } from '../pods/replicas.ts';
import { type Running, releasesOf } from '../running.ts';
import type { ServiceRelease } from '../state.ts';

/** What could not be done is said: the release stands all the same. */
export async function retire(running: Running): Promise<Event> {
  const { settings, notes } = running;
  for (const release of releasesOf(running)) {
    const old = release.backends.stable;
    try {
      await retireOne(running, release);
      notes.say(`${old} was ${settings.retire === 'delete' ? 'deleted' : 'scaled to 0'}`);
    } catch (error) {
      notes.warn(`${old} was not retired: ${reasonOf(error)}`);
    }
  }
  return { type: 'done' };
}

async function retireOne({ cluster, writer, settings, ports }: Running, release: ServiceRelease): Promise<void> {
  const { service, backends, versions, state } = release;
  const at = new Date(ports.clock.now()).toISOString();
  const left = versions.stable === '' ? [] : [{ version: versions.stable, backend: backends.stable, at }];
  const history = [...state.journal.history, ...left].slice(-HISTORY_LIMIT);
  await writer.detach(release, backends.stable, { history });
  await removePods(cluster, settings, backends.stable, service);
  await settleAutoscaler(cluster, settings.namespace, backends.canary);
}

async function removePods(
  cluster: Cluster,
  { namespace, retire }: Settings,
  name: string,
  service: string,
): Promise<void> {
  const deployment = await cluster.find({ apiVersion: APPS_API, kind: 'Deployment', namespace, name });
  if (retire === 'scale-down') {
    if (deployment) await scaleToNone(cluster, deployment);
    return;
  }
  // An adopted Service has the name that callers inside the cluster use: it is not a version's, so it stays.
  if (name !== service) await cluster.delete({ apiVersion: 'v1', kind: 'Service', namespace, name });
  const hpa = scaledBy(await autoscalersIn(cluster, namespace), name);
  if (hpa) await cluster.delete(refOf(hpa));
  if (deployment) await cluster.delete({ apiVersion: APPS_API, kind: 'Deployment', namespace, name });
}
