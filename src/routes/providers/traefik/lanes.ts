/** Lanes of Traefik: an IngressRoute beside each that brings requests, and a Middleware that marks their answers. */
import { JOURNAL_ANNOTATION, LANE_HEADER, LANE_LABEL, LANE_MARK } from '../../../kube/names.ts';
import type { KubeObject } from '../../../kube/objects.ts';
import { field, list, text } from '../../../kube/objects.ts';
import type { Member } from '../../parts/rules.ts';
import { entryFor } from '../../parts/weights.ts';
import type { Backends, LaneTokens, RouteRef, RuleRef } from '../../types.ts';

/** Annotations that say who owns or wrote an object, not how its requests are shaped. */
const FOREIGN =
  /^(kubectl\.kubernetes\.io|argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io|meta\.helm\.sh|mesh-canary\.dev)\//;

/** An IngressRoute that brings requests, its rules that do, and the list of services each of them ends in. */
export interface Way {
  readonly object: KubeObject;
  readonly rules: readonly { readonly index: number; readonly rule: RuleRef }[];
}

/** An entry for another Service: port, strategy and the like are the same for both versions. */
export function sibling(like: unknown, name: string): Member {
  const { weight: _, ...rest } = like as Member;
  return { ...rest, name };
}

export function lanesBeside(
  route: RouteRef,
  to: Backends,
  tokens: LaneTokens,
  ways: readonly Way[],
): readonly KubeObject[] {
  return (['stable', 'canary'] as const).flatMap((version) => {
    const named = (base: string) => `${base.slice(0, 220).replace(/[.-]+$/, '')}-mesh-canary-lane-${version}`;
    const metadata = (base: string, annotations = {}) => metadataOf(route, named(base), to[version], annotations);
    const { name } = route.object.metadata;
    const mark: readonly KubeObject[] =
      tokens.unmarked === true
        ? []
        : [
            {
              apiVersion: route.object.apiVersion,
              kind: 'Middleware',
              metadata: metadata(name),
              spec: { headers: { customResponseHeaders: { [LANE_MARK]: tokens[version] } } },
            },
          ];
    const lanes = ways.map(({ object, rules }): KubeObject => {
      const routes = rules.map(({ index, rule }) =>
        ruleOf(list(object, 'spec', 'routes')[index], tokens[version], mark, [
          entryFor(sibling, route, rule, to[version], to.stable),
        ]),
      );
      const kept = Object.entries(object.metadata.annotations ?? {}).filter(
        ([key]) => key !== JOURNAL_ANNOTATION && !FOREIGN.test(key),
      );
      return {
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: metadata(object.metadata.name, Object.fromEntries(kept)),
        spec: { ...(object['spec'] as Member | undefined), routes },
      };
    });
    return [...mark, ...lanes];
  });
}

/** The rule narrowed to the token: a longer rule comes first by itself, one with a priority needs the next one. */
function ruleOf(given: unknown, token: string, mark: readonly KubeObject[], services: readonly Member[]): Member {
  const { priority, ...shape } = given as Member;
  const header = text(given, 'syntax') === 'v2' ? 'Headers' : 'Header';
  return {
    ...shape,
    match: `(${text(given, 'match')}) && ${header}(\`${LANE_HEADER}\`, \`${token}\`)`,
    ...(typeof priority === 'number' && priority > 0 ? { priority: priority + 1 } : {}),
    // The first of the chain sees an answer last, so that nothing takes the mark away.
    ...(mark.length === 0 && field(given, 'middlewares') === undefined
      ? {}
      : { middlewares: [...mark.map(({ metadata: { name } }) => ({ name })), ...list(given, 'middlewares')] }),
    services,
  };
}

function metadataOf(
  { object: { apiVersion, kind, metadata } }: RouteRef,
  name: string,
  backend: string,
  annotations: Readonly<Record<string, string>>,
): KubeObject['metadata'] {
  const { namespace, uid } = metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { [LANE_LABEL]: backend },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(uid === undefined
      ? {}
      : { ownerReferences: [{ apiVersion, kind, name: metadata.name, uid, controller: false }] }),
  };
}
