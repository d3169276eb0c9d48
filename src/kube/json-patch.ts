/**
 * A strict applier of RFC 6902 for plain JSON: predicts what the API server will make of one of our patches, without
 * asking it. Only the four operations of {@link PatchOperation}; everything it refuses the API server answers with 422.
 */
import type { Json, JsonPatch, PatchOperation } from './objects.ts';

/** An operation did not apply: a `test` that is not true, or a path that is not there. Nothing was changed. */
export class PatchFailed extends Error {
  override name = 'PatchFailed';
  readonly operation: PatchOperation;

  constructor(index: number, operation: PatchOperation, reason: string) {
    super(`operation ${index} (${operation.op} ${operation.path}): ${reason}`);
    this.operation = operation;
  }
}

/**
 * The document after the patch; the given one is left as it is.
 * @throws PatchFailed at the first operation that does not apply.
 */
export function applyPatch<T>(document: T, patch: JsonPatch): T {
  let result: unknown = structuredClone(document);
  for (const [index, operation] of patch.entries()) {
    try {
      result = applyOne(result, operation);
    } catch (error) {
      throw new PatchFailed(index, operation, error instanceof Error ? error.message : String(error));
    }
  }
  return result as T;
}

/** Equality as RFC 6902 §4.6 defines it for `test`: by value, members in any order. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value, index) => jsonEqual(value, b[index]));
  }
  const left = Object.entries(a);
  if (left.length !== Object.keys(b).length) return false;
  return left.every(([key, value]) => Object.hasOwn(b, key) && jsonEqual(value, (b as Record<string, Json>)[key]));
}

function applyOne(document: unknown, operation: PatchOperation): unknown {
  const parts = parse(operation.path);
  const last = parts.pop();
  const value = 'value' in operation ? structuredClone(operation.value) : undefined;
  if (last === undefined) {
    if (operation.op === 'remove') throw new Error('the whole document cannot be removed');
    if (operation.op === 'test' && !jsonEqual(document, value)) throw new Error('the document is another one');
    return operation.op === 'test' ? document : value;
  }
  let parent: unknown = document;
  for (const part of parts) parent = get(parent, part);
  if (Array.isArray(parent)) inArray(parent, last, operation.op, value);
  else if (parent !== null && typeof parent === 'object')
    inObject(parent as Record<string, unknown>, last, operation.op, value);
  else throw new Error('the parent is neither an object nor an array');
  return document;
}

function inArray(array: unknown[], part: string, op: PatchOperation['op'], value: unknown): void {
  if (op === 'add') {
    array.splice(part === '-' ? array.length : indexIn(part, array.length + 1), 0, value);
    return;
  }
  const index = indexIn(part, array.length);
  if (op === 'remove') array.splice(index, 1);
  else if (op === 'replace') array[index] = value;
  else if (!jsonEqual(array[index], value)) throw new Error(`the value is ${JSON.stringify(array[index])}`);
}

function inObject(object: Record<string, unknown>, key: string, op: PatchOperation['op'], value: unknown): void {
  if (op !== 'add' && !Object.hasOwn(object, key)) throw new Error('there is no such member');
  if (op === 'remove') delete object[key];
  else if (op === 'test') {
    if (!jsonEqual(object[key], value)) throw new Error(`the value is ${JSON.stringify(object[key])}`);
  } else {
    // Not an assignment: a member named __proto__ must become a member, not the prototype.
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
}

function get(container: unknown, part: string): unknown {
  if (Array.isArray(container)) return container[indexIn(part, container.length)];
  if (container !== null && typeof container === 'object' && Object.hasOwn(container, part)) {
    return (container as Record<string, unknown>)[part];
  }
  throw new Error(`there is no ${JSON.stringify(part)}`);
}

function indexIn(part: string, length: number): number {
  const index = /^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : Number.NaN;
  if (!(index < length)) throw new Error(`there is no element ${part}`);
  return index;
}

function parse(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw new Error('a pointer starts with /');
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
