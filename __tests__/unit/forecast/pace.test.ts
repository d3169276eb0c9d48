import { describe, expect, it } from '@jest/globals';
import { ours, setup } from '../../../bench/blast-radius/ours.ts';
import { generator, meanOf, poisson, type Random } from '../../../bench/chance.ts';
import { exposuresOf, FAILING_SHARES, fewestFailing } from '../../../src/forecast/exposure.ts';
import { paceOf } from '../../../src/forecast/pace.ts';
import { begin, designOf, update } from '../../../src/verdict/index.ts';
import type { Design, Source, Window } from '../../../src/verdict/types.ts';

const designed = (sources: Source[], more: Partial<Design> = {}) =>
  designOf({
    services: ['jazz'],
    sources,
    weights: [0.05, 0.25, 0.5, 1],
    minStep: 1,
    maxStep: 1e6,
    latency: false,
    ...more,
  });

/** Canary requests until the last weight that the verdict really takes, with two equally good versions and random counts. */
function promotedAfter(design: Design, rate: number, errorShare: number, random: Random): number {
  // As in a release: the current version has been counted before the first weight.
  const past = { requests: 20_000, errors: Math.round(20_000 * errorShare) };
  const before: Window = {
    ...{ service: 'jazz', source: 'users', step: 0, seconds: 600, share: 0, stable: past },
    canary: { requests: 0, errors: 0 },
  };
  let state = update(begin(design), [before], design, { step: 0, secondsInStep: 0 }).state;
  const counted = (mean: number) => {
    const errors = poisson(random, mean * errorShare);
    return { requests: errors + poisson(random, mean * (1 - errorShare)), errors };
  };
  let requests = 0;
  for (const [index, share] of design.weights.slice(0, -1).entries()) {
    for (let second = 1; ; second += 1) {
      const [canary, stable] = [counted(rate * share), counted(rate * (1 - share))];
      requests += canary.requests;
      const window: Window = { service: 'jazz', source: 'users', step: index + 1, seconds: 1, share, stable, canary };
      const judged = update(state, [window], design, { step: index + 1, secondsInStep: second });
      state = judged.state;
      if (judged.decision.verdict === 'promote') break;
    }
  }
  return requests;
}

describe('how long each weight takes', () => {
  it.each([
    [20, 0.001],
    [20, 0.005],
    [50, 0.02],
  ])('is what the verdict takes on average at %d requests/s of which %d fail, within a quarter', (rate, errorShare) => {
    const design = designed(['users']);
    const runs = Array.from({ length: 60 }, (_, seed) => promotedAfter(design, rate, errorShare, generator(seed + 1)));
    const { mean } = meanOf(runs);
    const planned = paceOf(design, { users: rate, pairs: 10, errorShare });
    expect(planned.map(({ asked }) => asked)).toEqual([5, 25, 50, 100]);
    const expected = planned.reduce((sum, { seconds = 0 }, i) => sum + seconds * rate * (design.weights[i] ?? 0), 0);
    expect(mean / expected).toBeGreaterThan(0.75);
    expect(mean / expected).toBeLessThan(1.25);
  });

  it('follows the rate: half the traffic, twice the time; no traffic known, no time told', () => {
    const design = designed(['users']);
    const seconds = (users?: number) =>
      paceOf(design, { ...(users === undefined ? {} : { users }), pairs: 10, errorShare: 0.001 }).map(
        (pace) => pace.seconds,
      );
    const [fast, slow] = [seconds(2), seconds(1)];
    expect((slow[0] ?? 0) / (fast[0] ?? 1)).toBeCloseTo(2, 5);
    expect(seconds()).toEqual([undefined, undefined, undefined, 0]);
  });

  it('is min-step where evidence comes faster, and undecided where max-step comes first', () => {
    const bounds = (users: number) =>
      paceOf(designed(['users'], { minStep: 60, maxStep: 600 }), { users, pairs: 10, errorShare: 0.001 }).map(
        ({ bound }) => bound,
      );
    expect(bounds(1000)).toEqual(['min-step', 'min-step', 'min-step', 'evidence']);
    expect(bounds(0.1)[0]).toBe('max-step');
    expect(bounds(0)[0]).toBe('max-step');
  });

  it('counts probe pairs of the pre-flight towards later weights when probes decide', () => {
    const [before, ...weights] = paceOf(designed(['lane']), { pairs: 10, errorShare: 0.001 });
    expect(before).toMatchObject({ asked: 0, requests: 300, seconds: 30 });
    expect(weights[0]).toMatchObject({ asked: 5, requests: 0 });
    const none = paceOf(designed(['lane'], { preflightPairs: 0 }), { pairs: 10, errorShare: 0.001 });
    expect(none[0]?.requests).toBeGreaterThan(0);
  });
});

describe('what a bad version costs', () => {
  it.each([0.2, 1])('is about the mean of the bench when %d of its answers fail', (failing) => {
    const given = setup('errors');
    const simulated = Array.from({ length: 150 }, (_, seed) =>
      ours(given)({ rate: 10, p0: 0.001, p1: failing }, generator(seed + 1)),
    );
    const { mean } = meanOf(simulated.map((outcome) => outcome.failing));
    const [found] = exposuresOf(given.design, { rate: 10, pairs: 10, errorShare: 0.001 }).filter(
      (one) => one.failing === failing,
    );
    expect((found?.requests ?? 0) / mean).toBeGreaterThan(0.75);
    expect((found?.requests ?? 0) / mean).toBeLessThan(1.35);
    expect(found?.bound).toBe(fewestFailing(0.05, failing, 0.001, given.design.falseAlarm));
    expect(found?.requests).toBeGreaterThanOrEqual(found?.bound ?? 0);
  });

  it('leaves out shares that are hardly worse than what is there', () => {
    const design = designed(['users']);
    expect(exposuresOf(design, { rate: 10, pairs: 10, errorShare: 0.04 }).map(({ failing }) => failing)).toEqual([
      0.2, 1,
    ]);
    expect(exposuresOf(design, { rate: 10, pairs: 10, errorShare: 0.001 }).map(({ failing }) => failing)).toEqual([
      ...FAILING_SHARES,
    ]);
  });

  it('grows with the traffic when probes judge: they see no more for it', () => {
    const at = (rate: number) =>
      exposuresOf(designed(['lane']), { rate, pairs: 10, errorShare: 0.001 }).at(-1)?.requests ?? 0;
    expect(at(100) / at(10)).toBeCloseTo(10, 5);
  });
});
