/** The traffic of one service back to its stable version, by a run that was not there when it went away. */

import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import { urlFor } from '../../gateway/in-cluster.ts';
import { gatewayOf } from '../../gateway/parent.ts';
import { GATEWAY_API, waitForGateway } from '../../gateway/status.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Journal, Phase } from '../../journal/journal.ts';
import { encode } from '../../journal/journal.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { nameOf, refOf } from '../../kube/objects.ts';
import type { Ports } from '../../ports.ts';
import type { Backends, Follower } from '../../routes/types.ts';
import { requestHeaders } from '../../services/address.ts';
import { isInside } from '../../services/entry.ts';
import type { WayIn } from '../../services/locate.ts';
import { wayInTo } from '../../services/locate.ts';
import type { Standing } from '../../services/standing.ts';
import type { Settings } from '../../settings/types.ts';
import { ensureServing } from '../pods/replicas.ts';
import { awaitAcknowledgement } from '../route/acknowledge.ts';
import { closeRules } from '../route/lanes.ts';
import { writeRoute } from '../route/write.ts';
import { provePath } from './proof.ts';

/** Milliseconds for the controller; and for the proof after it. A controller that was away with the run comes back slowly. */
const ACKNOWLEDGE_WITHIN = 15_000;
const PROVE_WITHIN = 30_000;
const GATEWAY_WITHIN = 5_000;

export interface GivenBack {
  readonly service: string;
  readonly backends: Backends;
  readonly versions: Journal['versions'];
  /** The route says that stable has all requests. */
  readonly written: boolean;
  /** The canary is known to serve nobody: its clone may go. */
  readonly free: boolean;
  /** Where this service's traffic is now, one sentence. */
  readonly traffic: string;
}

export interface GiveBackOptions {
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly ports: Ports;
  readonly http: HttpClient;
  readonly run: { readonly id: string; readonly url?: string };
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Never throws: what could not be done is said in the result. */
export async function giveBack(standing: Standing, backends: Backends, options: GiveBackOptions): Promise<GivenBack> {
  const { cluster, settings, ports, say } = options;
  const { clock } = ports;
  const { service, route, provider, isBackend } = standing;
  const journal = journalFor(standing, backends, options);
  const { versions } = journal;
  const ref = refOf(route.object);
  const text = (phase: Phase) =>
    encode({ ...journal, phase, weight: 0, updatedAt: new Date(clock.now()).toISOString() });
  // Every route is tried, whatever becomes of the others.
  const routes: readonly Follower[] = [...standing.followers, { provider, route: ref }];
  const write = async (phase: Phase, detach: boolean): Promise<KubeObject> => {
    const noted = text(phase);
    const written = await Promise.allSettled(
      routes.map(({ provider: of, route: one }) =>
        writeRoute(cluster, one, (live) => {
          const now = of.find([live], service, isBackend);
          // A return tests names only: whatever others did to the rules meanwhile must not hold it up.
          const patch = detach ? of.detach(now, backends.canary, {}, noted) : of.shift(now, backends, 0, {}, noted);
          return { patch, journal: noted };
        }),
      ),
    );
    const failed = written.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const [last] = written.toReversed().flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    return last ?? route.object;
  };
  let written = false;
  try {
    const raised = await ensureServing(cluster, settings.namespace, backends.stable, {
      clock,
      timeout: settings.readyTimeout,
    });
    if (raised) say(`${backends.stable}: ${raised.to} pods are back (it had ${raised.from})`);
    const object = await write('returning', false);
    written = true;
    say(`${service}: all weight is on ${backends.stable}`);
    const taken = await awaitAcknowledgement(cluster, provider, object, { clock, timeout: ACKNOWLEDGE_WITHIN });
    const proof = await prove(standing, backends, versions, options);
    for (const one of routes) await closeRules(cluster, one.provider, { service, route: one.route, isBackend });
    await write('returned', true);
    const path = 'unreachable' in proof ? `NOT proved: ${proof.unreachable}` : proof.seen;
    const good = !('unreachable' in proof) && proof.good;
    return {
      service,
      backends,
      versions,
      written,
      free: good ? proof.told || taken === 'yes' : 'unreachable' in proof && taken === 'yes',
      traffic: good
        ? `${service}: all requests go to ${backends.stable} again, ${proof.told ? 'proved: ' : ''}${path}`
        : `${service}: the route sends all requests to ${backends.stable}, ${'unreachable' in proof ? path : `NOT proved on the public path: ${path}`}`,
    };
  } catch (error) {
    const traffic = written
      ? `${service}: the route sends all requests to ${backends.stable}, but: ${reasonOf(error)}`
      : `${service}: the weight could NOT be returned (${reasonOf(error)}). Look at ${nameOf(route.object)} and give ${backends.stable} all the weight`;
    return { service, backends, versions, written, free: false, traffic };
  }
}

async function prove(
  { route, service }: Standing,
  backends: Backends,
  versions: Journal['versions'],
  { cluster, settings, ports, http, signal }: GiveBackOptions,
) {
  try {
    const wayIn = wayInTo(route, await leading(), settings.probePath[service]);
    const url = await gatewayUrl(wayIn);
    return await provePath(
      {
        url: url + wayIn.path,
        headers: requestHeaders(wayIn, settings.probeHeaders),
        backends,
        versions,
        identify: settings.identify,
      },
      { http, clock: ports.clock, rate: settings.probeRate, within: PROVE_WITHIN, signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    return { unreachable: reasonOf(error) };
  }

  async function gatewayUrl({ object: entry }: WayIn): Promise<string> {
    if (settings.gatewayUrl !== 'auto' && settings.gatewayUrl !== 'in-cluster') return settings.gatewayUrl;
    const gateway = gatewayOf(entry, settings);
    const waiting = { clock: ports.clock, timeout: GATEWAY_WITHIN };
    const ready = gateway && (await waitForGateway(cluster, gateway, waiting));
    return urlFor(ready, cluster, settings);
  }

  /** What may lead to a route for callers inside. */
  async function leading(): Promise<readonly KubeObject[]> {
    if (!isInside(route.object)) return [];
    const { namespace } = settings;
    const served = await Promise.all([
      cluster.list('networking.k8s.io/v1', 'Ingress', namespace),
      cluster.list(GATEWAY_API, 'HTTPRoute', namespace),
    ]);
    return served.flatMap(({ items }) => items);
  }
}

/** The journal as it was, in the hand of this run; a new one where the old one is lost. */
function journalFor({ journal, service }: Standing, backends: Backends, { ports, run }: GiveBackOptions): Journal {
  const now = new Date(ports.clock.now()).toISOString();
  const version = (backend: string) => (backend.startsWith(`${service}-`) ? backend.slice(service.length + 1) : '');
  const same = journal?.backends.stable === backends.stable && journal.backends.canary === backends.canary;
  const versions = same
    ? journal.versions
    : { stable: version(backends.stable), canary: version(backends.canary) || backends.canary };
  return {
    version: 1,
    release: journal?.release ?? `${service}@${versions.canary}`,
    run: run.id,
    attempts: journal?.attempts ?? 1,
    service,
    versions,
    backends,
    phase: 'returning',
    step: 0,
    plan: journal?.plan ?? [100],
    weight: 0,
    startedAt: journal?.startedAt ?? now,
    updatedAt: now,
    ...(run.url === undefined ? {} : { runUrl: run.url }),
    // A version that serves again is no longer a retired one.
    history: (journal?.history ?? []).filter(({ backend }) => backend !== backends.stable),
    ...(journal?.snapshot === undefined ? {} : { snapshot: journal.snapshot }),
  };
}
