/** How requests come in by an HTTPRoute: the Gateways it hangs on, and what its matches ask for. */
import { PlatformError } from '../../../errors.ts';
import type { KubeObject } from '../../../kube/objects.ts';
import { field, list, nameOf, text } from '../../../kube/objects.ts';
import type { Address, EntryOf } from '../../types.ts';

/** See EntryOf.address: the first match of the first rule. */
export function address(object: KubeObject, rules: readonly number[], path: string | undefined): Address {
  const match = list(object, 'spec', 'rules', rules[0] ?? 0, 'matches')[0];
  const type = text(match, 'path', 'type') || 'PathPrefix';
  const value = text(match, 'path', 'value') || '/';
  if (path === undefined && type === 'RegularExpression') {
    throw new PlatformError(
      `${nameOf(object)} matches paths by a pattern (${value}), so no path to probe can be taken from it`,
      'give one with the input probe-path',
    );
  }
  const hostname = list(object, 'spec', 'hostnames').find((entry): entry is string => typeof entry === 'string');
  const headers = list(match, 'headers').filter(
    (header) => (text(header, 'type') || 'Exact') === 'Exact' && typeof field(header, 'name') === 'string',
  );
  return {
    path: path ?? value,
    host: hostname?.replace(/^\*\./, 'mesh-canary.'),
    matchHeaders: Object.fromEntries(
      headers.map((header) => [text(header, 'name').toLowerCase(), text(header, 'value')]),
    ),
  };
}

export const gateways: NonNullable<EntryOf['gateways']> = (object) =>
  list(object, 'spec', 'parentRefs')
    .filter((parent) => !isServiceParent(parent))
    .map((parent) => ({
      namespace: text(parent, 'namespace') || (object.metadata.namespace ?? 'default'),
      name: text(parent, 'name'),
    }));

export function hangsOnGateway(object: KubeObject): boolean {
  return gateways(object).length > 0;
}

/** The kind's default for parents is Gateway; the core group is written `""` or `core`. */
export function isServiceParent(ref: unknown): boolean {
  return text(ref, 'kind') === 'Service' && ['', 'core'].includes(text(ref, 'group'));
}
