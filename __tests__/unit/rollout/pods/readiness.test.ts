import { describe, expect, it } from '@jest/globals';
import type { Cluster } from '../../../../src/cluster/cluster.ts';
import type { BackendError } from '../../../../src/errors.ts';
import { countReady, stuckBecause, waitForReady } from '../../../../src/rollout/pods/readiness.ts';
import {
  autoscalersIn,
  ensureServing,
  isRetired,
  raiseReplicas,
  scaleToNone,
  settleAutoscaler,
} from '../../../../src/rollout/pods/replicas.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { FakeClock, settled } from '../../../support/fake-clock.ts';
import { deployment, endpoints, pod, service } from '../../../support/fixtures.ts';

const LABELS = { app: 'jazz', version: 'v2' };
const waiting = (reason: string, more: object = {}) => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'app', image: 'hello:nope', restartCount: 3, state: { waiting: { reason } }, ...more }],
});

async function raiseBy(cluster: Cluster, needed: number) {
  return raiseReplicas(cluster, 'prod', 'jazz-v2', needed, await autoscalersIn(cluster, 'prod'));
}

function start(needed: number, ...objects: Parameters<FakeApi['put']>[0][]) {
  const api = new FakeApi(service('jazz-v2', LABELS), ...objects);
  const clock = new FakeClock();
  const run = new AbortController();
  const cluster = api.cluster(clock, run.signal);
  const ready = waitForReady(cluster, 'prod', 'jazz-v2', needed, { clock, timeout: 30_000 });
  ready.catch(() => undefined);
  return { api, clock, run, ready, cluster };
}

