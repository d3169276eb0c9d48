/** What was there before we applied something, and the way back to it. */
import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../cluster/cluster.ts';
import { repeated } from '../cluster/update.ts';
import { DriftError, reasonOf } from '../errors.ts';
import { applyPatch, PatchFailed } from '../kube/json-patch.ts';
import type { JsonPatch, KubeObject, PatchOperation } from '../kube/objects.ts';
import { nameOf, pointer, refOf } from '../kube/objects.ts';

/** One write of ours: the object before it (undefined = it did not exist) and right after. */
export interface Applied {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
}

/** Kinds that are never deleted on the way back: too much hangs on them. */
const KEPT = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'GatewayClass',
  'Gateway',
  'PersistentVolume',
  'PersistentVolumeClaim',
]);
const SERVER_OWNED = new Set([
  'resourceVersion',
  'generation',
  'managedFields',
  'uid',
  'creationTimestamp',
  'selfLink',
]);

/** The writes of a run, newest last, and their undoing. */
export class Snapshot {
  readonly #applied: Applied[] = [];

  record(applied: Applied): void {
    this.#applied.push(applied);
  }

  /** What was written stays: what serves now is built on it. */
  forget(): void {
    this.#applied.length = 0;
  }

  get size(): number {
    return this.#applied.length;
  }

  /**
   * Undoes the writes that match, newest first: what we created is deleted, what we changed gets its old values where
   * nobody changed them since.
   * @returns one sentence for each object that could not be brought back; never throws.
   */
  async restore(cluster: Cluster, matches: (object: KubeObject) => boolean = () => true): Promise<string[]> {
    const problems: string[] = [];
    for (let index = this.#applied.length - 1; index >= 0; index--) {
      const applied = this.#applied[index];
      if (!applied || !matches(applied.after)) continue;
      this.#applied.splice(index, 1);
      try {
        await undo(cluster, applied);
      } catch (error) {
        problems.push(`${nameOf(applied.after)} was not restored: ${reasonOf(error)}`);
      }
    }
    return problems;
  }
}

async function undo(cluster: Cluster, { before, after }: Applied): Promise<void> {
  if (before === undefined) {
    if (KEPT.has(after.kind)) return;
    await repeated(cluster, after, () => cluster.delete(refOf(after), after.metadata.uid));
    return;
  }
  await putBack(cluster, before, after);
}

/**
 * Gives an object the values it had before a write of ours, where nobody has changed them since.
 * @param after the object right after that write
 * @throws DriftError when somebody has; RefusedError in the words of whoever refuses it
 */
export async function putBack(cluster: Cluster, before: KubeObject, after: KubeObject): Promise<void> {
  const patch = reversePatch(before, after);
  if (patch.length === 0) return;
  await cluster.update(refOf(after), (live) => {
    if (isThere(live, patch)) return [];
    if (fits(live, patch)) return patch;
    throw new DriftError('someone else changed it since');
  });
}

/** Whether every value is as the patch makes it: a write of ours whose answer was lost, or somebody else's hand. */
function isThere(object: KubeObject, patch: JsonPatch): boolean {
  return patch.every((operation) => {
    if (operation.op === 'test') return true;
    if (operation.op === 'remove') return !fits(object, [operation]);
    return fits(object, [{ ...operation, op: 'test' }]);
  });
}

/** Whether a patch of ours applies to the object: all that it tests is so. */
function fits(object: KubeObject, patch: JsonPatch): boolean {
  try {
    applyPatch(object, patch);
    return true;
  } catch (error) {
    if (error instanceof PatchFailed) return false;
    throw error;
  }
}

/**
 * The JSON Patch that turns `after` back into `before`. Every changed value is tested first, so that a later change
 * by someone else is never overwritten. Lists are taken whole; status and what the server owns are left alone.
 */
export function reversePatch(before: KubeObject, after: KubeObject): PatchOperation[] {
  const operations: PatchOperation[] = [];
  const walk = (old: unknown, now: unknown, path: readonly string[]) => {
    if (isDeepStrictEqual(old, now)) return;
    if (isRecord(old) && isRecord(now)) {
      for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
        if (path.length === 0 && key === 'status') continue;
        if (path.length === 1 && path[0] === 'metadata' && SERVER_OWNED.has(key)) continue;
        walk(old[key], now[key], [...path, key]);
      }
      return;
    }
    const at = pointer(...path);
    if (now === undefined) operations.push({ op: 'add', path: at, value: old });
    else {
      operations.push({ op: 'test', path: at, value: now });
      operations.push(old === undefined ? { op: 'remove', path: at } : { op: 'replace', path: at, value: old });
    }
  };
  walk(before, after, []);
  return operations;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
