/** `migrate`: prints the Gateway API objects for App Mesh ones, from manifests or from the cluster. Writes nothing there. */

import type { Cluster } from '../cluster/cluster.ts';
import { ClusterError, LintError } from '../errors.ts';
import { GATEWAY_API, INGRESS_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { groupOf } from '../kube/objects.ts';
import { readManifests } from '../manifests/files.ts';
import { migrate as convert } from '../migrate/migrate.ts';
import { leftBehindText, migrationText } from '../migrate/text.ts';
import type { Outcome } from '../report/index.ts';
import type { RunContext } from '../run/context.ts';

const APP_MESH = 'appmesh.k8s.aws';
const KINDS = ['Mesh', 'VirtualNode', 'VirtualRouter', 'VirtualService', 'VirtualGateway', 'GatewayRoute'];
/** What stands around a mesh: the ways in, and the Services that are sent to. */
const AROUND = [
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: INGRESS_API, kind: 'Ingress' },
  { apiVersion: GATEWAY_API, kind: 'HTTPRoute' },
] as const;

/** @param cluster asked where no manifests are given */
export async function migrate(context: RunContext, cluster: Cluster | undefined): Promise<Outcome> {
  const { settings, log, notes } = context;
  const objects = cluster === undefined ? await manifestsOf(context) : await live(cluster, settings.namespace);
  if (!objects.some(({ apiVersion }) => groupOf(apiVersion) === APP_MESH)) {
    throw new LintError(
      `there is nothing of App Mesh in ${cluster === undefined ? settings.manifests.join(', ') : `namespace ${settings.namespace}`}`,
      'give the files with the input manifests, or the namespace',
    );
  }
  const migration = convert(objects, {
    services: settings.services,
    gateway: { name: settings.meshName ?? 'kong', namespace: settings.kongNamespace },
  });
  const text = migrationText(migration);
  await log.group('Gateway API objects', async () => {
    for (const line of text.trimEnd().split('\n')) log.info(line);
  });
  for (const entry of migration.leftBehind) notes.say(`not carried over: ${leftBehindText(entry)}`);
  const { objects: made, leftBehind } = migration;
  return {
    ...notes.outcome(
      settings,
      'printed',
      `${made.length} objects for the Gateway API, and ${leftBehind.length} things that could not be carried over`,
      'nothing was changed: read docs/migrate-from-app-mesh.md, then apply them',
    ),
    document: { title: 'Gateway API objects', text },
  };
}

async function manifestsOf(context: RunContext): Promise<readonly KubeObject[]> {
  const manifests = await readManifests(context);
  for (const secret of manifests.secrets) context.log.mask(secret);
  return manifests.objects;
}

async function live(cluster: Cluster, namespace: string): Promise<readonly KubeObject[]> {
  const served = await cluster.list(`${APP_MESH}/v1beta2`, 'VirtualService', namespace);
  // A Mesh is cluster-wide, and a job with rights in one namespace may not see it: less is said then.
  const lists = await Promise.all([
    ...KINDS.map((kind) => cluster.listVisible(`${APP_MESH}/v1beta2`, kind, kind === 'Mesh' ? undefined : namespace)),
    ...AROUND.map(({ apiVersion, kind }) => cluster.listVisible(apiVersion, kind, namespace)),
  ]);
  if (served.items.length === 0) {
    throw new ClusterError(
      `there is no VirtualService of App Mesh in namespace ${namespace}`,
      'correct the input namespace, or give the files with the input manifests',
    );
  }
  return lists.flat();
}
