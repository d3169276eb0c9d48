/**
 * App Mesh objects ► Gateway API objects: an HTTPRoute for callers from outside through Kong, in the place of the Ingress or
 * HTTPRoute that led to the service, and one for callers inside, with the Service as parent. Pure.
 */
import { GATEWAY_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, groupOf, list, nameOf, refOf, strings, text } from '../kube/objects.ts';
import { leftBehindOf } from './left-behind.ts';
import type { Converted, NodeService } from './routes.ts';
import { convertRoutes } from './routes.ts';
import type { LeaveBehind, LeftBehind, Migration, MigrationOptions } from './types.ts';
import type { Way } from './ways.ts';
import { waysTo } from './ways.ts';

const APP_MESH = 'appmesh.k8s.aws';
/** Rules of one route (apis/v1/httproute_types.go, MaxItems). */
const MOST_RULES = 16;

type Member = Readonly<Record<string, unknown>>;

/** @param objects of App Mesh, with the Services, Ingresses and HTTPRoutes around them */
export function migrate(objects: readonly KubeObject[], options: MigrationOptions): Migration {
  const leftBehind: LeftBehind[] = [];
  const made: KubeObject[] = [];
  const retries = new Map<string, number>();
  const appMesh = objects.filter(({ apiVersion }) => groupOf(apiVersion) === APP_MESH);
  const find = (kind: string, name: string, namespace: string | undefined) =>
    appMesh.find(
      ({ kind: other, metadata }) => other === kind && metadata.name === name && metadata.namespace === namespace,
    );
  for (const service of appMesh.filter(({ kind }) => kind === 'VirtualService')) {
    const host = hostOf(service);
    if (options.services.length > 0 && !options.services.includes(host)) continue;
    const leaveHere: LeaveBehind = (what, instead) => leftBehind.push({ object: refOf(service), what, instead });
    const ref = field(service, 'spec', 'provider', 'virtualRouter', 'virtualRouterRef');
    const router = find('VirtualRouter', text(ref, 'name'), text(ref, 'namespace') || service.metadata.namespace);
    if (router === undefined) {
      leaveHere(
        'it leads to no VirtualRouter that is here',
        'It splits nothing: the Service itself has to select the pods.',
      );
      continue;
    }
    const leave: LeaveBehind = (what, instead) => leftBehind.push({ object: refOf(router), what, instead });
    const nodes: NodeService = (name, namespace) =>
      serviceOf(find('VirtualNode', name, namespace ?? router.metadata.namespace), name, router, leave);
    const routes = convertRoutes(router, nodes, leave);
    shadowed(routes, leave);
    for (const { backendRefs, retries: count } of routes) {
      for (const backend of backendRefs)
        if (count !== undefined)
          retries.set(text(backend, 'name'), Math.max(count, retries.get(text(backend, 'name')) ?? 0));
    }
    made.push(...outside(waysTo(host, service.metadata.namespace, objects, options.gateway, leaveHere), routes, leave));
    made.push(...inside(host, router, routes, leave));
  }
  made.push(...retrying(objects, retries, leftBehind));
  leftBehind.push(...appMesh.flatMap(leftBehindOf));
  return { objects: made, leftBehind: unique(leftBehind) };
}

/** The Service whose name callers use: the first label of the host. */
function hostOf(service: KubeObject): string {
  return (text(service, 'spec', 'awsName') || service.metadata.name).split('.')[0] ?? service.metadata.name;
}

/** By DNS the Service has the name the proxies looked up; by Cloud Map that of the VirtualNode is the best guess. */
function serviceOf(
  node: KubeObject | undefined,
  name: string,
  router: KubeObject,
  leave: LeaveBehind,
): ReturnType<NodeService> {
  const hostname = text(node, 'spec', 'serviceDiscovery', 'dns', 'hostname');
  const given = field(list(node, 'spec', 'listeners')[0], 'portMapping', 'port');
  const routers = field(list(router, 'spec', 'listeners')[0], 'portMapping', 'port');
  const port = typeof given === 'number' ? given : typeof routers === 'number' ? routers : 80;
  if (hostname === '') {
    const why = node === undefined ? 'it is not among the objects' : 'it finds its pods by Cloud Map';
    leave(
      `the VirtualNode ${name}: ${why}`,
      `The rule sends to a Service ${name}: make one that selects the same pods.`,
    );
    return { name, port };
  }
  const [service = name, namespace] = hostname.split('.');
  return {
    name: service,
    ...(namespace === undefined || namespace === router.metadata.namespace ? {} : { namespace }),
    port,
  };
}

/** A rule that App Mesh never reached, but the Gateway API would: the more specific match wins there, whatever the order. */
function shadowed(routes: readonly Converted[], leave: LeaveBehind): void {
  routes.forEach((later, index) => {
    const earlier = routes.slice(0, index).find((route) => {
      const [a, b] = [route.path, later.path];
      return (
        a?.type === 'PathPrefix' &&
        b?.type === 'PathPrefix' &&
        Object.keys(route.match).length === 0 &&
        (a.value === '/' || b.value === a.value || b.value.startsWith(`${a.value}/`))
      );
    });
    if (earlier === undefined) return;
    leave(
      `route "${later.name}" came after "${earlier.name}", which took all its requests`,
      'The Gateway API prefers the more specific match, so it would now get them: take it out unless you want that.',
    );
  });
}

