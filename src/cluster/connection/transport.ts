/** HTTP to the API server through the proxy's socket: bounded, keep-alive, and one kind of error. */
import http from 'node:http';
import { ClusterError } from '../../errors.ts';

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

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
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
export interface RelayAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

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
  const options = { socketPath, agent, headers: { host: 'localhost' } };

  const send = (request: ApiRequest) =>
    new Promise<unknown>((resolve, reject) => {
      request.signal?.throwIfAborted();
      const payload = request.body === undefined ? undefined : textOf(request);
      const call = http.request({
        ...options,
        method: request.method,
        path: request.path,
        headers: {
          ...options.headers,
          accept: request.accept ?? 'application/json',
          ...(payload === undefined
            ? {}
            : {
                'content-type': request.contentType ?? 'application/json',
                'content-length': Buffer.byteLength(payload),
              }),
        },
      });
      const timer = setTimeout(
        () => call.destroy(new Error(`no answer within ${(request.timeout ?? CALL_TIMEOUT) / 1000} s`)),
        request.timeout ?? CALL_TIMEOUT,
      );
      const onAbort = () => call.destroy(new Error('cancelled'));
      request.signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => {
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', onAbort);
      };
      call.on('error', (error) => {
        settle();
        if (request.signal?.aborted) reject(request.signal.reason);
        else
          reject(new Unreachable(`${request.method} ${shown(request.path)}: ${error.message}`, '', { cause: error }));
      });
      call.on('response', (response) => {
        collect(response, request.bodyLimit)
          .then((body) => {
            settle();
            resolve(judge(request, response.statusCode ?? 0, body));
          })
          .catch((error: unknown) => {
            settle();
            reject(
              error instanceof ClusterError
                ? error
                : new Unreachable(`${request.method} ${shown(request.path)}: the answer broke off`, '', {
                    cause: error,
                  }),
            );
          });
      });
      call.end(payload);
    });

  const stream = (path: string, signal: AbortSignal) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const call = http.request({ ...options, agent: false, method: 'GET', path, signal });
      call.on('error', (error) =>
        reject(
          signal.aborted
            ? signal.reason
            : new Unreachable(`watch ${shown(path)}: ${error.message}`, '', { cause: error }),
        ),
      );
      call.on('response', (response) => {
        if (response.statusCode === 200) return resolve(response);
        collect(response).then(
          (body) => {
            try {
              judge({ method: 'GET', path }, response.statusCode ?? 0, body);
            } catch (error) {
              reject(error);
            }
          },
          (error: unknown) => reject(error),
        );
      });
      call.end();
    });

  const relay = (request: RelayRequest) =>
    new Promise<RelayAnswer>((resolve, reject) => {
      const { method, path, headers, body, bodyLimit } = request;
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const call = http.request({
        socketPath,
        agent: relayAgent,
        method,
        path,
        headers: { ...headers, ...length, host: 'localhost' },
      });
      const timer = setTimeout(
        () => call.destroy(new Error(`no complete answer within ${request.timeout / 1000} s`)),
        request.timeout,
      );
      const onAbort = () => call.destroy(new Error('cancelled'));
      request.signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => {
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: Error) => {
        settle();
        reject(new Unreachable(`${method} ${shown(path)}: ${error.message}`, '', { cause: error }));
      };
      call.on('error', fail);
      call.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          if (size < bodyLimit) chunks.push(chunk.subarray(0, bodyLimit - size));
          size += chunk.length;
        });
        response.on('error', fail);
        response.on('end', () => {
          settle();
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      call.end(body);
      if (request.signal?.aborted) onAbort();
    });

  const close = () => {
    agent.destroy();
    relayAgent.destroy();
  };
  return { send, stream, relay, close };
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

async function collect(response: http.IncomingMessage, limit = BODY_LIMIT): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit)
      throw new ClusterError(`the API server sent more than ${Math.round(limit / 1024 / 1024)} MiB in one answer`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function judge(request: { method: string; path: string; raw?: boolean }, status: number, body: string): unknown {
  if (status >= 200 && status < 300) return request.raw ? body : body === '' ? undefined : parse(body);
  // kubectl proxy answers a 5xx in plain text when it does not reach the API server, which itself answers a Status.
  const parsed = parse(body) as { kind?: unknown; reason?: unknown; message?: unknown } | undefined;
  if (parsed?.kind === 'Status') {
    const reason = typeof parsed.reason === 'string' ? parsed.reason : '';
    const message = typeof parsed.message === 'string' ? parsed.message : `status ${status}`;
    throw new ApiError(status, reason, `${request.method} ${shown(request.path)}: ${message}`);
  }
  if (status >= 500) {
    throw new Unreachable(
      `${request.method} ${shown(request.path)}: ${body.trim().slice(0, 300) || `status ${status}`}`,
    );
  }
  throw new ApiError(
    status,
    '',
    `${request.method} ${shown(request.path)}: status ${status} ${body.trim().slice(0, 300)}`,
  );
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
