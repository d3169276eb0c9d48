/** Open-loop pacing: a slow service is not asked less often, so that slowness cannot hide itself. */
import type { Clock } from '../ports.ts';

export interface PaceOptions {
  /** Times per second. */
  readonly rate: number;
  readonly clock: Clock;
  /** Uniform in [0, 1): streams start at different moments of the interval, so that they do not send in step. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Calls `send` at `start + n / rate` until the signal is aborted. One that comes late (a busy runner) is sent at once,
 * and those missed meanwhile are left out: catching up in a burst would measure the burst.
 * @returns resolves after the abort; rejects only with what `send` throws.
 */
export async function pace(send: () => void, { rate, clock, random, signal }: PaceOptions): Promise<void> {
  const interval = 1000 / rate;
  let next = clock.monotonic() + random() * interval;
  try {
    while (!signal.aborted) {
      const wait = next - clock.monotonic();
      if (wait > 0) await clock.sleep(wait, signal);
      send();
      next += interval;
      if (next < clock.monotonic()) next = clock.monotonic() + interval;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
