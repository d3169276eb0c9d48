/**
 * What a library starts and prints during one call. @actions/exec and @actions/tool-cache take no signal and no limit,
 * and tool-cache prints; Node tells of each process and request as it is made (diagnostics_channel), and the
 * asynchronous context tells whose it is.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

export interface Watcher {
  /** Told before the process runs. */
  onProcess?(child: ChildProcess): void;
  /** Told before anything of the request is sent. */
  onRequest?(request: ClientRequest): void;
  /** What would have been printed. */
  onPrint?(text: string): void;
}

const watchers = new AsyncLocalStorage<Watcher>();
let watching = false;

/** Does `work`: what it starts is told to `watcher`, what it prints on stdout is dropped. */
export function watched<T>(watcher: Watcher, work: () => Promise<T>): Promise<T> {
  watch();
  return watchers.run(watcher, work);
}

function watch(): void {
  if (watching) return;
  watching = true;
  diagnostics.subscribe('child_process', (message) =>
    watchers.getStore()?.onProcess?.((message as { process: ChildProcess }).process),
  );
  diagnostics.subscribe('http.client.request.start', (message) =>
    watchers.getStore()?.onRequest?.((message as { request: ClientRequest }).request),
  );
  const { stdout } = process;
  const write = stdout.write.bind(stdout) as (...given: unknown[]) => boolean;
  stdout.write = (...given: unknown[]): boolean => {
    const watcher = watchers.getStore();
    if (watcher === undefined) return write(...given);
    watcher.onPrint?.(String(given[0]));
    const written = given.at(-1);
    if (typeof written === 'function') queueMicrotask(() => written());
    return true;
  };
}
