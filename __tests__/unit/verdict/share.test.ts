import { describe, expect, it } from '@jest/globals';
import { judgeShare, wilson } from '../../../src/verdict/share.ts';

/** Mulberry32: small, seeded, good enough to toss coins. */
function coins(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('the share seen against the share wanted', () => {
  it.each<[string, number, number, number, number, string]>([
    ['nothing seen yet', 0, 0, 5, 0, 'undecided'],
    ['no canary among few', 0, 30, 5, 0, 'undecided'],
    ['no canary among many', 0, 600, 5, 0, 'disagrees'],
    ['the first canary after 0 %', 1, 20, 5, 0, 'agrees'],
    ['far too many canaries', 60, 100, 5, 0, 'disagrees'],
    ['not told from the previous step yet', 4, 20, 25, 5, 'undecided'],
    ['told from the previous step', 60, 240, 25, 5, 'agrees'],
    ['still the previous step', 12, 240, 25, 5, 'disagrees'],
    ['the same share as before', 10, 200, 5, 5, 'agrees'],
    ['all canary, as asked', 40, 40, 100, 50, 'agrees'],
    ['all canary, too few to exclude 50 %', 5, 5, 100, 50, 'undecided'],
    ['one answer of the old version at 100 %', 999, 1000, 100, 50, 'disagrees'],
    ['one answer of the canary at 0 %', 1, 1000, 0, 50, 'disagrees'],
  ])('%s: %i of %i at %f %% after %f %% %s', (_what, canary, total, effective, previous, wanted) => {
    expect(judgeShare(canary, total, effective, previous)).toBe(wanted);
  });

  it('is rarely called wrong in a window that is right, even with random dealing', () => {
    const random = coins(7);
    const windows = 4_000;
    // The interval is generous to rare events: at 1 % a right split is called wrong about once in 900 windows.
    for (const [share, most] of [
      [1, 0.003],
      [5, 0.002],
      [50, 0.001],
    ] as const) {
      let alarms = 0;
      for (let window = 0; window < windows; window++) {
        let canary = 0;
        for (let n = 0; n < 200; n++) if (random() * 100 < share) canary++;
        if (judgeShare(canary, 200, share, share) === 'disagrees') alarms++;
      }
      expect(alarms / windows).toBeLessThan(most);
    }
  });

  it('finds a split that never arrived within 1 000 answers at 5 %, always', () => {
    const random = coins(11);
    for (let run = 0; run < 200; run++) {
      let canary = 0;
      for (let n = 0; n < 1_000; n++) if (random() < 0.25) canary++;
      expect(judgeShare(canary, 1_000, 5, 0)).toBe('disagrees');
    }
  });

  it('rests on an interval that holds the share seen and narrows with the count', () => {
    const few = wilson(5, 10);
    const many = wilson(500, 1_000);
    expect(few.low < 0.5 && few.high > 0.5 && many.low > few.low && many.high < few.high).toBe(true);
    expect([wilson(0, 10).low, wilson(10, 10).high]).toEqual([0, 1]);
  });
});