/** Kong splits by itself: no proxy of a mesh is needed for callers from outside. */
function outside(ways: readonly Way[], routes: readonly Converted[], leave: LeaveBehind): KubeObject[] {
  return ways.flatMap((way) => {
    const timeouts = new Set(routes.map(({ timeout }) => timeout));
    if (timeouts.size > 1)
      leave(
        `different time-outs (${[...timeouts].map((one) => one ?? 'none').join(', ')})`,
        'Kong takes one for all rules of an HTTPRoute: none is written. Set konghq.com/read-timeout on the Services.',
      );
    const [timeout] = timeouts.size === 1 ? timeouts : [undefined];
    const build = (protocol: 'http' | 'grpc') =>
      routes
        .filter((route) => route.protocol === protocol)
        .flatMap((route) => way.rules(route, leave).map((rule) => withTimeout(rule, 'backendRequest', timeout)));
    return objectsOf(way.object, build('http'), build('grpc'), leave);
  });
}

/** GAMMA: the Service is the parent, and the mesh that is there splits. Without one, nobody reads it. */
function inside(host: string, router: KubeObject, routes: readonly Converted[], leave: LeaveBehind): KubeObject[] {
  const port = field(list(router, 'spec', 'listeners')[0], 'portMapping', 'port');
  const parent = { group: '', kind: 'Service', name: host, ...(typeof port === 'number' ? { port } : {}) };
  const base: KubeObject = {
    apiVersion: GATEWAY_API,
    kind: 'HTTPRoute',
    metadata: {
      name: `${host}-inside`,
      ...(router.metadata.namespace === undefined ? {} : { namespace: router.metadata.namespace }),
    },
    spec: { parentRefs: [parent] },
  };
  const build = (protocol: 'http' | 'grpc') =>
    routes
      .filter((route) => route.protocol === protocol)
      .map((route) => withTimeout(ruleOf(route, route.path), 'request', route.timeout));
  if (routes.length > 0)
    leave(
      'the split of what callers inside send',
      `HTTPRoute ${host}-inside says it, for a mesh that takes Services as parents (Istio, Linkerd, Kuma, Cilium). Without a mesh, callers inside go through Kong, or the Service ${host} selects one version.`,
    );
  return objectsOf(base, build('http'), build('grpc'), leave);
}

/** A rule of the Gateway API. */
export function ruleOf(route: Converted, path: Converted['path']): Member {
  const match = { ...(path === undefined ? {} : { path }), ...route.match };
  return { matches: [match], backendRefs: route.backendRefs };
}

function withTimeout(rule: Member, kind: 'request' | 'backendRequest', timeout: string | undefined): Member {
  if (timeout === undefined) return rule;
  const { matches, filters, ...rest } = rule;
  return { matches, ...(filters === undefined ? {} : { filters }), timeouts: { [kind]: timeout }, ...rest };
}

function objectsOf(
  base: KubeObject,
  http: readonly Member[],
  grpc: readonly Member[],
  leave: LeaveBehind,
): KubeObject[] {
  const spec = base['spec'] as Member;
  const made: KubeObject[] = [];
  for (const [kind, rules] of [
    ['HTTPRoute', http],
    ['GRPCRoute', grpc],
  ] as const) {
    if (rules.length === 0) continue;
    if (rules.length > MOST_RULES)
      leave(
        `${rules.length} rules for ${nameOf(base)}`,
        `A route takes ${MOST_RULES}: split it by path before you apply it.`,
      );
    // GRPCRoutes have neither paths nor time-outs.
    const plain = kind === 'HTTPRoute' ? rules : rules.map(({ timeouts: _, ...rule }) => rule);
    const name = kind === 'HTTPRoute' || http.length === 0 ? base.metadata.name : `${base.metadata.name}-grpc`;
    made.push({ ...base, kind, metadata: { ...base.metadata, name }, spec: { ...spec, rules: plain } });
  }
  return made;
}

/** Kong keeps the number of retries on the Service; both versions must say the same. */
function retrying(
  objects: readonly KubeObject[],
  retries: ReadonlyMap<string, number>,
  leftBehind: LeftBehind[],
): KubeObject[] {
  const most = Math.max(0, ...retries.values());
  return [...retries.keys()].flatMap((name): KubeObject[] => {
    const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
    if (service === undefined) {
      leftBehind.push({
        object: { apiVersion: 'v1', kind: 'Service', name },
        what: `${most} retries, on a Service that is not among the objects`,
        instead: `kubectl annotate service ${name} --overwrite konghq.com/retries=${most}`,
      });
      return [];
    }
    const { namespace, labels } = service.metadata;
    return [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name,
          ...(namespace === undefined ? {} : { namespace }),
          ...(labels === undefined ? {} : { labels }),
          annotations: { ...keptAnnotations(service), 'konghq.com/retries': String(most) },
        },
        spec: specOf(service),
      },
    ];
  });
}

/** Without what the API server fills in. */
function specOf(service: KubeObject): Member {
  const { clusterIP: _, clusterIPs: __, ...spec } = (service['spec'] ?? {}) as Record<string, unknown>;
  return spec;
}

function keptAnnotations(service: KubeObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(strings(service, 'metadata', 'annotations')).filter(
      ([name]) => !/^kubectl\.kubernetes\.io\/|^konghq\.com\/override$/.test(name),
    ),
  );
}

function unique(entries: readonly LeftBehind[]): LeftBehind[] {
  const seen = new Map(entries.map((entry) => [`${nameOf(entry.object)}|${entry.what}`, entry]));
  return [...seen.values()].sort((a, b) => (nameOf(a.object) < nameOf(b.object) ? -1 : 1));
}
