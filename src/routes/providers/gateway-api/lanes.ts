/** Lanes of an HTTPRoute: one header-matched HTTPRoute for each backend, shaped like the route it stands beside. */
import { JOURNAL_ANNOTATION, LANE_HEADER, LANE_LABEL } from '../../../kube/names.ts';

import type { KubeObject } from '../../../kube/objects.ts';
import { field, list, nameOf, text } from '../../../kube/objects.ts';
import { markedFilters } from '../../parts/rules.ts';
import { entryFor } from '../../parts/weights.ts';
import type { Backends, LaneTokens, RouteRef, RuleRef } from '../../types.ts';
import { RouteError } from '../../types.ts';

/** Headers of one match (apis/v1/httproute_types.go, MaxItems). */
const MOST_HEADERS = 16;

/** Annotations that say who owns or wrote an object, not how its requests are shaped. */
const FOREIGN =
  /^(kubectl\.kubernetes\.io|argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io|meta\.helm\.sh|mesh-canary\.dev)\//;

type Member = Readonly<Record<string, unknown>>;

/** An entry of `backendRefs` for another backend: port, group and namespace are the same for both versions. */
export function sibling(like: unknown, name: string): Member {
  const same = ['group', 'kind', 'namespace', 'port'].flatMap((key) => {
    const value = field(like, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(same), name };
}

/** Names of the two objects beside a route. */
export function laneNames(route: string): { readonly stable: string; readonly canary: string } {
  // Object names have at most 253 characters.
  const short = route.slice(0, 253 - '-mesh-canary-lane-stable'.length).replace(/[.-]+$/, '');
  return { stable: `${short}-mesh-canary-lane-stable`, canary: `${short}-mesh-canary-lane-canary` };
}

/** See LaneWays.open. @throws RouteError where a match or a filter has no room for one more header. */
export function lanes(
  route: RouteRef,
  backends: Backends,
  tokens: LaneTokens,
): { readonly objects: readonly KubeObject[] } {
  const names = laneNames(route.object.metadata.name);
  return {
    objects: (['stable', 'canary'] as const).map((version) =>
      laneOf(route, names[version], backends[version], backends.stable, {
        token: tokens[version],
        marked: tokens.unmarked !== true,
      }),
    ),
  };
}

function laneOf(route: RouteRef, name: string, backend: string, stable: string, way: Way): KubeObject {
  const { object } = route;
  const { namespace, uid } = object.metadata;
  const annotations = Object.entries(object.metadata.annotations ?? {}).filter(
    ([key]) => key !== JOURNAL_ANNOTATION && !FOREIGN.test(key),
  );
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [LANE_LABEL]: backend },
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
      ...(uid === undefined
        ? {}
        : {
            ownerReferences: [
              { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name, uid, controller: false },
            ],
          }),
    },
    spec: {
      ...(object['spec'] as Member | undefined),
      rules: route.rules.map((rule) => ruleOf(route, rule, backend, stable, way)),
    },
  };
}

/** The header's value that leads into a lane, and whether its answers name it. */
interface Way {
  readonly token: string;
  readonly marked: boolean;
}

/** The rule with every match narrowed to the token, one backend, and the mark on its answers. */
function ruleOf(route: RouteRef, rule: RuleRef, backend: string, stable: string, { token, marked }: Way): Member {
  const { backendRefs: _, name: __, ...shape } = (list(route.object, 'spec', 'rules')[rule.index] ?? {}) as Member;
  const where = `Rule ${rule.index} of ${nameOf(route.object)}`;
  const given = list(shape, 'matches');
  const matches = (given.length === 0 ? [{}] : given).map((match) => {
    const headers = list(match, 'headers').filter((header) => text(header, 'name').toLowerCase() !== LANE_HEADER);
    if (headers.length >= MOST_HEADERS)
      throw new RouteError(`${where} matches ${headers.length} headers: there is no room for the one of a lane.`);
    return {
      ...(match as Member),
      headers: [...headers, { type: 'Exact', name: LANE_HEADER, value: token }],
    };
  });
  return {
    ...shape,
    matches,
    ...(marked ? { filters: markedFilters(list(shape, 'filters'), token, where) } : {}),
    backendRefs: [{ ...entryFor(sibling, route, rule, backend, stable), weight: 1 }],
  };
}
