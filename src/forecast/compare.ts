/**
 * What applying an object would change, by comparing it with the live one: fields the cluster adds by itself are no
 * difference, fields that were applied before and are gone from the manifest are. Pure.
 */
import { FIELD_MANAGER } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, strings } from '../kube/objects.ts';
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

/** Fields whose text is never a secret. Of all others only the path is shown. */
const SHOWN = new Set([
  'image',
  'name',
  'type',
  'kind',
  'port',
  'path',
  'targetPort',
  'protocol',
  'plugin',
  'username',
  'hostname',
  'gatewayClassName',
  'imagePullPolicy',
  'serviceAccountName',
  'cpu',
  'memory',
  'storage',
]);

type Path = readonly (string | number)[];
type Map = Readonly<Record<string, unknown>>;

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
    if (!same(from, to)) changes.push(shown(path, from, to));
  };
  walk(before, after, []);
  return changes;
}

const SERVER_OWNED = new Set(['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp']);

/**
 * Whether applying an object with equal fields would still be a write: fields that this manager does not own yet would
 * become its own, and fields it owned that are gone from the manifest would be let go of.
 */
export function ownershipChanges(wanted: KubeObject, live: KubeObject, manager: string): boolean {
  const entry = managedFields(live).find(
    (candidate) => candidate['manager'] === manager && candidate['operation'] === 'Apply' && !candidate['subresource'],
  );
  if (entry === undefined) return true;
  const { apiVersion: _a, kind: _k, metadata, ...content } = wanted;
  const { name: _n, namespace: _s, ...tracked } = metadata;
  const meta = Object.keys(tracked).length > 0 ? { metadata: tracked } : {};
  return !owns(entry['fieldsV1'], { ...content, ...meta });
}

/** Fields this manager applied before that the manifest no longer has: applying takes them away, unless others own them. */
export function removedFields(wanted: KubeObject, live: KubeObject, manager: string): readonly FieldChange[] {
  const fields = managedFields(live);
  const ours = fields.find(({ manager: name, operation }) => name === manager && operation === 'Apply');
  if (ours === undefined) return [];
  const removed: FieldChange[] = [];
  const walk = (set: unknown, value: unknown, path: readonly string[], keys: readonly string[]) => {
    if (!isMap(set)) return;
    for (const [key, below] of Object.entries(set)) {
      if (!key.startsWith('f:')) continue; // items of lists are compared with the list
      const name = key.slice(2);
      const there = isMap(value) ? value[name] : undefined;
      if (there !== undefined && there !== null) walk(below, there, [...path, name], [...keys, key]);
      else if (!others(fields, ours, [...keys, key]) && field(live, ...path, name) !== undefined)
        removed.push({ path: pathText([...path, name]) });
    }
  };
  walk(ours['fieldsV1'], wanted, [], []);
  return removed;
}

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
  if (!same(wanted, live) && !(isQuantityPath(path) && quantity(wanted) === quantity(live)))
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

function managedFields(object: KubeObject): readonly Map[] {
  const entries = field(object, 'metadata', 'managedFields');
  return Array.isArray(entries) ? entries.filter(isMap) : [];
}

/** Whether a set of fields (fieldsV1) covers every leaf of a value; a set without members is a leaf that covers all below. */
function owns(set: unknown, value: unknown): boolean {
  if (!isMap(set)) return false;
  const members = Object.keys(set).filter((key) => key !== '.');
  if (members.length === 0) return true;
  if (isMap(value)) {
    return Object.entries(value).every(([key, below]) => below === null || owns(set[`f:${key}`], below));
  }
  if (!Array.isArray(value)) return true;
  return value.every((item) => {
    const plain = members.find((key) => key.startsWith('v:') && same(parsed(key), item));
    if (plain !== undefined) return true;
    const keyed = members.find((key) => {
      const wanted = key.startsWith('k:') ? parsed(key) : undefined;
      return (
        isMap(wanted) &&
        Object.entries(wanted).every(([name, part]) => field(item, name) === undefined || same(field(item, name), part))
      );
    });
    return keyed !== undefined && owns(set[keyed], item);
  });
}

function parsed(key: string): unknown {
  try {
    return JSON.parse(key.slice(2));
  } catch {
    return undefined;
  }
}

function others(fields: readonly Map[], ours: Map, keys: readonly string[]): boolean {
  return fields.some((entry) => entry !== ours && field(entry['fieldsV1'], ...keys) !== undefined);
}

/** Who else owns a field that differs; nobody in particular when several do, or it is new. */
function ownerOf(live: KubeObject, path: Path): string | undefined {
  const keys: string[] = [];
  for (const part of path) {
    if (typeof part === 'number' || part.startsWith('[')) break;
    keys.push(`f:${part}`);
  }
  const owners = managedFields(live).filter((entry) => field(entry['fieldsV1'], ...keys) !== undefined);
  const names = [...new Set(owners.map((entry) => String(entry['manager'] ?? '')))];
  // Before our first apply every difference is what the release brings; only afterwards it is a change by others.
  const appliedBefore = managedFields(live).some((entry) => entry['manager'] === FIELD_MANAGER);
  const [other, ...more] = names;
  return appliedBefore && more.length === 0 && other !== FIELD_MANAGER ? other : undefined;
}

function shown(path: Path, from: unknown, to: unknown): FieldChange {
  const last = String(path.at(-1) ?? '');
  const open = (value: unknown) =>
    (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && SHOWN.has(last))) &&
    !path.some((part) => part === 'data' || part === 'stringData' || part === 'config' || part === 'env');
  return {
    path: pathText(path),
    ...(open(from) ? { from: String(from) } : {}),
    ...(open(to) ? { to: String(to) } : {}),
  };
}

function pathText(path: Path): string {
  return path
    .map((part, index) => {
      const text = String(part);
      if (text.startsWith('[')) return text;
      const quoted = /[./]/.test(text) ? `["${text}"]` : text;
      return index === 0 || quoted.startsWith('[') ? quoted : `.${quoted}`;
    })
    .join('');
}

function isQuantityPath(path: Path): boolean {
  return path.some((part) => part === 'limits' || part === 'requests' || part === 'capacity' || part === 'sizeLimit');
}

const SUFFIXES: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A quantity of Kubernetes as a number: `500m` and `0.5` are the same (apimachinery, resource.Quantity). */
function quantity(value: unknown): number | undefined {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/.exec(String(value));
  const number = Number(match?.[1] ?? Number.NaN);
  if (match === null || Number.isNaN(number)) return undefined;
  return Number((number * (SUFFIXES[match[2] ?? ''] ?? 1)).toPrecision(12));
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (isMap(a) && isMap(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => same(a[key], b[key]));
  }
  return false;
}

function isMap(value: unknown): value is Map {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
