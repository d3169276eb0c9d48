import { describe, expect, it } from '@jest/globals';
import { Identifier } from '../../../../src/evidence/probes/identify.ts';
import { Observer } from '../../../../src/evidence/probes/observer.ts';
import type { Running } from '../../../../src/rollout/running.ts';
import { warmUp } from '../../../../src/rollout/steps/warm-up.ts';
import { openTrial } from '../../../../src/rollout/trial/design.ts';
import { stillToldApart } from '../../../../src/rollout/trial/told-apart.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { answer, release, settings } from '../../../support/fixtures.ts';
import { aRunning } from '../../../support/running.ts';

const TOKENS = { stable: 'one-stable', canary: 'one-canary' };

/** jazz, seen by this observer, before its first weight. */
function runningWith(observer: Observer, clock: FakeClock, more: Partial<Running> = {}): Running {
  const jazz = { ...release(), observer };
  const running = aRunning(new FakeApi(), clock, { services: [{ plan: {} as never, release: jazz }], ...more });
  const { settings: given } = running;
  running.trial = openTrial([jazz], given, { bounds: {}, clock, users: () => [], say: () => undefined });
  return running;
}

describe('lanes whose answers carry no mark (App Mesh)', () => {
  /** jazz with stable known from the public path, and lanes that are open. */
  function unmarked(): Observer {
    const observer = new Observer('jazz', new Identifier({ by: 'auto' }));
    for (let each = 0; each < 20; each++) observer.takePublic(answer('v1'), each);
    observer.stopLearning();
    observer.lanes = { tokens: TOKENS, marked: false };
    return observer;
  }
  const warming = (observer: Observer, clock: FakeClock) => warmUp(runningWith(observer, clock));
  const pairs = (observer: Observer, count: number, canary: string) => {
    for (let each = 0; each < count; each++) {
      observer.takeLane('stable', answer('v1'), 100);
      observer.takeLane('canary', answer(canary), 100);
    }
  };

  it.each([1, 19, 20, 55])(
    'may lead to stable for a while (%i answers): the versions are told apart all the same',
    async (late) => {
      const observer = unmarked();
      const clock = new FakeClock();
      const warm = warming(observer, clock);
      await clock.advance(100);
      for (let each = 0; each < late; each++) {
        pairs(observer, 1, 'v1');
        await clock.advance(50);
      }
      for (let each = 0; each < 60; each++) {
        pairs(observer, 1, 'v2');
        await clock.advance(50);
      }
      await warm;
      expect(observer.identifier.distinguishes).toBe(true);
      observer.drain();
      pairs(observer, 3, 'v2');
      expect(observer.drain().lanes).toEqual({
        stable: { requests: 3, errors: 0 },
        canary: { requests: 3, errors: 0 },
      });
      pairs(observer, 2, 'v1');
      expect(observer.drain().lanes.canary.requests).toBe(0);
      expect(observer.silence('canary')).toEqual({ count: 2, why: 'an answer of the other version' });
    },
  );

  it.each([
    ['by a header that failing answers carry', { 'x-kong-upstream-latency': '1', 'x-app-version': 'v2' }],
    ['by the body of the good ones', { 'x-kong-upstream-latency': '1' }],
  ])('tell a canary apart that fails now and then, %s', async (_sign, headers) => {
    const observer = unmarked();
    const clock = new FakeClock();
    const warm = warming(observer, clock);
    await clock.advance(100);
    for (let each = 0; each < 80; each++) {
      const failed = { ...answer('v2', { status: 500, body: `error ${each}` }), headers };
      observer.takeLane('stable', answer('v1'), 100);
      // The first answers are still stable's.
      observer.takeLane('canary', each < 5 ? answer('v1') : each % 3 === 0 ? failed : answer('v2'), 100);
      await clock.advance(50);
    }
    await warm;
    expect(observer.slip('canary')).toBeDefined();
    expect(observer.identifier.distinguishes).toBe(true);
  });

  it('let no canary past pre-flight that failed once and cannot be told apart', async () => {
    const observer = unmarked();
    const clock = new FakeClock();
    const warm = warming(observer, clock);
    await clock.advance(100);
    observer.takeLane('canary', answer('v1', { status: 500 }), 100);
    for (let each = 0; each < 400; each++) {
      pairs(observer, 1, 'v1');
      await clock.advance(50);
    }
    await warm;
    const refused = /the versions of jazz cannot be told apart/;
    const stillTold = (more: Parameters<typeof settings>[0] = {}) =>
      stillToldApart(runningWith(observer, clock, { settings: settings(more) }));
    expect(() => stillTold()).toThrow(refused);
    expect(() => stillTold({ allowUnproved: true })).not.toThrow();
    expect(() => stillTold({ evidence: ['probes', 'pods'] })).not.toThrow();
  });

  it('of versions that answer alike are not waited for without end', async () => {
    const observer = unmarked();
    const clock = new FakeClock();
    let ended: unknown;
    void warming(observer, clock).catch((error: unknown) => {
      ended = error;
    });
    for (let each = 0; each < 400 && ended === undefined; each++) {
      pairs(observer, 1, 'v1');
      await clock.advance(50);
    }
    expect(String(ended)).toMatch(/the versions of jazz cannot be told apart on the public path/);
    expect(observer.identifier.distinguishes).toBe(false);
  });
});
