import { beforeEach, describe, expect, it } from '@jest/globals';
import { RequestMetrics } from '../../../../lab/images/dj-metrics.ts';
import { Cluster } from '../../../../src/cluster/cluster.ts';
import {
  ApiError,
  type ApiRequest,
  type Transport,
  Unreachable,
} from '../../../../src/cluster/connection/transport.ts';
import { metricsPath, metricsPort } from '../../../../src/evidence/users/pod-metrics.ts';
import { type PodsOptions, podsSource } from '../../../../src/evidence/users/pods.ts';
import { look, type Reading, windowOf } from '../../../../src/evidence/users/sources.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function pod(
  name: string,
  app: string,
  more: { annotations?: Record<string, string>; ports?: unknown[]; ready?: string } = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'prod', uid: `u-${name}`, labels: { app }, annotations: more.annotations ?? {} },
    spec: { containers: [{ ports: more.ports ?? [{ name: 'http', containerPort: 8080 }] }] },
    status: { conditions: [{ type: 'Ready', status: more.ready ?? 'True' }] },
  } as unknown as KubeObject;
}

/** Pods with the lab app's own metrics behind an API server that lists and proxies them. */
class Pods implements Transport {
  readonly all = new Map<string, { object: KubeObject; metrics: RequestMetrics; error?: Error }>();
  readonly asked: string[] = [];
  underWay = 0;
  most = 0;
  down = false;

  add(name: string, app: string, more?: Parameters<typeof pod>[2]): void {
    this.all.set(name, { object: pod(name, app, more), metrics: new RequestMetrics(app) });
  }

  serve(name: string, good: number, bad = 0): void {
    for (let n = 0; n < good; n++) this.all.get(name)!.metrics.observe('GET', 200, 0.02);
    for (let n = 0; n < bad; n++) this.all.get(name)!.metrics.observe('POST', 500, 0.3);
  }

  async send({ path, raw }: ApiRequest): Promise<unknown> {
    if (this.down) throw new Unreachable('GET: connection refused');
    if (path === '/api/v1') return { resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] };
    if (!raw) {
      const app = new URLSearchParams(path.split('?')[1]).get('labelSelector')?.slice('app='.length);
      return {
        items: [...this.all.values()]
          .map(({ object }) => object)
          .filter((object) => object.metadata.labels?.['app'] === app),
      };
    }
    this.asked.push(path);
    this.most = Math.max(this.most, ++this.underWay);
    await Promise.resolve();
    this.underWay--;
    const { metrics, error } = this.all.get(/pods\/([\w-]+):/.exec(path)?.[1] ?? '')!;
    if (error) throw error;
    return metrics.text();
  }

  stream = () => Promise.reject(new Error('no streams here'));
  close(): void {}
}

