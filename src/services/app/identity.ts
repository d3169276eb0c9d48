/** Objects found again by what they are: group, kind, namespace and name, whatever version of the API they are read in. */
import { createHash } from 'node:crypto';
import { groupOf, type KubeObject, type ObjectRef, refOf } from '../../kube/objects.ts';

/** One key for one object; the version of its API is no part of it. */
export function keyOf(object: KubeObject | ObjectRef): string {
  const before = keys.get(object);
  if (before !== undefined) return before;
  const { apiVersion, kind, namespace, name } = 'metadata' in object ? refOf(object as KubeObject) : object;
  const key = [groupOf(apiVersion), kind, namespace ?? '', name].join('|');
  keys.set(object, key);
  return key;
}

/** Objects are never changed in place, and each is asked for again and again. */
const keys = new WeakMap<KubeObject | ObjectRef, string>();

/** Names of Services, and values of labels, have at most 63 characters (RFC 1123, apimachinery validation). */
const LONGEST = 63;

/** The name as it is, or cut with a hash of the whole where it is too long for a Service or a label. */
export function shortened(name: string): string {
  if (name.length <= LONGEST) return name;
  return `${name.slice(0, LONGEST - 9).replace(/[^a-z0-9]+$/i, '')}-${shortHash(name)}`;
}

/** `orders-v2` for `orders` and `v2`: what a copy for a version is called. */
export function copyName(name: string, version: string): string {
  return shortened(`${name}-${version}`);
}

/** Eight hexadecimal digits. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
