/**
 * Sends an exchange upstream: picks a peer, retries as nginx does (`proxy_next_upstream error timeout`: a failed
 * connection always, a failure after sending only for methods without side effects), and answers.
 * Rules after kong/runloop/balancer/init.lua (`execute`, `set_host_header`).
 */
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Balancer, type HashCookie, hashValueOf } from '../balancer/balancer.ts';
import type { Service, Target } from '../entities.ts';
import type { Address, Resolver } from '../resolver.ts';
import { type Exit, errorExit, gatewayExit } from './answer.ts';
import { type Exchange, newRequestId } from './exchange.ts';
import { type UpstreamRequest, upstreamRequest } from './upstream-request.ts';

export interface Forwarded {
  readonly response: IncomingMessage;
  /** Milliseconds from the start of the last try to the upstream's response headers. */
  readonly waited: number;
  readonly cookie: HashCookie | undefined;
}

/** Kong's answer when nothing usable came back; `proxied` tells that a peer had been picked (502 and 504, not 503). */
export interface Failed {
  readonly exit: Exit;
  readonly proxied: boolean;
  readonly waited: number;
}

interface Peer {
  readonly host: string;
  readonly port: number;
  readonly address: Address | undefined;
  readonly target: Target | undefined;
}

type Failure = { readonly failed: 'connect' | 'broken' | 'timeout' };

/** Kong's defaults: upstream_keepalive_pool_size and upstream_keepalive_idle_timeout. */
const POOL_SIZE = 512;
/** Bodies up to this size are held, as nginx does by default, so that they can be sent again. */
const HELD_BODY_BYTES = 1024 * 1024;
/** nginx does not send these again once they were sent. */
const NOT_IDEMPOTENT = new Set(['POST', 'LOCK', 'PATCH']);

export class Forwarder {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: POOL_SIZE, scheduling: 'lifo' });
  readonly #resolver: Resolver;
  readonly #forwardedPort: number;

  constructor(resolver: Resolver, forwardedPort: number) {
    this.#resolver = resolver;
    this.#forwardedPort = forwardedPort;
  }

  async forward(exchange: Exchange, service: Service, balancer: Balancer | undefined): Promise<Forwarded | Failed> {
    if (exchange.route?.request_buffering !== false && exchange.body === undefined && isSmall(exchange)) {
      await exchange.readBody();
    }
    const hash = balancer === undefined ? undefined : hashValueOf(balancer.upstream, hashable(exchange), newRequestId);
    const sent = upstreamRequest(exchange, this.#forwardedPort);
    let failure: Failure | undefined;
    let waited = 0;
    for (let tries = 0; tries <= service.retries; tries++) {
      const peer = await this.#peer(service, balancer, hash?.value ?? '');
      if (typeof peer === 'string') {
        if (failure === undefined) return { exit: errorExit(exchange, 503, peer), proxied: false, waited };
        break;
      }
      const started = performance.now();
      const outcome = await this.#try(exchange, service, peer, sent, hostHeader(exchange, balancer, peer));
      waited = performance.now() - started;
      if (peer.target !== undefined && balancer !== undefined) releaseAfter(balancer, peer.target, outcome);
      if (!('failed' in outcome)) return { response: outcome, waited, cookie: hash?.cookie };
      failure = outcome;
      if (!mayRetry(exchange, failure)) break;
    }
    return { exit: gatewayExit(exchange, failure?.failed === 'timeout' ? 504 : 502), proxied: true, waited };
  }

  close(): void {
    this.#agent.destroy();
  }

  /** The next peer, or Kong's message why there is none. A target whose name does not resolve is passed over. */
  async #peer(service: Service, balancer: Balancer | undefined, hash: string): Promise<Peer | string> {
    if (balancer === undefined) {
      const address = await this.#resolver.lookup(service.host, service.port);
      if (address === undefined && !isAddress(service.host)) return 'name resolution failed';
      return { host: service.host, port: service.port, address, target: undefined };
    }
    for (let chances = balancer.upstream.targets.length; chances > 0; chances--) {
      const target = balancer.next(hash);
      if (target === undefined) break;
      const address = await this.#resolver.lookup(target.host, target.port);
      if (address !== undefined || isAddress(target.host))
        return { host: target.host, port: target.port, address, target };
      balancer.release(target);
    }
    return 'failure to get a peer from the ring-balancer';
  }

  #try(
    exchange: Exchange,
    service: Service,
    peer: Peer,
    sent: UpstreamRequest,
    host: string,
  ): Promise<IncomingMessage | Failure> {
    const { address } = peer;
    if (address === undefined) return Promise.resolve({ failed: 'connect' });
    return new Promise((resolve) => {
      let failed: Failure['failed'] = 'connect';
      const outgoing = httpRequest({
        agent: this.#agent,
        host: address.host,
        port: address.port,
        method: sent.method,
        path: sent.path,
        headers: ['Host', host, ...sent.headers],
        setHost: false,
        timeout: service.read_timeout,
      });
      const abandon = () => outgoing.destroy();
      const settle = (outcome: IncomingMessage | Failure) => {
        exchange.response.off('close', abandon);
        resolve(outcome);
      };
      exchange.response.once('close', abandon);
      watchConnection(outgoing, service.connect_timeout, () => {
        failed = 'broken';
        // A streamed body is touched only now, so that a refused connection can be tried elsewhere.
        if (exchange.body === undefined && exchange.hasBody) exchange.request.pipe(outgoing);
      });
      outgoing.on('timeout', () => {
        failed = 'timeout';
        outgoing.destroy(new Error('timeout'));
      });
      outgoing.on('response', (response) => {
        settle(response);
        exchange.response.once('close', () => {
          if (!response.complete) outgoing.destroy();
        });
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') this.#resolver.forget(peer.host, peer.port);
        if (error.message === 'connect timeout') failed = 'timeout';
        settle({ failed });
      });
      if (exchange.body !== undefined) outgoing.end(exchange.body);
      else if (!exchange.hasBody) outgoing.end();
    });
  }
}

