/**
 * Istio: VirtualServices (networking.istio.io/v1), whose destinations are hosts (`jazz-v1`) or subsets of one host
 * (`jazz`, subset `v1`); either way the backend is called `jazz-v1`. Nothing acknowledges a VirtualService: distribution
 * status was removed (istio PR #52021), so the public path decides.
 */
import { LANE_HEADER, LANE_MARK } from '../../../kube/names.ts';
import type { KubeObject } from '../../../kube/objects.ts';
import { field, list, nameOf, pointer, refOf, strings, text } from '../../../kube/objects.ts';
import { finder } from '../../parts/find.ts';
import type { Member } from '../../parts/rules.ts';
import { guarded, relabelled, replaceLanes, ruleAt } from '../../parts/rules.ts';
import { entryFor, weighting } from '../../parts/weights.ts';
import type { Backends, Backing, Entrance, Facts, RouteRef } from '../../types.ts';
import { LANE_RULE_PREFIX, providerOf, RouteError } from '../../types.ts';

const V1 = 'networking.istio.io/v1';
/** Any sum is allowed since Istio 1.15 (PR #39544); before that the webhook refuses everything but 100. */
const SUM = 10_000;
const HTTP = ['spec', 'http'] as const;

const facts: Facts = {
  name: 'istio',
  about: '',
  docs: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/',
  resource: { apiVersion: V1, kind: 'VirtualService', plural: 'virtualservices' },
  rulesAt: HTTP,
  entrance,
  lanes: 'rules',
  files: 'first time only',
  limits: { sum: SUM, smallestStep: 100 / SUM, acknowledgement: 'none', refusals: 'none', laneMark: true },
  auto: 'by its routes',
  counters: [
    {
      requests: 'istio_requests_total',
      status: ['response_code'],
      times: { buckets: 'istio_request_duration_milliseconds_bucket', unit: 0.001 },
      incoming: { label: 'reporter', pattern: 'destination' },
    },
  ],
  webhook: {
    name: /istio\.io$/,
    whose: 'istiod',
    restart: 'kubectl rollout restart deployment -n istio-system istiod',
  },
  strayFrom: ({ object }, meshName, labels) => {
    const revision =
      object.metadata.labels?.['istio.io/rev'] ??
      labels?.['istio.io/rev'] ??
      (labels?.['istio-injection'] === 'enabled' ? 'default' : undefined);
    if (revision === meshName || (revision === undefined && labels === undefined)) return undefined;
    return revision === undefined
      ? 'is in a namespace that no revision of Istio takes care of'
      : `is of the revision ${revision}`;
  },
};

export const istio = providerOf({
  facts,
  weights: {
    ...finder(facts, {
      backends: 'http[].route[].destination',
      rules: (object) =>
        list(object, ...HTTP).map((rule, index) => ({
          label: text(rule, 'name') === '' ? `http rule ${index}` : `http rule "${text(rule, 'name')}"`,
          at: [...HTTP, index, 'route'],
          lane: isLane(rule),
        })),
      backend: (entry) => {
        const name = nameIn(entry);
        return name === undefined ? { other: text(entry, 'destination', 'host') } : { name };
      },
      port: (entry) => {
        const port = field(entry, 'destination', 'port', 'number');
        return typeof port === 'number' ? port : undefined;
      },
    }),
    ...weighting(facts, {
      // The API sets no limit; this one keeps a defect from filling the object.
      mostBackends: 128,
      absentWeight: 0,
      aloneGetsAll: true,
      identity: ['destination'],
      sibling,
      refusal: (entry, canaryIsThere) =>
        canaryIsThere || field(entry, 'headers') === undefined
          ? undefined
          : `has headers on the backend ${nameIn(entry)}, which may be that version's alone. Move them to the rule, or add ` +
            'the canary at weight 0 with headers of its own.',
    }),
  },
  lanes: {
    open: (route, backends, tokens, guard) => {
      const rules = route.rules.flatMap((rule, order) =>
        (['stable', 'canary'] as const).map((version): Member => {
          const given = ruleAt(route, rule.at.slice(0, -1));
          const matches = list(given, 'match');
          return {
            ...given,
            name: `${LANE_RULE_PREFIX}-${version}-${order}`,
            match: (matches.length === 0 ? [{}] : matches).map((match) => ({
              ...(match as Member),
              headers: {
                ...(field(match, 'headers') as Member | undefined),
                [LANE_HEADER]: { exact: tokens[version] },
              },
            })),
            route: [entryFor(sibling, route, rule, backends[version], backends.stable)],
            ...(tokens.unmarked === true ? {} : { headers: marked(given, tokens[version]) }),
          };
        }),
      );
      // The first match wins, so lanes come first.
      return { patch: guarded(guard, replaceLanes(route, HTTP, isLane, rules, 'first')) };
    },
    close: (route, guard) => guarded(guard, replaceLanes(route, HTTP, isLane, [], 'first')),
  },
  backing: {
    kinds: [{ apiVersion: V1, kind: 'DestinationRule', plural: 'destinationrules' }],
    make: backing,
    ready: () => true,
  },
  status: { acknowledged: () => 'unknown', said },
});

