import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { FaultSource, faultPlan } from './dj-faults.ts';
import { metricsStyle, RequestMetrics } from './dj-metrics.ts';
import { type LocalServer, listenLocally } from './http-server.ts';
import type { Program, ProgramContext, RunningProgram } from './types.ts';

/** Where the DJ app listens when its container names no port. */
const DEFAULT_PORT = 9080;
const CALL_TIMEOUT_MS = 10_000;
/**
 * How long the app goes on after SIGTERM. Proxies hear of the end only with the controller's next sync, up to about a
 * second later; a roll-out takes longer than that in a cluster, but not in the lab.
 */
const DEFAULT_SHUTDOWN_DELAY_MS = 1500;
/** Headers of one connection only (RFC 9110 §7.6.1), and those a client makes itself. */
const OWN_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'upgrade',
  'host',
  'content-length',
]);

/**
 * The application of the App Mesh examples (`HW_RESPONSE`, `/ping`) with metrics, calls between services, an echo and
 * faults by environment. Everything it understands is in the README beside this file.
 */
export const djApp: Program = { start: (context) => new DjApp(context).start() };

class DjApp {
  readonly #context: ProgramContext;
  readonly #plan;
  readonly #faults: FaultSource;
  readonly #metrics: RequestMetrics;
  readonly #servers: LocalServer[] = [];
  #ended = false;

  constructor(context: ProgramContext) {
    this.#context = context;
    this.#plan = faultPlan(context.env, context.image);
    this.#faults = new FaultSource(this.#plan);
    this.#metrics = new RequestMetrics(context.pod.labels['version'] ?? '', metricsStyle(context.env['METRICS_STYLE']));
  }

  async start(): Promise<RunningProgram> {
    const { containerPorts, exited, log } = this.#context;
    if (this.#plan.crashOnStart) {
      log('panic: FAULT_CRASH_ON_START is set');
      exited(1);
      return { ports: {}, stop: async () => {} };
    }
    const ports: Record<number, number> = {};
    for (const port of containerPorts.length === 0 ? [DEFAULT_PORT] : containerPorts) {
      const server = await listenLocally((request, response) => void this.#answer(request, response));
      this.#servers.push(server);
      ports[port] = server.port;
      log(`listening on :${port}`);
    }
    const crash = this.#plan.crashAfterMs;
    const timer =
      crash === undefined
        ? undefined
        : setTimeout(() => this.#crash(`FAULT_CRASH_AFTER_MS=${crash} has passed`), crash);
    return {
      ports,
      stop: async (graceMs) => {
        clearTimeout(timer);
        this.#ended = true;
        const delay = this.#shutdownDelay(graceMs);
        log(`SIGTERM: listening for another ${delay} ms, then finishing requests in flight`);
        await pause(delay);
        await Promise.all(this.#servers.map((server) => server.drain(graceMs - delay)));
      },
    };
  }

  /** At most half the grace period; a lab that ends at once does not wait at all. */
  #shutdownDelay(graceMs: number): number {
    const wanted = Number(this.#context.env['SHUTDOWN_DELAY_MS'] ?? DEFAULT_SHUTDOWN_DELAY_MS);
    return graceMs < 1000 ? 0 : Math.min(wanted, graceMs / 2);
  }

  #crash(why: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.log(`panic: ${why}`);
    for (const server of this.#servers) server.drop();
    this.#context.exited(1);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const version = this.#context.env['APP_VERSION'];
    if (version !== undefined) response.setHeader('x-app-version', version);
    response.on('error', () => {});
    if (path === '/ping')
      return send(response, this.#plan.ping ? 503 : 200, this.#plan.ping ? 'FAULT_PING is set' : '');
    if (path === '/metrics')
      return send(response, 200, this.#metrics.text(), { 'content-type': 'text/plain; version=0.0.4' });

    const began = performance.now();
    const { fault, latencyMs } = this.#faults.next(method);
    if (latencyMs > 0) await pause(latencyMs);
    if (fault.kind === 'crash') return this.#crash(`a ${method} was asked, and FAULT_CRASH_METHODS is set`);
    if (fault.kind === 'close') {
      this.#context.log(`${method} ${request.url} closed without an answer`);
      request.socket.destroy();
      return;
    }
    if (fault.kind === 'error') send(response, fault.status, `${http.STATUS_CODES[fault.status] ?? 'error'}\n`);
    else await this.#serve(request, response, path);
    const seconds = (performance.now() - began) / 1000;
    this.#metrics.observe(method, response.statusCode, seconds);
    this.#context.log(`${method} ${request.url} ${response.statusCode} ${Math.round(seconds * 1000)}ms`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [, first, second] = path.split('/');
    if (first === 'call' && second !== undefined && second !== '') return this.#call(second, request, response);
    if (first === 'echo') {
      const { method, url, headers } = request;
      const body = (await bodyOf(request)).toString('utf8');
      const echo = { method, url, headers, body, pod: this.#context.pod.name };
      return send(response, 200, JSON.stringify(echo), { 'content-type': 'application/json' });
    }
    const text = this.#context.env['HW_RESPONSE'] ?? 'Hello World';
    send(response, 200, text, { 'content-type': isJson(text) ? 'application/json' : 'text/plain; charset=utf-8' });
  }

  /** `/call/jazz/a?b` asks `UPSTREAM_JAZZ` for `/a?b`, with the caller's own headers, and passes the answer on. */
  async #call(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const variable = `UPSTREAM_${name.toUpperCase().replaceAll('-', '_')}`;
    const base = this.#context.env[variable];
    if (base === undefined) return send(response, 404, `${variable} is not set\n`);
    const url = new URL(base);
    const port = Number(url.port || 80);
    const target = await this.#context.resolve(url.hostname, port);
    if (target === undefined) return send(response, 502, `${url.host}: no address\n`);
    const rest = (request.url ?? '').replace(/^\/call\/[^/?]+/, '');
    const headers = Object.entries(request.headers).filter(([header]) => !OWN_HEADERS.has(header));
    const payload = await bodyOf(request);
    try {
      const answer = await ask({
        ...target,
        method: request.method ?? 'GET',
        path: rest.startsWith('/') ? rest : `/${rest}`,
        headers: { ...Object.fromEntries(headers), host: url.host, 'content-length': payload.length },
        payload,
      });
      const passed = Object.entries(answer.headers).filter(([header]) => !OWN_HEADERS.has(header));
      send(response, answer.status, answer.body, Object.fromEntries(passed));
    } catch (error) {
      send(response, 502, `${url.host}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

interface Call {
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly payload: Buffer;
}

function ask({
  payload,
  ...options
}: Call): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ ...options, agent: false, timeout: CALL_TIMEOUT_MS }, (response) => {
      bodyOf(response).then(
        (body) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body }),
        reject,
      );
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${CALL_TIMEOUT_MS / 1000} s`)));
    request.on('error', reject);
    request.end(payload);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
