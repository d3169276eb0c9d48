/**
 * Gateway API: HTTPRoutes of the standard channel. With Gateways as parents they split what comes in from outside, with
 * Services as parents (GAMMA) what callers inside the mesh send; the limits are Kong's, the narrowest that matter here.
 */
import { GATEWAY_API } from '../../../kube/names.ts';
import type { KubeObject } from '../../../kube/objects.ts';
import { list, text } from '../../../kube/objects.ts';
import { finder } from '../../parts/find.ts';
import { kongShare } from '../../parts/kong-share.ts';
import { proxyShare } from '../../parts/shares.ts';
import { weighting } from '../../parts/weights.ts';
import type { Entrance, Facts } from '../../types.ts';
import { LANE_RULE_PREFIX, providerOf } from '../../types.ts';
import { address, gateways, hangsOnGateway, isServiceParent } from './entry.ts';
import { lanes, sibling } from './lanes.ts';
import { acknowledgement, describeConditions } from './status.ts';

/** Kong gives each of n pods floor(weight / n): with this sum the error stays below pods / weight (kong-share.ts). */
const SUM = 10_000;
const resource = { apiVersion: GATEWAY_API, kind: 'HTTPRoute', plural: 'httproutes' };

const facts: Facts = {
  name: 'gateway-api',
  about: 'Kong, and meshes through Services as parents',
  docs: 'https://gateway-api.sigs.k8s.io/api-types/httproute/',
  resource,
  rulesAt: ['spec', 'rules'],
  entrance,
  lanes: { objects: [resource] },
  files: 'by rule',
  limits: { sum: SUM, smallestStep: 100 / SUM, acknowledgement: 'pushed', refusals: 'status', laneMark: true },
  auto: 'by its routes',
  strayFrom: ({ object }, meshName) => {
    const names = gateways(object).map(({ name }) => name);
    if (names.includes(meshName)) return undefined;
    return names.length === 0
      ? 'has Services as parents and no Gateway, so mesh-name means nothing there'
      : `hangs on the Gateway ${names.join(' and ')}`;
  },
};

/** Defaults and limits of `backendRefs`: apis/v1/httproute_types.go. */
const weights = weighting(facts, {
  mostBackends: 16,
  absentWeight: 1,
  aloneGetsAll: false,
  identity: ['name'],
  sibling,
  refusal: (entry) =>
    list(entry, 'filters').length === 0
      ? undefined
      : `has filters on the backend ${text(entry, 'name')}, which Kong refuses and a canary cannot share. Move them to the rule.`,
});

export const gatewayApi = providerOf({
  facts,
  weights: {
    ...finder(facts, {
      backends: 'backendRefs',
      rules: (object) =>
        list(object, 'spec', 'rules').map((rule, index) => ({
          label: `rule ${index}`,
          at: ['spec', 'rules', index, 'backendRefs'],
          lane: text(rule, 'name').startsWith(LANE_RULE_PREFIX),
        })),
      backend: (entry) => {
        const name = text(entry, 'name');
        return isService(entry) ? { name } : { other: `${text(entry, 'kind')} ${name}` };
      },
    }),
    ...weights,
    read: (route) => ({ ...weights.read(route), ...(route.entrance === 'inside' ? { by: 'proxies' } : {}) }),
    effectiveShare: (split, backends, readyPods) =>
      (split.by === 'proxies' ? proxyShare : kongShare)(split, backends.canary, readyPods),
  },
  lanes: { open: lanes, close: () => [] },
  entry: { servedBy: 'Kong', kinds: [], address, gateways },
  status: { acknowledged: acknowledgement, said: describeConditions },
});

/** A Service as parent means callers inside; routes without parents are somebody's draft for a gateway. */
function entrance(object: KubeObject): Entrance {
  const inside = list(object, 'spec', 'parentRefs').some(isServiceParent);
  if (!inside) return 'outside';
  return hangsOnGateway(object) ? 'both' : 'inside';
}

/** The kind's default for backends is Service. */
function isService(ref: unknown): boolean {
  return ['', 'core'].includes(text(ref, 'group')) && (text(ref, 'kind') || 'Service') === 'Service';
}
