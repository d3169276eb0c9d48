/** Which rules of which route objects send to a service: the same search for every provider. */

import { LANE_LABEL } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { field, groupOf, list, nameOf } from '../../kube/objects.ts';
import type { Entrance, Facts, Path, RouteRef, RuleRef, Weights } from '../types.ts';
import { RouteError } from '../types.ts';

/** A rule as a provider shows it to the search. */
export interface FoundRule {
  readonly label: string;
  /** Where the list of its backends is. */
  readonly at: Path;
  /** A lane: never weighted, never counted. */
  readonly lane: boolean;
}

/** What the search has to know of a kind of route, beside its facts. */
export interface Kind {
  /** What its API calls the list of backends, for messages. */
  readonly backends: string;
  rules(object: KubeObject): readonly FoundRule[];
  /** Name of the backend an entry sends to; where it is no backend a service can have, how to call it in messages. */
  backend(entry: unknown): { readonly name: string } | { readonly other: string };
  /** Where an entry has a port elsewhere than in `port`. */
  port?(entry: unknown): number | undefined;
}

type Sought = Kind & { readonly facts: Facts };

/** `find` and `findAll` of a provider; see Weights. */
export function finder(facts: Facts, own: Kind): Pick<Weights, 'find' | 'findAll'> {
  const kind = { ...own, facts };
  const findAll: Weights['findAll'] = (routes, service, isBackend) => {
    const found = candidates(kind, routes)
      .map((object): RouteRef => {
        return { object, service, entrance: entranceOf(facts, object), rules: rulesOf(kind, object, isBackend) };
      })
      .filter(({ rules }) => rules.length > 0)
      .sort((a, b) => (a.entrance === 'inside' ? 1 : 0) - (b.entrance === 'inside' ? 1 : 0));
    const [first, second, ...more] = found;
    const apart = first?.entrance === 'outside' && second?.entrance === 'inside' && more.length === 0;
    if (second !== undefined && !apart) throw clash(kind, found, service);
    return found;
  };
  return {
    findAll,
    find: (routes, service, isBackend) => {
      const found = findAll(routes, service, isBackend);
      const [only, ...more] = found;
      if (only === undefined) throw none(kind, candidates(kind, routes), service);
      if (more.length > 0) throw clash(kind, found, service);
      return only;
    },
  };
}

/** Whose requests an object splits. */
export function entranceOf({ entrance }: Facts, object: KubeObject): Entrance {
  return typeof entrance === 'function' ? entrance(object) : entrance;
}

function candidates({ facts: { resource } }: Sought, routes: readonly KubeObject[]): KubeObject[] {
  return routes.filter(
    (object) =>
      object.kind === resource.kind &&
      groupOf(object.apiVersion) === groupOf(resource.apiVersion) &&
      object.metadata.labels?.[LANE_LABEL] === undefined,
  );
}

function rulesOf(kind: Sought, object: KubeObject, isBackend: (name: string) => boolean): RuleRef[] {
  return kind.rules(object).flatMap(({ label, at, lane }, index): RuleRef[] => {
    if (lane) return [];
    const backends: RuleRef['backends'][number][] = [];
    const others: string[] = [];
    for (const [place, entry] of list(object, ...at).entries()) {
      const backend = kind.backend(entry);
      if ('other' in backend || !isBackend(backend.name)) {
        others.push('other' in backend ? backend.other : backend.name);
        continue;
      }
      const weight = field(entry, 'weight');
      backends.push({
        index: place,
        name: backend.name,
        weight: typeof weight === 'number' ? weight : undefined,
        port: portOf(kind, entry),
      });
    }
    return backends.length === 0 ? [] : [{ index, label, at, backends, others }];
  });
}

function portOf(kind: Kind, entry: unknown): number | undefined {
  if (kind.port !== undefined) return kind.port(entry);
  const port = field(entry, 'port');
  return typeof port === 'number' ? port : undefined;
}

function none(kind: Sought, seen: readonly KubeObject[], service: string): RouteError {
  const names = seen.map((object) => `${nameOf(object)} (${namesIn(kind, object).join(', ') || 'no backends'})`);
  return new RouteError(
    `No ${kind.facts.resource.kind} sends to a backend of ${service}. ` +
      `${names.length === 0 ? `There is no ${kind.facts.resource.kind} here` : `Seen: ${names.join('; ')}`}. ` +
      `Add a rule whose ${kind.backends} name ${service} or ${service}-<version>.`,
  );
}

function clash(kind: Sought, found: readonly RouteRef[], service: string): RouteError {
  const names = found.map(({ object, rules }) => {
    const backends = new Set(rules.flatMap((rule) => rule.backends.map(({ name }) => name)));
    return `${nameOf(object)} (${[...backends].join(', ')})`;
  });
  return new RouteError(
    `${found.length} ${kind.facts.resource.kind}s send to ${service}: ${names.join('; ')}. Weights of two objects cannot change at once: ` +
      `move the rules into one ${kind.facts.resource.kind}, or label the ones that must never be weighted ${LANE_LABEL}.`,
  );
}

function namesIn(kind: Sought, object: KubeObject): string[] {
  const entries = kind.rules(object).flatMap(({ at }) => list(object, ...at));
  return [
    ...new Set(
      entries.map((entry) => {
        const backend = kind.backend(entry);
        return 'other' in backend ? backend.other : backend.name;
      }),
    ),
  ];
}
