/** The outermost level of a declarative configuration, and reading lists and names out of what was written. */
import type { Values } from './field.ts';
import { stableId } from './identifiers.ts';

/** Top-level lists that are accepted without a look: nothing of the lab's traffic depends on them. */
const IGNORED = new Set([
  '_format_version',
  '_info',
  '_transform',
  '_comment',
  '_ignore',
  '_workspace',
  'certificates',
  'snis',
  'ca_certificates',
  'vaults',
  'licenses',
  'consumer_groups',
  'consumer_group_consumers',
  'consumer_group_plugins',
  'keys',
  'key_sets',
  'filter_chains',
  'parameters',
  'custom_entities',
  'partials',
  'acls',
  'basicauth_credentials',
  'hmacauth_credentials',
  'jwt_secrets',
  'oauth2_credentials',
  'mtls_auth_credentials',
]);
const LISTS = new Set(['services', 'routes', 'upstreams', 'targets', 'consumers', 'keyauth_credentials', 'plugins']);

/** Errors that belong to no entity, by name. */
export function topLevelErrors(input: Values): Record<string, string> {
  const errors: Record<string, string> = {};

  const version = input['_format_version'];
  if (version === undefined) errors['_format_version'] = 'required field missing';
  else if (!['1.1', '2.1', '3.0'].includes(String(version)))
    errors['_format_version'] = 'expected one of: 1.1, 2.1, 3.0';
  for (const [name, value] of Object.entries(input)) {
    if (!LISTS.has(name) && !IGNORED.has(name)) errors[name] = 'unknown field';
    else if (LISTS.has(name) && !isList(value)) errors[name] = 'expected an array';
  }
  return errors;
}

/** The id as written, or one that follows from the entity's name (or the fallback). */
export function idOf(kind: string, values: Values, keyField: string, fallback = ''): string {
  const { id } = values;
  return typeof id === 'string' ? id : stableId(kind, String(values[keyField] ?? fallback));
}

/** A string, or nothing. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Lua writes an empty list as an empty object. */
function isList(value: unknown): boolean {
  return Array.isArray(value) || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** The entities listed under a name. */
export function listIn(entity: Values, name: string): Values[] {
  const list = entity[name];
  return Array.isArray(list) ? (list as Values[]) : [];
}
