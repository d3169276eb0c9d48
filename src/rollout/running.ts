/** What is known of a release under way: what it was given, what it has applied, and what its steps learn on the way. */
import type { Cluster } from '../cluster/cluster.ts';
import type { Kept } from '../cluster/kept.ts';
import type { UserReading } from '../evidence/users/reading.ts';
import { gatewayClient } from '../gateway/in-cluster.ts';
import type { HttpClient } from '../http/client.ts';
import type { KubeObject } from '../kube/objects.ts';
import type { Lock } from '../lock/held.ts';
import { Snapshot } from '../manifests/snapshot.ts';
import type { ProbeConsumer } from '../plugins/probe-consumer.ts';
import type { Percent, RouteProvider } from '../routes/types.ts';
import type { RunContext } from '../run/context.ts';
import type { Released } from '../study/service-plan.ts';
import type { Decided } from '../study/study.ts';
import type { Returned } from './back/return.ts';
import { goesOn } from './begin.ts';
import type { Event } from './machine.ts';
import { keepSlices } from './pods/readiness.ts';
import { awaitAcknowledgement, keepRoutes } from './route/acknowledge.ts';
import { RouteWriter } from './route/writer.ts';
import type { ServiceRelease, Written } from './state.ts';
import { Probing } from './trial/probes.ts';
import type { Trial } from './trial/trial.ts';

/** Milliseconds the controller may take to say that it took a route. Kong's pushes every 3 s by default. */
const ACKNOWLEDGE_WITHIN = 10_000;

/** Where an effect is asked for. */
export interface At {
  /** Place of the weight under way in the plan of weights. */
  readonly step: number;
  /** That weight. */
  readonly share: Percent;
}

/** Does one effect. Throws why it could not be done. */
export type Step = (running: Running, at: At) => Promise<Event>;

export interface Running extends RunContext {
  /** Aborted when the run must stop: cancel, total time, lost lock. */
  readonly signal: AbortSignal;
  /** Under that signal. */
  readonly cluster: Cluster;
  readonly decided: Decided;
  /** Reads and writes the routes users come in by. */
  readonly provider: RouteProvider;
  readonly lock: Lock;
  readonly http: HttpClient & { close(): void };
  readonly writer: RouteWriter;
  readonly probing: Probing;
  /** Whether an earlier run's release goes on where it is. */
  readonly continued: boolean;
  readonly applied: Applied;
  /** Services whose weights somebody else has set, taken over since the last look. */
  readonly adopted: Set<string>;
  /** The gateway, once it answers, and what every probe sends: `probe-headers` and the key of a temporary consumer. */
  path: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** What is released; empty until the platform stands. */
  services: readonly ServiceRunning[];
  readonly lanes: {
    /** From here on lanes may be there, also those whose opening was cut short. */
    begun: boolean;
    /** How often silent ones were opened again. */
    reopened: number;
  };
  /** What every step looks at; undefined before the attach. */
  kept: Watched | undefined;
  users: UserReading | undefined;
  trial: Trial | undefined;
  /** The weight under way. */
  weight: Weight | undefined;
  /** How it was seen that each settled home serves. */
  settledBy: readonly string[];
  /** What is going on, for the report. */
  doing: string;
  /** Why the run is given up, once it is: the first cause. */
  cause: unknown;
  /** Where the traffic is after a return, also of what a dead run had left; empty before one. */
  returned: readonly Returned[];
  /** Whether a canary may have had traffic when the return began. */
  moved: boolean;
  /** One sentence for each old version that was to go and stays. */
  readonly retained: string[];
}

/** Watches that stay open over the release. */
export interface Watched {
  /** EndpointSlices of all versions. */
  readonly slices: Kept;
  readonly routes: Kept;
}

export interface ServiceRunning {
  readonly plan: Released;
  readonly release: ServiceRelease;
}

