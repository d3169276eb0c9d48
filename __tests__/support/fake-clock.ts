import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/ports.ts';

/** Longer sleeps are limits, not pauses: they do not end by themselves. */
const LONGEST_PASSED = 120_000;
/** Turns of the event loop between two moments that follow each other by themselves: enough for fakes, which wait for nothing real. */
const BETWEEN = 3;

interface Sleeper {
  readonly at: number;
  /** Whether time goes on to it by itself. */
  readonly passes: boolean;
  readonly wake: () => void;
}

/**
 * Time that only passes when a test says so ({@link advance}), or, with `auto`, as soon as nothing else is going on.
 * Between two moments everything that can run runs.
 */
export class FakeClock implements Clock {
  readonly #auto: boolean;
  #time = 0;
  #sleepers: Sleeper[] = [];
  #passing = false;
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[] = [];
  readonly #beats = new Set<{ at: number; readonly every: number; readonly work: () => void }>();
  #limits: { readonly at: number; readonly over: AbortController }[] = [];

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
        passes: milliseconds <= LONGEST_PASSED,
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#sleepers.push(sleeper);
      if (this.#auto) void this.#pass();
    });
  }

  /** A limit, not a pause: it is over when time passes it for another reason. */
  timeout(milliseconds: number): AbortSignal {
    const over = new AbortController();
    this.#limits.push({ at: this.#time + milliseconds, over });
    return over.signal;
  }

  /** Called whenever time has passed so far; makes no time pass by itself. */
  every(milliseconds: number, work: () => void): () => void {
    const beat = { at: this.#time + milliseconds, every: milliseconds, work };
    this.#beats.add(beat);
    return () => {
      this.#beats.delete(beat);
    };
  }

  /** Lets this much time pass, moment by moment. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#time + milliseconds;
    await settled();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#goTo(next);
      await settled();
    }
    this.#moveTo(end);
    await settled();
  }

  /** Jumps forward without waking anybody in between: a machine that was too busy. */
  stall(milliseconds: number): void {
    this.#moveTo(this.#time + milliseconds);
  }

  /** Wakes one sleeper after the other, as long as there is one to whom time goes on. */
  async #pass(): Promise<void> {
    if (this.#passing) return;
    this.#passing = true;
    await settled(BETWEEN);
    while (this.#sleepers.some(({ passes }) => passes)) {
      const next = this.#next();
      if (next !== undefined) this.#goTo(next);
      await settled(BETWEEN);
    }
    this.#passing = false;
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
  }

  /** Wakes a sleeper, or stops on the way to it where a beat is due before. */
  #goTo(sleeper: Sleeper): void {
    const beat = Math.min(...[...this.#beats].map(({ at }) => at));
    if (beat < sleeper.at) {
      this.#moveTo(Math.max(this.#time, beat));
      return;
    }
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    this.#moveTo(Math.max(this.#time, sleeper.at));
    sleeper.wake();
  }

  #moveTo(time: number): void {
    this.#time = time;
    for (const beat of this.#beats) {
      if (beat.at > time) continue;
      beat.at = time + beat.every;
      beat.work();
    }
    const over = this.#limits.filter(({ at }) => at <= time);
    this.#limits = this.#limits.filter(({ at }) => at > time);
    for (const limit of over)
      limit.over.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }
}

/** Everything that can run without time passing has run: promises, streams, callbacks. */
export async function settled(rounds = 12): Promise<void> {
  for (let round = 0; round < rounds; round++) await turn();
}
