/** One sweep of SelfSubjectAccessReviews before any write: everything missing is said at once, as the Role that allows it. */

import { Document, isScalar, visit } from 'yaml';
import { ClusterError } from '../errors.ts';
import { RBAC_API } from '../kube/names.ts';
import { field } from '../kube/objects.ts';
import type { Cluster } from './cluster.ts';
import { ApiError } from './connection/transport.ts';

export interface Permission {
  readonly verbs: readonly string[];
  readonly group: string;
  /** Of a subresource with its resource: `services/proxy`. */
  readonly resource: string;
  /** Absent = cluster-scoped, or all namespaces. */
  readonly namespace?: string;
  /** What the run does with it, for the error. */
  readonly purpose: string;
}

/**
 * @throws ClusterError that lists every missing permission and prints the Role or ClusterRole that grants them.
 *   A cluster that does not answer access reviews is taken at its word later.
 */
export async function requirePermissions(cluster: Cluster, wanted: readonly Permission[]): Promise<void> {
  const missing = await missingPermissions(cluster, wanted);
  if (missing.length === 0) return;
  throw new ClusterError(
    `these permissions are missing:\n${missing.map((permission) => `  ${permissionText(permission)}`).join('\n')}`,
    `bind this to the identity of the job:\n${rolesFor(missing)}`,
  );
}

/** Those of the wanted permissions the identity of this run does not have, one verb each; each is asked for once. */
export async function missingPermissions(
  cluster: Cluster,
  wanted: readonly Permission[],
): Promise<readonly Permission[]> {
  const asked = new Map<string, { readonly permission: Permission; readonly verb: string }>();
  for (const permission of wanted) {
    for (const verb of permission.verbs) {
      const key = [verb, permission.group, permission.resource, permission.namespace ?? ''].join('|');
      if (!asked.has(key)) asked.set(key, { permission, verb });
    }
  }
  const questions = [...asked.values()];
  const answers = await Promise.all(questions.map(({ permission, verb }) => allowed(cluster, permission, verb)));
  return questions
    .filter((_, index) => answers[index] === false)
    .map(({ permission, verb }) => ({ ...permission, verbs: [verb] }));
}

/** "patch httproutes.gateway.networking.k8s.io in prod (read and write weights)". */
export function permissionText({ verbs, group, resource, namespace, purpose }: Permission): string {
  const kind = group ? `${resource}.${group}` : resource;
  return `${verbs.join(', ')} ${kind}${namespace ? ` in ${namespace}` : ''} (${purpose})`;
}

async function allowed(cluster: Cluster, permission: Permission, verb: string): Promise<boolean> {
  const [resource = '', subresource] = permission.resource.split('/');
  try {
    const answer = await cluster.send({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      repeatable: true,
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: {
            verb,
            group: permission.group,
            resource,
            ...(subresource === undefined ? {} : { subresource }),
            ...(permission.namespace === undefined ? {} : { namespace: permission.namespace }),
          },
        },
      },
    });
    return field(answer, 'status', 'allowed') === true;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return true;
    throw error;
  }
}

/** Roles (per namespace) and a ClusterRole that grant exactly what is given, as YAML; one rule for each resource. */
export function rolesFor(permissions: readonly Permission[], name = 'mesh-canary'): string {
  const scopes = new Map<string, Map<string, { group: string; resource: string; verbs: Set<string> }>>();
  for (const { namespace = '', group, resource, verbs } of permissions) {
    const rules = scopes.get(namespace) ?? new Map();
    scopes.set(namespace, rules);
    const key = `${group}/${resource}`;
    const rule = rules.get(key) ?? { group, resource, verbs: new Set<string>() };
    rules.set(key, rule);
    for (const verb of verbs) rule.verbs.add(verb);
  }
  return [...scopes]
    .map(([namespace, rules]) =>
      yamlOf({
        apiVersion: RBAC_API,
        kind: namespace ? 'Role' : 'ClusterRole',
        metadata: namespace ? { name, namespace } : { name },
        rules: [...rules.values()].map((rule) => ({
          apiGroups: [rule.group],
          resources: [rule.resource],
          verbs: [...rule.verbs].sort(),
        })),
      }),
    )
    .join('---\n');
}

/** Block style, with lists of words on one line. */
function yamlOf(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every((item) => isScalar(item));
    },
  });
  return document.toString({ lineWidth: 120, flowCollectionPadding: false });
}
