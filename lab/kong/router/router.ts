/**
 * The traditional router. Routes are grouped in categories by the set of attributes they have; a request starts at the
 * highest category it could belong to and goes down. Rules after kong/router/traditional.lua (`find_route`,
 * `find_match`, `match_route`); SNIs are accepted and always match, as this proxy listens on plain HTTP only.
 */
import type { Route, Service } from '../entities.ts';
import { byPrecedence, type Candidate, candidatesOf, RULE } from './candidate.ts';
import { splitHost } from './host.ts';
import { sanitizePostfix, upstreamPath } from './upstream-path.ts';
import { normalize, pathOf } from './uri.ts';

/** What the router needs to know of a request. */
export interface RoutedRequest {
  readonly method: string;
  /** The request target as sent, with its query string. */
  readonly target: string;
  /** The Host header as sent; absent in HTTP/1.0. */
  readonly host: string | undefined;
  /** All values of a header by its lower-case name. */
  header(name: string): readonly string[] | undefined;
}

export interface Match {
  readonly route: Route;
  readonly service: Service | undefined;
  /** Path to send upstream, not yet escaped and without the query string. */
  readonly upstreamPath: string;
  /** The stripped part of the path, absent when nothing is stripped. */
  readonly prefix: string | undefined;
  /** Captures of the path's expression: `[0]` all, `[1]` the first group, then named groups. */
  readonly captures: UriCaptures | undefined;
}

export interface UriCaptures {
  readonly indexed: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

interface Category {
  readonly rules: number;
  readonly weight: number;
  readonly all: Candidate[];
  readonly byHost: Map<string, Candidate[]>;
  readonly byHeader: Map<string, Candidate[]>;
  readonly byPath: Map<string, Candidate[]>;
  readonly byMethod: Map<string, Candidate[]>;
}

interface Hits {
  host: string | undefined;
  header: string | undefined;
  path: string | undefined;
}

interface Seen {
  readonly request: RoutedRequest;
  readonly path: string;
  readonly host: string;
  readonly hostName: string | undefined;
  readonly hostWithPort: string | undefined;
  readonly hits: Hits;
}

interface PathMatch {
  prefix?: string;
  postfix?: string;
  captures?: UriCaptures;
}

/** Kong keeps 5000 answers (`MATCH_LRUCACHE_SIZE`); here the memory is simply emptied when it is full. */
const REMEMBERED = 5000;
const HTTP_PORT = 80;

export class Router {
  readonly #categories: readonly Category[];
  readonly #place: ReadonlyMap<number, number>;
  readonly #headerNames: readonly string[];
  readonly #plainHosts: ReadonlySet<string>;
  readonly #wildcards: readonly { value: string; expression: RegExp }[];
  readonly #plainPaths: ReadonlySet<string>;
  readonly #prefixes: readonly string[];
  readonly #expressions: readonly { value: string; expression: RegExp }[];
  readonly #methods: ReadonlySet<string>;
  readonly #answers = new Map<string, Match | undefined>();

  constructor(routes: readonly Route[]) {
    const candidates = routes.flatMap(candidatesOf).filter((candidate) => candidate.weight > 0);
    candidates.sort(byPrecedence);
    this.#categories = categorize(candidates);
    this.#place = new Map(this.#categories.map((category, index) => [category.rules, index]));
    this.#headerNames = [...new Set(candidates.flatMap((candidate) => candidate.headers.map((header) => header.name)))];
    const hosts = candidates.flatMap((candidate) => candidate.hosts);
    this.#plainHosts = new Set(hosts.filter((host) => host.wildcard === undefined).map((host) => host.value));
    this.#wildcards = hosts.flatMap(({ value, wildcard }) => (wildcard ? [{ value, expression: wildcard }] : []));
    const paths = candidates.flatMap((candidate) => candidate.path ?? []);
    this.#plainPaths = new Set(paths.filter((path) => path.expression === undefined).map((path) => path.value));
    this.#prefixes = [...this.#plainPaths].sort((a, b) => b.length - a.length);
    this.#expressions = paths.flatMap(({ value, expression }) => (expression ? [{ value, expression }] : []));
    this.#methods = new Set(candidates.flatMap((candidate) => [...candidate.methods]));
  }

