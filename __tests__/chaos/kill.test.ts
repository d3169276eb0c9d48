import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded, seedOfTheDay } from '../../lab/chaos/seed.ts';
import { World } from '../lab/support/world.ts';
import type { Case } from './support/kill.ts';
import { countWrites, killed } from './support/kill.ts';
import { inParallel } from './support/parallel.ts';
import { moments, progress } from './support/stage.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 180_000);
afterAll(() => world?.stop(), 60_000);

describe('a release of three services that is killed', () => {
  it('at every single write in turn: the next run ends it, rolls it back, or puts another version in its place', async () => {
    const seed = seedOfTheDay();
    const random = seeded(seed);
    const writes = await countWrites(world);
    const from = Number(process.env['MESH_CANARY_CHAOS_FROM'] ?? 1);
    const next = (process.env['MESH_CANARY_CHAOS_NEXT'] ?? 'rerun,rollback,another').split(',') as Case['next'][];
    progress(`seed ${seed}, ${writes} writes`);
    const cases: Case[] = [];
    // For a look at a busy machine: only every so-and-so-many-th write.
    const stride = Number(process.env['MESH_CANARY_CHAOS_EVERY'] ?? 1);
    for (let write = from; write <= writes; write += stride) {
      const start = Math.floor(random() * moments.length);
      for (const [index, what] of next.entries())
        cases.push({ write, moment: moments[(start + index) % moments.length] ?? 'after', next: what });
    }
    const failures = await inParallel(cases, 3, (one) => killed(world, one));
    expect(failures.filter((failure) => failure !== '')).toEqual([]);
  }, 7_200_000);
});
