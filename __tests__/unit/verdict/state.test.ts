import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { begin, joined, partOf, readState, type State, update, type Window } from '../../../src/verdict/index.ts';
import { design } from './given.ts';

const given = design({
  services: ['jazz', 'metal'],
  sources: ['lane', 'users', 'public'],
  splitFrom: 'public',
  latency: true,
  slo: 0.02,
});

const buckets = fc.array(fc.nat({ max: 200 }), { minLength: 3, maxLength: 3 });
const count = fc.tuple(fc.nat({ max: 500 }), fc.nat({ max: 500 })).map(([a, b]) => ({
  requests: Math.max(a, b),
  errors: Math.min(a, b),
}));
const anyWindow: fc.Arbitrary<Window> = fc.record({
  service: fc.constantFrom('jazz', 'metal'),
  source: fc.constantFrom('lane', 'users', 'public'),
  step: fc.constant(0),
  seconds: fc.constantFrom(1, 5, 15),
  share: fc.constantFrom(0, 0.05, 0.25, 0.5, 1),
  stable: count,
  canary: count,
  latency: fc.record({ bounds: fc.constant([0.1, 0.5]), stable: buckets, canary: buckets }),
});
/** A release: windows by step, steps in order. */
const anyRelease = fc
  .array(fc.array(anyWindow, { maxLength: 4 }), { minLength: 1, maxLength: 5 })
  .map((steps) => steps.map((windows, step) => windows.map((one) => ({ ...one, step }))));

describe('a saved state', () => {
  it('continues bit for bit: any cut of any release gives the same states and the same words', () => {
    fc.assert(
      fc.property(anyRelease, (steps) => {
        let whole = begin(given);
        let resumed = begin(given);
        steps.forEach((windows, step) => {
          windows.forEach((one, i) => {
            const moment = { step, secondsInStep: 5 * (i + 1) };
            const a = update(whole, [one], given, moment);
            const read = readState(JSON.parse(JSON.stringify(resumed)), given);
            if (!('state' in read)) throw new Error(read.refused);
            const b = update(read.state, [one], given, moment);
            expect(JSON.stringify(b)).toBe(JSON.stringify(a));
            // toEqual tells 0 from -0 apart, which JSON does not: a state must not hold what JSON would change.
            expect(JSON.parse(JSON.stringify(a.state))).toStrictEqual(a.state);
            whole = a.state;
            resumed = b.state;
          });
        });
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on the order of windows of different services', () => {
    fc.assert(
      fc.property(anyWindow, anyWindow, (one, other) => {
        const jazz = { ...one, service: 'jazz' };
        const metal = { ...other, service: 'metal' };
        const moment = { step: 0, secondsInStep: 5 };
        const a = update(begin(given), [jazz, metal], given, moment);
        const b = update(begin(given), [metal, jazz], given, moment);
        expect(b.decision).toStrictEqual(a.decision);
      }),
    );
  });

  it('is put together again from the journals of its services', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { maxLength: 6 }), (windows) => {
        const { state } = update(begin(given), windows, given, { step: 0, secondsInStep: 5 });
        const parts = ['jazz', 'metal'].map((service) => JSON.parse(JSON.stringify(partOf(state, service))) as State);
        expect(joined(given, parts)).toStrictEqual(state);
      }),
    );
  });

  it('stays small with a histogram of forty bounds and every source', () => {
    const bounds = Array.from({ length: 40 }, (_, i) => 0.001 * 1.3 ** i);
    const slots = bounds.concat(0).map((_, i) => (i * 7919) % 900);
    let state = begin(given);
    for (let step = 0; step <= 4; step += 1) {
      for (const source of ['lane', 'users', 'public'] as const) {
        for (let i = 0; i < 20; i += 1) {
          const one: Window = {
            service: 'jazz',
            source,
            step,
            seconds: 5,
            share: 0.3,
            stable: { requests: 98_765, errors: 43 },
            canary: { requests: 40_321, errors: 17 },
            latency: { bounds, stable: slots, canary: slots },
          };
          state = update(state, [one], given, { step, secondsInStep: 5 }).state;
        }
      }
    }
    expect(state.services['jazz']?.users?.latency?.bounds.length).toBe(16);
    expect(JSON.stringify(partOf(state, 'jazz')).length).toBeLessThan(12_000);
  });

  it('is refused under other settings, and when it is not whole', () => {
    const state = update(
      begin(given),
      [
        {
          service: 'jazz',
          source: 'users',
          step: 1,
          seconds: 5,
          share: 0.05,
          stable: { requests: 95, errors: 1 },
          canary: { requests: 5, errors: 1 },
          latency: { bounds: [0.1], stable: [94, 0], canary: [4, 0] },
        },
      ],
      given,
      { step: 1, secondsInStep: 5 },
    ).state;
    expect(readState(state, given)).toEqual({ state });
    expect(readState(state, design())).toEqual({ refused: 'it was gathered under other settings' });
    const text = JSON.stringify(state);
    const broken = [
      'null',
      '[]',
      text.replace('"version":1', '"version":2'),
      text.replace('"jazz"', '"rock"'),
      text.replace('"users"', '"rumours"'),
      text.replace('"errors":1', '"errors":"1"'),
      text.replace(/"logs":\[[^\]]*\]/, '"logs":null'),
      text.replace('"seconds":5', '"seconds":1e999'),
      text.replace('"promotion"', '"emotion"'),
      text.replace('"bounds":[0.1]', '"bounds":[0.1,0.2]'),
    ];
    for (const one of broken) {
      expect(one).not.toBe(text);
      expect(readState(JSON.parse(one), given)).toHaveProperty('refused');
    }
    expect(() => update(state, [], design(), { step: 1, secondsInStep: 5 })).toThrow('another design');
  });
});
