/** Users' requests as the pods count them: each ready pod's metrics through the API server, with nothing to install. */
import { type Cluster, isPassing } from '../../cluster/cluster.ts';
import { isForbidden } from '../../cluster/connection/transport.ts';
import { reasonOf } from '../../errors.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import type { Metric } from '../../routes/types.ts';
import type { PresetName } from '../../settings/vocabulary.ts';
import type { ServedBy } from '../probes/identify.ts';
import { countersOf } from './counters.ts';
import { MOST_BYTES, parseExposition, type Series } from './exposition.ts';
import { OutageClock } from './outage.ts';
import { isReady, labelSelector, metricsPath, type PodSelection } from './pod-metrics.ts';
import { firstPresent, metricsOf, namesOf } from './presets.ts';
import type { ProbesBetween, Reading, UserSource } from './sources.ts';
import { NO_PROBES, OUTAGE_BUDGET } from './sources.ts';
import { type PodReading, Tracker } from './tracker.ts';

export interface PodsOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly namespace: string;
  readonly service: string;
  /** Pods of each version at this moment: selectors may change between readings. */
  readonly selections: () => Readonly<Record<ServedBy, PodSelection>>;
  readonly preset?: PresetName | 'auto';
  readonly probes?: ProbesBetween;
  /** Milliseconds for one pod's answer. */
  readonly timeout?: number;
  /** Pods that are read at the same time. */
  readonly concurrency?: number;
  /** Milliseconds a pod, or all of them, may be unreadable before it is said aloud. */
  readonly budget?: number;
}

interface Target {
  readonly pod: string;
  readonly name: string;
  readonly version: ServedBy;
  readonly path: string | undefined;
}

type Page = { readonly series: readonly Series[] } | { readonly error: unknown };

/** Reads pods; to be read every 1 to 5 s. Needs `list` on pods and `get` on pods/proxy. */
export function podsSource(options: PodsOptions): UserSource {
  const { clock, signal, service, namespace, preset = 'auto', budget = OUTAGE_BUDGET } = options;
  // Asked once: the next reading comes soon.
  const cluster = options.cluster.under(signal, -1);
  const metrics = metricsOf(preset);
  const names = namesOf(metrics);
  const tracker = new Tracker(service, options.probes ?? NO_PROBES);
  const outage = new OutageClock(clock, budget);
  const unreadable = new Unreadable(budget);
  let metric: Metric | undefined;

  const read = async (): Promise<Reading> => {
    let targets: readonly Target[];
    try {
      targets = inTurns(await Promise.all(versions.map((version) => podsOf(version))));
    } catch (error) {
      signal.throwIfAborted();
      return failed(error, []);
    }
    const at = clock.monotonic();
    const pages = await bounded(targets, options.concurrency ?? 8, pageOf);
    signal.throwIfAborted();
    metric ??= firstPresent(
      metrics,
      pages.flatMap((page) => ('series' in page ? page.series : [])),
    );
    const errors = new Map<string, unknown>();
    const readings = targets.map((target, index): PodReading => {
      const { pod, version } = target;
      const counted = countsOf(pages[index], metric);
      if ('counters' in counted) return { pod, version, counters: counted.counters };
      errors.set(pod, counted.error);
      return { pod, version };
    });
    const advanced = tracker.advance(readings, at);
    const notes = [...advanced.notes, ...unreadable.notes(targets, errors, clock.monotonic())];
    if (errors.size > 0 && errors.size === targets.length) {
      const all = [...errors.values()];
      return failed(all.find((error) => isPassing(error)) ?? all[0], notes);
    }
    outage.over();
    if (metric === undefined) {
      const looked = [...new Set(metrics.map(({ requests }) => requests))].join(', ');
      return { kind: 'no-data', why: `no pod has counted a request in ${looked} yet`, notes };
    }
    return 'window' in advanced
      ? { kind: 'window', window: advanced.window, notes }
      : { kind: 'no-data', why: advanced.why, notes };
  };

  const podsOf = async (version: ServedBy): Promise<Target[]> => {
    const { selector, targetPort } = options.selections()[version];
    const query = labelSelector(selector);
    if (query === undefined) return [];
    const { items } = await cluster.list('v1', 'Pod', namespace, { labelSelector: query });
    return items.filter(isReady).map((pod) => ({
      pod: keyOf(pod),
      name: pod.metadata.name,
      version,
      path: metricsPath(pod, targetPort),
    }));
  };

  const pageOf = async ({ path }: Target): Promise<Page> => {
    if (path === undefined)
      return { error: new Error('no port of metrics is known: annotate the pods with prometheus.io/port') };
    try {
      const page = await cluster.text(path, { ...asked, timeout: options.timeout ?? 2_000 });
      const parsed = parseExposition(page, (name) => names.has(name));
      return 'series' in parsed ? parsed : { error: new Error(`not metrics: ${parsed.problem}`) };
    } catch (error) {
      return { error };
    }
  };

  const failed = (error: unknown, notes: readonly string[]): Reading => {
    if (isPassing(error)) return { ...outage.began(reasonOf(error)), notes };
    outage.over();
    const forbidden = isForbidden(error);
    const why = forbidden
      ? `${reasonOf(error)}; grant list on pods and get on pods/proxy`
      : `no pod can be read: ${reasonOf(error)}`;
    return { kind: 'no-data', why, notes };
  };

  return { service, name: 'pods', read };
}

