/** What requests a route takes: hosts and paths in one form, so that two objects can be compared. */
import { type KubeObject, list, text } from '../kube/objects.ts';

/** Hosts a route is for; `*` stands for any. */
export function hostsOf(route: KubeObject): string[] {
  const hosts = list(route, 'spec', 'hostnames').filter((host): host is string => typeof host === 'string');
  return hosts.length === 0 ? ['*'] : hosts;
}

export interface PathMatch {
  readonly type: string;
  readonly path: string;
  /** Conditions beyond host and path (method, headers, query), as one comparable text; empty when there are none. */
  readonly more: string;
}

/** Matches of all rules of an HTTPRoute, with the API's default (prefix `/`) filled in. */
export function matchesOf(route: KubeObject): PathMatch[] {
  return list(route, 'spec', 'rules').flatMap((rule) => {
    const matches = list(rule, 'matches');
    return (matches.length === 0 ? [{}] : matches).map((match) => ({
      type: text(match, 'path', 'type') || 'PathPrefix',
      path: normalised(text(match, 'path', 'value') || '/'),
      more: conditions(match),
    }));
  });
}

/** `/dj/jazz/` and `/dj/jazz` are the same prefix. */
export function normalised(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}

function conditions(match: unknown): string {
  const entries = (key: string, fold: (name: string) => string) =>
    list(match, key)
      .map((entry) => `${fold(text(entry, 'name'))} ${text(entry, 'type') || 'Exact'} ${text(entry, 'value')}`)
      .sort();
  const headers = entries('headers', (name) => name.toLowerCase());
  const query = entries('queryParams', (name) => name);
  const method = text(match, 'method');
  return [method, ...headers, ...query].filter((part) => part !== '').join('; ');
}

/** Hosts that both take, the way they are written; a wildcard of one does not count against a name of the other. */
export function sharedHosts(a: readonly string[], b: readonly string[]): string[] {
  return a.filter((host) => b.includes(host));
}

/** "any host" or the host. */
export function hostText(host: string): string {
  return host === '*' ? 'any host' : host;
}
