/** How long a place counts are read from has been away. */
import type { Clock } from '../../ports.ts';

export class OutageClock {
  readonly #clock: Clock;
  readonly #budget: number;
  #since: number | undefined;

  /** @param budget milliseconds */
  constructor(clock: Clock, budget: number) {
    this.#clock = clock;
    this.#budget = budget;
  }

  /** One more reading without an answer; `since` is the first of them in a row. */
  began(why: string): { kind: 'outage'; since: number; why: string; exhausted: boolean } {
    const now = this.#clock.monotonic();
    this.#since ??= now;
    return { kind: 'outage', since: this.#since, why, exhausted: now - this.#since >= this.#budget };
  }

  /** It answered, whatever it said. */
  over(): void {
    this.#since = undefined;
  }
}
