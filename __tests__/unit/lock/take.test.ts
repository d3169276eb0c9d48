import { describe, expect, it } from '@jest/globals';
import { LockError, StoppedError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { LEASE_SECONDS, leaseName } from '../../../src/lock/lease.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { settled } from '../../support/fake-clock.ts';
import { holder, lease, renewed, start } from './runs.ts';

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

describe('the name of a Lease', () => {
  it('is made from the route’s, and valid however long that is', () => {
    expect(leaseName('jazz')).toBe('mesh-canary-jazz');
    expect(leaseName(`${'a'.repeat(50)}-bcdefghij`)).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(leaseName(`${'a'.repeat(50)}-bcdefghij`).length).toBeLessThanOrEqual(63);
  });
});
