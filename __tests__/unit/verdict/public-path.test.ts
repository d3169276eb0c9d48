import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logWeightedSum } from '../../../src/verdict/logarithms.ts';
import {
  beginGuard,
  GUARD_SHARE,
  type GuardJudgement,
  type GuardState,
  type GuardWindow,
  judgeGuard,
  laneEvidence,
  observeGuard,
  readGuard,
} from '../../../src/verdict/public-path.ts';
import { observeErrors, RISK_SHARES } from '../../../src/verdict/rollback.ts';

const LEVEL = GUARD_SHARE * 0.01;
const probes = (errors: number, requests = 10) => ({ requests, errors });
const NONE = probes(0, 0);
const lanesFine = { stable: probes(0), canary: probes(0) };
const withoutLanes = { stable: NONE, canary: NONE };

function stateAfter(windows: readonly GuardWindow[], from: GuardState = beginGuard()): GuardState {
  return windows.reduce(observeGuard, from);
}

function said(windows: readonly GuardWindow[]): GuardJudgement {
  return judgeGuard(stateAfter(windows), LEVEL);
}

const one = fc.nat({ max: 30 }).chain((requests) => fc.nat({ max: requests }).map((errors) => ({ requests, errors })));
const anyWindow: fc.Arbitrary<GuardWindow> = fc.record(
  { public: one, stable: one, canary: one },
  { noNullPrototype: true },
);

describe('a public path that fails outright', () => {
  it('is called failing within a second at ten probes a second, while the lanes answer', () => {
    const good = Array.from({ length: 60 }, () => ({ public: probes(0), ...lanesFine }));
    expect(said(good)).toEqual({ verdict: 'fine' });
    expect(said([...good, { public: probes(10), ...lanesFine }])).toMatchObject({ verdict: 'failing' });
  });

  it('needs eight failures in a row, seven are not enough', () => {
    const single = { public: probes(1, 1), ...withoutLanes };
    expect(said(Array(7).fill(single))).toEqual({ verdict: 'fine' });
    expect(said(Array(8).fill(single))).toMatchObject({ verdict: 'failing' });
  });

  it('is fine again as soon as good answers come back, however long it failed', () => {
    const outage = Array<GuardWindow>(600).fill({ public: probes(10), ...lanesFine });
    expect(said([...outage, { public: probes(0, 2), ...withoutLanes }])).not.toMatchObject({ verdict: 'failing' });
  });

  it('is not blamed for what fails both lanes as well', () => {
    const outage = { public: probes(10), stable: probes(10), canary: probes(10) };
    expect(said(Array(30).fill(outage))).toEqual({ verdict: 'fine' });
    expect(said([...Array(30).fill(outage), { ...outage, ...lanesFine }])).toMatchObject({ verdict: 'failing' });
    expect(said(Array(3).fill({ ...outage, canary: probes(0) }))).toMatchObject({ verdict: 'failing' });
  });

  it('says in plain words what was seen, and that it speaks of probes on the public path', () => {
    expect(
      said([
        { public: probes(0), ...lanesFine },
        { public: probes(10), ...lanesFine },
      ]),
    ).toEqual({
      verdict: 'failing',
      sentence:
        'The public path, which users take, is failing: 10 of the last 10 probes on it failed, 10 of 20 in all. In the same time 0 of 10 on the lane to the current version and 0 of 10 on the lane to the new version. This speaks of probes on the public path.',
    });
    expect(said([{ public: probes(8, 8), ...withoutLanes }])).toEqual({
      verdict: 'failing',
      sentence:
        'The public path, which users take, is failing: 8 of the last 8 probes on it failed, 8 of 8 in all. This speaks of probes on the public path.',
    });
  });
});

describe('a public path that fails more often than the lanes', () => {
  const fifth = { public: probes(2), ...lanesFine };

  it('is called worse after seven seconds of a fifth of its probes failing', () => {
    expect(said(Array(5).fill(fifth))).toEqual({ verdict: 'fine' });
    expect(said(Array(7).fill(fifth))).toEqual({
      verdict: 'worse',
      sentence:
        'The public path, which users take, fails more often than the lanes to either version: 14 of 70 probes on it failed, 0 of 70 on the lane to the current version and 0 of 70 on the lane to the new version. If it were no worse, evidence this strong would appear at any point in fewer than 1 of 2000 rollouts. This speaks of probes on the public path; its route, plugins or gateway are at fault, not a version alone.',
    });
  });

  it('is not called worse while one lane fails as often: a bad version is the verdict’s business', () => {
    expect(said(Array(60).fill({ ...fifth, canary: probes(2) }))).toEqual({ verdict: 'fine' });
    expect(said(Array(60).fill({ ...fifth, stable: probes(2) }))).toEqual({ verdict: 'fine' });
  });

  it('is judged against both lanes only: with one of them or none there is no comparison', () => {
    expect(said(Array(60).fill({ ...fifth, ...withoutLanes }))).toEqual({ verdict: 'fine' });
    expect(said(Array(60).fill({ ...fifth, canary: NONE }))).toEqual({ verdict: 'fine' });
  });

  it('is still found when it breaks after an hour in which everything failed now and then', () => {
    const hour = Array.from({ length: 360 }, (_, i) => ({
      public: probes(i % 2),
      stable: probes((i + 1) % 2),
      canary: probes((i + 1) % 2),
    }));
    const rest = Array.from({ length: 20 }, () => ({ public: probes(5), ...lanesFine }));
    expect(said(hour)).toEqual({ verdict: 'fine' });
    expect(said([...hour, ...rest])).toMatchObject({ verdict: 'worse' });
  });

  it('costs more probes at a lower level', () => {
    const windows = Array<GuardWindow>(7).fill(fifth);
    expect(judgeGuard(stateAfter(windows), LEVEL / 20)).toEqual({ verdict: 'fine' });
    expect(judgeGuard(stateAfter([...windows, fifth, fifth]), LEVEL / 20)).toMatchObject({ verdict: 'worse' });
  });
});

