/**
 * Stands between one run and the API server: sees every write in order, and can let the run die, wait or lose its
 * connection at any of them. Each run has a proxy of its own, so what comes through is that run's doing.
 */
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import type { Lab } from '../index.ts';

/** One write as the run sent it. */
export interface ApiWrite {
  /** From 1, in the order they came; renewals of Leases are not counted and have 0. */
  readonly index: number;
  readonly method: string;
  /** Plural of the kind, e.g. `httproutes`. */
  readonly resource: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly body: unknown;
  /** HTTP status of the API server; undefined until it answered, or when the write was never passed on. */
  status?: number;
}

/** What becomes of a request, or of its answer: it goes on, or is lost with its connection. */
export type Passage = 'pass' | 'drop';

export interface Hooks {
  /** Before a write is passed on. */
  before?: (write: ApiWrite) => Passage | Promise<Passage>;
  /** After the API server answered it, before the run hears of it. */
  answered?: (write: ApiWrite) => Passage | Promise<Passage>;
  /** After the run was sent the answer. */
  after?: (write: ApiWrite) => void;
}

export class ChaosProxy {
  /** Everything written so far, renewals included. */
  readonly writes: ApiWrite[] = [];
  readonly kubeconfig: string;
  readonly hooks: Hooks = {};
  /** Milliseconds each answer is held back. */
  delay = 0;
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  readonly #agent: https.Agent;
  readonly #lab: Lab;
  #count = 0;
  #refusing = false;
  #silent: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  private constructor(lab: Lab, server: http.Server, folder: string) {
    this.#lab = lab;
    this.#server = server;
    this.#agent = new https.Agent({ keepAlive: true, ca: fs.readFileSync(lab.caFile) });
    const { port } = server.address() as AddressInfo;
    this.kubeconfig = path.join(folder, `chaos-${port}.kubeconfig`);
    fs.writeFileSync(this.kubeconfig, kubeconfigFor(`http://127.0.0.1:${port}`, lab.token), { mode: 0o600 });
    server.on('connection', (socket) => {
      if (this.#refusing) return socket.destroy();
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      return undefined;
    });
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** @param folder where its kubeconfig is written */
  static async open(lab: Lab, folder: string): Promise<ChaosProxy> {
    const server = http.createServer({ keepAliveTimeout: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ChaosProxy(lab, server, folder);
  }

  async close(): Promise<void> {
    this.#silent?.end();
    this.#cut();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    fs.rmSync(this.kubeconfig, { force: true });
  }

  /** Every connection is refused, as while the API server is restarted. */
  refuse(): void {
    this.#refusing = true;
    this.#cut();
  }

  /** Nothing is answered any more, and nothing refused either, as behind a network that swallows packets. */
  silence(): void {
    if (this.#silent) return;
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#silent = { over, end };
  }

  /** Ends `refuse` and `silence`; what was held back goes on. */
  recover(): void {
    this.#refusing = false;
    this.#silent?.end();
    this.#silent = undefined;
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    await this.#silent?.over;
    const write = this.#noted(request, body);
    if (write && (await this.hooks.before?.(write)) === 'drop') return void response.destroy();
    const answer = await this.#ask(request, body, response);
    if (write) {
      write.status = answer.statusCode ?? 0;
      if ((await this.hooks.answered?.(write)) === 'drop') {
        answer.resume();
        return void response.destroy();
      }
    }
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    await this.#silent?.over;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // Headers at once: a watch may have nothing to say for a long time.
    response.flushHeaders();
    answer.on('error', () => response.destroy());
    response.on('close', () => answer.destroy());
    if (write) response.on('finish', () => this.hooks.after?.(write));
    answer.on('data', (chunk: Buffer) => {
      const silent = this.#silent;
      if (silent === undefined) return void response.write(chunk);
      answer.pause();
      void silent.over.then(() => {
        response.write(chunk);
        answer.resume();
      });
    });
    answer.on('end', () => response.end());
  }

  #ask(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { host: _, connection: __, authorization: ___, 'transfer-encoding': ____, ...headers } = request.headers;
      const call = https.request(
        this.#lab.apiUrl + (request.url ?? '/'),
        {
          method: request.method,
          agent: this.#agent,
          headers: {
            ...headers,
            authorization: `Bearer ${this.#lab.token}`,
            ...(body.length > 0 ? { 'content-length': body.length } : {}),
          },
        },
        resolve,
      );
      call.on('error', reject);
      response.on('close', () => call.destroy());
      call.end(body);
    });
  }

  /** The write a request is; undefined for what changes nothing: reads, dry runs, questions about rights. */
  #noted(request: http.IncomingMessage, body: Buffer): ApiWrite | undefined {
    const { method = 'GET', url = '/' } = request;
    const [target = '', query = ''] = url.split('?');
    if (method === 'GET' || new URLSearchParams(query).has('dryRun') || /accessreviews$/.test(target)) return undefined;
    const parsed = parse(body) as { metadata?: { name?: string }; spec?: Record<string, unknown> } | undefined;
    const parts = target.split('/').filter((part) => part !== '');
    // /api/v1/namespaces/<ns>/<plural>[/<name>], or without the namespace
    const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
    const [resource = '', named = ''] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
    const spec = parsed?.spec;
    const renewal = resource === 'leases' && method === 'PUT' && spec?.['acquireTime'] !== spec?.['renewTime'];
    const write: ApiWrite = {
      index: renewal ? 0 : ++this.#count,
      method,
      resource,
      name: named || (parsed?.metadata?.name ?? ''),
      at: Date.now(),
      body: parsed,
    };
    this.writes.push(write);
    return write;
  }
}

/** "PATCH httproutes/jazz", for messages. */
export function describeWrite(write: ApiWrite): string {
  return `${write.index || '(renewal)'} ${write.method} ${write.resource}/${write.name}`;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function kubeconfigFor(server: string, token: string): string {
  return `${JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'chaos', cluster: { server } }],
    users: [{ name: 'chaos', user: { token } }],
    contexts: [{ name: 'chaos', context: { cluster: 'chaos', user: 'chaos' } }],
    'current-context': 'chaos',
  })}\n`;
}
