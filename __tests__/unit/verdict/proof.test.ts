import { describe, expect, it } from '@jest/globals';
import { generator } from '../../../bench/chance.ts';
import { advanceProof, beginProof, type ProofJudgement } from '../../../src/verdict/index.ts';
import { answersNeeded } from '../../../src/verdict/split.ts';

/** Answers one by one, each the canary's with the chance given for its place, until confirmed or refuted. */
function prove(effective: number, previous: number, truth: (n: number) => number, most: number, seed: number) {
  const random = generator(seed);
  let proof = beginProof(effective, previous, 0.001);
  const outcomes = new Set<string>();
  let judged: ProofJudgement | undefined;
  for (let n = 0; n < most; n += 1) {
    const canary = random() < truth(n) ? 1 : 0;
    judged = advanceProof(proof, { canary, stable: 1 - canary });
    proof = judged.proof;
    outcomes.add(judged.outcome);
    if (judged.outcome === 'confirmed' || judged.outcome === 'refuted') return { ...judged, answered: n + 1, outcomes };
  }
  return { ...judged!, answered: most, outcomes };
}

const seeds = Array.from({ length: 40 }, (_, i) => 1000 + i);

describe('the proof of the split', () => {
  it('confirms a right split soon, and reports the share it saw', () => {
    for (const [effective, previous] of [
      [0.05, 0],
      [0.25, 0.05],
      [0.5, 0.25],
      [1, 0.5],
      [0, 0.5],
    ] as const) {
      const runs = seeds.map((seed) => prove(effective, previous, () => effective, 2000, seed));
      expect(runs.map(({ outcome }) => outcome)).toEqual(seeds.map(() => 'confirmed'));
      const mean = runs.reduce((sum, { answered }) => sum + answered, 0) / runs.length;
      expect(mean).toBeLessThan(2 * answersNeeded(effective, previous, 0.001));
      for (const { low, high, observed } of runs) {
        expect(low).toBeLessThanOrEqual(observed);
        expect(high).toBeGreaterThanOrEqual(observed);
      }
    }
  });

  it('waits for a controller that is late, and confirms then', () => {
    const runs = seeds.map((seed) => prove(0.25, 0.05, (n) => (n < 150 ? 0.05 : 0.25), 3000, seed));
    const confirmedLate = runs.filter(({ outcome, answered }) => outcome === 'confirmed' && answered > 150).length;
    expect(confirmedLate).toBeGreaterThanOrEqual(seeds.length - 1);
    expect(runs.every(({ outcomes }) => outcomes.has('not yet'))).toBe(true);
  });

  it('never confirms a controller that acknowledges without applying', () => {
    for (const seed of seeds.slice(0, 20)) {
      const { outcome, outcomes } = prove(0.25, 0.05, () => 0.05, 800, seed);
      expect(outcome).not.toBe('confirmed');
      expect(outcome).not.toBe('refuted');
      expect(outcomes.has('not yet')).toBe(true);
    }
  });

  it('refutes a controller that applies another weight', () => {
    const runs = seeds.map((seed) => prove(0.05, 0, () => 0.41, 1500, seed));
    expect(runs.filter(({ outcome }) => outcome === 'refuted').length).toBeGreaterThanOrEqual(seeds.length * 0.9);
    for (const { observed } of runs) expect(observed).toBeGreaterThan(0.05);
  });
});