const versions = ['stable', 'canary'] as const satisfies readonly ServedBy[];
const asked = { accept: 'text/plain;version=0.0.4', bodyLimit: MOST_BYTES };

/** A pod of the same name at another time (a StatefulSet's) is another pod. */
function keyOf({ metadata }: KubeObject): string {
  return metadata.uid === undefined ? metadata.name : `${metadata.name}/${metadata.uid}`;
}

/** Both versions by turns, so that neither is read later than the other throughout. A pod is of one version only. */
function inTurns(lists: readonly (readonly Target[])[]): readonly Target[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const mixed = Array.from({ length: longest }, (_, index) => lists.flatMap((targets) => targets[index] ?? [])).flat();
  const times = new Map<string, number>();
  for (const { pod } of mixed) times.set(pod, (times.get(pod) ?? 0) + 1);
  return mixed.filter(({ pod }) => times.get(pod) === 1);
}

function countsOf(page: Page | undefined, metric: Metric | undefined) {
  if (page === undefined || 'error' in page) return { error: page?.error ?? new Error('was not read') };
  if (metric === undefined) return { counters: { requests: new Map(), times: new Map() } };
  const counted = countersOf(page.series, metric);
  return 'problem' in counted ? { error: new Error(counted.problem) } : counted;
}

/** Results in the order of the tasks, at most so many of them at once. */
async function bounded<T, R>(tasks: readonly T[], limit: number, run: (task: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index];
      if (task !== undefined) results[index] = await run(task);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, tasks.length)) }, worker));
  return results;
}

/** Pods that cannot be read: counted in a note when they begin to fail, named once when they go on failing. */
class Unreadable {
  readonly #budget: number;
  readonly #since = new Map<string, number>();
  readonly #named = new Set<string>();

  constructor(budget: number) {
    this.#budget = budget;
  }

  notes(targets: readonly Target[], errors: ReadonlyMap<string, unknown>, at: number): string[] {
    for (const pod of [...this.#since.keys()]) {
      if (errors.has(pod)) continue;
      this.#since.delete(pod);
      this.#named.delete(pod);
    }
    const notes: string[] = [];
    const fresh = [...errors.keys()].filter((pod) => !this.#since.has(pod));
    for (const pod of fresh) this.#since.set(pod, at);
    if (fresh.length > 0)
      notes.push(`${errors.size} of ${targets.length} pods cannot be read: they count for nothing until they can`);
    for (const { pod, name } of targets) {
      const since = this.#since.get(pod);
      if (since === undefined || at - since < this.#budget || this.#named.has(pod)) continue;
      this.#named.add(pod);
      notes.push(`pod ${name} cannot be read for ${Math.round((at - since) / 1000)} s: ${reasonOf(errors.get(pod))}`);
    }
    return notes;
  }
}
