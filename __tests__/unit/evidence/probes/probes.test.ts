import { describe, expect, it } from '@jest/globals';
import { startProbes } from '../../../../src/evidence/probes/probes.ts';
import type { HttpAnswer } from '../../../../src/http/client.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { answer, ports } from '../../../support/fixtures.ts';

function probing(http?: (clock: FakeClock) => Promise<HttpAnswer>, random = 0) {
  const clock = new FakeClock();
  const sent: number[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const answered: number[] = [];
  const stream = startProbes(
    { service: 'jazz', url: 'http://gateway/dj/jazz', headers: { apikey: 'k' } },
    {
      rate: 10,
      timeout: 5_000,
      ports: { ...ports(clock), random: () => random },
      http: ({ signal }) => {
        signals.push(signal);
        sent.push(clock.monotonic());
        return http ? http(clock) : Promise.resolve(answer());
      },
    },
    (_answer, sentAt) => answered.push(sentAt),
  );
  return { clock, sent, answered, stream, signals };
}

describe('probes', () => {
  it('are sent at an even rate, and answered with the moment they were sent', async () => {
    const { clock, sent, answered, stream } = probing();
    await clock.advance(1_000);
    expect(sent).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(answered).toEqual(sent);
    await stream.stop();
  });

  it('of several services do not start in the same moment', async () => {
    const { clock, sent, stream } = probing(undefined, 0.25);
    await clock.advance(200);
    expect(sent).toEqual([25, 125]);
    await stream.stop();
  });

  it('are not asked less often because answers are slow', async () => {
    const { clock, sent, stream } = probing((time) => time.sleep(900).then(() => answer()));
    await clock.advance(1_000);
    expect(sent).toHaveLength(11);
    const ended = stream.stop();
    await clock.advance(1_000);
    await ended;
  });

  it('never catch up in a burst after the runner was busy', async () => {
    const { clock, sent, stream } = probing();
    await clock.advance(100);
    clock.stall(1_050);
    await clock.advance(300);
    const gaps = sent.slice(1).map((at, index) => at - (sent[index] ?? 0));
    expect(sent.length).toBeLessThanOrEqual(6);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    await stream.stop();
  });

  it('end when they are stopped: nothing more is sent, and answers under way tell nothing any more', async () => {
    let give: (value: HttpAnswer) => void = () => undefined;
    const { clock, sent, answered, stream, signals } = probing(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    await clock.advance(50);
    const stopping = stream.stop();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    give(answer());
    await stopping;
    await clock.advance(1_000);
    expect([sent.length, answered]).toEqual([1, []]);
  });
});