/** Tells when the connection stands, and gives up when it takes longer than `patience` milliseconds. */
function watchConnection(outgoing: ClientRequest, patience: number, connected: () => void): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return connected();
    const timer = setTimeout(() => outgoing.destroy(new Error('connect timeout')), patience);
    socket.once('connect', () => {
      clearTimeout(timer);
      connected();
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

function releaseAfter(balancer: Balancer, target: Target, outcome: IncomingMessage | Failure): void {
  if ('failed' in outcome) balancer.release(target);
  else outcome.once('close', () => balancer.release(target));
}

/** A streamed body is gone once the connection stood; a held one may be sent again unless the method forbids it. */
function mayRetry(exchange: Exchange, { failed }: Failure): boolean {
  if (exchange.response.destroyed) return false;
  const held = exchange.body !== undefined || !exchange.hasBody;
  if (failed === 'connect') return held || !exchange.request.readableDidRead;
  return held && !NOT_IDEMPOTENT.has(exchange.method);
}

function isSmall(exchange: Exchange): boolean {
  const length = exchange.request.headers['content-length'];
  return length !== undefined && Number(length) > 0 && Number(length) <= HELD_BODY_BYTES;
}

/** `preserve_host` keeps the client's Host; else the upstream's host_header or the target, with the port unless it is 80. */
function hostHeader(exchange: Exchange, balancer: Balancer | undefined, peer: Peer): string {
  if (exchange.upstreamHost !== undefined) return exchange.upstreamHost;
  const sent = exchange.request.headers.host;
  if (exchange.route?.preserve_host && sent !== undefined) return sent;
  const name = balancer?.upstream.host_header ?? peer.host;
  return peer.port === 80 ? name : `${name}:${peer.port}`;
}

function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(':');
}

function hashable(exchange: Exchange) {
  return {
    clientAddress: exchange.clientAddress,
    consumerId: exchange.consumer?.id ?? exchange.credential?.id,
    path: exchange.path,
    header: (name: string) => exchange.headers.all(name)?.join(', '),
    cookie: (name: string) => exchange.cookie(name),
    queryArgument: (name: string) => exchange.query.get(name)?.map(String).sort().join(','),
    uriCapture: (name: string) => {
      const captures = exchange.match?.captures;
      return captures?.named[name] ?? captures?.indexed[Number(name)];
    },
  };
}
