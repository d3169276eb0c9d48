/** The proxy beside a pod, for what the pod calls: one local listener for each place it connects to. */
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { type LocalServer, listenLocally } from '../images/http-server.ts';
import type { LocalAddress } from '../node/types.ts';
import { draw, ruleFor } from './matching.ts';
import type { Call, Destination, HeaderChange, MeshRequest, ProxyAnswer, Routing, Rule, Workload } from './types.ts';

export interface SidecarSurroundings {
  routing(caller: Workload, call: Call): Routing;
  endpoints(host: string, port: number, labels?: Readonly<Record<string, string>>): readonly LocalAddress[];
  /** In [0, 1); decides between weighted destinations. */
  random(): number;
}

/** Envoy's words: nothing ready behind a cluster, no connection, too late. */
const NO_ENDPOINT: ProxyAnswer = { status: 503, body: 'no healthy upstream' };
const NOT_FOUND: ProxyAnswer = { status: 404, body: '' };
const BROKEN: ProxyAnswer = { status: 503, body: 'upstream connect error or disconnect/reset before headers' };
const TOO_LATE: ProxyAnswer = { status: 504, body: 'upstream request timeout' };
/** Headers of one connection only (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'proxy-connection',
]);

export class Sidecar {
  readonly #workload: Workload;
  readonly #around: SidecarSurroundings;
  readonly #listeners = new Map<string, Promise<LocalServer>>();
  readonly #agent = new http.Agent({ keepAlive: true });

  constructor(workload: Workload, around: SidecarSurroundings) {
    this.#workload = workload;
    this.#around = around;
  }

  /** Where the pod's connection to `host:port` ends up: a port of this proxy. */
  async listener(host: string, port: number): Promise<LocalAddress> {
    const key = `${host}:${port}`;
    let listening = this.#listeners.get(key);
    if (listening === undefined) {
      listening = listenLocally((request, response) => void this.#answer(host, port, request, response));
      this.#listeners.set(key, listening);
    }
    return { host: '127.0.0.1', port: (await listening).port, fixed: true };
  }

  async stop(): Promise<void> {
    for (const listening of this.#listeners.values()) (await listening).drop();
    this.#listeners.clear();
    this.#agent.destroy();
  }

  async #answer(host: string, port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const authority = (request.headers.host ?? host).toLowerCase().replace(/:\d+$/, '');
    const routing = this.#around.routing(this.#workload, { host, port, authority });
    if (routing === 'passthrough') return this.#forward(request, response, this.#around.endpoints(host, port)[0]);
    if ('answer' in routing) return say(response, routing.answer);
    const rule = ruleFor(routing.rules, asMatched(request));
    if (rule === undefined) return say(response, NOT_FOUND);
    const destination = rule.pick === undefined ? draw(rule.destinations, this.#around.random()) : rule.pick();
    if (destination === undefined) return say(response, { status: 500, body: 'no destination has weight' });
    if ('answer' in destination.to) return say(response, destination.to.answer);
    const { to } = destination;
    return this.#forward(request, response, this.#around.endpoints(to.host, to.port, to.labels)[0], rule, destination);
  }

  async #forward(
    request: IncomingMessage,
    response: ServerResponse,
    address: LocalAddress | undefined,
    rule?: Rule,
    destination?: Destination,
  ): Promise<void> {
    if (address === undefined) return say(response, NO_ENDPOINT);
    const headers = change(ownHeaders(request.headers), [rule?.request, destination?.request]);
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    const send = (again: boolean): void => {
      const timeout = rule?.timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(rule.timeoutMs) };
      const outgoing = http.request({
        ...address,
        ...timeout,
        agent: this.#agent,
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers: { ...headers, 'content-length': body.length },
      });
      response.once('close', () => outgoing.destroy());
      outgoing.on('response', (answer) => {
        const changed = change(ownHeaders(answer.headers), [destination?.response, rule?.response]);
        response.writeHead(answer.statusCode ?? 502, changed);
        answer.on('error', () => response.destroy());
        answer.pipe(response);
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (response.headersSent || response.destroyed) return void response.destroy();
        // A kept connection that the application closed at that moment: nothing has reached it.
        if (again && outgoing.reusedSocket && error.code === 'ECONNRESET') return send(false);
        say(response, error.name === 'TimeoutError' || error.name === 'AbortError' ? TOO_LATE : BROKEN);
      });
      outgoing.end(body);
    };
    send(true);
  }
}

function asMatched(request: IncomingMessage): MeshRequest {
  const url = new URL(request.url ?? '/', 'http://mesh');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
  };
}

function ownHeaders(headers: http.IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

/** Applies changes in order: set, then add, then remove. */
export function change(
  headers: OutgoingHttpHeaders,
  changes: readonly (HeaderChange | undefined)[],
): OutgoingHttpHeaders {
  const changed = { ...headers };
  for (const each of changes) {
    if (each === undefined) continue;
    for (const [name, value] of Object.entries(each.set)) changed[name.toLowerCase()] = value;
    for (const [name, value] of Object.entries(each.add)) {
      const before = changed[name.toLowerCase()];
      changed[name.toLowerCase()] = before === undefined ? value : [before, value].flat().map(String);
    }
    for (const name of each.remove) delete changed[name.toLowerCase()];
  }
  return changed;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function say(response: ServerResponse, { status, body }: ProxyAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
