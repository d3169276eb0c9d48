/** The table of docs/your-app.md: when each kind of an app's folder is applied. */
import type { PlacingRow, State, Trait, When } from '../src/manifests/placing-table.ts';
import { PLACING } from '../src/manifests/placing-table.ts';
import type { Block } from './permissions.ts';

const WHEN: Readonly<Record<When, string>> = {
  before: 'before the canary',
  migration: 'before the canary, waited for',
  'with-canary': 'as a copy for the canary; itself at promotion',
  'at-promotion': 'at promotion',
  never: 'never',
  refused: 'refused',
};
const STATE: Readonly<Record<State, string>> = {
  fresh: 'new',
  joining: 'new, within reach of what serves',
  changed: 'changed',
};
const TRAIT: Readonly<Record<Trait, string>> = {
  'hook-before': 'a hook before the release',
  hook: 'any other hook',
  home: "the service's own",
  'behind-service': 'behind the Service',
  immutable: 'immutable, with other content',
  'other-selector': 'with another selector',
  used: 'that the canary uses',
  'of-home': "of the service's own pods",
};

/** One row of the table for each row of the placing. */
export function placingBlock(): Block {
  return { name: 'placing', lines: ['| object | applied | why |', '|---|---|---|', ...PLACING.map(rowOf)] };
}

function rowOf({ kinds, traits = [], when, sentence }: PlacingRow): string {
  const named = kinds.includes('*')
    ? ['any object']
    : kinds.map((kind) => (kind === 'custom' ? 'custom resources' : kind));
  const shown = named.length > 6 ? [...named.slice(0, 6), '…'] : named;
  return `| ${[shown.join(', '), ...traits.map((trait) => TRAIT[trait])].join(', ')} | ${placeOf(when)} | ${sentence} |`;
}

function placeOf(when: PlacingRow['when']): string {
  const states = ['fresh', 'joining', 'changed'] as const;
  if (states.every((state) => when[state] === when.fresh)) return WHEN[when.fresh];
  return states.map((state) => `${STATE[state]}: ${WHEN[when[state]]}`).join('; ');
}
