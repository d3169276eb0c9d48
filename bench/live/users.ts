/** Users beside the action: an open loop, so that a slow or failing answer does not slow the next request down. */
import http from 'node:http';

/** What users saw; `canary` are the failures whose answer the new version signed. */
export interface Seen {
  readonly requests: number;
  readonly failures: number;
  readonly canary: { readonly requests: number; readonly failures: number };
  /** Failures that no version signed, by status or error: the gateway's, or the lab's own. */
  readonly others: ReadonlyMap<string, number>;
}

export interface Users {
  seen(): Seen;
  /** Sends no more and waits for what is under way. */
  stop(): Promise<Seen>;
}

/** Header in which the DJ app names its version (`APP_VERSION`), on failing answers too. */
const VERSION_HEADER = 'x-app-version';

/**
 * Requests at random times with the given mean a second (a Poisson process), over kept connections.
 * @param canary the new version, as its answers name it
 * @param methods taken by turns
 */
export function users(url: string, perSecond: number, canary: string, methods: readonly string[] = ['GET']): Users {
  const agent = new http.Agent({ keepAlive: true });
  const underWay = new Set<Promise<void>>();
  const others = new Map<string, number>();
  const seen = { requests: 0, failures: 0, canary: { requests: 0, failures: 0 } };
  const began = performance.now();
  let due = 0;
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    due += (-Math.log(1 - Math.random()) / perSecond) * 1000;
    timer = setTimeout(send, Math.max(0, began + due - performance.now()));
  };
  const send = (): void => {
    const request = ask(url, methods[seen.requests % methods.length] ?? 'GET', agent)
      .then(({ status, version }) => {
        const failed = status >= 400;
        seen.requests++;
        if (failed) seen.failures++;
        if (version === canary) {
          seen.canary.requests++;
          if (failed) seen.canary.failures++;
        } else if (failed && version === undefined) others.set(`${status}`, (others.get(`${status}`) ?? 0) + 1);
      })
      .catch((error: NodeJS.ErrnoException) => {
        const what = error.code ?? error.message;
        seen.requests++;
        seen.failures++;
        others.set(what, (others.get(what) ?? 0) + 1);
      })
      .finally(() => underWay.delete(request));
    underWay.add(request);
    next();
  };
  next();
  const now = (): Seen => ({ ...seen, canary: { ...seen.canary }, others });
  return {
    seen: now,
    stop: async () => {
      clearTimeout(timer);
      await Promise.all(underWay);
      agent.destroy();
      return now();
    },
  };
}

function ask(url: string, method: string, agent: http.Agent): Promise<{ status: number; version: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.on('end', () => {
        const version = response.headers[VERSION_HEADER];
        resolve({ status: response.statusCode ?? 0, version: Array.isArray(version) ? version[0] : version });
      });
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', reject).end();
  });
}
