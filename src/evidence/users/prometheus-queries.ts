/** What Prometheus is asked, and what its answers mean. Pure. */
import { isMap } from '../../kube/objects.ts';
import type { Metric } from '../../routes/types.ts';
import type { OwnQueries, Queries } from '../../settings/vocabulary.ts';
import { addBucket, type Counter, type Counters, keyOf, secondsOf, wholeCount } from './counters.ts';
import { numberOf } from './exposition.ts';
import { FAILED_STATUS } from './presets.ts';

/** Which of Prometheus' series are a version's. */
export interface Selection {
  readonly namespace: string;
  /** Pattern of the pods' names (RE2, whole name); see {@link podPattern}. */
  readonly pods: string;
}

/** Labels Prometheus was told to give to what it scrapes. */
export interface TargetLabels {
  readonly namespace: string;
  readonly pod: string;
}

export const TARGET_LABELS: TargetLabels = { namespace: 'namespace', pod: 'pod' };

/** Labels that tell apart who scraped a series: a job's targets, and servers that run as a pair. */
const ONE_TARGET = 'job, instance, prometheus_replica, replica';

/** Characters the API server keeps of a name before it adds five of its own (apiserver pkg/storage/names/generate.go). */
const KEPT = 58;
const DIGITS = '[a-z0-9]';

/** Names of a Deployment's pods: its name, the ReplicaSet's hash of up to ten characters, and five more. */
export function podPattern(deployment: string): string {
  const base = `${deployment}-`.slice(0, KEPT).replaceAll('.', '\\.');
  // Of a long name the end is cut off: the dash before the five, some of the hash, all of it.
  const left = KEPT - deployment.length - 1;
  if (left >= 11) return `${base}${DIGITS}{1,10}-${DIGITS}{5}`;
  if (left >= 2) return `${base}(${DIGITS}{1,${left - 1}}-|${DIGITS}{${left}})${DIGITS}{5}`;
  return `${base}${DIGITS}{${5 + Math.max(0, left)}}`;
}

/** The queries of a preset's metric. */
export function queriesOf(metric: Metric, selection: Selection, labels: TargetLabels = TARGET_LABELS): Queries {
  const where = [
    `${labels.namespace}=${inQuotes(selection.namespace)}`,
    `${labels.pod}=~${inQuotes(selection.pods)}`,
    ...(metric.incoming ? [`${metric.incoming.label}=~${inQuotes(metric.incoming.pattern)}`] : []),
  ];
  const series = (name: string, ...more: readonly string[]) => `${name}{${[...where, ...more].join(',')}}`;
  // The first status label that is there counts, as in a pod's own page; a series without one tells nothing.
  const byStatus = (condition: string) =>
    metric.status
      .map((label, index) => {
        const absent = metric.status.slice(0, index).map((earlier) => `${earlier}=""`);
        return series(metric.requests, ...absent, `${label}${condition}`);
      })
      .join(' or ');
  // A pod that two jobs or two servers scrape is one pod: its requests are those of one target, whichever saw most.
  const once = (by: string, selected: string) => `max by (${by}) (sum by (${by}, ${ONE_TARGET}) (${selected}))`;
  const fine = metric.status.map((label) => `${label}!~${inQuotes(FAILED_STATUS)}`);
  return {
    requests: once(labels.pod, byStatus('!=""')),
    errors: once(labels.pod, byStatus(`=~${inQuotes(FAILED_STATUS)}`)),
    times: once(`${labels.pod}, le`, series(metric.times.buckets, ...fine)),
    unit: metric.times.unit,
    scraped: `max by (${labels.pod}) (timestamp(${series(metric.requests)}))`,
  };
}

