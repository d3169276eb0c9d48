/** Upper bounds of the latency histogram, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

interface Latencies {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** The DJ app's metrics, as an instrumented HTTP server of the field has them; each series carries the pod's version. */
export class RequestMetrics {
  readonly #version: string;
  readonly #requests = new Map<string, number>();
  readonly #latencies = new Map<string, Latencies>();

  constructor(version: string) {
    this.#version = version;
  }

  observe(method: string, status: number, seconds: number): void {
    const labels = `method="${escaped(method)}",status="${status}",code="${status}",version="${escaped(this.#version)}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    const series = `method="${escaped(method)}",version="${escaped(this.#version)}"`;
    const latencies = this.#latencies.get(series) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.#latencies.set(series, latencies);
    latencies.sum += seconds;
    latencies.count += 1;
    for (const [index, bound] of BUCKETS.entries()) {
      if (seconds <= bound) latencies.counts[index] = (latencies.counts[index] ?? 0) + 1;
    }
  }

  /** Prometheus text exposition format, version 0.0.4. */
  text(): string {
    const lines = ['# HELP http_requests_total Requests answered.', '# TYPE http_requests_total counter'];
    for (const [labels, count] of this.#requests) lines.push(`http_requests_total{${labels}} ${count}`);
    const histogram = 'http_request_duration_seconds';
    lines.push(`# HELP ${histogram} Time to answer a request.`, `# TYPE ${histogram} histogram`);
    for (const [series, { counts, sum, count }] of this.#latencies) {
      for (const [index, bound] of BUCKETS.entries()) {
        lines.push(`${histogram}_bucket{${series},le="${bound}"} ${counts[index] ?? 0}`);
      }
      lines.push(`${histogram}_bucket{${series},le="+Inf"} ${count}`);
      lines.push(`${histogram}_sum{${series}} ${sum}`, `${histogram}_count{${series}} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
