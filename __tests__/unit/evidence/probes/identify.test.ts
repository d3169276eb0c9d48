import { describe, expect, it } from '@jest/globals';
import { Identifier, LEARNING_ANSWERS } from '../../../../src/evidence/probes/identify.ts';
import { Observer } from '../../../../src/evidence/probes/observer.ts';
import type { Identify } from '../../../../src/settings/types.ts';
import { answer } from '../../../support/fixtures.ts';

const AUTO: Identify = { by: 'auto' };
const plain = (body: string) => answer('', { headers: { via: '1.1 kong/3.9.1' }, body });

function learnt(identify: Identify, given = () => answer('v1'), times = LEARNING_ANSWERS): Identifier {
  const identifier = new Identifier(identify);
  for (let n = 0; n < times; n++) identifier.learn(given());
  return identifier;
}

describe('telling the versions apart', () => {
  it.each<[string, Identify, string]>([
    ['a header that is named', { by: 'header', name: 'X-App-Version' }, 'header x-app-version'],
    ['a JSON field that is named', { by: 'json', path: 'version' }, 'json version'],
    ['a common version header, by itself', AUTO, 'header x-app-version'],
  ])('goes by %s', (_what, identify, words) => {
    const identifier = learnt(identify);
    expect(identifier.describe()).toBe(words);
    expect([identifier.classify(answer('v1')), identifier.classify(answer('v2'))]).toEqual(['stable', 'canary']);
  });

  it('goes by the whole body where no header helps', () => {
    const identifier = learnt(AUTO, () => plain('I am v1'));
    expect(identifier.describe()).toBe('the whole body');
    expect([identifier.classify(plain('I am v1')), identifier.classify(plain('I am v2'))]).toEqual([
      'stable',
      'canary',
    ]);
  });

  it('reads a header on failing answers, too, and never a body', () => {
    const byHeader = learnt(AUTO);
    expect(byHeader.classify(answer('v2', { status: 500 }))).toBe('canary');
    const byBody = learnt(AUTO, () => plain('I am v1'));
    expect(byBody.classify({ ...plain('Internal error'), status: 500 })).toBeUndefined();
  });

  it('wants twenty answers before it decides', () => {
    const identifier = learnt(AUTO, () => answer('v1'), LEARNING_ANSWERS - 1);
    expect([identifier.ready, identifier.wanted(), identifier.classify(answer('v2'))]).toEqual([false, 1, undefined]);
    identifier.learn(answer('v1'));
    expect([identifier.ready, identifier.wanted()]).toEqual([true, 0]);
  });

  it('does not trust a sign that is not the same in every answer of one version, or missing in some', () => {
    let n = 0;
    const changing = learnt(AUTO, () => plain(`request ${n++}`));
    expect([changing.ready, changing.describe()]).toEqual([
      false,
      'nothing: neither the body nor a version header is the same in all answers of the current version',
    ]);
    const sometimes = learnt({ by: 'header', name: 'x-app-version' }, () => (n++ % 2 ? answer('v1') : plain('')));
    expect(sometimes.ready).toBe(false);
  });

  it('does not hold it against a sign that the page of a failing gateway lacks it', () => {
    let n = 0;
    const page = { ...plain('An invalid response was received from the upstream server'), status: 502 };
    const identifier = learnt(AUTO, () => (n++ % 5 === 0 ? page : answer('v1')));
    expect([identifier.describe(), identifier.classify(page)]).toEqual(['header x-app-version', undefined]);
    for (let k = 0; k < LEARNING_ANSWERS; k++) identifier.learn(k % 5 === 0 ? page : answer('v2'), 'canary');
    expect(identifier.distinguishes).toBe(true);
    expect([identifier.classify(answer('v1')), identifier.classify(answer('v2'))]).toEqual(['stable', 'canary']);
  });

  it('takes no sign from an error page, nor learns from one', () => {
    const identifier = learnt({ by: 'json', path: 'version' });
    expect(identifier.classify(answer('v2', { status: 500 }))).toBeUndefined();
    expect(identifier.classify(answer('v2', { status: 0, error: 'ECONNRESET' }))).toBeUndefined();
    const failing = learnt({ by: 'json', path: 'version' }, () => answer('v1', { status: 500 }));
    expect(failing.ready).toBe(false);
  });

  it('claims nothing about an answer without the sign', () => {
    expect(learnt({ by: 'json', path: 'version' }).classify(plain('no JSON'))).toBeUndefined();
  });

  it('has told two versions apart only once a probe was answered by the second', () => {
    const identifier = learnt(AUTO);
    identifier.classify(answer('v1'));
    expect(identifier.distinguishes).toBe(false);
    identifier.tell(answer('an answer of another path'));
    expect(identifier.distinguishes).toBe(false);
    identifier.classify(answer('v2'));
    expect(identifier.distinguishes).toBe(true);
  });

  it('goes on with the sign of an earlier run, which cannot be learnt beside a canary', () => {
    const { signs } = learnt(AUTO);
    const identifier = new Identifier(AUTO, signs);
    expect([identifier.wanted(), identifier.ready]).toEqual([0, true]);
    expect([identifier.classify(answer('v1')), identifier.classify(answer('v2'))]).toEqual(['stable', 'canary']);
  });
});

