/**
 * A stand-in for Kong Gateway 3.9 without a database, for the lab: Admin API, status API and an HTTP/1.1 proxy on
 * 127.0.0.1. It behaves as Kong's source does where the lab needs it; each file names the source of its rules.
 * Not here: TLS and HTTP/2 listeners, WebSocket upgrades, streams, health checks, consumer groups, Redis.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminRequest, statusRequest } from './admin.ts';
import { KongNode, type NodeOptions } from './node.ts';
import { createProxy } from './proxy/proxy.ts';
import { DIRECT, type Resolver } from './resolver.ts';

export interface KongOptions extends NodeOptions {
  /** 0 takes any free port. */
  readonly adminPort?: number;
  readonly proxyPort?: number;
  readonly statusPort?: number;
  /** The port upstreams read in X-Forwarded-Port; the chart maps 80 to Kong's 8000. */
  readonly forwardedPort?: number;
  /** Where hosts really listen; without it they are dialled as written. */
  readonly resolver?: Resolver;
  /** Takes lines about things that should not happen. */
  readonly log?: (line: string) => void;
}

export interface Kong {
  readonly admin: number;
  readonly proxy: number;
  readonly status: number;
  readonly node: KongNode;
  /** Stops listening, lets requests in flight finish for up to `graceMs` (5000), then drops them. */
  stop(graceMs?: number): Promise<void>;
}

const GRACE_MS = 5000;

export async function startKong(options: KongOptions = {}): Promise<Kong> {
  const node = new KongNode(options);
  const log = options.log ?? (() => {});
  const resolver = options.resolver ?? DIRECT;
  const proxy = createProxy(node, resolver, options.forwardedPort ?? 80, log);
  const admin = createServer((request, response) => {
    adminRequest(node, request, response).catch((error: Error) => {
      log(`admin ${request.method} ${request.url}: ${error.stack ?? error.message}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const status = createServer((request, response) => statusRequest(node, request, response));
  const servers = [admin, proxy.server, status];
  const ports = [options.adminPort ?? 0, options.proxyPort ?? 0, options.statusPort ?? 0];
  const [adminPort = 0, proxyPort = 0, statusPort = 0] = await Promise.all(
    servers.map((server, index) => listen(server, ports[index] ?? 0)),
  );
  return {
    admin: adminPort,
    proxy: proxyPort,
    status: statusPort,
    node,
    async stop(graceMs = GRACE_MS) {
      await Promise.all(servers.map((server) => close(server, graceMs)));
      proxy.close();
      resolver.close();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
