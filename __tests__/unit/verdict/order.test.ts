/** What more errors, more time and exchanged versions do to the evidence. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beginLatency, coarsened, fits, slowerThan } from '../../../src/verdict/latency.ts';
import { logFactor, margins } from '../../../src/verdict/promotion.ts';
import { type Form, observeErrors, type RollbackState, rollbackEvidence } from '../../../src/verdict/rollback.ts';
import { mismatchEvidence, shareInterval } from '../../../src/verdict/split.ts';
import { logTilt } from './vectors.ts';

const small = fc.nat({ max: 40 });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const forms: readonly [Form, Form] = [{ kind: 'raw' }, { kind: 'robust', clusterSize: 10 }];
const evidenceAfter = (form: Form, windows: readonly (readonly [number, number])[], w: number, step = 1) => {
  let state: RollbackState = form.kind === 'raw' ? { product: [] } : { product: [], block: [] };
  for (const [canary, stable] of windows) state = observeErrors(state, form, step, canary, canary + stable, w);
  return rollbackEvidence(state);
};

describe('evidence that the canary fails more often', () => {
  it('rises with every canary error and falls with every error of stable', () => {
    fc.assert(
      fc.property(small, small, share, (canary, stable, w) => {
        for (const form of forms) {
          const now = evidenceAfter(form, [[canary, stable]], w);
          expect(evidenceAfter(form, [[canary + 1, stable]], w)).toBeGreaterThan(now);
          expect(evidenceAfter(form, [[canary, stable + 1]], w)).toBeLessThan(now);
        }
      }),
    );
  });

  it('falls with the share: an error is less of a surprise where more requests go', () => {
    fc.assert(
      fc.property(small, small, share, (canary, stable, w) => {
        fc.pre(canary + stable > 0 && w < 0.95);
        for (const form of forms) {
          expect(evidenceAfter(form, [[canary, stable]], w + 0.04)).toBeLessThan(
            evidenceAfter(form, [[canary, stable]], w),
          );
        }
      }),
    );
  });

  it('does not depend on how errors fall into windows in the raw form, nor on their order in either', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(small, small), { minLength: 1, maxLength: 6 }), share, (windows, w) => {
        const sum = windows.reduce<[number, number]>(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
        expect(evidenceAfter(forms[0], windows, w)).toBeCloseTo(evidenceAfter(forms[0], [sum], w), 8);
        for (const form of forms) {
          expect(evidenceAfter(form, [...windows].reverse(), w)).toBeCloseTo(evidenceAfter(form, windows, w), 8);
        }
      }),
    );
  });

  it('is bounded by 1/share a window in the block form, however many errors one window holds', () => {
    const once = evidenceAfter({ kind: 'robust', clusterSize: 1e9 }, [[1000, 0]], 0.05);
    expect(once).toBeLessThan(Math.log(1 / 0.05));
    expect(once).toBeGreaterThan(Math.log(0.3 / 0.05));
  });

  it('is heard sooner from a later start point when the fault begins late', () => {
    const good = Array.from({ length: 30 }, () => [1, 3] as const);
    const bad = Array.from({ length: 12 }, () => [3, 1] as const);
    let [mixed, single]: [RollbackState, RollbackState] = [{ product: [] }, { product: [] }];
    for (const [canary, stable] of good) {
      mixed = observeErrors(mixed, forms[0], 1, canary, canary + stable, 0.4);
      single = observeErrors(single, forms[0], 1, canary, canary + stable, 0.4);
    }
    for (const [canary, stable] of bad) {
      mixed = observeErrors(mixed, forms[0], 3, canary, canary + stable, 0.4);
      single = observeErrors(single, forms[0], 1, canary, canary + stable, 0.4);
    }
    expect(rollbackEvidence(mixed)).toBeGreaterThan(rollbackEvidence(single));
  });
});

describe('evidence that the canary is not worse by a margin', () => {
  it('falls with every canary error, and rises with every good answer of it', () => {
    const rate = fc.double({ min: 0.0005, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 900 }), rate, (canary, stable, q) => {
        for (const delta of [0.01, 0.04, 0.2]) {
          const at = (errors: number) =>
            logFactor(q, delta, { requests: stable, errors: 0 }, { requests: canary, errors });
          expect(at(1)).toBeLessThan(at(0));
          expect(at(0)).toBeGreaterThan(0 - 1e-12);
        }
      }),
    );
  });

  it('asks for the same damage at every weight', () => {
    const weights = [0.05, 0.25, 0.5, 1];
    expect(margins({ weights }, 0.01).map((margin) => Number(margin.toFixed(6)))).toEqual([0.2, 0.04, 0.02, 0.01]);
    expect(margins({ weights: [0.001] }, 0.01)).toEqual([0.5, 0.01]);
  });
});

describe('histograms', () => {
  it('counts what is slower than each bound', () => {
    expect(slowerThan([5, 3, 2], 2)).toEqual([5, 2]);
  });

  it('keep every answer when bounds are merged, and each kept bound its count', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 99 }), { minLength: 3, maxLength: 60 }), (buckets) => {
        const bounds = buckets.slice(1).map((_, i) => i + 1);
        const merged = coarsened({ bounds, stable: buckets, canary: buckets });
        expect(merged.bounds.length).toBe(Math.min(16, bounds.length));
        const before = slowerThan(buckets, bounds.length);
        const now = slowerThan(merged.stable, merged.bounds.length);
        merged.bounds.forEach((bound, b) => {
          expect(now[b]).toBe(before[bounds.indexOf(bound)]);
        });
        expect(fits(beginLatency(merged.bounds, []), merged)).toBe(true);
      }),
    );
  });

  it('treat the two versions alike: exchanged samples exchange the tilt', () => {
    fc.assert(
      fc.property(small, small, fc.nat(), (first, second, seed) => {
        const marked = seed % (first + second + 1);
        // Σ h(u) psi^u over the first = psi^marked Σ h(v) psi^-v over the second.
        const direct = logTilt(first, second, marked, 3);
        const exchanged = marked * Math.log(3) + logTilt(second, first, marked, 1 / 3);
        expect(direct).toBeCloseTo(exchanged, 9);
      }),
    );
  });
});

describe('evidence against the split', () => {
  it('is the same for a canary at w and a stable at w', () => {
    fc.assert(
      fc.property(small, small, share, (stable, canary, w) => {
        const one = mismatchEvidence({ stable, canary }, w);
        expect(mismatchEvidence({ stable: canary, canary: stable }, 1 - w)).toBeCloseTo(one, 8);
      }),
    );
  });

  it('has an interval that holds the seen share and narrows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), share, (n, w) => {
        const canary = Math.round(n * w);
        const few = shareInterval({ stable: n - canary, canary }, w, 0.01);
        const many = shareInterval({ stable: 20 * (n - canary), canary: 20 * canary }, w, 0.01);
        expect(few.low).toBeLessThanOrEqual(canary / n);
        expect(few.high).toBeGreaterThanOrEqual(canary / n);
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
      }),
    );
  });
});
