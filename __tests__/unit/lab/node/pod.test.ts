import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PodRunner } from '../../../../lab/node/pod.ts';
import type { Pod } from '../../../../lab/node/types.ts';
import { eventually, FakeCluster, FakeProgram, imageOf, podWith, surroundings } from './fake-cluster.ts';

const open: { close(): unknown }[] = [];
const runners: PodRunner[] = [];

afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.kill(0)));
  for (const server of open.splice(0)) server.close();
});

function started(pod: Pod, program = new FakeProgram(), cluster = new FakeCluster()) {
  const around = surroundings(cluster, imageOf(program));
  const runner = new PodRunner(pod, '10.244.0.7', around);
  runners.push(runner);
  runner.start();
  const last = () => cluster.statuses().at(-1);
  const condition = (type: string) => last()?.conditions.find((each) => each.type === type)?.status;
  return { cluster, program, runner, around, last, condition };
}

const ready = (lab: ReturnType<typeof started>) => eventually(() => lab.condition('Ready') === 'True');
const containerOf = (lab: ReturnType<typeof started>) => lab.last()?.containerStatuses[0];
const deleted = (pod: Pod, graceSeconds = 30): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: graceSeconds },
});

describe('a pod on the lab node', () => {
  it('becomes ready with the status a kubelet writes, and is found under its address', async () => {
    const lab = started(podWith());
    await ready(lab);
    expect(lab.last()).toMatchObject({
      phase: 'Running',
      podIP: '10.244.0.7',
      podIPs: [{ ip: '10.244.0.7' }],
      hostIP: '10.243.0.1',
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      containerStatuses: [
        {
          name: 'app',
          state: { running: { startedAt: expect.any(String) } },
          ready: true,
          started: true,
          restartCount: 0,
          imageID: expect.stringMatching(/^lab\.test\/app@sha256:[0-9a-f]{64}$/),
        },
      ],
    });
    for (const type of ['PodScheduled', 'Initialized', 'PodReadyToStartContainers', 'ContainersReady', 'Ready']) {
      expect(lab.condition(type)).toBe('True');
    }
    expect(lab.around.names.resolve('10.244.0.7', 9080)).toEqual({ host: '127.0.0.1', port: 40_000 });
  });

  it('writes its status only when it changed', async () => {
    const lab = started(podWith());
    await ready(lab);
    const written = lab.cluster.statuses().length;
    lab.runner.update({ ...podWith(), metadata: { ...podWith().metadata, annotations: { a: 'b' } } });
    lab.program.runs[0]?.exited(1);
    await eventually(() => lab.program.runs.length === 2 && containerOf(lab)?.restartCount === 1);
    const texts = lab.cluster
      .statuses()
      .slice(written)
      .map((status) => JSON.stringify(status));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('writes the status again after an outage of the API server, and when someone else changed it', async () => {
    const lab = started(podWith());
    await ready(lab);
    lab.cluster.down = true;
    lab.program.runs[0]?.exited(3);
    await eventually(() => lab.program.runs.length === 2);
    lab.cluster.down = false;
    await eventually(() => containerOf(lab)?.restartCount === 1);
    await ready(lab);
    const before = lab.cluster.statuses().length;
    const conditions = [{ type: 'Ready', status: 'False' }];
    lab.runner.update({
      ...podWith(),
      metadata: { ...podWith().metadata, resourceVersion: '999999' },
      status: { conditions },
    });
    await eventually(() => lab.cluster.statuses().length === before + 1);
    expect(lab.condition('Ready')).toBe('True');
  });

  it('is ready only as long as its readiness probe says so', async () => {
    let answer = 503;
    const server = http.createServer((_, response) => response.writeHead(answer).end()).listen(0, '127.0.0.1');
    open.push(server);
    await eventually(() => server.listening);
    const program = new FakeProgram();
    program.port = (server.address() as AddressInfo).port;
    const probe = { httpGet: { path: '/ping', port: 'http' }, periodSeconds: 1, failureThreshold: 1 };
    const lab = started(podWith({ readinessProbe: probe }), program);
    await eventually(() => containerOf(lab)?.state.running);
    expect(lab.condition('Ready')).toBe('False');
    expect(lab.last()?.conditions.find((each) => each.type === 'Ready')?.message).toBe(
      'containers with unready status: [app]',
    );
    answer = 200;
    await ready(lab);
    answer = 500;
    await eventually(() => lab.condition('Ready') === 'False');
    await eventually(() =>
      lab.cluster
        .events()
        .some(({ message }) => message === 'Readiness probe failed: HTTP probe failed with statuscode: 500'),
    );
  });

  it('restarts a program that failed its liveness probe', async () => {
    const lab = started(podWith({ livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1, failureThreshold: 1 } }));
    await eventually(() => lab.program.runs.length === 2);
    expect(lab.program.stopped).toBe(1);
    await eventually(() => lab.cluster.events().some(({ reason }) => reason === 'Killing'));
  });

  it('backs off from a program that keeps crashing, and says so', async () => {
    const lab = started(podWith());
    await eventually(() => lab.program.runs.length === 1);
    lab.program.runs[0]?.log('panic: out of tune');
    lab.program.runs[0]?.exited(1);
    await eventually(() => lab.program.runs.length === 2);
    lab.program.runs[1]?.exited(1);
    const container = await eventually(() =>
      containerOf(lab)?.state.waiting === undefined ? undefined : containerOf(lab),
    );
    expect(container).toMatchObject({
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: 'back-off 1s restarting failed container=app pod=jazz-1_prod(uid-1)',
        },
      },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      restartCount: 1,
      ready: false,
    });
    expect(lab.last()?.phase).toBe('Running');
    await eventually(() => lab.cluster.events().some(({ type, reason }) => reason === 'BackOff' && type === 'Warning'));
    await eventually(() => lab.program.runs.length === 3);
  });

  it('says why an image cannot be had', async () => {
    const lab = started(podWith({ image: 'nowhere.dev/ghost:1' }));
    await eventually(() => containerOf(lab)?.state.waiting?.reason === 'ErrImagePull');
    expect(containerOf(lab)?.state.waiting?.message).toContain('"nowhere.dev/ghost:1": nowhere.dev/ghost:1: not found');
    await eventually(() => containerOf(lab)?.state.waiting?.reason === 'ImagePullBackOff');
    expect(lab.last()?.phase).toBe('Pending');
    expect(lab.cluster.events().map(({ reason, message }) => [reason, message])).toContainEqual([
      'Failed',
      'Error: ErrImagePull',
    ]);
    expect(lab.runner.log('app', false)).toContain('is waiting to start: trying and failing to pull image');
  });

  it('starts its other probes only after the startup probe succeeded', async () => {
    const asked: (string | undefined)[] = [];
    let up = false;
    const server = http.createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(up ? 200 : 503).end();
    });
    open.push(server.listen(0, '127.0.0.1'));
    await eventually(() => server.listening);
    const program = new FakeProgram();
    program.port = (server.address() as AddressInfo).port;
    const probe = (path: string) => ({ httpGet: { path, port: 9080 }, periodSeconds: 1 });
    const lab = started(podWith({ startupProbe: probe('/up'), readinessProbe: probe('/ready') }), program);
    await eventually(() => asked.length >= 2);
    expect(new Set(asked)).toEqual(new Set(['/up']));
    expect(containerOf(lab)?.started).toBe(false);
    up = true;
    await ready(lab);
    expect(asked.at(-1)).toBe('/ready');
    expect(containerOf(lab)?.started).toBe(true);
  });

  it('waits for a Secret it needs', async () => {
    const lab = started(podWith({ envFrom: [{ secretRef: { name: 'keys' } }] }));
    await eventually(() => containerOf(lab)?.state.waiting?.reason === 'CreateContainerConfigError');
    expect(containerOf(lab)?.state.waiting?.message).toBe('secret "keys" not found');
  });

  it('ends as Succeeded or Failed when its containers are not started again', async () => {
    const good = started(podWith({}, { restartPolicy: 'OnFailure' }));
    const bad = started(podWith({}, { restartPolicy: 'Never' }));
    await eventually(() => good.program.runs.length === 1 && bad.program.runs.length === 1);
    good.program.runs[0]?.exited(0);
    bad.program.runs[0]?.exited(2);
    await eventually(() => good.last()?.phase === 'Succeeded' && bad.last()?.phase === 'Failed');
  });

  it('is not ready while it stops, and is removed only after its program has finished', async () => {
    const lab = started(podWith());
    await ready(lab);
    let finish = (): void => {};
    lab.program.whileStopping = new Promise((resolve) => {
      finish = resolve;
    });
    lab.runner.update(deleted(podWith()));
    await eventually(() => lab.condition('Ready') === 'False');
    expect(lab.cluster.requests('DELETE')).toEqual([]);
    finish();
    const call = await eventually(() => lab.cluster.requests('DELETE')[0]);
    expect(call.path).toBe('/api/v1/namespaces/prod/pods/jazz-1');
    expect(call.body).toMatchObject({ gracePeriodSeconds: 0, preconditions: { uid: 'uid-1' } });
    expect(lab.around.names.resolve('10.244.0.7', 9080)).toBeUndefined();
  });

  it('keeps the log of the run before', async () => {
    const lab = started(podWith());
    await eventually(() => lab.program.runs.length === 1);
    lab.program.runs[0]?.log('first');
    lab.program.runs[0]?.exited(1);
    await eventually(() => lab.program.runs.length === 2);
    lab.program.runs[1]?.log('second');
    const lines = (previous: boolean) => {
      const log = lab.runner.log('app', previous);
      return typeof log === 'string' ? log : log.lines();
    };
    expect(lines(true)).toEqual(['first']);
    expect(lines(false)).toEqual(['second']);
    expect(lab.runner.log('other', false)).toContain('is not valid');
  });
});
