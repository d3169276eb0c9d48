/** Hosts of routes and requests: ports and wildcards, after `split_port` and `marshall_route` in kong/router/traditional.lua. */

export interface SplitHost {
  readonly name: string;
  /** The host with its port, or with the default port when it has none. */
  readonly withPort: string;
  readonly hasPort: boolean;
}

/** Splits `:port` off a host; only a port of digits counts as one, and brackets around IPv6 addresses are peeled off. */
export function splitHost(host: string, defaultPort?: number): SplitHost {
  const add = (name: string) => (defaultPort === undefined ? name : `${name}:${defaultPort}`);
  if (host.startsWith('[')) {
    if (host.endsWith(']')) return { name: host.slice(1, -1), withPort: add(host), hasPort: false };
    const close = host.indexOf(']:');
    if (close > 0 && /^\d+$/.test(host.slice(close + 2))) {
      return { name: host.slice(1, close), withPort: host, hasPort: true };
    }
    return { name: host, withPort: add(host), hasPort: false };
  }
  const colon = host.indexOf(':');
  if (colon < 0) return { name: host, withPort: add(host), hasPort: false };
  const port = host.slice(colon + 1);
  if (port === '') return { name: host.slice(0, colon), withPort: add(host.slice(0, colon)), hasPort: false };
  if (!/^\d+$/.test(port)) return { name: host, withPort: add(`[${host}]`), hasPort: false };
  return { name: host.slice(0, colon), withPort: host, hasPort: true };
}

/** `*.example.com` as an expression; without a port in the pattern any port of the request will do. */
export function wildcardExpression(pattern: string): RegExp {
  const source = pattern.replace(/\./g, '\\.').replace(/\*/g, '.+');
  return new RegExp(splitHost(pattern).hasPort ? `^${source}$` : `^${source}(?::\\d+)?$`);
}
