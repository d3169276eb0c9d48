import { beforeEach, describe, expect, it } from '@jest/globals';
import { Cluster } from '../../../../src/cluster/cluster.ts';
import { ApiError, type ApiRequest } from '../../../../src/cluster/connection/transport.ts';
import { metricsOf } from '../../../../src/evidence/users/presets.ts';
import {
  type Ask,
  directly,
  type PrometheusOptions,
  prometheusSource,
  throughApiServer,
} from '../../../../src/evidence/users/prometheus.ts';
import { parseAnswer, podPattern, queriesOf } from '../../../../src/evidence/users/prometheus-queries.ts';
import type { Reading } from '../../../../src/evidence/users/sources.ts';
import { queryProblem } from '../../../../src/settings/vocabulary.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

type Answered = Awaited<ReturnType<Ask>>;
interface Scraped {
  good: number;
  bad?: number;
  at: number;
}

/** A server whose clock is an hour ahead of the runner's, with one counter row per pod. */
class Prometheus {
  readonly clock: FakeClock;
  readonly pods = new Map<string, Scraped>();
  readonly times: (string | null)[] = [];
  instead: (query: string) => Answered | undefined = () => undefined;

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  get time(): number {
    return this.clock.now() / 1000 + 3600;
  }

  scrape(pod: string, good: number, bad?: number): void {
    this.pods.set(pod, { good, ...(bad === undefined ? {} : { bad }), at: this.time });
  }

