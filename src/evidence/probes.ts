/** Continuous light probing of one service's public path: open loop, so that a slow service is not asked less often. */

import type { HttpAnswer, HttpClient } from '../checks/http.ts';
import type { Ports } from '../ports.ts';

export interface ProbeTarget {
  readonly service: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProbeOptions {
  /** Probes per second. */
  readonly rate: number;
  /** Milliseconds until a probe counts as unanswered. */
  readonly timeout: number;
  readonly ports: Ports;
  readonly http: HttpClient;
  readonly onAnswer: (answer: HttpAnswer, sentAt: number) => void;
}

export interface ProbeStream {
  /** Stops sending; answers under way are waited for, at most the probes' timeout. */
  stop(): Promise<void>;
}

/**
 * Sends at `start + n / rate`. A send that comes late (a busy runner) is sent at once, and the ones missed meanwhile are
 * left out: catching up in a burst would measure the burst.
 */
export function startProbes(target: ProbeTarget, options: ProbeOptions): ProbeStream {
  const { clock, random } = options.ports;
  const interval = 1000 / options.rate;
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();
  // Streams of several services start at different moments of the interval, so that they do not send in step.
  let next = clock.monotonic() + random() * interval;

  const loop = async () => {
    while (!stopped.signal.aborted) {
      const wait = next - clock.monotonic();
      if (wait > 0) await clock.sleep(wait, stopped.signal);
      const sentAt = clock.monotonic();
      const probe = options
        .http({ url: target.url, method: 'GET', headers: target.headers, timeout: options.timeout })
        .then((answer) => options.onAnswer(answer, sentAt))
        .finally(() => underWay.delete(probe));
      underWay.add(probe);
      next += interval;
      if (next < clock.monotonic()) next = clock.monotonic() + interval;
    }
  };
  const done = loop().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });

  return {
    stop: async () => {
      stopped.abort(new Error('probing ended'));
      await done;
      await Promise.all(underWay);
    },
  };
}
