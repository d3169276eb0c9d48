/** The ways callers from outside have to a service: Ingresses, HTTPRoutes of Kong, and GatewayRoutes of App Mesh itself. */
import { GATEWAY_API, GATEWAY_GROUP, KONG_OVERRIDE } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, groupOf, list, nameOf, strings, text } from '../kube/objects.ts';
import type { Converted } from './routes.ts';
import type { LeaveBehind, MigrationOptions } from './types.ts';

type Member = Readonly<Record<string, unknown>>;

/** One way, as the route that will take its place, and how a rule of the router looks behind it. */
export interface Way {
  /** Without rules. */
  readonly object: KubeObject;
  rules(route: Converted, leave: LeaveBehind): Member[];
}

interface Entry {
  readonly path: NonNullable<Converted['path']>;
  /** Whether the path is gone when the router sees the request. */
  readonly stripped: boolean;
  readonly filters: readonly unknown[];
}

/** Annotations that shape requests at Kong; the host is no longer rewritten, since Kong sends to pods by itself. */
const KEPT = /^konghq\.com\/(?!override$|protocols$|preserve-host$|host-header$)/;

export function waysTo(
  host: string,
  namespace: string | undefined,
  objects: readonly KubeObject[],
  gateway: MigrationOptions['gateway'],
  leave: LeaveBehind,
): Way[] {
  const here = objects.filter(({ metadata }) => metadata.namespace === namespace);
  return [
    ...here.filter(({ kind }) => kind === 'Ingress').flatMap((ingress) => ofIngress(ingress, host, gateway, leave)),
    ...here
      .filter(({ kind, apiVersion }) => kind === 'HTTPRoute' && groupOf(apiVersion) === GATEWAY_GROUP)
      .flatMap((route) => ofHttpRoute(route, host)),
    ...here.filter(({ kind }) => kind === 'GatewayRoute').flatMap((route) => ofGatewayRoute(route, host, gateway)),
  ];
}

function ofIngress(ingress: KubeObject, host: string, gateway: MigrationOptions['gateway'], leave: LeaveBehind): Way[] {
  const stripped = strings(ingress, 'metadata', 'annotations')['konghq.com/strip-path'] === 'true';
  const backend = (path: unknown) => text(path, 'backend', 'service', 'name') || text(path, 'backend', 'serviceName');
  if (strings(ingress, 'metadata', 'annotations')[KONG_OVERRIDE] !== undefined)
    leave(
      `the KongIngress that ${nameOf(ingress)} names`,
      'Kong Ingress Controller reads annotations instead; the lint prints them.',
    );
  const rules = list(ingress, 'spec', 'rules').filter((rule) =>
    list(rule, 'http', 'paths').some((path) => backend(path) === host),
  );
  const hosts = [...new Set(rules.map((rule) => text(rule, 'host')))];
  return hosts.map((hostname, index) => {
    const entries = rules
      .filter((rule) => text(rule, 'host') === hostname)
      .flatMap((rule) => list(rule, 'http', 'paths'))
      .filter((path) => backend(path) === host)
      .map((path): Entry => ({ path: pathOf(path), stripped, filters: [] }));
    return way(
      {
        apiVersion: GATEWAY_API,
        kind: 'HTTPRoute',
        metadata: {
          name: index === 0 ? host : `${host}-${index + 1}`,
          ...(ingress.metadata.namespace === undefined ? {} : { namespace: ingress.metadata.namespace }),
          ...annotated(ingress),
        },
        spec: {
          parentRefs: [{ group: GATEWAY_GROUP, kind: 'Gateway', name: gateway.name, namespace: gateway.namespace }],
          ...(hostname === '' ? {} : { hostnames: [hostname] }),
        },
      },
      entries,
    );
  });
}

function pathOf(path: unknown): Entry['path'] {
  const value = text(path, 'path') || '/';
  if (value.startsWith('/~')) return { type: 'RegularExpression', value: value.slice(2) };
  return {
    type: text(path, 'pathType') === 'Exact' ? 'Exact' : 'PathPrefix',
    value: value === '/' ? value : value.replace(/\/+$/, ''),
  };
}

