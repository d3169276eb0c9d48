/**
 * AWS App Mesh: VirtualRouters (appmesh.k8s.aws/v1beta2) whose weighted targets are VirtualNodes called like the backend.
 * AWS ended the service on 2026-09-30, so this provider is for clusters that still carry its objects, and only used when
 * named. Facts from aws/aws-app-mesh-controller-for-k8s: pkg/virtualrouter, apis/appmesh/v1beta2.
 */
import { LANE_HEADER } from '../../../kube/names.ts';
import { field, list, text } from '../../../kube/objects.ts';
import { clusters, listeners } from '../../parts/counters.ts';
import { finder } from '../../parts/find.ts';
import type { Member } from '../../parts/rules.ts';
import { guarded, replaceLanes, ruleAt } from '../../parts/rules.ts';
import { entryFor, place, weighting } from '../../parts/weights.ts';
import type { Facts, RouteRef, RuleRef } from '../../types.ts';
import { LANE_RULE_PREFIX, providerOf, RouteError } from '../../types.ts';
import { backing, isActive } from './backing.ts';
import { acknowledged, said } from './status.ts';

const V1BETA2 = 'appmesh.k8s.aws/v1beta2';
const ROUTES = ['spec', 'routes'] as const;
/** Where each kind of route keeps the matches that a lane's header joins; tcp has none. */
const PROTOCOLS = { httpRoute: 'headers', http2Route: 'headers', grpcRoute: 'metadata', tcpRoute: undefined } as const;
type Protocol = keyof typeof PROTOCOLS;
/** Matches on headers of one route (the CRD's maxItems). */
const MOST_HEADERS = 10;
/** 0 is the first to be looked at; a route without a priority comes after all that have one. */
const LAST_PRIORITY = 1000;

const facts: Facts = {
  name: 'app-mesh',
  about: 'ended by AWS, so only when named',
  docs: 'https://aws.github.io/aws-app-mesh-controller-for-k8s/reference/api_spec/',
  resource: { apiVersion: V1BETA2, kind: 'VirtualRouter', plural: 'virtualrouters' },
  rulesAt: ROUTES,
  // Kong is a member of the mesh: what comes in through it is split by its own proxy.
  entrance: 'both',
  lanes: 'rules',
  files: 'first time only',
  limits: {
    // Whole percents: AWS takes 0 to 100 for a target and at most 100 for a route (API reference, WeightedTarget).
    sum: 100,
    smallestStep: 1,
    acknowledgement: 'pushed',
    refusals: 'events',
    // A route can change no header of an answer.
    laneMark: false,
  },
  auto: {
    never:
      'App Mesh is never chosen by itself, because AWS ended it on 2026-09-30: move to the Gateway API ' +
      '(docs/migrate-from-app-mesh.md; the command `migrate` prints the objects), or give mesh: app-mesh for a cluster ' +
      'that still carries it.',
  },
  // Clusters are called cds_ingress_<mesh>_<node>_<port>, the listener's connection manager ingress.
  counters: [clusters('cds_ingress_.*'), listeners('ingress.*')],
  webhook: {
    name: /appmesh\.k8s\.aws$/,
    whose: 'the App Mesh controller',
    restart: 'kubectl rollout restart deployment -n appmesh-system appmesh-controller',
    ended: 'App Mesh ended on 2026-09-30; docs/migrate-from-app-mesh.md says what to do when it cannot come back',
  },
  // The webhook writes meshRef when it creates the object; the label is what the Mesh's selector looks at.
  strayFrom: ({ object }, meshName, labels) => {
    const mesh = text(object, 'spec', 'meshRef', 'name') || labels?.['mesh'];
    if (mesh === meshName || (mesh === undefined && labels === undefined)) return undefined;
    return mesh === undefined ? 'is in a namespace without the label `mesh`' : `is in the mesh ${mesh}`;
  },
};

