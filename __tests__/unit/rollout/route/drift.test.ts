import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SeenRoute } from '../../../../src/rollout/route/drift.ts';
import { judgeDrift } from '../../../../src/rollout/route/drift.ts';

const backends = { stable: 'jazz-v1', canary: 'jazz-v2' };
const seen = (shares: Record<string, number>, more: Partial<SeenRoute> = {}): SeenRoute => ({
  wrote: 25,
  split: { weights: shares, shares },
  backends,
  journal: 'ours',
  smallestStep: 0.01,
  ...more,
});

describe('a route that somebody else has changed', () => {
  it('is as it was when weights and journal are ours', () => {
    expect(judgeDrift(seen({ 'jazz-v1': 75, 'jazz-v2': 25 }), 'stop')).toEqual({ kind: 'none' });
    expect(judgeDrift(seen({ 'jazz-v1': 75, 'jazz-v2': 25, 'jazz-v0': 0 }), 'stop')).toEqual({ kind: 'none' });
  });

  it('stops the release, or is gone on from, as asked', () => {
    const other = seen({ 'jazz-v1': 90, 'jazz-v2': 10 });
    expect(judgeDrift(other, 'stop')).toMatchObject({
      kind: 'stop',
      why: 'jazz-v2 has 10 %, this run wrote 25 %',
      next: expect.stringContaining('on-drift: adopt'),
    });
    expect(judgeDrift(other, 'adopt')).toMatchObject({ kind: 'adopt', share: 10 });
    const wiped = seen({ 'jazz-v1': 75, 'jazz-v2': 25 }, { journal: 'gone' });
    expect(judgeDrift(wiped, 'stop')).toMatchObject({ kind: 'stop', why: 'the journal was removed' });
    expect(judgeDrift(wiped, 'adopt')).toMatchObject({ kind: 'adopt', share: 25 });
  });

  it.each<[string, SeenRoute, RegExp]>([
    [
      'another run',
      seen({ 'jazz-v1': 75, 'jazz-v2': 25 }, { journal: { run: 'github-7-1' } }),
      /run github-7-1 has taken/,
    ],
    ['a third version', seen({ 'jazz-v1': 70, 'jazz-v2': 25, 'jazz-v3': 5 }), /jazz-v3 was given 5 %/],
    ['nobody served', seen({ 'jazz-v1': 0, 'jazz-v2': 0 }), /nobody is served/],
  ])('is never adopted: %s', (_what, route, why) => {
    for (const policy of ['stop', 'adopt'] as const) {
      const verdict = judgeDrift(route, policy);
      expect(verdict.kind).toBe('stop');
      expect('why' in verdict && verdict.why).toMatch(why);
    }
  });

  it('is not gone on from when requests were taken from a version that had all of them', () => {
    const taken = seen({ 'jazz-v1': 60, 'jazz-v2': 40 }, { wrote: 100 });
    expect(judgeDrift(taken, 'adopt')).toMatchObject({
      kind: 'stop',
      why: 'jazz-v2 has 40 %, this run wrote 100 %, and no further weight goes on from there',
    });
    const wiped = seen({ 'jazz-v1': 0, 'jazz-v2': 100 }, { wrote: 100, journal: 'gone' });
    expect(judgeDrift(wiped, 'adopt')).toMatchObject({ kind: 'adopt', share: 100 });
  });

  it('never adopts a share other than the live one, and none that the two versions do not have between them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (live, wrote) => {
        const verdict = judgeDrift(seen({ 'jazz-v1': 100 - live, 'jazz-v2': live }, { wrote }), 'adopt');
        if (live === wrote) expect(verdict).toEqual({ kind: 'none' });
        else if (wrote === 100) expect(verdict).toMatchObject({ kind: 'stop' });
        else expect(verdict).toMatchObject({ kind: 'adopt', share: live });
      }),
    );
  });
});
