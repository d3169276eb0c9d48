/** Users' requests as a Prometheus server has scraped them: raw counters of both versions at one evaluation time. */

import { type Cluster, isPassing } from '../../cluster/cluster.ts';
import { ApiError } from '../../cluster/connection/transport.ts';
import { reasonOf } from '../../errors.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Clock } from '../../ports.ts';
import type { Metric } from '../../routes/types.ts';
import type { OwnQueries, PresetName, Queries } from '../../settings/vocabulary.ts';
import type { ServedBy } from '../probes/identify.ts';
import { OutageClock } from './outage.ts';
import { metricsOf } from './presets.ts';
import {
  countersByPod,
  filled,
  parseAnswer,
  queriesOf,
  type Row,
  type Selection,
  TARGET_LABELS,
  type TargetLabels,
} from './prometheus-queries.ts';
import { NO_PROBES, OUTAGE_BUDGET, type ProbesBetween, type Reading, type UserSource } from './sources.ts';
import { type PodReading, Tracker } from './tracker.ts';

/** Sends a GET of a path and query below the server's address; `away` when nobody answered or asked for patience. */
export type Ask = (path: string, timeout: number) => Promise<{ status: number; body: string } | { away: string }>;

export interface PrometheusOptions {
  readonly ask: Ask;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly service: string;
  readonly selections: () => Readonly<Record<ServedBy, Selection>>;
  readonly metrics: { readonly preset: PresetName | 'auto' } | { readonly own: OwnQueries };
  readonly labels?: TargetLabels;
  readonly probes?: ProbesBetween;
  /** Milliseconds between scrapes; a pod scraped longer than twice this ago is stale. */
  readonly scrapeInterval?: number;
  /** Milliseconds for one query. */
  readonly timeout?: number;
  /** Milliseconds the server may be away. */
  readonly budget?: number;
}

/** Milliseconds the evaluation lies back: a scrape is dated when it begins and can be queried when it has ended. */
export const SETTLING = 1_000;
const ANSWER_LIMIT = 4 * 1024 * 1024;
const VERSIONS = ['stable', 'canary'] as const satisfies readonly ServedBy[];

/** A reading that cannot go on, and what it is instead of a window. */
class NoAnswer extends Error {
  readonly away: boolean;

  constructor(why: string, away: boolean) {
    super(why);
    this.away = away;
  }
}

interface Version {
  readonly version: ServedBy;
  readonly queries: Queries;
  readonly requests: readonly Row[];
}