/** Own queries with a version's values in their places. */
export function filled(own: OwnQueries, selection: Selection): Queries {
  const fill = (query: string) =>
    query
      .replaceAll('{{namespace}}', () => escaped(selection.namespace))
      .replaceAll('{{pods}}', () => escaped(selection.pods));
  return {
    requests: fill(own.requests),
    errors: fill(own.errors),
    ...(own.times === undefined ? {} : { times: fill(own.times) }),
    ...(own.scraped === undefined ? {} : { scraped: fill(own.scraped) }),
    unit: own.unit ?? 1,
  };
}

export interface Row {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** An answer of `/api/v1/query` with status 200: rows (a scalar is one row without labels), or why it says nothing. */
export function parseAnswer(body: string): { readonly rows: readonly Row[] } | { readonly problem: string } {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { problem: 'the answer is not JSON: is this the address of a Prometheus server?' };
  }
  if (!isMap(answer) || answer['status'] !== 'success') {
    const said = isMap(answer) && typeof answer['error'] === 'string' ? answer['error'].slice(0, 200) : 'no reason';
    return { problem: `the query failed: ${said}` };
  }
  const warnings = answer['warnings'];
  // Thanos and others warn when a store did not answer: what is missing would look like pods that are gone.
  if (Array.isArray(warnings) && warnings.length > 0)
    return { problem: `the answer is partial: ${String(warnings[0]).slice(0, 200)}` };
  const data = answer['data'];
  if (!isMap(data)) return { problem: 'the answer has no data' };
  if (data['resultType'] === 'scalar') return rowsOf([{ metric: {}, value: data['result'] }]);
  if (data['resultType'] !== 'vector' || !Array.isArray(data['result']))
    return { problem: `the query gives a ${String(data['resultType']).slice(0, 20)}, not an instant vector` };
  return rowsOf(data['result']);
}

function rowsOf(result: readonly unknown[]): { rows: Row[] } | { problem: string } {
  const rows: Row[] = [];
  for (const entry of result) {
    if (!isMap(entry) || !isMap(entry['metric']) || !Array.isArray(entry['value']))
      return { problem: 'a row of the answer is not a sample' };
    const labels = new Map<string, string>();
    for (const [name, value] of Object.entries(entry['metric'])) labels.set(name, String(value));
    const value = numberOf(String(entry['value'][1]));
    if (value === undefined || !Number.isFinite(value) || value < 0)
      return { problem: `a row is ${String(entry['value'][1]).slice(0, 20)}, which no counter can be` };
    rows.push({ labels, value });
  }
  return { rows };
}

/** Rows of one version at one time. */
export interface Answers {
  readonly requests: readonly Row[];
  readonly errors: readonly Row[];
  readonly times: readonly Row[];
}

/**
 * Counters by pod. Every row must say its pod: the sum over pods falls when one of them ends, and that fall would count
 * as requests. No row of errors is no error: the first one makes the series.
 */
export function countersByPod(
  answers: Answers,
  unit: number,
  label: string,
): { readonly pods: ReadonlyMap<string, Counters> } | { readonly problem: string } {
  const pods = new Map<string, { requests: Map<string, Counter>; times: Map<string, Map<number, number>> }>();
  for (const kind of ['requests', 'errors', 'times'] as const) {
    for (const { labels, value } of answers[kind]) {
      const pod = labels.get(label);
      if (pod === undefined)
        return { problem: `a row of ${kind} does not say its ${label}: use sum by (${label}) (…)` };
      const whole = wholeCount(value);
      if (whole === undefined) return { problem: `a row of ${kind} is ${value}, which no counter can be` };
      const counters = pods.get(pod) ?? { requests: new Map(), times: new Map() };
      pods.set(pod, counters);
      if (kind === 'times') addBucket(counters.times, keyOf(labels, 'le'), secondsOf(labels.get('le'), unit), whole);
      else
        counters.requests.set(`${kind} ${keyOf(labels)}`, {
          value: whole,
          requests: kind === 'requests',
          errors: kind === 'errors',
        });
    }
  }
  return { pods };
}

function inQuotes(value: string): string {
  return `"${escaped(value)}"`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
