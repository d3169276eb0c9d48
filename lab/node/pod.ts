import { setTimeout as pause } from 'node:timers/promises';
import type { ImageEntry } from '../images/types.ts';
import { ContainerRunner, type ContainerSurroundings } from './container.ts';
import { containerEnvironment, type ReadEntries } from './environment.ts';
import { type EventRecorder, timestamp } from './events.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { NameTable } from './names.ts';
import { type PodStatus, podStatus } from './status.ts';
import type { ClusterAccess, Condition, LocalAddress, Pod } from './types.ts';

/** Pause before a status is written again after the API server could not be reached, in milliseconds. */
const RETRY_MS = 200;

export interface PodSurroundings {
  readonly access: ClusterAccess;
  readonly images: readonly ImageEntry[];
  readonly names: NameTable;
  readonly events: EventRecorder;
  readonly read: ReadEntries;
  /** The local address behind a name, for a pod of this address. */
  resolve(from: string, host: string, port: number): LocalAddress | undefined | Promise<LocalAddress | undefined>;
}

/** One pod on this node: runs its containers and keeps its status in the API server as they are. */
export class PodRunner {
  readonly address: string;
  readonly #around: PodSurroundings;
  readonly #init: readonly ContainerRunner[];
  readonly #containers: readonly ContainerRunner[];
  readonly #startTime: string;
  #pod: Pod;
  #conditions: readonly Condition[];
  #written = '';
  /** resourceVersion of the last status this node wrote. */
  #version = '';
  #writing: Promise<void> | undefined;
  #scheduled = false;
  #stopping: Promise<void> | undefined;
  #gone = false;

  constructor(pod: Pod, address: string, around: PodSurroundings) {
    this.#pod = pod;
    this.address = address;
    this.#around = around;
    this.#startTime = pod.status?.startTime ?? timestamp(new Date());
    this.#conditions = pod.status?.conditions ?? [];
    const surroundings = this.#surroundings();
    const runner = (spec: Pod['spec']['containers'][number]): ContainerRunner =>
      new ContainerRunner(spec, surroundings);
    this.#init = (pod.spec.initContainers ?? []).map(runner);
    this.#containers = pod.spec.containers.map(runner);
  }

  start(): void {
    void this.#run();
  }

  /** The pod as the API server has it now. A pod with a deletion time is stopped and then removed. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (this.#overwritten(pod)) this.#written = '';
    if (pod.metadata.deletionTimestamp !== undefined) this.#stopping ??= this.#remove();
    else this.#report();
  }

  /** Stops the programs without telling the API server: the pod is gone from there, or the lab ends. */
  async kill(graceMs = this.#graceMs()): Promise<void> {
    this.#gone = true;
    await this.#stopContainers(graceMs);
  }

