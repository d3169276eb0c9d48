/** key-auth: an API key in a header, the query string or the body (kong/plugins/key-auth/{handler,schema}.lua). */
import type { Consumer, Credential } from '../entities.ts';
import { type Exit, errorExit } from '../proxy/answer.ts';
import type { Exchange } from '../proxy/exchange.ts';
import { formatQuery, parseQuery } from '../proxy/query.ts';
import type { Plugin, PluginWorld } from './plugin.ts';

interface KeyAuthConfig {
  readonly key_names: readonly string[];
  readonly hide_credentials: boolean;
  readonly anonymous?: string;
  readonly key_in_header: boolean;
  readonly key_in_query: boolean;
  readonly key_in_body: boolean;
  readonly run_on_preflight: boolean;
  readonly realm?: string;
}

export const KEY_AUTH: Plugin = {
  name: 'key-auth',
  priority: 1250,
  ignoresConsumer: true,
  fields: {
    key_names: {
      type: 'array',
      required: true,
      default: ['apikey'],
      elements: { type: 'string', check: headerName },
    },
    hide_credentials: { type: 'boolean', required: true, default: false },
    anonymous: { type: 'string' },
    key_in_header: { type: 'boolean', required: true, default: true },
    key_in_query: { type: 'boolean', required: true, default: true },
    key_in_body: { type: 'boolean', required: true, default: false },
    run_on_preflight: { type: 'boolean', required: true, default: true },
    realm: { type: 'string' },
  },
  async access(exchange, settings, world) {
    const config = settings as unknown as KeyAuthConfig;
    if (!config.run_on_preflight && exchange.request.method === 'OPTIONS') return;
    if (config.anonymous !== undefined && exchange.credential !== undefined) return;
    const refused = await authenticate(exchange, config, world);
    if (refused === undefined) return;
    if (config.anonymous === undefined) {
      exchange.exit = refused;
      return;
    }
    const consumer = world.consumer(config.anonymous);
    if (consumer === undefined) exchange.exit = errorExit(exchange, 500, 'An unexpected error occurred');
    else setConsumer(exchange, consumer, undefined);
  },
};

function headerName(value: string): string | undefined {
  return /^[A-Za-z0-9_-]+$/.test(value)
    ? undefined
    : `bad header name '${value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`;
}

async function authenticate(exchange: Exchange, config: KeyAuthConfig, world: PluginWorld): Promise<Exit | undefined> {
  const key = await findKey(exchange, config);
  if (key === 'duplicate') return unauthorized(exchange, config, 'Duplicate API key found');
  if (key === undefined || key.text === '') return unauthorized(exchange, config, 'No API key found in request');
  const credential = world.credential(key.text);
  if (credential === undefined) return unauthorized(exchange, config, 'Unauthorized');
  setConsumer(exchange, credential.consumer, credential);
  return undefined;
}

/** The first of the names that carries a key; the same name twice is refused. */
async function findKey(exchange: Exchange, config: KeyAuthConfig): Promise<{ text: string } | 'duplicate' | undefined> {
  for (const name of config.key_names) {
    const found =
      (config.key_in_header ? exchange.headers.all(name) : undefined) ??
      (config.key_in_query ? exchange.query.get(name) : undefined) ??
      (config.key_in_body ? (await formBody(exchange)).get(name) : undefined);
    if (found === undefined) continue;
    if (found.length > 1) return 'duplicate';
    const [text] = found;
    if (typeof text !== 'string') continue;
    if (config.hide_credentials) await hide(exchange, config, name);
    return { text };
  }
  return undefined;
}

async function hide(exchange: Exchange, config: KeyAuthConfig, name: string): Promise<void> {
  exchange.headers.delete(name);
  if (exchange.query.delete(name)) exchange.queryEdited();
  if (!config.key_in_body) return;
  const body = await formBody(exchange);
  if (body.delete(name)) exchange.body = Buffer.from(formatQuery(body));
}

/** Forms only; Kong also reads JSON and multipart bodies. */
async function formBody(exchange: Exchange): Promise<ReturnType<typeof parseQuery>> {
  const isForm = exchange.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  return parseQuery(isForm ? (await exchange.readBody()).toString('utf8') : undefined);
}

function unauthorized(exchange: Exchange, config: KeyAuthConfig, message: string): Exit {
  const challenge = config.realm === undefined ? 'Key' : `Key realm="${config.realm}"`;
  return errorExit(exchange, 401, message, [['WWW-Authenticate', challenge]]);
}

function setConsumer(exchange: Exchange, consumer: Consumer, credential: Credential | undefined): void {
  exchange.consumer = consumer;
  exchange.credential = credential;
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) exchange.headers.delete(name);
    else exchange.headers.set(name, value);
  };
  set('X-Consumer-ID', consumer.id);
  set('X-Consumer-Custom-ID', consumer.custom_id);
  set('X-Consumer-Username', consumer.username);
  set('X-Credential-Identifier', credential?.id);
  set('X-Anonymous-Consumer', credential === undefined ? 'true' : undefined);
}