  readonly ask: Ask = async (path) => {
    const asked = new URL(path, 'http://prometheus').searchParams;
    const query = asked.get('query') ?? '';
    const other = this.instead(query);
    if (other) return other;
    if (query === 'time()') return ok({ resultType: 'scalar', result: [this.time, String(this.time)] });
    this.times.push(asked.get('time'));
    return ok({ resultType: 'vector', result: this.#rows(query) });
  };

  #rows(query: string): unknown[] {
    if (!query.includes('http_requests_total') && !query.includes('http_request_duration')) return [];
    const pattern = new RegExp(`^(?:${/pod=~"([^"]+)"/.exec(query)?.[1]})$`);
    const row = (pod: string, value: number, le?: string) => ({
      metric: { pod, ...(le === undefined ? {} : { le }) },
      value: [this.time, String(value)],
    });
    return [...this.pods]
      .filter(([pod]) => pattern.test(pod))
      .flatMap(([pod, { good, bad, at }]) => {
        if (query.includes('timestamp(')) return [row(pod, at)];
        if (query.includes('_bucket')) return [row(pod, good, '0.5'), row(pod, good, '+Inf')];
        if (query.includes('=~"5')) return bad === undefined ? [] : [row(pod, bad)];
        return [row(pod, good + (bad ?? 0))];
      });
  }
}

function ok(data: unknown, more: object = {}): { status: number; body: string } {
  return { status: 200, body: JSON.stringify({ status: 'success', data, ...more }) };
}

const STABLE = 'jazz-7d9f8c6b5-abcde';
const CANARY = 'jazz-v2-5c6d7f8b9-xyz12';

describe('Prometheus as a source of users’ requests', () => {
  let clock: FakeClock;
  let server: Prometheus;
  beforeEach(() => {
    clock = new FakeClock();
    server = new Prometheus(clock);
    server.scrape(STABLE, 100);
    server.scrape(CANARY, 10);
  });

  function source(options: Partial<PrometheusOptions> = {}) {
    return prometheusSource({
      ask: server.ask,
      clock,
      signal: new AbortController().signal,
      service: 'jazz',
      selections: () => ({
        stable: { namespace: 'prod', pods: podPattern('jazz') },
        canary: { namespace: 'prod', pods: podPattern('jazz-v2') },
      }),
      metrics: { preset: 'auto' },
      ...options,
    });
  }
  const first = async (options: Partial<PrometheusOptions> = {}) => {
    const users = source(options);
    await clock.advance(2_000);
    await users.read();
    await clock.advance(13_000);
    return users;
  };
  const later = async (users: ReturnType<typeof source>): Promise<Reading> => {
    await clock.advance(2_000);
    return users.read();
  };

  it('takes differences of raw counters, both versions at one time of the server’s own clock', async () => {
    const users = await first();
    server.times.length = 0;
    server.scrape(STABLE, 195);
    server.scrape(CANARY, 13, 2);
    expect(await later(users)).toEqual({
      kind: 'window',
      notes: [],
      window: {
        service: 'jazz',
        from: 0,
        until: 15_000,
        whole: true,
        stable: { requests: 95, errors: 0 },
        canary: { requests: 5, errors: 2 },
        latency: { bounds: [0.5], stable: [95, 0], canary: [3, 0] },
      },
    });
    expect(new Set(server.times)).toEqual(new Set([(server.time - 1).toFixed(3)]));
  });

  it('says that nothing is new between two scrapes, and counts everything after the next', async () => {
    const users = await first();
    expect(await later(users)).toMatchObject({ kind: 'no-data', why: 'nothing was scraped since the last reading' });
    server.scrape(STABLE, 130);
    server.scrape(CANARY, 11);
    expect(await later(users)).toMatchObject({ window: { stable: { requests: 30 }, canary: { requests: 1 } } });
  });

  it('takes our probes out of each version up to its own scrape, also where probing begins and ends', async () => {
    const sent: number[] = [];
    const between = (from: number, until: number) => ({
      requests: sent.filter((at) => at > from && at <= until).length,
      errors: 0,
    });
    const users = source({
      probes: (_service, from, until) => ({ stable: between(from, until), canary: between(from, until), lanes: true }),
    });
    const windows: unknown[] = [];
    for (let second = 1; second <= 60; second++) {
      await clock.advance(1_000);
      if (second > 20 && second <= 40) sent.push(clock.monotonic() - 500);
      // One request of a user each second for stable, one in three for the canary.
      if (second % 15 === 5) server.scrape(STABLE, second + sent.length);
      if (second % 15 === 14) server.scrape(CANARY, Math.floor(second / 3) + sent.length);
      if (second % 15 !== 0) continue;
      const reading = await users.read();
      if (reading.kind === 'window') windows.push([reading.window.stable.requests, reading.window.canary.requests]);
    }
    expect(windows).toEqual([
      [15, 5],
      [15, 5],
      [15, 5],
    ]);
  });

  it('knows a pod that began again', async () => {
    const users = await first();
    server.scrape(STABLE, 7);
    server.scrape(CANARY, 10);
    expect(await later(users)).toMatchObject({ window: { stable: { requests: 7, errors: 0 } } });
  });

  it('an empty answer for the canary is no data, and none for errors is no error', async () => {
    server.pods.delete(CANARY);
    await clock.advance(2_000);
    expect(await source().read()).toMatchObject({
      kind: 'no-data',
      why: expect.stringMatching(/no series of canary yet/),
    });
    server.pods.clear();
    expect(await source().read()).toMatchObject({
      kind: 'no-data',
      why: expect.stringMatching(/no series of either version/),
    });
  });

  it('a version that is no longer scraped is stale, not healthy', async () => {
    const users = await first();
    await clock.advance(30_000);
    server.scrape(STABLE, 300);
    expect(await later(users)).toMatchObject({
      kind: 'no-data',
      why: 'stale: no pod of canary was scraped in the last 30 s',
    });
  });

  it.each(['NaN', '+Inf', '-3'])('a counter of %s is no data', async (value) => {
    server.instead = (query) =>
      query === 'time()'
        ? undefined
        : ok({ resultType: 'vector', result: [{ metric: { pod: STABLE }, value: [1, value] }] });
    expect(await source().read()).toMatchObject({ kind: 'no-data', why: expect.stringContaining(`a row is ${value}`) });
  });

  it.each<[string, Answered]>([
    ['a timeout', { away: 'no complete answer within 5 s' }],
    ['a 503', { status: 503, body: 'starting' }],
    ['a 429', { status: 429, body: '' }],
  ])('%s is an outage with a budget of 60 s, and never a failure', async (_name, instead) => {
    const users = await first();
    server.instead = () => instead;
    expect(await users.read()).toMatchObject({ kind: 'outage', since: 15_000, exhausted: false });
    await clock.advance(59_000);
    expect(await users.read()).toMatchObject({ kind: 'outage', since: 15_000, exhausted: false });
    await clock.advance(1_000);
    expect(await users.read()).toMatchObject({ kind: 'outage', since: 15_000, exhausted: true });
    server.instead = () => undefined;
    server.scrape(STABLE, 500);
    server.scrape(CANARY, 20);
    expect(await later(users)).toMatchObject({
      window: { from: 0, stable: { requests: 400 }, canary: { requests: 10 } },
    });
  });

  it.each<[number, string, RegExp]>([
    [
      400,
      '{"status":"error","errorType":"bad_data","error":"parse error: unexpected )"}',
      /refuses with 400: the query failed: parse error/,
    ],
    [403, '<html>', /403: give a token/],
    [302, '', /302: is this the address/],
  ])('a refusal (%s) is no data, and says what to do', async (status, body, why) => {
    server.instead = () => ({ status, body });
    expect(await source().read()).toMatchObject({ kind: 'no-data', why: expect.stringMatching(why) });
  });

  it('takes own queries whose rows say their pod, and no others', async () => {
    const own = {
      requests: 'sum by (pod) (http_requests_total{pod=~"{{pods}}"})',
      errors: 'sum by (pod) (http_requests_total{pod=~"{{pods}}",code=~"5.."})',
    };
    const users = await first({ metrics: { own } });
    server.scrape(STABLE, 150, 1);
    server.scrape(CANARY, 12);
    expect(await later(users)).toMatchObject({
      window: { stable: { requests: 51, errors: 1 }, canary: { requests: 2 } },
    });
    server.instead = (query) =>
      query === 'time()' ? undefined : ok({ resultType: 'vector', result: [{ metric: {}, value: [1, '5'] }] });
    expect(await users.read()).toMatchObject({ kind: 'no-data', why: expect.stringMatching(/does not say its pod/) });
  });

  it('refuses rates and queries that do not tell the versions apart', () => {
    expect(queryProblem('sum(rate(x_total{pod=~"{{pods}}"}[1m]))')).toMatch(/uses rate\(\)/);
    expect(queryProblem('sum by (pod) (x_total)')).toMatch(/both versions/);
    expect(queryProblem('sum by (pod) (x_total{pod=~"{{pods}}"})')).toBeUndefined();
  });

  it('asks through the API server’s proxy: what that says is an outage or a refusal', async () => {
    const seen: string[] = [];
    let error: Error | undefined;
    const transport = {
      send: async ({ path }: ApiRequest) => {
        seen.push(path);
        if (error) throw error;
        return '{"status":"success"}';
      },
      stream: () => Promise.reject(new Error('no streams here')),
      close: () => undefined,
    };
    const ask = throughApiServer(new Cluster(transport, clock), {
      namespace: 'monitoring',
      service: 'prom',
      port: 9090,
    });
    expect(await ask('/api/v1/query?query=up', 1_000)).toEqual({ status: 200, body: '{"status":"success"}' });
    expect(seen).toEqual(['/api/v1/namespaces/monitoring/services/prom:9090/proxy/api/v1/query?query=up']);
    error = new ApiError(503, 'ServiceUnavailable', 'no endpoints available');
    expect(await ask('/x', 1_000)).toEqual({ away: 'no endpoints available' });
    error = new ApiError(403, 'Forbidden', 'services/proxy is forbidden');
    expect(await ask('/x', 1_000)).toMatchObject({
      status: 403,
      body: expect.stringContaining('services/proxy is forbidden'),
    });
  });

  it('asks directly below the address it was given, with its headers', async () => {
    const seen: unknown[] = [];
    const ask = directly(
      (request) => {
        seen.push([request.url, request.headers['authorization']]);
        return Promise.resolve({ status: 0, headers: {}, body: '', milliseconds: 1, error: 'ECONNREFUSED' });
      },
      'https://metrics.example/prom/',
      { authorization: 'Bearer t' },
      new AbortController().signal,
    );
    expect(await ask('/api/v1/query?query=up', 1_000)).toEqual({ away: 'ECONNREFUSED' });
    expect(seen).toEqual([['https://metrics.example/prom/api/v1/query?query=up', 'Bearer t']]);
  });
});

describe('queries and answers', () => {
  /** A pod scraped by two jobs is counted once. */
  const once = 'max by (pod) (sum by (pod, job, instance, prometheus_replica, replica)';

  it('of plain metrics take the first status label that is there, and never a rate', () => {
    const { requests, errors } = queriesOf(metricsOf('plain')[0]!, { namespace: 'prod', pods: podPattern('jazz.v1') });
    const base = 'http_requests_total{namespace="prod",pod=~"jazz\\\\.v1-[a-z0-9]{1,10}-[a-z0-9]{5}"';
    expect(requests).toBe(
      `${once} (${base},status!=""} or ${base},status="",code!=""} or ${base},status="",code="",status_code!=""}))`,
    );
    expect(errors).toContain('status="",code=~"5([0-9][0-9]|xx|XX)?"');
  });

  it('of a sidecar take only what came in', () => {
    const { requests } = queriesOf(metricsOf('istio')[0]!, { namespace: 'prod', pods: 'x' });
    expect(requests).toBe(
      `${once} (istio_requests_total{namespace="prod",pod=~"x",reporter=~"destination",response_code!=""}))`,
    );
  });

  it('name the pods of one Deployment, not of one whose name begins the same', () => {
    expect(new RegExp(`^${podPattern('jazz')}$`).test(STABLE)).toBe(true);
    expect(new RegExp(`^${podPattern('jazz')}$`).test(CANARY)).toBe(false);
  });

  it.each([4, 46, 47, 48, 50, 55, 56, 57, 58, 63])(
    'name the pods of a Deployment of %s characters, as the API server cuts them',
    (length) => {
      const deployment = 'jazz'.padEnd(length, 'x');
      for (const hash of ['7d9f8c6b5b', '5c6d7f8b9', '66554bc4']) {
        const pod = `${`${deployment}-${hash}-`.slice(0, 58)}abcde`;
        expect(pod).toMatch(new RegExp(`^${podPattern(deployment)}$`));
        expect(`other-${pod}`).not.toMatch(new RegExp(`^${podPattern(deployment)}$`));
      }
    },
  );

  it.each<[string, RegExp]>([
    ['<html>', /not JSON/],
    ['null', /the query failed/],
    ['{"status":"success"}', /no data/],
    ['{"status":"success","data":{"resultType":"matrix","result":[]}}', /gives a matrix/],
    ['{"status":"success","data":{"resultType":"vector","result":[3]}}', /not a sample/],
    [
      '{"status":"success","warnings":["store away"],"data":{"resultType":"vector","result":[]}}',
      /partial: store away/,
    ],
  ])('%s is not evidence', (body, problem) => {
    expect(parseAnswer(body)).toEqual({ problem: expect.stringMatching(problem) });
  });
});
