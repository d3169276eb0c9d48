import { describe, expect, it } from '@jest/globals';
import { begin, type Decision, type State, update, type Window } from '../../../src/verdict/index.ts';
import { percent, seconds } from '../../../src/verdict/sentences.ts';
import type { Design } from '../../../src/verdict/types.ts';
import { design, times, window } from './given.ts';

/** Feeds windows of five seconds one by one, as the engine does, until something other than `wait` is said. */
function run(given: Design, windows: readonly (Window | readonly Window[])[], from: State = begin(given)) {
  let state = from;
  let decision: Decision | undefined;
  let count = 0;
  for (const entry of windows) {
    const now = Array.isArray(entry) ? (entry as readonly Window[]) : [entry as Window];
    count += 1;
    const step = now[0]?.step ?? 0;
    ({ state, decision } = update(state, now, given, { step, secondsInStep: count * 5 }));
    if (decision.verdict !== 'wait') break;
  }
  return { state, decision: decision!, windows: count };
}

const repeat = <T>(times: number, value: T): T[] => Array<T>(times).fill(value);

describe('a rollback', () => {
  it('is decided in the window that brings the evidence, and says of what it speaks', () => {
    const { decision, windows } = run(design(), repeat(9, window(1, [1, 3], [0, 57])));
    expect(windows).toBe(2);
    expect(decision).toMatchObject({
      verdict: 'rollback',
      basis: 'users',
      service: 'jazz',
      metric: 'errors',
      source: 'users',
      failingRequests: 2,
    });
    expect(decision.sentence).toBe(
      "Rolled back after 10 s. New version: 2 of 6 users' requests failed. Current version: 0 of 114 in the same time. " +
        'If the new version were no worse, evidence this strong would appear at any point in fewer than 1 of 100 rollouts. ' +
        'Failing user requests: 2.',
    );
  });

  it('takes the windows with one canary error each that the published table of the design lists', () => {
    const table: [number, number[]][] = [
      [0.05, [1, 2, 2, 3, 6]],
      [0.01, [2, 2, 3, 5, 9]],
      [0.001, [2, 3, 4, 6, 12]],
    ];
    for (const [falseAlarm, expected] of table) {
      const counts = [0.01, 0.05, 0.1, 0.25, 0.5].map((share) => {
        const given = design({ falseAlarm });
        return run(given, repeat(50, window(1, [1, 1], [0, Math.round(1 / share) - 1], { share }))).windows;
      });
      expect(counts).toEqual(expected);
    }
  });

  it('needs a flood of one window to be plain: 24 errors, all on the canary, at 5 %', () => {
    expect(run(design(), [window(1, [24, 24], [0, 456])]).decision.verdict).toBe('rollback');
    expect(run(design(), [window(1, [8, 24], [0, 456])]).decision.verdict).toBe('wait');
  });

  it('in pre-flight costs no user request and says so', () => {
    const given = design({ sources: ['lane'] });
    const { decision } = run(given, repeat(60, window(0, [2, 10], [0, 10], { source: 'lane' })));
    expect(decision).toMatchObject({ verdict: 'rollback', basis: 'probes', source: 'lane' });
    expect(decision.sentence).toMatch(/^Stopped in pre-flight after \d+ s\. New version: \d+ of \d+ probes failed\./);
    expect(decision.sentence).toMatch(/Failing user requests: 0, the weight was 0\.$/);
  });

  it('comes from slower answers alone, and names the bound', () => {
    const given = design({ latency: true });
    const slow = window(1, [0, 30], [0, 570], { latency: times([500, 60, 10], [10, 10, 10]) });
    const { decision } = run(given, repeat(9, slow));
    expect(decision).toMatchObject({ verdict: 'rollback', metric: 'latency' });
    expect(decision.sentence).toMatch(/took longer than (100|500) ms/);
    const equal = window(1, [0, 30], [0, 570], { latency: times([500, 60, 10], [26, 3, 1]) });
    expect(run(given, repeat(9, equal)).decision.verdict).toBe('wait');
  });

  it('comes from a split that is not as the route says, and quotes what was seen', () => {
    const given = design({ sources: ['lane', 'public'], splitFrom: 'public' });
    const wrong = window(1, [0, 9], [0, 13], { source: 'public' });
    const { decision } = run(given, repeat(40, wrong));
    expect(decision).toMatchObject({ verdict: 'rollback', metric: 'split', source: 'public' });
    expect(decision.sentence).toMatch(
      /The route says 5 %, 40\.9 % of \d+ answers to probes came from the new version\./,
    );
    expect(decision.observedShare).toBeCloseTo(9 / 22);
    // Within the tolerance, however long: small differences return nobody.
    const right = window(1, [0, 54], [0, 946], { source: 'public' });
    expect(run(given, repeat(300, right)).decision.verdict).toBe('wait');
  });

  it('comes from missing the objective while stable keeps it', () => {
    const given = design({ slo: 0.01, sources: ['lane'] });
    const { decision } = run(given, repeat(400, window(1, [1, 20], [1, 100], { source: 'lane' })));
    expect(['objective', 'errors']).toContain(decision.metric);
    expect(decision.verdict).toBe('rollback');
  });
});

