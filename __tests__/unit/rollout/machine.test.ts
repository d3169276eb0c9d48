import { describe, expect, it } from '@jest/globals';
import { begin, type Course, type Event, reduce, type State } from '../../../src/rollout/machine.ts';
import type { Fault, Script, World } from './machine-world.ts';
import { deploy, freshWorld, rollback, SERVICES } from './machine-world.ts';

const FAULTS: readonly Fault[] = [
  'crash before',
  'crash after',
  'refused',
  'lost',
  'cancelled',
  'rollback',
  'inconclusive',
];
const V2 = { version: 'v2', plan: [5, 50, 100] };
const V3 = { version: 'v3', plan: [10, 100] };

/** Nobody is sent to a version that is not there, and a route serves all of its requests. */
function requireSafe(world: World): void {
  for (const service of SERVICES) {
    const { weights, versions } = world[service];
    for (const [version, weight] of Object.entries(weights)) if (weight > 0) expect(versions).toContain(version);
    expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBe(100);
  }
}

function scriptsOf(places: number): Script[] {
  return Array.from({ length: places }, (_, at) => FAULTS.map((fault) => ({ at, fault }))).flat();
}

const only = (version: string) => ({ weights: expect.objectContaining({ [version]: 100 }), lanes: false });

describe('a release, whatever happens to it at whatever moment', () => {
  it('ends safe by the next run of it, by another release, and by rollback, also when that run is hit as well', () => {
    const seen = new Set<string>();
    const ends: Record<string, (world: World, runs: number) => void> = {
      same: (world) => {
        expect(['promoted', 'nothing-to-do']).toContain(deploy(world, 'last', V2).end);
        for (const service of SERVICES) expect(world[service]).toMatchObject(only('v2'));
      },
      other: (world) => {
        expect(['promoted', 'nothing-to-do']).toContain(deploy(world, 'last', V3).end);
        for (const service of SERVICES) expect(world[service]).toMatchObject(only('v3'));
      },
      rollback: (world, runs) => {
        rollback(world);
        const shares = SERVICES.map((service) =>
          Object.keys(world[service].weights).filter((v) => (world[service].weights[v] ?? 0) > 0),
        );
        expect(shares.every((versions) => versions.length === 1)).toBe(true);
        // In lockstep: all on the old version, or, once it was retired, all where they were. Where another release found
        // one service promoted and the other not, each goes back to what that release began on.
        if (runs === 1) expect(new Set(shares.flat()).size).toBe(1);
        for (const service of SERVICES) expect(world[service].lanes).toBe(false);
      },
    };
    const check = (world: World, runs: number, ...scripts: unknown[]) => {
      try {
        requireSafe(world);
      } catch (error) {
        throw new Error(`${JSON.stringify(scripts)}\n${JSON.stringify(world)}\n${String(error)}`);
      }
      const key = JSON.stringify(world);
      if (seen.has(key)) return;
      seen.add(key);
      for (const finish of Object.values(ends)) {
        const copy = structuredClone(world);
        finish(copy, runs);
        requireSafe(copy);
      }
    };
    const { places } = deploy(freshWorld(), 'count', V2);
    expect(places).toBeGreaterThan(20);
    for (const first of scriptsOf(places)) {
      const world = freshWorld();
      deploy(world, 'run-1', V2, first);
      check(world, 1, first);
      for (const run of [V2, V3]) {
        const { places: further } = deploy(structuredClone(world), 'count', run);
        for (const second of scriptsOf(further)) {
          const copy = structuredClone(world);
          deploy(copy, 'run-2', run, second);
          check(copy, 2, first, run.version, second);
        }
      }
    }
    process.stdout.write(`explored ${seen.size} states of the cluster, each ended in three ways\n`);
    expect(seen.size).toBeGreaterThan(100);
  });

  it('is rolled back by a verdict, and never promoted by anything else', () => {
    const verdicts = ['rollback', 'inconclusive', 'cancelled', 'refused'] as const;
    const { places } = deploy(freshWorld(), 'count', V2);
    for (let at = 0; at < places; at += 1) {
      for (const fault of verdicts) {
        const world = freshWorld();
        const { end } = deploy(world, 'run', V2, { at, fault });
        if (end !== 'promoted') for (const service of SERVICES) expect(world[service].weights['v2'] ?? 0).toBe(0);
      }
    }
  });
});

describe('the machine', () => {
  const course: Course = {
    steps: 2,
    from: 0,
    full: true,
    preFlight: true,
    bake: true,
    retire: true,
    settle: false,
    onInconclusive: 'hold',
    onCancel: 'hold',
  };
  const follow = (state: State, ...events: Event[]) => events.reduce(reduce, state);
  const done = { type: 'done' } as const;

  it('does everything in order and ends', () => {
    const order: string[] = [];
    let state = begin(course, false);
    while (state.effect !== undefined) {
      order.push(state.effect);
      state = reduce(state, done);
    }
    expect(order.join(' ')).toBe(
      'watch attach lanes warm-up pre-flight prepare shift prove observe prepare shift prove observe bake conclude retire',
    );
    expect(state.end).toBe('promoted');
  });

  it('holds only what has traffic: a cancel before the first weight returns', () => {
    const early = follow(begin(course, false), done, done, { type: 'cancelled' });
    expect(early.effect).toBe('return');
    const late = follow(begin(course, false), done, done, done, done, done, done, done, { type: 'cancelled' });
    expect(late.effect).toBe('hold');
    expect(follow(late, done).end).toBe('held');
    expect(follow(late, { type: 'failed' }).effect).toBe('return');
  });

  it('calls a release rolled back only when every weight is back', () => {
    const judged = follow(begin(course, true), done, done, done, done, { type: 'verdict', verdict: 'rollback' });
    expect(judged.effect).toBe('return');
    expect(follow(judged, { type: 'returned', back: true }, done).end).toBe('rolled-back');
    expect(follow(judged, { type: 'returned', back: false }, done).end).toBe('failed');
    expect(follow(judged, { type: 'failed' }, done).end).toBe('failed');
  });

  it('returns nothing any more once a release is concluded', () => {
    let state = begin({ ...course, bake: false }, false);
    while (state.effect !== 'retire') state = reduce(state, done);
    expect(reduce(state, { type: 'failed' }).end).toBe('promoted');
  });
});
