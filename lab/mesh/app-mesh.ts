/**
 * AWS App Mesh as its controller v1.13.3 and Envoy worked until 2026-09-30. Envoy knows a call by its Host: the awsName of
 * a VirtualService that the caller's VirtualNode lists as a backend. Everything else is refused (egressFilter DROP_ALL)
 * or goes past every router to where the caller connects (ALLOW_ALL). Routes are tried by priority, 0 first, then by the
 * longest prefix. The condition of an object stays as it was when an update fails; only an event tells.
 * Not here: virtual gateways, gRPC and TCP routes, retries (real proxies hide some errors by retrying), TLS.
 */
import type { KubeObject } from '../../src/kube/objects.ts';
import { annotation, field, list, strings, text } from '../../src/kube/objects.ts';
import { invalidObject, withDefaults } from './app-mesh-webhook.ts';
import { LANE } from './by-hand.ts';
import type {
  Call,
  ClusterView,
  Destination,
  MeshKind,
  MeshObjects,
  PathMatch,
  Rule,
  TextMatch,
  Workload,
} from './types.ts';
import { selects } from './types.ts';

const API = 'appmesh.k8s.aws/v1beta2';
const INJECT = 'appmesh.k8s.aws/sidecarInjectorWebhook';
/** Priority of a route that names none; the API allows 0 to 1000. */
const LAST_PRIORITY = 1001;
const REGION = 'us-west-2';
const ACCOUNT = '000000000000';

export const appMesh: MeshKind = {
  name: 'app-mesh',
  crds: 'appmesh',
  route: { kind: 'VirtualRouter', apiVersion: API, plural: 'virtualrouters' },
  others: [
    { kind: 'Mesh', apiVersion: API, plural: 'meshes' },
    { kind: 'VirtualNode', apiVersion: API, plural: 'virtualnodes' },
    { kind: 'VirtualService', apiVersion: API, plural: 'virtualservices' },
  ],
  // Acknowledged is what AWS accepted; Envoys hear of it afterwards.
  pace: { applied: 300, acknowledged: 200 },
  finalizer: 'finalizers.appmesh.k8s.aws/aws-appmesh-resources',
  injected,
  seed: {
    route: ['virtualrouters', 'jazz-router'],
    canary: ['mesh/app-mesh/v2'],
    inputs: { 'mesh-name': 'dj-app' },
    byHand: (shares) => {
      const to = (name: string, weight: number) => ({ virtualNodeRef: { name }, weight });
      const route = (name: string, priority: number, match: object, weightedTargets: readonly object[]) => ({
        name,
        priority,
        httpRoute: { match: { prefix: '/', ...match }, action: { weightedTargets } },
      });
      return {
        path: '/spec/routes',
        value: [
          route(
            'jazz-route',
            100,
            {},
            shares.map(([name, weight]) => to(name, weight)),
          ),
          route('lane', 10, { headers: [{ name: LANE, match: { exact: 'lane' } }] }, [to('jazz-v2', 1)]),
        ],
      };
    },
  },
  compile,
  waitsFor,
  refuses,
  acknowledgement,
  refusal: (route, words) => ({
    event: {
      reason: 'ReconcileError',
      message: `failed to update route ${text(list(route, 'spec', 'routes')[0], 'name')}: BadRequestException: ${words}`,
      component: 'virtualrouter-controller',
    },
  }),
  webhook: {
    name: 'appmesh.k8s.aws',
    failurePolicy: 'Fail',
    rules: [
      {
        apiGroups: ['appmesh.k8s.aws'],
        apiVersions: ['v1beta2'],
        resources: ['virtualnodes', 'virtualrouters', 'virtualservices'],
      },
    ],
    podsOf: { [INJECT]: 'enabled' },
    mutate: withDefaults,
    refuses: invalidObject,
  },
};

/** The injector refuses a pod that two VirtualNodes select, and one that none selects (webhooks/core/pod_mutator.go). */
function injected(pod: KubeObject, objects: MeshObjects, cluster: ClusterView): boolean {
  const namespace = cluster.namespace(pod.metadata.namespace ?? '')?.metadata.labels?.[INJECT];
  if ((annotation(pod, INJECT) ?? namespace) !== 'enabled') return false;
  const nodes = nodesOf(pod.metadata.namespace ?? '', pod.metadata.labels ?? {}, objects);
  if (nodes.length === 1) return true;
  const names = nodes.map(({ metadata }) => metadata.name).join(', ') || 'none';
  throw new Error(`sidecar injection is enabled and exactly one VirtualNode must select the pod; there are: ${names}`);
}

