import { describe, expect, it } from '@jest/globals';
import { logBinomial, logGamma, logWeightedSum } from '../../../src/verdict/logarithms.ts';
import { leastFavourable, logFactor } from '../../../src/verdict/promotion.ts';
import { observeErrors, RISK_SHARES, ROBUST_SHARES, type RollbackState } from '../../../src/verdict/rollback.ts';
import { logBayesFactor } from '../../../src/verdict/split.ts';
import { logTilt, near, poissonOutcomes, savviOutcomes } from './vectors.ts';

const raw = { kind: 'raw' } as const;
const robust = { kind: 'robust', clusterSize: 10 } as const;

/** Evidence of the first start point alone, as the published vectors have it. */
function firstStart(state: RollbackState): number {
  const product = logWeightedSum(RISK_SHARES, state.product[0] ?? []);
  if (state.block === undefined) return product;
  return logWeightedSum(ROBUST_SHARES, [logWeightedSum(RISK_SHARES, state.block[0] ?? []), product]);
}

describe('the rollback e-process reproduces its vectors', () => {
  it('raw form', () => {
    const start: RollbackState = { product: [] };
    near(firstStart(observeErrors(start, raw, 1, 2, 2, 0.05)), 5.20797140806);
    near(firstStart(observeErrors(start, raw, 1, 5, 9, 0.25)), 0.587656427074);
  });

  it('cluster-robust form over three windows', () => {
    let state: RollbackState = { product: [], block: [] };
    for (const [canary, errors] of [
      [3, 4],
      [0, 2],
      [6, 6],
    ] as const) {
      state = observeErrors(state, robust, 1, canary, errors, 0.05);
    }
    near(firstStart(state), 2.78566246231);
  });
});

describe('the promotion e-process reproduces its vectors', () => {
  it('finds the closest point of the null', () => {
    near(leastFavourable(0.001, 0.01, 0.05, 0.95), 0.000953916007724568, 1e-11);
    near(leastFavourable(0.01, 0.01, 0.25, 0.75), 0.008649244031385003, 1e-11);
    // To 40 digits by an independent bisection: a root a thousand times smaller than the guess.
    near(leastFavourable(1e-6, 0.2, 900, 1), 8.881039035191886e-10, 1e-11);
  });

  it('gives the factors of single requests', () => {
    const x = leastFavourable(0.001, 0.01, 0.05, 0.95);
    near((1 - 0.001) / (1 - x - 0.01), 1.010064158, 1e-8);
    near(0.001 / (x + 0.01), 0.091291553, 1e-8);
    near((1 - 0.001) / (1 - x), 0.999953872, 1e-8);
    near(0.001 / x, 1.048310325, 1e-8);
  });

  it('needs ln 20 / margin canary requests without an error (rule of three)', () => {
    const q = 0.5 / 100_000;
    const each = logFactor(q, 0.01, { requests: 19_000, errors: 0 }, { requests: 1000, errors: 0 }) / 1000;
    expect(Math.log(20) / each).toBeGreaterThan(295);
    expect(Math.log(20) / each).toBeLessThan(302);
  });
});

describe('the exact hypergeometric factor', () => {
  it('reproduces its vector', () => {
    near(3 * Math.log(10) - logTilt(5, 95, 4, 10), 5.528859, 1e-7);
    // The form that takes the share as known is a little weaker.
    near(3 * Math.log(10) - 4 * Math.log1p(0.05 * 9), 5.421501, 1e-7);
  });

  it('agrees with sums in 40 digits, from tiny to two million requests', () => {
    near(logTilt(5, 95, 4, 10), 1.3788966004529188);
    near(logTilt(50, 950, 30, 3), 2.7926781030652545);
    near(logTilt(500, 9500, 7000, 1.25), 80.51507596597023);
    near(logTilt(5000, 5000, 200, 100), 782.4452178526907);
    near(logTilt(20, 380, 399, 30), 67.97440718768297);
    near(logTilt(1, 1, 1, 2), 0.4054651081081644);
    near(logTilt(100_000, 1_900_000, 3000, 2), 146.27366268532776);
  });
});

describe('gamma and binomial functions', () => {
  it('agree with 20 digits', () => {
    const known: [number, number][] = [
      [0.05, 2.9688792010517306],
      [0.5, 0.5723649429247001],
      [1.5, -0.12078223763524522],
      [3.7, 1.428072326665388],
      [9.95, 12.689371539358678],
      [123.4, 469.3360974421806],
      [1e6 + 0.5, 12815511.476902766],
    ];
    for (const [x, value] of known) near(logGamma(x), value, 1e-13);
  });

  it('sum to one', () => {
    let sum = 0;
    for (let x = 0; x <= 40; x += 1) sum += Math.exp(logBinomial(x, 40, 0.3));
    near(sum, 1, 1e-13);
  });
});

describe('the Dirichlet-multinomial test gives the numbers of the reference packages', () => {
  it('savvi: multinomial example (numpy seed 1) stops at 402 with the published p-value', () => {
    const { at, p } = firstBelow(savviOutcomes, [0.1, 0.4, 0.5], 100);
    expect(at).toBe(402);
    near(p, 0.04845591105969517);
  });

  it('savvi: Poisson counting example (numpy seed 1) stops at 210 with the published p-value', () => {
    const { at, p } = firstBelow(poissonOutcomes, [0.8, 0.2], 100);
    expect(at).toBe(210);
    near(p, 0.045579631759249686);
  });

  it('ssrm: regression example (numpy seed 0)', () => {
    near(Math.exp(logBayesFactor([1000, 5000, 4000], [2, 1, 7], [0.1, 0.5, 0.4])), 1.0017496120131435);
    near(firstBelow('2222022012', [0.1, 0.5, 0.4], 10_000).p, 0.9980534145723241);
  });

  it('ssrm: time-aggregated log marginals, as ratios', () => {
    const blocks = [
      [20, 17, 9],
      [18, 21, 8],
      [4, 6, 4],
      [18, 19, 11],
    ];
    const alternative = [-7.028201, -11.947848, -15.471402, -19.964845];
    const null_ = [-4.077641, -8.265947, -11.610744, -15.781031];
    const sums = [0, 0, 0];
    blocks.forEach((block, i) => {
      block.forEach((count, arm) => {
        sums[arm]! += count;
      });
      const log = logBayesFactor([1, 1, 1], sums, [0.4, 0.4, 0.2]);
      expect(Math.abs(log - (alternative[i]! - null_[i]!))).toBeLessThan(2e-6);
    });
  });
});

/** Answers one by one; where the running p-value first is at most 5 %. */
function firstBelow(outcomes: string, theta: readonly number[], concentration: number) {
  const counts = theta.map(() => 0);
  let p = 1;
  for (let n = 0; n < outcomes.length; n += 1) {
    counts[Number(outcomes[n])]! += 1;
    const prior = theta.map((share) => concentration * share);
    p = Math.min(p, Math.exp(-logBayesFactor(prior, counts, theta)));
    if (p <= 0.05) return { at: n + 1, p };
  }
  return { at: outcomes.length, p };
}