describe('one alpha for everything', () => {
  it('asks twenty times the evidence of one service among twenty, and names the culprit', () => {
    const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const given = design({ services: names });
    const bad = repeat(30, window(1, [1, 3], [0, 47], { service: 's7' }));
    const { decision, windows } = run(given, bad);
    expect(decision).toMatchObject({ verdict: 'rollback', service: 's7' });
    expect(decision.sentence).toContain('because of s7');
    expect(windows).toBeGreaterThan(2);
  });

  it('counts a configured source that has not answered as no evidence', () => {
    const both = design({ sources: ['lane', 'users'] });
    const { state, decision } = run(both, [window(1, [1, 3], [0, 47])]);
    const alone = run(design(), [window(1, [1, 3], [0, 47])]).decision;
    const expected = Math.log((Math.exp(alone.evidence.total) + 1) / 2);
    expect(decision.evidence.total).toBeCloseTo(expected, 12);
    expect(state.services['jazz']?.lane).toBeUndefined();
  });

  it('never lets one window count in two steps', () => {
    const given = design();
    const straddling = window(2, [20, 20], [0, 60]);
    const { state } = update(begin(given), [straddling], given, { step: 1, secondsInStep: 5 });
    expect(state).toEqual(begin(given));
  });
});

describe('a promotion', () => {
  const clean = window(1, [0, 5], [0, 95]);

  it('needs the shown margin and the least time, and says of whom it speaks', () => {
    const { decision, windows } = run(design(), repeat(99, clean));
    expect(decision.verdict).toBe('promote');
    // ln 20 / .04 = 75 canary requests, a little more for the first guess of stable's rate.
    expect(windows * 5).toBeGreaterThanOrEqual(75);
    expect(windows * 5).toBeLessThanOrEqual(100);
    expect(decision.sentence).toMatch(
      /^5 % → 25 %: with 95 % confidence the new version fails at most 4\.0 percentage points more often than the current one \(\d+ users' requests, 0 failed\)\.$/,
    );
    const early = update(run(design(), repeat(99, clean)).state, [], design(), { step: 1, secondsInStep: 59 });
    expect(early.decision.verdict).toBe('wait');
  });

  it('is never given without evidence', () => {
    const given = design();
    expect(update(begin(given), [], given, { step: 1, secondsInStep: 1e3 }).decision.verdict).toBe('wait');
    const end = update(begin(given), [], given, { step: 1, secondsInStep: 1800 }).decision;
    expect(end.verdict).toBe('inconclusive');
    expect(end.sentence).toBe(
      "Neither worse nor safe enough could be shown within 30 min (no users' requests reached the new version).",
    );
  });

  it('is never given on probes where users are configured', () => {
    const given = design({ sources: ['lane', 'users'] });
    const lane = repeat(99, window(1, [0, 50], [0, 50], { source: 'lane' }));
    expect(run(given, lane).decision.verdict).toBe('wait');
    const onProbes = run(design({ sources: ['lane'] }), lane).decision;
    expect(onProbes.verdict).toBe('promote');
    expect(onProbes.sentence).toContain('probes, 0 failed; this speaks of probes, users were not counted');
  });

  it('waits for every service in lockstep', () => {
    const given = design({ services: ['jazz', 'metal'] });
    const { state, decision } = run(given, repeat(40, clean));
    expect(decision).toMatchObject({ verdict: 'wait', service: 'metal' });
    const both = repeat(40, { ...clean, service: 'metal' });
    expect(run(given, both, state).decision.verdict).toBe('promote');
  });

  it('leaves pre-flight when 300 pairs were fine', () => {
    const given = design({ sources: ['lane', 'users'] });
    const { decision, windows } = run(given, repeat(99, window(0, [0, 10], [0, 10], { source: 'lane' })));
    expect(decision.verdict).toBe('promote');
    expect(windows).toBe(30);
    expect(decision.sentence).toContain('Pre-flight → 5 %');
  });

  it('is withheld while answers are not shown to be as fast', () => {
    const given = design({ latency: true });
    const histogram = times([93, 2, 0], [5, 0, 0]);
    const timed = window(1, [0, 5], [0, 95], { latency: histogram });
    const slower = window(1, [0, 5], [0, 95], { latency: times([94, 1, 0], [4, 0, 1]) });
    expect(run(given, repeat(60, timed)).decision.verdict).toBe('promote');
    expect(run(given, [timed, timed, slower, timed, slower]).decision.verdict).not.toBe('promote');
  });

  it('is withheld the longer the more of both answers are slow, and the sentence says what is waited for', () => {
    const noisy = window(3, [0, 20], [0, 20], { latency: times([18, 0, 2], [18, 0, 2]) });
    const { decision } = run(design({ latency: true }), repeat(40, noisy));
    expect(decision.verdict).toBe('wait');
    expect(decision.sentence).toMatch(
      /^Errors are fine; not enough evidence yet that answers are no slower: 800 of about \d+ users' requests/,
    );
    expect(run(design(), repeat(40, noisy)).decision.verdict).toBe('promote');
  });

  it('does not ask for times of a version that has none', () => {
    const given = design({ latency: true });
    const untimed = window(1, [0, 5], [0, 95], { latency: times([93, 2, 0], [0, 0, 0]) });
    const { state, decision } = run(given, repeat(60, untimed));
    expect(decision.verdict).toBe('promote');
    expect(state.services['jazz']?.users?.latency).toBeUndefined();
  });

  it('says at 100 % that nothing is left to compare with', () => {
    const { decision } = run(design(), repeat(20, window(4, [0, 100], [0, 0])));
    expect(decision.verdict).toBe('wait');
    expect(decision.sentence).toContain('no current version is left');
  });

  it('says how many requests and how much time are still needed', () => {
    const { decision } = run(design(), repeat(8, window(1, [0, 2], [0, 38])));
    expect(decision.verdict).toBe('wait');
    const { requests, seconds } = decision.needed!;
    expect(requests + 16).toBeGreaterThan(70);
    expect(requests + 16).toBeLessThan(95);
    expect(seconds).toBeCloseTo(requests / 0.4);
    expect(decision.sentence).toMatch(
      /^Not enough evidence yet: 16 of about \d+ users' requests .* At the current 0\.40 a second/,
    );
  });
});

describe('when both versions fail', () => {
  it('pauses and blames nobody, whatever the weight, and goes on when it is over', () => {
    for (const [step, canary, stable] of [
      [1, 5, 95],
      [2, 25, 75],
      [3, 50, 50],
    ] as const) {
      for (const slo of [undefined, 0.01]) {
        const given = design(slo === undefined ? {} : { slo });
        const good = repeat(10, window(step, [0, canary], [0, stable]));
        const outage = repeat(10, window(step, [canary, canary], [stable, stable]));
        const { state, decision } = run(given, outage, run(given, good).state);
        expect(decision.verdict).toBe('pause');
        expect(decision.sentence).toContain('neither is to blame');
        expect(run(given, good.slice(0, 3), state).decision.verdict).not.toMatch(/pause|rollback/);
      }
    }
  });

  it('does not blame a canary that gets most of the traffic first', () => {
    const given = design({ slo: 0.01, weights: [0.95, 1] });
    const outage = window(1, [48, 95], [3, 5], { share: 0.95 });
    expect(run(given, repeat(20, outage)).decision.verdict).toBe('pause');
  });

  it('still returns a canary that is far worse than a failing stable', () => {
    const given = design({ slo: 0.01 });
    const verdicts = new Set<string>();
    let state = begin(given);
    for (let i = 1; i <= 200; i += 1) {
      const next = update(state, [window(3, [45, 50], [3, 50])], given, { step: 3, secondsInStep: 5 * i });
      state = next.state;
      verdicts.add(next.decision.verdict);
    }
    expect(verdicts).toContain('rollback');
  });
});

describe('windows that cannot be', () => {
  it('are defects of what counted them', () => {
    const given = design();
    const moment = { step: 1, secondsInStep: 5 };
    const refused = (broken: Partial<Window>) => () =>
      update(begin(given), [{ ...window(1, [0, 5], [0, 95]), ...broken }], given, moment);
    expect(refused({ service: 'rock' })).toThrow('unknown service');
    expect(refused({ source: 'lane' })).toThrow('not configured');
    expect(refused({ canary: { requests: 1, errors: 2 } })).toThrow('2 errors in 1 requests');
    expect(refused({ canary: { requests: 1.5, errors: 0 } })).toThrow('whole numbers');
    expect(refused({ share: Number.NaN })).toThrow('share NaN');
  });
});

describe('numbers in sentences', () => {
  it('are short', () => {
    expect([0.05, 1, 0.125, 0.409, 0].map(percent)).toEqual(['5 %', '100 %', '12.5 %', '40.9 %', '0 %']);
    expect([14, 119.2, 133, 1800, 7200, 9000].map(seconds)).toEqual([
      '14 s',
      '2 min',
      '2 min 13 s',
      '30 min',
      '2 h',
      '2 h 30 min',
    ]);
  });
});
