/** Which counters count users' requests: the metrics of instrumented apps and of the proxies beside them. Pure. */

import { providers } from '../../routes/index.ts';
import { clusters, listeners } from '../../routes/parts/counters.ts';
import type { Metric } from '../../routes/types.ts';
import type { PresetName } from '../../settings/vocabulary.ts';
import { presetNames } from '../../settings/vocabulary.ts';
import type { Series } from './exposition.ts';

type Labels = ReadonlyMap<string, string>;

/**
 * Metrics of a preset, the first one that is there counts. A sidecar also counts what its pod asks of others: such
 * calls are left out by the name of the Envoy cluster or listener, or by Istio's `reporter`; a release must not be
 * blamed for what it was answered.
 */
export const PRESETS: Readonly<Record<PresetName, readonly Metric[]>> = {
  plain: [
    {
      requests: 'http_requests_total',
      status: ['status', 'code', 'status_code'],
      times: { buckets: 'http_request_duration_seconds_bucket', unit: 1 },
    },
  ],
  ...Object.fromEntries(providers.flatMap(({ facts }) => (facts.counters ? [[facts.name, facts.counters]] : []))),
  envoy: [clusters('inbound.*|local.*|.*_inbound'), listeners('inbound.*|ingress.*')],
};

/** The metrics to look for: those of one preset, or of all in the order they are tried. */
export function metricsOf(preset: PresetName | 'auto'): readonly Metric[] {
  return preset === 'auto' ? presetNames.flatMap((name) => PRESETS[name] ?? []) : (PRESETS[preset] ?? []);
}

/** Names of all series the metrics are made of. */
export function namesOf(metrics: readonly Metric[]): ReadonlySet<string> {
  return new Set(metrics.flatMap(({ requests, times }) => [requests, times.buckets]));
}

/** The first metric with a series of incoming requests among these. */
export function firstPresent(metrics: readonly Metric[], series: readonly Series[]): Metric | undefined {
  return metrics.find((metric) =>
    series.some(
      ({ name, labels }) =>
        name === metric.requests && isIncoming(metric, labels) && statusOf(metric, labels) !== undefined,
    ),
  );
}

export function isIncoming({ incoming }: Metric, labels: Labels): boolean {
  return incoming === undefined || new RegExp(`^(?:${incoming.pattern})$`).test(labels.get(incoming.label) ?? '');
}

/** The status or its class ("503", "5", "5xx"), or undefined where the series does not tell. */
export function statusOf({ status }: Metric, labels: Labels): string | undefined {
  for (const name of status) {
    const value = labels.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Pattern of a status, or class of statuses, that counts as a failure; whole value, RE2 and JS. */
export const FAILED_STATUS = '5([0-9][0-9]|xx|XX)?';
const FAILED = new RegExp(`^(?:${FAILED_STATUS})$`);

export function isFailure(status: string | undefined): boolean {
  return status !== undefined && FAILED.test(status);
}
