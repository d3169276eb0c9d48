/**
 * Gateway API: HTTPRoutes of the standard channel. With Gateways as parents they split what comes in from outside, with
 * Services as parents (GAMMA) what callers inside the mesh send; the limits are Kong's, the narrowest that matter here.
 */
import type { KubeObject } from '../../../kube/objects.ts';
import { field, list, text } from '../../../kube/objects.ts';
import { finder } from '../../parts/find.ts';
import { kongShare } from '../../parts/kong-share.ts';
import { proxyShare } from '../../parts/shares.ts';
import type { Dialect } from '../../parts/weights.ts';
import { weighting } from '../../parts/weights.ts';
import type { Entrance, Limits, RouteProvider } from '../../types.ts';
import { LANE_RULE_PREFIX } from '../../types.ts';
import { lanes, sibling } from './lanes.ts';
import { acknowledgement, describeConditions } from './status.ts';

const GROUP = 'gateway.networking.k8s.io';

/** Kong gives each of n pods floor(weight / n): with this sum the error stays below pods / weight (kong-share.ts). */
const SUM = 10_000;
const limits: Limits = {
  sum: SUM,
  smallestStep: 100 / SUM,
  acknowledgement: 'pushed',
  refusals: 'status',
  laneMark: true,
};

/** Defaults and limits of `backendRefs`: apis/v1/httproute_types.go. */
const dialect: Dialect = {
  kind: 'HTTPRoute',
  sum: SUM,
  mostBackends: 16,
  absentWeight: 1,
  aloneGetsAll: false,
  identity: ['name'],
  sibling,
  refusal: (entry) =>
    list(entry, 'filters').length === 0
      ? undefined
      : `has filters on the backend ${text(entry, 'name')}, which Kong refuses and a canary cannot share. Move them to the rule.`,
};
const weights = weighting(dialect);

export const gatewayApi: RouteProvider = {
  name: 'gateway-api',
  limits,
  resource: { apiVersion: `${GROUP}/v1`, kind: 'HTTPRoute', plural: 'httproutes' },
  rulesAt: ['spec', 'rules'],
  ...finder({
    kind: 'HTTPRoute',
    group: GROUP,
    backends: 'backendRefs',
    rules: (object) =>
      list(object, 'spec', 'rules').map((rule, index) => ({
        label: `rule ${index}`,
        at: ['spec', 'rules', index, 'backendRefs'],
        lane: text(rule, 'name').startsWith(LANE_RULE_PREFIX),
      })),
    backend: (entry) => {
      const name = text(entry, 'name');
      if (isService(entry)) return { name };
      return { other: `${text(entry, 'kind')} ${name}` };
    },
    port: (entry) => {
      const port = field(entry, 'port');
      return typeof port === 'number' ? port : undefined;
    },
    entrance,
  }),
  ...weights,
  read: (route) => ({ ...weights.read(route), ...(route.entrance === 'inside' ? { by: 'proxies' } : {}) }),
  lanes,
  withoutLanes: () => [],
  effectiveShare: (split, backends, readyPods) =>
    (split.by === 'proxies' ? proxyShare : kongShare)(split, backends.canary, readyPods),
  acknowledged: acknowledgement,
  strayFrom: ({ object }, meshName) => {
    const gateways = list(object, 'spec', 'parentRefs').filter((ref) => !isServiceParent(ref));
    const names = gateways.map((ref) => text(ref, 'name'));
    if (names.includes(meshName)) return undefined;
    return names.length === 0
      ? 'has Services as parents and no Gateway, so mesh-name means nothing there'
      : `hangs on the Gateway ${names.join(' and ')}`;
  },
  said: describeConditions,
  backingKinds: [],
  backing: () => ({ apply: [], patches: [] }),
  backingReady: () => true,
};

/** A Service as parent means callers inside; routes without parents are somebody's draft for a gateway. */
function entrance(object: KubeObject): Entrance {
  const kinds = list(object, 'spec', 'parentRefs').map(isServiceParent);
  if (kinds.length === 0 || kinds.every((inside) => !inside)) return 'outside';
  return kinds.every((inside) => inside) ? 'inside' : 'both';
}

/** The kind's default is Gateway for parents, Service for backends; the core group is written `""` or `core`. */
function isServiceParent(ref: unknown): boolean {
  return text(ref, 'kind') === 'Service' && isCore(ref);
}

function isService(ref: unknown): boolean {
  return isCore(ref) && (text(ref, 'kind') || 'Service') === 'Service';
}

function isCore(ref: unknown): boolean {
  const group = text(ref, 'group');
  return group === '' || group === 'core';
}
