import { setTimeout as pause } from 'node:timers/promises';
import type { ImageEntry, Program, ProgramContext } from '../../../../lab/images/types.ts';
import { EventRecorder } from '../../../../lab/node/events.ts';
import { NameTable } from '../../../../lab/node/names.ts';
import type { PodSurroundings } from '../../../../lab/node/pod.ts';
import type { ClusterAccess, EndpointSlice, Followed, Pod, Service } from '../../../../lab/node/types.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** The parts of a written status that tests look at. */
export interface WrittenStatus {
  readonly phase: string;
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly containerStatuses: readonly {
    readonly state: {
      readonly waiting?: { readonly reason: string; readonly message: string };
      readonly running?: object;
    };
    readonly restartCount: number;
    readonly started: boolean;
  }[];
}

export interface WrittenEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** An API server that records what it is asked and answers 200, or what `answer` says; `down` makes it unreachable. */
export class FakeCluster implements ClusterAccess {
  readonly calls: Call[] = [];
  down = false;
  answer: (call: Call) => { status: number; body?: unknown } | undefined = () => undefined;

  async request<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    if (this.down) throw new Error('connect ECONNREFUSED');
    const call = { method, path, body: structuredClone(body ?? {}) as Record<string, unknown> };
    this.calls.push(call);
    const given = this.answer(call);
    const version = String(1000 + this.calls.length);
    return { status: given?.status ?? 200, body: (given?.body ?? { metadata: { resourceVersion: version } }) as T };
  }

  watch<T>(): Followed<T> {
    return { synced: Promise.resolve(), objects: () => [], object: () => undefined, stop: async () => {} };
  }

  statuses(): WrittenStatus[] {
    return this.calls.filter(({ path }) => path.endsWith('/status')).map(({ body }) => body['status'] as WrittenStatus);
  }

  events(): WrittenEvent[] {
    return this.calls
      .filter(({ path, method }) => method === 'POST' && path.endsWith('/events'))
      .map(({ body }) => body as unknown as WrittenEvent);
  }

  requests(method: string): Call[] {
    return this.calls.filter((call) => call.method === method);
  }
}

export function surroundings(cluster: FakeCluster, images: readonly ImageEntry[] = []): PodSurroundings {
  const names = new NameTable();
  return {
    access: cluster,
    images,
    names,
    events: new EventRecorder(cluster),
    read: async () => undefined,
    resolve: (_from, host, port) => names.resolve(host, port),
  };
}

export function imageOf(program: Program): ImageEntry[] {
  return [{ pattern: /^lab\.test\/app:1$/, program }];
}

/** A program whose runs a test can see and end. */
export class FakeProgram implements Program {
  readonly runs: ProgramContext[] = [];
  stopped = 0;
  whileStopping: Promise<void> = Promise.resolve();
  port = 40_000;

  async start(context: ProgramContext) {
    this.runs.push(context);
    return {
      ports: { 9080: this.port },
      stop: async () => {
        await this.whileStopping;
        this.stopped += 1;
      },
    };
  }
}

export function podWith(container: Record<string, unknown> = {}, spec: Record<string, unknown> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'jazz-1',
      namespace: 'prod',
      uid: 'uid-1',
      resourceVersion: '1',
      generation: 1,
      labels: { app: 'jazz', version: 'v1' },
    },
    spec: {
      nodeName: 'lab-node',
      containers: [
        { name: 'app', image: 'lab.test/app:1', ports: [{ name: 'http', containerPort: 9080 }], ...container },
      ],
      ...spec,
    },
  } as Pod;
}

export function serviceOf(spec: Record<string, unknown>, name = 'jazz'): Service {
  const metadata = { name, namespace: 'prod', uid: name, resourceVersion: '1' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec } as Service;
}

export function sliceOf(
  endpoints: readonly { address: string; ready?: boolean; serving?: boolean; terminating?: boolean }[],
  ports: readonly { name?: string; port: number }[] = [{ name: 'http', port: 9080 }],
  name = 'jazz-abc',
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace: 'prod',
      uid: name,
      resourceVersion: '1',
      labels: { 'kubernetes.io/service-name': 'jazz' },
    },
    ports,
    endpoints: endpoints.map(({ address, ...conditions }) => ({ addresses: [address], conditions })),
  } as EndpointSlice;
}

/** Waits until `condition` gives a value other than undefined or false. */
export async function eventually<T>(condition: () => T | undefined | false, timeoutMs = 10_000): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; ) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`not so within ${timeoutMs} ms: ${condition}`);
    await pause(5);
  }
}
