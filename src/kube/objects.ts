/** Kubernetes objects as this tool handles them: plain JSON, validated where it enters, unknown fields kept. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
/** A map of unknown values: what {@link isMap} tells from other JSON. */
export type JsonMap = Readonly<Record<string, unknown>>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

/** One object of any kind. Everything beside the metadata is reached through {@link field}. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** An object's address: what an error message names. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One operation of RFC 6902. Paths are JSON Pointers (RFC 6901); see {@link pointer}. */
export type PatchOperation =
  | { readonly op: 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'add'; readonly path: string; readonly value: unknown }
  | { readonly op: 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };
export type JsonPatch = readonly PatchOperation[];

/** A map, and neither a list nor null. */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON Pointer (RFC 6901) from its parts: `pointer('metadata', 'annotations', 'a/b')` is `/metadata/annotations/a~1b`. */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value at a path of property names and array indexes, or undefined where the path ends early. Never throws. */
export function field(object: unknown, ...path: readonly (string | number)[]): unknown {
  let value: unknown = object;
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.hasOwn(value, part) ? (value as Record<string | number, unknown>)[part] : undefined;
  }
  return value;
}

/** The array at a path, or an empty one. */
export function list(object: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = field(object, ...path);
  return Array.isArray(value) ? value : [];
}

/** The map at a path, or an empty one. */
export function mapAt(object: unknown, ...path: readonly (string | number)[]): JsonMap {
  const value = field(object, ...path);
  return isMap(value) ? value : {};
}

/** The string at a path, or an empty one. */
export function text(object: unknown, ...path: readonly (string | number)[]): string {
  const value = field(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The record of strings at a path (labels, annotations, selectors); entries that are not strings are left out. */
export function strings(object: unknown, ...path: readonly (string | number)[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapAt(object, ...path)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function annotation(object: KubeObject, name: string): string | undefined {
  return object.metadata.annotations?.[name];
}

/** "HTTPRoute prod/jazz": how an object is named in every message. */
export function nameOf(object: KubeObject | ObjectRef): string {
  const meta = 'metadata' in object ? (object as KubeObject).metadata : (object as ObjectRef);
  return meta.namespace === undefined ? `${object.kind} ${meta.name}` : `${object.kind} ${meta.namespace}/${meta.name}`;
}

/** A sentence about an object, led by the object's name where it does not begin with that itself. */
export function aboutObject(name: string, sentence: string): string {
  const led = sentence.startsWith(name) && !/^[\w.-]/.test(sentence.slice(name.length));
  return led ? sentence : `${name}: ${sentence}`;
}

export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** API group of an apiVersion: '' for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
