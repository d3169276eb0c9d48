/** Waiting on objects by watching them: nothing is polled that the API server would tell us. */
import type { IncomingMessage } from 'node:http';
import { ClusterError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import { text } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';
import type { Cluster, ListOptions } from './cluster.ts';
import { isPassing } from './cluster.ts';
import { ApiError } from './connection/transport.ts';
import { collectionPath } from './kinds.ts';

const LINE_LIMIT = 16 * 1024 * 1024;

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
  const over = new AbortController();
  const stop = new AbortController();
  const signal = AbortSignal.any([over.signal, stop.signal, ...(cluster.signal ? [cluster.signal] : [])]);
  const started = options.clock.monotonic();
  options.clock.sleep(Math.max(1, options.timeout), stop.signal).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    while (options.clock.monotonic() - started < options.timeout) {
      try {
        // A list that is tried again while the API server is away ends with the wait, too.
        for await (const world of follow(cluster.under(signal), target, signal)) {
          const decided = decide(world);
          if (decided !== undefined) return decided;
        }
        await options.clock.sleep(PAUSE.ended, signal);
      } catch (error) {
        if (cluster.signal?.aborted) throw cluster.signal.reason;
        if (over.signal.aborted) return undefined;
        if (!isTakenUp(error)) throw error;
        await options.clock.sleep(PAUSE.failed, signal).catch(() => undefined);
      }
    }
    return undefined;
  } finally {
    stop.abort();
  }
}

/** Milliseconds until a watch that ended, or could not be opened, is opened again. */
export const PAUSE = { ended: 50, failed: 250 } as const;

/** The objects of a target as they are, then after every change; ends when the watch has to begin again. */
export async function* follow(cluster: Cluster, target: WatchTarget, signal: AbortSignal): AsyncGenerator<World> {
  const kind = await cluster.kinds.get(target.apiVersion, target.kind);
  const listing = await cluster.list(target.apiVersion, target.kind, target.namespace, target);
  const world = new Map(listing.items.map((object) => [keyOf(object), object]));
  yield world;
  const query = new URLSearchParams({
    watch: '1',
    resourceVersion: listing.resourceVersion,
    allowWatchBookmarks: 'false',
  });
  if (target.labelSelector) query.set('labelSelector', target.labelSelector);
  if (target.fieldSelector) query.set('fieldSelector', target.fieldSelector);
  const stream = await cluster.transport.stream(`${collectionPath(kind, target.namespace)}?${query}`, signal);
  for await (const line of linesOf(stream)) {
    if (!take(world, line)) return;
    yield world;
  }
}

/** Whether a watch that failed so is worth opening again: the server was away, or no longer knows where it was. */
export function isTakenUp(error: unknown): boolean {
  return isPassing(error) || isBrokenOff(error) || (error instanceof ApiError && error.status === 410);
}

/** Lines of a stream, at most 16 MiB each. @throws the stream's error when the connection breaks. */
async function* linesOf(stream: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LIMIT) throw new ClusterError('the API server sent a watch event of more than 16 MiB');
    yield* lines;
  }
}

/** A watch ends with its connection: the API server restarts, a proxy closes idle streams. */
function isBrokenOff(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? '')
  );
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
