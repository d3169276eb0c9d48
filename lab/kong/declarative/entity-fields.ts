/** Fields of the entities of a declarative configuration, after kong/db/schema/entities/*.lua of Kong 3.9. */
import { pathExpression } from '../router/candidate.ts';
import type { Field, Fields, Values, Violation } from './field.ts';

const LONGEST_TIMEOUT = 2 ** 31 - 2;
const HTTP_PROTOCOLS = ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp', 'ws', 'wss'];

const id: Field = { type: 'string' };
const name: Field = { type: 'string' };
const tags: Field = { type: 'set', elements: { type: 'string' } };
const time: Field = { type: 'integer' };
const strings: Field = { type: 'array', elements: { type: 'string' } };
const anything: Field = { type: 'any' };
const timeout: Field = { type: 'integer', default: 60_000, between: [1, LONGEST_TIMEOUT] };
const stamped: Fields = { id, tags, created_at: time, updated_at: time };

function startsWithSlash(value: string): string | undefined {
  return value.startsWith('/') ? undefined : 'should start with: /';
}

/** A path of a route: plain from `/`, or an expression from `~`, which must compile. */
function routePath(value: string): string | undefined {
  if (!value.startsWith('/') && !value.startsWith('~')) {
    return 'should start with: / (fixed path) or ~/ (regex path)';
  }
  if (!value.startsWith('~')) return undefined;
  try {
    pathExpression(value.slice(1));
    return undefined;
  } catch (error) {
    return `invalid regex: '${value.slice(1)}' (${(error as Error).message})`;
  }
}

export const SERVICE: Fields = {
  ...stamped,
  name,
  protocol: { type: 'string', default: 'http', one_of: HTTP_PROTOCOLS },
  host: { type: 'string', required: true },
  port: { type: 'integer', default: 80, between: [0, 65_535] },
  path: { type: 'string', check: startsWithSlash },
  retries: { type: 'integer', default: 5, between: [0, 32_767] },
  connect_timeout: timeout,
  write_timeout: timeout,
  read_timeout: timeout,
  enabled: { type: 'boolean', default: true },
  tls_verify: { type: 'boolean' },
  tls_verify_depth: { type: 'integer', between: [0, 64] },
  client_certificate: anything,
  ca_certificates: anything,
};

export const ROUTE: Fields = {
  ...stamped,
  name,
  service: anything,
  protocols: {
    type: 'set',
    default: ['http', 'https'],
    elements: { type: 'string', one_of: HTTP_PROTOCOLS },
  },
  methods: { type: 'set', elements: { type: 'string' } },
  hosts: strings,
  paths: { type: 'array', elements: { type: 'string', check: routePath } },
  headers: { type: 'map', keys: { type: 'string' }, values: strings },
  snis: strings,
  sources: anything,
  destinations: anything,
  regex_priority: { type: 'integer', default: 0 },
  strip_path: { type: 'boolean', default: true },
  preserve_host: { type: 'boolean', default: false },
  path_handling: { type: 'string', default: 'v0', one_of: ['v0', 'v1'] },
  https_redirect_status_code: { type: 'integer', default: 426, check: redirectStatus },
  request_buffering: { type: 'boolean', default: true },
  response_buffering: { type: 'boolean', default: true },
};

function redirectStatus(value: number): string | undefined {
  return [426, 301, 302, 307, 308].includes(value) ? undefined : 'expected one of: 426, 301, 302, 307, 308';
}

const HASH_ON = ['none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'];

export const UPSTREAM: Fields = {
  ...stamped,
  name: { type: 'string', required: true },
  algorithm: {
    type: 'string',
    default: 'round-robin',
    one_of: ['consistent-hashing', 'least-connections', 'round-robin', 'latency'],
  },
  slots: { type: 'integer', default: 10_000, between: [10, 65_536] },
  host_header: { type: 'string' },
  hash_on: { type: 'string', default: 'none', one_of: HASH_ON },
  hash_fallback: { type: 'string', default: 'none', one_of: HASH_ON },
  hash_on_header: { type: 'string' },
  hash_fallback_header: { type: 'string' },
  hash_on_cookie: { type: 'string' },
  hash_on_cookie_path: { type: 'string', default: '/' },
  hash_on_query_arg: { type: 'string' },
  hash_fallback_query_arg: { type: 'string' },
  hash_on_uri_capture: { type: 'string' },
  hash_fallback_uri_capture: { type: 'string' },
  healthchecks: anything,
  use_srv_name: { type: 'boolean' },
  client_certificate: anything,
};

export const TARGET: Fields = {
  ...stamped,
  upstream: anything,
  target: { type: 'string', required: true, check: targetAddress },
  weight: { type: 'integer', default: 100, between: [0, 65_535] },
};

function targetAddress(value: string): string | undefined {
  return /^[^\s:]+(:\d+)?$/.test(value) || /^\[[^\]]+\](:\d+)?$/.test(value)
    ? undefined
    : `Invalid target ('${value}'); not a valid hostname or ip address`;
}

export const CONSUMER: Fields = {
  ...stamped,
  username: { type: 'string' },
  custom_id: { type: 'string' },
  groups: anything,
};

export const KEY_AUTH_CREDENTIAL: Fields = {
  ...stamped,
  consumer: anything,
  key: { type: 'string', required: true },
  ttl: { type: 'integer' },
};

/** Fields of a plugin around its `config`. */
export const PLUGIN: Fields = {
  ...stamped,
  name: { type: 'string', required: true },
  instance_name: { type: 'string' },
  enabled: { type: 'boolean', default: true },
  protocols: { type: 'set', elements: { type: 'string', one_of: HTTP_PROTOCOLS } },
  config: anything,
  route: anything,
  service: anything,
  consumer: anything,
  consumer_group: anything,
  ordering: anything,
  partials: anything,
};

/** Rules about several fields at once. */
export function routeEntityChecks(route: Values): Violation[] {
  const protocols = (route['protocols'] as readonly string[] | undefined) ?? [];
  if (!protocols.some((protocol) => protocol.startsWith('http'))) return [];
  const needed = ['methods', 'hosts', 'headers', 'paths', ...(protocols.includes('https') ? ['snis'] : [])];
  const isSet = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (needed.some((field) => isSet(route[field]))) return [];
  const list = needed.map((field) => `'${field}'`).join(', ');
  const scheme = protocols.includes('https') ? 'https' : 'http';
  return [{ type: 'entity', message: `must set one of ${list} when 'protocols' is '${scheme}'` }];
}

export function consumerEntityChecks(consumer: Values): Violation[] {
  if (consumer['username'] !== undefined || consumer['custom_id'] !== undefined) return [];
  return [{ type: 'entity', message: "at least one of these fields must be non-empty: 'custom_id', 'username'" }];
}
