/** A sample of the scripted release on every kind of route, as quick as can be; the whole is in __tests__/chaos/providers. */
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { MeshName } from '../../lab/mesh/index.ts';
import { MESH_NAMES } from '../../lab/mesh/index.ts';
import { playScript } from './support/scripted-release.ts';
import { SeedWorld } from './support/seed-world.ts';

/** Little is to be shown: this is about the routes, not about the verdict. */
const QUICK = { 'max-error-increase': '30', 'probe-rate': '20', 'pre-flight': '10' };

describe.each(MESH_NAMES)('a release on %s', (mesh: MeshName) => {
  let world: SeedWorld;
  beforeAll(async () => {
    world = await SeedWorld.start(mesh);
  }, 180_000);
  afterAll(() => world?.stop());

  it('is promoted when the version is good', async () => {
    await playScript(world, 'good', 'v1', QUICK);
  });

  // With ten pairs, 30 % of failures are not enough for a verdict in pre-flight.
  it('is stopped before a user meets a version that fails', async () => {
    await playScript(world, 'bad', 'v2', { ...QUICK, 'pre-flight': '60' });
  });

  it('is stopped by the words of a controller that refuses it', async () => {
    await playScript(world, 'refused', 'v2', QUICK);
  });
});