describe('waiting for pods before traffic', () => {
  it('ends as soon as enough endpoints are ready, and leaves no watch open', async () => {
    const { api, clock, ready } = start(2, endpoints('jazz-v2', 1, 1));
    await settled();
    api.edit('EndpointSlice', 'jazz-v2-abc', (object) => {
      object['endpoints'] = endpoints('jazz-v2', 2)['endpoints'];
    });
    await expect(ready).resolves.toBe(2);
    await settled();
    expect([api.watchers, clock.monotonic()]).toEqual([0, 0]);
  });

  it('does not count pods of another Service, or not ready ones', async () => {
    const { clock, ready, cluster } = start(2, endpoints('jazz-v2', 1, 5), {
      ...endpoints('jazz-v1', 9),
      metadata: { name: 'other', namespace: 'prod', labels: { 'kubernetes.io/service-name': 'jazz-v1' } },
    });
    await expect(countReady(cluster, 'prod', 'jazz-v2')).resolves.toBe(1);
    await clock.advance(30_000);
    await expect(ready).rejects.toThrow('Service prod/jazz-v2 has 1 of 2 ready pods after 30 s');
  });

  it.each<[string, string, Record<string, unknown>, RegExp, RegExp]>([
    [
      'an image that cannot be pulled',
      'ImagePullBackOff',
      {},
      /image hello:nope: ImagePullBackOff/,
      /imagePullSecrets/,
    ],
    [
      'a container that keeps ending',
      'CrashLoopBackOff',
      { lastState: { terminated: { exitCode: 137 } } },
      /container app keeps ending with exit code 137 \(3 restarts\)/,
      /kubectl logs -n prod jazz-v2-x -c app --previous/,
    ],
    ['a missing ConfigMap', 'CreateContainerConfigError', {}, /container app/, /ConfigMap or Secret/],
  ])('ends at once with the reason and the fix for %s', async (_what, reason, more, what, next) => {
    const { api, clock, ready } = start(1, pod('jazz-v2-x', LABELS, { phase: 'Pending' }));
    await settled();
    api.put(pod('jazz-v2-x', LABELS, waiting(reason, more)));
    const error = (await ready.catch((thrown: unknown) => thrown)) as BackendError;
    expect(error.message).toMatch(/^Pod prod\/jazz-v2-x cannot start: /);
    expect(error.message).toMatch(what);
    expect(error.next).toMatch(next);
    expect(clock.monotonic()).toBe(0);
    await settled();
    expect(api.watchers).toBe(0);
  });

  it('is not ended by a pod of another version, or one that is going', async () => {
    const going = pod('jazz-v2-old', LABELS, waiting('CrashLoopBackOff'));
    const { api, ready } = start(1, pod('jazz-v1-x', { app: 'jazz', version: 'v1' }, waiting('ImagePullBackOff')), {
      ...going,
      metadata: { ...going.metadata, deletionTimestamp: '2026-11-23T04:00:00Z' },
    });
    await settled();
    api.put(endpoints('jazz-v2', 1));
    await expect(ready).resolves.toBe(1);
  });

  it.each<[string, Record<string, unknown>[], RegExp]>([
    [
      'a pod that never gets ready',
      [
        {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False', message: 'containers with unready status: [app]' }],
        },
      ],
      /jazz-v2-0 is Running and not ready \(containers with unready status: \[app\]\)/,
    ],
    ['no pod at all', [], /no pod matches its selector app=jazz,version=v2/],
  ])('says after the time what it waited for: %s', async (_what, statuses, words) => {
    const { clock, ready } = start(1, ...statuses.map((status, n) => pod(`jazz-v2-${n}`, LABELS, status)));
    await clock.advance(30_000);
    const error = (await ready.catch((thrown: unknown) => thrown)) as BackendError;
    expect(error.message).toMatch(words);
    expect(error.next).toBe('kubectl get pods -n prod -l app=jazz,version=v2');
  });

  const HOMELESS = {
    conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available: insufficient cpu' }],
  };
  const event = (name: string, reason: string, message: string, type = 'Warning') => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'prod' },
    involvedObject: { kind: 'Pod', name: 'jazz-v2-0' },
    type,
    reason,
    message,
  });

  it('gives a pod that no node takes 20 s, and then says what the scheduler says', async () => {
    const { clock, ready } = start(1, pod('jazz-v2-0', LABELS, HOMELESS));
    await clock.advance(19_999);
    expect(await Promise.race([ready.catch(() => 'ended'), settled().then(() => 'waiting')])).toBe('waiting');
    await clock.advance(1);
    const error = (await ready.catch((thrown: unknown) => thrown)) as BackendError;
    expect(error.message).toBe(
      'Pod prod/jazz-v2-0 cannot start: no node takes it: 0/3 nodes are available: insufficient cpu',
    );
    expect(error.next).toMatch(/kubectl describe pod jazz-v2-0 -n prod/);
  });

  it('waits on for a pod that the cluster makes room for', async () => {
    const up = event('e1', 'TriggeredScaleUp', 'pod triggered scale-up: [{nodes 3->4}]', 'Normal');
    const { api, clock, ready } = start(1, pod('jazz-v2-0', LABELS, HOMELESS), up);
    await clock.advance(25_000);
    api.put(endpoints('jazz-v2', 1));
    await expect(ready).resolves.toBe(1);
  });

  it('says at once which quota or policy refuses the pods', async () => {
    const { api, clock, ready } = start(1, deployment('jazz-v2', LABELS, 1));
    await settled();
    api.edit('Deployment', 'jazz-v2', (object) => {
      const message = 'pods "jazz-v2-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2';
      object.status = { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] };
    });
    const error = (await ready.catch((thrown: unknown) => thrown)) as BackendError;
    expect(error.message).toMatch(/^Deployment prod\/jazz-v2 cannot make its pods: .*exceeded quota: small/);
    expect(error.next).toMatch(/ResourceQuota small/);
    expect(clock.monotonic()).toBe(0);
  });

  it('shows the events of a pod that is stuck, and the last lines of its log', async () => {
    const crash = event('e1', 'BackOff', 'Back-off restarting failed container app');
    const { api, ready } = start(1, crash, pod('jazz-v2-0', LABELS, { phase: 'Pending' }));
    api.answers.set('/api/v1/namespaces/prod/pods/jazz-v2-0/log', 'starting\nno DATABASE_URL\n');
    await settled();
    api.put(pod('jazz-v2-0', LABELS, waiting('CrashLoopBackOff')));
    const error = (await ready.catch((thrown: unknown) => thrown)) as BackendError;
    expect(error.message).toMatch(
      /keeps ending \(3 restarts\); events: BackOff: Back-off restarting failed container app; last log lines: starting \| no DATABASE_URL$/,
    );
  });

  it('ends with the reason of the run when that is cancelled', async () => {
    const { api, run, ready } = start(1);
    await settled();
    const reason = new Error('SIGINT');
    run.abort(reason);
    await expect(ready).rejects.toBe(reason);
    expect(api.watchers).toBe(0);
  });

  it('does not call a pod stuck that may still come up', () => {
    expect(stuckBecause(pod('x', {}, waiting('ContainerCreating')))).toBeUndefined();
    expect(
      stuckBecause(pod('x', {}, { phase: 'Running', containerStatuses: [{ state: { running: {} } }] })),
    ).toBeUndefined();
    expect(
      stuckBecause(
        pod('x', {}, { initContainerStatuses: [{ name: 'init', state: { waiting: { reason: 'ImagePullBackOff' } } }] }),
      )?.what,
    ).toBe('image of container init: ImagePullBackOff');
  });
});

