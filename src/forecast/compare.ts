/**
 * What applying an object would change, by comparing it with the live one: fields the cluster adds by itself are no
 * difference, fields that were applied before and are gone from the manifest are. Pure.
 */
import { jsonEqual } from '../kube/json-patch.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, isMap, strings } from '../kube/objects.ts';
import { ownerOf } from './ownership.ts';
import { isQuantityPath, quantity } from './quantity.ts';
import type { Path } from './shown.ts';
import { shown } from './shown.ts';
import type { FieldChange } from './types.ts';

/** Lists that server-side apply merges by a key (the `x-kubernetes-list-map-keys` of the built-in kinds). */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  listeners: ['name'],
  secrets: ['name'],
};

/** Fields that differ, in the order of the manifest. */
export function changesOf(wanted: KubeObject, live: KubeObject): readonly FieldChange[] {
  const changes: { path: Path; from: unknown; to: unknown }[] = [];
  const { apiVersion: _a, kind: _k, ...content } = plainSecret(wanted);
  compare(content, live, [], changes);
  return changes.map(({ path, from, to }) => {
    const owner = ownerOf(live, path);
    return { ...shown(path, from, to), ...(owner === undefined ? {} : { owner }) };
  });
}

/** Every difference between an object before and after a write, beside what the server keeps for itself. */
export function differenceOf(before: KubeObject, after: KubeObject): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const walk = (from: unknown, to: unknown, path: Path) => {
    if (path.length === 1 && path[0] === 'status') return;
    if (path.length === 2 && path[0] === 'metadata' && SERVER_OWNED.has(String(path[1]))) return;
    if (isMap(from) && isMap(to)) {
      for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) walk(from[key], to[key], [...path, key]);
      return;
    }
    const keys = listKeysOf(path, from, to);
    if (Array.isArray(from) && Array.isArray(to) && keys !== undefined) {
      const names = new Set([...from, ...to].map((item) => keyText(item, keys)));
      for (const name of names) {
        const at = (items: readonly unknown[]) => items.find((item) => keyText(item, keys) === name);
        walk(at(from), at(to), [...path, `[${name}]`]);
      }
      return;
    }
    if (!jsonEqual(from, to)) changes.push(shown(path, from, to));
  };
  walk(before, after, []);
  return changes;
}

const SERVER_OWNED = new Set(['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp']);

function compare(
  wanted: unknown,
  live: unknown,
  path: Path,
  changes: { path: Path; from: unknown; to: unknown }[],
): void {
  if (wanted === undefined || wanted === null) return;
  if (isMap(wanted)) {
    if (live !== undefined && live !== null && !isMap(live)) changes.push({ path, from: live, to: wanted });
    else if (live === undefined || live === null) {
      if (Object.keys(wanted).length > 0) changes.push({ path, from: undefined, to: wanted });
    } else for (const [key, value] of Object.entries(wanted)) compare(value, live[key], [...path, key], changes);
    return;
  }
  if (Array.isArray(wanted)) {
    compareLists(wanted, Array.isArray(live) ? live : undefined, path, changes);
    return;
  }
  if (!jsonEqual(wanted, live) && !(isQuantityPath(path) && quantity(wanted) === quantity(live)))
    changes.push({ path, from: live, to: wanted });
}

function compareLists(
  wanted: readonly unknown[],
  live: readonly unknown[] | undefined,
  path: Path,
  changes: { path: Path; from: unknown; to: unknown }[],
): void {
  if (live === undefined) {
    if (wanted.length > 0) changes.push({ path, from: undefined, to: wanted });
    return;
  }
  const keys = listKeysOf(path, wanted, live);
  if (keys !== undefined) {
    for (const item of wanted) {
      const name = keyText(item, keys);
      const other = live.find((candidate) => keyText(candidate, keys) === name);
      if (other === undefined) changes.push({ path: [...path, `[${name}]`], from: undefined, to: item });
      else compare(item, other, [...path, `[${name}]`], changes);
    }
    return;
  }
  // An atomic list is written whole; defaults inside its items are the server's.
  if (wanted.length !== live.length) changes.push({ path, from: live, to: wanted });
  else for (const [index, item] of wanted.entries()) compare(item, live[index], [...path, `[${index}]`], changes);
}

/** The keys a list is merged by; ports have two kinds of key, and a default protocol. */
function listKeysOf(path: Path, ...lists: readonly unknown[]): readonly string[] | undefined {
  const name = String(path.at(-1) ?? '');
  if (name === 'ports') {
    const items = lists.flatMap((items) => (Array.isArray(items) ? items : []));
    return items.some((item) => isMap(item) && 'containerPort' in item)
      ? ['containerPort', 'protocol']
      : ['port', 'protocol'];
  }
  return Object.hasOwn(LIST_KEYS, name) ? LIST_KEYS[name] : undefined;
}

function keyText(item: unknown, keys: readonly string[]): string {
  return keys
    .map((key) => {
      const value = field(item, key) ?? (key === 'protocol' ? 'TCP' : '');
      return key === 'protocol' && value === 'TCP' ? '' : String(value);
    })
    .filter((text) => text !== '')
    .join('/');
}

/** A Secret as it will be stored: what is written plainly becomes base64 beside the rest. */
function plainSecret(object: KubeObject): KubeObject {
  const plain = strings(object, 'stringData');
  if (object.kind !== 'Secret' || Object.keys(plain).length === 0) return object;
  const { stringData: _, ...rest } = object;
  const encoded = Object.entries(plain).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { ...rest, data: { ...strings(object, 'data'), ...Object.fromEntries(encoded) } } as unknown as KubeObject;
}
