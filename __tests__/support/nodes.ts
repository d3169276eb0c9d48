/** Pods in memory: as many ready endpoints behind a Service as its Deployment wants, a moment after it was written. */
import type { KubeObject } from '../../src/kube/objects.ts';
import { field, text } from '../../src/kube/objects.ts';
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
  /** Jobs that fail, by the first part of their names. */
  readonly failing = new Set<string>();

  constructor(options: NodesOptions) {
    this.#options = options;
  }

  /** The kubelet sees a change. */
  async see(_type: string, object: KubeObject): Promise<void> {
    const { kind, metadata } = object;
    if (kind === 'HorizontalPodAutoscaler') return this.#scale(object);
    if (kind === 'Job') return this.#work(object);
    if (kind !== 'Deployment') return;
    const { api, clock, note } = this.#options;
    await clock.sleep(STARTS);
    const { name, namespace } = metadata;
    const deployment = api.find('Deployment', name, namespace);
    const wanted = Number(field(deployment, 'spec', 'replicas') ?? (deployment === undefined ? 0 : 1));
    const ready = this.stuck.has(name) ? 0 : wanted;
    if (deployment !== undefined) {
      api.edit(
        'Deployment',
        name,
        (object) => {
          object.status = {
            observedGeneration: object.metadata.generation,
            replicas: wanted,
            updatedReplicas: wanted,
            availableReplicas: ready,
          };
        },
        namespace ?? 'default',
      );
    }
    const before = api.find('EndpointSlice', `${name}-abc`);
    api.put(endpoints(name, ready, wanted - ready));
    if (before?.metadata.resourceVersion !== api.get('EndpointSlice', `${name}-abc`).metadata.resourceVersion)
      note(`${ready} pods of ${name} are ready`);
  }

  /** The autoscaler's lower bound holds at once; load is not simulated. */
  async #scale(hpa: KubeObject): Promise<void> {
    const { api, clock } = this.#options;
    await clock.sleep(STARTS / 2);
    const target = text(hpa, 'spec', 'scaleTargetRef', 'name');
    const deployment = api.find('Deployment', target, hpa.metadata.namespace);
    const least = Number(field(hpa, 'spec', 'minReplicas') ?? 1);
    if (deployment === undefined || Number(field(deployment, 'spec', 'replicas') ?? 1) >= least) return;
    api.edit('Deployment', target, ({ spec }) => {
      spec.replicas = least;
    });
  }

  /** A Job ends a moment after it began. */
  async #work({ metadata: { name } }: KubeObject): Promise<void> {
    const { api, clock } = this.#options;
    await clock.sleep(STARTS);
    const job = api.find('Job', name);
    if (job === undefined || field(job, 'status', 'conditions') !== undefined) return;
    const type = this.failing.has(name.split('-')[0] ?? '') ? 'Failed' : 'Complete';
    api.edit('Job', name, (object) => {
      object.status = {
        conditions: [{ type, status: 'True', message: type === 'Failed' ? 'BackoffLimitExceeded' : '' }],
      };
    });
  }
}
