/**
 * Traefik 3 (traefik.io/v1alpha1), which is the gateway itself: no Kong stands before it. Weights are in an IngressRoute
 * whose rule has several services, or in a TraefikService that IngressRoutes lead to. Neither kind has a status.
 *
 * Sources: pkg/provider/kubernetes/crd (kubernetes_http.go: one service alone goes without weight; absent is 1), and
 * pkg/server/service/loadbalancer/wrr: weight 0 is not served; the turns are deterministic and start anew with every change
 * of the whole configuration, so that a share below 1 % may never come up on a busy cluster (Traefik 3.7.15, seen).
 */
import { field, list, text } from '../../../kube/objects.ts';
import { finder } from '../../parts/find.ts';
import type { Dialect } from '../../parts/weights.ts';
import { weighting } from '../../parts/weights.ts';
import type { Facts, Resource, RouteProvider } from '../../types.ts';
import { providerOf } from '../../types.ts';
import { lanesBeside, sibling } from './lanes.ts';
import { address, leadsTo } from './match.ts';

const apiVersion = 'traefik.io/v1alpha1';
const ingressRoutes: Resource = { apiVersion, kind: 'IngressRoute', plural: 'ingressroutes' };
const traefikServices: Resource = { apiVersion, kind: 'TraefikService', plural: 'traefikservices' };
const middlewares: Resource = { apiVersion, kind: 'Middleware', plural: 'middlewares' };

/** What both kinds have in common. */
const common = {
  entrance: 'outside',
  lanes: { objects: [middlewares, ingressRoutes] },
  files: 'first time only',
  limits: { sum: 100, smallestStep: 1, acknowledgement: 'none', refusals: 'none', laneMark: true },
  auto: 'by its routes',
} as const;

const dialect: Omit<Dialect, 'aloneGetsAll'> = {
  // The API sets no limit; this one keeps a defect from filling the object.
  mostBackends: 128,
  absentWeight: 1,
  identity: ['kind', 'name', 'namespace'],
  sibling,
};

const ingressRouteFacts: Facts = {
  ...common,
  name: 'traefik-ingressroute',
  about: 'Traefik, weighted services of a rule',
  docs: 'https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/',
  resource: ingressRoutes,
  rulesAt: ['spec', 'routes'],
};

export const ingressRoute = providerOf({
  facts: ingressRouteFacts,
  weights: {
    ...finder(ingressRouteFacts, {
      backends: 'routes[].services',
      rules: (object) =>
        list(object, 'spec', 'routes').map((_, index) => ({
          label: `route ${index}`,
          at: ['spec', 'routes', index, 'services'],
          lane: false,
        })),
      backend,
    }),
    ...weighting(ingressRouteFacts, { ...dialect, aloneGetsAll: true }),
  },
  lanes: {
    open: (route, to, tokens) => ({
      objects: lanesBeside(route, to, tokens, [
        { object: route.object, rules: route.rules.map((rule) => ({ index: rule.index, rule })) },
      ]),
    }),
    close: () => [],
  },
  entry: { servedBy: 'Traefik', kinds: [], address },
});

const traefikServiceFacts: Facts = {
  ...common,
  name: 'traefik-service',
  about: 'Traefik, a TraefikService that IngressRoutes lead to',
  docs: 'https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/',
  resource: traefikServices,
  rulesAt: ['spec', 'weighted', 'services'],
};

export const traefikService = providerOf({
  facts: traefikServiceFacts,
  weights: {
    ...finder(traefikServiceFacts, {
      backends: 'weighted.services',
      rules: (object) =>
        field(object, 'spec', 'weighted') === undefined
          ? []
          : [{ label: 'the list', at: ['spec', 'weighted', 'services'], lane: false }],
      backend,
    }),
    ...weighting(traefikServiceFacts, { ...dialect, aloneGetsAll: false }),
  },
  lanes: {
    open: (route, to, tokens, _guard, waysIn = []) => ({
      objects: lanesBeside(
        route,
        to,
        tokens,
        waysIn.flatMap((object) => {
          const [rule] = route.rules;
          const rules = leadsTo(object, route).flatMap((index) => (rule === undefined ? [] : [{ index, rule }]));
          return rules.length === 0 ? [] : [{ object, rules }];
        }),
      ),
    }),
    close: () => [],
  },
  entry: { servedBy: 'Traefik', kinds: [ingressRoutes], leadsTo, address },
});

/** Both kinds, in the order `auto` prefers them. */
export const traefik: readonly RouteProvider[] = [traefikService, ingressRoute];

/** The kind's default is Service. */
function backend(entry: unknown): { readonly name: string } | { readonly other: string } {
  const kind = text(entry, 'kind') || 'Service';
  const name = text(entry, 'name');
  return kind === 'Service' ? { name } : { other: `${kind} ${name}` };
}
