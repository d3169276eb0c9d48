/** The HTTPRoutes that do what an Ingress does: printed for people, and the base of the way from one to the other. */

import { stringify } from 'yaml';
import { GATEWAY_API, GATEWAY_GROUP } from '../kube/names.ts';
import { field, type KubeObject, list, strings, text } from '../kube/objects.ts';

/** Kept by whoever wrote the Ingress, not by the objects that replace it. */
const DROPPED =
  /^(kubernetes\.io\/ingress\.class|kubectl\.kubernetes\.io\/|konghq\.com\/(override|protocols)$|configuration\.konghq\.com|plugins\.konghq\.com)/;

export interface Parent {
  readonly namespace: string;
  readonly name: string;
}

/**
 * One HTTPRoute for each host of an Ingress, named like it (`-2`, `-3` … for further hosts). Annotations that shape
 * requests are kept. Regular expressions (`/~…`) stay such; a port given by name is looked up in `services`.
 */
export function httpRoutesFor(ingress: KubeObject, parent: Parent, services: readonly KubeObject[]): KubeObject[] {
  const byHost = new Map<string, unknown[]>();
  for (const rule of list(ingress, 'spec', 'rules')) {
    const host = text(rule, 'host');
    byHost.set(host, [...(byHost.get(host) ?? []), ...list(rule, 'http', 'paths')]);
  }
  const fallback = field(ingress, 'spec', 'defaultBackend') ?? field(ingress, 'spec', 'backend');
  if (byHost.size === 0 && fallback !== undefined) byHost.set('', [{ path: '/', backend: fallback }]);
  const annotations = Object.fromEntries(
    Object.entries(strings(ingress, 'metadata', 'annotations')).filter(([name]) => !DROPPED.test(name)),
  );
  return [...byHost].map(([host, paths], index) => ({
    apiVersion: GATEWAY_API,
    kind: 'HTTPRoute',
    metadata: {
      name: index === 0 ? ingress.metadata.name : `${ingress.metadata.name}-${index + 1}`,
      ...(ingress.metadata.namespace === undefined ? {} : { namespace: ingress.metadata.namespace }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      parentRefs: [{ group: GATEWAY_GROUP, kind: 'Gateway', name: parent.name, namespace: parent.namespace }],
      ...(host === '' ? {} : { hostnames: [host] }),
      rules: paths.map((path) => ({
        matches: [{ path: pathMatch(path) }],
        backendRefs: [backend(path, ingress, services)],
      })),
    },
  }));
}

/** The same as YAML text. */
export function httpRouteYaml(ingress: KubeObject, parent: Parent, services: readonly KubeObject[]): string {
  return httpRoutesFor(ingress, parent, services)
    .map((route) => stringify(route, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
    .join('\n---\n');
}

/** Service of a path of an Ingress, also in the form before networking.k8s.io/v1. */
export function serviceNameOf(path: unknown): string {
  return text(path, 'backend', 'service', 'name') || text(path, 'backend', 'serviceName');
}

function pathMatch(path: unknown): { readonly type: string; readonly value: string } {
  const value = text(path, 'path') || '/';
  if (value.startsWith('/~')) return { type: 'RegularExpression', value: value.slice(2) };
  return { type: text(path, 'pathType') === 'Exact' ? 'Exact' : 'PathPrefix', value };
}

function backend(path: unknown, ingress: KubeObject, services: readonly KubeObject[]): Record<string, unknown> {
  const name = serviceNameOf(path);
  const number = field(path, 'backend', 'service', 'port', 'number') ?? field(path, 'backend', 'servicePort');
  if (typeof number === 'number') return { kind: 'Service', name, port: number };
  const portName = text(path, 'backend', 'service', 'port', 'name') || (typeof number === 'string' ? number : '');
  const service = services.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === ingress.metadata.namespace,
  );
  const port = field(
    list(service, 'spec', 'ports').find((entry) => text(entry, 'name') === portName),
    'port',
  );
  return { kind: 'Service', name, ...(typeof port === 'number' ? { port } : {}) };
}
