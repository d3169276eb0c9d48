/** Identities of the lab's real RBAC: a ServiceAccount with exactly the Roles a test gives it, and its kubeconfig. */
import fs from 'node:fs';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Permission } from '../../../src/cluster/permissions.ts';
import { rolesFor } from '../../../src/cluster/permissions.ts';
import type { World } from './world.ts';

let made = 0;

/** @returns the path of a kubeconfig whose token may do what is given, and nothing else. */
export async function identityWith(
  world: World,
  namespace: string,
  permissions: readonly Permission[],
): Promise<string> {
  const name = `job-${++made}`;
  const roles = parseAllDocuments(rolesFor(permissions, name)).map(
    (document) => document.toJS() as { kind: string; metadata: { name: string; namespace?: string } },
  );
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const bindings = roles.map(({ kind, metadata }) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
    subjects,
  }));
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
  const objects = [account, ...roles, ...bindings].map((object) => stringify(object)).join('---\n');
  await world.lab.kubectl(['apply', '-f', '-'], objects);
  const token = (await world.lab.kubectl(['create', 'token', name, '-n', namespace, '--duration=2h'])).trim();
  const file = path.join(world.folder, `${name}.kubeconfig`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server: world.lab.apiUrl, 'certificate-authority': world.lab.caFile } }],
    users: [{ name, user: { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: name } }],
    'current-context': 'lab',
  };
  fs.writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}

/** resourceVersion by "kind/namespace/name" of everything there is, beside what moves by itself. */
export async function resourceVersions(world: World): Promise<Record<string, string>> {
  const all = (await world.lab.kubectl(['api-resources', '--verbs=list,get', '-o', 'name'])).trim().split('\n');
  const kinds = all.filter((kind) => !/^(events|nodes|componentstatuses|leases\.|.*\.metrics\.k8s\.io)/.test(kind));
  const found = JSON.parse(await world.lab.kubectl(['get', kinds.join(','), '-A', '-o', 'json'])) as {
    items: { kind: string; metadata: { name: string; namespace?: string; resourceVersion: string } }[];
  };
  const leases = JSON.parse(await world.lab.kubectl(['get', 'leases', '-A', '-o', 'json'])) as typeof found;
  const ours = leases.items.filter(({ metadata }) => metadata.name.startsWith('mesh-canary'));
  return Object.fromEntries(
    [...found.items, ...ours].map(({ kind, metadata }) => [
      `${kind}/${metadata.namespace ?? ''}/${metadata.name}`,
      metadata.resourceVersion,
    ]),
  );
}
