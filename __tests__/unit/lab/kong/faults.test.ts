import { afterEach, describe, expect, it } from '@jest/globals';
import { parseFaults } from '../../../../lab/kong/faults.ts';
import type { Kong } from '../../../../lab/kong/kong.ts';
import { call, message, push, type Upstream, World } from './admin-world.ts';

let world: World;
afterEach(() => world.close());

describe('faults of the lab’s Kong', () => {
  let kong: Kong;
  let stable: Upstream;
  let canary: Upstream;

  const split = (ofStable: number, ofCanary: number) => ({
    services: [{ name: 'jazz', host: 'jazz.0', port: 80 }],
    routes: [
      { name: 'prod.jazz.0.0', service: { name: 'jazz' }, paths: ['/jazz'] },
      { name: 'prod.jazz-lane.0.0', service: { name: 'jazz' }, paths: ['/jazz'], headers: { 'x-lane': ['t'] } },
    ],
    upstreams: [
      {
        name: 'jazz.0',
        targets: [
          { target: `127.0.0.1:${stable.port}`, weight: ofStable },
          { target: `127.0.0.1:${canary.port}`, weight: ofCanary },
        ],
      },
    ],
  });

  async function begin(): Promise<void> {
    world = new World();
    [stable, canary] = [await world.upstream('stable'), await world.upstream('canary')];
    kong = await world.kong(split(10, 0));
  }

  const switched = async (...faults: object[]) => {
    const answer = await call(kong.admin, '/lab/faults', { method: 'PUT', body: JSON.stringify(faults) });
    expect(answer.status).toBe(200);
  };
  /** How many of twenty requests the canary got. */
  const ofTwenty = async () => {
    const before = canary.seen.length;
    for (let count = 0; count < 20; count++) await call(kong.proxy, '/jazz');
    return canary.seen.length - before;
  };
  const hash = async () => (await call(kong.admin, '/status')).text;

  it('accept a configuration with its hash and do not apply it, until they are switched off', async () => {
    await begin();
    await switched({ kind: 'unapplied', upstreams: '^jazz' });
    const before = await hash();
    expect((await push(kong, split(5, 5))).status).toBe(201);
    expect(await hash()).not.toBe(before);
    expect(await ofTwenty()).toBe(0);
    await switched();
    expect(await ofTwenty()).toBe(10);
  });

  it('apply it late', async () => {
    await begin();
    await switched({ kind: 'late', upstreams: '^jazz', milliseconds: 300 });
    await push(kong, split(0, 10));
    expect((await call(kong.proxy, '/jazz')).headers['x-name']).toBe('stable');
    while ((await call(kong.proxy, '/jazz')).headers['x-name'] !== 'canary');
  });

  it('apply other weights, but none to who should have none', async () => {
    await begin();
    await switched({ kind: 'weights', upstreams: '^jazz', as: 'mirrored' });
    expect(await ofTwenty()).toBe(0);
    await push(kong, split(15, 5));
    expect(await ofTwenty()).toBe(15);
    await switched({ kind: 'weights', upstreams: '^jazz', as: 'even' });
    expect(await ofTwenty()).toBe(10);
    await switched({ kind: 'weights', upstreams: '^other', as: 'even' });
    expect(await ofTwenty()).toBe(5);
  });

  it('answer for some routes by themselves, in Kong’s words', async () => {
    await begin();
    await switched({ kind: 'answers', routes: '^prod\\.jazz\\.', share: 1, status: 404 });
    const refused = await call(kong.proxy, '/jazz');
    expect([refused.status, message(refused)]).toEqual([404, 'no Route matched with those values']);
    expect((await call(kong.proxy, '/jazz', { headers: { 'x-lane': 't' } })).status).toBe(200);
    await switched({ kind: 'answers', share: 1, status: 500 });
    const failed = await call(kong.proxy, '/jazz', { headers: { 'x-lane': 't' } });
    expect(failed.status).toBe(500);
    expect(failed.headers['x-kong-response-latency']).toBeDefined();
    await switched({ kind: 'answers', share: 1, status: 502 });
    const unreached = await call(kong.proxy, '/jazz');
    expect(unreached.status).toBe(502);
    expect(unreached.headers['via']).toMatch(/kong/);
    expect(stable.seen).toHaveLength(1);
    await switched({ kind: 'answers', share: 0, status: 502 });
    expect((await call(kong.proxy, '/jazz')).status).toBe(200);
  });

  it.each([
    '{}',
    '[{"kind":"other"}]',
    '[{"kind":"unapplied"}]',
    '[{"kind":"late","upstreams":"x"}]',
    '[{"kind":"weights","upstreams":"x","as":"half"}]',
    '[{"kind":"answers","share":2,"status":500}]',
    '[{"kind":"answers","share":1,"status":200}]',
  ])('are refused when not understood: %s', async (text) => {
    world = new World();
    expect(() => parseFaults(text)).toThrow();
  });
});
