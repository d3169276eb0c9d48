/** What the two transformer plugins share: lists of `name:value`, by operation and kind. */
import type { Field } from '../declarative/field.ts';

export const OPERATIONS = ['remove', 'rename', 'replace', 'add', 'append'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** A list of names. */
export const names: Field = { type: 'array', required: true, default: [], elements: { type: 'string' } };

/** A list of `name:value`. */
export const pairs: Field = {
  type: 'array',
  required: true,
  default: [],
  elements: {
    type: 'string',
    check: (entry: string) => (entry.includes(':') ? undefined : `key '${entry}' has no value`),
  },
};

/** Splits at the first colon; without a value the second part is absent. */
export function splitPair(entry: string): readonly [string, string | undefined] {
  const parts = /^([^:]+):*(.*)$/s.exec(entry);
  return [parts?.[1] ?? entry, parts?.[2] === '' ? undefined : parts?.[2]];
}
