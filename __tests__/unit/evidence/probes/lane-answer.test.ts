import { describe, expect, it } from '@jest/globals';
import { Identifier } from '../../../../src/evidence/probes/identify.ts';
import { laneAnswer } from '../../../../src/evidence/probes/lane-answer.ts';
import { Observer } from '../../../../src/evidence/probes/observer.ts';
import type { HttpAnswer } from '../../../../src/http/client.ts';
import { answer } from '../../../support/fixtures.ts';

const TOKEN = 'a1-canary';
const marked = (overrides: Partial<HttpAnswer> = {}) => {
  const given = answer('v2', overrides);
  return { ...given, headers: { 'x-mesh-canary-lane': TOKEN, ...given.headers } };
};
const byKong = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'x-mesh-canary-lane': TOKEN, 'x-kong-response-latency': '0' },
  body: JSON.stringify({ message }),
  milliseconds: 1,
});

describe('an answer on a lane', () => {
  it.each<[string, HttpAnswer, 'good' | 'failed' | 'none']>([
    ['of the application, marked', marked(), 'good'],
    ['that failed in the application', marked({ status: 500 }), 'failed'],
    ['that came by another way: it has no mark', answer('v1'), 'none'],
    ['that failed on another way', answer('v1', { status: 500 }), 'none'],
    ['marked for the other lane', { ...marked(), headers: { 'x-mesh-canary-lane': 'a1-stable' } }, 'none'],
    ['of Kong: no key', byKong(401, 'No API key found in request'), 'none'],
    ['of Kong: a limit', byKong(429, 'API rate limit exceeded'), 'none'],
    ['of Kong: no target', byKong(503, 'failure to get a peer from the ring-balancer'), 'failed'],
    ['that never came', { status: 0, headers: {}, body: '', milliseconds: 5000, error: 'ETIMEDOUT' }, 'failed'],
  ])('%s', (_what, given, kind) => {
    expect(laneAnswer(given, TOKEN).kind).toBe(kind);
  });

  it('needs no mark where the data plane cannot set one', () => {
    expect(laneAnswer(answer('v2'), undefined).kind).toBe('good');
  });
});

describe('lane probes of a service', () => {
  const watching = (marks = true) => {
    const observer = new Observer('jazz', new Identifier({ by: 'auto' }));
    observer.lanes = { tokens: { stable: 'a1-stable', canary: TOKEN }, marked: marks };
    return observer;
  };
  const lane = (version: 'v1' | 'v2', overrides: Partial<HttpAnswer> = {}) => {
    const given = answer(version, overrides);
    const token = version === 'v1' ? 'a1-stable' : TOKEN;
    return { ...given, headers: { ...given.headers, 'x-mesh-canary-lane': token } };
  };

  it('are counted by version, with the times of good answers in seconds', () => {
    const observer = watching();
    observer.takeLane('stable', lane('v1', { milliseconds: 20 }), 1);
    observer.takeLane('canary', lane('v2', { milliseconds: 30 }), 2);
    observer.takeLane('canary', lane('v2', { status: 500 }), 3);
    expect(observer.hasErrors).toBe(true);
    const { lanes, times } = observer.drain();
    expect(lanes).toEqual({ stable: { requests: 1, errors: 0 }, canary: { requests: 2, errors: 1 } });
    expect(times).toEqual({ stable: [0.02], canary: [0.03] });
    expect(observer.drain().lanes.canary.requests).toBe(0);
  });

  it('that come by another way add nothing to the evidence, and are noticed', () => {
    const observer = watching();
    for (let n = 0; n < 25; n++) observer.takeLane('canary', answer('v1'), n);
    expect(observer.drain().lanes.canary).toEqual({ requests: 0, errors: 0 });
    expect(observer.silence('canary')).toMatchObject({ count: 25, why: expect.stringMatching(/without the mark/) });
    observer.takeLane('canary', lane('v2'), 26);
    expect(observer.silence('canary').count).toBe(0);
    observer.takeLane('canary', answer('v1'), 27);
    observer.forgetSilence();
    expect(observer.silence('canary')).toEqual({ count: 0, why: '' });
  });

  it('teach both signs, and count for nothing meanwhile', () => {
    const observer = watching();
    observer.learnFromLanes(true);
    for (let n = 0; n < 20; n++) {
      observer.takeLane('stable', lane('v1'), n);
      observer.takeLane('canary', lane('v2'), n);
    }
    observer.stopLearning();
    observer.learnFromLanes(false);
    expect(observer.drain().lanes.canary.requests).toBe(0);
    expect(observer.identifier.signs).toEqual({ source: 'header:x-app-version', stable: 'v1', canary: 'v2' });
    expect(observer.identifier.distinguishes).toBe(true);
    // A third value is neither's.
    expect(observer.identifier.classify(answer('v9'))).toBeUndefined();
  });

  it('do not tell versions apart that answer alike', () => {
    const observer = watching();
    observer.learnFromLanes(true);
    for (let n = 0; n < 20; n++) {
      observer.takeLane('stable', lane('v1', { headers: { via: '1.1 kong/3.9.1' }, body: 'x' }), n);
      const same = answer('', { headers: { via: '1.1 kong/3.9.1', 'x-mesh-canary-lane': TOKEN }, body: 'x' });
      observer.takeLane('stable', { ...same, headers: { ...same.headers, 'x-mesh-canary-lane': 'a1-stable' } }, n);
      observer.takeLane('canary', same, n);
    }
    expect(observer.identifier.distinguishes).toBe(false);
    expect(observer.identifier.describe()).toMatch(/differs between the two/);
  });

  it('without marks are told by the signs: an answer of the other version is no evidence', () => {
    const observer = watching(false);
    observer.learnFromLanes(true);
    for (let n = 0; n < 20; n++) {
      observer.takeLane('stable', answer('v1'), n);
      observer.takeLane('canary', answer('v2'), n);
    }
    observer.learnFromLanes(false);
    observer.takeLane('canary', answer('v1'), 30);
    observer.takeLane('canary', answer('v2'), 31);
    expect(observer.drain().lanes.canary).toEqual({ requests: 1, errors: 0 });
  });

  it('are taken out of users’ counts once each, by the moment they were sent', () => {
    const observer = watching();
    observer.takeLane('canary', lane('v2'), 100);
    observer.takeLane('canary', lane('v2', { status: 500 }), 200);
    observer.takeLane('canary', byKong(401, 'No API key found in request'), 150);
    expect(observer.probesBetween(0, 200)).toEqual({
      stable: { requests: 0, errors: 0 },
      canary: { requests: 1, errors: 0 },
      lanes: true,
    });
    expect(observer.probesBetween(200, 300).canary).toEqual({ requests: 1, errors: 1 });
  });
});
