/** How users call a service, from the object Kong serves. Pure. */
import { PlatformError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, list, nameOf, text } from '../kube/objects.ts';

/** How a normal request to a service looks. */
export interface Address {
  readonly path: string;
  readonly host: string | undefined;
  /** Headers its route asks for. */
  readonly matchHeaders: Readonly<Record<string, string>>;
}

/** How a normal request to the service looks, from the first match of its first rule. */
export function addressOf(route: KubeObject, rules: readonly number[], given: string | undefined): Address {
  if (route.kind === 'Ingress') return ingressAddress(route, rules[0] ?? 0, given);
  const match = list(route, 'spec', 'rules', rules[0] ?? 0, 'matches')[0];
  const type = text(match, 'path', 'type') || 'PathPrefix';
  const value = text(match, 'path', 'value') || '/';
  if (given === undefined && type === 'RegularExpression') {
    throw new PlatformError(
      `${nameOf(route)} matches paths by a pattern (${value}), so no path to probe can be taken from it`,
      'give one with the input probe-path',
    );
  }
  const hostname = list(route, 'spec', 'hostnames').find((entry): entry is string => typeof entry === 'string');
  const headers = list(match, 'headers').filter(
    (header) => (text(header, 'type') || 'Exact') === 'Exact' && typeof field(header, 'name') === 'string',
  );
  return {
    path: given ?? value,
    host: hostname?.replace(/^\*\./, 'mesh-canary.'),
    matchHeaders: Object.fromEntries(
      headers.map((header) => [text(header, 'name').toLowerCase(), text(header, 'value')]),
    ),
  };
}

/** @param path place of the path among all paths of all rules */
function ingressAddress(ingress: KubeObject, path: number, given: string | undefined): Address {
  const paths = list(ingress, 'spec', 'rules').flatMap((rule) =>
    list(rule, 'http', 'paths').map((entry) => ({ host: text(rule, 'host'), path: text(entry, 'path') || '/' })),
  );
  const found = paths[path];
  return {
    path: given ?? found?.path ?? '/',
    host: found === undefined || found.host === '' ? undefined : found.host.replace(/^\*\./, 'mesh-canary.'),
    matchHeaders: {},
  };
}

/** Headers of a normal request to a service: its host, what its route matches on, and the user's. */
export function requestHeaders(
  { host, matchHeaders }: Pick<Address, 'host' | 'matchHeaders'>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...(host ? { host } : {}), ...matchHeaders, ...given };
}
