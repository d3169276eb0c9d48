/** The proxy listener: routes a request, runs its plugins, sends it upstream and passes the answer back. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ownAnswer } from '../faults.ts';
import type { Compiled, KongNode } from '../node.ts';
import type { Step } from '../plugins/binding.ts';
import type { PluginWorld } from '../plugins/plugin.ts';
import type { Resolver } from '../resolver.ts';
import { errorExit, exitHeaders, gatewayExit, jsonExit, markGenerated, markProxied } from './answer.ts';
import { Exchange } from './exchange.ts';
import { type Failed, type Forwarded, Forwarder } from './forward.ts';
import { HeaderTable } from './header-table.ts';

/** nginx's keepalive_timeout. */
const KEEP_ALIVE_MS = 75_000;

export interface Proxy {
  readonly server: Server;
  /** Closes pooled upstream connections. */
  close(): void;
}

/** `forwardedPort` is what upstreams read in X-Forwarded-Port. */
export function createProxy(
  node: KongNode,
  resolver: Resolver,
  forwardedPort: number,
  log: (line: string) => void,
): Proxy {
  const forwarder = new Forwarder(resolver, forwardedPort);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    const exchange = new Exchange(request, response);
    serve(exchange, node, forwarder).catch((error: Error) => {
      if (response.destroyed) return;
      log(`${request.method} ${request.url}: ${error.stack ?? error.message}`);
      if (response.headersSent) response.destroy();
      else void generated(exchange, [], errorExit(exchange, 500, 'An unexpected error occurred'));
    });
  });
  return { server, close: () => forwarder.close() };
}

async function serve(exchange: Exchange, node: KongNode, forwarder: Forwarder): Promise<void> {
  // Taken once: a configuration that arrives meanwhile is for later requests.
  const compiled = node.current;
  const refused = route(exchange, compiled);
  if (refused !== undefined) return generated(exchange, [], refused);
  const fault = ownAnswer(node.faults, exchange.route?.name, Math.random);
  // As if the route were not there: no plugin of it runs.
  if (fault !== undefined && fault < 500)
    return generated(exchange, [], errorExit(exchange, fault, 'no Route matched with those values'));
  const steps = await runPlugins(exchange, compiled, node);
  if (exchange.exit !== undefined) return generated(exchange, steps, exchange.exit);
  if (fault !== undefined) return failing(exchange, steps, fault);
  const { service } = exchange;
  if (service === undefined)
    return generated(exchange, steps, errorExit(exchange, 503, 'no Service found with those values'));
  const outcome = await forwarder.forward(exchange, service, compiled.balancers.get(service.host));
  if (exchange.response.destroyed) return undefined;
  if ('response' in outcome) return proxied(exchange, steps, outcome);
  if (!outcome.proxied) return generated(exchange, steps, outcome.exit);
  return unproxied(exchange, steps, outcome);
}

/** 502 and 504 after a peer was picked carry what proxied answers carry (kong/error_handlers.lua, KONG_PROXIED). */
function unproxied(
  exchange: Exchange,
  steps: readonly Step[],
  { exit, waited }: Omit<Failed, 'proxied'>,
): Promise<void> {
  const headers = exitHeaders(exit);
  markProxied(headers, exchange, waited, '1.1');
  return send(exchange, steps, exit.status, undefined, headers, exit.body);
}

/** A fault of the gateway's own: an error in its code (500), or an upstream it could not talk to (502, 504). */
function failing(exchange: Exchange, steps: readonly Step[], status: number): Promise<void> {
  const exit = gatewayExit(exchange, status);
  if (status === 502 || status === 504) return unproxied(exchange, steps, { exit, waited: 0 });
  return generated(exchange, steps, exit);
}