  /** The log of a container, or why there is none. */
  log(container: string, previous: boolean): LogBuffer | string {
    const runner = [...this.#containers, ...this.#init].find(({ spec }) => spec.name === container);
    return runner?.log(previous) ?? `container ${container} is not valid for pod ${this.#pod.metadata.name}`;
  }

  status(): PodStatus {
    return podStatus({
      pod: this.#pod,
      podAddress: this.address,
      startTime: this.#startTime,
      initContainers: this.#init.map((container) => container.status()),
      containers: this.#containers.map((container) => container.status()),
      stopping: this.#stopping !== undefined,
      before: this.#conditions,
      now: new Date(),
    });
  }

  async #run(): Promise<void> {
    for (const container of this.#init) {
      // Side-car containers (restartPolicy Always) stay, the others have nothing to do here but have an image.
      if (container.spec.restartPolicy === 'Always') container.start();
      else await container.complete();
      if (this.#gone || this.#stopping !== undefined) return;
    }
    for (const container of this.#containers) container.start();
  }

  async #remove(): Promise<void> {
    this.#report();
    await this.#stopContainers(this.#graceMs());
    const { namespace, name, uid } = this.#pod.metadata;
    while (!this.#gone) {
      try {
        const answer = await this.#around.access.request('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          gracePeriodSeconds: 0,
          preconditions: { uid },
        });
        if (answer.status < 500) return;
      } catch {
        // The API server is away; the pod is removed when it is back.
      }
      await pause(RETRY_MS);
    }
  }

  #graceMs(): number {
    const { metadata, spec } = this.#pod;
    return (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  async #stopContainers(graceMs: number): Promise<void> {
    await Promise.all([...this.#init, ...this.#containers].map((container) => container.stop(graceMs)));
    this.#around.names.dropHost(this.address);
  }

  #surroundings(): ContainerSurroundings {
    const { metadata, spec } = this.#pod;
    const around = this.#around;
    return {
      images: around.images,
      podName: `${metadata.name}_${metadata.namespace}(${metadata.uid})`,
      podAddress: this.address,
      restartPolicy: spec.restartPolicy ?? 'Always',
      graceMs: this.#graceMs(),
      environment: (container) => containerEnvironment(container, this.#pod, this.address, around.read),
      context: () => ({
        pod: {
          name: metadata.name,
          namespace: metadata.namespace,
          uid: metadata.uid,
          ip: this.address,
          serviceAccount: spec.serviceAccountName ?? 'default',
          labels: this.#pod.metadata.labels ?? {},
        },
        // As the search path in a pod's resolv.conf: a bare name is a Service of the pod's own namespace.
        resolve: (host, port) =>
          around.resolve(this.address, host.includes('.') ? host : `${host}.${metadata.namespace}`, port),
      }),
      event: (details) => around.events.record(this.#pod, details),
      changed: () => {
        this.#publish();
        this.#report();
      },
    };
  }

  #publish(): void {
    if (this.#gone) return;
    const ports = new Map<number, number>();
    for (const container of [...this.#init, ...this.#containers]) {
      for (const [port, local] of Object.entries(container.ports)) ports.set(Number(port), local);
    }
    this.#around.names.setHost(this.address, ports);
  }

  /** After an outage the node-lifecycle controller marks pods as not ready; the kubelet then writes its own view again. */
  #overwritten(pod: Pod): boolean {
    if (this.#written === '' || !newer(pod.metadata.resourceVersion, this.#version)) return false;
    return this.#conditions.some(({ type, status }) => {
      const shown = pod.status?.conditions?.find((each) => each.type === type);
      return shown?.status !== status;
    });
  }

  /** Writes the status soon, and only when it differs from the one written last. */
  #report(): void {
    if (this.#gone || this.#scheduled) return;
    this.#scheduled = true;
    // What happens in one turn of the loop is written at once: pulled, created and started are one status.
    setImmediate(() => {
      this.#scheduled = false;
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #write(): Promise<void> {
    const { namespace, name, uid } = this.#pod.metadata;
    while (!this.#gone) {
      const status = this.status();
      const text = JSON.stringify(status);
      if (text === this.#written) return;
      try {
        const answer = await this.#around.access.request(
          'PATCH',
          `/api/v1/namespaces/${namespace}/pods/${name}/status`,
          { metadata: { uid }, status },
          'application/strategic-merge-patch+json',
        );
        // 404 and 409: the pod is gone, or another one has its name now.
        if (answer.status === 404 || answer.status === 409) return;
        if (answer.status < 300) {
          this.#written = text;
          this.#conditions = status.conditions;
          this.#version = (answer.body as Pod).metadata.resourceVersion ?? '';
          continue;
        }
      } catch {
        // Written again below, as it is then.
      }
      await pause(RETRY_MS);
    }
  }
}

/** Versions of the API server of one etcd are growing numbers. */
function newer(version: string | undefined, than: string): boolean {
  return version !== undefined && than !== '' && BigInt(version) > BigInt(than);
}