describe('pods as a source of users’ requests', () => {
  let pods: Pods;
  let clock: FakeClock;
  beforeEach(() => {
    pods = new Pods();
    clock = new FakeClock();
    pods.add('jazz-a', 'jazz');
    pods.add('jazz-b', 'jazz');
    pods.add('v2-a', 'jazz-v2');
  });

  function source(options: Partial<PodsOptions> = {}) {
    const { signal } = new AbortController();
    return podsSource({
      cluster: new Cluster(pods, clock),
      clock,
      signal,
      namespace: 'prod',
      service: 'jazz',
      selections: () => ({
        stable: { selector: { app: 'jazz' }, targetPort: 'http' },
        canary: { selector: { app: 'jazz-v2' }, targetPort: 8080 },
      }),
      ...options,
    });
  }
  const next = async (from: ReturnType<typeof source>): Promise<Reading> => {
    await clock.advance(5_000);
    return from.read();
  };
  const counts = (reading: Reading) =>
    reading.kind === 'window'
      ? [
          reading.window.stable.requests,
          reading.window.stable.errors,
          reading.window.canary.requests,
          reading.window.canary.errors,
        ]
      : reading;

  it('counts from the first reading on, both versions, failures the probes never see too', async () => {
    const users = source();
    pods.serve('jazz-a', 1000, 50);
    expect(await users.read()).toMatchObject({ kind: 'no-data', why: 'counting begins with this reading' });
    pods.serve('jazz-a', 60);
    pods.serve('jazz-b', 35);
    pods.serve('v2-a', 3, 2);
    const reading = await next(users);
    expect(counts(reading)).toEqual([95, 0, 5, 2]);
    expect(reading).toMatchObject({ window: { from: 0, until: 5_000, whole: true } });
  });

  it('gives the times of both in the same buckets, all of them whole numbers', async () => {
    const users = source();
    pods.serve('jazz-a', 1);
    await users.read();
    pods.serve('jazz-a', 9);
    pods.serve('v2-a', 4);
    const reading = await next(users);
    const latency = reading.kind === 'window' ? reading.window.latency : undefined;
    expect(latency?.bounds).toEqual([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]);
    expect([latency?.stable, latency?.canary]).toEqual([
      [0, 0, 9, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 4, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it('a canary that never was asked before counts from 0', async () => {
    const users = source();
    await users.read();
    pods.serve('v2-a', 0, 1);
    expect(counts(await next(users))).toEqual([0, 0, 1, 1]);
  });

  it('without any request yet there is no data, not health', async () => {
    const users = source();
    await users.read();
    expect(await next(users)).toMatchObject({
      kind: 'no-data',
      why: expect.stringMatching(/no pod has counted a request in http_requests_total/),
    });
  });

  it('a pod that comes has its baseline, one that goes is noted, and neither window is whole', async () => {
    const users = source();
    pods.serve('jazz-a', 1);
    await users.read();
    pods.add('jazz-c', 'jazz');
    pods.serve('jazz-c', 500);
    const came = await next(users);
    expect([counts(came), came]).toMatchObject([[0, 0, 0, 0], { window: { whole: false } }]);
    pods.all.delete('jazz-b');
    pods.serve('jazz-c', 7);
    const went = await next(users);
    expect([counts(went), went]).toMatchObject([
      [7, 0, 0, 0],
      { window: { whole: false }, notes: ['jazz-b is gone; what was counted there last is lost'] },
    ]);
  });

  it('a pod that cannot be read counts for nothing in that window and the next, and is named after a while', async () => {
    const users = source({ budget: 10_000 });
    pods.serve('jazz-a', 1);
    await users.read();
    pods.all.get('jazz-b')!.error = new ApiError(503, '', 'dial tcp: connection refused');
    pods.serve('jazz-b', 20);
    const failing = await next(users);
    expect([counts(failing), failing.notes]).toEqual([
      [0, 0, 0, 0],
      ['1 of 3 pods cannot be read: they count for nothing until they can'],
    ]);
    await next(users);
    expect((await next(users)).notes).toEqual(['pod jazz-b cannot be read for 10 s: dial tcp: connection refused']);
    delete pods.all.get('jazz-b')!.error;
    expect(counts(await next(users))).toEqual([0, 0, 0, 0]);
    pods.serve('jazz-b', 4);
    expect(counts(await next(users))).toEqual([4, 0, 0, 0]);
  });

  it('no pod of the canary to be read is no data: stable alone proves nothing', async () => {
    const users = source();
    pods.serve('jazz-a', 1);
    await users.read();
    pods.all.get('v2-a')!.error = new Unreachable('no answer within 2 s');
    expect(await next(users)).toMatchObject({ kind: 'no-data', why: 'no pod of canary was read twice' });
  });

  it('an API server that is away is an outage with a budget, and the window after it spans it', async () => {
    const users = source();
    await users.read();
    pods.down = true;
    expect(await next(users)).toMatchObject({ kind: 'outage', since: 5_000, exhausted: false });
    await clock.advance(60_000);
    expect(await users.read()).toMatchObject({ kind: 'outage', since: 5_000, exhausted: true });
    pods.down = false;
    pods.serve('v2-a', 2);
    const spanning = await next(users);
    expect([counts(spanning), spanning]).toMatchObject([[0, 0, 2, 0], { window: { from: 0, until: 70_000 } }]);
  });

  it('says what to grant when it may not read pods', async () => {
    for (const one of pods.all.values()) one.error = new ApiError(403, 'Forbidden', 'pods/proxy is forbidden');
    expect(await source().read()).toMatchObject({ kind: 'no-data', why: expect.stringMatching(/get on pods\/proxy/) });
  });

  it('takes our probes out, those counted late in the window after', async () => {
    let sent = 5;
    const users = source({
      probes: () => ({ stable: { requests: sent, errors: 0 }, canary: { requests: 0, errors: 0 }, lanes: true }),
    });
    await users.read();
    pods.serve('jazz-a', 4);
    const first = await next(users);
    expect([counts(first), 'window' in first && first.window.latency]).toEqual([[0, 0, 0, 0], undefined]);
    sent = 0;
    pods.serve('jazz-a', 3);
    expect(counts(await next(users))).toEqual([2, 0, 0, 0]);
    pods.serve('jazz-a', 3);
    expect(counts(await next(users))).toEqual([3, 0, 0, 0]);
  });

  it('reads ready pods only, a bounded number at once', async () => {
    for (let n = 0; n < 12; n++) pods.add(`more-${n}`, 'jazz');
    pods.add('late', 'jazz', { ready: 'False' });
    await source({ concurrency: 3 }).read();
    expect([pods.asked.length, pods.most]).toEqual([15, 3]);
  });

  it('finds the port as annotated, by name, or as the Service does, and follows no path out of the pod', () => {
    const annotated = pod('a', 'x', {
      annotations: { 'prometheus.io/port': '15020', 'prometheus.io/path': '/stats/prometheus' },
    });
    expect(metricsPath(annotated, 80)).toBe('/api/v1/namespaces/prod/pods/a:15020/proxy/stats/prometheus');
    expect(metricsPort(pod('a', 'x', { ports: [{ name: 'http-metrics', containerPort: 9090 }] }), 80)).toBe(9090);
    expect(metricsPort(pod('a', 'x'), 'http')).toBe(8080);
    expect(metricsPath(pod('a', 'x'), 'grpc')).toBeUndefined();
    const sly = pod('a', 'x', { annotations: { 'prometheus.io/port': '0', 'prometheus.io/path': '/../../secrets' } });
    expect(metricsPath(sly, 80)).toBe('/api/v1/namespaces/prod/pods/a:80/proxy/metrics');
  });
});

describe('a window for the verdict', () => {
  const counted = {
    service: 'jazz',
    from: 1_000,
    until: 6_000,
    stable: { requests: 60, errors: 0 },
    canary: { requests: 40, errors: 1 },
    whole: true,
  };
  const stretch = { step: 2, share: 0.25, since: 500 };

  it('lies in one stretch of one weight', () => {
    expect(windowOf(counted, stretch)).toEqual({
      service: 'jazz',
      source: 'users',
      step: 2,
      seconds: 5,
      share: 0.25,
      stable: counted.stable,
      canary: counted.canary,
    });
    expect(windowOf(counted, { ...stretch, since: 1_001 })).toMatch(/straddles/);
    expect(windowOf(counted, { ...stretch, until: 5_999 })).toMatch(/straddles/);
    expect(windowOf(counted, undefined)).toMatch(/not confirmed/);
  });

  it('that misses pods takes the share that was seen, and does not prove the split', () => {
    expect(windowOf({ ...counted, whole: false }, stretch)).toMatchObject({ share: 0.4 });
    expect(windowOf({ ...counted, whole: false }, stretch, true)).toMatch(/not every pod/);
  });

  it('is given by those sources that have one; the others are silent, with their reason', async () => {
    const of = (service: string, reading: Reading) => ({ service, name: 'pods', read: () => Promise.resolve(reading) });
    const seen = await look(
      [
        of('jazz', { kind: 'window', window: counted, notes: ['a note'] }),
        of('soul', { kind: 'outage', since: 0, why: 'away', exhausted: true, notes: [] }),
      ],
      () => stretch,
    );
    expect([seen.windows.length, seen.notes, seen.silent]).toEqual([
      1,
      ['jazz, pods: a note'],
      [{ service: 'soul', why: 'away', exhausted: true }],
    ]);
  });
});
