import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kong } from '../../../../lab/kong/kong.ts';
import { call, json, push, World } from './admin-world.ts';

let world: World;
let kong: Kong;

beforeEach(async () => {
  world = new World();
  kong = await world.kong();
});
afterEach(() => world.close());

async function refused(entities: object) {
  const reply = await push(kong, entities);
  expect(reply.status).toBe(400);
  return json(reply) as {
    code: number;
    name: string;
    message: string;
    flattened_errors: { entity_type: string; entity_name?: string; entity_tags?: string[]; errors: object[] }[];
  };
}

const route = (fields: object = {}) => ({
  name: 'r',
  paths: ['/'],
  tags: ['k8s-name:r', 'k8s-kind:HTTPRoute'],
  ...fields,
});
const service = (...routes: object[]) => ({ services: [{ name: 's', host: '127.0.0.1', routes }] });
const plugin = (name: string, config: object = {}) => ({
  name,
  config,
  route: 'r',
  tags: [`k8s-name:${name}`, 'k8s-kind:KongPlugin'],
});

describe('a refused configuration', () => {
  it('names the entity with its tags, so that the controller finds the object at fault', async () => {
    const body = await refused({ ...service(route()), plugins: [plugin('rate-limiting', { minute: -1 })] });
    expect(body).toMatchObject({
      code: 14,
      name: 'invalid declarative configuration',
      message: 'declarative config is invalid: {}',
    });
    expect(body.flattened_errors).toEqual([
      {
        entity_type: 'plugin',
        entity_name: 'rate-limiting',
        entity_tags: ['k8s-name:rate-limiting', 'k8s-kind:KongPlugin'],
        entity: expect.objectContaining({ config: { minute: -1 } }),
        errors: [{ type: 'field', field: 'config.minute', message: 'value must be greater than 0' }],
      },
    ]);
  });

  it('leaves the last good configuration in force', async () => {
    const upstream = await world.upstream();
    const good = { services: [{ name: 's', host: '127.0.0.1', port: upstream.port, routes: [route()] }] };
    expect((await push(kong, good)).status).toBe(201);
    const hash = json(await call(kong.admin, '/status'))['configuration_hash'];
    await refused({ ...service(route()), plugins: [plugin('no-such-plugin')] });
    expect((await call(kong.proxy, '/')).text).toBe('upstream');
    expect(json(await call(kong.admin, '/status'))['configuration_hash']).toBe(hash);
  });

  it.each<[string, object, object]>([
    [
      'an unknown plugin',
      { plugins: [{ name: 'nope' }] },
      { field: 'name', message: "plugin 'nope' not enabled; add it to the 'plugins' configuration property" },
    ],
    [
      'an unknown plugin nested in a route',
      service(route({ plugins: [{ name: 'nope' }] })),
      { field: 'name', message: "plugin 'nope' not enabled; add it to the 'plugins' configuration property" },
    ],
    [
      'a setting the plugin does not have',
      { plugins: [{ name: 'key-auth', config: { keynames: [] } }] },
      { field: 'config.keynames', message: 'unknown field' },
    ],
    [
      'a setting of the wrong type',
      { plugins: [{ name: 'key-auth', config: { key_names: 'apikey' } }] },
      { field: 'config.key_names', message: 'expected an array' },
    ],
    [
      'a list element of the wrong type',
      { plugins: [{ name: 'key-auth', config: { key_names: ['a', 1] } }] },
      { field: 'config.key_names.2', message: 'expected a string' },
    ],
    [
      'policy cluster, which needs a database',
      { plugins: [{ name: 'rate-limiting', config: { minute: 1, policy: 'cluster' } }] },
      { field: 'config.policy', message: 'expected one of: local, redis' },
    ],
    [
      'rate-limiting without any limit',
      { plugins: [{ name: 'rate-limiting' }] },
      {
        type: 'entity',
        message: expect.stringContaining("at least one of these fields must be non-empty: 'config.second'"),
      },
    ],
    [
      'limits out of order',
      { plugins: [{ name: 'rate-limiting', config: { minute: 10, hour: 5 } }] },
      { field: 'config', message: 'The limit for hour(5.0) cannot be lower than the limit for minute(10.0)' },
    ],
    [
      'limit by a header without its name',
      { plugins: [{ name: 'rate-limiting', config: { minute: 10, limit_by: 'header' } }] },
      { field: 'config.header_name', message: 'required field missing' },
    ],
    [
      'a redirect without a target',
      { plugins: [{ name: 'redirect' }] },
      { field: 'config.location', message: 'required field missing' },
    ],
    [
      'message and body together',
      { plugins: [{ name: 'request-termination', config: { message: 'a', body: 'b' } }] },
      { field: 'config', message: 'message cannot be used with content_type or body' },
    ],
    [
      'a header to add without a value',
      { plugins: [{ name: 'request-transformer', config: { add: { headers: ['x'] } } }] },
      { field: 'config.add.headers.1', message: "key 'x' has no value" },
    ],
    [
      'a target weight above 65535',
      { upstreams: [{ name: 'u', targets: [{ target: '1.2.3.4:80', weight: 65_536 }] }] },
      { field: 'weight', message: 'value should be between 0 and 65535' },
    ],
    [
      'a bad target',
      { upstreams: [{ name: 'u', targets: [{ target: 'hostname:1.0' }] }] },
      { field: 'target', message: "Invalid target ('hostname:1.0'); not a valid hostname or ip address" },
    ],
    ['a service without a host', { services: [{ name: 's' }] }, { field: 'host', message: 'required field missing' }],
    [
      'a route that matches nothing',
      service({ name: 'r' }),
      {
        type: 'entity',
        message: "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'",
      },
    ],
    [
      'a path that starts with neither / nor ~',
      service(route({ paths: ['dj'] })),
      { field: 'paths.1', message: 'should start with: / (fixed path) or ~/ (regex path)' },
    ],
    [
      'a path that is no regular expression',
      service(route({ paths: ['~/a('] })),
      { field: 'paths.1', message: expect.stringContaining('invalid regex') },
    ],
    [
      'a plugin on a route that does not exist',
      { plugins: [{ name: 'key-auth', route: 'gone' }] },
      { field: 'route', message: "invalid reference 'route: gone' (no such entity in 'routes')" },
    ],
    [
      'two consumers of one name',
      { consumers: [{ username: 'a' }, { username: 'a' }] },
      { type: 'entity', message: "uniqueness violation: 'consumers' entity with username set to 'a' already declared" },
    ],
    [
      'one key for two consumers',
      {
        consumers: [
          { username: 'a', keyauth_credentials: [{ key: 'k' }] },
          { username: 'b', keyauth_credentials: [{ key: 'k' }] },
        ],
      },
      {
        type: 'entity',
        message: "uniqueness violation: 'keyauth_credentials' entity with key set to 'k' already declared",
      },
    ],
    [
      'a consumer without any name',
      { consumers: [{}] },
      { type: 'entity', message: "at least one of these fields must be non-empty: 'custom_id', 'username'" },
    ],
  ])('refuses %s', async (_what, entities, error) => {
    const { flattened_errors: errors } = await refused(entities);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.errors).toContainEqual(expect.objectContaining(error));
  });

  it('does not blame a plugin for a route that was itself refused', async () => {
    const { flattened_errors: errors } = await refused({
      ...service(route({ paths: ['dj'] })),
      plugins: [plugin('key-auth')],
    });
    expect(errors.map(({ entity_type }) => entity_type)).toEqual(['route']);
  });

  it('looks for duplicates only once every entity by itself is right', async () => {
    const { flattened_errors: errors } = await refused({
      consumers: [{ username: 'a' }, { username: 'a' }],
      plugins: [{ name: 'nope' }],
    });
    expect(errors.map(({ entity_type }) => entity_type)).toEqual(['plugin']);
  });

  it('refuses unknown lists and a missing format version', async () => {
    expect(await refused({ gadgets: [] })).toMatchObject({ fields: { gadgets: 'unknown field' } });
    const reply = await call(kong.admin, '/config', { method: 'POST', body: '{}' });
    expect(json(reply)).toMatchObject({ fields: { _format_version: 'required field missing' } });
    expect((await call(kong.admin, '/config', { method: 'POST' })).status).toBe(400);
    expect((await call(kong.admin, '/config', { method: 'POST', body: 'not json' })).status).toBe(400);
  });
});

