/** The JSON Schema of the config file: every input a key, in the YAML types that are natural there. */

import type { InputSpec, Kind } from '../src/settings/inputs.ts';
import { inputTable } from '../src/settings/inputs.ts';
import type { ActionFile } from './generate.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const duration: Schema = { type: 'string', pattern: '^(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?$', minLength: 2 };
const weight: Schema = { type: 'number', exclusiveMinimum: 0, maximum: 100, multipleOf: 0.01 };
const textMap: Schema = { type: 'object', additionalProperties: text, minProperties: 1 };
const status: Schema = {
  anyOf: [
    { type: 'integer', minimum: 200, maximum: 599 },
    { type: 'string', pattern: '^([2-5][0-9][0-9]|[2-5][xX][xX])$' },
  ],
};

const expectation = closed({
  status: {
    anyOf: [status, { type: 'array', items: status, minItems: 1 }],
    description: 'Allowed statuses: 200, "2xx", or a list.',
  },
  header: { ...textMap, description: 'Headers that must be there; a value may be a /pattern/.' },
  json: { type: 'object', description: 'Values in the JSON body by dotted path.' },
  body: { ...text, description: 'Text, or a /pattern/, the body has to contain.' },
  'max-time': duration,
  'served-by': { enum: ['stable', 'canary'] },
});

const check = closed(
  {
    name: text,
    path: { type: 'string', pattern: '^/' },
    method: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], default: 'GET' },
    headers: textMap,
    body: { type: 'string' },
    expect: expectation,
  },
  ['name', 'path'],
);

const plugin: Schema = {
  anyOf: [text, closed({ name: text, plugin: text, config: { type: 'object' } }, ['name', 'plugin'])],
};

const kinds: Readonly<Record<Exclude<Kind, 'word'>, Schema>> = {
  text,
  number: { type: ['number', 'string'], minimum: 0 },
  queries: {
    anyOf: [
      text,
      closed(
        { requests: text, errors: text, times: text, unit: { type: 'number', exclusiveMinimum: 0 }, scraped: text },
        ['requests', 'errors'],
      ),
    ],
  },
  command: { anyOf: [text, { type: 'array', items: text, minItems: 1 }] },
  duration,
  weights: { anyOf: [text, weight, { type: 'array', items: weight, minItems: 1 }] },
  list: { anyOf: [text, { type: 'array', items: text }] },
  'per-service': { anyOf: [text, textMap] },
  headers: { anyOf: [text, textMap] },
  checks: { anyOf: [text, { type: 'array', items: check }] },
  plugins: { anyOf: [text, { type: 'array', items: plugin }] },
  checksums: { anyOf: [text, { ...textMap, additionalProperties: { type: 'string', pattern: '^[0-9A-Fa-f]{64}$' } }] },
};

function closed(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

/** The schema, and the inputs of action.yml the table of inputs does not know yet. */
export function configSchema(action: ActionFile): { schema: Schema; missing: readonly string[] } {
  const table: Readonly<Record<string, InputSpec<unknown>>> = inputTable;
  const missing = Object.keys(action.inputs).filter((name) => !Object.hasOwn(table, name));
  const properties = Object.entries(action.inputs).map(([name, { description, default: standard }]) => {
    const about = { description, ...(standard === '' ? {} : { default: standard }) };
    // The file cannot name itself; the key is listed so that editors say so.
    if (name === 'config')
      return [name, { not: {}, description: 'Only an input: the config file cannot name itself.' }];
    const spec = table[name];
    return [name, { ...(spec === undefined ? {} : schemaOf(spec)), ...about }];
  });
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'mesh-canary config file',
    description: 'Every input of the action as a key. An input that differs from its default wins over the file.',
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
  return { schema, missing };
}

function schemaOf(spec: InputSpec<unknown>): Schema {
  if (spec.kind !== 'word') return kinds[spec.kind];
  const words = spec.words ?? [];
  return { enum: words.includes('true') ? [...words, true, false] : words };
}
