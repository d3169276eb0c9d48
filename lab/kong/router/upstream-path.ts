/**
 * How the path sent upstream is put together from the service's path, the route's path and the request's path:
 * `path_handling` v0 (the default, slashes are repaired) and v1 (plain concatenation), after kong/router/utils.lua
 * and the table in Kong's documentation (spec/fixtures/router_path_handling_tests.lua).
 */

export interface PathParts {
  readonly handling: 'v0' | 'v1';
  readonly stripPath: boolean;
  /** The service's `path`, `/` when it has none. */
  readonly base: string;
  /** What is left of the request's path behind the route's path; without a path match, all but the first slash. */
  readonly postfix: string;
  readonly requestPath: string;
}

export function upstreamPath(parts: PathParts): string {
  return parts.handling === 'v1' ? joinPlainly(parts) : joinRepaired(parts);
}

/** Dot segments right behind the route's path must not climb out of the service's path. */
export function sanitizePostfix(postfix: string): string {
  if (postfix === '.' || postfix === '..') return '';
  if (postfix.startsWith('./')) return postfix.slice(2);
  if (postfix.startsWith('../')) return postfix.slice(3);
  return postfix;
}

function joinPlainly({ stripPath, base, postfix, requestPath }: PathParts): string {
  if (!stripPath) return base + requestPath.slice(1);
  return base.endsWith('/') && postfix.startsWith('/') ? base.slice(0, -1) + postfix : base + postfix;
}

function joinRepaired({ stripPath, base, postfix, requestPath }: PathParts): string {
  const baseHasSlash = base.endsWith('/');
  if (!stripPath) {
    if (baseHasSlash) return base + requestPath.slice(1);
    return requestPath === '/' ? base : base + requestPath;
  }
  if (postfix === '') return joinNothing(base, baseHasSlash, requestPath);
  if (baseHasSlash) return postfix.startsWith('/') ? base.slice(0, -1) + postfix : base + postfix;
  return postfix.startsWith('/') ? base + postfix : `${base}/${postfix}`;
}

/** Nothing is left behind the route's path: the trailing slash follows the request. */
function joinNothing(base: string, baseHasSlash: boolean, requestPath: string): string {
  if (!baseHasSlash) return requestPath.length > 1 && requestPath.endsWith('/') ? `${base}/` : base;
  if (base === '/') return '/';
  return requestPath.endsWith('/') ? base : base.slice(0, -1);
}
