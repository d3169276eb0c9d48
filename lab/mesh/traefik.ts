/**
 * Traefik 3 as a gateway: IngressRoutes, whose services are weighted by themselves or through a TraefikService. Rules are
 * tried by priority, by default the length of their text. Services take turns by weight (earliest deadline first, as
 * pkg/server/service/loadbalancer/wrr), and every change of the configuration starts the turns anew. A missing Service takes
 * its whole rule away (404). Neither kind has a status, and nothing is ever refused but by the lab's own word.
 * Not here: sticky sessions, mirrors, failover, middlewares other than response headers, TLS, other entry points.
 */
import type { KubeObject } from '../../src/kube/objects.ts';
import { field, list, strings, text } from '../../src/kube/objects.ts';
import { LANE } from './by-hand.ts';
import { parseRule } from './traefik-rule.ts';
import type { ClusterView, Destination, MeshKind, MeshObjects, Rule, Seed, WatchedKind } from './types.ts';

const apiVersion = 'traefik.io/v1alpha1';
const INGRESS_ROUTE: WatchedKind = { apiVersion, kind: 'IngressRoute', plural: 'ingressroutes' };
const TRAEFIK_SERVICE: WatchedKind = { apiVersion, kind: 'TraefikService', plural: 'traefikservices' };
const MIDDLEWARE: WatchedKind = { apiVersion, kind: 'Middleware', plural: 'middlewares' };
const GATEWAY = { namespace: 'traefik', name: 'traefik', port: 80 };

const entry = ([name, weight]: readonly [string, number]) => ({ name, port: 9080, weight });

export const traefikService = traefikOf('traefik-service', TRAEFIK_SERVICE, INGRESS_ROUTE, {
  base: ['mesh/traefik/base', 'mesh/traefik/service'],
  gateway: GATEWAY,
  route: ['traefikservices', 'jazz'],
  byHand: (shares) => ({ path: '/spec/weighted/services', value: shares.map(entry) }),
});

export const traefikIngressRoute = traefikOf('traefik-ingressroute', INGRESS_ROUTE, TRAEFIK_SERVICE, {
  base: ['mesh/traefik/base', 'mesh/traefik/ingressroute'],
  gateway: GATEWAY,
  route: ['ingressroutes', 'jazz'],
  byHand: (shares) => ({
    path: '/spec/routes',
    value: [
      { match: 'PathPrefix(`/dj/jazz`)', kind: 'Rule', services: shares.map(entry) },
      {
        match: `PathPrefix(\`/dj/jazz\`) && Header(\`${LANE}\`, \`lane\`)`,
        kind: 'Rule',
        services: [entry(['jazz-v2', 1])],
      },
    ],
  }),
});

function traefikOf(name: string, route: WatchedKind, other: WatchedKind, seed: Seed): MeshKind {
  return {
    name,
    crds: 'traefik',
    route,
    others: [other, MIDDLEWARE],
    // Every configuration is built from all that was seen so far, so that a route and the Services it names are never of
    // different times. That the real one takes 0.1 to 1.8 s for it (providersThrottleDuration, 3.7.15, seen) is not here.
    pace: { applied: 0, acknowledged: 0 },
    // Traefik is its own proxy: only its own pods have one.
    injected: (pod) => pod.metadata.labels?.['app.kubernetes.io/name'] === 'traefik',
    seed,
    compile,
    acknowledgement: () => undefined,
    // Traefik has none; this one stands for a cluster's policy, so that a refusal can be told.
    webhook: {
      name: 'policy.traefik.lab',
      failurePolicy: 'Ignore',
      rules: [{ apiGroups: ['traefik.io'], apiVersions: ['v1alpha1'], resources: [route.plural] }],
      refuses: () => undefined,
    },
  };
}

function compile(objects: MeshObjects, cluster: ClusterView) {
  const rules = objects('IngressRoute')
    .flatMap((route) =>
      list(route, 'spec', 'routes').flatMap((given, index) => {
        const rule = ruleOf(route, given, index, objects, cluster);
        return rule === undefined ? [] : [{ rule, priority: priorityOf(given) }];
      }),
    )
    .sort((one, two) => two.priority - one.priority)
    .map(({ rule }) => rule);
  return { routing: () => ({ rules }) };
}

/** By default the length of the rule's text. */
function priorityOf(given: unknown): number {
  return Number(field(given, 'priority') ?? 0) || text(given, 'match').length;
}

/** Undefined where the real one makes no router: a rule that cannot be read, or a Service that is not there. */
function ruleOf(
  route: KubeObject,
  given: unknown,
  index: number,
  objects: MeshObjects,
  cluster: ClusterView,
): Rule | undefined {
  const destinations = destinationsOf(route, list(given, 'services'), objects, cluster);
  if (destinations === undefined) return undefined;
  try {
    return {
      name: `${route.metadata.name}[${index}]`,
      matches: [],
      takes: parseRule(text(given, 'match')),
      destinations,
      pick: turns(destinations),
      response: { set: responseHeaders(route, given, objects), add: {}, remove: [] },
    };
  } catch {
    return undefined;
  }
}

function destinationsOf(
  { metadata: { namespace = '' } }: KubeObject,
  services: readonly unknown[],
  objects: MeshObjects,
  cluster: ClusterView,
): readonly Destination[] | undefined {
  const [only, ...others] = services;
  if (text(only, 'kind') === 'TraefikService' && others.length === 0) {
    const home = text(only, 'namespace') || namespace;
    const found = objects('TraefikService').find(
      ({ metadata }) => metadata.name === text(only, 'name') && metadata.namespace === home,
    );
    return found && weighted(home, list(found, 'spec', 'weighted', 'services'), cluster);
  }
  // One Service alone gets everything, whatever its weight.
  const entries = others.length === 0 ? services.map((each) => ({ ...(each as object), weight: 1 })) : services;
  return weighted(namespace, entries, cluster);
}

function weighted(
  namespace: string,
  entries: readonly unknown[],
  cluster: ClusterView,
): readonly Destination[] | undefined {
  const found = entries.map((each): Destination | undefined => {
    const name = text(each, 'name');
    const home = text(each, 'namespace') || namespace;
    const port = field(each, 'port');
    if (cluster.service(home, name) === undefined || typeof port !== 'number') return undefined;
    return {
      name,
      weight: Number(field(each, 'weight') ?? 1),
      to: { host: `${name}.${home}.svc.cluster.local`, port },
    };
  });
  return found.every((each) => each !== undefined) ? found : undefined;
}

/** Whose turn it is: the earliest deadline, which each turn moves on by one over the weight. Weight 0 has none. */
export function turns(destinations: readonly Destination[]): () => Destination | undefined {
  const waiting = destinations
    .filter(({ weight }) => weight > 0)
    .map((destination) => ({ destination, deadline: 1 / destination.weight }));
  return () => {
    const next = waiting.toSorted((one, two) => one.deadline - two.deadline)[0];
    if (next !== undefined) next.deadline += 1 / next.destination.weight;
    return next?.destination;
  };
}

function responseHeaders(route: KubeObject, given: unknown, objects: MeshObjects): Readonly<Record<string, string>> {
  const named = list(given, 'middlewares').map((each) => ({
    name: text(each, 'name'),
    namespace: text(each, 'namespace') || route.metadata.namespace,
  }));
  const found = named.flatMap(({ name, namespace }) =>
    objects('Middleware').filter(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
  );
  return Object.assign({}, ...found.map((each) => strings(each, 'spec', 'headers', 'customResponseHeaders')));
}
