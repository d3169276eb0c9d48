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

const entities = { services: [{ name: 's', host: '127.0.0.1', routes: [{ name: 'r', paths: ['/'] }] }] };
const ZEROS = '0'.repeat(32);

describe('the Admin API', () => {
  it('presents itself as Kong 3.9.3 without a database', async () => {
    expect(json(await call(kong.admin, '/'))).toMatchObject({
      version: '3.9.3',
      configuration: {
        database: 'off',
        router_flavor: 'traditional',
        proxy_listeners: [{ port: 8000 }],
        stream_listeners: [],
      },
    });
  });

  it('has a hash of zeros until the first push, then one that follows the content', async () => {
    const hash = async () => json(await call(kong.admin, '/status'))['configuration_hash'];
    expect(await hash()).toBe(ZEROS);
    await push(kong, entities);
    const first = await hash();
    expect(first).not.toBe(ZEROS);
    await push(kong, { ...entities, consumers: [{ username: 'a' }] });
    expect(await hash()).not.toBe(first);
    await push(kong, entities);
    expect(await hash()).toBe(first);
  });

  it('answers 304 to the configuration it already has, when asked to compare', async () => {
    expect((await push(kong, entities)).status).toBe(201);
    expect((await push(kong, entities)).status).toBe(304);
    expect((await push(kong, entities, '')).status).toBe(201);
  });

  it('is not ready before the first configuration', async () => {
    const before = await call(kong.status, '/status/ready');
    expect([before.status, json(before)['message']]).toEqual([
      503,
      'no configuration available (empty configuration present)',
    ]);
    await push(kong, entities);
    const after = await call(kong.status, '/status/ready');
    expect([after.status, json(after)['message']]).toEqual([200, 'ready']);
    expect((await call(kong.status, '/status')).status).toBe(200);
  });

  it.each([
    'services',
    'routes',
    'plugins',
    'upstreams',
    'consumers',
    'key-auths',
    'certificates',
    'snis',
    'ca_certificates',
    'vaults',
    'acls',
    'consumer_groups',
    'filter-chains',
  ])('lists /%s', async (list) => {
    const reply = await call(kong.admin, `/${list}?size=1000`);
    expect([reply.status, json(reply)]).toEqual([200, { data: [], next: null }]);
  });

  it('lists what it was given, with references by id', async () => {
    await push(kong, {
      ...entities,
      plugins: [{ name: 'key-auth', route: 'r' }],
      upstreams: [{ name: 'u', targets: [{ target: '1.2.3.4:80', weight: 7 }] }],
    });
    const [route] = json(await call(kong.admin, '/routes'))['data'] as { id: string; service: { id: string } }[];
    const [service] = json(await call(kong.admin, '/services'))['data'] as { id: string }[];
    expect(route?.service).toEqual({ id: service?.id });
    expect(json(await call(kong.admin, '/plugins'))['data']).toEqual([
      expect.objectContaining({ name: 'key-auth', route: { id: route?.id }, service: null }),
    ]);
    expect(json(await call(kong.admin, '/upstreams/u/targets'))['data']).toEqual([
      expect.objectContaining({ target: '1.2.3.4:80', weight: 7 }),
    ]);
  });

  it('shows plugin schemas in the shape clients fill defaults from, and 404 for unknown plugins', async () => {
    const { fields } = json(await call(kong.admin, '/schemas/plugins/rate-limiting')) as {
      fields: Record<string, { fields?: object[]; default?: unknown }>[];
    };
    const config = fields.find((field) => field['config'] !== undefined)?.['config'];
    expect(config?.fields).toContainEqual({ policy: expect.objectContaining({ type: 'string', default: 'local' }) });
    expect(JSON.stringify(config)).not.toContain('redis_host');
    expect(fields.find((field) => field['protocols'] !== undefined)?.['protocols']?.default).toContain('http');
    expect((await call(kong.admin, '/schemas/plugins/nope')).status).toBe(404);
  });

  it('validates single plugins', async () => {
    const validate = (plugin: object) =>
      call(kong.admin, '/schemas/plugins/validate', { method: 'POST', body: JSON.stringify(plugin) });
    expect((await validate({ name: 'key-auth', config: {} })).status).toBe(200);
    const bad = await validate({ name: 'key-auth', config: { hide_credentials: 1 } });
    expect([bad.status, json(bad)['message']]).toEqual([
      400,
      'schema violation (config.hide_credentials: expected a boolean)',
    ]);
    expect((await validate({ name: 'nope' })).status).toBe(400);
  });

  it('cannot change single entities, and knows no other paths', async () => {
    expect((await call(kong.admin, '/services', { method: 'POST', body: '{}' })).status).toBe(405);
    expect((await call(kong.admin, '/gadgets')).status).toBe(404);
  });

  it('remembers every configuration it was sent, refused ones too', async () => {
    await push(kong, entities);
    await push(kong, { plugins: [{ name: 'nope' }] });
    const pushes = JSON.parse((await call(kong.admin, '/lab/configurations')).text) as {
      at: number;
      status: number;
      body: object;
    }[];
    expect(pushes.map(({ status }) => status)).toEqual([201, 400]);
    expect(pushes[0]?.body).toMatchObject(entities);
    expect(Math.abs(Date.now() - (pushes[0]?.at ?? 0))).toBeLessThan(60_000);
    expect(JSON.parse(String(json(await call(kong.admin, '/config'))['config']))).toMatchObject(entities);
  });
});
