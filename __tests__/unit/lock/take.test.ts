import { describe, expect, it } from '@jest/globals';
import { LockError, StoppedError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import type { Lock } from '../../../src/lock/held.ts';
import { LEASE_SECONDS, leaseName } from '../../../src/lock/lease.ts';
import { takeLocks } from '../../../src/lock/take.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';

const RENEWAL = 5_000;

function lease(holder: string, url?: string): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'mesh-canary-jazz',
      namespace: 'prod',
      ...(url ? { annotations: { 'mesh-canary.dev/run-url': url } } : {}),
    },
    spec: { holderIdentity: holder, leaseDurationSeconds: LEASE_SECONDS, renewTime: '2026-11-23T04:00:00.000000Z' },
  };
}

function start(api: FakeApi, overrides: Partial<Parameters<typeof takeLocks>[1]> = {}, signal?: AbortSignal) {
  const clock = new FakeClock();
  const waitedFor: string[] = [];
  const cluster = api.cluster(clock, signal);
  const taking = takeLocks(cluster, {
    namespace: 'prod',
    routes: ['jazz'],
    run: 'run-1',
    onConflict: 'fail',
    timeout: 60_000,
    clock,
    onWaiting: (holder) => waitedFor.push(holder),
    ...overrides,
  });
  taking.catch(() => undefined);
  const renewal = async (times = 1) => {
    for (let each = 0; each < times; each++) await clock.advance(RENEWAL);
  };
  return { clock, cluster, taking, waitedFor, renewal };
}

