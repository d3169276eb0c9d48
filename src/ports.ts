/** The world a run touches beside the cluster, passed in so that tests own time, chance and the network. */

import { randomBytes } from 'node:crypto';

export interface Clock {
  /** Wall clock, milliseconds since the epoch: for what people read. */
  now(): number;
  /** Milliseconds that never go backwards: for deadlines and rates. */
  monotonic(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Aborted after `milliseconds`; keeps no process alive. */
  timeout(milliseconds: number): AbortSignal;
  /** Calls `work` again and again; keeps no process alive. @returns ends it */
  every(milliseconds: number, work: () => void): () => void;
}

/** Where a room says what happens. `Notes` is that of a run; it keeps what was said for the report. Members may be taken apart. */
export interface Teller {
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  /** From now on the value is hidden wherever this run prints. */
  readonly mask: (secret: string) => void;
}

export interface Ports {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A text of twice as many hexadecimal digits that nobody can guess. */
  readonly token: (bytes: number) => string;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', stop, { once: true });
    }),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
  every: (milliseconds, work) => {
    const timer = setInterval(work, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};

export const systemPorts: Ports = {
  clock: systemClock,
  random: Math.random,
  token: (bytes) => randomBytes(bytes).toString('hex'),
};
