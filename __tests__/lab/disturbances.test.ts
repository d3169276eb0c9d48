import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leftovers, World } from './support/world.ts';

// A lab for each test: here the control plane itself is taken away.
let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world?.stop());

describe('a run that is disturbed', () => {
  it('ends within its bound when the API server dies, and says what it knows of the traffic', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const running = place.start({ version: 'v2', manifests, 'canary-weight': '20,50', 'min-step': '3s' });
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 2000);
    await world.lab.stopPart('apiserver');
    const result = await running.finished;
    expect(result.code).toBe(1);
    expect(result.seconds).toBeLessThan(150);
    expect(result.outputs).toMatchObject({ result: 'failed', weight: '20' });
    expect(result.log).toMatch(/the weight could NOT be returned/);
    expect(result.log).toMatch(/\d+ of the last \d+ answers came from jazz-v2/);
    expect(result.log).not.toMatch(/proved by/);

    // The next run finds the dead one's journal and brings its traffic back before anything else.
    await world.lab.startPart('apiserver');
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 2000);
    const next = await place.deploy({ version: 'v2', manifests, 'canary-weight': '50,100' });
    expect(next.log).toMatch(/died observing at 20 %(25)?; its traffic was returned to jazz-v1 first/);
    expect(next.outputs).toMatchObject({ result: 'promoted' });
    expect(await leftovers(place)).toEqual([]);
  }, 240_000);

  it('brings the weight back on SIGINT, gives back the lock and leaves no process', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const running = place.start({ version: 'v2', manifests, 'canary-weight': '30,100', 'min-step': '60s' });
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 3000);
    const asked = performance.now();
    running.kill('SIGINT');
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] !== 3000);
    expect(performance.now() - asked).toBeLessThan(5000);
    const result = await running.finished;
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({ result: 'rolled-back', weight: '0' });
    expect(result.outputs['reason']).toMatch(/cancelled \(SIGINT\)/);
    expect(await place.count(50)).toEqual({ '["jazz v1"]': 50 });
    expect(await leftovers(place)).toEqual([]);
    expect(spawnSync('pgrep', ['-f', `kubectl proxy.*${world.lab.kubeconfig}`], { encoding: 'utf8' }).stdout).toBe('');
  });

  it('waits for another run of the same route, or fails naming it', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const first = place.start({ version: 'v2', manifests, 'canary-weight': '30,100', 'min-step': '12s' });
    await first.sees(/Attach at 0 %/);
    const second = await place.deploy({ version: 'v2', manifests });
    expect(second.outputs['reason']).toMatch(
      /another run is releasing here: Lease .*mesh-canary-jazz is held by run local-/,
    );
    expect(second.code).toBe(1);
    expect((await first.finished).outputs).toMatchObject({ result: 'promoted' });
  });
});