/** An absent selector selects no pod, an empty one all. */
function nodesOf(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  objects: MeshObjects,
): readonly KubeObject[] {
  return objects('VirtualNode').filter(
    (node) =>
      node.metadata.namespace === namespace &&
      field(node, 'spec', 'podSelector') !== undefined &&
      selects(strings(node, 'spec', 'podSelector', 'matchLabels'), labels),
  );
}

function compile(objects: MeshObjects, _cluster: ClusterView) {
  const services = objects('VirtualService').map((service) => ({
    service,
    host: (text(service, 'spec', 'awsName') || `${service.metadata.name}.${service.metadata.namespace}`).toLowerCase(),
    rules: rulesOf(service, objects),
  }));
  return {
    routing(caller: Workload, { authority }: Call) {
      const node = nodesOf(caller.namespace, caller.labels, objects)[0];
      const found = services.find(({ host, service }) => host === authority && node && isBackend(node, service));
      if (found !== undefined) return { rules: found.rules };
      const mesh = objects('Mesh').find(({ metadata }) => metadata.name === text(node, 'spec', 'meshRef', 'name'));
      // AWS's default is DROP_ALL. What Envoy answers was not found in its documents; 404 is its answer without a route.
      if (text(mesh, 'spec', 'egressFilter', 'type') === 'ALLOW_ALL') return 'passthrough' as const;
      return { answer: { status: 404, body: '' } };
    },
  };
}

function isBackend(node: KubeObject, service: KubeObject): boolean {
  return list(node, 'spec', 'backends').some((backend) => {
    const name = text(backend, 'virtualService', 'virtualServiceRef', 'name');
    const namespace = text(backend, 'virtualService', 'virtualServiceRef', 'namespace') || node.metadata.namespace;
    return name === service.metadata.name && namespace === service.metadata.namespace;
  });
}

function rulesOf(service: KubeObject, objects: MeshObjects): readonly Rule[] {
  const namespace = service.metadata.namespace ?? '';
  const direct = field(service, 'spec', 'provider', 'virtualNode', 'virtualNodeRef');
  if (direct !== undefined) {
    return [
      { name: 'virtual node', matches: [], destinations: [destinationOf(direct, 1, undefined, namespace, objects)] },
    ];
  }
  const ref = field(service, 'spec', 'provider', 'virtualRouter', 'virtualRouterRef');
  const home = text(ref, 'namespace') || namespace;
  const router = objects('VirtualRouter').find(
    ({ metadata }) => metadata.name === text(ref, 'name') && metadata.namespace === home,
  );
  return list(router, 'spec', 'routes')
    .map((route) => ({ route, http: field(route, 'httpRoute') ?? field(route, 'http2Route') }))
    .filter(({ http }) => http !== undefined)
    .map(({ route, http }) => ({ rule: ruleOf(route, http, home, objects), order: orderOf(route, http) }))
    .sort((one, other) => one.order.priority - other.order.priority || other.order.length - one.order.length)
    .map(({ rule }) => rule);
}

function orderOf(route: unknown, http: unknown): { readonly priority: number; readonly length: number } {
  const priority = field(route, 'priority');
  return {
    priority: typeof priority === 'number' ? priority : LAST_PRIORITY,
    length: (text(http, 'match', 'prefix') || text(http, 'match', 'path', 'exact')).length,
  };
}

