import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { type Lab, type LabPrometheus, startLab } from '../../lab/index.ts';
import { type Connection, connect } from '../../src/cluster/connection/connect.ts';
import {
  type Ask,
  directly,
  type PrometheusOptions,
  prometheusSource,
  throughApiServer,
} from '../../src/evidence/users/prometheus.ts';
import { podPattern } from '../../src/evidence/users/prometheus-queries.ts';
import type { Counted, Reading, UserSource } from '../../src/evidence/users/sources.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { systemClock } from '../../src/ports.ts';

const WAIT_MS = 60_000;
const ended = new AbortController();
const client = createHttpClient(systemClock.monotonic);
let lab: Lab;
let prometheus: LabPrometheus;
let connection: Connection;

beforeAll(async () => {
  lab = await startLab();
  // Two jobs scrape every pod, as where configurations overlap: no request may be counted twice.
  [prometheus, connection] = await Promise.all([lab.startPrometheus({ scrapeInterval: '1s', jobs: 2 }), connected()]);
}, 15 * 60_000);
afterAll(async () => {
  ended.abort();
  client.close();
  connection?.close();
  await lab?.stop();
});

function connected(): Promise<Connection> {
  return connect({
    kubeconfig: lab.kubeconfig,
    kubectlVersion: '',
    toolsChecksums: {},
    env: { PATH: lab.binDir },
    clock: systemClock,
    signal: ended.signal,
    timeout: 30_000,
    say: () => {},
    warn: () => {},
  });
}

const straight: Ask = (path, timeout) => directly(client, prometheus.url, {}, ended.signal)(path, timeout);

type Versions = Readonly<Record<'v1' | 'v2', Readonly<Record<string, string>> | undefined>>;

/** Both versions of jazz in a namespace of their own, with an address for each, and sources that count them. */
class Place {
  readonly namespace = `p-${Math.random().toString(36).slice(2, 8)}`;

  async holds(versions: Versions): Promise<this> {
    await lab.kubectl(['create', 'namespace', this.namespace]);
    for (const [version, env] of Object.entries(versions)) if (env) await this.apply(version, env);
    return this;
  }

  async apply(version: string, env: Readonly<Record<string, string>>): Promise<void> {
    await lab.kubectl(['apply', '-f', '-'], versionObjects(this.namespace, version, env));
    const url = await lab.serviceUrl(this.namespace, `jazz-${version}`, 9080);
    await eventually(async () => (await statusOf(`${url}/ping`, 'GET')) === 200);
  }

  source(options: Partial<PrometheusOptions> = {}): UserSource {
    return prometheusSource({
      ask: straight,
      clock: systemClock,
      signal: ended.signal,
      service: 'jazz',
      selections: () => ({
        stable: { namespace: this.namespace, pods: podPattern('jazz-v1') },
        canary: { namespace: this.namespace, pods: podPattern('jazz-v2') },
      }),
      metrics: { preset: 'auto' },
      scrapeInterval: 1_000,
      ...options,
    });
  }

  /** Sends requests to one version and gives how many failed, as their sender sees it. */
  async asks(version: string, requests: number, method = 'GET'): Promise<number> {
    const url = await lab.serviceUrl(this.namespace, `jazz-${version}`, 9080);
    let failed = 0;
    for (let count = 0; count < requests; count++) if ((await statusOf(url, method)) >= 500) failed++;
    return failed;
  }

  /** Reads until counting has begun: both versions must have counted something to be seen. */
  async begun(...sources: readonly UserSource[]): Promise<void> {
    await this.asks('v1', 1);
    await this.asks('v2', 1);
    for (const source of sources) await until(source, (reading) => reading.kind === 'window');
  }
}

function versionObjects(namespace: string, version: string, env: Readonly<Record<string, string>>): string {
  const name = `jazz-${version}`;
  const labels = { app: 'jazz', version };
  const container = {
    name: 'jazz',
    image: 'mesh-canary.dev/lab/dj-app:v1',
    ports: [{ name: 'http', containerPort: 9080 }],
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
    readinessProbe: { httpGet: { path: '/ping', port: 9080 } },
  };
  const ports = [{ name: 'http', port: 9080 }];
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { type: 'LoadBalancer', selector: labels, ports },
    },
  ]
    .map((object) => stringify(object))
    .join('---\n');
}

