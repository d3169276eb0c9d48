/** Pods before traffic: a share is only sent to a backend that has the ready pods for it. */

import type { Cluster } from '../../cluster/cluster.ts';
import { Kept, untilKept } from '../../cluster/kept.ts';
import type { World } from '../../cluster/watch.ts';
import { watchUntil } from '../../cluster/watch.ts';
import { BackendError } from '../../errors.ts';
import { APPS_API, DISCOVERY_API, SERVICE_NAME_LABEL } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { list, strings, text } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import { readyPods } from '../../services/pods.ts';
import { cannotStart, explain, refusedPods, roomIsComing, stuckBecause, unscheduled } from './stuck.ts';

export { stuckBecause } from './stuck.ts';

export interface ReadyOptions {
  readonly clock: Clock;
  /** Milliseconds to wait. */
  readonly timeout: number;
  /** The EndpointSlices of a release, where they are watched anyway: see {@link keepSlices}. */
  readonly slices?: Kept | undefined;
}

/**
 * Milliseconds a pod may be without a node before that is an error. A cluster that grows says within its scan interval
 * (10 s by default in cluster-autoscaler) that it makes room.
 */
const HOMELESS_FOR = 20_000;

const SLICES = { apiVersion: DISCOVERY_API, kind: 'EndpointSlice' } as const;

/** Watches the EndpointSlices of some Services for as long as the signal of `cluster` lets it. */
export function keepSlices(cluster: Cluster, namespace: string, services: readonly string[], clock: Clock): Kept {
  const labelSelector = `${SERVICE_NAME_LABEL} in (${[...new Set(services)].sort().join(',')})`;
  return new Kept(cluster, { ...SLICES, namespace, labelSelector }, clock);
}

/** Ready pods behind a Service now, by its EndpointSlices. */
export async function countReady(cluster: Cluster, namespace: string, service: string, slices?: Kept): Promise<number> {
  const known = slices?.world;
  if (known !== undefined && hasSlices(known, service)) return readyPods([...known.values()], service);
  const labelSelector = `${SERVICE_NAME_LABEL}=${service}`;
  const { items } = await cluster.list(SLICES.apiVersion, SLICES.kind, namespace, { labelSelector });
  return readyPods(items, service);
}

function hasSlices(world: World, service: string): boolean {
  return [...world.values()].some(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === service);
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
  let ready = await countReady(cluster, namespace, service, options.slices);
  // Mostly they are there already: then there is nothing to watch for.
  if (ready >= needed) return ready;
  const labelSelector = `${SERVICE_NAME_LABEL}=${service}`;
  const done = new AbortController();
  const watching = cluster.until(done.signal);
  const enough = untilKept(
    options.slices,
    (world) => hasSlices(world, service),
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

/** Never resolves with a number: it throws for what will not come up by itself, or ends with the time. */
export async function watchForStuckPods(
  cluster: Cluster,
  namespace: string,
  service: string,
  options: ReadyOptions,
): Promise<undefined> {
  const selector = await selectorOf(cluster, namespace, service);
  const pods = selector === '' ? watchNothing(options, cluster) : watchPods(cluster, namespace, selector, options);
  const refused = watchUntil(
    cluster,
    { apiVersion: APPS_API, kind: 'Deployment', namespace, fieldSelector: `metadata.name=${service}` },
    (world) => {
      for (const object of world.values()) {
        const why = refusedPods(object);
        if (why) throw new BackendError(cannotStart(object, why, ''), why.next);
      }
      return undefined;
    },
    options,
  );
  await Promise.all([pods, refused]);
  return undefined;
}

/** @throws BackendError for a pod that is stuck, and for one that no node takes and no autoscaler makes room for. */
async function watchPods(
  cluster: Cluster,
  namespace: string,
  labelSelector: string,
  options: ReadyOptions,
): Promise<undefined> {
  const until = options.clock.monotonic() + options.timeout;
  const homeless = new Map<string, number>();
  for (;;) {
    const left = until - options.clock.monotonic();
    if (left <= 0) return undefined;
    const oldest = Math.min(...homeless.values());
    const look = Number.isFinite(oldest) ? Math.max(1, oldest + HOMELESS_FOR - options.clock.monotonic()) : left;
    const seen = await watchUntil(
      cluster,
      { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector },
      (world: World) => {
        const found = [...world.values()];
        const stuck = found.find((pod) => stuckBecause(pod) !== undefined);
        if (stuck) return { pod: stuck };
        const names = found.filter((pod) => unscheduled(pod) !== undefined).map(({ metadata }) => metadata.name);
        const same = names.length === homeless.size && names.every((name) => homeless.has(name));
        return same ? undefined : { names };
      },
      { clock: options.clock, timeout: Math.min(left, look) },
    );
    if (seen && 'pod' in seen) await fail(cluster, seen.pod);
    if (seen && 'names' in seen) {
      for (const name of homeless.keys()) if (!seen.names.includes(name)) homeless.delete(name);
      for (const name of seen.names) if (!homeless.has(name)) homeless.set(name, options.clock.monotonic());
    }
    for (const [name, since] of homeless) {
      if (options.clock.monotonic() - since < HOMELESS_FOR) continue;
      homeless.set(name, options.clock.monotonic()); // asked again after the same time
      const pod = await cluster.find({ apiVersion: 'v1', kind: 'Pod', namespace, name });
      const words = pod && unscheduled(pod);
      if (pod && words !== undefined && !(await roomIsComing(cluster, pod))) {
        throw new BackendError(
          `${cannotStart(pod, { what: `no node takes it: ${words}`, next: '' }, '')}`,
          `make room, or ask for less: kubectl describe pod ${name} -n ${namespace}`,
        );
      }
    }
  }
}

async function fail(cluster: Cluster, pod: KubeObject): Promise<never> {
  const why = stuckBecause(pod) ?? { what: 'it is stuck', next: '' };
  throw new BackendError(cannotStart(pod, why, await explain(cluster, pod, why.container)), why.next);
}

async function watchNothing(options: ReadyOptions, cluster: Cluster): Promise<undefined> {
  await options.clock.sleep(options.timeout, cluster.signal);
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
  const homeless = unscheduled(pod);
  if (homeless !== undefined) return `is not scheduled (${homeless})`;
  const ready = list(pod, 'status', 'conditions').find((entry) => text(entry, 'type') === 'Ready');
  const phase = text(pod, 'status', 'phase') || 'Pending';
  return text(ready, 'status') === 'True'
    ? 'is ready'
    : `is ${phase} and not ready${text(ready, 'message') ? ` (${text(ready, 'message')})` : ''}`;
}
