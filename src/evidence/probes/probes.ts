/** Our own requests: continuously on the public path, and in pairs on the lanes. */

import { setMaxListeners } from 'node:events';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import { LANE_HEADER } from '../../kube/names.ts';
import type { Ports } from '../../ports.ts';
import type { LaneTokens } from '../../routes/types.ts';
import type { ServedBy } from './identify.ts';
import { pace } from './schedule.ts';

export interface ProbeTarget {
  readonly service: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProbeOptions {
  /** Probes, or pairs of them, per second. */
  readonly rate: number;
  /** Milliseconds until a probe counts as unanswered. */
  readonly timeout: number;
  readonly ports: Ports;
  readonly http: HttpClient;
}

export interface ProbeStream {
  /** Ends at once: probes under way are given up and tell nothing any more. */
  stop(): Promise<void>;
}

/** Probes the public path as users call it. */
export function startProbes(
  target: ProbeTarget,
  options: ProbeOptions,
  onAnswer: (answer: HttpAnswer, sentAt: number) => void,
): ProbeStream {
  return stream(options, (send) => send(target.url, target.headers, onAnswer));
}

/**
 * Probes both lanes in pairs. Which of the two goes first is a coin's choice, so that what one request does to the next
 * (a cold connection, a cache) is shared fairly.
 */
export function startPairs(
  target: ProbeTarget,
  tokens: LaneTokens,
  options: ProbeOptions,
  onAnswer: (version: ServedBy, answer: HttpAnswer, sentAt: number) => void,
): ProbeStream {
  return stream(options, (send) => {
    const order = options.ports.random() < 0.5 ? (['stable', 'canary'] as const) : (['canary', 'stable'] as const);
    for (const version of order) {
      send(target.url, { ...target.headers, [LANE_HEADER]: tokens[version] }, (answer, sentAt) =>
        onAnswer(version, answer, sentAt),
      );
    }
  });
}

type Send = (
  url: string,
  headers: Readonly<Record<string, string>>,
  onAnswer: (answer: HttpAnswer, sentAt: number) => void,
) => void;

function stream(options: ProbeOptions, each: (send: Send) => void): ProbeStream {
  const { clock, random } = options.ports;
  const stopped = new AbortController();
  // Every probe under way listens on it, and Node takes more than ten listeners for a leak.
  setMaxListeners(0, stopped.signal);
  const underWay = new Set<Promise<void>>();
  const send: Send = (url, headers, onAnswer) => {
    const sentAt = clock.monotonic();
    const probe = options
      .http({ url, method: 'GET', headers, timeout: options.timeout, signal: stopped.signal })
      .then((answer) => {
        if (!stopped.signal.aborted) onAnswer(answer, sentAt);
      })
      .finally(() => underWay.delete(probe));
    underWay.add(probe);
  };
  const done = pace(() => each(send), { rate: options.rate, clock, random, signal: stopped.signal });
  return {
    stop: async () => {
      stopped.abort(new Error('probing ended'));
      await done;
      await Promise.all(underWay);
    },
  };
}
