/** What parsers share: how they report a problem, how a value is shown, and the nearest-name suggestion. */
import { isMap } from '../kube/objects.ts';

/**
 * Reports one problem of the input being parsed. `shown` is the part of the value to show; without it the whole
 * value is shown, and `''` shows nothing (secrets).
 */
export type Say = (message: string, shown?: unknown) => void;

/**
 * Reads one value: text from an input, or any YAML value from the config file. Returns undefined if and only if it
 * has reported a problem; never throws.
 */
export type Parse<T> = (given: unknown, say: Say) => T | undefined;

/** Longest YAML text that is parsed, in bytes. */
export const mostBytes = 256 * 1024;

/** A parsed value of plain maps, lists and scalars (maps inherit nothing), or what is wrong with the text. */
export type YamlResult = { readonly value: unknown } | { readonly wrong: string };

/** Reads one YAML document; never throws. */
export type ReadYaml = (text: string) => YamlResult;

const shownLength = 60;

/** A value on one line, at most 60 characters, without control characters and without credentials in URLs. */
export function shorten(value: unknown): string {
  const whole = typeof value === 'string' ? value : (json(value) ?? String(value));
  const line = whole
    .slice(0, 2000)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\/\/[^/\s]*@/g, '//***@')
    .trim();
  return line.length <= shownLength ? line : `${line.slice(0, shownLength - 1)}…`;
}

function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** `; did you mean "x"?` for the name closest to `given` when it is near enough to be a slip, else nothing. */
export function suggestion(given: string, names: readonly string[]): string {
  const wanted = given.slice(0, 64).toLowerCase().replaceAll('_', '-');
  const allowed = Math.max(1, Math.floor(wanted.length / 4));
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(wanted, name);
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best === undefined ? '' : `; did you mean "${best.name}"?`;
}

/** Edits between two short words, a swap of neighbours counted as one (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swapped));
    }
  }
  return at(a.length, b.length);
}

/** A record that inherits nothing, so that a service called `constructor` is looked up like any other. */
export function record<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  const result: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) result[name] = value;
  return result;
}

/** A value as JSON.parse would give it: deep comparison with JSON from elsewhere looks at prototypes too. */
export function plainJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** What a YAML value is, in words for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return isMap(value) ? 'a map' : typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