describe('what the probes of a service have seen', () => {
  const watching = (known = true) => {
    const identifier = new Identifier(AUTO, known ? { source: 'header:x-app-version', stable: 'v1' } : undefined);
    const observer = new Observer('jazz', identifier);
    return {
      observer,
      see: (...given: string[]) => given.forEach((body, n) => void observer.takePublic(answer(body), n)),
    };
  };

  it('is counted by version', () => {
    const { observer, see } = watching();
    see('v1', 'v1', 'v2', 'v1');
    expect(observer.window).toEqual({ good: 4, failed: 0, canary: 1, identified: 4, stableInARow: 1, goodInARow: 4 });
  });

  it('does not take an answer that names nobody for one of stable', () => {
    const { observer } = watching();
    for (let n = 0; n < 5; n++) observer.takePublic(plain('?'), n);
    expect(observer.window).toMatchObject({ good: 5, identified: 0, stableInARow: 0, goodInARow: 5 });
  });

  it('never mixes two weights: a probe sent before the window does not count in it', () => {
    const { observer } = watching();
    observer.openWindow(100);
    observer.takePublic(answer('v2'), 99);
    observer.takePublic(answer('v1'), 100);
    expect(observer.window).toMatchObject({ good: 1, canary: 0 });
  });

  it('keeps the last failing probe in words, also one from before the window', () => {
    const { observer } = watching();
    observer.openWindow(100);
    observer.takePublic(answer('v2', { status: 503 }), 50);
    expect(observer.slip('public path')).toEqual({
      where: 'public path',
      sentence: 'expected status 200–299 from the app, seen 503 from the app',
      servedBy: 'canary',
    });
    observer.takePublic(answer('', { status: 0, headers: {}, error: 'ECONNREFUSED: connect' }), 101);
    expect(observer.slip('public path')?.sentence).toBe(
      'expected status 200–299 from the app, seen no answer: ECONNREFUSED: connect',
    );
    expect([observer.failures, observer.window.failed]).toEqual([2, 1]);
  });

  it('takes Kong’s own answer for a failure, whatever its status', () => {
    const { observer } = watching();
    observer.takePublic({ status: 200, headers: { 'x-kong-response-latency': '0' }, body: '{}', milliseconds: 1 }, 0);
    expect(observer.slip('public path')?.sentence).toMatch(/from the app, seen 200 by Kong/);
    expect([observer.window.failed, observer.refusedInARow]).toEqual([1, 1]);
  });

  it('learns until it is told that answers may be the canary’s; with a known sign it never learns', () => {
    const { observer, see } = watching(false);
    see(...Array.from({ length: LEARNING_ANSWERS }, () => 'v1'));
    // Stable alone has traffic meanwhile.
    expect(observer.window).toMatchObject({ identified: LEARNING_ANSWERS, canary: 0 });
    observer.stopLearning();
    see('v2');
    expect(observer.window).toMatchObject({ canary: 1, identified: LEARNING_ANSWERS + 1 });
    const resumed = watching(true);
    resumed.see('v2', 'v1');
    expect(resumed.observer.window).toMatchObject({ canary: 1, identified: 2 });
  });
});
