/** The rollout of a Deployment as `kubectl rollout status` sees it: no old pod is left, and the new ones are available. */

import type { Cluster } from '../../cluster/cluster.ts';
import { BackendError } from '../../errors.ts';
import { APPS_API } from '../../kube/names.ts';
import { field, type KubeObject } from '../../kube/objects.ts';
import { type ReadyOptions, waitForReady, watchForStuckPods } from './readiness.ts';

const LOOK_EVERY = 250;

/**
 * Waits until all pods of a Deployment run its template, and a Service has `needed` of them ready.
 * @throws BackendError with a stuck pod's own words, or with how far it came
 */
export async function waitForRollout(
  cluster: Cluster,
  namespace: string,
  of: { readonly workload: string; readonly service: string; readonly needed: number },
  options: ReadyOptions,
): Promise<void> {
  const { clock, timeout } = options;
  const until = clock.monotonic() + timeout;
  const done = new AbortController();
  const watching = cluster.until(done.signal);
  const rolled = untilRolled(watching, namespace, of.workload, options);
  const stuck = watchForStuckPods(watching, namespace, of.service, options).then(() => rolled);
  try {
    await Promise.race([rolled, stuck]);
  } finally {
    done.abort(new Error('no longer needed'));
    await Promise.allSettled([rolled, stuck]);
  }
  const left = Math.max(1, until - clock.monotonic());
  await waitForReady(cluster, namespace, of.service, Math.max(1, of.needed), { ...options, timeout: left });
}

async function untilRolled(
  cluster: Cluster,
  namespace: string,
  name: string,
  { clock, timeout }: ReadyOptions,
): Promise<void> {
  const until = clock.monotonic() + timeout;
  for (;;) {
    const missing = unfinished(await cluster.get({ apiVersion: APPS_API, kind: 'Deployment', namespace, name }));
    if (missing === undefined) return;
    if (clock.monotonic() >= until) {
      throw new BackendError(
        `Deployment ${namespace}/${name} is not rolled out after ${Math.round(timeout / 1000)} s: ${missing}`,
        `kubectl rollout status deployment ${name} -n ${namespace}`,
      );
    }
    await clock.sleep(LOOK_EVERY, cluster.signal);
  }
}

/** What is still to come, as kubectl says it (kubectl, pkg/polymorphichelpers/rollout_status.go). */
function unfinished(deployment: KubeObject): string | undefined {
  const status = (name: string) => Number(field(deployment, 'status', name) ?? 0);
  const wanted = Number(field(deployment, 'spec', 'replicas') ?? 1);
  if (status('observedGeneration') < (deployment.metadata.generation ?? 0)) return 'its controller has not seen it yet';
  const [updated, all, available] = [status('updatedReplicas'), status('replicas'), status('availableReplicas')];
  if (updated < wanted) return `${updated} of ${wanted} pods run the new content`;
  if (all > updated) return `${all - updated} old pods are still there`;
  return available < updated ? `${available} of ${updated} new pods are available` : undefined;
}
