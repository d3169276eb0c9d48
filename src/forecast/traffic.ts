/** How many users' requests a service gets now, and how many of them fail: two readings of what counts them. */
import type { UserSource } from '../evidence/users/sources.ts';
import type { Clock } from '../ports.ts';
import type { Traffic } from './types.ts';

/** Milliseconds between the two readings: short for whoever waits for the plan, long enough for a rate. */
export const LISTEN = 5_000;
/** Error share taken where nobody counts: one in a thousand. */
const TAKEN_ERROR_SHARE = 0.001;

/**
 * @param source undefined where no users' source is configured
 * @param period milliseconds between the readings
 */
export async function trafficOf(
  source: UserSource | undefined,
  period: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Traffic> {
  const unknown = (reason: string): Traffic => ({ errorShare: TAKEN_ERROR_SHARE, from: `not known: ${reason}` });
  if (source === undefined) return unknown('evidence names no source of users’ requests');
  await source.read();
  await clock.sleep(period, signal);
  const reading = await source.read();
  if (reading.kind !== 'window') return unknown(reading.why);
  const { stable, canary, from, until } = reading.window;
  const requests = stable.requests + canary.requests;
  const seconds = (until - from) / 1000;
  if (seconds <= 0) return unknown('no time passed between the readings');
  const errors = stable.requests === 0 ? TAKEN_ERROR_SHARE : (stable.errors + 0.5) / (stable.requests + 50);
  return {
    rate: requests / seconds,
    errorShare: Math.min(errors, 0.5),
    from: `${source.name}, ${requests} requests in ${Math.round(seconds)} s`,
  };
}
