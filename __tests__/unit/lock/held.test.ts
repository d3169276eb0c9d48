import { describe, expect, it } from '@jest/globals';
import { LockError, StoppedError } from '../../../src/errors.ts';
import type { Lock } from '../../../src/lock/held.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { holder, start } from './runs.ts';

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
