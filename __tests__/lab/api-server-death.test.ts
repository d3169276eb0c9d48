import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectExit } from './support/exit-paths.ts';
import { leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

describe('a run whose API server dies', () => {
  it('ends within its bound when the API server dies, and says what it knows of the traffic', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const running = place.start({ version: 'v2', manifests, 'canary-weight': '20,50', 'min-step': '3s' });
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 2000);
    await world.lab.stopPart('apiserver');
    const result = await running.finished;
    expectExit(result, 'deploy', 'the weight cannot be written back', {
      reason: /(GET|PATCH|POST|PUT) |API server|kubectl/,
      weight: '20',
      traffic: /^jazz: the weight could NOT be returned .*last asked for were 20 % for jazz-v2.*Look at HTTPRoute/,
    });
    expect(result.seconds).toBeLessThan(150);
    expect(result.log).toMatch(/\d+ of the last \d+ answers came from jazz-v2/);
    expect(result.log).not.toMatch(/proved by/);

    // The next run of the same release finds the dead one's journal and goes on from there.
    await world.lab.startPart('apiserver');
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 2000);
    const next = await place.deploy({ version: 'v2', manifests, 'canary-weight': '50,100' });
    expect(next.log).toMatch(/jazz: goes on from 20 %(25)?, where the release was/);
    expect(next.outputs).toMatchObject({ result: 'promoted' });
    expect(await leftovers(place)).toEqual([]);
  }, 400_000);
});
