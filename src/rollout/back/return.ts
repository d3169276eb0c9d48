/** Bringing the traffic back: needs nothing of the canary, goes on where one route fails, and is proved on the public path. */
import type { Cluster } from '../../cluster/cluster.ts';
import { LockError, reasonOf } from '../../errors.ts';
import { decode, JOURNAL_ANNOTATION } from '../../journal/journal.ts';
import { nameOf } from '../../kube/objects.ts';
import type { Ports } from '../../ports.ts';
import { round } from '../../routes/parts/percent.ts';
import type { Percent, RouteProvider } from '../../routes/types.ts';
import { awaitAcknowledgement } from '../route/acknowledge.ts';
import { RouteWriter } from '../route/writer.ts';
import type { ServiceRelease } from '../state.ts';

/** Good answers in a row, none of them the canary's, that prove a return. */
export const PROOF_ANSWERS = 40;
const ATTEMPTS = 3;

export interface ReturnOptions {
  readonly cluster: Cluster;
  readonly provider: RouteProvider;
  readonly ports: Ports;
  /** Milliseconds for the writes; and for the proof after them. */
  readonly writeWithin: number;
  readonly proveWithin: number;
  /** A route that someone else has written, by kind and name: it is left as it is. */
  readonly except?: string | undefined;
  /** What stopped the run. After a lost lock, a route that another run has written since is left to that run. */
  readonly signal?: AbortSignal;
}

export interface Returned {
  readonly service: string;
  readonly written: boolean;
  /** Whether the public path showed it. */
  readonly proved: boolean;
  /**
   * Whether the canary may be taken away: the public path showed it, or the controller took the write and the path is
   * healthy, though the versions cannot be told apart.
   */
  readonly free: boolean;
  /**
   * Percent of requests to the canary now, by what is known: 0 after a return, what was asked for last where the write
   * failed, what the other wrote on a route that was left alone; undefined where another run decides.
   */
  readonly share: Percent | undefined;
  /** Where this service's traffic is now, one sentence. */
  readonly traffic: string;
}

/** Returns every service's traffic to stable; never throws: what could not be done is said in the result. */
export async function returnTraffic(releases: readonly ServiceRelease[], options: ReturnOptions): Promise<Returned[]> {
  return Promise.all(releases.map((release) => returnOne(release, options)));
}

async function returnOne(release: ServiceRelease, options: ReturnOptions): Promise<Returned> {
  const { service, backends, observer } = release;
  if (release.state.asked === undefined) {
    return {
      service,
      written: true,
      proved: true,
      free: true,
      share: 0,
      traffic: `${service}: the route was not touched, all traffic is on ${backends.stable}`,
    };
  }
  const last = Math.max(release.state.share ?? 0, release.state.asked);
  const { clock } = options.ports;
  const within = AbortSignal.timeout(options.writeWithin);
  // Patience ends before the time does, so that the failure names what did not answer and not our own time-out.
  const cluster = options.cluster.under(within, options.writeWithin * 0.8);
  const writer = new RouteWriter(cluster, options.provider, clock);
  let failure = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      // A run that was stopped and woken may stop for another reason before it hears of its successor.
      const { reason } = options.signal ?? {};
      const successor = (reason instanceof LockError && reason.successor) || (await otherRun(cluster, release));
      if (successor !== undefined) return takenOver(release, successor);
      const written = await writer.returnToStable(release, options.except);
      const writtenAt = clock.monotonic();
      observer.openWindow(writtenAt);
      const bounded = { clock, timeout: Math.min(3_000, options.writeWithin) };
      const words = await Promise.all(
        written.map(({ provider, object }) =>
          awaitAcknowledgement(cluster, provider, object, bounded).catch(() => 'unknown' as const),
        ),
      );
      return await prove(
        release,
        options,
        words.every((word) => word === 'yes'),
      );
    } catch (error) {
      if (failure === '' || !within.aborted) failure = reasonOf(error);
      if (within.aborted) break;
    }
  }
  release.state = { ...release.state, asked: last }; // the 0 that was asked for in vain would hide what may be live
  return {
    service,
    written: false,
    proved: false,
    free: false,
    share: last,
    traffic: `${service}: the weight could NOT be returned (${failure}); last asked for were ${round(last)} % for ${backends.canary}${seenLately(release)}. Look at ${nameOf(release.route)} and set the weight of ${backends.canary} to 0`,
  };
}

/** The run whose journal is on the route, when it is not this one's nor the one it went on from. */
async function otherRun(cluster: Cluster, { route, state }: ServiceRelease): Promise<string | undefined> {
  const text = (await cluster.get(route)).metadata.annotations?.[JOURNAL_ANNOTATION];
  const read = text === undefined ? undefined : decode(text);
  if (read === undefined || 'refused' in read) return undefined;
  // The text this run went on from is an earlier run's, and no successor's.
  if (read.journal.run === state.journal.run || text === state.text) return undefined;
  return read.journal.run;
}

/** Its weights may be right by now, and our stable version gone: they are not touched. */
function takenOver({ service, route }: ServiceRelease, run: string): Returned {
  return {
    service,
    written: false,
    proved: false,
    free: false,
    share: undefined,
    traffic: `${service}: run ${run} has taken over ${nameOf(route)} and answers for its weights; this run left them alone`,
  };
}

/** Waits for enough good answers in a row that are not the canary's. */
async function prove(release: ServiceRelease, options: ReturnOptions, taken: boolean): Promise<Returned> {
  const { service, backends, observer } = release;
  const { clock } = options.ports;
  const told = observer.identifier.distinguishes;
  const until = clock.monotonic() + options.proveWithin;
  for (;;) {
    const inARow = told ? observer.window.stableInARow : observer.window.goodInARow;
    // Where they are told apart, who answers proves it: stable may have failings of its own.
    const enough = inARow >= PROOF_ANSWERS;
    if (enough) {
      return {
        service,
        written: true,
        proved: told,
        free: told || taken,
        share: 0,
        traffic: told
          ? `${service}: the weight of ${backends.canary} is 0 again, proved by ${PROOF_ANSWERS} probes in a row answered by ${backends.stable}`
          : `${service}: the weight of ${backends.canary} is 0 again and ${PROOF_ANSWERS} probes in a row were answered well (the versions cannot be told apart)`,
      };
    }
    if (clock.monotonic() >= until) break;
    await clock.sleep(50);
  }
  const { good, canary, failed } = observer.window;
  return {
    service,
    written: true,
    proved: false,
    free: false,
    share: 0,
    traffic: `${service}: the weight of ${backends.canary} is 0 on the route, NOT proved on the public path: of ${good + failed} probes since, ${failed} failed and ${canary} were answered by ${backends.canary}`,
  };
}

/** What the public path still shows while the API server is silent. */
function seenLately({ observer, backends }: ServiceRelease): string {
  const { canary, identified } = observer.window;
  if (identified === 0) return '';
  return `, and ${canary} of the last ${identified} answers came from ${backends.canary}`;
}

/**
 * A route that someone else has written meanwhile: theirs to answer for, so only said.
 * @param share of the canary as they wrote it, where that is known
 * @param route the one of several that is theirs, by kind and name
 */
export function leftAlone(
  { service, backends, observer }: ServiceRelease,
  share: Percent | undefined,
  route?: string,
): Returned {
  const { canary, identified } = observer.window;
  const seen = identified === 0 ? '' : `; ${canary} of the last ${identified} answers came from ${backends.canary}`;
  return {
    service,
    written: false,
    proved: false,
    free: false,
    share,
    traffic: `${service}: ${route === undefined ? '' : `${route} was `}left as someone else wrote it${seen}`,
  };
}
