/** E[e] ≤ 1 under the null, by adding up every possible outcome of small windows: what all guarantees rest on. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ODDS_MARGIN, ODDS_RATIOS, observeTable } from '../../src/verdict/latency.ts';
import { logBinomial } from '../../src/verdict/logarithms.ts';
import { betsOn, logFactor as objectiveFactor } from '../../src/verdict/objective.ts';
import { leastFavourable, logFactor } from '../../src/verdict/promotion.ts';
import { observeErrors, type RollbackState, rollbackEvidence } from '../../src/verdict/rollback.ts';
import { mismatchEvidence, tolerance } from '../../src/verdict/split.ts';
import { logHypergeometric } from '../unit/verdict/vectors.ts';

const raw = { kind: 'raw' } as const;
const robust = { kind: 'robust', clusterSize: 10 } as const;
const begun = (kind: 'raw' | 'robust'): RollbackState =>
  kind === 'raw' ? { product: [] } : { product: [], block: [] };
const evidence = (form: typeof raw | typeof robust, step: number, canary: number, errors: number, share: number) =>
  Math.exp(rollbackEvidence(observeErrors(begun(form.kind), form, step, canary, errors, share)));
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const rate = fc.double({ min: 0.001, max: 0.9, noNaN: true });
const slightly = 1 + 1e-9;

/** Mean of f over a binomial number of n. */
function overBinomial(n: number, p: number, f: (x: number) => number): number {
  let sum = 0;
  for (let x = 0; x <= n; x += 1) sum += Math.exp(logBinomial(x, n, p)) * f(x);
  return sum;
}

describe('evidence that the canary fails more often', () => {
  it('has mean 1 when each error falls on the canary with its share, in the raw form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), share, (errors, w) => {
        const mean = overBinomial(errors, w, (k) => evidence(raw, 1, k, errors, w));
        expect(Math.abs(mean - 1)).toBeLessThan(1e-9);
      }),
    );
  });

  it('has mean at most 1 in the robust form, and when the canary is better', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), share, rate, (errors, w, relative) => {
        const lower = (w * relative) / (w * relative + 1 - w);
        for (const form of [raw, robust]) {
          for (const p of [w, lower]) {
            const mean = overBinomial(errors, p, (k) => evidence(form, 1, k, errors, w));
            expect(mean).toBeLessThanOrEqual(slightly);
          }
        }
      }),
    );
  });

  it('has mean at most 1 with the realised share of the window, where errors are drawn without replacement', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        (canary, stable, seed) => {
          const errors = 1 + (seed % (canary + stable));
          let mean = 0;
          for (let k = Math.max(0, errors - stable); k <= Math.min(errors, canary); k += 1) {
            const chance = Math.exp(logHypergeometric(k, canary, stable, errors));
            mean += chance * evidence(raw, 1, k, errors, canary / (canary + stable));
          }
          expect(mean).toBeLessThanOrEqual(slightly);
        },
      ),
    );
  });

  it('has mean at most 1 in the robust form when all errors of a window come in clusters of up to ten', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 8 }), share, (clusters, w) => {
        const errors = clusters.reduce((sum, size) => sum + size, 0);
        let mean = 0;
        let meanRaw = 0;
        for (let picked = 0; picked < 1 << clusters.length; picked += 1) {
          let chance = 1;
          let canary = 0;
          clusters.forEach((size, i) => {
            const on = (picked >> i) & 1;
            chance *= on ? w : 1 - w;
            canary += on ? size : 0;
          });
          mean += chance * evidence(robust, 1, canary, errors, w);
          meanRaw += chance * evidence(raw, 1, canary, errors, w);
        }
        expect(mean).toBeLessThanOrEqual(slightly);
        // Why the robust form is needed: the raw one is fooled by any cluster.
        if (clusters.some((size) => size > 1)) expect(meanRaw).toBeGreaterThan(1);
      }),
    );
  });
});

describe('evidence that the canary is not worse by a margin', () => {
  const size = fc.integer({ min: 0, max: 12 });
  const delta = fc.double({ min: 0.001, max: 0.5, noNaN: true });

  it('has mean at most 1 wherever the canary is worse by the margin or more', () => {
    fc.assert(
      fc.property(size, size, rate, delta, rate, rate, (canary, stable, q, margin, where, further) => {
        const x = where * (1 - margin);
        const y = x + margin + further * (1 - margin - x) * 0.999;
        for (const pCanary of [x + margin, y]) {
          const p = Math.min(1 - 1e-12, pCanary);
          const mean = overBinomial(canary, p, (k) =>
            overBinomial(stable, x, (l) =>
              Math.exp(logFactor(q, margin, { requests: stable, errors: l }, { requests: canary, errors: k })),
            ),
          );
          expect(mean).toBeLessThanOrEqual(1 + 1e-8);
        }
      }),
    );
  });

  it('stays inside the null', () => {
    fc.assert(
      fc.property(
        rate,
        delta,
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 1e6 }),
        (q, margin, c, s) => {
          const x = leastFavourable(q, margin, c, s);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + margin).toBeLessThanOrEqual(1);
          expect(x).toBeLessThanOrEqual(q);
        },
      ),
    );
  });
});

describe('evidence that the canary is slower', () => {
  it('has mean 1 at odds equal to the margin, and less below', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        rate,
        (canary, stable, seed, part) => {
          const slow = 1 + (seed % (canary + stable));
          for (const odds of [ODDS_MARGIN, 1, ODDS_MARGIN * part]) {
            const low = Math.max(0, slow - stable);
            const high = Math.min(slow, canary);
            let norm = 0;
            const nothing = ODDS_RATIOS.map(() => 0);
            const means = [...nothing];
            for (let u = low; u <= high; u += 1) {
              const weight = Math.exp(logHypergeometric(u, canary, stable, slow)) * odds ** u;
              norm += weight;
              observeTable(nothing, canary, stable, u, slow).forEach((log, g) => {
                means[g]! += weight * Math.exp(log);
              });
            }
            for (const mean of means) expect(mean / norm).toBeLessThanOrEqual(slightly);
            if (odds === ODDS_MARGIN) for (const mean of means) expect(mean / norm).toBeGreaterThan(1 - 1e-9);
          }
        },
      ),
    );
  });
});

describe('the guard of the objective', () => {
  it('has mean at most 1 for every error share up to the objective, also tempered', () => {
    const objective = fc.double({ min: 0.0001, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), objective, rate, (n, slo, part) => {
        for (const p of [slo, slo * part]) {
          for (const tempering of [1, 10]) {
            const means = betsOn(slo).error.map((_, g) =>
              overBinomial(n, p, (errors) =>
                Math.exp(objectiveFactor(betsOn(slo), g, { requests: n, errors }) / tempering),
              ),
            );
            for (const mean of means) expect(mean).toBeLessThanOrEqual(slightly);
          }
        }
      }),
    );
  });
});

describe('evidence against the split', () => {
  it('has mean at most 1 for every share within the tolerance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), share, fc.double({ min: -1, max: 1, noNaN: true }), (n, w, off) => {
        const truth = w + off * tolerance(w);
        let mean = 0;
        for (let canary = 0; canary <= n; canary += 1) {
          mean += Math.exp(logBinomial(canary, n, truth) + mismatchEvidence({ stable: n - canary, canary }, w));
        }
        expect(mean).toBeLessThanOrEqual(slightly);
      }),
    );
  });
});
