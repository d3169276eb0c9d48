/** `setup`: Kong and its Gateway, and the manifests given; what needs wide rights, once. No release. */
import type { Cluster } from '../cluster/cluster.ts';
import { isForbidden } from '../cluster/connection/transport.ts';
import type { Permission } from '../cluster/permissions.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { LintError } from '../errors.ts';
import { ensureKong, reachGateway } from '../gateway/ensure.ts';
import { gatewayClient } from '../gateway/in-cluster.ts';
import { findKong } from '../gateway/kong.ts';
import { gatewayName, missingGateway } from '../gateway/shipped.ts';
import type { KubeObject } from '../kube/objects.ts';
import { applyObjects } from '../manifests/apply.ts';
import { readManifests } from '../manifests/files.ts';
import { Snapshot } from '../manifests/snapshot.ts';
import type { Outcome } from '../report/index.ts';
import { isRoute, KONG, providerFor, standard } from '../routes/index.ts';
import type { RunContext } from '../run/context.ts';
import { setupPermissions } from '../study/rights.ts';
import { resourcesOf } from '../study/work.ts';

/** Milliseconds for taking back what was applied when the gateway does not answer afterwards. Kong itself stays. */
const RESTORE_WITHIN = 20_000;

export async function setup(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, log, notes, ports, actionRoot } = context;
  const http = gatewayClient(context, cluster);
  const { say, warn, mask } = notes;
  const options = { ...context, cluster, clock: ports.clock, http, say, warn, mask };
  const manifests = await readManifests(context, cluster);
  for (const secret of manifests.secrets) log.mask(secret);
  for (const note of manifests.notes) say(note);
  const provider = settings.mesh === 'auto' ? standard : providerFor(settings.mesh);
  const { servedBy = KONG } = provider.entry ?? {};
  if (servedBy !== KONG)
    throw new LintError(
      `setup makes Kong ready, and a ${provider.facts.resource.kind} is served by ${servedBy}`,
      `install ${servedBy} as its own documentation says; a deploy needs nothing else set up`,
    );
  const routes = manifests.objects.filter((object) => isRoute(object, provider));
  if (routes.length > 0) {
    throw new LintError(
      `setup does not write routes, and the manifests bring ${routes.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}`,
      'leave routes to the command deploy, which merges them without moving traffic',
    );
  }

  const { apiVersion, kind } = standard.facts.resource;
  await cluster.kinds.get(apiVersion, kind);
  await log.group('Permissions', async () =>
    requirePermissions(cluster, await rights(context, cluster, manifests.objects)),
  );
  const installed = await log.group('Kong', () => ensureKong(options));
  const snapshot = new Snapshot();
  try {
    await log.group('Manifests', async () => {
      const missing = await missingGateway(cluster, settings, actionRoot);
      const report = await applyObjects(cluster, [...missing, ...manifests.objects], snapshot);
      for (const name of report.created) say(`created ${name}`);
      for (const name of report.changed) say(`changed ${name}`);
    });
    notes.url = await log.group('Gateway', () =>
      reachGateway({ namespace: settings.kongNamespace, name: gatewayName(settings) }, options),
    );
  } catch (error) {
    const within = ports.clock.timeout(RESTORE_WITHIN);
    for (const problem of await snapshot.restore(cluster.under(within, RESTORE_WITHIN))) notes.warn(problem);
    throw error;
  } finally {
    http.close();
  }

  const changed = installed || snapshot.size > 0;
  return notes.outcome(
    settings,
    changed ? 'applied' : 'nothing-to-do',
    changed
      ? `the platform is set up: Kong answers at ${notes.url}`
      : `the platform was as asked already: Kong answers at ${notes.url}`,
    'no route was touched',
  );
}

/** What this set-up needs, as far as it may look; what it may not even look at is among it. */
async function rights(
  context: RunContext,
  cluster: Cluster,
  manifests: readonly KubeObject[],
): Promise<readonly Permission[]> {
  const { settings, actionRoot } = context;
  const refused = (error: unknown) => {
    if (isForbidden(error)) return undefined;
    throw error;
  };
  const kong = await findKong(cluster, settings.kongNamespace).catch(refused);
  const missing = await missingGateway(cluster, settings, actionRoot).catch(refused);
  const brought = await resourcesOf(cluster, [...(missing ?? []), ...manifests]);
  const install =
    settings.installKong === 'true' || (settings.installKong === 'auto' && kong?.controllers.length === 0);
  return setupPermissions({ settings, brought }, install);
}
