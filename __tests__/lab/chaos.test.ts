/** A sample of the chaos suites (`npm run test:chaos`) that moves on with the day. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded, seedOfTheDay } from '../../lab/chaos/seed.ts';
import { cancelled } from '../chaos/support/cancel.ts';
import { killed } from '../chaos/support/kill.ts';
import { inParallel } from '../chaos/support/parallel.ts';
import { moments, progress } from '../chaos/support/stage.ts';
import { twins } from '../chaos/support/twins.ts';
import { World } from './support/world.ts';

const seed = seedOfTheDay();
const random = seeded(seed);
/** Writes of the undisturbed release of three services, about; one beyond its end is a release that is not disturbed. */
const WRITES = 40;
const some = (most: number) => 1 + Math.floor(random() * most);

let world: World;
beforeAll(async () => {
  progress(`sample of ${seed}: MESH_CANARY_SEED=${seed} repeats it`);
  world = await World.start();
});
afterAll(() => world?.stop());

describe('a sample of disturbed releases', () => {
  it('killed: the next run ends it, rolls it back, or puts another version in its place', async () => {
    const cases = (['rerun', 'rollback', 'another'] as const).map((next) => ({
      write: some(WRITES),
      moment: moments[Math.floor(random() * moments.length)] ?? 'after',
      next,
    }));
    const failures = await inParallel(cases, 2, (one) => killed(world, one));
    expect(failures.filter((failure) => failure !== '')).toEqual([]);
  }, 400_000);

  it('cancelled: the weights are back at once, and no process is left', async () => {
    expect(await cancelled(world, { at: some(WRITES - 4), as: random() < 0.5 ? 'action' : 'terminal' })).toBe('');
  }, 200_000);

  it('put to sleep: a run that wakes up after its lock was taken over writes nothing there', async () => {
    const cases = [1, 2].map((number) => ({ number, stopFor: 60, after: 2 + some(12), first: random() }));
    const failures = await inParallel(cases, 2, (one) => twins(world, one));
    expect(failures.filter((failure) => failure !== '')).toEqual([]);
  }, 400_000);
});
