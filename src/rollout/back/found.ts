/** The traffic of one service back to its stable version, by a run that was not there when it went away. */

import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import type { HttpClient } from '../../http/client.ts';
import { nameOf } from '../../kube/objects.ts';
import type { Ports, Teller } from '../../ports.ts';
import type { Settings } from '../../settings/types.ts';
import { ensureServing } from '../pods/replicas.ts';
import { clean } from './clean.ts';
import type { Path } from './path.ts';
import { gatewayFor } from './path.ts';
import type { Source } from './proof.ts';
import { byRequests, PROOF_ANSWERS, paceOf, shortfall } from './proof.ts';
import type { Bounds, Returned, WayTaken } from './return.ts';
import { isFree, takeWay } from './return.ts';
import type { Way } from './where-to.ts';

/** A controller that was away with the run comes back slowly. */
export const BOUNDS: Bounds = { write: 60_000, acknowledge: 15_000, prove: 30_000 };

export interface FoundOptions extends Pick<Teller, 'say' | 'warn'> {
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly ports: Ports;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  /** How many services return at once: they share what one runner asks for. */
  readonly together: number;
}

/** Where one way back leads past, and what is known of it. */
export interface FoundWay extends Way {
  /** How users call the service. @throws why that cannot be found out */
  readonly path: () => Promise<Path>;
  /** Whether a weight moves: only then must stable's pods be ready first. */
  readonly moves: boolean;
  /** The canary that the next release attaches again: it stays in the route. */
  readonly keeps?: string | undefined;
}

/**
 * Stable's pods first, then the weight, the proof, and what is left beside the routes.
 * Never throws: what could not be done is said in the result.
 */
export async function returnFound(way: FoundWay, options: FoundOptions, bounds: Bounds = BOUNDS): Promise<Returned> {
  const { cluster, ports, signal } = options;
  const { release } = way;
  const { service, backends, route } = release;
  const lost = { service, written: false, proved: false, free: false, share: undefined };
  const couldNot = (why: string) =>
    `${service}: the weight could NOT be returned (${why}). Look at ${nameOf(route)} and give ${backends.stable} all the weight`;
  try {
    if (way.moves) await bringUp(backends.stable, options);
  } catch (error) {
    return { ...lost, traffic: couldNot(reasonOf(error)) };
  }
  const { settings } = options;
  const end = await takeWay(way, {
    cluster,
    clock: ports.clock,
    bounds,
    source: () => sourceOf(way, options),
    rate: Math.max(settings.probeRate, paceOf(bounds.prove, options.together)),
    signal,
  }).catch((error: unknown) => ({ kind: 'stopped' as const, why: reasonOf(error) }));
  if (end.kind === 'failed') return { ...lost, traffic: couldNot(end.why) };
  if (end.kind === 'stopped') {
    const traffic = `${service}: the route sends all requests to ${backends.stable}, but: ${end.why}`;
    return { ...lost, written: true, share: 0, traffic };
  }
  const problems = await clean(way, { cluster, clock: ports.clock, keeps: way.keeps });
  for (const problem of problems) options.warn(problem);
  const { proof } = end;
  const proved = !('unreachable' in proof) && proof.told;
  return { service, written: true, proved, free: isFree(end), share: 0, traffic: told(way, end) + left(end) };
}

/** Brings stable's pods back before any weight goes there. @throws BackendError: then the traffic is better left alone. */
export async function bringUp(
  stable: string,
  { cluster, settings, ports, say }: Pick<FoundOptions, 'cluster' | 'settings' | 'ports' | 'say'>,
): Promise<void> {
  const waiting = { clock: ports.clock, timeout: settings.readyTimeout };
  const raised = await ensureServing(cluster, settings.namespace, stable, waiting);
  if (raised) say(`${stable}: ${raised.to} pods are back (it had ${raised.from})`);
}

/** @throws why the public path cannot be asked */
async function sourceOf({ release, path }: FoundWay, options: FoundOptions): Promise<Source> {
  const { settings, http, ports } = options;
  const { service, backends, state } = release;
  const way = await path();
  const url = (await gatewayFor(way.entry, options)) + way.path;
  const { versions } = state.journal;
  const target = { service, url, headers: way.headers, backends, versions, identify: settings.identify };
  return byRequests(target, { http, ports });
}

function left({ elsewhere }: Extract<WayTaken, { kind: 'written' }>): string {
  if (elsewhere.length === 0) return '';
  return `; rules that send to ${elsewhere.join(', ')} alone are somebody's own and were left`;
}

/** Where the traffic is, and how that is known: one sentence. */
function told({ release }: Way, { proof }: Extract<WayTaken, { kind: 'written' }>): string {
  const { service, backends } = release;
  const { stable } = backends;
  if ('unreachable' in proof)
    return `${service}: the route sends all requests to ${stable}, NOT proved: ${proof.unreachable}`;
  if (!proof.good)
    return `${service}: the route sends all requests to ${stable}, NOT proved on the public path: ${shortfall(proof, 'requests', backends)}`;
  return proof.told
    ? `${service}: all requests go to ${stable} again, proved: ${PROOF_ANSWERS} requests in a row were answered by ${stable}`
    : `${service}: all requests go to ${stable} again, ${PROOF_ANSWERS} requests in a row were answered well (which version answered cannot be told)`;
}
