/**
 * One line of the router's table: a route with at most one path, its matching rules compiled. Rules and precedence
 * follow `marshall_route` and `sort_routes` in kong/router/traditional.lua.
 */
import type { Route } from '../entities.ts';
import { splitHost, wildcardExpression } from './host.ts';
import { normalize } from './uri.ts';

/** A bit per kind of attribute; a higher bit wins between categories of equally many attributes. */
export const RULE = { HOST: 0x40, HEADER: 0x20, URI: 0x10, METHOD: 0x08, SNI: 0x04 } as const;

/** Finer bits compared within a category: a route with a regex path before one without, plain hosts before wildcards. */
const DETAIL = { REGEX_PATH: 0x01, PLAIN_HOSTS_ONLY: 0x02, WILDCARD_WITH_PORT: 0x04 } as const;

export interface HostRule {
  readonly value: string;
  /** Absent for a plain host. */
  readonly wildcard: RegExp | undefined;
}

export interface HeaderRule {
  readonly name: string;
  readonly values: ReadonlySet<string>;
  /** From a single value that starts with `~*`. */
  readonly pattern: RegExp | undefined;
}

export interface PathRule {
  /** The plain path cleaned, or the expression without its `~`. */
  readonly value: string;
  /** Matches at the start of the path and captures the rest as `uri_postfix`; absent for a plain prefix. */
  readonly expression: RegExp | undefined;
}

export interface Candidate {
  readonly route: Route;
  readonly rules: number;
  /** How many kinds of attributes the route has. */
  readonly weight: number;
  readonly detail: number;
  readonly longestPath: number;
  readonly hosts: readonly HostRule[];
  readonly headers: readonly HeaderRule[];
  readonly path: PathRule | undefined;
  readonly methods: ReadonlySet<string>;
}

/** Compiles a route; a route of several paths becomes one candidate per path, so that each is sorted by itself. */
export function candidatesOf(route: Route): Candidate[] {
  const paths = route.paths !== undefined && route.paths.length > 0 ? route.paths : [undefined];
  return paths.map((path) => candidate(route, path));
}

/** The order within a category: earlier wins. */
export function byPrecedence(a: Candidate, b: Candidate): number {
  if (a.detail !== b.detail) return b.detail - a.detail;
  if (a.headers.length !== b.headers.length) return b.headers.length - a.headers.length;
  if ((a.detail & DETAIL.REGEX_PATH) !== 0 && a.route.regex_priority !== b.route.regex_priority) {
    return b.route.regex_priority - a.route.regex_priority;
  }
  if (a.longestPath !== b.longestPath) return b.longestPath - a.longestPath;
  if (a.route.created_at !== undefined && b.route.created_at !== undefined)
    return a.route.created_at - b.route.created_at;
  return 0;
}

/** An expression of a path as Kong (PCRE) writes it, anchored at the start, with the rest of the path captured. */
export function pathExpression(source: string): RegExp {
  return new RegExp(`${fromPcre(source)}(?<uri_postfix>.*)`, 'y');
}

function fromPcre(source: string): string {
  return source.replace(/\(\?P</g, '(?<');
}

function candidate(route: Route, path: string | undefined): Candidate {
  const hosts = (route.hosts ?? []).map(hostRule);
  const headers = Object.entries(route.headers ?? {}).flatMap(([name, values]) =>
    headerRule(name.toLowerCase(), values),
  );
  const pathRule = path === undefined ? undefined : pathRuleOf(path);
  const methods = new Set((route.methods ?? []).map((method) => method.toUpperCase()));
  const present = [
    hosts.length > 0 ? RULE.HOST : 0,
    headers.length > 0 ? RULE.HEADER : 0,
    pathRule === undefined ? 0 : RULE.URI,
    methods.size > 0 ? RULE.METHOD : 0,
    (route.snis ?? []).length > 0 ? RULE.SNI : 0,
  ].filter((rule) => rule !== 0);
  return {
    route,
    rules: present.reduce((all, rule) => all | rule, 0),
    weight: present.length,
    detail: detailOf(route.hosts, hosts, pathRule),
    longestPath: pathRule === undefined || pathRule.expression !== undefined ? 0 : (path ?? '').length,
    hosts,
    headers,
    path: pathRule,
    methods,
  };
}

function detailOf(
  written: readonly string[] | undefined,
  hosts: readonly HostRule[],
  path: PathRule | undefined,
): number {
  const wildcards = hosts.filter((host) => host.wildcard !== undefined);
  const plainOnly = written !== undefined && wildcards.length === 0 ? DETAIL.PLAIN_HOSTS_ONLY : 0;
  const portOnWildcard = wildcards.some((host) => splitHost(host.value).hasPort) ? DETAIL.WILDCARD_WITH_PORT : 0;
  return plainOnly | portOnWildcard | (path?.expression === undefined ? 0 : DETAIL.REGEX_PATH);
}

function hostRule(value: string): HostRule {
  return { value, wildcard: value.includes('*') ? wildcardExpression(value) : undefined };
}

/** `host` is not a header for the router; values are compared without case. */
function headerRule(name: string, values: readonly string[]): HeaderRule[] {
  if (name === 'host') return [];
  const only = values.length === 1 ? (values[0] ?? '') : '';
  return [
    {
      name,
      values: new Set(values.map((value) => value.toLowerCase())),
      pattern: only.startsWith('~*') ? new RegExp(fromPcre(only.slice(2))) : undefined,
    },
  ];
}

function pathRuleOf(path: string): PathRule {
  if (!path.startsWith('~')) return { value: normalize(path), expression: undefined };
  const source = path.slice(1);
  return { value: source, expression: pathExpression(source) };
}
