import { describe, expect, it } from '@jest/globals';
import { Cluster } from '../../../src/cluster/cluster.ts';
import type { ApiRequest } from '../../../src/cluster/connection/transport.ts';
import { ApiError, Unreachable } from '../../../src/cluster/connection/transport.ts';
import { requirePermissions } from '../../../src/cluster/permissions.ts';
import { ClusterError } from '../../../src/errors.ts';
import { FakeApi, failed, refTo } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { deployment, route, service } from '../../support/fixtures.ts';

const JAZZ = { apiVersion: 'v1', kind: 'Service', namespace: 'prod', name: 'jazz' };
const create = (name: string) => ({ ...service(name, {}) });

function calls(api: FakeApi, method: string): number {
  return api.requests.filter((request) => request.method === method && request.path.includes('/services')).length;
}

/** Each of the first `times` requests of a method ends so. */
const trouble = (times: number, method: string, how: (request: ApiRequest) => ReturnType<FakeApi['accident']>) => {
  let n = 0;
  return (request: ApiRequest) => (request.method === method && n++ < times ? how(request) : undefined);
};
const refusedConnection = (request: ApiRequest) => {
  throw new Unreachable(`${request.method}: dial unix /tmp/s: connect: connection refused`);
};

describe('calls to the API server', () => {
  it('try a read again while nothing answers, with growing pauses', async () => {
    const api = new FakeApi(service('jazz', {}));
    const clock = new FakeClock({ auto: true });
    const cluster = api.cluster(clock);
    await cluster.kinds.in('v1');
    api.accident = trouble(6, 'GET', () => 'lost-before');
    await expect(cluster.get(JAZZ)).resolves.toMatchObject({ kind: 'Service' });
    expect(clock.slept).toEqual([100, 200, 400, 800, 1600, 2000]);
  });

  it.each([429, 503])('try a read again that was turned away with %i', async (status) => {
    const api = new FakeApi(service('jazz', {}));
    const cluster = api.cluster(new FakeClock({ auto: true }));
    await cluster.kinds.in('v1');
    api.accident = trouble(2, 'GET', (request) => failed(status, '', request, 'too busy'));
    await expect(cluster.get(JAZZ)).resolves.toMatchObject({ kind: 'Service' });
  });

  it('give a read up when the patience is over', async () => {
    const api = new FakeApi(service('jazz', {}));
    const clock = new FakeClock({ auto: true });
    const cluster = api.cluster(clock, undefined, 5_000);
    await cluster.kinds.in('v1');
    api.down = true;
    await expect(cluster.get(JAZZ)).rejects.toThrow(Unreachable);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(5_000);
    expect(clock.monotonic()).toBeLessThan(8_000);
  });

  it('never repeat a write that may have arrived', async () => {
    const api = new FakeApi();
    const cluster = api.cluster(new FakeClock({ auto: true }));
    await cluster.kinds.in('v1');
    api.accident = trouble(1, 'POST', () => 'lost-after');
    await expect(cluster.create(create('jazz'))).rejects.toThrow(Unreachable);
    expect(calls(api, 'POST')).toBe(1);
    api.accident = trouble(1, 'POST', (request) => failed(503, 'ServiceUnavailable', request, 'etcd is away'));
    await expect(cluster.create(create('metal'))).rejects.toThrow(ApiError);
    expect(calls(api, 'POST')).toBe(2);
  });

  it('do repeat what does no more when it is done twice: an apply, a question about rights', async () => {
    const api = new FakeApi();
    let asked = 0;
    const cluster = api.cluster(new FakeClock({ auto: true })).guarded(async () => {
      asked++;
    });
    await cluster.kinds.in('v1');
    api.accident = trouble(2, 'PATCH', () => 'lost-after');
    await expect(cluster.apply(create('jazz'))).resolves.toMatchObject({ kind: 'Service' });
    // The lock is looked at before each: it may have been lost while nothing answered.
    expect([calls(api, 'PATCH'), asked]).toEqual([3, 3]);
    api.accident = trouble(2, 'POST', () => 'lost-before');
    const rights = { verbs: ['get'], group: '', resource: 'pods', namespace: 'prod', purpose: 'to look' };
    await expect(requirePermissions(cluster, [rights])).resolves.toBeUndefined();
  });

  it('do repeat a write that cannot have arrived: a refused connection, or one turned away with 429', async () => {
    const api = new FakeApi();
    const cluster = api.cluster(new FakeClock({ auto: true }));
    await cluster.kinds.in('v1');
    api.accident = trouble(2, 'POST', refusedConnection);
    await expect(cluster.create(create('jazz'))).resolves.toMatchObject({ kind: 'Service' });
    api.accident = trouble(2, 'POST', (request) => failed(429, 'TooManyRequests', request, 'later'));
    await expect(cluster.create(create('metal'))).resolves.toMatchObject({ kind: 'Service' });
  });

  it('do not insist against an answer: 403 and 404 are final', async () => {
    const api = new FakeApi();
    const clock = new FakeClock({ auto: true });
    const cluster = api.cluster(clock);
    await expect(cluster.find(JAZZ)).resolves.toBeUndefined();
    await expect(cluster.get(JAZZ)).rejects.toThrow('Service prod/jazz does not exist');
    api.accident = (request) => failed(403, 'Forbidden', request, 'services is forbidden');
    await expect(cluster.find(JAZZ)).rejects.toThrow(/is forbidden/);
    expect(clock.slept).toEqual([]);
  });

  it('end at once with the reason of the run when that is cancelled, also in a pause', async () => {
    const api = new FakeApi(service('jazz', {}));
    const run = new AbortController();
    const clock = new FakeClock();
    const cluster = api.cluster(clock, run.signal);
    await cluster.kinds.in('v1');
    api.down = true;
    const reading = cluster.get(JAZZ);
    reading.catch(() => undefined);
    await clock.advance(50);
    const reason = new Error('SIGINT');
    run.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it('go on under another signal when the run is cancelled', async () => {
    const api = new FakeApi(service('jazz', {}));
    const cluster = api.cluster(new FakeClock(), AbortSignal.abort(new Error('SIGINT')));
    await expect(cluster.get(JAZZ)).rejects.toThrow('SIGINT');
    await expect(cluster.under(new AbortController().signal).get(JAZZ)).resolves.toMatchObject({ kind: 'Service' });
  });
});

describe('what the cluster serves', () => {
  it('is asked once for a group, however many views and calls there are', async () => {
    const api = new FakeApi(service('jazz', {}), service('metal', {}));
    const cluster = api.cluster(new FakeClock());
    const view = cluster.under(new AbortController().signal);
    await Promise.all([cluster.get(JAZZ), cluster.get({ ...JAZZ, name: 'metal' })]);
    await view.get(JAZZ);
    expect(api.requests.filter(({ path }) => path === '/api/v1')).toHaveLength(1);
  });

  it('is asked again by others when the view that asked was cancelled', async () => {
    const api = new FakeApi(service('jazz', {}));
    const cancelled = new AbortController();
    const cluster = api.cluster(new FakeClock(), cancelled.signal);
    api.down = true;
    const asking = cluster.get(JAZZ);
    asking.catch(() => undefined);
    const view = cluster.under(new AbortController().signal);
    cancelled.abort(new Error('SIGINT'));
    await expect(asking).rejects.toThrow();
    api.down = false;
    await expect(view.get(JAZZ)).resolves.toMatchObject({ kind: 'Service' });
  });

  it('is forgotten in every view when definitions were installed', async () => {
    const api = new FakeApi();
    const gateway = api.served['gateway.networking.k8s.io/v1'];
    delete api.served['gateway.networking.k8s.io/v1'];
    const cluster = api.cluster(new FakeClock());
    const view = cluster.under(new AbortController().signal);
    const kind = () => view.kinds.get('gateway.networking.k8s.io/v1', 'HTTPRoute');
    await expect(kind()).rejects.toThrow(/does not serve HTTPRoute \(gateway.networking.k8s.io\/v1\)/);
    await expect(view.list('gateway.networking.k8s.io/v1', 'HTTPRoute')).resolves.toMatchObject({ items: [] });
    api.served['gateway.networking.k8s.io/v1'] = gateway ?? {};
    cluster.kinds.forget();
    await expect(kind()).resolves.toMatchObject({ plural: 'httproutes', namespaced: true });
  });

  it('says how to install the Gateway API definitions when they are missing', async () => {
    const api = new FakeApi();
    delete api.served['gateway.networking.k8s.io/v1'];
    const error = await api
      .cluster(new FakeClock())
      .kinds.get('gateway.networking.k8s.io/v1', 'HTTPRoute')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClusterError);
    expect((error as ClusterError).next).toMatch(/standard-install\.yaml/);
  });
});

describe('writes to objects', () => {
  it('are made in our name, and an apply takes fields over', async () => {
    const api = new FakeApi();
    await api.cluster(new FakeClock()).apply(deployment('jazz-v1', { app: 'jazz' }));
    expect(api.requests.at(-1)).toMatchObject({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/prod/deployments/jazz-v1?fieldManager=mesh-canary&force=true',
      contentType: 'application/apply-patch+yaml',
    });
  });

  it('refuse to replace what somebody changed since it was read', async () => {
    const api = new FakeApi(route({ 'jazz-v1': 1 }));
    const cluster = api.cluster(new FakeClock());
    const read = await cluster.get(refTo(api.get('HTTPRoute', 'jazz')));
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.labels = { a: 'b' };
    });
    await expect(cluster.replace(read)).rejects.toMatchObject({ status: 409 });
  });

  it('delete only the very object that is meant, and find nothing wrong when it is gone', async () => {
    const api = new FakeApi(service('jazz', {}));
    const cluster = api.cluster(new FakeClock());
    const { uid, resourceVersion } = api.get('Service', 'jazz').metadata;
    await cluster.delete(JAZZ, 'another');
    await cluster.delete(JAZZ, uid, 'older');
    expect(api.find('Service', 'jazz')).toBeDefined();
    await cluster.delete(JAZZ, uid, resourceVersion);
    expect(api.find('Service', 'jazz')).toBeUndefined();
    await expect(cluster.delete(JAZZ, uid)).resolves.toBeUndefined();
  });

  it('put no more listeners on a signal than Node takes for a leak', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const signal = new AbortController().signal;
    new Cluster(new FakeApi(), new FakeClock(), signal);
    for (let n = 0; n < 40; n++) signal.addEventListener('abort', () => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
