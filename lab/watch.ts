/** Following a collection of the Kubernetes API: list, then watch, with resume. A small counterpart of client-go's informer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../src/kube/objects.ts';
import { ApiError, type LabClient } from './client.ts';

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

export interface WatchOptions<T> {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /**
   * Called for every change, in order, the first list included (as ADDED). After a list that had to be repeated only
   * what differs is reported. An error thrown here ends the watch and is given to {@link WatchOptions.onFailure}.
   */
  readonly onEvent?: (event: WatchEvent<T>) => void;
  /** The watch ended for good: a refused call (403, 404 …) or an error thrown by `onEvent`. */
  readonly onFailure?: (error: Error) => void;
}

/** Pause before the next attempt when the server is away, in milliseconds. */
const RETRY_MS = 100;

export class Watch<T extends KubeObject = KubeObject> {
  /** Settles when the first list has been reported; rejects when the watch failed or was stopped before. */
  readonly synced: Promise<void>;
  private readonly client: LabClient;
  private readonly path: string;
  private readonly options: WatchOptions<T>;
  private readonly known = new Map<string, T>();
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;
  private version = '';

  constructor(client: LabClient, path: string, options: WatchOptions<T>) {
    this.client = client;
    this.path = path;
    this.options = options;
    let settle: { resolve(): void; reject(error: Error): void } | undefined;
    this.synced = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.synced.catch(() => {});
    this.running = this.follow(() => settle?.resolve()).then(
      () => settle?.reject(new Error(`the watch of ${path} was stopped`)),
      (error: Error) => {
        settle?.reject(error);
        this.options.onFailure?.(error);
      },
    );
  }

  /** The collection as last seen. */
  objects(): readonly T[] {
    return [...this.known.values()];
  }

  /** One object as last seen. */
  object(name: string, namespace?: string): T | undefined {
    return this.known.get(`${namespace ?? ''}/${name}`);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async follow(synced: () => void): Promise<void> {
    while (!this.ending.signal.aborted) {
      try {
        if (this.version === '') {
          await this.list();
          synced();
        }
        await this.stream();
      } catch (error) {
        if (this.ending.signal.aborted) return;
        if (error instanceof OwnError) throw error.cause;
        if (error instanceof ApiError && refused(error.status)) throw error;
        if (error instanceof ApiError && error.status === 410) this.version = '';
        await sleep(RETRY_MS, undefined, { signal: this.ending.signal }).catch(() => {});
      }
    }
  }

  private async list(): Promise<void> {
    const { items, resourceVersion } = await this.client.list<T>(this.query({}));
    if (this.ending.signal.aborted) return;
    const gone = new Map(this.known);
    for (const object of items) {
      gone.delete(keyOf(object));
      this.take({ type: 'ADDED', object });
    }
    for (const object of gone.values()) this.take({ type: 'DELETED', object });
    this.version = resourceVersion;
  }

  private async stream(): Promise<void> {
    const path = this.query({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: this.version });
    const response = await this.client.open('GET', path, undefined, undefined, this.ending.signal);
    if (response.statusCode !== 200) {
      response.resume();
      throw new ApiError(`GET ${path}`, response.statusCode ?? 0, undefined);
    }
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      if (this.ending.signal.aborted) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.line(JSON.parse(line) as { type: string; object: T }, path);
    }
  }

  private line(event: { readonly type: string; readonly object: T }, path: string): void {
    if (event.type === 'ERROR') {
      const status = event.object as { readonly code?: unknown };
      throw new ApiError(`GET ${path}`, typeof status.code === 'number' ? status.code : 500, event.object);
    }
    if (event.type === 'ADDED' || event.type === 'MODIFIED' || event.type === 'DELETED') {
      this.take({ type: event.type, object: event.object });
    }
    this.version = event.object.metadata.resourceVersion ?? this.version;
  }

  private take(event: WatchEvent<T>): void {
    const key = keyOf(event.object);
    const before = this.known.get(key);
    if (event.type === 'DELETED') {
      if (!this.known.delete(key)) return;
      this.report(event);
      return;
    }
    if (before !== undefined && before.metadata.uid !== event.object.metadata.uid) {
      this.report({ type: 'DELETED', object: before });
      this.known.delete(key);
    } else if (before !== undefined && before.metadata.resourceVersion === event.object.metadata.resourceVersion) {
      return;
    }
    const type = this.known.has(key) ? 'MODIFIED' : 'ADDED';
    this.known.set(key, event.object);
    this.report({ type, object: event.object });
  }

  private report(event: WatchEvent<T>): void {
    try {
      this.options.onEvent?.(event);
    } catch (error) {
      throw new OwnError(error);
    }
  }

  private query(more: Readonly<Record<string, string>>): string {
    const query = new URLSearchParams(more);
    if (this.options.labelSelector !== undefined) query.set('labelSelector', this.options.labelSelector);
    if (this.options.fieldSelector !== undefined) query.set('fieldSelector', this.options.fieldSelector);
    return query.size === 0 ? this.path : `${this.path}?${query}`;
  }
}

/** An error of the caller's own code, told from those of the connection. */
class OwnError extends Error {
  constructor(thrown: unknown) {
    super('onEvent threw', { cause: thrown instanceof Error ? thrown : new Error(String(thrown)) });
  }
}

/** Calls that will not succeed by trying again. 401 and 5xx appear for a moment while the server starts; 410 lists again. */
function refused(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 409, 410, 429].includes(status);
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
