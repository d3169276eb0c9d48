import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { begin, boundsFrom, histogramFrom, update } from '../../../src/verdict/index.ts';
import { design, window } from './given.ts';

const time = fc.double({ min: 0, max: 100, noNaN: true });
const thousand = Array.from({ length: 1000 }, (_, i) => (i + 1) / 1000);

describe('bounds from times of warm-up', () => {
  it('are the median and the tail of what was seen, whatever its order', () => {
    const bounds = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
    expect(boundsFrom(thousand)).toEqual(bounds);
    expect(boundsFrom([...thousand].reverse())).toEqual(bounds);
  });

  it('are missing with fewer than twenty times, and when no time passed', () => {
    expect(boundsFrom(thousand.slice(0, 19))).toBeUndefined();
    expect(boundsFrom(thousand.slice(0, 20))).toEqual([0.01, 0.015, 0.018, 0.019, 0.02]);
    expect(boundsFrom(Array(50).fill(0))).toBeUndefined();
    expect(boundsFrom([...Array(19).fill(0.01), Number.NaN, Number.POSITIVE_INFINITY])).toBeUndefined();
  });

  it('have three digits, so that they stay small in a journal', () => {
    expect(boundsFrom(Array(20).fill(0.0123456789))).toEqual([0.0123]);
    expect(boundsFrom([...Array(15).fill(0.0123456789), ...Array(5).fill(1234.5678)])).toEqual([0.0123, 1230]);
  });

  it('rise, are finite, above 0, at most six, and each is close to a time that was seen', () => {
    fc.assert(
      fc.property(fc.array(time, { minLength: 20, maxLength: 300 }), (times) => {
        const bounds = boundsFrom(times) ?? [];
        expect(bounds.length).toBeLessThanOrEqual(6);
        bounds.forEach((bound, b) => {
          expect(Number.isFinite(bound)).toBe(true);
          expect(bound).toBeGreaterThan(bounds[b - 1] ?? 0);
          expect(times.some((seen) => Math.abs(seen - bound) <= 0.005 * bound)).toBe(true);
        });
        if (times.every((seen) => seen > 0)) expect(bounds).not.toEqual([]);
      }),
    );
  });
});

describe('a histogram of one window', () => {
  it('counts a time on a bound as not slower than it', () => {
    expect(histogramFrom([0.1, 0.2], [0.05, 0.1, 0.15, 0.2, 0.21], [0, 5])).toEqual({
      bounds: [0.1, 0.2],
      stable: [2, 2, 1],
      canary: [1, 0, 1],
    });
  });

  it('holds every time once, and as many slower than a bound as there are', () => {
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 20, maxLength: 200 }),
        fc.array(time),
        fc.array(time),
        (warmUp, stable, canary) => {
          const bounds = boundsFrom(warmUp);
          fc.pre(bounds !== undefined);
          const histogram = histogramFrom(bounds!, stable, canary);
          for (const [buckets, times] of [
            [histogram.stable, stable],
            [histogram.canary, canary],
          ] as const) {
            bounds!.forEach((bound, b) => {
              const slower = buckets.slice(b + 1).reduce((sum, count) => sum + count, 0);
              expect(slower).toBe(times.filter((one) => one > bound).length);
            });
            expect(buckets.reduce((sum, count) => sum + count, 0)).toBe(times.length);
          }
        },
      ),
    );
  });

  it('is one the verdict takes: a canary three times as slow is returned for it, an equal one is not', () => {
    const given = design({ sources: ['lane'], latency: true });
    const bounds = boundsFrom(thousand)!;
    const decisionAt = (factor: number) => {
      let judged = update(begin(given), [], given, { step: 0, secondsInStep: 0 });
      for (let w = 0; w < 20; w += 1) {
        const times = thousand.filter((_, i) => i % 20 === w);
        const slower = times.map((one) => one * factor);
        const latency = histogramFrom(bounds, times, slower);
        const seen = window(0, [0, 50], [0, 50], { source: 'lane', latency });
        judged = update(judged.state, [seen], given, { step: 0, secondsInStep: 5 * (w + 1) });
        if (judged.decision.verdict === 'rollback') break;
      }
      return judged.decision;
    };
    expect(decisionAt(3)).toMatchObject({ verdict: 'rollback', metric: 'latency' });
    expect(decisionAt(1).verdict).not.toBe('rollback');
  });
});
