import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kong } from '../../../../lab/kong/kong.ts';
import { windowStart } from '../../../../lab/kong/plugins/rate-limiting.ts';
import { call, message, push, type Reply, type Upstream, World } from './admin-world.ts';

let world: World;
let upstream: Upstream;
let clock: number;

beforeEach(async () => {
  world = new World();
  upstream = await world.upstream();
  clock = Date.UTC(2026, 7, 20, 12, 30, 50);
});
afterEach(() => world.close());

function entities(config: object, scope: object = { route: 'r' }) {
  const routes = [
    { name: 'r', paths: ['/r'] },
    { name: 'other', paths: ['/other'] },
  ];
  return {
    services: [{ name: 's', host: '127.0.0.1', port: upstream.port, routes }],
    consumers: [
      { username: 'ann', keyauth_credentials: [{ key: 'ann-key' }] },
      { username: 'bob', keyauth_credentials: [{ key: 'bob-key' }] },
    ],
    plugins: [
      { name: 'rate-limiting', config, ...scope },
      { name: 'key-auth', config: { anonymous: 'ann' } },
    ],
  };
}

function limited(config: object, scope?: object): Promise<Kong> {
  return world.kong(entities(config, scope), { now: () => clock });
}

async function times(count: number, ask: () => Promise<Reply>): Promise<number[]> {
  const statuses: number[] = [];
  for (let round = 0; round < count; round++) statuses.push((await ask()).status);
  return statuses;
}

