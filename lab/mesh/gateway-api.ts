/**
 * A mesh that takes HTTPRoutes whose parents are Services (GAMMA, https://gateway-api.sigs.k8s.io/mesh/): requests to the
 * parent Service are split. With the switch `observedGeneration=false` its status is Linkerd's, which names no generation
 * (linkerd2 policy-controller/k8s/status/src/index.rs). Sidecars come by Linkerd's annotation, on namespace or pod.
 * Not here: redirects, rewrites, mirrors, retries and routes of other namespaces (a rule with one of them answers 500).
 */
import type { KubeObject } from '../../src/kube/objects.ts';
import { annotation, field, list, text } from '../../src/kube/objects.ts';
import { EVERY_PATH, LANE_MARK_FILTER, LANE_MATCH } from './by-hand.ts';
import { filtersOf, matchesOf, milliseconds } from './http-rules.ts';
import { bySpecificity } from './matching.ts';
import type { ClusterView, Destination, MeshKind, MeshObjects, Rule } from './types.ts';

const API = 'gateway.networking.k8s.io/v1';
const CONTROLLER = 'mesh-canary.dev/lab-mesh';
const INJECT = 'linkerd.io/inject';

export const gatewayApiMesh: MeshKind = {
  name: 'gateway-api',
  crds: 'gatewayApi',
  route: { kind: 'HTTPRoute', apiVersion: API, plural: 'httproutes' },
  others: [],
  pace: { applied: 50, acknowledged: 60 },
  injected: (pod, _objects, cluster) => {
    const namespace = cluster.namespace(pod.metadata.namespace ?? '');
    return (annotation(pod, INJECT) ?? (namespace && annotation(namespace, INJECT))) === 'enabled';
  },
  seed: {
    route: ['httproutes', 'jazz'],
    byHand: (shares) => {
      const to = (name: string, weight: number) => ({ kind: 'Service', name, port: 9080, weight });
      return {
        path: '/spec/rules',
        value: [
          { matches: [EVERY_PATH], backendRefs: shares.map(([name, weight]) => to(name, weight)) },
          { matches: [LANE_MATCH], filters: [LANE_MARK_FILTER], backendRefs: [to('jazz-v2', 1)] },
        ],
      };
    },
  },
  compile,
  acknowledgement: (route, { observedGeneration }) =>
    statusOf(route, observedGeneration, { status: 'True', reason: 'Accepted', message: '' }),
  refusal: (route, words) => ({
    status: statusOf(route, true, { status: 'False', reason: 'UnsupportedValue', message: words }),
  }),
};

interface Parent {
  readonly name: string;
  readonly namespace: string;
  readonly port: number | undefined;
  readonly ref: unknown;
}

/** Parents of kind Service; the core group is written `""`, or `core` by some. */
function parentsOf(route: KubeObject): readonly Parent[] {
  return list(route, 'spec', 'parentRefs')
    .filter((ref) => text(ref, 'kind') === 'Service' && ['', 'core'].includes(text(ref, 'group')))
    .map((ref) => {
      const port = field(ref, 'port');
      return {
        name: text(ref, 'name'),
        namespace: text(ref, 'namespace') || (route.metadata.namespace ?? ''),
        port: typeof port === 'number' ? port : undefined,
        ref,
      };
    });
}

function compile(objects: MeshObjects, cluster: ClusterView) {
  // Between equals the oldest route wins, then the first by name (apis/v1/httproute_types.go).
  const routes = [...objects('HTTPRoute')].sort(
    (one, other) =>
      (one.metadata.creationTimestamp ?? '').localeCompare(other.metadata.creationTimestamp ?? '') ||
      one.metadata.name.localeCompare(other.metadata.name),
  );
  const table = new Map<string, { readonly port: number | undefined; readonly rules: readonly Rule[] }[]>();
  for (const route of routes) {
    for (const { name, namespace, port } of parentsOf(route)) {
      const key = `${namespace}/${name}`;
      table.set(key, [...(table.get(key) ?? []), { port, rules: rulesOf(route, cluster) }]);
    }
  }
  return {
    routing(_caller: unknown, { host, port }: { readonly host: string; readonly port: number }) {
      const attached = (table.get(cluster.serviceOf(host) ?? '') ?? []).filter((each) => (each.port ?? port) === port);
      if (attached.length === 0) return 'passthrough' as const;
      return { rules: bySpecificity(attached.flatMap(({ rules }) => rules)) };
    },
  };
}

function rulesOf(route: KubeObject, cluster: ClusterView): readonly Rule[] {
  return list(route, 'spec', 'rules').map((rule, index) => {
    const { unknown, ...changes } = filtersOf(list(rule, 'filters'));
    const timeoutMs = milliseconds(text(rule, 'timeouts', 'request'));
    const unsupported = unknown.length === 0 ? undefined : `the lab's mesh has no filter ${unknown.join(', ')}`;
    return {
      name: text(rule, 'name') || `${route.metadata.name}[${index}]`,
      matches: matchesOf(rule),
      destinations: list(rule, 'backendRefs').map((ref) => destinationOf(route, ref, cluster, unsupported)),
      ...changes,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
  });
}

/** A backend that cannot be had gets its share all the same, and 500 (HTTPRouteRule.backendRefs). */
function destinationOf(
  route: KubeObject,
  ref: unknown,
  cluster: ClusterView,
  unsupported: string | undefined,
): Destination {
  const name = text(ref, 'name');
  const namespace = text(ref, 'namespace') || (route.metadata.namespace ?? '');
  const port = field(ref, 'port');
  const weight = field(ref, 'weight');
  const { unknown, ...changes } = filtersOf(list(ref, 'filters'));
  const missing = cluster.service(namespace, name) === undefined ? `no Service ${namespace}/${name}` : undefined;
  const problem = unsupported ?? (unknown.length > 0 ? `no filter ${unknown.join(', ')}` : undefined) ?? missing;
  return {
    name,
    weight: typeof weight === 'number' ? weight : 1,
    to:
      problem === undefined
        ? { host: `${name}.${namespace}.svc.cluster.local`, port: typeof port === 'number' ? port : 80 }
        : { answer: { status: 500, body: problem } },
    ...changes,
  };
}

/** `status.parents` with an entry for each of our parents; those of other controllers stay. Undefined without parents. */
function statusOf(
  route: KubeObject,
  observedGeneration: boolean,
  accepted: { readonly status: string; readonly reason: string; readonly message: string },
): unknown {
  const ours = parentsOf(route);
  if (ours.length === 0) return undefined;
  const condition = (type: string, said: typeof accepted) => ({
    type,
    ...said,
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(observedGeneration ? { observedGeneration: route.metadata.generation } : {}),
  });
  const entries = ours.map(({ ref }) => ({
    parentRef: ref,
    controllerName: CONTROLLER,
    conditions: [
      condition('Accepted', accepted),
      condition('ResolvedRefs', { status: 'True', reason: 'ResolvedRefs', message: '' }),
    ],
  }));
  const others = list(route, 'status', 'parents').filter((entry) => text(entry, 'controllerName') !== CONTROLLER);
  return { parents: [...others, ...entries] };
}
