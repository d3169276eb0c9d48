/** A gateway that the runner reaches through the API server only: set-up, checks, releases and returns. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectExit } from './support/exit-paths.ts';
import { leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

/** Every probe passes kubectl, the API server and its way to pods: fewer of them than elsewhere. */
const inside = { 'gateway-url': 'in-cluster', 'probe-rate': '8', 'pre-flight': '20' };

describe('gateway-url: in-cluster', () => {
  it('finds the Service of the Gateway, and that Kong answers there', async () => {
    const result = await world.run({ command: 'setup', 'gateway-url': 'in-cluster' });
    expectExit(result, 'setup', 'everything was as asked', {
      reason: /^the platform was as asked already: Kong answers at http:\/\/kong-gateway-proxy\.kong\.svc/,
      weight: '',
      traffic: /^no route was touched/,
    });
    expect(result.log).toContain('the gateway answers at http://kong-gateway-proxy.kong.svc');
  });

  it('releases a version, proved and checked through the API server', async () => {
    const place = await (await world.place()).serving();
    place.write('v2.yaml', ...place.version('v2'));
    const checks = JSON.stringify([
      { name: 'post', path: place.path(), method: 'POST', body: 'x', expect: { status: '2xx' } },
      { name: 'page', path: place.path(), expect: { body: 'jazz', header: { 'content-type': '/./' } } },
    ]);
    const result = await place.deploy({
      ...inside,
      version: 'v2',
      manifests: 'v2.yaml',
      checks,
      'canary-weight': '50,100',
    });
    if (result.code !== 0) throw new Error(result.log);
    expect(result.outputs['result']).toBe('promoted');
    expect(result.outputs['url']).toBe(`http://kong-gateway-proxy.kong.svc${place.path()}`);
    expect(await place.weights()).toEqual([{ 'jazz-v1': 0, 'jazz-v2': 10_000 }]);
    expect(await place.count(20)).toEqual({ '["jazz v2"]': 20 });
    expect(await leftovers(place)).toEqual([]);
  });

  it('returns a version that fails', async () => {
    const place = await (await world.place()).serving();
    place.write('v2.yaml', ...place.version('v2', { env: { HW_RESPONSE: '["broken v2"]' } }));
    const checks = JSON.stringify([{ name: 'words', path: place.path(), expect: { body: 'jazz' } }]);
    const result = await place.deploy({
      ...inside,
      version: 'v2',
      manifests: 'v2.yaml',
      checks,
      'canary-weight': '100',
    });
    expect([result.code, result.outputs['reason']]).toEqual([1, expect.stringMatching(/\bwords\b/)]);
    expect(await place.count(20)).toEqual({ '["jazz v1"]': 20 });
  });

  it('says what it cannot send: a route that is found by its host', async () => {
    const place = await (await world.place()).serving();
    const route = place.route('jazz-v1') as { spec: { hostnames?: string[] } };
    route.spec.hostnames = ['jazz.example.com'];
    await place.apply(route);
    place.write('v2.yaml', ...place.version('v2'));
    const result = await place.deploy({ ...inside, version: 'v2', manifests: 'v2.yaml' });
    expect(result.code).toBe(1);
    expect(result.log).toMatch(/gateway-url: in-cluster cannot send the header host/);
    expect(await place.weights()).toEqual([{ 'jazz-v1': 1 }]);
  });
});

describe('a gateway address that does not resolve', () => {
  it('is waited for as pending, then given up in words of its own', async () => {
    // RFC 2606: this name never resolves.
    const result = await world.run({ command: 'setup', 'gateway-url': 'http://lb.invalid', 'ready-timeout': '3s' });
    expect(result.code).toBe(1);
    expect(result.log).toContain('address pending: lb.invalid does not resolve yet');
    expect(result.outputs['reason']).toMatch(
      /^the address of the gateway is pending: lb\.invalid does not resolve, for 3 s/,
    );
  });
});
