import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded, seedOfTheDay } from '../../lab/chaos/seed.ts';
import { World } from '../lab/support/world.ts';
import { inParallel } from './support/parallel.ts';
import { progress } from './support/stage.ts';
import { twins } from './support/twins.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 180_000);
afterAll(() => world?.stop(), 60_000);

describe('{jazz} and {jazz, metal} at the same instant, the holder stopped for 60 s', () => {
  it('50 times: only one ever writes jazz at a time, and the woken one writes nothing there', async () => {
    const seed = seedOfTheDay();
    const random = seeded(seed);
    const repetitions = Number(process.env['MESH_CANARY_CHAOS_TWINS'] ?? 50);
    progress(`seed ${seed}, ${repetitions} twins`);
    const cases = Array.from({ length: repetitions }, (_, index) => ({
      number: index + 1,
      stopFor: 60,
      after: 2 + Math.floor(random() * 14),
      first: random(),
    }));
    const failures = await inParallel(cases, 3, (one) => twins(world, one));
    expect(failures.filter((failure) => failure !== '')).toEqual([]);
  }, 7_200_000);
});
