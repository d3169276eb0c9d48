import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
    expect(result.outputs).toMatchObject({ result: 'promoted', version: 'v2', weight: '100' });
    for (const service of place.services) {
      expect(await place.count(20, service)).toEqual({ [`["${service} v2"]`]: 20 });
    }
    const again = await world.run(elsewhere, place.workspace);
    expect(again.code).toBe(1);
    expect(again.outputs['reason']).toMatch(/no release is holding in namespace .*jazz: jazz,metal@v2 is promoted/);
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
    expect(asked.outputs).toMatchObject({ result: 'rolled-back', weight: '0' });
    expect(asked.outputs['reason']).toMatch(/run local-\d+-\w+ asked for the lock .*on-conflict: replace/);
    expect(second.outputs).toMatchObject({ result: 'promoted', 'previous-version': 'v1' });
    expect(await place.count(20)).toEqual({ '["jazz v3"]': 20 });
    expect(await leftovers(place)).toEqual([]);
  });
});