function ruleOf(route: unknown, http: unknown, namespace: string, objects: MeshObjects): Rule {
  const match = field(http, 'match');
  const method = text(match, 'method');
  const timeoutMs = durationOf(field(http, 'timeout', 'perRequest'));
  return {
    name: text(route, 'name'),
    matches: [
      {
        ...pathOf(match),
        ...(method === '' ? {} : { method }),
        headers: list(match, 'headers').map(headerOf),
        query: list(match, 'queryParameters').map((entry) => ({
          name: text(entry, 'name'),
          match: { kind: 'exact' as const, value: text(entry, 'match', 'exact') },
        })),
      },
    ],
    destinations: list(http, 'action', 'weightedTargets').map((target) =>
      destinationOf(
        field(target, 'virtualNodeRef'),
        Number(field(target, 'weight') ?? 0),
        field(target, 'port'),
        namespace,
        objects,
      ),
    ),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function pathOf(match: unknown): { readonly path?: PathMatch } {
  const prefix = text(match, 'prefix');
  if (prefix !== '') return { path: { kind: 'prefix', value: prefix } };
  for (const kind of ['exact', 'regex'] as const) {
    const value = text(match, 'path', kind);
    if (value !== '') return { path: { kind, value } };
  }
  return {};
}

function headerOf(header: unknown): { readonly name: string; readonly match: TextMatch } {
  const invert = field(header, 'invert') === true ? { invert: true } : {};
  for (const kind of ['exact', 'prefix', 'suffix', 'regex'] as const) {
    const value = field(header, 'match', kind);
    if (typeof value === 'string') return { name: text(header, 'name'), match: { kind, value, ...invert } };
  }
  return { name: text(header, 'name'), match: { kind: 'present', value: '', ...invert } };
}

function durationOf(duration: unknown): number | undefined {
  const value = field(duration, 'value');
  if (typeof value !== 'number' || value === 0) return undefined;
  return text(duration, 'unit') === 's' ? value * 1000 : value;
}

/** A VirtualNode by DNS: its hostname and the port it listens on. */
function destinationOf(
  ref: unknown,
  weight: number,
  port: unknown,
  namespace: string,
  objects: MeshObjects,
): Destination {
  const home = text(ref, 'namespace') || namespace;
  const name = text(ref, 'name');
  const node = objects('VirtualNode').find(({ metadata }) => metadata.name === name && metadata.namespace === home);
  const host = text(node, 'spec', 'serviceDiscovery', 'dns', 'hostname');
  const listener = port ?? field(list(node, 'spec', 'listeners')[0], 'portMapping', 'port');
  const known = host !== '' && typeof listener === 'number';
  return { name, weight, to: known ? { host, port: listener } : { answer: { status: 503, body: '' } } };
}

/** Every VirtualNode of every route must be there and active, else the whole router waits (pkg/virtualrouter). */
function waitsFor(router: KubeObject, objects: MeshObjects): string | undefined {
  const known = new Set(objects('VirtualNode').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const missing = targetsOf(router)
    .map((target) => {
      const ref = field(target, 'virtualNodeRef');
      return `${text(ref, 'namespace') || router.metadata.namespace}/${text(ref, 'name')}`;
    })
    .filter((name) => !known.has(name));
  return missing.length === 0 ? undefined : `unable to find virtualNode: ${missing.join(', ')}`;
}

function targetsOf(router: KubeObject): readonly unknown[] {
  return list(router, 'spec', 'routes').flatMap((route) => targetsIn(route));
}

function targetsIn(route: unknown): readonly unknown[] {
  return list(field(route, 'httpRoute') ?? field(route, 'http2Route'), 'action', 'weightedTargets');
}

/** AWS alone checks the sum (API_WeightedTarget); neither the schema nor the webhook does. */
function refuses(router: KubeObject): string | undefined {
  for (const route of list(router, 'spec', 'routes')) {
    const sum = targetsIn(route).reduce<number>((total, target) => total + Number(field(target, 'weight') ?? 0), 0);
    if (sum > 100) return `the total weight for all targets combined must be less than or equal to 100, it is ${sum}`;
  }
  return undefined;
}

/** One condition per kind, without reason, message and generation; the generation stands beside it. */
function acknowledgement(
  object: KubeObject,
  { observedGeneration }: { readonly observedGeneration: boolean },
): unknown {
  const { name, namespace, generation } = object.metadata;
  const mesh = object.kind === 'Mesh' ? name : text(object, 'spec', 'meshRef', 'name');
  const kinds: Readonly<Record<string, string>> = {
    Mesh: '',
    VirtualNode: `/virtualNode/${name}_${namespace}`,
    VirtualRouter: `/virtualRouter/${name}_${namespace}`,
    VirtualService: `/virtualService/${text(object, 'spec', 'awsName')}`,
  };
  const arn = `arn:aws:appmesh:${REGION}:${ACCOUNT}:mesh/${mesh}${kinds[object.kind] ?? ''}`;
  const routes = list(object, 'spec', 'routes').map((route) => [
    text(route, 'name'),
    `${arn}/route/${text(route, 'name')}`,
  ]);
  return {
    conditions: [
      {
        type: `${object.kind}Active`,
        status: 'True',
        lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      },
    ],
    [`${object.kind.charAt(0).toLowerCase()}${object.kind.slice(1)}ARN`]: arn,
    ...(object.kind === 'VirtualRouter' ? { routeARNs: Object.fromEntries(routes) } : {}),
    // A merge patch takes away what is null.
    observedGeneration: observedGeneration ? generation : null,
  };
}
