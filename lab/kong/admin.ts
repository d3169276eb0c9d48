/**
 * The Admin API as far as the ingress controller uses it, and the status API. Shapes after kong/api/routes/{kong,config}.lua
 * and kong/status/ready.lua. The lab's own: `GET /lab/configurations`, everything that was pushed so far, and
 * `PUT /lab/faults`, see faults.ts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { shownFields, type Values } from './declarative/field.ts';
import { checkPluginConfig } from './declarative/plugin-settings.ts';
import { listEntities } from './entity-lists.ts';
import { parseFaults } from './faults.ts';
import { EMPTY_HASH, type KongNode } from './node.ts';
import { isBundled, PLUGINS, pluginNamed } from './plugins/registry.ts';
import { KONG_VERSION } from './version.ts';

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

const NOT_FOUND: Reply = { status: 404, body: { message: 'Not found' } };
const DEFAULT_PROTOCOLS = ['grpc', 'grpcs', 'http', 'https'];

export async function adminRequest(node: KongNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://admin');
  const path = url.pathname.replace(/(.)\/+$/, '$1');
  const { method } = request;
  const body = method === 'POST' || method === 'PUT' ? await textOf(request) : '';
  if (method === 'PUT') reply(response, put(node, path, body));
  else reply(response, method === 'POST' ? post(node, path, url.searchParams, body) : get(node, path));
}

export function statusRequest(node: KongNode, request: IncomingMessage, response: ServerResponse): void {
  reply(response, getStatus(node, new URL(request.url ?? '/', 'http://status').pathname));
}

function getStatus(node: KongNode, path: string): Reply {
  if (path === '/status') return { status: 200, body: statusBody(node) };
  if (path !== '/status/ready') return NOT_FOUND;
  if (node.current.hash !== EMPTY_HASH) return { status: 200, body: { message: 'ready' } };
  return { status: 503, body: { message: 'no configuration available (empty configuration present)' } };
}

function get(node: KongNode, path: string): Reply {
  if (path === '/') return { status: 200, body: rootBody() };
  if (path === '/status') return { status: 200, body: statusBody(node) };
  if (path === '/config') return { status: 200, body: { config: JSON.stringify(node.lastGood ?? {}) } };
  if (path === '/lab/configurations') return { status: 200, body: node.pushes };
  const schema = /^\/schemas\/plugins\/([^/]+)$/.exec(path)?.[1];
  if (schema !== undefined) return pluginSchema(schema);
  const data = listEntities(node.current.configuration, path);
  return data === undefined ? NOT_FOUND : { status: 200, body: { data, next: null } };
}

function post(node: KongNode, path: string, query: URLSearchParams, body: string): Reply {
  if (path === '/config') {
    if (body.trim() === '') return { status: 400, body: { message: 'expected a declarative configuration' } };
    const outcome = node.push(body, query.get('check_hash') === '1');
    if (outcome.status === 400) return { status: 400, body: outcome.refusal };
    if (outcome.status === 304) return { status: 304 };
    return { status: 201, body: countsOf(outcome.configuration) };
  }
  if (path === '/schemas/plugins/validate') return validatePlugin(body);
  if (/^\/schemas\/[^/]+\/validate$/.test(path))
    return { status: 200, body: { message: 'schema validation successful' } };
  if (['/services', '/routes', '/plugins', '/consumers', '/upstreams'].includes(path)) {
    // What a node without a database says to changes of single entities.
    return {
      status: 405,
      body: { code: 12, name: 'operation unsupported', message: 'cannot create entities when not using a database' },
    };
  }
  return NOT_FOUND;
}

function put(node: KongNode, path: string, body: string): Reply {
  if (path !== '/lab/faults') return NOT_FOUND;
  try {
    node.faults = parseFaults(body);
  } catch (error) {
    return { status: 400, body: { message: (error as Error).message } };
  }
  return { status: 200, body: node.faults };
}

/** How many entities of each kind were taken over; Kong answers the entities themselves, which nobody reads. */
function countsOf(configuration: object): object {
  return Object.fromEntries(Object.entries(configuration).map(([kind, list]) => [kind, (list as unknown[]).length]));
}

function rootBody(): object {
  return {
    version: KONG_VERSION,
    tagline: 'Welcome to kong',
    hostname: 'lab',
    node_id: '00000000-0000-4000-8000-000000000000',
    lua_version: 'LuaJIT 2.1.0-20231117',
    configuration: {
      database: 'off',
      router_flavor: 'traditional',
      role: 'traditional',
      proxy_listeners: [
        { port: 8000, ssl: false, ip: '0.0.0.0', listener: '0.0.0.0:8000', http2: false, proxy_protocol: false },
      ],
      stream_listeners: [],
    },
    plugins: {
      available_on_server: Object.fromEntries(
        PLUGINS.map(({ name, priority }) => [name, { version: KONG_VERSION, priority }]),
      ),
    },
  };
}

function statusBody(node: KongNode): object {
  return {
    configuration_hash: node.current.hash,
    database: { reachable: true },
    server: {
      connections_active: 0,
      connections_reading: 0,
      connections_writing: 0,
      connections_waiting: 0,
      connections_accepted: 0,
      connections_handled: 0,
      total_requests: 0,
    },
    memory: { workers_lua_vms: [], lua_shared_dicts: {} },
  };
}

function pluginSchema(name: string): Reply {
  const plugin = pluginNamed(name);
  if (plugin === undefined) return { status: 404, body: { message: `No plugin named '${name}'` } };
  return {
    status: 200,
    body: {
      fields: [
        ...(plugin.ignoresConsumer ? [{ consumer: { type: 'foreign', reference: 'consumers', eq: null } }] : []),
        { protocols: { type: 'set', required: true, default: DEFAULT_PROTOCOLS, elements: { type: 'string' } } },
        { config: { type: 'record', required: true, fields: shownFields(plugin.fields) } },
      ],
    },
  };
}

function validatePlugin(text: string): Reply {
  const { name, config } = JSON.parse(text || '{}') as Values;
  if (typeof name !== 'string' || !isBundled(name))
    return schemaViolation({
      name: `plugin '${String(name)}' not enabled; add it to the 'plugins' configuration property`,
    });
  const { violations } = checkPluginConfig(name, config);
  if (violations.length === 0) return { status: 200, body: { message: 'schema validation successful' } };
  return schemaViolation(Object.fromEntries(violations.map(({ field, message }) => [field ?? '@entity', message])));
}

function schemaViolation(fields: Readonly<Record<string, string>>): Reply {
  const list = Object.entries(fields).map(([field, message]) =>
    field === '@entity' ? message : `${field}: ${message}`,
  );
  const message =
    list.length === 1 ? `schema violation (${list[0]})` : `${list.length} schema violations (${list.join('; ')})`;
  return { status: 400, body: { code: 2, name: 'schema violation', message, fields } };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, { status, body }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    Server: `kong/${KONG_VERSION}`,
  });
  response.end(text);
}
