import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../lab/support/world.ts';
import { countWrites } from './support/kill.ts';
import type { OutageCase } from './support/outage.ts';
import { outage } from './support/outage.ts';
import { inParallel } from './support/parallel.ts';
import { progress } from './support/stage.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 180_000);
afterAll(() => world?.stop(), 60_000);

describe('a release whose API server is away for 30 s', () => {
  it('in each phase: it goes on or returns, never hangs, and says truly where the traffic is', async () => {
    const writes = await countWrites(world);
    const cases: OutageCase[] = [];
    for (let at = 1; at <= writes; at += 3) {
      cases.push({ at, how: cases.length % 2 === 0 ? 'refuse' : 'silence', seconds: 30 });
    }
    const asked = process.env['MESH_CANARY_CHAOS_HOW'] ?? 'refuse,silence,stop';
    const wanted = ({ how }: OutageCase) => asked.split(',').includes(how);
    progress(`${writes} writes, ${cases.filter(wanted).length} outages`);
    const failures = await inParallel(cases.filter(wanted), 3, (one) => outage(world, one));
    expect(failures.filter((failure) => failure !== '')).toEqual([]);
    // The real one is everybody's: nothing else may need it meanwhile.
    const real: OutageCase[] = [];
    for (let at = 2; at <= writes; at += 9) real.push({ at, how: 'stop', seconds: 30 });
    const after = await inParallel(real.filter(wanted), 1, (one) => outage(world, one));
    expect(after.filter((failure) => failure !== '')).toEqual([]);
  }, 3_600_000);
});
