/**
 * Istio: VirtualService and DestinationRule of networking.istio.io/v1 for sidecars (`gateways: [mesh]`). A sidecar knows
 * requests by port and Host, so only the names of a VirtualService's hosts lead to its rules; everything else goes to
 * where the caller connects (outboundTrafficPolicy ALLOW_ANY). First matching entry wins. Weights are relative.
 * Nothing is ever acknowledged: status is written only with PILOT_ENABLE_ANALYSIS, which is off by default.
 * Not here: gateways, TCP and TLS routes, mirrors, faults, rewrites, retries.
 */
import type { KubeObject } from '../../src/kube/objects.ts';
import { field, list, strings, text } from '../../src/kube/objects.ts';
import { LANE } from './by-hand.ts';
import { milliseconds } from './http-rules.ts';
import type {
  Call,
  ClusterView,
  Destination,
  HeaderChange,
  Match,
  MeshKind,
  MeshObjects,
  PathMatch,
  Rule,
  TextMatch,
  Workload,
} from './types.ts';

const API = 'networking.istio.io/v1';
const DOMAIN = 'svc.cluster.local';

export const istio: MeshKind = {
  name: 'istio',
  crds: 'istio',
  route: { kind: 'VirtualService', apiVersion: API, plural: 'virtualservices' },
  others: [{ kind: 'DestinationRule', apiVersion: API, plural: 'destinationrules' }],
  // PILOT_DEBOUNCE_AFTER, 100 ms (istio pilot/pkg/features/tuning.go).
  pace: { applied: 100, acknowledged: 100 },
  injected: (pod, _objects, cluster) => {
    const own = pod.metadata.labels?.['sidecar.istio.io/inject'];
    const namespace = cluster.namespace(pod.metadata.namespace ?? '')?.metadata.labels ?? {};
    const byNamespace = namespace['istio-injection'] === 'enabled' || namespace['istio.io/rev'] !== undefined;
    return own === undefined ? byNamespace : own === 'true';
  },
  seed: {
    route: ['virtualservices', 'jazz'],
    byHand: (shares) => {
      const to = (name: string, weight: number) => ({ destination: { host: name, port: { number: 9080 } }, weight });
      const headers = { response: { set: { [LANE]: 'lane' } } };
      return {
        path: '/spec/http',
        value: [
          { match: [{ headers: { [LANE]: { exact: 'lane' } } }], route: [{ ...to('jazz-v2', 100), headers }] },
          { route: shares.map(([name, weight]) => to(name, weight)) },
        ],
      };
    },
  },
  compile,
  acknowledgement: () => undefined,
  webhook: {
    name: 'validation.istio.io',
    // Ignore in the chart; istiod sets Fail once it is ready.
    failurePolicy: 'Fail',
    rules: [
      {
        apiGroups: ['networking.istio.io'],
        apiVersions: ['*'],
        resources: ['virtualservices', 'destinationrules'],
      },
    ],
    refuses: (object) => (object.kind === 'VirtualService' ? invalid(object) : undefined),
  },
};

/** Of istio pkg/config/validation/validation.go, what concerns weights. */
function invalid(service: KubeObject): string | undefined {
  for (const entry of list(service, 'spec', 'http')) {
    const weights = list(entry, 'route').map((route) => Number(field(route, 'weight') ?? 0));
    if (weights.some((weight) => weight < 0)) return 'configuration is invalid: weight must be >= 0';
    if (weights.length > 1 && weights.every((weight) => weight === 0)) {
      return 'configuration is invalid: total destination weight = 0';
    }
  }
  return undefined;
}

function compile(objects: MeshObjects, cluster: ClusterView) {
  const services = objects('VirtualService').filter((service) => {
    const gateways = list(service, 'spec', 'gateways');
    return gateways.length === 0 || gateways.includes('mesh');
  });
  const hosts = services.flatMap((service) =>
    list(service, 'spec', 'hosts').map((host) => ({
      host: qualified(String(host), service.metadata.namespace ?? ''),
      service,
    })),
  );
  const rules = new Map(services.map((service) => [service, rulesOf(service, objects, cluster)]));
  return {
    routing(caller: Workload, { host, authority }: Call) {
      const asked = namedHost(authority, host, caller, cluster);
      const found = hosts.find((each) => each.host === asked);
      if (found === undefined) return 'passthrough' as const;
      return { rules: rules.get(found.service) ?? [] };
    },
  };
}

