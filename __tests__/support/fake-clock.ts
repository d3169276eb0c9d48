import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/ports.ts';

/** Longer sleeps are limits, not pauses: they do not end by themselves. */
const LONGEST_PASSED = 120_000;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
  /** Nobody sleeps: only something that ends when its moment is passed. */
  readonly limit?: true;
}

/**
 * Time that only passes when a test says so ({@link advance}), or, with `auto`, as soon as nothing else is going on.
 * Between two moments everything that can run runs.
 */
export class FakeClock implements Clock {
  readonly #auto: boolean;
  #time = 0;
  #sleepers: Sleeper[] = [];
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[] = [];

  constructor(options: { auto?: boolean } = {}) {
    this.#auto = options.auto ?? false;
  }

  now(): number {
    return Date.UTC(2026, 10, 23, 4, 0, 0) + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(milliseconds);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: this.#time + Math.max(0, milliseconds),
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#sleepers.push(sleeper);
      if (this.#auto && milliseconds <= LONGEST_PASSED) void this.#passTo(sleeper);
    });
  }

  /** A limit: it ends when time passes it, and makes none pass. */
  timeout(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    const at = this.#time + Math.max(0, milliseconds);
    const wake = () => controller.abort(new DOMException('the time is over', 'TimeoutError'));
    this.#sleepers.push({ at, wake, limit: true });
    return controller.signal;
  }

  /** Lets this much time pass, moment by moment. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#time + milliseconds;
    await settled();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#wake(next);
      await settled();
    }
    this.#time = end;
    await settled();
  }

  /** Jumps forward without waking anybody in between: a machine that was too busy. */
  stall(milliseconds: number): void {
    this.#time += milliseconds;
  }

  async #passTo(sleeper: Sleeper): Promise<void> {
    await settled();
    if (!this.#sleepers.includes(sleeper)) return;
    const next = this.#next();
    if (next?.limit) this.#wake(next);
    if (next === sleeper) this.#wake(sleeper);
    else await this.#passTo(sleeper);
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    this.#time = Math.max(this.#time, sleeper.at);
    sleeper.wake();
  }
}

/** Everything that can run without time passing has run: promises, streams, callbacks. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 12; round++) await turn();
}
