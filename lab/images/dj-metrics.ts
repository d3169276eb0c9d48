/** Pages of metrics as apps and the proxies beside them have them: one counter of requests, one histogram of times. */

/** How a page is written. `plain`: by an instrumented app; the others: by the sidecar of that mesh. */
export const metricsStyles = ['plain', 'istio', 'kuma', 'app-mesh', 'envoy'] as const;
export type MetricsStyle = (typeof metricsStyles)[number];

/** What a style makes of one request. */
interface Style {
  readonly counter: string;
  readonly histogram: string;
  /** Upper bounds, in the histogram's own unit. */
  readonly bounds: readonly number[];
  /** How many of these units a second has. */
  readonly perSecond: number;
  /** Labels of the counter, and of the histogram. */
  counted(request: Observed): Labels;
  timed(request: Observed): Labels;
}

type Labels = Readonly<Record<string, string>>;

interface Observed {
  readonly method: string;
  readonly status: number;
  readonly version: string;
  readonly direction: 'incoming' | 'outgoing';
}

interface Latencies {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Envoy's buckets in milliseconds (source/common/stats/histogram_impl.cc), without those above a minute. */
const ENVOY_BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

/** A sidecar's counters by cluster; `incoming` is the cluster of the app beside it, as that mesh names it. */
function clusters(incoming: string, outgoing: string): Style {
  const timed = ({ direction }: Observed) => ({ envoy_cluster_name: direction === 'incoming' ? incoming : outgoing });
  return {
    counter: 'envoy_cluster_upstream_rq_xx',
    histogram: 'envoy_cluster_upstream_rq_time',
    bounds: ENVOY_BOUNDS,
    perSecond: 1000,
    counted: (request) => ({ envoy_response_code_class: `${Math.floor(request.status / 100)}`, ...timed(request) }),
    timed,
  };
}

/** istio.io/latest/docs/reference/config/metrics: `destination` is what the pod's own sidecar says of incoming requests. */
const istio = ({ direction, version, status }: Observed) => ({
  reporter: direction === 'incoming' ? 'destination' : 'source',
  request_protocol: 'http',
  destination_version: direction === 'incoming' ? version : 'unknown',
  response_code: `${status}`,
  response_flags: '-',
});

const STYLES: Readonly<Record<MetricsStyle, Style>> = {
  plain: {
    counter: 'http_requests_total',
    histogram: 'http_request_duration_seconds',
    bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    perSecond: 1,
    counted: ({ method, status, version }) => ({ method, status: `${status}`, code: `${status}`, version }),
    timed: ({ method, version }) => ({ method, version }),
  },
  istio: {
    counter: 'istio_requests_total',
    histogram: 'istio_request_duration_milliseconds',
    bounds: ENVOY_BOUNDS,
    perSecond: 1000,
    counted: istio,
    timed: istio,
  },
  kuma: clusters('localhost_9080', 'metal_prod_svc_9080'),
  'app-mesh': clusters('cds_ingress_dj-app_jazz_http_9080', 'cds_egress_dj-app_metal_http_9080'),
  envoy: clusters('inbound|9080||', 'outbound|9080||metal.prod.svc.cluster.local'),
};

/** @throws Error for a style that does not exist: a page of another one would pass tests for the wrong reason */
export function metricsStyle(name: string | undefined): MetricsStyle {
  const style = metricsStyles.find((known) => known === (name ?? 'plain'));
  if (style === undefined) throw new Error(`METRICS_STYLE=${name} is none of ${metricsStyles.join(', ')}`);
  return style;
}

/** What the DJ app has answered; each series carries the pod's version where the style has a place for it. */
export class RequestMetrics {
  readonly #version: string;
  readonly #style: Style;
  readonly #calls: boolean;
  readonly #requests = new Map<string, number>();
  readonly #latencies = new Map<string, Latencies>();

  constructor(version: string, style: MetricsStyle = 'plain') {
    this.#version = version;
    this.#style = STYLES[style];
    this.#calls = style !== 'plain';
  }

  observe(method: string, status: number, seconds: number): void {
    this.#add({ direction: 'incoming', method, status, version: this.#version }, seconds);
    // A sidecar also counts what its pod asks of others. Here all of that fails: none of it is the release's fault.
    if (this.#calls) this.#add({ direction: 'outgoing', method, status: 503, version: this.#version }, 1);
  }

  #add(request: Observed, seconds: number): void {
    const { bounds, perSecond } = this.#style;
    const counted = written(this.#style.counted(request));
    this.#requests.set(counted, (this.#requests.get(counted) ?? 0) + 1);
    const timed = written(this.#style.timed(request));
    const latencies = this.#latencies.get(timed) ?? { counts: bounds.map(() => 0), sum: 0, count: 0 };
    this.#latencies.set(timed, latencies);
    latencies.sum += seconds * perSecond;
    latencies.count += 1;
    for (const [index, bound] of bounds.entries()) {
      if (seconds * perSecond <= bound) latencies.counts[index] = (latencies.counts[index] ?? 0) + 1;
    }
  }

  /** Prometheus text exposition format, version 0.0.4. */
  text(): string {
    const { counter, histogram, bounds } = this.#style;
    const lines = [`# HELP ${counter} Requests answered.`, `# TYPE ${counter} counter`];
    for (const [labels, count] of this.#requests) lines.push(`${counter}{${labels}} ${count}`);
    lines.push(`# HELP ${histogram} Time to answer a request.`, `# TYPE ${histogram} histogram`);
    for (const [series, { counts, sum, count }] of this.#latencies) {
      for (const [index, bound] of bounds.entries()) {
        lines.push(`${histogram}_bucket{${series},le="${bound}"} ${counts[index] ?? 0}`);
      }
      lines.push(`${histogram}_bucket{${series},le="+Inf"} ${count}`);
      lines.push(`${histogram}_sum{${series}} ${sum}`, `${histogram}_count{${series}} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function written(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