  /** The route of a request, or undefined. Answers are remembered by method, path, host and the headers routes ask for. */
  find(request: RoutedRequest): Match | undefined {
    const path = normalize(pathOf(request.target));
    const headersKey = this.#headersKey(request);
    const key = `${request.method}|${path}|${request.host ?? ''}${headersKey}`;
    if (this.#answers.has(key)) return this.#answers.get(key);
    const match = this.#search(request, path, headersKey !== '');
    if (this.#answers.size >= REMEMBERED) this.#answers.clear();
    this.#answers.set(key, match);
    return match;
  }

  #headersKey(request: RoutedRequest): string {
    let key = '';
    for (const name of this.#headerNames) {
      const values = request.header(name);
      if (values !== undefined)
        key += `|${name}=${values
          .map((value) => value.toLowerCase())
          .sort()
          .join(', ')}`;
    }
    return key;
  }

  #search(request: RoutedRequest, path: string, hasRoutedHeader: boolean): Match | undefined {
    const split = request.host === undefined ? undefined : splitHost(request.host, HTTP_PORT);
    const seen: Seen = {
      request,
      path,
      host: request.host ?? '',
      hostName: split?.name,
      hostWithPort: split?.withPort,
      hits: { host: undefined, header: undefined, path: undefined },
    };
    const rules =
      (hasRoutedHeader ? this.#headerHit(seen) : 0) | this.#hostHit(seen) | this.#pathHit(seen) | this.#methodHit(seen);
    if (rules === 0) return undefined;
    for (let index = this.#place.get(rules) ?? 0; index < this.#categories.length; index++) {
      const category = this.#categories[index];
      if (category === undefined) break;
      const match = firstMatch(reduce(category, seen), seen) ?? firstMatch(category.all, seen);
      if (match !== undefined) return match;
    }
    return undefined;
  }

  #headerHit(seen: Seen): number {
    seen.hits.header = this.#headerNames.find((name) => seen.request.header(name) !== undefined);
    return RULE.HEADER;
  }

  #hostHit(seen: Seen): number {
    const { hostName, hostWithPort } = seen;
    if (hostName === undefined || hostWithPort === undefined) return 0;
    if (this.#plainHosts.has(hostWithPort) || this.#plainHosts.has(hostName)) return RULE.HOST;
    const wildcard = this.#wildcards.find(({ expression }) => expression.test(hostWithPort));
    seen.hits.host = wildcard?.value;
    return wildcard === undefined ? 0 : RULE.HOST;
  }

  /** Expressions come before plain paths, and of plain paths the longest. */
  #pathHit(seen: Seen): number {
    const regex = this.#expressions.find(({ expression }) => startsWith(expression, seen.path) !== null);
    seen.hits.path = regex?.value;
    if (regex === undefined) {
      seen.hits.path = this.#plainPaths.has(seen.path)
        ? seen.path
        : this.#prefixes.find((prefix) => seen.path.startsWith(prefix));
    }
    return seen.hits.path === undefined ? 0 : RULE.URI;
  }

  #methodHit(seen: Seen): number {
    return this.#methods.has(seen.request.method) ? RULE.METHOD : 0;
  }
}

/** More attributes first, then the higher bits. */
function categorize(candidates: readonly Candidate[]): Category[] {
  const categories = new Map<number, Category>();
  for (const candidate of candidates) {
    const category = categories.get(candidate.rules) ?? emptyCategory(candidate);
    categories.set(candidate.rules, category);
    category.all.push(candidate);
    for (const host of candidate.hosts) append(category.byHost, host.value, candidate);
    for (const header of candidate.headers) append(category.byHeader, header.name, candidate);
    if (candidate.path !== undefined) append(category.byPath, candidate.path.value, candidate);
    for (const method of candidate.methods) append(category.byMethod, method, candidate);
  }
  return [...categories.values()].sort((a, b) => b.weight - a.weight || b.rules - a.rules);
}

