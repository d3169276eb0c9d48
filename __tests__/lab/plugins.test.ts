import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applySecrets, keysOf } from '../../lab/demo/secrets.ts';
import { expectExit } from './support/exit-paths.ts';
import type { Place } from './support/world.ts';
import { ask, leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

async function behindAKey(): Promise<Place> {
  const place = await (await world.place()).serving();
  await applySecrets(world.lab, place.namespace);
  return place;
}

describe('plugins of a release', () => {
  let place: Place;

  it('are bound, proved, and then hold for everybody who calls', async () => {
    place = await behindAKey();
    const result = await place.deploy({
      version: 'v2',
      manifests: place.write('v2.yaml', ...place.version('v2')),
      plugins: 'key-auth, rate-limiting',
      'probe-headers': `apikey: ${keysOf(place.namespace).probe}`,
      'canary-weight': '50,100',
    });
    expect(result.outputs).toMatchObject({ result: 'promoted' });
    expect(result.log).toMatch(
      /key-auth \(key-auth\) is enforced \(without a key: 401; with a wrong key: 401; with a valid key: 200\)/,
    );
    expect(result.log).toMatch(
      /rate-limiting \(rate-limiting\) is enforced \(its headers: 200; request 4 in one minute: 429\)/,
    );
    const live = await place.liveRoute();
    expect(live.metadata.annotations?.['konghq.com/plugins']).toBe('key-auth, rate-limiting');

    const without = await ask(place.url(), undefined);
    expect(without.status).toBe(401);
    expect(JSON.parse(without.body).message).toBe('No API key found in request');
    const limited = await untilLimited(place);
    expect(JSON.parse(limited.body).message).toBe('API rate limit exceeded');
    expect(limited.headers['retry-after']).toMatch(/^\d+$/);
    expect(await leftovers(place)).toEqual([
      expect.stringMatching(/mesh-canary-probe/),
      expect.stringMatching(/mesh-canary-probe/),
      expect.stringMatching(/mesh-canary-probe/),
    ]);
  });

  it('keeps keys out of everything that is written', async () => {
    const result = await place.deploy({
      version: 'v3',
      manifests: place.write('v3.yaml', ...place.version('v3')),
      'probe-headers': `apikey: ${keysOf(place.namespace).probe}`,
      'canary-weight': '100',
    });
    const shown = result.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    for (const text of [shown.join('\n'), result.summary, JSON.stringify(result.outputs)]) {
      expect(text).not.toContain(keysOf(place.namespace).probe);
      expect(text).not.toContain(Buffer.from(keysOf(place.namespace).probe).toString('base64'));
    }
  });

  it('are unbound again when the release fails, and foreign ones stay', async () => {
    const other = await behindAKey();
    await other.apply({
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongPlugin',
      metadata: { name: 'say-hello', namespace: other.namespace },
      plugin: 'response-transformer',
      config: { add: { headers: ['x-hello:there'] } },
    });
    await world.lab.kubectl(['annotate', 'httproute', 'jazz', '-n', other.namespace, 'konghq.com/plugins=say-hello']);
    const result = await other.deploy({
      version: 'v2',
      manifests: other.write('v2.yaml', ...other.version('v2', { env: { FAULT_ERROR_RATE: '1' } })),
      plugins: 'key-auth',
      'probe-headers': `apikey: ${keysOf(other.namespace).probe}`,
      'canary-weight': '50,100',
    });
    expect(result.outputs).toMatchObject({
      result: 'rolled-back',
      reason: expect.stringMatching(/Stopped in pre-flight.*New version: (\d+) of \1 probes failed/),
    });
    expect((await other.liveRoute()).metadata.annotations?.['konghq.com/plugins']).toBe('say-hello');
    await other.until(async () => (await ask(other.url(), undefined)).status === 200);
    expect(await other.exists('kongplugin', 'key-auth')).toBe(false);
  });

  it('fails red when the key of the probes is not let in, and says so', async () => {
    const other = await behindAKey();
    const result = await other.deploy({
      version: 'v2',
      manifests: other.write('v2.yaml', ...other.version('v2')),
      plugins: 'key-auth',
      'canary-weight': '50,100',
    });
    expectExit(result, 'deploy', 'the gateway refuses the probes, or a check fails, before the first shift', {
      reason: /401 by Kong: No API key found in request.*probe-headers/,
      weight: '0',
      traffic: /^jazz: the route was not touched, all traffic is on jazz-v1/,
    });
    expect(await other.weights()).toEqual([{ 'jazz-v1': 1 }]);
  });
});

/** Calls as consumer1 within one calendar minute until the limit shows: the 4th call of a minute. */
async function untilLimited(place: Place): ReturnType<typeof ask> {
  for (;;) {
    const minute = Math.floor(Date.now() / 60_000);
    const statuses: number[] = [];
    for (let call = 1; call <= 4; call++) {
      const answer = await ask(place.url(), keysOf(place.namespace).caller);
      statuses.push(answer.status);
      if (answer.status !== 429) continue;
      // Another minute may have begun between the calls; then the count starts again.
      if (Math.floor(Date.now() / 60_000) === minute) {
        expect(statuses).toEqual([200, 200, 200, 429]);
        return answer;
      }
    }
    await place.until(
      async () =>
        Math.floor(Date.now() / 60_000) > minute ||
        (await ask(place.url(), keysOf(place.namespace).caller)).status === 429,
    );
  }
}
