/**
 * Kuma and Kong Mesh: MeshHTTPRoutes (kuma.io/v1alpha1). A MeshService is named by `name` (up to 2.x; also in the form of
 * the tag `kuma.io/service`, `jazz-v1_prod_svc_9080`) or by labels (2.14 and 3.0); either form is kept. The object has no
 * status, so nothing acknowledges it and the public path decides.
 */
import { LANE_HEADER } from '../../../kube/names.ts';
import type { KubeObject } from '../../../kube/objects.ts';
import { list, strings, text } from '../../../kube/objects.ts';
import { clusters } from '../../parts/counters.ts';
import { finder } from '../../parts/find.ts';
import type { Member } from '../../parts/rules.ts';
import { guarded, markedFilters, replaceLanes, ruleAt } from '../../parts/rules.ts';
import { entryFor, place, weighting } from '../../parts/weights.ts';
import type { Entrance, Facts, Path } from '../../types.ts';
import { providerOf } from '../../types.ts';

const resource = { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshHTTPRoute', plural: 'meshhttproutes' };
/** The API sets none; the same as elsewhere, so that routes of two kinds can say the same shares. */
const SUM = 10_000;

const facts: Facts = {
  name: 'kuma',
  about: 'Kong Mesh too',
  docs: 'https://kuma.io/docs/latest/policies/meshhttproute/',
  resource,
  rulesAt: ['spec', 'to'],
  entrance,
  lanes: 'rules',
  files: 'first time only',
  limits: { sum: SUM, smallestStep: 100 / SUM, acknowledgement: 'none', refusals: 'none', laneMark: true },
  auto: 'by its routes',
  // The cluster of the app beside it is called localhost_<port>, since 2.10 self_inbound_….
  counters: [clusters('localhost[_:].*|self_inbound.*')],
  webhook: {
    name: /(kuma\.io|kuma-admission\.kuma\.io)$/,
    whose: 'the control plane of Kuma',
    restart: 'kubectl rollout restart deployment -n kuma-system kuma-control-plane',
  },
  strayFrom: ({ object }, meshName) => {
    const mesh = object.metadata.labels?.['kuma.io/mesh'] ?? 'default';
    return mesh === meshName ? undefined : `is in the mesh ${mesh} (label kuma.io/mesh)`;
  },
};

const DISPLAY_NAME = 'kuma.io/display-name';
/** `MeshService` and its like in other zones; a MeshServiceSubset is refused by Kuma 3.0. */
const SERVICES = ['MeshService', 'MeshMultiZoneService'];

export const kuma = providerOf({
  facts,
  weights: {
    ...finder(facts, {
      backends: 'to[].rules[].default.backendRefs',
      rules: (object) =>
        list(object, 'spec', 'to').flatMap((to, target) =>
          list(to, 'rules').map((rule, index) => ({
            label: `rule ${index} of to[${target}]`,
            at: ['spec', 'to', target, 'rules', index, 'default', 'backendRefs'],
            lane: isLane(rule),
          })),
        ),
      backend: (entry) => {
        const name = nameIn(entry);
        return name === undefined ? { other: `${text(entry, 'kind')} ${text(entry, 'name')}`.trim() } : { name };
      },
    }),
    ...weighting(facts, {
      // The API sets no limit; this one keeps a defect from filling the object.
      mostBackends: 128,
      absentWeight: 1,
      aloneGetsAll: false,
      identity: ['kind', 'name', 'labels'],
      sibling,
    }),
  },
  lanes: {
    open: (route, backends, tokens, guard) => {
      const operations = targets(route.object).flatMap(([at]) => {
        const rules = route.rules
          .filter((rule) => rule.at.slice(0, at.length).join('/') === at.join('/'))
          .flatMap((rule) =>
            (['stable', 'canary'] as const).map((version): Member => {
              const given = ruleAt(route, rule.at.slice(0, -2));
              const standard = ruleAt(route, rule.at.slice(0, -1));
              const backend = entryFor(sibling, route, rule, backends[version], backends.stable);
              return {
                ...given,
                matches: list(given, 'matches').map((match) => ({
                  ...(match as Member),
                  headers: [
                    ...list(match, 'headers').filter((header) => text(header, 'name').toLowerCase() !== LANE_HEADER),
                    { type: 'Exact', name: LANE_HEADER, value: tokens[version] },
                  ],
                })),
                default: {
                  ...standard,
                  ...(tokens.unmarked === true
                    ? {}
                    : { filters: markedFilters(list(standard, 'filters'), tokens[version], place(route, rule)) }),
                  backendRefs: [{ ...backend, weight: 1 }],
                },
              };
            }),
          );
        // More specific matches win, and the first of equals: lanes are both.
        return replaceLanes(route, at, isLane, rules, 'first');
      });
      return { patch: guarded(guard, operations) };
    },
    close: (route, guard) =>
      guarded(
        guard,
        targets(route.object).flatMap(([at]) => replaceLanes(route, at, isLane, [], 'first')),
      ),
  },
});

/** The lists of rules of a route, one for each destination. */
function targets(object: KubeObject): readonly (readonly [Path, unknown])[] {
  return list(object, 'spec', 'to').map((to, index) => [['spec', 'to', index, 'rules'], to] as const);
}

function nameIn(entry: unknown): string | undefined {
  if (!SERVICES.includes(text(entry, 'kind'))) return undefined;
  const name = text(entry, 'name');
  const displayed = strings(entry, 'labels')[DISPLAY_NAME];
  if (name === '') return displayed;
  return legacy(name)?.[1] ?? name;
}

/** The parts of a `kuma.io/service` tag as Kuma writes it on Kubernetes: service, `_<namespace>_svc` and the port. */
const legacy = (name: string) => /^(.+?)(_[^_]+_svc(?:_\d+)?)$/.exec(name);

function sibling(like: unknown, name: string): Member {
  const { weight: _, ...rest } = like as Member;
  const given = text(rest, 'name');
  if (given !== '') return { ...rest, name: `${name}${legacy(given)?.[2] ?? ''}` };
  return { ...rest, labels: { ...(rest['labels'] as Member | undefined), [DISPLAY_NAME]: name } };
}

/** A rule has no name here; a lane is a rule that only matches with the lane's header. */
function isLane(rule: unknown): boolean {
  const matches = list(rule, 'matches');
  return (
    matches.length > 0 &&
    matches.every((match) =>
      list(match, 'headers').some(
        (header) => text(header, 'name').toLowerCase() === LANE_HEADER && (text(header, 'type') || 'Exact') === 'Exact',
      ),
    )
  );
}

/** A gateway of Kuma's own is outside; everything else is the callers' sidecars. */
function entrance(object: KubeObject): Entrance {
  return text(object, 'spec', 'targetRef', 'kind') === 'MeshGateway' ? 'outside' : 'inside';
}
