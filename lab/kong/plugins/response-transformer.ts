/**
 * response-transformer: changes headers and top-level JSON fields of answers, in the order remove, rename, replace,
 * add, append (kong/plugins/response-transformer/{header_transformer,body_transformer,schema}.lua).
 */
import type { Field } from '../declarative/field.ts';
import type { HeaderTable } from '../proxy/header-table.ts';
import type { Plugin } from './plugin.ts';
import { names, OPERATIONS, type Operation, pairs, splitPair } from './transformer-fields.ts';

type Lists = Readonly<Record<'headers' | 'json' | 'json_types', readonly string[]>>;
type ResponseTransformerConfig = Readonly<Record<Operation, Lists>>;

const jsonTypes: Field = {
  type: 'array',
  required: true,
  default: [],
  elements: { type: 'string', one_of: ['boolean', 'number', 'string'] },
};

export const RESPONSE_TRANSFORMER: Plugin = {
  name: 'response-transformer',
  priority: 800,
  fields: {
    remove: { type: 'record', required: true, fields: { json: names, headers: names } },
    rename: { type: 'record', required: true, fields: { json: pairs, headers: pairs } },
    replace: { type: 'record', required: true, fields: { json: pairs, json_types: jsonTypes, headers: pairs } },
    add: { type: 'record', required: true, fields: { json: pairs, json_types: jsonTypes, headers: pairs } },
    append: { type: 'record', required: true, fields: { json: pairs, json_types: jsonTypes, headers: pairs } },
  },
  headerFilter(_exchange, headers, settings) {
    const config = settings as unknown as ResponseTransformerConfig;
    for (const [name] of config.remove.headers.map(splitPair)) headers.delete(name);
    for (const [from, to] of config.rename.headers.map(splitPair)) {
      const values = headers.all(from);
      if (values === undefined || to === undefined) continue;
      headers.delete(from);
      headers.set(to, values);
    }
    for (const [name, value] of config.replace.headers.map(splitPair)) {
      if (value !== undefined && headers.has(name)) headers.set(name, value);
    }
    for (const [name, value] of config.add.headers.map(splitPair)) {
      if (value !== undefined && !headers.has(name)) headers.set(name, value);
    }
    for (const [name, value] of config.append.headers.map(splitPair)) {
      if (value !== undefined) headers.add(name, value);
    }
  },
  wantsBody(headers, settings) {
    const config = settings as unknown as ResponseTransformerConfig;
    return OPERATIONS.some((operation) => config[operation].json.length > 0) && isJson(headers);
  },
  bodyFilter(body, settings) {
    const config = settings as unknown as ResponseTransformerConfig;
    let document: unknown;
    try {
      document = JSON.parse(body);
    } catch {
      return body;
    }
    if (typeof document !== 'object' || document === null) return body;
    transform(document as Record<string, unknown>, config);
    return JSON.stringify(document);
  },
};

function isJson(headers: HeaderTable): boolean {
  return /^\s*application\/(\S+\+)?json\b/i.test(headers.get('content-type') ?? '');
}

function transform(document: Record<string, unknown>, config: ResponseTransformerConfig): void {
  for (const [name] of config.remove.json.map(splitPair)) delete document[name];
  for (const [from, to] of config.rename.json.map(splitPair)) {
    if (to === undefined || !Object.hasOwn(document, from)) continue;
    document[to] = document[from];
    delete document[from];
  }
  for (const [name, value] of typed(config.replace)) if (Object.hasOwn(document, name)) document[name] = value;
  for (const [name, value] of typed(config.add)) if (!Object.hasOwn(document, name)) document[name] = value;
  for (const [name, value] of typed(config.append)) {
    const before = document[name];
    if (before === undefined) document[name] = [value];
    else document[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
}

/** Values as the types beside them say; without one they stay strings. */
function typed({ json, json_types: types }: Lists): [string, unknown][] {
  return json.map((entry, index) => {
    const [name, text = ''] = splitPair(entry);
    const plain = text.replace(/^"(.*)"$/s, '$1');
    if (types[index] === 'number') return [name, Number(plain)];
    if (types[index] === 'boolean') return [name, plain === 'true'];
    return [name, plain];
  });
}