/** To be read about once in every scrape interval; between scrapes a reading says that there is nothing new. */
export function prometheusSource(options: PrometheusOptions): UserSource {
  const { clock, signal, service, selections, labels = TARGET_LABELS } = options;
  const interval = options.scrapeInterval ?? 15_000;
  const tracker = new Tracker(service, options.probes ?? NO_PROBES);
  const outage = new OutageClock(clock, options.budget ?? OUTAGE_BUDGET);
  let chosen: Metric | undefined;
  let newest = Number.NEGATIVE_INFINITY;

  const read = async (): Promise<Reading> => {
    try {
      const reading = await attempt();
      outage.over();
      return reading;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof NoAnswer)) throw error;
      if (error.away) return { ...outage.began(error.message), notes: [] };
      outage.over();
      return { kind: 'no-data', why: error.message, notes: [] };
    }
  };

  const attempt = async (): Promise<Reading> => {
    // The server's own time: the runner's may be wrong by more than a scrape.
    const [now] = await rows('time()');
    const at = clock.monotonic();
    if (now === undefined) throw new NoAnswer('Prometheus does not tell its time', false);
    const time = now.value - SETTLING / 1000;
    const monotonicOf = (seconds: number) => at - (now.value - seconds) * 1000;
    const versions = await found(time);
    const readings: PodReading[] = [];
    const scrapes: number[] = [];
    for (const one of await Promise.all(versions.map((version) => podsOf(version, time, monotonicOf)))) {
      readings.push(...one.readings);
      scrapes.push(...one.scrapes);
    }
    const latest = Math.max(...scrapes);
    if (latest <= newest) return { kind: 'no-data', why: 'nothing was scraped since the last reading', notes: [] };
    newest = latest;
    const advanced = tracker.advance(readings, monotonicOf(latest), monotonicOf(Math.min(...scrapes)));
    const { notes } = advanced;
    if ('window' in advanced) return { kind: 'window', window: advanced.window, notes };
    return { kind: 'no-data', why: advanced.why, notes };
  };

  /** Requests of both versions, by the first metric that is there; once found it stays. */
  const found = async (time: number): Promise<readonly Version[]> => {
    const { metrics } = options;
    const candidates = 'own' in metrics ? [undefined] : chosen ? [chosen] : metricsOf(metrics.preset);
    for (const metric of candidates) {
      const versions = await Promise.all(
        VERSIONS.map(async (version): Promise<Version> => {
          const selection = selections()[version];
          const queries = 'own' in metrics ? filled(metrics.own, selection) : ofPreset(metric, selection);
          return { version, queries, requests: await rows(queries.requests, time) };
        }),
      );
      if (versions.every(({ requests }) => requests.length === 0)) continue;
      chosen = metric;
      const missing = versions.find(({ requests }) => requests.length === 0);
      if (missing)
        throw new NoAnswer(`there is no series of ${missing.version} yet: ${missing.queries.requests}`, false);
      return versions;
    }
    const looked = 'own' in metrics ? metrics.own.requests : candidates.map((metric) => metric?.requests).join(', ');
    throw new NoAnswer(`Prometheus has no series of either version for ${looked}`, false);
  };

  const ofPreset = (metric: Metric | undefined, selection: Selection): Queries => {
    if (metric === undefined) throw new TypeError('a preset without a metric');
    return queriesOf(metric, selection, labels);
  };

  const podsOf = async (
    { version, queries, requests }: Version,
    time: number,
    monotonicOf: (seconds: number) => number,
  ) => {
    const asked = (query: string | undefined) => (query === undefined ? [] : rows(query, time));
    const [errors, times, scraped] = await Promise.all([
      asked(queries.errors),
      asked(queries.times),
      asked(queries.scraped),
    ]);
    const counted = countersByPod({ requests, errors, times }, queries.unit, labels.pod);
    if ('problem' in counted) throw new NoAnswer(counted.problem, false);
    const scrapedAt = new Map(scraped.map((row) => [row.labels.get(labels.pod), row.value] as const));
    const oldest = time - (2 * interval) / 1000;
    const scrapes: number[] = [];
    const readings = [...counted.pods].map(([pod, counters]): PodReading => {
      // Who does not say when it was scraped may have been so at any time that is not stale.
      const at = queries.scraped === undefined ? undefined : scrapedAt.get(pod);
      if (queries.scraped !== undefined && (at === undefined || at < oldest)) return { pod, version };
      scrapes.push(...(at === undefined ? [oldest, time] : [at]));
      return { pod, version, counters, ...(at === undefined ? {} : { at: monotonicOf(at) }) };
    });
    if (scrapes.length === 0)
      throw new NoAnswer(`stale: no pod of ${version} was scraped in the last ${(2 * interval) / 1000} s`, false);
    return { readings, scrapes };
  };

  const rows = async (query: string, time?: number): Promise<readonly Row[]> => {
    const asked = new URLSearchParams({ query, ...(time === undefined ? {} : { time: time.toFixed(3) }) });
    const answer = await options.ask(`/api/v1/query?${asked}`, options.timeout ?? 5_000);
    signal.throwIfAborted();
    if ('away' in answer) throw new NoAnswer(`Prometheus does not answer: ${answer.away}`, true);
    const { status, body } = answer;
    if (status >= 500 || status === 429 || status === 408)
      throw new NoAnswer(`Prometheus answers ${status} ${body.slice(0, 200)}`.trim(), true);
    const parsed = parseAnswer(body);
    if (status < 200 || status >= 300) {
      const why =
        'problem' in parsed && parsed.problem.startsWith('the query failed') ? parsed.problem : advice(status);
      throw new NoAnswer(`Prometheus refuses with ${status}: ${why}`, false);
    }
    if ('problem' in parsed) throw new NoAnswer(`${parsed.problem} (${query})`, false);
    return parsed.rows;
  };

  return { service, name: 'Prometheus', read };
}

function advice(status: number): string {
  if (status === 401 || status === 403) return 'give a token that may query it';
  if (status === 404) return 'there is no query API at this address';
  return 'is this the address of a Prometheus server?';
}

/**
 * Asks a server directly. @param url the server's address, with its path prefix if it has one
 * @param headers e.g. `authorization`
 */
export function directly(
  http: HttpClient,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Ask {
  const base = url.replace(/\/+$/, '');
  return async (path, timeout) => {
    const request = { url: `${base}${path}`, method: 'GET', headers: { accept: 'application/json', ...headers } };
    const answer = await http({ ...request, timeout, signal, bodyLimit: ANSWER_LIMIT });
    return answer.error === undefined ? { status: answer.status, body: answer.body } : { away: answer.error };
  };
}

/** Asks a server in the cluster through the API server; needs `get` on services/proxy. */
export function throughApiServer(
  cluster: Cluster,
  server: {
    readonly namespace: string;
    readonly service: string;
    readonly port: number | string;
    readonly https?: boolean;
  },
): Ask {
  const name = `${server.https ? 'https:' : ''}${encodeURIComponent(server.service)}:${server.port}`;
  const base = `/api/v1/namespaces/${encodeURIComponent(server.namespace)}/services/${name}/proxy`;
  return async (path, timeout) => {
    try {
      return { status: 200, body: await cluster.text(`${base}${path}`, { timeout, bodyLimit: ANSWER_LIMIT }) };
    } catch (error) {
      if (isPassing(error) || !(error instanceof ApiError)) return { away: reasonOf(error) };
      // Kept as an answer of Prometheus' kind, so that what the API server says is shown.
      return { status: error.status, body: JSON.stringify({ status: 'error', error: reasonOf(error) }) };
    }
  };
}