/**
 * The backend's name: `jazz-v1` for the host, `jazz-v1` for subset `v1` of `jazz`. Undefined for hosts that are not
 * Services: istio takes a name with a dot as it is, so `jazz.prod` is nobody's (pkg/config/host, ResolveShortnameToFQDN).
 */
function nameIn(entry: unknown): string | undefined {
  const service = /^([^.]+)(?:\.[^.]+\.svc(?:\..+)?)?$/.exec(text(entry, 'destination', 'host'))?.[1];
  const subset = text(entry, 'destination', 'subset');
  if (service === undefined || subset === '') return service;
  return subset.startsWith(`${service}-`) ? subset : `${service}-${subset}`;
}

function sibling(like: unknown, name: string): Member {
  const { weight: _, destination, headers: __, ...rest } = like as Member & { destination?: Member };
  const host = text(destination, 'host');
  const subset = text(destination, 'subset');
  const service = host.split('.')[0] ?? host;
  if (subset === '') return { ...rest, destination: { ...destination, host: host.replace(/^[^.]+/, name) } };
  const short = subset.startsWith(`${service}-`) || !name.startsWith(`${service}-`);
  return { ...rest, destination: { ...destination, subset: short ? name : name.slice(service.length + 1) } };
}

function marked(rule: Member, token: string): Member {
  const headers = rule['headers'] as Member | undefined;
  const response = headers?.['response'] as Member | undefined;
  const set = response?.['set'] as Member | undefined;
  return { ...headers, response: { ...response, set: { ...set, [LANE_MARK]: token } } };
}

const isLane = (rule: unknown) => text(rule, 'name').startsWith(LANE_RULE_PREFIX);

/** Without `gateways`, or with `mesh` among them, the sidecars split (istio API, VirtualService.gateways). */
function entrance(object: KubeObject): Entrance {
  const gateways = list(object, 'spec', 'gateways');
  if (gateways.length === 0 || gateways.every((name) => name === 'mesh')) return 'inside';
  return gateways.includes('mesh') ? 'both' : 'outside';
}

/** Only with PILOT_ENABLE_ANALYSIS, and then it means "analysed": worth a line, never an acknowledgement. */
function said(object: KubeObject): string {
  const messages = list(object, 'status', 'validationMessages').map(
    (message) => `${text(message, 'level')} ${text(message, 'type', 'code')} ${text(message, 'documentationUrl')}`,
  );
  return messages.length === 0
    ? 'Istio does not acknowledge a VirtualService'
    : `Istio does not acknowledge a VirtualService; its analysis says ${messages.join(', ')}`;
}

/**
 * With subsets, the canary's must be in the DestinationRule before the VirtualService names it: proxies that do not know
 * it yet answer 503 (istio #23956). It is added beside stable's and shaped like it.
 */
function backing(route: RouteRef, backends: Backends, objects: readonly KubeObject[]): Backing {
  const wanted = new Map<string, { host: string; like: string; subset: string }>();
  for (const rule of route.rules) {
    const stable = ruleAt(route, rule.at, rule.backends.find(({ name }) => name === backends.stable)?.index);
    const like = text(stable, 'destination', 'subset');
    if (like === '') continue;
    const subset = text(entryFor(sibling, route, rule, backends.canary, backends.stable), 'destination', 'subset');
    const host = text(stable, 'destination', 'host');
    if (subset !== '') wanted.set(`${host}|${subset}`, { host, like, subset });
  }
  const patches = [...wanted.values()].flatMap(({ host, like, subset }): Backing['patches'] => {
    const short = host.split('.')[0];
    const rule = objects.find(
      (object) =>
        object.kind === 'DestinationRule' &&
        text(object, 'spec', 'host').split('.')[0] === short &&
        list(object, 'spec', 'subsets').some((entry) => text(entry, 'name') === like),
    );
    if (rule === undefined) {
      throw new RouteError(
        `${nameOf(route.object)} sends to the subset ${like} of ${host}, and no DestinationRule has it: its requests are ` +
          `answered with 503. Add a DestinationRule for ${host} with the subsets ${like} and ${subset}.`,
      );
    }
    const subsets = list(rule, 'spec', 'subsets');
    if (subsets.some((entry) => text(entry, 'name') === subset)) return [];
    const place = subsets.findIndex((entry) => text(entry, 'name') === like);
    const model = subsets[place] as Member;
    const labels = relabelled(strings(model, 'labels'), route.service, backends);
    const value = { ...model, name: subset, labels };
    return [
      {
        object: refOf(rule),
        patch: [
          { op: 'test', path: pointer('spec', 'subsets', place, 'name'), value: like },
          { op: 'add', path: '/spec/subsets/-', value },
        ],
      },
    ];
  });
  return { apply: [], patches };
}
