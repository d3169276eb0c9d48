/** What the proxies of a mesh count of requests, as Envoy names it. */
import type { Metric } from '../types.ts';

/** Requests that a proxy passed on: of a sidecar, to the app beside it, where `pattern` says its name. */
export function clusters(pattern: string): Metric {
  return {
    requests: 'envoy_cluster_upstream_rq_xx',
    status: ['envoy_response_code_class'],
    times: { buckets: 'envoy_cluster_upstream_rq_time_bucket', unit: 0.001 },
    incoming: { label: 'envoy_cluster_name', pattern },
  };
}

/** Requests that came in to a proxy. */
export function listeners(pattern: string): Metric {
  return {
    requests: 'envoy_http_downstream_rq_xx',
    status: ['envoy_response_code_class'],
    times: { buckets: 'envoy_http_downstream_rq_time_bucket', unit: 0.001 },
    incoming: { label: 'envoy_http_conn_manager_prefix', pattern },
  };
}
