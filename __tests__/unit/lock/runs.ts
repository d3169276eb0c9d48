/** Leases of other runs, and a run that takes the lock of jazz. */
import type { KubeObject } from '../../../src/kube/objects.ts';
import { LEASE_SECONDS } from '../../../src/lock/lease.ts';
import { takeLocks } from '../../../src/lock/take.ts';
import type { FakeApi } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const RENEWAL = 5_000;

export function lease(holder: string, url?: string): KubeObject {
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

export function start(api: FakeApi, overrides: Partial<Parameters<typeof takeLocks>[1]> = {}, signal?: AbortSignal) {
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

export const holder = (api: FakeApi, name = 'mesh-canary-jazz') =>
  (api.find('Lease', name)?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;

/** What the holder does every five seconds. */
export const renewed = (api: FakeApi, at: number) =>
  api.edit('Lease', 'mesh-canary-jazz', ({ spec }) => {
    spec.renewTime = `2026-11-23T04:00:${String(at).padStart(2, '0')}.000000Z`;
  });
