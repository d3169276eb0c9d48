/** HTTP to the API server through the proxy's socket: bounded, keep-alive, and one kind of error. */
import http from 'node:http';
import { ClusterError } from '../../errors.ts';
import type { Exchanged } from '../../http/exchange.ts';
import { exchange, open, readAll, TooLong } from '../../http/exchange.ts';
import { text } from '../../kube/objects.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, e.g. `/api/v1/namespaces/prod/services?limit=500`. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** The answer's body as it came instead of parsed JSON: what a pod or a Service says through the API server. */
  readonly raw?: boolean;
  /** Sent twice it does no more than sent once: it may be tried again when nobody knows whether it arrived. */
  readonly repeatable?: boolean;
  /** Most bytes of the answer; 64 MiB. */
  readonly bodyLimit?: number;
  /** Milliseconds for the whole call. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer of the API server that is not 2xx: `status` and `reason` as Kubernetes gives them. */
export class ApiError extends ClusterError {
  override name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  /** Milliseconds after which the API server wants to be asked again, where it says so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/** This run lacks the right, or a policy says so. */
export function isForbidden(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 403;
}

/** No answer at all: the API server, or the way to it, is down. Whether a write arrived is unknown. */
export class Unreachable extends ClusterError {
  override name = 'Unreachable';
}

/** A request for a Service, relayed by the API server. */
export interface RelayRequest {
  readonly method: string;
  /** `/api/v1/namespaces/kong/services/http:kong-gateway-proxy:80/proxy/dj/jazz?n=1`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly timeout: number;
  /** Bytes of the answer that are kept; the rest is read and dropped. */
  readonly bodyLimit: number;
  readonly signal?: AbortSignal | undefined;
}

/** Whatever came back, the API server's own refusals included. */
export type RelayAnswer = Exchanged;

export interface Transport {
  send(request: ApiRequest): Promise<unknown>;
  /** Absent where nothing can be relayed (tests). @throws Unreachable */
  relay?(request: RelayRequest): Promise<RelayAnswer>;
  /** Opens a streaming GET; the body is read line by line by the caller. */
  stream(path: string, signal: AbortSignal): Promise<http.IncomingMessage>;
  close(): void;
}

const BODY_LIMIT = 64 * 1024 * 1024;
const CALL_TIMEOUT = 15_000;

export function socketTransport(socketPath: string): Transport {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  // A gateway that hangs must not take the connections that return the traffic.
  const relayAgent = new http.Agent({ keepAlive: true, maxSockets: 64, timeout: 30_000 });

  return {
    async send(request) {
      request.signal?.throwIfAborted();
      const body = request.body === undefined ? undefined : textOf(request);
      const type = body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' };
      const headers = { host: 'localhost', accept: request.accept ?? 'application/json', ...type, ...lengthOf(body) };
      const answer = await exchange({
        to: { socketPath, agent, method: request.method, path: request.path, headers },
        body,
        timeout: request.timeout ?? CALL_TIMEOUT,
        bodyLimit: request.bodyLimit ?? BODY_LIMIT,
        beyond: 'fail',
        signal: request.signal,
      }).catch((error: Error) => {
        if (error.cause instanceof TooLong) throw tooLong(request.bodyLimit);
        if (request.signal?.aborted) throw request.signal.reason;
        throw unreachable(`${request.method} ${shown(request.path)}`, error);
      });
      return judge(request, answer);
    },

    async stream(path, signal) {
      const to = { socketPath, agent: false, path, headers: { host: 'localhost' } } as const;
      const response = await open(to, signal).catch((error: Error) => {
        throw signal.aborted ? signal.reason : unreachable(`watch ${shown(path)}`, error);
      });
      const { statusCode: status = 0, headers } = response;
      if (status === 200) return response;
      judge({ method: 'GET', path }, { status, headers, body: await readAll(response, BODY_LIMIT) });
      throw new ClusterError(`watch ${shown(path)}: status ${status} and no events`);
    },

    relay: ({ method, path, headers, body, timeout, bodyLimit, signal }) =>
      exchange({
        to: {
          socketPath,
          agent: relayAgent,
          method,
          path,
          headers: { ...headers, ...lengthOf(body), host: 'localhost' },
        },
        body,
        timeout,
        bodyLimit,
        beyond: 'cut',
        signal,
      }).catch((error: Error) => {
        throw unreachable(`${method} ${shown(path)}`, error);
      }),

    close() {
      agent.destroy();
      relayAgent.destroy();
    },
  };
}

function lengthOf(body: string | undefined): { 'content-length'?: number } {
  return body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
}

function unreachable(what: string, error: Error): Unreachable {
  return new Unreachable(`${what}: ${error.message}`, '', { cause: error });
}

function tooLong(limit = BODY_LIMIT): ClusterError {
  return new ClusterError(`the API server sent more than ${Math.round(limit / 1024 / 1024)} MiB in one answer`);
}

/** Not printable in YAML (1.2, production c-printable), which server-side apply is read as. */
const NOT_YAML = /[\u007f-\u009f\ufeff\ufffe\uffff]/g;
/** What Go's encoding/json escapes and JSON.stringify does not. */
const ESCAPED_BY_GO = /[<>&\u2028\u2029]/g;

/**
 * The body as the API server has to find it. A JSON Patch is escaped as Go does it: its `test` compares the bytes of the
 * two encodings (evanphx/json-patch v4, lazyNode.equal), so that `&` for `\u0026` would be another value.
 */
function textOf({ body, contentType }: ApiRequest): string {
  const escaped = contentType === 'application/json-patch+json' ? ESCAPED_BY_GO : NOT_YAML;
  return JSON.stringify(body).replaceAll(
    escaped,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function judge(
  { method, path, raw = false }: Pick<ApiRequest, 'method' | 'path' | 'raw'>,
  { status, headers, body }: Exchanged,
): unknown {
  if (status >= 200 && status < 300) return raw ? body : body === '' ? undefined : parse(body);
  const asked = `${method} ${shown(path)}`;
  // kubectl proxy answers a 5xx in plain text when it does not reach the API server, which itself answers a Status.
  const parsed = parse(body);
  if (text(parsed, 'kind') === 'Status') {
    const message = text(parsed, 'message') || `status ${status}`;
    throw new ApiError(status, text(parsed, 'reason'), `${asked}: ${message}`, retryAfterOf(headers));
  }
  const words = body.trim().slice(0, 300);
  if (status >= 500) throw new Unreachable(`${asked}: ${words || `status ${status}`}`);
  throw new ApiError(status, '', `${asked}: status ${status} ${words}`, retryAfterOf(headers));
}

/** Milliseconds; the API server gives whole seconds. */
function retryAfterOf({ 'retry-after': seconds }: http.IncomingHttpHeaders): number | undefined {
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A path without its query, for messages. */
function shown(path: string): string {
  const mark = path.indexOf('?');
  return mark < 0 ? path : path.slice(0, mark);
}
