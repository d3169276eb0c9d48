/** A small sample of `npm run bench:null`, with other chance every day. The bounds fail when a guarantee is broken. */
import { describe, expect, it } from '@jest/globals';
import { generator, seedOfToday } from '../../bench/chance.ts';
import { guardTrials, pinnedTrial } from '../../bench/null/guard.ts';
import { brokenWorld, happens, nullWorlds, type Trial, type World, worseWorlds } from '../../bench/null/worlds.ts';
import { designOf } from '../../src/verdict/design.ts';
import { logBinomial } from '../../src/verdict/logarithms.ts';

const seed = seedOfToday(new Date());

/** Events in so many releases that a kept promise exceeds once in ten million days. */
function mostOf(replicates: number, limit: number): number {
  let tail = 0;
  for (let count = replicates; count > 0; count -= 1) {
    tail += Math.exp(logBinomial(count, replicates, limit));
    if (tail > 1e-7) return count;
  }
  return 0;
}

function eventsIn(world: World, replicates: number): number {
  return eventsOf((random) => happens(world, random), replicates);
}

function eventsOf(trial: Trial['happens'], replicates: number): number {
  let events = 0;
  for (let i = 0; i < replicates; i += 1) if (trial(generator(seed + 7919 * i))) events += 1;
  return events;
}

const named = (start: string): World => {
  const found = nullWorlds.find(({ name }) => name.startsWith(start));
  if (found === undefined) throw new Error(`No world is called ${start}.`);
  return found;
};

describe(`releases that are not worse (seed ${seed})`, () => {
  it.each([
    ['independent errors, weight 5 %', 200],
    ['independent errors, lane probes', 200],
    ['weights 5, 25, 50 %', 200],
    ['5 % configured, 8 % real', 200],
    ['clusters of 5 errors, weight 5 %', 200],
    ['20 services in lockstep', 60],
    ['errors, latency, objective and split, all sources, 1 service', 60],
  ])('are returned at most as often as promised: %s', (name, replicates) => {
    const world = named(name);
    expect(eventsIn(world, replicates)).toBeLessThanOrEqual(mostOf(replicates, world.limit));
  });

  it('would be returned too often if clusters were taken for independent: the bound sees it', () => {
    expect(eventsIn(brokenWorld, 100)).toBeGreaterThan(mostOf(100, brokenWorld.limit));
  });
});

describe(`releases that are worse by exactly the margin (seed ${seed})`, () => {
  it.each(worseWorlds)('are promoted at most as often as promised: $name', (world) => {
    expect(eventsIn(world, 120)).toBeLessThanOrEqual(mostOf(120, world.limit));
  });

  it('would be promoted too often if twice the margin were allowed: the bound sees it', () => {
    const world = worseWorlds[1]!;
    const lax = { ...world, design: designOf({ ...world.design, maxErrorIncrease: 0.02 }) };
    expect(eventsIn(lax, 100)).toBeGreaterThan(mostOf(100, world.limit));
  });
});

describe(`the guard of the public path (seed ${seed})`, () => {
  it.each(guardTrials.filter(({ name }) => /2 % errors on every way|any connection|404/.test(name)))(
    'is at most as often $event as promised: $name',
    ({ happens: trial, limit }) => {
      expect(eventsOf(trial, 60)).toBeLessThanOrEqual(mostOf(60, limit));
    },
  );

  it('would call a sound path worse if each way kept its connection for half a minute: the bound sees it', () => {
    expect(eventsOf(pinnedTrial.happens, 60)).toBeGreaterThan(mostOf(60, pinnedTrial.limit));
  });
});
