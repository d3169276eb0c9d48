import { describe, expect, it } from '@jest/globals';
import { fewestFailing, information } from '../../../bench/blast-radius/bound.ts';
import { isHigh } from '../../../bench/blast-radius/kayenta.ts';
import { ours, setup } from '../../../bench/blast-radius/ours.ts';
import { argo, flagger } from '../../../bench/blast-radius/peers.ts';
import { generator, meanOf } from '../../../bench/chance.ts';
import { near } from './vectors.ts';

const alwaysFails = { rate: 10, p0: 0, p1: 1 };
const neverFails = { rate: 10, p0: 0, p1: 0 };

describe('the lower bound', () => {
  it('reproduces its vectors', () => {
    near(information(0.05, 0.02, 0.001), 0.00170210500987, 1e-11);
    near((0.05 * Math.log(100)) / information(0.05, 0.02, 0.001), 135.27867, 1e-7);
    expect(fewestFailing(0.05, 0.2, 0.001, 0.01)).toBeCloseTo(1.7, 1);
  });
});

describe('the peers in the bench follow their rules', () => {
  it('Flagger returns one tick after the deciding failure, and promotes after the last weight', () => {
    const rule = flagger({ interval: 60, threshold: 10, weights: [0.05, 0.1], least: 0.99 });
    expect(rule(alwaysFails, generator(1))).toMatchObject({ end: 'returned', seconds: 11 * 60 });
    expect(rule(neverFails, generator(1))).toMatchObject({ end: 'promoted', seconds: 120, failing: 0 });
  });

  it('Flagger counts no value as a failed check', () => {
    const rule = flagger({ interval: 10, threshold: 1, weights: [0.05], least: 0.99 });
    expect(rule({ rate: 0, p0: 0, p1: 0 }, generator(1)).end).toBe('returned');
  });

  it('Argo aborts at the measurement after the limit', () => {
    const rule = argo({ weights: [0.2, 0.4], pause: 600, interval: 100, least: 0.95, failureLimit: 3, back: 15 });
    expect(rule(alwaysFails, generator(1))).toMatchObject({ end: 'returned', seconds: 400 });
    expect(rule(neverFails, generator(1))).toMatchObject({ end: 'promoted', seconds: 1200 });
  });

  it('Kayenta calls a plain rise High, and none an equal pair', () => {
    const flat = Array.from({ length: 60 }, (_, i) => 0.01 + 0.0001 * (i % 7));
    expect(
      isHigh(
        flat.map((value) => value * 2),
        flat,
      ),
    ).toBe(true);
    expect(isHigh(flat, flat)).toBe(false);
    expect(
      isHigh(
        flat.map((value) => value / 2),
        flat,
      ),
    ).toBe(false);
  });
});

describe('our rule in the bench', () => {
  it('meets the targets: at most 4 failing requests with all metrics, none with pre-flight', () => {
    const world = { rate: 10, p0: 0.001, p1: 0.2 };
    const all = Array.from({ length: 150 }, (_, i) => ours(setup('all'))(world, generator(i)));
    const { mean, half } = meanOf(all.map(({ failing }) => failing));
    expect(mean - half).toBeLessThanOrEqual(4);
    expect(all.every(({ end }) => end === 'returned')).toBe(true);
    const first = Array.from({ length: 50 }, (_, i) => ours(setup('pre-flight'))(world, generator(i)));
    expect(first.map(({ failing }) => failing)).toEqual(first.map(() => 0));
  });
});
