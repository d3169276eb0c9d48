/** Pods in memory: as many ready endpoints behind a Service as its Deployment wants, a moment after it was written. */
import type { KubeObject } from '../../src/kube/objects.ts';
import { field } from '../../src/kube/objects.ts';
import type { FakeApi } from './fake-api.ts';
import type { FakeClock } from './fake-clock.ts';
import { endpoints } from './fixtures.ts';

/** Milliseconds until a pod is ready. */
const STARTS = 1_000;

export interface NodesOptions {
  readonly api: FakeApi;
  readonly clock: FakeClock;
  readonly note: (line: string) => void;
}

export class FakeNodes {
  readonly #options: NodesOptions;
  /** Deployments whose pods never become ready. */
  readonly stuck = new Set<string>();

  constructor(options: NodesOptions) {
    this.#options = options;
  }

  /** The kubelet sees a change. */
  async see(_type: string, { kind, metadata }: KubeObject): Promise<void> {
    if (kind !== 'Deployment') return;
    const { api, clock, note } = this.#options;
    await clock.sleep(STARTS);
    const { name, namespace } = metadata;
    const deployment = api.find('Deployment', name, namespace);
    const wanted = Number(field(deployment, 'spec', 'replicas') ?? (deployment === undefined ? 0 : 1));
    const ready = this.stuck.has(name) ? 0 : wanted;
    const before = api.find('EndpointSlice', `${name}-abc`);
    api.put(endpoints(name, ready, wanted - ready));
    if (before?.metadata.resourceVersion !== api.get('EndpointSlice', `${name}-abc`).metadata.resourceVersion)
      note(`${ready} pods of ${name} are ready`);
  }
}
