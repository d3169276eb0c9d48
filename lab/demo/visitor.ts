/** A visitor beside the action: sends requests all along and counts what it gets, so that claims can be compared. */
import http from 'node:http';

export class VisitorCount {
  readonly bodies = new Map<string, number>();
  readonly failures = new Map<string, number>();
  total = 0;

  /** Forgets what was counted so far. */
  reset(): void {
    this.bodies.clear();
    this.failures.clear();
    this.total = 0;
  }

  describe(): string {
    const failed = [...this.failures.values()].reduce((sum, count) => sum + count, 0);
    return `${this.total} requests, ${failed} failed${failed === 0 ? '' : ` (${[...this.failures].map(([what, count]) => `${count} × ${what}`).join(', ')})`}`;
  }
}

/** Sends ten requests a second over one connection until it is stopped. */
export function visit(url: string, key: string, count: VisitorCount, every = 100): { stop(): Promise<void> } {
  const agent = new http.Agent({ keepAlive: true });
  const underWay = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const request: Promise<void> = ask(url, key, agent)
      .then(({ status, body }) => {
        count.total++;
        const where = status === 200 ? count.bodies : count.failures;
        const what = status === 200 ? body : String(status);
        where.set(what, (where.get(what) ?? 0) + 1);
      })
      .catch((error: NodeJS.ErrnoException) => {
        count.total++;
        const what = error.code ?? error.message;
        count.failures.set(what, (count.failures.get(what) ?? 0) + 1);
      })
      .finally(() => underWay.delete(request));
    underWay.add(request);
  }, every);
  // A demo that fails does not stop its visitors: they must not keep it alive.
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

/** One GET with a key. */
export function ask(
  url: string,
  key: string | undefined,
  agent?: http.Agent,
): Promise<{ status: number; body: string; headers: http.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    http
      .get(
        url,
        {
          ...(agent ? { agent } : {}),
          headers: { accept: 'application/json', ...(key === undefined ? {} : { apikey: key }) },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
          response.on('error', reject);
        },
      )
      .on('error', reject);
  });
}
