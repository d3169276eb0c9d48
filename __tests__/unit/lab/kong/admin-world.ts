/** A stand-in Kong with upstream servers, all in this process on free ports. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Kong, type KongOptions, startKong } from '../../../../lab/kong/kong.ts';

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Upstream {
  readonly port: number;
  readonly seen: Seen[];
  readonly server: http.Server;
}

type Closing = () => Promise<void> | void;

/** Everything a test started, closed by `close()`. */
export class World {
  readonly #closing: Closing[] = [];

  async kong(entities: object = {}, options: KongOptions = {}): Promise<Kong> {
    const kong = await startKong(options);
    this.#closing.push(() => kong.stop(0));
    if (Object.keys(entities).length > 0) await push(kong, entities);
    return kong;
  }

  /** A server that remembers what it was asked; by default it answers 200 with its name. */
  async upstream(name = 'upstream', answer?: http.RequestListener): Promise<Upstream> {
    const seen: Seen[] = [];
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
        if (answer !== undefined) return answer(request, response);
        response.setHeader('x-name', name);
        return response.end(name);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { port: (server.address() as AddressInfo).port, seen, server };
  }

  async close(): Promise<void> {
    for (const closing of this.#closing.splice(0)) await closing();
  }
}

export async function push(kong: Kong, entities: object, query = 'check_hash=1&flatten_errors=1'): Promise<Reply> {
  const body = JSON.stringify({ _format_version: '3.0', ...entities });
  const reply = await call(kong.admin, `/config?${query}`, { method: 'POST', body });
  return reply;
}

export interface Call {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders | readonly string[];
  readonly body?: string;
}

export function call(port: number, path: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = Array.isArray(headers)
      ? ['Host', `127.0.0.1:${port}`, ...headers]
      : (headers as http.OutgoingHttpHeaders);
    const request = http.request({ host: '127.0.0.1', port, path, method, headers: sent, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

export function json(reply: Reply): Record<string, unknown> {
  return JSON.parse(reply.text) as Record<string, unknown>;
}

export function message(reply: Reply): unknown {
  return json(reply)['message'];
}

/** A port nobody listens on. */
export async function deadPort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
