/** A release in place that is killed after each of its writes, and what comes after it. */
import { describe, expect, it } from '@jest/globals';
import type { Settings } from '../../../../src/settings/types.ts';
import { type AppFolder, appFolder, appLive, appRuns, homeImage, strangers } from '../../../support/app.ts';
import { weightsOf } from '../../../support/fixtures.ts';
import { World } from '../../../support/stage.ts';

const V2 = { image: 'orders:v2', mode: 'new', job: true };
const V3 = { image: 'orders:v3', mode: 'newer', job: true };

const quick = {
  image: {},
  version: '',
  canaryWeight: [50, 100],
  minStep: 1_000,
  preFlight: 40,
  manifests: ['k8s.json'],
};
const release = (world: World, folder: AppFolder, more: Partial<Settings> = {}) =>
  world.run('deploy', { ...quick, workspace: appFolder(folder), ...more }, {});

const isOurs = ({ method, path }: { method: string; path: string }) =>
  method !== 'GET' && !path.includes('dryRun') && !/\/(leases|selfsubjectaccessreviews)\b/.test(path);

/** @returns the world after a run that was killed after so many writes; undefined when it made fewer */
async function killedAfter(writes: number): Promise<World | undefined> {
  const world = new World({ services: ['orders'], begins: appLive(), runs: appRuns });
  world.api.edit('Deployment', 'orders', () => undefined);
  let made = 0;
  world.api.between = (request) => {
    if (isOurs(request) && ++made === writes) world.kill();
  };
  const { outcome } = await release(world, V2);
  world.api.between = () => undefined;
  if (outcome !== undefined) expect(outcome.result).toBe('promoted');
  return outcome === undefined ? world : undefined;
}

async function afterEveryWrite(then: (world: World) => Promise<void>): Promise<number> {
  for (let writes = 1; ; writes++) {
    const world = await killedAfter(writes);
    if (world === undefined) return writes - 1;
    try {
      await then(world);
    } catch (error) {
      throw new Error(`after write ${writes}: ${String(error)}`);
    }
  }
}

/** Everything is under the service's own name, and nothing else of the app is there. */
function expectSettled(world: World, image: string): void {
  expect(homeImage(world.api)).toBe(image);
  expect(weightsOf(world.api.get('HTTPRoute', 'orders'))).toEqual({ orders: 10_000 });
  expect(world.api.all('HTTPRoute').map(({ metadata }) => metadata.name)).toEqual(['orders']);
  expect(strangers(world.api)).toEqual([]);
}

describe('a release in place that was killed after any of its writes', () => {
  it('ends as its folder says when it runs again', async () => {
    const places = await afterEveryWrite(async (world) => {
      const { outcome } = await release(world, V2);
      expect(outcome).toMatchObject({ result: expect.stringMatching(/promoted|nothing-to-do/) });
      expectSettled(world, 'orders:v2');
    });
    expect(places).toBeGreaterThan(20);
  });

  it('ends as another folder says when that is released', async () => {
    await afterEveryWrite(async (world) => {
      const { outcome } = await release(world, V3);
      expect(outcome?.result).toBe('promoted');
      expectSettled(world, 'orders:v3');
    });
  });

  it('is brought back by rollback while the old version is untouched, and stays on the proved new one after that', async () => {
    const ends = new Set<string>();
    await afterEveryWrite(async (world) => {
      const { outcome } = await world.run('rollback', {}, {});
      ends.add(outcome?.result ?? 'killed');
      const weights = weightsOf(world.api.get('HTTPRoute', 'orders'));
      const serving = Object.keys(weights).filter((name) => (weights[name] ?? 0) > 0);
      expect(serving).toHaveLength(1);
      const image = serving[0] === 'orders' ? homeImage(world.api) : 'orders:v2';
      const untouched = homeImage(world.api) === 'orders:v1';
      if (outcome?.result === 'returned') expect([serving[0], image]).toEqual(['orders', 'orders:v1']);
      if (outcome?.result === 'nothing-to-do') expect([serving[0], untouched]).toEqual(['orders', true]);
      expect(world.api.find('Deployment', serving[0] ?? '')).toBeDefined();
      // Whatever it said: the folder, released again, is what is live.
      const again = await release(world, V2);
      expect(again.outcome?.result).toMatch(/promoted|nothing-to-do/);
      expectSettled(world, 'orders:v2');
    });
    expect([...ends].sort()).toEqual(['failed', 'nothing-to-do', 'returned']);
  });
});