function statusOf(url: string, method: string): Promise<number> {
  return new Promise((resolve) => {
    const request = http.request(url, { method, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', () => resolve(0)).end();
  });
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`the condition did not come true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Reads until a reading is the one; gives all readings. */
async function until(source: UserSource, wanted: (reading: Reading) => boolean): Promise<readonly Reading[]> {
  const deadline = Date.now() + WAIT_MS;
  const readings: Reading[] = [];
  for (;;) {
    const reading = await source.read();
    readings.push(reading);
    if (wanted(reading)) return readings;
    if (Date.now() > deadline) throw new Error(`not seen in ${WAIT_MS / 1000} s; last: ${JSON.stringify(reading)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Reads until so many requests of both versions are counted; gives the sums of all windows. */
async function counted(source: UserSource, stable: number, canary: number) {
  const sum = { stable: { requests: 0, errors: 0 }, canary: { requests: 0, errors: 0 } };
  const windows: Counted[] = [];
  await until(source, (reading) => {
    if (reading.kind !== 'window') return false;
    windows.push(reading.window);
    for (const version of ['stable', 'canary'] as const) {
      sum[version].requests += reading.window[version].requests;
      sum[version].errors += reading.window[version].errors;
    }
    return sum.stable.requests >= stable && sum.canary.requests >= canary;
  });
  return { ...sum, windows };
}

describe('Prometheus, the real one', () => {
  it('tells what its clients saw: requests, failures and times of both versions, straight and through the API server', async () => {
    const place = await new Place().holds({ v1: { FAULT_ERROR_RATE: '0.2' }, v2: { FAULT_ERROR_RATE: '0.5' } });
    const { cluster } = connection;
    const sources = [place.source(), place.source({ ask: throughApiServer(cluster, prometheus) })];
    await place.begun(...sources);
    const errors = { stable: await place.asks('v1', 60), canary: await place.asks('v2', 20) };
    for (const source of sources) {
      const { stable, canary, windows } = await counted(source, 60, 20);
      expect({ stable, canary }).toEqual({
        stable: { requests: 60, errors: errors.stable },
        canary: { requests: 20, errors: errors.canary },
      });
      const timed = windows.flatMap(({ latency }) => [...(latency?.stable ?? []), ...(latency?.canary ?? [])]);
      expect(timed.reduce((sum, count) => sum + count, 0)).toBe(80);
      expect(windows.every(({ from, until: to }) => from < to)).toBe(true);
      expect(windows.at(-1)?.whole).toBe(true);
    }
  });

  it.each(['istio', 'kuma', 'app-mesh', 'envoy'] as const)(
    'knows the counters of a sidecar of %s, and leaves out what its pod asked of others',
    async (style) => {
      const place = await new Place().holds({
        v1: { METRICS_STYLE: style },
        v2: { METRICS_STYLE: style, FAULT_ERROR_RATE: '0.5' },
      });
      const [found, named] = [place.source(), place.source({ metrics: { preset: style } })];
      await place.begun(found, named);
      await place.asks('v1', 30);
      const errors = await place.asks('v2', 20);
      for (const source of [found, named]) {
        const { stable, canary, windows } = await counted(source, 30, 20);
        expect({ stable, canary }).toEqual({ stable: { requests: 30, errors: 0 }, canary: { requests: 20, errors } });
        expect(windows.some(({ latency }) => latency !== undefined)).toBe(true);
      }
    },
  );

  it('takes own queries, and refuses rows that do not say their pod', async () => {
    const place = await new Place().holds({ v1: {}, v2: { FAULT_ERROR_RATE: '1' } });
    const where = 'http_requests_total{namespace="{{namespace}}",pod=~"{{pods}}",job="pods"';
    const own = { requests: `sum by (pod) (${where}})`, errors: `sum by (pod) (${where},code=~"5.."})` };
    const source = place.source({ metrics: { own } });
    await place.begun(source);
    await place.asks('v2', 5);
    expect((await counted(source, 0, 5)).canary).toEqual({ requests: 5, errors: 5 });
    const lumped = place.source({ metrics: { own: { ...own, requests: `sum (${where}})` } } });
    expect(await lumped.read()).toMatchObject({ kind: 'no-data', why: expect.stringMatching(/does not say its pod/) });
    const rates = place.source({ metrics: { own: { ...own, requests: `${where}}[1m]` } } });
    expect(await rates.read()).toMatchObject({
      kind: 'no-data',
      why: expect.stringMatching(/not an instant vector|matrix/),
    });
    const broken = place.source({ metrics: { own: { ...own, requests: 'sum by (pod) (' } } });
    expect(await broken.read()).toMatchObject({
      kind: 'no-data',
      why: expect.stringMatching(/refuses with 400.*parse error/),
    });
  });

  it('loses nothing but what came before the restart of an app, and never counts backwards', async () => {
    const place = await new Place().holds({ v1: { FAULT_CRASH_METHODS: 'DELETE' }, v2: {} });
    const source = place.source();
    await place.begun(source);
    await place.asks('v1', 40);
    await counted(source, 40, 0);
    await place.asks('v1', 1, 'DELETE');
    await lab.kubectl([
      'wait',
      'pod',
      '-l',
      'version=v1',
      '-n',
      place.namespace,
      '--for=jsonpath={.status.containerStatuses[0].restartCount}=1',
      '--timeout=60s',
    ]);
    await lab.kubectl([
      'wait',
      'pod',
      '-l',
      'version=v1',
      '-n',
      place.namespace,
      '--for=condition=Ready',
      '--timeout=60s',
    ]);
    await place.asks('v1', 7);
    const after = await counted(source, 7, 0);
    expect(after.stable).toEqual({ requests: 7, errors: 0 });
    expect(after.canary).toEqual({ requests: 0, errors: 0 });
  });

  it('follows pods that come and go, and says so', async () => {
    const place = await new Place().holds({ v1: {}, v2: {} });
    const source = place.source();
    await place.begun(source);
    await lab.kubectl(['delete', 'pod', '-l', 'version=v2', '-n', place.namespace]);
    await lab.kubectl(['rollout', 'status', 'deployment/jazz-v2', '-n', place.namespace, '--timeout=60s']);
    await place.asks('v2', 3);
    const readings = await until(source, ({ notes }) => notes.some((note) => /gone/.test(note)));
    expect(readings.at(-1)?.notes).toEqual([
      expect.stringMatching(/^jazz-v2-\S+ is gone; what was counted there last/),
    ]);
    await until(source, (reading) => reading.kind === 'window');
    const errors = await place.asks('v2', 10);
    const { canary } = await counted(source, 0, 10);
    expect(canary).toEqual({ requests: 10, errors });
  });

  it('has no answer for a version that has counted nothing: that is no data, not health', async () => {
    const place = await new Place().holds({ v1: {}, v2: undefined });
    const source = place.source();
    expect(await source.read()).toMatchObject({
      kind: 'no-data',
      why: expect.stringMatching(/no series of either version/),
    });
    await place.asks('v1', 3);
    await until(source, (reading) => reading.kind === 'no-data' && /no series of canary yet/.test(reading.why));
    await place.apply('v2', {});
    await place.asks('v2', 1);
    await until(source, (reading) => reading.kind === 'window');
  });

  it('is stale when it has not scraped in time: old counters are no evidence', async () => {
    const place = await new Place().holds({ v1: {}, v2: {} });
    await place.begun(place.source());
    // A server that should scrape a thousand times a second is always late.
    const source = place.source({ scrapeInterval: 1 });
    expect(await source.read()).toMatchObject({
      kind: 'no-data',
      why: expect.stringMatching(/^stale: no pod of (stable|canary)/),
    });
  });

  it('may be away for its budget: an outage blames nobody, and nothing counted meanwhile is lost', async () => {
    const place = await new Place().holds({ v1: { FAULT_ERROR_RATE: '0.3' }, v2: { FAULT_ERROR_RATE: '0.3' } });
    const sources = [
      place.source({ budget: 200 }),
      place.source({ ask: throughApiServer(connection.cluster, prometheus) }),
    ];
    await place.begun(...sources);
    await prometheus.stop();
    try {
      const [short, long] = sources as [UserSource, UserSource];
      expect(await short.read()).toMatchObject({ kind: 'outage', exhausted: false });
      await until(short, (reading) => reading.kind === 'outage' && reading.exhausted);
      expect(await long.read()).toMatchObject({ kind: 'outage', exhausted: false });
      const errors = { stable: await place.asks('v1', 30), canary: await place.asks('v2', 30) };
      await prometheus.start();
      for (const source of sources) {
        const { stable, canary } = await counted(source, 30, 30);
        expect({ stable, canary }).toEqual({
          stable: { requests: 30, errors: errors.stable },
          canary: { requests: 30, errors: errors.canary },
        });
      }
    } finally {
      await prometheus.start();
    }
  });
});