describe('replicas before a rise', () => {
  const raise = async (needed: number, ...objects: Parameters<FakeApi['put']>[0][]) => {
    const api = new FakeApi(...objects);
    const result = await raiseBy(api.cluster(new FakeClock()), needed);
    return {
      result,
      replicas: (api.find('Deployment', 'jazz-v2')?.['spec'] as { replicas?: number } | undefined)?.replicas,
    };
  };
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'jazz', namespace: 'prod' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'jazz-v2' } },
  };

  it('are raised and never lowered; where an autoscaler owns them, its lower bound is', async () => {
    const jazz = deployment('jazz-v2', LABELS, 2);
    expect(await raise(5, jazz)).toEqual({ result: { from: 2 }, replicas: 5 });
    expect(await raise(1, jazz)).toEqual({ result: undefined, replicas: 2 });
    expect(await raise(5, jazz, hpa)).toEqual({ result: { from: 1 }, replicas: 2 });
    expect(await raise(5)).toEqual({ result: undefined, replicas: undefined });
  });

  it('asks an autoscaler for pods before the load, and gives its bound back', async () => {
    const spec = { ...hpa.spec, minReplicas: 2, maxReplicas: 6 };
    const api = new FakeApi(deployment('jazz-v2', LABELS, 2), { ...hpa, spec });
    const cluster = api.cluster(new FakeClock());
    const bound = () => (api.get('HorizontalPodAutoscaler', 'jazz')['spec'] as { minReplicas: number }).minReplicas;
    await raiseBy(cluster, 3);
    await raiseBy(cluster, 5);
    expect(bound()).toBe(5);
    await expect(raiseBy(cluster, 7)).rejects.toThrow(/allows 6 pods, and 7 are needed/);
    await settleAutoscaler(cluster, 'prod', 'jazz-v2');
    expect(bound()).toBe(2);
    await settleAutoscaler(cluster, 'prod', 'jazz-v2');
    expect(api.get('HorizontalPodAutoscaler', 'jazz').metadata.annotations).toEqual({});
  });
});

describe('a return to a version that was retired', () => {
  const world = (replicas: number, ready: number) => {
    const api = new FakeApi(
      service('jazz-v1', LABELS),
      deployment('jazz-v1', LABELS, replicas),
      endpoints('jazz-v1', ready),
    );
    const clock = new FakeClock();
    const cluster = api.cluster(clock);
    return { api, clock, cluster, options: { clock, timeout: 30_000 } };
  };
  const replicas = (api: FakeApi) => (api.get('Deployment', 'jazz-v1')['spec'] as { replicas: number }).replicas;

  it('brings back as many pods as it had, and is not over before they are ready', async () => {
    const { api, cluster, options } = world(3, 0);
    await scaleToNone(cluster, api.get('Deployment', 'jazz-v1'));
    expect(replicas(api)).toBe(0);
    expect(isRetired(api.get('Deployment', 'jazz-v1'))).toBe(true);
    let over = false;
    const serving = ensureServing(cluster, 'prod', 'jazz-v1', options).finally(() => {
      over = true;
    });
    await settled();
    expect(replicas(api)).toBe(3);
    api.put(endpoints('jazz-v1', 2));
    await settled();
    expect(over).toBe(false);
    api.put(endpoints('jazz-v1', 3));
    await expect(serving).resolves.toEqual({ from: 0, to: 3 });
    expect(isRetired(api.get('Deployment', 'jazz-v1'))).toBe(false);
  });

  it('neither writes nor waits while the version serves', async () => {
    const { api, cluster, options } = world(3, 1);
    await expect(ensureServing(cluster, 'prod', 'jazz-v1', options)).resolves.toBeUndefined();
    expect(api.writes('deployments')).toEqual([]);
  });

  it('is refused when its Service is gone, or its pods do not come', async () => {
    const { api, clock, cluster, options } = world(0, 0);
    const waiting = ensureServing(cluster, 'prod', 'jazz-v1', options);
    waiting.catch(() => undefined);
    await clock.advance(30_000);
    await expect(waiting).rejects.toThrow(/jazz-v1 has 0 of 1 ready pods/);
    api.remove('Service', 'jazz-v1');
    await expect(ensureServing(cluster, 'prod', 'jazz-v1', options)).rejects.toThrow(/does not exist any more/);
  });
});
