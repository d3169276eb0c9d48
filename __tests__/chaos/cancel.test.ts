import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../lab/support/world.ts';
import type { CancelCase } from './support/cancel.ts';
import { cancelled } from './support/cancel.ts';
import { countWrites } from './support/kill.ts';
import { inParallel } from './support/parallel.ts';
import { progress } from './support/stage.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 180_000);
afterAll(() => world?.stop(), 60_000);

describe('a release that is cancelled', () => {
  it('in each phase, 20 of 20: the weights are back within 5 s, the process gone within 7 s, no child left', async () => {
    const writes = await countWrites(world);
    const cases: CancelCase[] = [];
    for (let index = 0; index < 18; index++) {
      const at = 1 + Math.round((index * (writes - 2)) / 17);
      cases.push({ at, as: index % 2 === 0 ? 'action' : 'terminal' });
    }
    cases.push({ at: 'status', as: 'action' }, { at: 'status', as: 'terminal' });
    progress(`${writes} writes, ${cases.length} cancels`);
    // One at a time: what is measured is the run's own haste.
    const failures = await inParallel(cases, 1, (one) => cancelled(world, one));
    expect(failures.filter((failure) => failure !== '')).toEqual([]);
  }, 3_600_000);
});
