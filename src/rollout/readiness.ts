/** Pods before traffic: a share is only sent to a backend that has the ready pods for it. */

import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { field, list, strings, text } from '../cluster/objects.ts';
import type { World } from '../cluster/watch.ts';
import { watchUntil } from '../cluster/watch.ts';
import { BackendError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { readyPods } from './backends.ts';

export interface ReadyOptions {
  readonly clock: Clock;
  /** Milliseconds to wait. */
  readonly timeout: number;
}

const SLICES = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' } as const;

/** Ready pods behind a Service now, by its EndpointSlices. */
export async function countReady(cluster: Cluster, namespace: string, service: string): Promise<number> {
  const slices = await cluster.list(SLICES.apiVersion, SLICES.kind, namespace, {
    labelSelector: `kubernetes.io/service-name=${service}`,
  });
  return readyPods(slices.items, service);
}

/**
 * Waits until a Service has `needed` ready endpoints. Ends early when a pod behind it cannot start.
 * @returns how many are ready.
 * @throws BackendError naming the pod, what it waits for, and how to look at it.
 */
export async function waitForReady(
  cluster: Cluster,
  namespace: string,
  service: string,
  needed: number,
  options: ReadyOptions,
): Promise<number> {
  let ready = 0;
  const labelSelector = `kubernetes.io/service-name=${service}`;
  const done = new AbortController();
  const watching = cluster.under(AbortSignal.any([done.signal, ...(cluster.signal ? [cluster.signal] : [])]));
  const enough = watchUntil(
    watching,
    { ...SLICES, namespace, labelSelector },
    (world) => {
      ready = readyPods([...world.values()], service);
      return ready >= needed ? ready : undefined;
    },
    options,
  );
  const stuck = watchForStuckPods(watching, namespace, service, options);
  try {
    const first = await Promise.race([enough, stuck]);
    if (typeof first === 'number') return first;
    throw new BackendError(
      `Service ${namespace}/${service} has ${ready} of ${needed} ready pods after ${Math.round(options.timeout / 1000)} s${await describePods(cluster, namespace, service)}`,
      `kubectl get pods -n ${namespace} ${await selectorArgument(cluster, namespace, service)}`.trim(),
    );
  } finally {
    done.abort(new Error('no longer needed'));
    await Promise.allSettled([enough, stuck]);
  }
}

/** Never resolves with a number: it throws for a pod that will not start by itself, or ends with the time. */
async function watchForStuckPods(
  cluster: Cluster,
  namespace: string,
  service: string,
  options: ReadyOptions,
): Promise<undefined> {
  const selector = await selectorOf(cluster, namespace, service);
  if (selector === '') return watchNothing(options, cluster);
  return watchUntil<undefined>(
    cluster,
    { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selector },
    (world: World) => {
      for (const pod of world.values()) {
        const why = stuckBecause(pod);
        if (why) throw new BackendError(`Pod ${namespace}/${pod.metadata.name} cannot start: ${why.what}`, why.next);
      }
      return undefined;
    },
    options,
  );
}

async function watchNothing(options: ReadyOptions, cluster: Cluster): Promise<undefined> {
  await options.clock.sleep(options.timeout, cluster.signal);
  return undefined;
}

/** Why a pod will not become ready without help, or undefined while it still may. */
export function stuckBecause(pod: KubeObject): { what: string; next: string } | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  for (const status of [...list(pod, 'status', 'initContainerStatuses'), ...list(pod, 'status', 'containerStatuses')]) {
    const waiting = field(status, 'state', 'waiting');
    const reason = text(waiting, 'reason');
    const container = text(status, 'name');
    const said = text(waiting, 'message');
    if (reason === 'ImagePullBackOff' || reason === 'InvalidImageName') {
      return {
        what: `image ${text(status, 'image') || `of container ${container}`}: ${reason}${said ? ` (${said})` : ''}`,
        next: 'correct the image name or tag, or give the namespace the right imagePullSecrets',
      };
    }
    if (reason === 'CrashLoopBackOff') {
      const code = field(status, 'lastState', 'terminated', 'exitCode');
      return {
        what: `container ${container} keeps ending${typeof code === 'number' ? ` with exit code ${code}` : ''} (${Number(field(status, 'restartCount') ?? 0)} restarts)`,
        next: `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${container} --previous`,
      };
    }
    if (reason === 'CreateContainerConfigError') {
      return { what: `container ${container}: ${said || reason}`, next: 'create the ConfigMap or Secret it names' };
    }
  }
  return undefined;
}

async function selectorOf(cluster: Cluster, namespace: string, service: string): Promise<string> {
  const object = await cluster.find({ apiVersion: 'v1', kind: 'Service', namespace, name: service });
  return Object.entries(strings(object, 'spec', 'selector'))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

async function selectorArgument(cluster: Cluster, namespace: string, service: string): Promise<string> {
  const selector = await selectorOf(cluster, namespace, service);
  return selector ? `-l ${selector}` : '';
}

async function describePods(cluster: Cluster, namespace: string, service: string): Promise<string> {
  const selector = await selectorOf(cluster, namespace, service);
  if (!selector) return ': it has no selector';
  const { items } = await cluster.list('v1', 'Pod', namespace, { labelSelector: selector });
  if (items.length === 0) return `: no pod matches its selector ${selector}`;
  const lines = items.slice(0, 5).map((pod) => `${pod.metadata.name} ${describePod(pod)}`);
  return `: ${lines.join('; ')}${items.length > 5 ? `; and ${items.length - 5} more` : ''}`;
}

function describePod(pod: KubeObject): string {
  const unscheduled = list(pod, 'status', 'conditions').find(
    (entry) => text(entry, 'type') === 'PodScheduled' && text(entry, 'status') === 'False',
  );
  if (unscheduled) return `is not scheduled (${text(unscheduled, 'message') || text(unscheduled, 'reason')})`;
  const ready = list(pod, 'status', 'conditions').find((entry) => text(entry, 'type') === 'Ready');
  const phase = text(pod, 'status', 'phase') || 'Pending';
  return text(ready, 'status') === 'True'
    ? 'is ready'
    : `is ${phase} and not ready${text(ready, 'message') ? ` (${text(ready, 'message')})` : ''}`;
}
