/** A release brings its own traffic back: proved by its probes, with the time that what stopped it has left. */

import type { Cluster } from '../../cluster/cluster.ts';
import { LockError } from '../../errors.ts';
import type { ProbeStream } from '../../evidence/probes/probes.ts';
import { decode } from '../../journal/journal.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import { annotation, nameOf } from '../../kube/objects.ts';
import type { Ports } from '../../ports.ts';
import { round } from '../../routes/parts/percent.ts';
import type { Percent, RouteProvider } from '../../routes/types.ts';
import type { ServiceRelease } from '../state.ts';
import { byProbes, PROOF_ANSWERS, paceOf, shortfall } from './proof.ts';
import type { Returned, WayTaken } from './return.ts';
import { isFree, takeWay } from './return.ts';
import { wayOf } from './where-to.ts';

export interface OwnReturnOptions {
  readonly cluster: Cluster;
  readonly provider: RouteProvider;
  readonly ports: Ports;
  /** Milliseconds for the writes; and for the proof after them. */
  readonly writeWithin: number;
  readonly proveWithin: number;
  /** Starts more probes of a service's public path, so many a second: the proof must not wait for the usual ones. */
  readonly askMore: (release: ServiceRelease, rate: number) => ProbeStream;
  /** A route that someone else has written, by kind and name: it is left as it is. */
  readonly except?: string | undefined;
  /** What stopped the run. After a lost lock, a route that another run has written since is left to that run. */
  readonly signal?: AbortSignal;
}

/** Milliseconds for the controllers: the probes are there already, and decide. */
const ACKNOWLEDGE_WITHIN = 3_000;

/** Returns every service's traffic to stable; never throws: what could not be done is said in the result. */
export async function returnTraffic(
  releases: readonly ServiceRelease[],
  options: OwnReturnOptions,
): Promise<Returned[]> {
  const rate = paceOf(options.proveWithin, releases.length);
  return Promise.all(releases.map((release) => returnOne(release, options, rate)));
}

async function returnOne(release: ServiceRelease, options: OwnReturnOptions, rate: number): Promise<Returned> {
  const { service, backends, observer } = release;
  const { asked } = release.state;
  if (asked === undefined) {
    const traffic = `${service}: the route was not touched, all traffic is on ${backends.stable}`;
    return { service, written: true, proved: true, free: true, share: 0, traffic };
  }
  const last = Math.max(release.state.share ?? 0, asked);
  const { clock } = options.ports;
  const { writeWithin, proveWithin } = options;
  const end = await takeWay(wayOf(options.provider, release), {
    cluster: options.cluster,
    clock,
    bounds: { write: writeWithin, acknowledge: Math.min(ACKNOWLEDGE_WITHIN, writeWithin), prove: proveWithin },
    source: () => byProbes(observer, clock, (more) => options.askMore(release, more)),
    rate,
    except: options.except,
    successor: (cluster) => successorOf(cluster, release, options.signal?.reason),
  });
  if (end.kind === 'written') return shown(release, end);
  if (end.successor !== undefined) return takenOver(release, end.successor);
  release.state = { ...release.state, asked: last }; // the 0 that was asked for in vain would hide what may be live
  return {
    service,
    written: false,
    proved: false,
    free: false,
    share: last,
    traffic: `${service}: the weight could NOT be returned (${end.why}); last asked for were ${round(last)} % for ${backends.canary}${seenLately(release)}. Look at ${nameOf(release.route)} and set the weight of ${backends.canary} to 0`,
  };
}

/**
 * The run that has taken over: the one the lost lock names, or whose journal is on the route when it is not this run's nor
 * the one it went on from. A run that was stopped and woken may stop for another reason before it hears of its successor.
 */
async function successorOf(
  cluster: Cluster,
  { route, state }: ServiceRelease,
  reason: unknown,
): Promise<string | undefined> {
  if (reason instanceof LockError && reason.successor) return reason.successor;
  const text = annotation(await cluster.get(route), JOURNAL_ANNOTATION);
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

function shown({ service, backends }: ServiceRelease, end: Extract<WayTaken, { kind: 'written' }>): Returned {
  const { proof } = end;
  const { stable, canary } = backends;
  const back = { service, written: true, free: isFree(end), share: 0 };
  if ('unreachable' in proof || !proof.good) {
    const why = 'unreachable' in proof ? proof.unreachable : shortfall(proof, 'probes', backends);
    const traffic = `${service}: the weight of ${canary} is 0 on the route, NOT proved on the public path: ${why}`;
    return { ...back, proved: false, traffic };
  }
  const traffic = proof.told
    ? `${service}: the weight of ${canary} is 0 again, proved by ${PROOF_ANSWERS} probes in a row answered by ${stable}`
    : `${service}: the weight of ${canary} is 0 again and ${PROOF_ANSWERS} probes in a row were answered well (the versions cannot be told apart)`;
  return { ...back, proved: proof.told, traffic };
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