export const appMesh = providerOf({
  facts,
  weights: {
    ...finder(facts, {
      backends: 'routes[].httpRoute.action.weightedTargets',
      rules: (object) =>
        list(object, ...ROUTES).map((rule, index) => ({
          label: `route "${text(rule, 'name')}"`,
          at: [...ROUTES, index, protocolOf(rule), 'action', 'weightedTargets'],
          lane: isLane(rule),
        })),
      backend: (entry) => {
        const name = text(entry, 'virtualNodeRef', 'name');
        return name === '' ? { other: `virtualNodeARN ${text(entry, 'virtualNodeARN')}` } : { name };
      },
    }),
    ...weighting(facts, {
      mostBackends: 10,
      // `weight` is required; what lacks it was never accepted.
      absentWeight: 0,
      aloneGetsAll: false,
      identity: ['virtualNodeRef'],
      sibling,
    }),
  },
  lanes: {
    open: (route, backends, tokens, guard) => {
      const priorities = lanePriorities(route);
      const lanes = route.rules.flatMap((rule, order) =>
        (['stable', 'canary'] as const).map((version, index): Member => {
          const backend = entryFor(sibling, route, rule, backends[version], backends.stable);
          return laneOf(
            route,
            rule,
            `${version}-${order}`,
            { ...backend, weight: 1 },
            tokens[version],
            priorities.get(rule)?.[index],
          );
        }),
      );
      return { patch: guarded(guard, replaceLanes(route, ROUTES, isLane, lanes, 'last')) };
    },
    close: (route, guard) => guarded(guard, replaceLanes(route, ROUTES, isLane, [], 'last')),
  },
  backing: {
    kinds: [{ apiVersion: V1BETA2, kind: 'VirtualNode', plural: 'virtualnodes', copied: true }],
    make: backing,
    ready: isActive,
  },
  status: { acknowledged, said },
});

function protocolOf(rule: unknown): Protocol {
  const known = Object.keys(PROTOCOLS) as Protocol[];
  return known.find((protocol) => field(rule, protocol) !== undefined) ?? 'httpRoute';
}

function sibling(like: unknown, name: string): Member {
  const { weight: _, virtualNodeARN: __, virtualNodeRef, ...rest } = like as Member & { virtualNodeRef?: Member };
  return { ...rest, virtualNodeRef: { ...virtualNodeRef, name } };
}

const isLane = (rule: unknown) => text(rule, 'name').startsWith(LANE_RULE_PREFIX);

function laneOf(
  route: RouteRef,
  rule: RuleRef,
  name: string,
  target: Member,
  token: string,
  priority: number | undefined,
): Member {
  const given = ruleAt(route, rule.at.slice(0, 3));
  const protocol = protocolOf(given);
  const headers = PROTOCOLS[protocol];
  if (headers === undefined) {
    throw new RouteError(
      `${place(route, rule)} is a ${protocol}, which matches no headers: there is no way to a lane.`,
    );
  }
  const shape = ruleAt(route, [...rule.at.slice(0, 3), protocol]);
  const matches = list(shape, 'match', headers);
  if (matches.length >= MOST_HEADERS) {
    throw new RouteError(
      `${place(route, rule)} matches ${matches.length} headers: there is no room for the one of a lane.`,
    );
  }
  return {
    ...given,
    name: `${LANE_RULE_PREFIX}-${name}`,
    priority,
    [protocol]: {
      ...shape,
      match: {
        ...(shape['match'] as Member | undefined),
        [headers]: [...matches, { name: LANE_HEADER, match: { exact: token } }],
      },
      action: { ...(shape['action'] as Member | undefined), weightedTargets: [target] },
    },
  };
}

/**
 * Two priorities for each rule of the service, free and before it, in the order of the rules: the lanes of one rule must
 * come before the next rule's, as the rules themselves do.
 * @throws RouteError where none is free.
 */
function lanePriorities(route: RouteRef): ReadonlyMap<RuleRef, readonly number[]> {
  const others = list(route.object, ...ROUTES).filter((rule) => !isLane(rule));
  const taken = new Set(others.map((rule) => field(rule, 'priority')));
  const given = new Map<RuleRef, readonly number[]>();
  let before = LAST_PRIORITY + 1;
  for (const { rule, own } of inOrder(route).toReversed()) {
    if (own !== undefined) before = Math.min(before, own);
    const free: number[] = [];
    while (free.length < 2) {
      before -= 1;
      if (before < 0) {
        throw new RouteError(
          `${place(route, rule)} has priority ${own ?? 'none'}, and the routes of the service leave ` +
            'no two free priorities before it for lanes (0 is the first). Give it a priority of 100 or more.',
        );
      }
      if (!taken.has(before)) free.unshift(before);
    }
    given.set(rule, free);
  }
  return given;
}

/** The service's rules as Envoy tries them: by priority, then the longer prefix first (App Mesh roadmap #77). */
function inOrder(route: RouteRef): { readonly rule: RuleRef; readonly own: number | undefined }[] {
  return route.rules
    .map((rule) => {
      const given = ruleAt(route, rule.at.slice(0, 3));
      const own = field(given, 'priority');
      const prefix = text(given, protocolOf(given), 'match', 'prefix').length;
      return { rule, own: typeof own === 'number' ? own : undefined, prefix };
    })
    .sort(
      (a, b) =>
        (a.own ?? LAST_PRIORITY + 1) - (b.own ?? LAST_PRIORITY + 1) ||
        b.prefix - a.prefix ||
        a.rule.index - b.rule.index,
    );
}
