/** How users call a service, from the object a gateway serves. Pure. */
import { PlatformError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import { list, nameOf, text } from '../kube/objects.ts';
import { readerOf } from '../routes/index.ts';
import type { Address } from '../routes/types.ts';

/** How a normal request to the service looks, from the first match of its first rule. */
export function addressOf(route: KubeObject, rules: readonly number[], given: string | undefined): Address {
  if (route.kind === 'Ingress') return ingressAddress(route, rules[0] ?? 0, given);
  const address = readerOf(route)?.entry?.address(route, rules, given);
  if (address === undefined) throw new PlatformError(`${nameOf(route)} says no path`, 'send one with another object');
  return address;
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