/** What the run has applied, for taking it back. */
export interface Applied {
  readonly snapshot: Snapshot;
  /** Routes before and after their files were merged in. */
  readonly merged: { readonly before: KubeObject; readonly after: KubeObject }[];
  /** The caller the probes are, where one was made for this run. */
  consumer: ProbeConsumer | undefined;
}

export interface Weight extends At {
  /** When its preparation began, monotonic milliseconds. */
  readonly started: number;
  /** What the data plane makes of it with the pods there are, by service. */
  effective: Readonly<Record<string, Percent>>;
  /** What each service had before. */
  previous: ReadonlyMap<ServiceRelease, Percent>;
  acknowledged: 'yes' | 'unknown';
}

/** A release before its first write. */
export function newRunning(context: RunContext, cluster: Cluster, decided: Decided, lock: Lock): Running {
  const { settings, notes, ports } = context;
  const { provider, services } = decided;
  const signal = AbortSignal.any([context.signal, lock.lost]);
  const stoppable = cluster.under(signal);
  const http = gatewayClient(context, stoppable);
  const adopted = new Set<string>();
  return {
    ...context,
    signal,
    cluster: stoppable,
    decided,
    provider,
    lock,
    http,
    writer: new RouteWriter(stoppable, provider, ports.clock, {
      rule: settings.onDrift,
      adopted: (release, sentence) => {
        notes.warn(sentence);
        adopted.add(release.service);
      },
    }),
    probing: new Probing({ ports, http, rate: settings.probeRate }),
    continued: goesOn(services, settings),
    applied: { snapshot: new Snapshot(), merged: [], consumer: undefined },
    adopted,
    path: { url: '', headers: settings.probeHeaders },
    services: [],
    lanes: { begun: false, reopened: 0 },
    kept: undefined,
    users: undefined,
    trial: undefined,
    weight: undefined,
    settledBy: [],
    doing: 'before the release',
    cause: undefined,
    returned: [],
    moved: false,
    retained: [],
  };
}

export function releasesOf({ services }: Running): readonly ServiceRelease[] {
  return services.map(({ release }) => release);
}

export function trialOf({ trial }: Running): Trial {
  if (trial === undefined) throw new Error('the trial was not opened before it was asked: please report this');
  return trial;
}

export function weightOf({ weight }: Running): Weight {
  if (weight === undefined) throw new Error('a weight was not decided before it was set: please report this');
  return weight;
}

/** Bounded wait for the controllers' word on what was written; without one the public path decides. */
export async function acknowledged(
  { cluster, ports, kept }: Running,
  written: readonly Written[],
): Promise<'yes' | 'unknown'> {
  const bounded = { clock: ports.clock, timeout: ACKNOWLEDGE_WITHIN, routes: kept?.routes };
  const words = await Promise.all(
    written.map(({ provider, object }) => awaitAcknowledgement(cluster, provider, object, bounded)),
  );
  return words.every((word) => word === 'yes') ? 'yes' : 'unknown';
}

/** Does something for every service at once; when one fails the rest is still awaited, so that nothing is left in flight. */
export async function forEvery<S, T>(services: readonly S[], work: (service: S) => Promise<T>): Promise<T[]> {
  const results = await Promise.allSettled(services.map(work));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Begins to watch what every step looks at. */
export function watchAll({ cluster, provider, settings, ports, services }: Running): Watched {
  const backends = services.flatMap(({ release }) => [release.backends.stable, release.backends.canary]);
  const routes = services.map(({ release }) => release.route);
  return {
    slices: keepSlices(cluster, settings.namespace, backends, ports.clock),
    routes: keepRoutes(cluster, provider, routes, ports.clock),
  };
}

/** Ends all probes, readings and watches. */
export async function stopAsking({ probing, users, kept }: Running): Promise<void> {
  await Promise.all([probing.stop(), users?.stop(), kept?.slices.close(), kept?.routes.close()]);
}
