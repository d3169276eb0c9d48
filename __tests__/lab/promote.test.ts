import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectExit } from './support/exit-paths.ts';
import { leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

describe('promote', () => {
  it('goes on with a holding release from another job that knows only the namespace', async () => {
    const place = await (await world.place({ services: ['jazz', 'metal'] })).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'), ...place.version('v2', {}, 'metal'));
    const held = await place.deploy({ version: 'v2', manifests, 'canary-weight': '20' });
    expect(held.outputs).toMatchObject({ result: 'holding', weight: '20' });
    const { services: _, ...elsewhere } = place.inputs({ command: 'promote', 'canary-weight': '50,100' });
    const result = await world.run(elsewhere, place.workspace);
    expect(result.log).toMatch(/going on with release jazz,metal@v2/);
    expectExit(result, 'promote', 'anything else', {
      result: 'promoted',
      code: 0,
      reason: /^jazz-v2, metal-v2 each passed every step/,
      weight: '100',
      traffic: /^all requests go to jazz-v2, metal-v2, proved by/,
    });
    expect(result.outputs['version']).toBe('v2');
    for (const service of place.services) {
      expect(await place.count(20, service)).toEqual({ [`["${service} v2"]`]: 20 });
    }
    const again = await world.run(elsewhere, place.workspace);
    expectExit(again, 'promote', 'no release is holding, or several are and the inputs do not say which', {
      reason: /^no release is holding in namespace .*jazz: jazz,metal@v2 is promoted/,
      weight: '',
      traffic: /^no route was touched, all traffic is where it was/,
    });
    expect(await leftovers(place)).toEqual([]);
  });
});

describe('a release that another one asks to give way', () => {
  it('returns its traffic and is followed by the other', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const first = place.start({ version: 'v2', manifests, 'canary-weight': '30,100', 'min-step': '5m' });
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 3000);
    const second = await place.deploy({
      version: 'v3',
      manifests: place.write('v3.yaml', ...place.version('v3')),
      'canary-weight': '100',
      'on-conflict': 'replace',
    });
    const asked = await first.finished;
    expectExit(asked, 'deploy', 'another run asks for the route (`on-conflict: replace`)', {
      result: 'rolled-back',
      reason: /^run local-\d+-\w+ asked for the lock .*on-conflict: replace/,
      weight: '0',
      traffic: /^jazz: the weight of jazz-v2 is 0 again, proved by 40 probes/,
    });
    expect(second.outputs).toMatchObject({ result: 'promoted', 'previous-version': 'v1' });
    expect(await place.count(20)).toEqual({ '["jazz v3"]': 20 });
    expect(await leftovers(place)).toEqual([]);
  });
});
