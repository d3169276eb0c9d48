/** Requests against rules, and the draw between weighted destinations. */
import type { Destination, Match, MeshRequest, PathMatch, Rule, TextMatch } from './types.ts';

/** The first rule that takes the request. */
export function ruleFor(rules: readonly Rule[], request: MeshRequest): Rule | undefined {
  return rules.find(
    (rule) =>
      rule.takes?.(request) ?? (rule.matches.length === 0 || rule.matches.some((match) => takes(match, request))),
  );
}

export function takes(match: Match, request: MeshRequest): boolean {
  if (match.path !== undefined && !pathTakes(match.path, request.path)) return false;
  if (match.method !== undefined && match.method !== request.method) return false;
  const header = (name: string): string | undefined => {
    const value = request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return (
    match.headers.every(({ name, match }) => textTakes(match, header(name))) &&
    match.query.every(({ name, match }) => textTakes(match, request.query.get(name) ?? undefined))
  );
}

function pathTakes({ kind, value }: PathMatch, path: string): boolean {
  switch (kind) {
    case 'exact':
      return path === value;
    case 'prefix':
      return path.startsWith(value);
    case 'segments': {
      const prefix = value.replace(/\/+$/, '');
      return path === prefix || path.startsWith(`${prefix}/`);
    }
    case 'regex':
      return whole(value).test(path);
  }
}

function textTakes({ kind, value, invert = false }: TextMatch, given: string | undefined): boolean {
  if (kind === 'absent') return (given === undefined) !== invert;
  if (given === undefined) return invert;
  const yes =
    kind === 'present' ||
    (kind === 'exact' && given === value) ||
    (kind === 'prefix' && given.startsWith(value)) ||
    (kind === 'suffix' && given.endsWith(value)) ||
    (kind === 'regex' && whole(value).test(given));
  return yes !== invert;
}

/** Envoy's regular expressions match the whole text. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

/**
 * One destination, by weight, independently for each request as Envoy draws (`random % total`); a single one gets all
 * whatever its weight says, unless that is 0. Undefined when nothing has weight.
 * @param random in [0, 1)
 */
export function draw(destinations: readonly Destination[], random: number): Destination | undefined {
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  let left = random * total;
  for (const destination of destinations) {
    if (destination.weight <= 0) continue;
    left -= destination.weight;
    if (left < 0) return destination;
  }
  return undefined;
}

/**
 * Rules by how exact they are, as Gateway API (HTTPRouteRule.matches) and Kuma order them: exact path, then the longest
 * prefix, a method, more headers, more query parameters; equals stay in their order. Each match becomes a rule of its own.
 */
export function bySpecificity(rules: readonly Rule[]): readonly Rule[] {
  const single = rules.flatMap((rule) =>
    rule.matches.length === 0 ? [rule] : rule.matches.map((match) => ({ ...rule, matches: [match] })),
  );
  return single
    .map((rule, place) => ({ rule, place, rank: rank(rule.matches[0]) }))
    .sort((one, other) => {
      const differs = one.rank.findIndex((value, index) => value !== other.rank[index]);
      return differs < 0 ? one.place - other.place : (other.rank[differs] ?? 0) - (one.rank[differs] ?? 0);
    })
    .map(({ rule }) => rule);
}

function rank(match: Match | undefined): readonly number[] {
  const path = match?.path;
  return [
    path?.kind === 'exact' ? 1 : 0,
    path?.kind === 'regex' ? 1 : 0,
    path?.kind === 'segments' || path?.kind === 'prefix' ? path.value.length : 0,
    match?.method === undefined ? 0 : 1,
    match?.headers.length ?? 0,
    match?.query.length ?? 0,
  ];
}
