import { randomBytes } from 'node:crypto';
import { NODE_NAME } from './addresses.ts';
import type { ClusterAccess, EventDetails, Pod } from './types.ts';

/**
 * Writes events about pods, one after the other and behind everything else: they are for people who look, and the pod
 * must not wait for them. The same event again raises `count` of the first one, as client-go's recorder does.
 */
export class EventRecorder {
  readonly #access: ClusterAccess;
  readonly #known = new Map<string, { path: string; count: number }>();
  #queue: Promise<void> = Promise.resolve();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  record(pod: Pod, details: EventDetails, component = 'kubelet'): void {
    // An event that cannot be written is lost, as under a real kubelet.
    this.#queue = this.#queue.then(() => this.#write(pod, details, component)).catch(() => {});
  }

  /** Resolves when all events so far were written or given up. */
  flushed(): Promise<void> {
    return this.#queue;
  }

  forget(pod: Pod): void {
    for (const key of this.#known.keys()) if (key.startsWith(pod.metadata.uid)) this.#known.delete(key);
  }

  async #write(pod: Pod, { type, reason, message, container }: EventDetails, component: string): Promise<void> {
    const { name, namespace, uid, resourceVersion } = pod.metadata;
    const key = `${uid} ${reason} ${container ?? ''} ${message}`;
    const now = timestamp(new Date());
    const known = this.#known.get(key);
    if (known !== undefined) {
      known.count += 1;
      const patch = { count: known.count, lastTimestamp: now };
      await this.#access.request('PATCH', known.path, patch, 'application/merge-patch+json');
      return;
    }
    const collection = `/api/v1/namespaces/${namespace}/events`;
    const eventName = `${name}.${randomBytes(8).toString('hex')}`;
    this.#known.set(key, { path: `${collection}/${eventName}`, count: 1 });
    await this.#access.request('POST', collection, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        name,
        namespace,
        uid,
        resourceVersion,
        ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
      },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: component === 'kubelet' ? { component, host: NODE_NAME } : { component },
      reportingComponent: component,
      reportingInstance: component === 'kubelet' ? NODE_NAME : '',
    });
  }
}

/** Time as Kubernetes writes it: RFC 3339 with whole seconds. */
export function timestamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