describe('rate-limiting', () => {
  it('counts down, then answers 429 with Retry-After', async () => {
    const kong = await limited({ minute: 3 });
    const first = await call(kong.proxy, '/r');
    expect(first.headers).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
      'ratelimit-reset': '10',
      'x-ratelimit-limit-minute': '3',
      'x-ratelimit-remaining-minute': '2',
    });
    expect(first.headers['retry-after']).toBeUndefined();
    expect(await times(2, () => call(kong.proxy, '/r'))).toEqual([200, 200]);
    const blocked = await call(kong.proxy, '/r');
    expect([blocked.status, message(blocked)]).toEqual([429, 'API rate limit exceeded']);
    expect(blocked.headers).toMatchObject({
      'retry-after': '10',
      'ratelimit-reset': '10',
      'ratelimit-remaining': '0',
      'x-ratelimit-remaining-minute': '0',
    });
    expect(blocked.headers['x-kong-response-latency']).toBeDefined();
    expect(upstream.seen).toHaveLength(3);
  });

  it('starts afresh at the next calendar minute', async () => {
    const kong = await limited({ minute: 1 });
    expect(await times(2, () => call(kong.proxy, '/r'))).toEqual([200, 429]);
    clock += 9_999;
    expect((await call(kong.proxy, '/r')).status).toBe(429);
    clock += 1;
    expect((await call(kong.proxy, '/r')).status).toBe(200);
  });

  it('keeps counts over a new configuration', async () => {
    const kong = await limited({ minute: 1 });
    expect((await call(kong.proxy, '/r')).status).toBe(200);
    await push(kong, { ...entities({ minute: 1 }), upstreams: [{ name: 'more' }] });
    expect((await call(kong.proxy, '/r')).status).toBe(429);
  });

  it('counts consumers apart', async () => {
    const kong = await limited({ minute: 1 });
    const ask = (apikey: string) => () => call(kong.proxy, '/r', { headers: { apikey } });
    expect(await times(2, ask('ann-key'))).toEqual([200, 429]);
    expect(await times(2, ask('bob-key'))).toEqual([200, 429]);
  });

  it('counts per binding: on two routes apart, on their service together', async () => {
    const apart = entities({ minute: 1 });
    const kong = await world.kong(
      { ...apart, plugins: [...apart.plugins, { name: 'rate-limiting', config: { minute: 1 }, route: 'other' }] },
      { now: () => clock },
    );
    expect([(await call(kong.proxy, '/r')).status, (await call(kong.proxy, '/other')).status]).toEqual([200, 200]);
    const together = await limited({ minute: 1 }, { service: 's' });
    expect([(await call(together.proxy, '/r')).status, (await call(together.proxy, '/other')).status]).toEqual([
      200, 429,
    ]);
  });

  it('does not count what was refused for want of a key', async () => {
    const routes = [{ name: 'r', paths: ['/r'] }];
    const kong = await world.kong({
      services: [{ name: 's', host: '127.0.0.1', port: upstream.port, routes }],
      plugins: [{ name: 'rate-limiting', config: { minute: 1 } }, { name: 'key-auth' }],
      consumers: [{ username: 'ann', keyauth_credentials: [{ key: 'k' }] }],
    });
    const refused = await call(kong.proxy, '/r');
    expect([refused.status, refused.headers['ratelimit-limit']]).toEqual([401, undefined]);
    expect((await call(kong.proxy, '/r', { headers: { apikey: 'k' } })).headers['ratelimit-remaining']).toBe('0');
  });

  it('tells of the tightest window and of each', async () => {
    const kong = await limited({ second: 5, hour: 6 });
    await call(kong.proxy, '/r');
    clock += 1000;
    const reply = await call(kong.proxy, '/r');
    expect(reply.headers).toMatchObject({
      'x-ratelimit-remaining-second': '4',
      'x-ratelimit-remaining-hour': '4',
      'ratelimit-limit': '6',
      'ratelimit-reset': String(3600 - 30 * 60 - 51),
    });
  });

  it('can hide its headers and answer otherwise', async () => {
    const kong = await limited({ minute: 1, hide_client_headers: true, error_code: 403, error_message: 'slow down' });
    await call(kong.proxy, '/r');
    const blocked = await call(kong.proxy, '/r');
    expect([blocked.status, message(blocked)]).toEqual([403, 'slow down']);
    expect(Object.keys(blocked.headers).filter((name) => /ratelimit|retry/.test(name))).toEqual([]);
  });

  it('limits by header, path and address', async () => {
    const byHeader = await limited({ minute: 1, limit_by: 'header', header_name: 'x-user' });
    const ask = (user: string) => () => call(byHeader.proxy, '/r', { headers: { 'x-user': user } });
    expect([...(await times(2, ask('a'))), ...(await times(1, ask('b')))]).toEqual([200, 429, 200]);
    const byPath = await limited({ minute: 1, limit_by: 'path', path: '/r/x' });
    expect((await call(byPath.proxy, '/r/x')).status).toBe(200);
    expect((await call(byPath.proxy, '/r/y')).status).toBe(200);
    expect((await call(byPath.proxy, '/r/x')).status).toBe(429);
    const byAddress = await limited({ minute: 1, limit_by: 'ip' });
    expect((await call(byAddress.proxy, '/r', { headers: { apikey: 'ann-key' } })).status).toBe(200);
    expect((await call(byAddress.proxy, '/r', { headers: { apikey: 'bob-key' } })).status).toBe(429);
  });

  it('lets requests pass when its store cannot be reached', async () => {
    const kong = await limited({ minute: 1, policy: 'redis', redis: { host: 'redis' } });
    expect(await times(3, () => call(kong.proxy, '/r'))).toEqual([200, 200, 200]);
  });

  it.each([
    ['second', '2026-08-20T12:30:50.000Z'],
    ['minute', '2026-08-20T12:30:00.000Z'],
    ['hour', '2026-08-20T12:00:00.000Z'],
    ['day', '2026-08-20T00:00:00.000Z'],
    ['month', '2026-08-01T00:00:00.000Z'],
    ['year', '2026-01-01T00:00:00.000Z'],
  ] as const)('aligns its windows to the UTC calendar: %s', (period, expected) => {
    expect(new Date(windowStart(period, clock + 123)).toISOString()).toBe(expected);
  });
});
