import { describe, expect, it } from '@jest/globals';
import { readUsers } from '../../../../src/evidence/users/reading.ts';
import type { Counted, Reading, UserSource } from '../../../../src/evidence/users/sources.ts';
import { FakeClock, settled } from '../../../support/fake-clock.ts';

const window = (canary: number): Counted => ({
  service: 'jazz',
  from: 1,
  until: 2,
  stable: { requests: 10, errors: 0 },
  canary: { requests: canary, errors: 0 },
  whole: true,
});

/** A source whose answers come when the test says so. */
function slowSource() {
  let answer: ((reading: Reading) => void) | undefined;
  const source: UserSource = {
    service: 'jazz',
    name: 'pods',
    read: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  };
  return { source, answers: (reading: Reading) => answer?.(reading) };
}

function begun() {
  const { source, answers } = slowSource();
  const clock = new FakeClock();
  const reading = readUsers([source], {
    clock,
    every: 5000,
    signal: new AbortController().signal,
    stretch: () => ({ step: 1, share: 0.5, since: 0 }),
    splitFromUsers: () => false,
  });
  return { clock, answers, reading };
}

describe('reading users’ requests beside the release', () => {
  it('loses no window, also when somebody looks while a source is read', async () => {
    const { clock, answers, reading } = begun();
    const seen: number[] = [];
    const take = () => {
      for (const { windows } of reading.take()) seen.push(...windows.map(({ canary }) => canary.requests));
    };
    for (const canary of [1, 2, 3]) {
      take();
      await settled();
      answers({ kind: 'window', window: window(canary), notes: [] });
      await settled();
      await clock.advance(5000);
      await settled();
    }
    take();
    expect(seen).toEqual([1, 2, 3]);
    expect(reading.take()).toEqual([]);
    const stopped = reading.stop();
    answers({ kind: 'no-data', why: 'ended', notes: [] });
    await stopped;
  });

  it('hands on what no source should throw', async () => {
    const failing: UserSource = { service: 'jazz', name: 'pods', read: () => Promise.reject(new Error('a defect')) };
    const reading = readUsers([failing], {
      clock: new FakeClock(),
      every: 5000,
      signal: new AbortController().signal,
      stretch: () => undefined,
      splitFromUsers: () => false,
    });
    await settled();
    expect(() => reading.take()).toThrow('a defect');
    await reading.stop();
  });
});
