/**
 * A small typed client of the lab's API server: HTTPS with the lab's token and certificate over a keep-alive agent.
 * For lab code only; the product itself talks to clusters through kubectl.
 */
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { KubeObject } from '../src/kube/objects.ts';
import { Watch, type WatchOptions } from './watch.ts';

export type { Watch, WatchEvent, WatchOptions } from './watch.ts';

export interface LabClientOptions {
  /** https://127.0.0.1:port */
  readonly url: string;
  readonly token: string;
  /** PEM text of the certificate authority. */
  readonly ca: string;
}

export interface ApiAnswer<T> {
  readonly status: number;
  /** Parsed JSON; the text itself when the answer is not JSON; undefined when it is empty. */
  readonly body: T;
}

export interface ObjectList<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** How a patch body is read by the API server. `apply` is server-side apply and forces conflicts. */
export type PatchKind = 'merge' | 'json' | 'strategic' | 'apply';

const PATCH_TYPES: Readonly<Record<PatchKind, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** The API server refused a call. `status` is the HTTP status, `reason` the machine-readable word of the Status object. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(call: string, status: number, body: unknown) {
    const answer = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const text = typeof answer['message'] === 'string' ? answer['message'] : JSON.stringify(body ?? '').slice(0, 400);
    super(`${call} answered ${status}: ${text}`);
    this.name = 'ApiError';
    this.status = status;
    this.reason = typeof answer['reason'] === 'string' ? answer['reason'] : '';
  }
}

/** Paths are those of the Kubernetes API, e.g. `/api/v1/namespaces/prod/pods?labelSelector=app%3Djazz`. */
export class LabClient {
  readonly url: string;
  readonly token: string;
  readonly ca: string;
  private readonly agent: https.Agent;

  constructor(options: LabClientOptions) {
    this.url = options.url.replace(/\/$/, '');
    this.token = options.token;
    this.ca = options.ca;
    this.agent = new https.Agent({ keepAlive: true, maxFreeSockets: 16, ca: options.ca });
  }

  /** One call, whatever it answers. Rejects only when there is no answer (connection refused, reset, time-out of 60 s). */
  async request<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<ApiAnswer<T>> {
    const response = await this.open(method, path, body, contentType);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString('utf8')) as T };
  }

  /** The object at a path. Throws {@link ApiError} when the answer is not 2xx. */
  get<T = KubeObject>(path: string): Promise<T> {
    return this.expect('GET', path);
  }

  /** The object at a path, or undefined when there is none (404). */
  async find<T = KubeObject>(path: string): Promise<T | undefined> {
    const answer = await this.request<T>('GET', path);
    return answer.status === 404 ? undefined : accepted(`GET ${path}`, answer);
  }

  async list<T = KubeObject>(path: string): Promise<ObjectList<T>> {
    const body = await this.expect<{ items?: T[]; metadata?: { resourceVersion?: string } }>('GET', path);
    return { items: body.items ?? [], resourceVersion: body.metadata?.resourceVersion ?? '' };
  }

  /** Creates an object under a collection's path (or a sub-resource such as `…/pods/x/binding`). */
  create<T = KubeObject>(path: string, object: unknown): Promise<T> {
    return this.expect('POST', path, object);
  }

  replace<T = KubeObject>(path: string, object: unknown): Promise<T> {
    return this.expect('PUT', path, object);
  }

  patch<T = KubeObject>(path: string, patch: unknown, kind: PatchKind = 'merge'): Promise<T> {
    const options = kind === 'apply' ? `${path.includes('?') ? '&' : '?'}fieldManager=lab&force=true` : '';
    return this.expect('PATCH', path + options, patch, PATCH_TYPES[kind]);
  }

  /** Deletes an object; one that is already gone is no error. `graceSeconds: 0` removes a pod at once. */
  async delete(path: string, options: { readonly graceSeconds?: number; readonly uid?: string } = {}): Promise<void> {
    const answer = await this.request('DELETE', path, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(options.graceSeconds === undefined ? {} : { gracePeriodSeconds: options.graceSeconds }),
      ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
    });
    if (answer.status !== 404) accepted(`DELETE ${path}`, answer);
  }

  /**
   * Lists a collection and follows its changes until `stop()`: resumes where the stream ended, lists again when the
   * server no longer knows that point, and keeps trying while the server is away.
   */
  watch<T extends KubeObject = KubeObject>(path: string, options: WatchOptions<T> = {}): Watch<T> {
    return new Watch<T>(this, path, options);
  }

  /** Opens one call and gives its answer as a stream; for watches and logs. Sent again once when a kept connection was already closed. */
  async open(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    try {
      return await this.send(method, path, payload, contentType, signal);
    } catch (error) {
      const stale = error instanceof StaleConnection && (method === 'GET' || !error.sent);
      if (!stale) throw error;
      return await this.send(method, path, payload, contentType, signal);
    }
  }

  /** Closes every kept connection. */
  close(): void {
    this.agent.destroy();
  }

  private async expect<T>(method: string, path: string, body?: unknown, contentType?: string): Promise<T> {
    return accepted(`${method} ${path}`, await this.request<T>(method, path, body, contentType));
  }

  private send(
    method: string,
    path: string,
    payload: Buffer | undefined,
    contentType: string,
    signal: AbortSignal | undefined,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = https.request(
        this.url + path,
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${this.token}`,
            accept: 'application/json',
            ...(payload === undefined ? {} : { 'content-type': contentType, 'content-length': payload.length }),
          },
          ...(signal === undefined ? {} : { signal }),
        },
        (response) => {
          request.setTimeout(0);
          // Whoever reads the answer gets its error; one that comes before anybody reads must not end the process.
          response.on('error', () => {});
          resolve(response);
        },
      );
      request.setTimeout(60_000, () => request.destroy(new Error(`${method} ${path} had no answer for 60 s`)));
      request.on('error', (error: NodeJS.ErrnoException) => {
        const closed = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(closed ? new StaleConnection(error, request.writableFinished) : error);
      });
      request.end(payload);
    });
  }
}

/** A kept connection was closed by the server while it was idle. `sent`: the whole request had left. */
class StaleConnection extends Error {
  readonly sent: boolean;

  constructor(cause: Error, sent: boolean) {
    super(cause.message, { cause });
    this.sent = sent;
  }
}

function accepted<T>(call: string, answer: ApiAnswer<T>): T {
  if (answer.status < 200 || answer.status > 299) throw new ApiError(call, answer.status, answer.body);
  return answer.body;
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
