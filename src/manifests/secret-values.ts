/** Values of Secrets, so that the caller can mask them before anything is logged. */
import { type KubeObject, strings } from '../kube/objects.ts';

/** Shorter values are not masked: they would blank out ordinary words of the log and hide nothing. */
const SHORTEST = 4;
/** Keys that say what a Secret is for; their values are ordinary words such as key-auth. */
const NOT_SECRET: ReadonlySet<string> = new Set(['kongCredType', 'kongCredtype']);

/**
 * Every value of every Secret, encoded and decoded, and each line of values with several (a log shows lines).
 * Decoded values that are no text are left out. Longest first, so that a value that contains another is masked whole.
 */
export function secretValues(objects: readonly KubeObject[]): string[] {
  const values = new Set<string>();
  for (const object of objects) {
    if (object.kind !== 'Secret' || object.apiVersion !== 'v1') continue;
    for (const [key, value] of Object.entries(strings(object, 'stringData'))) {
      if (NOT_SECRET.has(key)) continue;
      add(values, value);
      add(values, Buffer.from(value).toString('base64'));
    }
    for (const [key, value] of Object.entries(strings(object, 'data'))) {
      if (NOT_SECRET.has(key)) continue;
      add(values, value);
      const decoded = Buffer.from(value, 'base64').toString('utf8');
      if (!decoded.includes('�')) add(values, decoded);
    }
  }
  return [...values].sort((a, b) => b.length - a.length);
}

function add(values: Set<string>, value: string): void {
  for (const part of [value, ...value.split(/\r?\n/)]) {
    const trimmed = part.trim();
    if (trimmed.length >= SHORTEST) values.add(trimmed);
  }
}
