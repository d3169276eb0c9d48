/** The supervisor's control socket: HTTP over a unix socket, JSON both ways. */
import http from 'node:http';

/** Answers one call; undefined becomes 404, an error 500 with its message. */
export type Route = (query: URLSearchParams, parts: readonly string[]) => unknown;

/**
 * Listens until the process ends, so that a call to stop the lab can be answered when all is done.
 * @param routes by "METHOD /path", where `*` stands for one part of the path.
 */
export async function startControlServer(socket: string, routes: Readonly<Record<string, Route>>): Promise<void> {
  const table = Object.entries(routes).map(([pattern, route]) => ({
    pattern: new RegExp(`^${pattern.replaceAll('*', '([^/]+)')}$`),
    route,
  }));
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://lab');
    const asked = `${request.method} ${url.pathname}`;
    const match = table.flatMap(({ pattern, route }) => {
      const found = pattern.exec(asked);
      return found === null ? [] : [{ route, parts: found.slice(1) }];
    })[0];
    request.resume();
    void (async () => {
      try {
        const body = await match?.route(url.searchParams, match.parts);
        if (body === undefined) answer(response, 404, { error: `nothing at ${asked}` });
        else answer(response, 200, body);
      } catch (error) {
        answer(response, 500, { error: (error as Error).message });
      }
    })();
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(socket, listening);
  });
}

function answer(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls a supervisor. Rejects when nobody listens at the socket. */
export function callControl(socket: string, method: string, path: string, timeoutMs = 60_000): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: socket, method, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
        } catch (error) {
          reject(error);
        }
      });
    });
    request.setTimeout(timeoutMs, () => request.destroy(new Error(`the lab did not answer ${method} ${path} in time`)));
    request.on('error', reject);
    request.end();
  });
}
