import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inputs } from '../../src/settings/defaults.ts';
import { expectExit } from './support/exit-paths.ts';
import { leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

describe('a run that is disturbed', () => {
  it('brings the weight back on SIGINT and proves it at the default probe-rate, and leaves neither lock nor process', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const release = { version: 'v2', manifests, 'canary-weight': '30,100', 'min-step': '60s' };
    const running = place.start({ ...release, 'probe-rate': inputs['probe-rate'].default });
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] === 3000);
    const asked = performance.now();
    running.kill('SIGINT');
    await place.until(async () => (await place.weights())[0]?.['jazz-v2'] !== 3000);
    expect(performance.now() - asked).toBeLessThan(5000);
    const result = await running.finished;
    expectExit(result, 'deploy', 'cancelled (`SIGINT`, `SIGTERM`)', {
      result: 'rolled-back',
      code: 1,
      reason: /^the run was cancelled \(SIGINT\)/,
      weight: '0',
      traffic: /^jazz: the weight of jazz-v2 is 0 again, proved by 40 probes in a row answered by jazz-v1/,
    });
    expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
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
    expectExit(second, 'deploy', 'another run holds the lock', {
      reason: /^another run is releasing here: Lease .*mesh-canary-jazz is held by run local-/,
      weight: '',
      traffic: /^this run touched no route; the other run answers for the traffic/,
    });
    expect((await first.finished).outputs).toMatchObject({ result: 'promoted' });
  });
});