describe('an accepted configuration', () => {
  it('takes null for "not set", fills defaults, and sums duplicate targets', async () => {
    const reply = await push(kong, {
      ...service(route({ methods: null, headers: null })),
      plugins: [plugin('rate-limiting', { minute: 5, hour: null })],
      upstreams: [
        {
          name: 'u',
          targets: [
            { target: '1.2.3.4:80', weight: 1 },
            { target: '1.2.3.4:80', weight: 2 },
          ],
        },
      ],
    });
    expect(reply.status).toBe(201);
    const { configuration } = kong.node.current;
    expect(configuration.plugins[0]?.config).toMatchObject({
      minute: 5,
      hour: undefined,
      policy: 'local',
      error_code: 429,
    });
    expect(configuration.routes[0]).toMatchObject({
      protocols: ['http', 'https'],
      strip_path: true,
      path_handling: 'v0',
    });
    expect(configuration.upstreams[0]?.targets).toEqual([expect.objectContaining({ target: '1.2.3.4:80', weight: 3 })]);
  });

  it('accepts plugins of Kong that have no counterpart here', async () => {
    expect((await push(kong, { plugins: [{ name: 'prometheus', config: { anything: true } }] })).status).toBe(201);
  });

  it('gives an entity without id the same id each time', async () => {
    await push(kong, service(route()));
    const before = kong.node.current.configuration.routes[0]?.id;
    await push(kong, { ...service(route()), consumers: [{ username: 'x' }] });
    expect(kong.node.current.configuration.routes[0]?.id).toBe(before);
  });
});
