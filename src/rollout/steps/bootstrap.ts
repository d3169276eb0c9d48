/** The first version of a service: nothing serves yet, so there is nothing to compare with and nobody to hurt. */

import type { Cluster } from '../../cluster/cluster.ts';
import { BackendError } from '../../errors.ts';
import { encode } from '../../journal/journal.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { nameOf } from '../../kube/objects.ts';
import type { Snapshot } from '../../manifests/snapshot.ts';
import type { Clock } from '../../ports.ts';
import type { Settings } from '../../settings/types.ts';
import type { ServicePlan } from '../../study/service-plan.ts';
import { waitForReady } from '../pods/readiness.ts';
import { awaitAcknowledgement } from '../route/acknowledge.ts';

/**
 * Waits for the pods, then creates the route with its journal already on it.
 * @throws BackendError when the pods do not get ready, or the route file names another version.
 */
export async function bootstrap(
  cluster: Cluster,
  plan: ServicePlan,
  settings: Settings,
  options: { run: { id: string; url?: string }; clock: Clock; snapshot: Snapshot },
): Promise<KubeObject> {
  const backend = plan.inPlace?.home ?? `${plan.service}-${settings.version}`;
  await waitForReady(cluster, settings.namespace, backend, 1, { clock: options.clock, timeout: settings.readyTimeout });
  if (plan.live) return plan.live;
  const file = plan.file;
  if (!file || !backendsOf(file, plan).includes(backend)) {
    throw new BackendError(
      `${file ? nameOf(file) : `the route of ${plan.service}`} does not name ${backend}, the first version of ${plan.service}`,
      `write ${backend} as its backend`,
    );
  }
  const now = new Date(options.clock.now()).toISOString();
  const journal = encode({
    version: 1,
    release: `${settings.services.join(',')}@${settings.version}`,
    run: options.run.id,
    attempts: 1,
    service: plan.service,
    versions: { stable: settings.version, canary: settings.version },
    backends: { stable: backend, canary: backend },
    phase: 'promoted',
    step: 1,
    plan: [100],
    weight: 100,
    startedAt: now,
    updatedAt: now,
    ...(options.run.url === undefined ? {} : { runUrl: options.run.url }),
    ...(plan.inPlace === undefined ? {} : { runs: plan.inPlace.fingerprint }),
    history: [],
  });
  const created = await cluster.create({
    ...file,
    metadata: { ...file.metadata, annotations: { ...file.metadata.annotations, [JOURNAL_ANNOTATION]: journal } },
  });
  options.snapshot.record({ before: undefined, after: created });
  await awaitAcknowledgement(cluster, plan.provider, created, { clock: options.clock, timeout: 30_000 });
  return created;
}

function backendsOf(file: KubeObject, { provider, service, isBackend }: ServicePlan): string[] {
  return provider.weights
    .findAll([file], service, isBackend)
    .flatMap(({ rules }) => rules.flatMap(({ backends }) => backends.map(({ name }) => name)));
}