describe('evidence against a lane', () => {
  it('is the relative-risk e-process, half of it begun with the first error', () => {
    const state = stateAfter([{ public: probes(3, 20), stable: probes(1, 60), canary: NONE }]);
    const { product } = observeErrors({ product: [] }, { kind: 'raw' }, 1, 3, 4, 0.25);
    const whole = logWeightedSum(RISK_SHARES, product[0] ?? []);
    expect(laneEvidence(state.against.stable)).toBeCloseTo(Math.log(0.5 * Math.exp(whole) + 0.5), 12);
    expect(laneEvidence(state.against.canary)).toBe(0);
  });

  it('averages starts in every window with an error: the shares sum to one', () => {
    const windows = [probes(2), probes(1), probes(3)].map((path) => ({
      public: path,
      stable: probes(1),
      canary: NONE,
    }));
    const factor = (from: number) =>
      Math.exp(
        logWeightedSum(
          RISK_SHARES,
          windows
            .slice(from)
            .reduce(
              (state, { public: path }) => observeErrors(state, { kind: 'raw' }, 1, path.errors, path.errors + 1, 0.5),
              { product: [] } as ReturnType<typeof observeErrors>,
            ).product[0] ?? [],
        ),
      );
    const mixed = factor(0) / 2 + factor(1) / 4 + factor(2) / 12 + 1 / 6;
    expect(laneEvidence(stateAfter(windows).against.stable)).toBeCloseTo(Math.log(mixed), 12);
  });

  it('rises with every failure of the path and falls with every one of the lane', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { maxLength: 8 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }), (windows, k, l) => {
        const before = stateAfter(windows);
        const now = (path: number, lane: number) =>
          laneEvidence(
            stateAfter([{ public: probes(path, 30), stable: probes(lane, 30), canary: NONE }], before).against.stable,
          );
        expect(now(k + 1, l)).toBeGreaterThan(now(k, l) - 1e-9);
        expect(now(k, l + 1)).toBeLessThan(now(k, l) + 1e-9);
      }),
    );
  });

  it('does not change in windows without a failure, whatever the number of probes', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { maxLength: 8 }), fc.nat({ max: 99 }), (windows, requests) => {
        const quiet = probes(0, requests);
        const before = stateAfter(windows);
        expect(stateAfter([{ public: quiet, stable: quiet, canary: quiet }], before).against).toEqual(before.against);
      }),
    );
  });
});

describe('the state of the guard', () => {
  it('continues bit for bit from the journal', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 40 }), fc.nat(), (windows, seed) => {
        const cut = seed % windows.length;
        const saved: unknown = JSON.parse(JSON.stringify(stateAfter(windows.slice(0, cut))));
        const read = readGuard(saved);
        expect(read).toBeDefined();
        const resumed = stateAfter(windows.slice(cut), read);
        expect(resumed).toStrictEqual(stateAfter(windows));
        expect(JSON.parse(JSON.stringify(resumed))).toStrictEqual(resumed);
      }),
    );
  });

  it('is refused when it is not whole', () => {
    const text = JSON.stringify(stateAfter([{ public: probes(2), stable: probes(1), canary: probes(1) }]));
    const broken = [
      'null',
      '7',
      '[]',
      '{}',
      text.replace('"requests":10', '"requests":"10"'),
      text.replace('"errors":2', '"errors":11'),
      text.replace('"windows":1', '"windows":0'),
      text.replace(/"logs":\[[^\]]*\]/, '"logs":null'),
      text.replace(/"logs":\[/, '"logs":[1e999,'),
      text.replace(/"lately":\[[^\]]*\]/, '"lately":[0]'),
      text.replace('"against"', '"again"'),
    ];
    expect(readGuard(JSON.parse(text))).toEqual(JSON.parse(text));
    for (const one of broken) {
      expect(one).not.toBe(text);
      expect(readGuard(JSON.parse(one))).toBeUndefined();
    }
  });
});