function emptyCategory({ rules, weight }: Candidate): Category {
  return { rules, weight, all: [], byHost: new Map(), byHeader: new Map(), byPath: new Map(), byMethod: new Map() };
}

function append(map: Map<string, Candidate[]>, key: string, candidate: Candidate): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [candidate]);
  else list.push(candidate);
}

/** The strongest short list: by header when one was sent, else the shortest of host, path and method. */
function reduce(category: Category, seen: Seen): readonly Candidate[] {
  const { rules } = category;
  const byHost = rules & RULE.HOST ? category.byHost.get(seen.hits.host ?? seen.host) : undefined;
  const byHeader = rules & RULE.HEADER ? category.byHeader.get(seen.hits.header ?? '') : undefined;
  if (byHeader !== undefined) return byHeader;
  const byPath = rules & RULE.URI ? category.byPath.get(seen.hits.path ?? '') : undefined;
  const byMethod = rules & RULE.METHOD ? category.byMethod.get(seen.request.method) : undefined;
  let shortest: readonly Candidate[] = [];
  for (const list of [byHost, byPath, byMethod]) {
    if (list !== undefined && (shortest.length === 0 || list.length < shortest.length)) shortest = list;
  }
  return shortest;
}

function firstMatch(candidates: readonly Candidate[], seen: Seen): Match | undefined {
  for (const candidate of candidates) {
    const path = matches(candidate, seen);
    if (path !== undefined) return matchOf(candidate.route, path, seen);
  }
  return undefined;
}

function matches(candidate: Candidate, seen: Seen): PathMatch | undefined {
  if (candidate.hosts.length > 0 && !hostMatches(candidate, seen)) return undefined;
  if (candidate.headers.length > 0 && !headersMatch(candidate, seen)) return undefined;
  if (candidate.methods.size > 0 && !candidate.methods.has(seen.request.method)) return undefined;
  return candidate.path === undefined ? {} : pathMatch(candidate.path, seen);
}

function hostMatches(candidate: Candidate, seen: Seen): boolean {
  const asked = seen.hits.host ?? seen.host;
  return candidate.hosts.some(({ value, wildcard }) => {
    if (value === asked || value === seen.hostName) return true;
    return wildcard !== undefined && seen.hostWithPort !== undefined && wildcard.test(seen.hostWithPort);
  });
}

function headersMatch(candidate: Candidate, seen: Seen): boolean {
  return candidate.headers.every(({ name, values, pattern }) =>
    (seen.request.header(name) ?? []).some((sent) => {
      const value = sent.toLowerCase();
      return values.has(value) || (pattern?.test(value) ?? false);
    }),
  );
}

function pathMatch(rule: NonNullable<Candidate['path']>, { path }: Seen): PathMatch | undefined {
  if (rule.expression === undefined) {
    if (!path.startsWith(rule.value)) return undefined;
    return { prefix: rule.value, postfix: sanitizePostfix(path.slice(rule.value.length)) };
  }
  const found = startsWith(rule.expression, path);
  if (found === null) return undefined;
  const { uri_postfix: rest = '', ...named } = found.groups ?? {};
  const indexed = found.slice(0, -1);
  return {
    prefix: path.slice(0, path.length - rest.length),
    postfix: sanitizePostfix(rest),
    ...(indexed.length > 1 ? { captures: { indexed, named } } : {}),
  };
}

function startsWith(expression: RegExp, path: string): RegExpExecArray | null {
  expression.lastIndex = 0;
  return expression.exec(path);
}

function matchOf(route: Route, found: PathMatch, { path }: Seen): Match {
  return {
    route,
    service: route.service,
    upstreamPath: upstreamPath({
      handling: route.path_handling,
      stripPath: route.strip_path,
      base: route.service?.path ?? '/',
      postfix: found.postfix ?? path.slice(1),
      requestPath: path,
    }),
    prefix: route.strip_path ? found.prefix : undefined,
    captures: found.captures,
  };
}
