/** All weight back to stable, proved by probes that go on until then. A route that someone else has written is left as it is. */
import { Cancelled, DriftError } from '../../errors.ts';
import { leftAlone, returnTraffic } from '../back/own.ts';
import type { Returned } from '../back/return.ts';
import type { Event } from '../machine.ts';
import { type Running, releasesOf, stopAsking } from '../running.ts';
import type { ServiceRelease } from '../state.ts';
import { targetOf } from '../trial/probes.ts';

/** Milliseconds for the writes, and for the proof after them; less when the runner is about to end us. */
const WITHIN = {
  normally: { writeWithin: 30_000, proveWithin: 30_000 },
  cancelled: { writeWithin: 4_000, proveWithin: 1_500 },
} as const;

/** Never throws for what one route does: where each service's traffic is now is left in `returned`. */
export async function returnAll(running: Running): Promise<Event> {
  const { lock, notes } = running;
  await lock.confirm();
  running.moved = releasesOf(running).some(({ state }) => (state.asked ?? 0) > 0 || (state.share ?? 0) > 0);
  running.returned = await bringBack(running, running.cause instanceof DriftError ? running.cause : undefined);
  notes.weight = greatest(running.returned.map(({ share }) => share));
  for (const { traffic } of running.returned) notes.say(traffic);
  return { type: 'returned', back: running.returned.every(({ written }) => written) };
}

/** @param drift where someone else has written a route: where the service has several, the others are brought back */
async function bringBack(running: Running, drift: DriftError | undefined): Promise<Returned[]> {
  const { cluster, provider, ports, signal, probing, path } = running;
  const { service: drifted, route } = drift ?? {};
  const releases = releasesOf(running);
  const partly = (release: ServiceRelease) => (release.followers ?? []).length > 0 && route !== undefined;
  const ours = releases.filter((release) => release.service !== drifted || partly(release));
  const lanes = probing.stopLanes();
  const within = signal.reason instanceof Cancelled ? WITHIN.cancelled : WITHIN.normally;
  const askMore = (release: ServiceRelease, rate: number) => {
    const of = running.services.find((one) => one.release === release);
    if (of === undefined) throw new Error(`${release.service} is not released here: please report this`);
    return probing.askMore(targetOf(path, of.plan), release.observer, rate);
  };
  const given = { cluster, provider, ports, signal, askMore, except: route, ...within };
  const returned = await returnTraffic(ours, given);
  await lanes;
  await stopAsking(running);
  const left = releases
    .filter((release) => release.service === drifted)
    .map((release) => leftAlone(release, drift?.share, partly(release) ? route : undefined));
  return [...returned, ...left];
}

/** Undefined where one of them is not known. */
function greatest(shares: readonly (number | undefined)[]): number | undefined {
  const known = shares.filter((share) => share !== undefined);
  return known.length < shares.length ? undefined : Math.max(0, ...known);
}
