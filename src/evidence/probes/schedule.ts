/** Open-loop pacing: a slow service is not asked less often, so that slowness cannot hide itself. */
import type { Clock } from '../../ports.ts';

export interface PaceOptions {
  /** Times per second. */
  readonly rate: number;
  readonly clock: Clock;
  /** Uniform in [0, 1): where in its interval each send comes. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Calls `send` once in every interval of `1 / rate`, at a moment of chance in it, until the signal is aborted: gateways
 * that give requests to versions in turn would else give the same version to every probe that comes in step with others.
 * One that comes late (a busy runner) is sent at once, and those missed meanwhile are left out: catching up in a burst
 * would measure the burst.
 * @returns resolves after the abort; rejects only with what `send` throws.
 */
export async function pace(send: () => void, { rate, clock, random, signal }: PaceOptions): Promise<void> {
  const interval = 1000 / rate;
  let slot = clock.monotonic();
  try {
    while (!signal.aborted) {
      const wait = slot + random() * interval - clock.monotonic();
      if (wait > 0) await clock.sleep(wait, signal);
      send();
      slot += interval;
      if (slot + interval < clock.monotonic()) slot = clock.monotonic() + interval;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