const holder = (api: FakeApi, name = 'mesh-canary-jazz') =>
  (api.find('Lease', name)?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;

/** What the holder does every five seconds. */
const renewed = (api: FakeApi, at: number) =>
  api.edit('Lease', 'mesh-canary-jazz', ({ spec }) => {
    spec.renewTime = `2026-11-23T04:00:${String(at).padStart(2, '0')}.000000Z`;
  });

describe('the lock of a route', () => {
  it('is one Lease per route, taken in sorted order and given back', async () => {
    const api = new FakeApi();
    const { taking, cluster } = start(api, { routes: ['metal', 'jazz', 'metal'], runUrl: 'https://ci.example/1' });
    const lock = await taking;
    expect(
      api.requests.filter(({ method }) => method === 'POST').map(({ body }) => (body as KubeObject).metadata.name),
    ).toEqual(['mesh-canary-jazz', 'mesh-canary-metal']);
    expect(holder(api)).toBe('run-1');
    await lock.giveBack(cluster);
    expect([api.find('Lease', 'mesh-canary-jazz'), api.find('Lease', 'mesh-canary-metal')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is refused while its holder renews it, naming the holder and where to find it', async () => {
    const api = new FakeApi(lease('run-0', 'https://ci.example/0'));
    const { clock, taking } = start(api);
    await clock.advance(5_000);
    renewed(api, 5);
    await expect(taking).rejects.toThrow(LockError);
    await expect(taking).rejects.toThrow(
      /Lease prod\/mesh-canary-jazz is held by run run-0 \(https:\/\/ci.example\/0\)/,
    );
    expect(holder(api)).toBe('run-0');
  });

  it('is taken over from a holder that was silent for its whole duration, and not a moment before', async () => {
    const api = new FakeApi(lease('run-0'));
    const { clock, taking, cluster } = start(api);
    await clock.advance(LEASE_SECONDS * 1000 - 1);
    expect(holder(api)).toBe('run-0');
    await clock.advance(1);
    const lock = await taking;
    expect(holder(api)).toBe('run-1');
    await lock.giveBack(cluster);
  });

  it('judges silence by what it sees itself: an old renewal time is no reason to take over', async () => {
    const api = new FakeApi({
      ...lease('run-0'),
      spec: { ...(lease('run-0')['spec'] as object), renewTime: '2001-01-01T00:00:00.000000Z' },
    });
    const { clock } = start(api);
    await clock.advance(1_000);
    expect(holder(api)).toBe('run-0');
  });

  it('does not take over from a holder that renewed in the last moment', async () => {
    const api = new FakeApi(lease('run-0'));
    const { clock, taking } = start(api);
    api.between = ({ method }) => {
      if (method === 'PUT') renewed(api, 15);
      api.between = () => undefined;
    };
    await clock.advance(LEASE_SECONDS * 1000);
    expect(holder(api)).toBe('run-0');
    await clock.advance(1_000);
    renewed(api, 20);
    await expect(taking).rejects.toThrow(LockError);
  });

  it('waits for the holder when asked to, says so once, and goes on when it is done', async () => {
    const api = new FakeApi(lease('run-0'));
    const { clock, taking, waitedFor, cluster } = start(api, { onConflict: 'wait' });
    for (const second of [5, 10, 15, 20]) {
      await clock.advance(5_000);
      renewed(api, second);
    }
    await clock.advance(1_000);
    expect(waitedFor).toEqual(['run run-0']);
    api.remove('Lease', 'mesh-canary-jazz');
    const lock = await taking;
    expect(holder(api)).toBe('run-1');
    await lock.giveBack(cluster);
  });

  it('does not wait for ever', async () => {
    const api = new FakeApi(lease('run-0'));
    const { clock, taking } = start(api, { onConflict: 'wait', timeout: 12_000 });
    for (const second of [5, 10, 15, 20]) {
      await clock.advance(5_000);
      renewed(api, second);
    }
    await expect(taking).rejects.toThrow(/did not end in time|is held by run run-0/);
  });

  it('gives back what it took when a later route is held', async () => {
    const api = new FakeApi({ ...lease('run-0'), metadata: { name: 'mesh-canary-metal', namespace: 'prod' } });
    const { clock, taking } = start(api, { routes: ['jazz', 'metal'] });
    await clock.advance(1_000);
    expect(holder(api)).toBe('run-1');
    api.edit('Lease', 'mesh-canary-metal', ({ spec }) => {
      spec.renewTime = '2026-11-23T04:00:05.000000Z';
    });
    await expect(taking).rejects.toThrow(LockError);
    expect(api.find('Lease', 'mesh-canary-jazz')).toBeUndefined();
  });

  it('gives back what was created for it although it was cancelled before it heard so', async () => {
    const api = new FakeApi();
    const cancelled = new AbortController();
    api.accident = ({ method }) => {
      if (method !== 'POST') return undefined;
      cancelled.abort(new Error('SIGINT'));
      return 'lost-after';
    };
    const { taking } = start(api, {}, cancelled.signal);
    await expect(taking).rejects.toThrow();
    expect(api.writes('leases')).toContain('POST prod/leases');
    expect(api.find('Lease', 'mesh-canary-jazz')).toBeUndefined();
  });

  it('comes second when somebody else creates the Lease in the same moment', async () => {
    const api = new FakeApi();
    api.between = ({ method }) => {
      if (method === 'POST' && !api.find('Lease', 'mesh-canary-jazz')) api.put(lease('run-0'));
    };
    const { clock, taking } = start(api);
    await clock.advance(1_000);
    renewed(api, 5);
    await expect(taking).rejects.toThrow(LockError);
    expect(holder(api)).toBe('run-0');
  });
});

describe('the locks of a dead run of many services', () => {
  it('are waited for together, not one after the other', async () => {
    const dead = (name: string): KubeObject => ({
      ...lease('run-0'),
      metadata: {
        name: `mesh-canary-${name}`,
        namespace: 'prod',
        labels: { 'app.kubernetes.io/managed-by': 'mesh-canary' },
      },
    });
    const routes = ['dj', 'jazz', 'metal'];
    const api = new FakeApi(...routes.map(dead));
    const { clock, taking, cluster } = start(api, { routes });
    await clock.advance(LEASE_SECONDS * 1000 - 1);
    expect(routes.map((name) => holder(api, `mesh-canary-${name}`))).toEqual(['run-0', 'run-0', 'run-0']);
    await clock.advance(1);
    await settled();
    const lock = await taking;
    expect(routes.map((name) => holder(api, `mesh-canary-${name}`))).toEqual(['run-1', 'run-1', 'run-1']);
    expect(clock.monotonic()).toBe(LEASE_SECONDS * 1000);
    await lock.giveBack(cluster);
  });
});

describe('a run that is asked to give way', () => {
  it('is told who asks, keeps the lock until it gives it back, and is followed by who asked', async () => {
    const api = new FakeApi();
    const first = start(api);
    const held = await first.taking;
    const second = start(api, {
      run: 'run-2',
      runUrl: 'https://ci.example/2',
      onConflict: 'replace',
    });
    const renewals = async () => {
      await first.clock.advance(5_000);
      await first.renewal();
      await second.clock.advance(5_000);
    };
    await renewals(); // the one who asks sees that the holder is alive
    await renewals();
    await renewals();
    expect(String(held.asked.reason)).toMatch(/run run-2 \(https:\/\/ci.example\/2\) asked for the lock/);
    expect(held.asked.reason).toBeInstanceOf(StoppedError);
    expect(held.lost.aborted).toBe(false);
    expect(holder(api)).toBe('run-1');
    await held.giveBack(first.cluster);
    await second.clock.advance(100);
    const taken = await second.taking;
    expect(holder(api)).toBe('run-2');
    expect(taken.asked.aborted).toBe(false);
    await taken.giveBack(second.cluster);
  });

  it('is not waited for longer than the time says', async () => {
    const api = new FakeApi(lease('run-0'));
    const { clock, taking } = start(api, { onConflict: 'replace', timeout: 12_000 });
    for (const second of [5, 10, 15, 20]) {
      await clock.advance(5_000);
      renewed(api, second);
    }
    await expect(taking).rejects.toThrow(/is held by run run-0/);
    expect(holder(api)).toBe('run-0');
  });
});

describe('a lock in hand', () => {
  const taken = async (api: FakeApi, signal?: AbortSignal) => {
    const started = start(api, {}, signal);
    return { ...started, lock: await started.taking };
  };
  const end = (lock: Lock, api: FakeApi) => lock.giveBack(api.cluster());

  it('is renewed every five seconds', async () => {
    const api = new FakeApi();
    const { lock, renewal } = await taken(api);
    await renewal();
    await renewal();
    expect(api.writes('leases')).toEqual([
      'POST prod/leases',
      'PUT leases/mesh-canary-jazz',
      'PUT leases/mesh-canary-jazz',
    ]);
    expect(lock.lost.aborted).toBe(false);
    await end(lock, api);
  });

  it('is still renewed after the run was cancelled, because the traffic is being returned', async () => {
    const api = new FakeApi();
    const cancelled = new AbortController();
    const { lock, renewal } = await taken(api, cancelled.signal);
    cancelled.abort(new Error('SIGINT'));
    await renewal();
    expect(api.writes('leases')).toContain('PUT leases/mesh-canary-jazz');
    await end(lock, api);
  });

  it('is lost when another run took it over: the run is told, and leaves the Lease alone', async () => {
    const api = new FakeApi();
    const { lock, renewal } = await taken(api);
    api.edit('Lease', 'mesh-canary-jazz', ({ spec }) => {
      spec.holderIdentity = 'run-2';
    });
    await renewal();
    expect(lock.lost.reason).toBeInstanceOf(LockError);
    expect(String(lock.lost.reason)).toMatch(/was taken over by run run-2/);
    await end(lock, api);
    expect(holder(api)).toBe('run-2');
  });

  it('is lost when its Lease was deleted', async () => {
    const api = new FakeApi();
    const { lock, renewal } = await taken(api);
    api.remove('Lease', 'mesh-canary-jazz');
    await renewal();
    expect(String(lock.lost.reason)).toMatch(/it was deleted/);
    await end(lock, api);
  });

  it('is not lost because the API server is away, nor because somebody labelled the Lease', async () => {
    const api = new FakeApi();
    const { lock, renewal } = await taken(api);
    api.down = true;
    await renewal(4);
    api.down = false;
    api.edit('Lease', 'mesh-canary-jazz', ({ metadata }) => {
      metadata.labels = { team: 'music' };
    });
    await renewal();
    await renewal();
    expect(lock.lost.aborted).toBe(false);
    expect(api.get('Lease', 'mesh-canary-jazz').metadata.labels).toEqual({ team: 'music' });
    await end(lock, api);
    expect(api.find('Lease', 'mesh-canary-jazz')).toBeUndefined();
  });

  it('stops the run when nothing answers for two minutes, and not sooner: it could not answer for its routes', async () => {
    const api = new FakeApi();
    const { lock, clock, renewal } = await taken(api);
    api.down = true;
    await clock.advance(100_000);
    await renewal();
    expect(lock.asked.aborted).toBe(false);
    await clock.advance(30_000);
    await renewal();
    expect(lock.asked.reason).toBeInstanceOf(StoppedError);
    expect(String(lock.asked.reason)).toMatch(/the API server has not answered for 2 min/);
    expect(lock.lost.aborted).toBe(false);
    api.down = false;
    await end(lock, api);
  });

  it('is confirmed without a call while the last renewal is fresh', async () => {
    const api = new FakeApi();
    const { lock, clock } = await taken(api);
    api.accident = ({ method }) => (method === 'PUT' ? 'lost-before' : undefined);
    await clock.advance(9_999);
    const before = api.requests.length;
    await lock.confirm();
    expect(api.requests).toHaveLength(before);
    api.accident = () => undefined;
    await clock.advance(1);
    await lock.confirm();
    expect(api.requests.length).toBeGreaterThan(before);
    expect(lock.lost.aborted).toBe(false);
    await end(lock, api);
  });

  it('lets no write out of a run that slept through its take-over', async () => {
    const api = new FakeApi();
    const { lock, clock, cluster } = await taken(api);
    api.edit('Lease', 'mesh-canary-jazz', ({ spec }) => {
      spec.holderIdentity = 'run-2';
    });
    clock.stall(60_000); // the process was stopped
    const guarded = cluster.guarded(lock.confirm).under(lock.lost);
    await expect(
      guarded.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late', namespace: 'prod' } }),
    ).rejects.toThrow(/was taken over by run run-2/);
    expect(api.writes('secrets')).toEqual([]);
    expect(api.find('Secret', 'late')).toBeUndefined();
  });

  it('does not hold a write up for long when the API server is silent', async () => {
    const api = new FakeApi();
    const { lock, clock } = await taken(api);
    const never = new Promise<never>(() => {});
    const send = api.send.bind(api);
    api.send = (request) => (request.method === 'PUT' ? never : send(request));
    await clock.advance(20_000);
    let confirmed = false;
    const waiting = lock.confirm().then(() => {
      confirmed = true;
    });
    await clock.advance(3_000);
    await waiting;
    expect([confirmed, lock.lost.aborted]).toEqual([true, false]);
  });

  it('does not delete the Lease of a run that took it over unnoticed', async () => {
    const api = new FakeApi();
    const { lock } = await taken(api);
    api.edit('Lease', 'mesh-canary-jazz', ({ spec }) => {
      spec.holderIdentity = 'run-2';
    });
    await end(lock, api);
    expect(holder(api)).toBe('run-2');
  });

  it('is not renewed any more once it is given back', async () => {
    const api = new FakeApi();
    const { lock, renewal } = await taken(api);
    await end(lock, api);
    const before = api.requests.length;
    await renewal(3);
    expect(api.requests).toHaveLength(before);
  });
});

describe('the name of a Lease', () => {
  it('is made from the route’s, and valid however long that is', () => {
    expect(leaseName('jazz')).toBe('mesh-canary-jazz');
    expect(leaseName(`${'a'.repeat(50)}-bcdefghij`)).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(leaseName(`${'a'.repeat(50)}-bcdefghij`).length).toBeLessThanOrEqual(63);
  });
});
