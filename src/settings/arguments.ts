/** The command line: `mesh-canary <command> --canary-weight 5,25 --config mesh-canary.yaml`. */

import type { InputName } from './defaults.ts';
import { inputNames, inputTable } from './inputs.ts';
import type { RawInputs } from './parse.ts';
import { shorten, suggestion } from './problems.ts';
import type { Environment } from './read.ts';
import type { Problem } from './types.ts';

export type Arguments =
  | { readonly raw: RawInputs }
  | { readonly problems: readonly Problem[] }
  /** `--help` was asked for: see help.ts. */
  | { readonly help: true };

/** Kinds whose option may be repeated: the values are joined as lines. */
const repeatable = new Set(['list', 'per-service', 'headers', 'plugins', 'checksums']);

/**
 * Reads arguments (without node and script). An option left out is taken from the environment, `MESH_CANARY_` and the
 * name in upper case with `_` for `-`: the way for secrets, which must not stand in a process list.
 */
export function readArguments(argv: readonly string[], env: Environment = {}): Arguments {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  const blame = (input: string, message: string, value = '') => problems.push({ input, value, message });
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--help' || word === '-h' || (word === 'help' && values.size === 0)) return { help: true };
    if (!word.startsWith('-')) {
      if (values.has('command'))
        blame('command', 'only one command can be given; options start with "--"', shorten(word));
      else values.set('command', word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = word.slice(word.startsWith('--') ? 2 : 1, equals < 0 ? undefined : equals);
    if (!word.startsWith('--') || !isInput(name)) {
      blame(
        shorten(equals < 0 ? word : word.slice(0, equals)),
        `unknown option${suggestion(name, inputNames)}; see --help`,
      );
      if (equals < 0 && words[0]?.startsWith('-') === false) words.shift();
      continue;
    }
    const value = equals < 0 ? words.shift() : word.slice(equals + 1);
    if (value === undefined || (equals < 0 && value.startsWith('--'))) {
      blame(name, `needs a value: --${name} <value>, or --${name}=<value> when it starts with "--"`);
      if (value !== undefined) words.unshift(value);
      continue;
    }
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, value);
    else if (repeatable.has(inputTable[name].kind)) values.set(name, `${earlier}\n${value}`);
    else blame(name, 'is given twice: keep one');
  }
  if (problems.length > 0) return { problems };
  for (const name of inputNames) {
    const value = env[`MESH_CANARY_${name.replaceAll('-', '_').toUpperCase()}`];
    if (value !== undefined && value !== '' && !values.has(name)) values.set(name, value);
  }
  return { raw: { values: Object.fromEntries(values), from: 'arguments' } };
}

function isInput(name: string): name is InputName {
  return (inputNames as readonly string[]).includes(name);
}
