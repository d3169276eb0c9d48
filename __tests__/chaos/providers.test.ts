/** The same scripted release on every kind of route; see lab/demo/scripted.ts. */
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { SCENARIOS } from '../../lab/demo/scripted.ts';
import type { MeshName } from '../../lab/mesh/index.ts';
import { MESH_NAMES } from '../../lab/mesh/index.ts';
import { playScript } from '../lab/support/scripted-release.ts';
import { SeedWorld } from '../lab/support/seed-world.ts';

/** A late controller is waited for at each of its writes. */
const LONG = 420_000;

describe.each(MESH_NAMES)('a release on %s', (mesh: MeshName) => {
  let world: SeedWorld;
  let serving = 'v1';
  beforeAll(async () => {
    world = await SeedWorld.start(mesh);
  }, LONG);
  afterAll(() => world?.stop());

  it.each(SCENARIOS)(
    '%s',
    async (scenario) => {
      serving = await playScript(world, scenario, serving);
    },
    LONG,
  );
});