/** A route that leads to the service keeps its name, parents and hosts; rules for other services stay as they are. */
function ofHttpRoute(route: KubeObject, host: string): Way[] {
  const leads = (rule: unknown) => list(rule, 'backendRefs').some((ref) => text(ref, 'name') === host);
  const rules = list(route, 'spec', 'rules').filter(leads);
  if (rules.length === 0) return [];
  const stripped = strings(route, 'metadata', 'annotations')['konghq.com/strip-path'] === 'true';
  const entries = rules.flatMap((rule) => {
    const matches = list(rule, 'matches');
    const filters = list(rule, 'filters').filter((filter) => text(filter, 'urlRewrite', 'hostname') === '');
    return (matches.length === 0 ? [{}] : matches).map((match): Entry => {
      const type = text(match, 'path', 'type') || 'PathPrefix';
      const value = text(match, 'path', 'value') || '/';
      return { path: { type, value } as Entry['path'], stripped, filters };
    });
  });
  const { rules: _, ...spec } = (route['spec'] ?? {}) as Record<string, unknown>;
  const { name, namespace } = route.metadata;
  const object = {
    apiVersion: GATEWAY_API,
    kind: 'HTTPRoute',
    metadata: {
      // Another service's rules may be in the same object: this one gets its own.
      name: rules.length === list(route, 'spec', 'rules').length ? name : `${name}-${host}`,
      ...(namespace === undefined ? {} : { namespace }),
      ...annotated(route),
    },
    spec,
  };
  return [way(object, entries)];
}

/** App Mesh's own gateway: it takes the matched prefix off unless told otherwise (GatewayRoute, rewrite.prefix). */
function ofGatewayRoute(route: KubeObject, host: string, gateway: MigrationOptions['gateway']): Way[] {
  const shape = field(route, 'spec', 'httpRoute') ?? field(route, 'spec', 'http2Route');
  const target = text(shape, 'action', 'target', 'virtualService', 'virtualServiceRef', 'name');
  if (target.split('.')[0] !== host) return [];
  const hostname = text(shape, 'match', 'hostname', 'exact');
  const value = (text(shape, 'match', 'prefix') || '/').replace(/(.)\/+$/, '$1');
  const stripped = value !== '/' && text(shape, 'action', 'rewrite', 'prefix', 'defaultPrefix') !== 'DISABLED';
  const rewrite = { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } };
  return [
    way(
      {
        apiVersion: GATEWAY_API,
        kind: 'HTTPRoute',
        metadata: {
          name: route.metadata.name,
          ...(route.metadata.namespace === undefined ? {} : { namespace: route.metadata.namespace }),
        },
        spec: {
          parentRefs: [{ group: GATEWAY_GROUP, kind: 'Gateway', name: gateway.name, namespace: gateway.namespace }],
          ...(hostname === '' ? {} : { hostnames: [hostname] }),
        },
      },
      [{ path: { type: 'PathPrefix', value }, stripped, filters: stripped ? [rewrite] : [] }],
    ),
  ];
}

function annotated(object: KubeObject): { annotations?: Record<string, string> } {
  const kept = Object.entries(strings(object, 'metadata', 'annotations')).filter(([name]) => KEPT.test(name));
  return kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) };
}

function way(object: KubeObject, entries: readonly Entry[]): Way {
  return {
    object,
    rules: (route, leave) =>
      entries.flatMap((entry): Member[] => {
        const path = joined(entry, route, leave);
        if (path === undefined) return [];
        const match = route.protocol === 'grpc' ? route.match : { path, ...route.match };
        return [
          {
            matches: [match],
            ...(entry.filters.length === 0 ? {} : { filters: entry.filters }),
            backendRefs: route.backendRefs,
          },
        ];
      }),
  };
}

/** The path that is in both: the way's, then the router's behind it; undefined where no request gets through both. */
function joined({ path, stripped }: Entry, route: Converted, leave: LeaveBehind): Converted['path'] {
  const behind = route.path;
  if (behind === undefined || (behind.type === 'PathPrefix' && behind.value === '/')) return path;
  if (stripped || path.type === 'RegularExpression' || behind.type === 'RegularExpression') {
    leave(
      `route "${route.name}" behind the path ${path.value}`,
      `Two paths in a row (${path.value}${stripped ? ', taken off, ' : ' '}then ${behind.value}) need one that says both: the rule for callers from outside is left out, write it by hand.`,
    );
    return undefined;
  }
  const under = (inner: string, outer: string) => outer === '/' || inner === outer || inner.startsWith(`${outer}/`);
  if (path.type === 'PathPrefix' && under(behind.value, path.value)) return behind;
  return behind.type === 'PathPrefix' && under(path.value, behind.value) ? path : undefined;
}
