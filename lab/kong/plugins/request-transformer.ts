/**
 * request-transformer: changes method, URI, headers, query string and (JSON or form) body before sending upstream, in
 * the order remove, rename, replace, add, append (kong/plugins/request-transformer/{access,schema}.lua).
 */
import type { Field } from '../declarative/field.ts';
import type { PluginConfig } from '../entities.ts';
import { errorExit } from '../proxy/answer.ts';
import type { Exchange } from '../proxy/exchange.ts';
import { formatQuery, parseQuery } from '../proxy/query.ts';
import type { Plugin } from './plugin.ts';
import { compileTemplate, type Environment } from './template.ts';
import { names, type Operation, pairs, splitPair } from './transformer-fields.ts';

type Lists = Readonly<Record<'headers' | 'querystring' | 'body', readonly string[]>>;
type RequestTransformerConfig = { readonly http_method?: string } & Readonly<
  Record<Operation, Lists & { readonly uri?: string }>
>;

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'MKCOL',
  'COPY',
  'MOVE',
  'PROPFIND',
  'PROPPATCH',
  'LOCK',
  'UNLOCK',
  'PATCH',
  'TRACE',
];

function group(list: Field, extra: Readonly<Record<string, Field>> = {}): Field {
  return { type: 'record', required: true, fields: { ...extra, body: list, headers: list, querystring: list } };
}

export const REQUEST_TRANSFORMER: Plugin = {
  name: 'request-transformer',
  priority: 801,
  fields: {
    http_method: {
      type: 'string',
      check: (method: string) => (METHODS.includes(method.toUpperCase()) ? undefined : `${method} is not supported`),
    },
    remove: group(names),
    rename: group(pairs),
    replace: group(pairs, { uri: { type: 'string' } }),
    add: group(pairs),
    append: group(pairs),
  },
  async access(exchange, settings) {
    const config = settings as unknown as RequestTransformerConfig;
    try {
      const render = renderer(exchange, settings);
      const uri = config.replace.uri === undefined ? undefined : render(config.replace.uri);
      transformHeaders(exchange, config, render);
      transformQuery(exchange, config, render);
      await transformBody(exchange, config, render);
      if (config.http_method !== undefined) exchange.method = config.http_method.toUpperCase();
      if (uri !== undefined) exchange.upstreamPath = checkedPath(uri);
    } catch {
      // Kong logs the error and answers so when a plugin throws.
      exchange.exit = errorExit(exchange, 500, 'An unexpected error occurred');
    }
  },
};

type Render = (template: string) => string;

/** Compiled templates live as long as the settings they came from. */
const compiled = new WeakMap<PluginConfig, Map<string, (environment: Environment) => string>>();

function renderer(exchange: Exchange, settings: PluginConfig): Render {
  const cache = compiled.get(settings) ?? new Map<string, (environment: Environment) => string>();
  compiled.set(settings, cache);
  const { headers, match } = exchange;
  const environment: Environment = {
    headers: (name) => headers.get(name.replaceAll('_', '-')) ?? headers.get(name),
    query_params: (name) => exchange.query.get(name)?.[0],
    uri_captures: (name) => match?.captures?.named[name] ?? match?.captures?.indexed[Number(name)],
    shared: () => undefined,
  };
  return (template) => {
    const known = cache.get(template) ?? compileTemplate(template);
    cache.set(template, known);
    return known(environment);
  };
}

function checkedPath(path: string): string {
  if (!path.startsWith('/')) throw new Error(`path "${path}" must start with /`);
  return path;
}

function transformHeaders(exchange: Exchange, config: RequestTransformerConfig, render: Render): void {
  const { headers } = exchange;
  for (const name of config.remove.headers) if (!isHost(name)) headers.delete(name);
  for (const [from, to] of config.rename.headers.map(splitPair)) {
    const values = headers.all(from);
    if (values === undefined || to === undefined || isHost(from)) continue;
    headers.delete(from);
    headers.set(to, values);
  }
  for (const [name, value] of config.replace.headers.map(splitPair)) {
    if (value === undefined) continue;
    if (isHost(name)) exchange.upstreamHost = render(value);
    else if (headers.has(name)) headers.set(name, render(value));
  }
  for (const [name, value] of config.add.headers.map(splitPair)) {
    if (value !== undefined && !isHost(name) && !headers.has(name)) headers.set(name, render(value));
  }
  for (const [name, value] of config.append.headers.map(splitPair)) {
    if (value !== undefined && !isHost(name)) headers.add(name, render(value));
  }
}

function isHost(name: string): boolean {
  return name.toLowerCase() === 'host';
}

function transformQuery(exchange: Exchange, config: RequestTransformerConfig, render: Render): void {
  if (transformArguments(exchange.query as Map<string, unknown[]>, config, 'querystring', render))
    exchange.queryEdited();
}

/** Answers whether there was anything to do. */
function transformArguments(
  query: Map<string, unknown[]>,
  config: RequestTransformerConfig,
  kind: 'querystring' | 'body',
  render: Render,
): boolean {
  for (const [name] of config.remove[kind].map(splitPair)) query.delete(name);
  for (const [from, to] of config.rename[kind].map(splitPair)) {
    const values = query.get(from);
    query.delete(from);
    if (values !== undefined && to !== undefined) query.set(to, values);
  }
  for (const [name, value] of config.replace[kind].map(splitPair)) {
    if (query.has(name)) query.set(name, [rendered(value, render)]);
  }
  for (const [name, value] of config.add[kind].map(splitPair)) {
    if (!query.has(name)) query.set(name, [rendered(value, render)]);
  }
  for (const [name, value] of config.append[kind].map(splitPair)) {
    query.set(name, [...(query.get(name) ?? []), rendered(value, render)]);
  }
  return (['remove', 'rename', 'replace', 'add', 'append'] as const).some(
    (operation) => config[operation][kind].length > 0,
  );
}

function rendered(value: string | undefined, render: Render): string | true {
  return value === undefined ? true : render(value);
}

async function transformBody(exchange: Exchange, config: RequestTransformerConfig, render: Render): Promise<void> {
  const wanted = (['remove', 'rename', 'replace', 'add', 'append'] as const).some(
    (operation) => config[operation].body.length > 0,
  );
  const type = exchange.headers.get('content-type')?.toLowerCase() ?? '';
  if (!wanted) return;
  if (type.includes('application/json')) {
    const text = (await exchange.readBody()).toString('utf8');
    const fields = parseObject(text);
    if (fields === undefined) return;
    const lists = new Map<string, unknown[]>();
    for (const [name, value] of Object.entries(fields)) lists.set(name, Array.isArray(value) ? value : [value]);
    transformArguments(lists, config, 'body', render);
    exchange.body = Buffer.from(JSON.stringify(rebuilt(fields, lists)));
  } else if (type.includes('application/x-www-form-urlencoded')) {
    const query = parseQuery((await exchange.readBody()).toString('utf8'));
    transformArguments(query as Map<string, unknown[]>, config, 'body', render);
    exchange.body = Buffer.from(formatQuery(query));
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Lists of one go back to the single value they came from. */
function rebuilt(fields: Record<string, unknown>, lists: ReadonlyMap<string, unknown[]>): Record<string, unknown> {
  return Object.fromEntries(
    [...lists].map(([name, values]) => [
      name,
      values.length === 1 && !Array.isArray(fields[name]) ? values[0] : values,
    ]),
  );
}
