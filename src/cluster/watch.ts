/** Waiting on objects by watching them: nothing is polled that the API server would tell us. */
import { createInterface } from 'node:readline';
import type { Clock } from '../ports.ts';
import type { Cluster, ListOptions } from './cluster.ts';
import { collectionPath, isPassing } from './cluster.ts';
import { text } from './objects.ts';
import type { KubeObject } from './objects.ts';
import { ApiError } from './transport.ts';

export interface WatchTarget extends ListOptions {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
}

export interface WatchOptions {
  /** Milliseconds until undefined is returned. */
  readonly timeout: number;
  readonly clock: Clock;
}

/** Objects by `namespace/name`, as they are now. */
export type World = ReadonlyMap<string, KubeObject>;

/**
 * Lists, then watches, and asks `decide` after every change; its first answer other than undefined is returned.
 * Lost connections are taken up again until the time is over.
 * @returns undefined when the time ran out first; the last known world is given to `decide` only.
 * @throws whatever `decide` throws, the run's abort reason, and ClusterError when listing is refused.
 */
export async function watchUntil<T>(
  cluster: Cluster,
  target: WatchTarget,
  decide: (world: World) => T | undefined,
  options: WatchOptions,
): Promise<T | undefined> {
  const kind = await cluster.kindOf(target.apiVersion, target.kind);
  const limit = AbortSignal.timeout(Math.max(1, options.timeout));
  const stop = new AbortController();
  const signal = AbortSignal.any([limit, stop.signal, ...(cluster.signal ? [cluster.signal] : [])]);
  const started = options.clock.monotonic();
  try {
    while (options.clock.monotonic() - started < options.timeout) {
      try {
        const listing = await cluster.list(target.apiVersion, target.kind, target.namespace, target);
        const world = new Map(listing.items.map((object) => [keyOf(object), object]));
        const atOnce = decide(world);
        if (atOnce !== undefined) return atOnce;
        const query = new URLSearchParams({ watch: '1', resourceVersion: listing.resourceVersion, allowWatchBookmarks: 'false' });
        if (target.labelSelector) query.set('labelSelector', target.labelSelector);
        if (target.fieldSelector) query.set('fieldSelector', target.fieldSelector);
        const stream = await cluster.transport.stream(`${collectionPath(kind, target.namespace)}?${query}`, signal);
        const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
        // readline does not pass its input's errors on; the loop below ends and the list above starts again.
        stream.on('error', () => lines.close());
        for await (const line of lines) {
          if (!take(world, line)) break;
          const decided = decide(world);
          if (decided !== undefined) return decided;
        }
        await options.clock.sleep(50, signal);
      } catch (error) {
        if (cluster.signal?.aborted) throw cluster.signal.reason;
        if (limit.aborted) return undefined;
        if (!isPassing(error) && !(error instanceof ApiError && error.status === 410)) throw error;
        await options.clock.sleep(250, signal).catch(() => undefined);
      }
    }
    return undefined;
  } finally {
    stop.abort();
  }
}

/** Applies one watch event; false when the watch must start again (an error event, or a line we cannot read). */
function take(world: Map<string, KubeObject>, line: string): boolean {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return false;
  }
  const type = text(event, 'type');
  const object = (event as { object: KubeObject }).object;
  if (type === 'DELETED') world.delete(keyOf(object));
  else if (type === 'ADDED' || type === 'MODIFIED') world.set(keyOf(object), object);
  else return type === 'BOOKMARK';
  return true;
}

export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