/** The full name behind a Host: short names count for callers of the same namespace, cluster addresses for their Service. */
function namedHost(authority: string, dialled: string, caller: Workload, cluster: ClusterView): string {
  const service = cluster.serviceOf(authority.includes('.') ? authority : `${authority}.${caller.namespace}`);
  const asked = service ?? (authority === dialled ? cluster.serviceOf(dialled) : undefined);
  if (asked === undefined) return authority;
  const [namespace, name] = asked.split('/');
  return `${name}.${namespace}.${DOMAIN}`;
}

function qualified(host: string, namespace: string): string {
  return host.includes('.') ? host.toLowerCase() : `${host.toLowerCase()}.${namespace}.${DOMAIN}`;
}

function rulesOf(service: KubeObject, objects: MeshObjects, cluster: ClusterView): readonly Rule[] {
  return list(service, 'spec', 'http').map((entry, index) => {
    const routes = list(entry, 'route');
    const timeoutMs = milliseconds(text(entry, 'timeout'));
    return {
      name: text(entry, 'name') || `${service.metadata.name}[${index}]`,
      matches: list(entry, 'match').map(matchOf),
      destinations: routes.map((route) => destinationOf(service, route, routes.length === 1, objects, cluster)),
      ...headersOf(entry),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
  });
}

function matchOf(match: unknown): Match {
  const path = stringMatch(field(match, 'uri'));
  const method = text(match, 'method', 'exact');
  const named = (member: string, invert: boolean) =>
    Object.entries((field(match, member) as Record<string, unknown> | undefined) ?? {}).map(([name, value]) => ({
      name,
      match: { ...(stringMatch(value) ?? { kind: 'present' as const, value: '' }), ...(invert ? { invert } : {}) },
    }));
  return {
    ...(path === undefined ? {} : { path: path as PathMatch }),
    ...(method === '' ? {} : { method }),
    headers: [...named('headers', false), ...named('withoutHeaders', true)],
    query: named('queryParams', false),
  };
}

function stringMatch(match: unknown): TextMatch | undefined {
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const value = field(match, kind);
    if (typeof value === 'string') return { kind, value };
  }
  return undefined;
}

/** A destination that no cluster stands for (Service or subset missing) keeps its share: 503, flag NC. */
function destinationOf(
  service: KubeObject,
  route: unknown,
  single: boolean,
  objects: MeshObjects,
  cluster: ClusterView,
): Destination {
  const host = qualified(text(route, 'destination', 'host'), service.metadata.namespace ?? '');
  const subset = text(route, 'destination', 'subset');
  const asked = cluster.serviceOf(host);
  const port = field(route, 'destination', 'port', 'number') ?? firstPort(asked, cluster);
  const labels = subset === '' ? {} : subsetLabels(host, subset, objects);
  const known = asked !== undefined && labels !== undefined && typeof port === 'number';
  return {
    name: subset === '' ? host : `${host} subset ${subset}`,
    weight: single ? 1 : Number(field(route, 'weight') ?? 0),
    to: known ? { host, port, labels } : { answer: { status: 503, body: '' } },
    ...headersOf(route),
  };
}

function firstPort(key: string | undefined, cluster: ClusterView): unknown {
  const [namespace = '', name = ''] = (key ?? '').split('/');
  return field(list(cluster.service(namespace, name), 'spec', 'ports')[0], 'port');
}

function subsetLabels(
  host: string,
  subset: string,
  objects: MeshObjects,
): Readonly<Record<string, string>> | undefined {
  const found = objects('DestinationRule')
    .filter((rule) => qualified(text(rule, 'spec', 'host'), rule.metadata.namespace ?? '') === host)
    .flatMap((rule) => list(rule, 'spec', 'subsets'))
    .find((each) => text(each, 'name') === subset);
  return found === undefined ? undefined : strings(found, 'labels');
}

function headersOf(entry: unknown): { readonly request?: HeaderChange; readonly response?: HeaderChange } {
  const change = (side: string): HeaderChange | undefined => {
    const given = field(entry, 'headers', side);
    if (given === undefined) return undefined;
    return {
      set: strings(given, 'set'),
      add: strings(given, 'add'),
      remove: list(given, 'remove').filter((name): name is string => typeof name === 'string'),
    };
  };
  const request = change('request');
  const response = change('response');
  return { ...(request === undefined ? {} : { request }), ...(response === undefined ? {} : { response }) };
}