/** Finds the route; answers Kong's refusal when there is none or it is for HTTPS only (kong/runloop/handler.lua). */
function route(exchange: Exchange, compiled: Compiled) {
  const { request, headers } = exchange;
  exchange.match = compiled.router.find({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    host: request.headers.host,
    header: (name) => headers.all(name),
  });
  const { match } = exchange;
  if (match === undefined) return errorExit(exchange, 404, 'no Route matched with those values');
  exchange.upstreamPath = match.upstreamPath;
  const { protocols, https_redirect_status_code: status } = match.route;
  if (!protocols.includes('https') || protocols.includes('http')) return undefined;
  if (status === 426) {
    return errorExit(exchange, 426, 'Please use HTTPS protocol', [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'TLS/1.2, HTTP/1.1'],
    ]);
  }
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  return jsonExit(status, undefined, [['Location', `https://${host}${request.url}`]]);
}

/** Runs the access phase. Once a plugin answered, the rest is only gathered: their header filters still run. */
async function runPlugins(exchange: Exchange, compiled: Compiled, node: KongNode): Promise<Step[]> {
  const { route } = exchange;
  if (route === undefined) return [];
  const world: PluginWorld = {
    now: node.now,
    counters: node.counters,
    credential: (key) => compiled.credentials.get(key),
    consumer: (idOrName) => compiled.consumers.get(idOrName),
  };
  const steps: Step[] = [];
  let plan = compiled.bindings.plan(route, undefined);
  for (let index = 0; index < plan.length; index++) {
    const step = plan[index];
    if (step === undefined) continue;
    steps.push(step);
    if (exchange.exit !== undefined) continue;
    const pending = step.plugin.access?.(exchange, step.instance.config, world, step.instance);
    if (pending !== undefined) await pending;
    if (exchange.consumer !== undefined) plan = compiled.bindings.plan(route, exchange.consumer.id);
  }
  return steps;
}

function generated(exchange: Exchange, steps: readonly Step[], exit: NonNullable<Exchange['exit']>): Promise<void> {
  const headers = exitHeaders(exit);
  markGenerated(headers, exchange);
  return send(exchange, steps, exit.status, undefined, headers, exit.body ?? '');
}

function proxied(exchange: Exchange, steps: readonly Step[], { response, waited, cookie }: Forwarded): Promise<void> {
  const headers = HeaderTable.from(response.rawHeaders);
  for (const token of (headers.all('connection') ?? []).join(',').split(',')) headers.delete(token.trim());
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-authenticate'])
    headers.delete(name);
  markProxied(headers, exchange, waited, response.httpVersion);
  if (cookie !== undefined)
    headers.add('Set-Cookie', `${cookie.name}=${cookie.value}; Path=${cookie.path}; Same-Site=Lax; HttpOnly`);
  return send(exchange, steps, response.statusCode ?? 502, response.statusMessage, headers, response);
}

/** Runs the header and body filters and writes the answer. */
async function send(
  exchange: Exchange,
  steps: readonly Step[],
  status: number,
  reason: string | undefined,
  headers: HeaderTable,
  body: string | undefined | IncomingMessage,
): Promise<void> {
  headers.override(exchange.answerHeaders);
  for (const { plugin, instance } of steps) plugin.headerFilter?.(exchange, headers, instance.config);
  const filters = steps.filter(({ plugin, instance }) => plugin.wantsBody?.(headers, instance.config));
  let content = body;
  if (filters.length > 0 && exchange.request.method !== 'HEAD') {
    content = typeof body === 'object' ? await wholeText(body) : (body ?? '');
    for (const { plugin, instance } of filters) content = plugin.bodyFilter?.(content, instance.config) ?? content;
  }
  if (typeof content !== 'object') headers.set('Content-Length', String(Buffer.byteLength(content ?? '')));
  write(exchange.response, status, reason, headers, content);
  // An unread body must not be taken for the next request on the connection.
  if (!exchange.request.complete) exchange.request.resume();
}

function write(
  response: ServerResponse,
  status: number,
  reason: string | undefined,
  headers: HeaderTable,
  content: string | undefined | IncomingMessage,
): void {
  const raw = headers.toRaw();
  if (reason === undefined) response.writeHead(status, raw);
  else response.writeHead(status, reason, raw);
  if (typeof content !== 'object') {
    response.end(content);
    return;
  }
  content.on('error', () => response.destroy());
  content.on('aborted', () => response.destroy());
  content.pipe(response);
}

async function wholeText(body: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
