/** Requests to the public path: bounded in time and size, over keep-alive connections that are replaced now and then. */
import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { reasonOf } from '../errors.ts';
import type { Exchanged } from './exchange.ts';
import { Broken, exchange } from './exchange.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Milliseconds until the answer must be complete. */
  readonly timeout: number;
  /** Bytes of the answer that are kept; 64 KiB. */
  readonly bodyLimit?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  /** 0 when there was no answer. */
  readonly status: number;
  /** Names in lower case; repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 64 KiB, or as many bytes as the request says. */
  readonly body: string;
  readonly milliseconds: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** Never throws: what went wrong is part of the answer. */
export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>;

const BODY_LIMIT = 64 * 1024;
/** One connection stays on one gateway pod behind a TCP load balancer, so it is replaced after this many requests. */
const REQUESTS_PER_CONNECTION = 50;
/** Connections, and more while answers are slow. */
const CONNECTIONS = 4;

/**
 * Requests are spread over a few connections by chance: behind a TCP load balancer each is pinned to one gateway pod, and
 * whatever is compared (both lanes, the public path) has to meet the same pods, or a sick one would be taken for a sick
 * version. Chance, since a steady rhythm over connections in turn keeps one kind of request on one connection.
 * @param random uniform in [0, 1)
 */
export function createHttpClient(
  monotonic: () => number,
  random: () => number = Math.random,
): HttpClient & { close(): void } {
  const pool = Array.from({ length: CONNECTIONS }, () => ({ agents: newAgents(), sent: 0 }));
  const client = (request: HttpRequest): Promise<HttpAnswer> => {
    const one = pool[Math.floor(random() * pool.length)] ?? { agents: newAgents(), sent: 0 };
    if (++one.sent > REQUESTS_PER_CONNECTION) {
      // Requests in flight keep the old agents' sockets until they end; idle ones are closed by their timeout.
      one.agents = newAgents();
      one.sent = 1;
    }
    return send(request, one.agents, monotonic);
  };
  return Object.assign(client, {
    close: () => {
      for (const { agents } of pool) {
        agents.http.destroy();
        agents.https.destroy();
      }
    },
  });
}

interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

function newAgents(): Agents {
  const options = { keepAlive: true, maxSockets: 64, maxFreeSockets: 4, timeout: 30_000, scheduling: 'fifo' as const };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

async function send(request: HttpRequest, agents: Agents, monotonic: () => number): Promise<HttpAnswer> {
  const started = monotonic();
  try {
    const { status, headers, body } = await attempt(request, agents).catch((error: unknown) => {
      // A kept connection the other side closed in the same moment says nothing about the release: ask again, once.
      // An answer that had begun was cut short by whoever gave it.
      const closed = error instanceof Broken && error.reused && !error.begun && isReset(error);
      if (!closed || !isSafe(request.method) || request.signal?.aborted) throw error;
      return attempt(request, newAgents());
    });
    return { status, headers: joined(headers), body, milliseconds: monotonic() - started };
  } catch (error) {
    const code = error instanceof Broken && error.code ? `${error.code}: ` : '';
    return { status: 0, headers: {}, body: '', milliseconds: monotonic() - started, error: code + reasonOf(error) };
  }
}

/** @throws Broken; and Node's error for a URL or a header value it cannot send, before anything is sent. */
async function attempt({ url, method, headers, body, ...bounds }: HttpRequest, agents: Agents): Promise<Exchanged> {
  const address = urlToHttpOptions(new URL(url));
  const secure = address.protocol === 'https:';
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  // A Host header of the route's is also the name the certificate is for.
  const servername = secure && headers['host'] ? { servername: headers['host'].replace(/:\d+$/, '') } : {};
  return exchange({
    to: {
      ...address,
      method,
      headers: { ...headers, ...length },
      agent: secure ? agents.https : agents.http,
      ...servername,
    },
    body,
    timeout: bounds.timeout,
    bodyLimit: bounds.bodyLimit ?? BODY_LIMIT,
    beyond: 'cut',
    signal: bounds.signal,
  });
}

function isReset({ code }: Broken): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Headers as {@link HttpAnswer} has them. */
export function joined(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
