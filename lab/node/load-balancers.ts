import net, { type AddressInfo } from 'node:net';
import type { NameTable } from './names.ts';
import { type ClusterAccess, keyOf, type LocalAddress, type Service } from './types.ts';

/** Annotation on each LoadBalancer Service: JSON object of service port ► local port. */
export const LOCAL_PORTS_ANNOTATION = 'lab.mesh-canary.dev/local-ports';
/** The address Services get: everything in the lab listens on this machine only. */
const ADDRESS = '127.0.0.1';
/** Ports below need privileges on most systems. */
const FIRST_FREE_PORT = 1024;
/** Where gateways listen for HTTP. */
const WEB_PORT = 80;
const RETRY_MS = 200;

export interface LoadBalancer {
  readonly namespace: string;
  readonly name: string;
  /** Port of the Service. */
  readonly port: number;
  /** Port on 127.0.0.1. */
  readonly localPort: number;
}

interface Listener extends LoadBalancer {
  readonly server: net.Server;
  readonly sockets: Set<net.Socket>;
}

/**
 * The cloud's load balancers: a TCP listener for each port of each Service of type LoadBalancer, whose connections go
 * to the ready endpoints in turn. A connection that finds no endpoint is reset, as by a load balancer without targets.
 */
export class LoadBalancers {
  readonly #access: ClusterAccess;
  readonly #names: NameTable;
  readonly #listeners = new Map<string, Map<number, Listener>>();
  #web: { readonly server: net.Server; readonly sockets: Set<net.Socket>; host?: string } | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(access: ClusterAccess, names: NameTable) {
    this.#access = access;
    this.#names = names;
  }

  /**
   * Reserves the local port that port 80 of the first LoadBalancer Service will have, so that the address of a gateway
   * is known before the gateway is there, as with a load balancer made beforehand. Until then connections are reset.
   */
  async reserveWebPort(): Promise<number> {
    const sockets = new Set<net.Socket>();
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      track(client, sockets);
      const host = this.#web?.host;
      forward(client, host === undefined ? [] : this.#names.candidates(host, WEB_PORT), sockets);
    });
    if (!(await listen(server, 0))) throw new Error('no free port for the gateway');
    this.#web = { server, sockets };
    return (server.address() as AddressInfo).port;
  }

  /** One change after the other, so that a Service that changes quickly ends as it was last. */
  changed(service: Service): void {
    this.#work = this.#work.then(() => this.#apply(service)).catch(() => {});
  }

  gone(service: Service): void {
    this.#work = this.#work.then(() => this.#close(keyOf(service), new Set()));
  }

  list(): LoadBalancer[] {
    return [...this.#listeners.values()].flatMap((ports) =>
      [...ports.values()].map(({ namespace, name, port, localPort }) => ({ namespace, name, port, localPort })),
    );
  }

  async stop(): Promise<void> {
    this.#closed = true;
    await this.#work;
    await Promise.all([...this.#listeners.keys()].map((key) => this.#close(key, new Set())));
    if (this.#web?.host === undefined) this.#web?.server.close();
  }

  async #apply(service: Service): Promise<void> {
    if (this.#closed) return;
    const key = keyOf(service);
    const tcp = (service.spec.ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
    const wanted = new Set(service.spec.type === 'LoadBalancer' ? tcp.map(({ port }) => port) : []);
    await this.#close(key, wanted);
    if (wanted.size === 0) return;
    const listeners = this.#listeners.get(key) ?? new Map<number, Listener>();
    this.#listeners.set(key, listeners);
    for (const port of wanted) if (!listeners.has(port)) listeners.set(port, await this.#listen(service, port));
    await this.#publish(service, listeners);
  }

  async #publish(service: Service, listeners: ReadonlyMap<number, Listener>): Promise<void> {
    const { namespace, name, annotations } = service.metadata;
    const path = `/api/v1/namespaces/${namespace}/services/${name}`;
    const ports = JSON.stringify(Object.fromEntries([...listeners].map(([port, { localPort }]) => [port, localPort])));
    const merge = 'application/merge-patch+json';
    const noted = annotations?.[LOCAL_PORTS_ANNOTATION] === ports;
    const assigned = service.status?.loadBalancer?.ingress?.[0]?.ip === ADDRESS;
    for (let done = false; !done && !this.#closed; ) {
      try {
        if (!noted)
          await this.#access.request(
            'PATCH',
            path,
            { metadata: { annotations: { [LOCAL_PORTS_ANNOTATION]: ports } } },
            merge,
          );
        const status = { loadBalancer: { ingress: [{ ip: ADDRESS }] } };
        if (!assigned) await this.#access.request('PATCH', `${path}/status`, { status }, merge);
        done = true;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #listen(service: Service, port: number): Promise<Listener> {
    const { namespace, name } = service.metadata;
    const host = `${name}.${namespace}.svc`;
    if (port === WEB_PORT && this.#web !== undefined && this.#web.host === undefined) {
      const { server, sockets } = this.#web;
      this.#web.host = host;
      return { namespace, name, port, localPort: (server.address() as AddressInfo).port, server, sockets };
    }
    const sockets = new Set<net.Socket>();
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      track(client, sockets);
      forward(client, this.#names.candidates(host, port), sockets);
    });
    const own = port >= FIRST_FREE_PORT && (await listen(server, port));
    if (!own && !(await listen(server, 0))) throw new Error(`no free port for Service ${namespace}/${name}`);
    return { namespace, name, port, localPort: (server.address() as AddressInfo).port, server, sockets };
  }

  async #close(key: string, keep: ReadonlySet<number>): Promise<void> {
    const listeners = this.#listeners.get(key);
    for (const [port, { server, sockets }] of [...(listeners ?? [])]) {
      if (keep.has(port)) continue;
      listeners?.delete(port);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    }
    if (listeners?.size === 0) this.#listeners.delete(key);
  }
}

/** Connects to the first endpoint that answers. What a client sent meanwhile waits in its socket. */
function forward(client: net.Socket, [target, ...others]: readonly LocalAddress[], sockets: Set<net.Socket>): void {
  if (target === undefined) return void client.resetAndDestroy();
  client.pause();
  const upstream = net.connect({ ...target, allowHalfOpen: true, noDelay: true });
  const next = (): void => forward(client, others, sockets);
  upstream.once('error', next);
  upstream.once('connect', () => {
    upstream.off('error', next);
    track(upstream, sockets);
    upstream.on('error', () => client.resetAndDestroy());
    client.on('error', () => upstream.destroy());
    client.on('close', () => upstream.destroySoon());
    upstream.on('close', () => client.destroySoon());
    client.pipe(upstream);
    upstream.pipe(client);
  });
}

function track(socket: net.Socket, sockets: Set<net.Socket>): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
}

function listen(server: net.Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const failed = (): void => resolve(false);
    server.once('error', failed);
    server.listen(port, ADDRESS, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}
