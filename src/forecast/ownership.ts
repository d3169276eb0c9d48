/** Who owns the fields of a live object, by the API server's record of server-side apply (`managedFields`). Pure. */
import { jsonEqual } from '../kube/json-patch.ts';
import { FIELD_MANAGER } from '../kube/names.ts';
import type { JsonMap, KubeObject } from '../kube/objects.ts';
import { field, isMap, list } from '../kube/objects.ts';
import type { Path } from './shown.ts';
import { pathText } from './shown.ts';
import type { FieldChange } from './types.ts';

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

function managedFields(object: KubeObject): readonly JsonMap[] {
  return list(object, 'metadata', 'managedFields').filter(isMap);
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
    const plain = members.find((key) => key.startsWith('v:') && jsonEqual(parsed(key), item));
    if (plain !== undefined) return true;
    const keyed = members.find((key) => {
      const wanted = key.startsWith('k:') ? parsed(key) : undefined;
      return (
        isMap(wanted) &&
        Object.entries(wanted).every(
          ([name, part]) => field(item, name) === undefined || jsonEqual(field(item, name), part),
        )
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

function others(fields: readonly JsonMap[], ours: JsonMap, keys: readonly string[]): boolean {
  return fields.some((entry) => entry !== ours && field(entry['fieldsV1'], ...keys) !== undefined);
}

/** Who else owns a field that differs; nobody in particular when several do, or it is new. */
export function ownerOf(live: KubeObject, path: Path): string | undefined {
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
