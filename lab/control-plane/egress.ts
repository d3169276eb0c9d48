/**
 * The way from the API server to pods: kube-apiserver sends `CONNECT <address>:<port>` over a unix socket (its egress
 * selector) and this proxy dials the local port that stands for the pod. So `pods/<name>:<port>/proxy` and in-cluster
 * webhooks work although no pod address exists.
 */
import http from 'node:http';
import net from 'node:net';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** What DNS and the pod network answer inside the cluster; undefined when nothing listens there. */
export type Resolve = (host: string, port: number) => Target | undefined;

export interface EgressProxy {
  stop(): Promise<void>;
}

/** Configuration of kube-apiserver's egress selector for a proxy at this socket. */
export function egressConfiguration(socket: string): object {
  return {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [
      {
        name: 'cluster',
        connection: { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName: socket } } },
      },
    ],
  };
}

export async function startEgressProxy(socket: string, resolve: Resolve): Promise<EgressProxy> {
  const open = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (connection: net.Socket) => {
    open.add(connection);
    connection.on('close', () => open.delete(connection));
  });
  server.on('connect', (request: http.IncomingMessage, client: net.Socket, head: Buffer) => {
    const asked = parseAuthority(request.url ?? '');
    const target = asked === undefined ? undefined : resolve(asked.host, asked.port);
    if (target === undefined) {
      client.end(`HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    pipe(client, head, target);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(socket, listening);
  });
  return {
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        for (const connection of open) connection.destroy();
      }),
  };
}

/** Reads `host:port` or `[v6]:port`, the request target of CONNECT (RFC 9110 §9.3.6); undefined when it is neither. */
export function parseAuthority(text: string): Target | undefined {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function pipe(client: net.Socket, head: Buffer, target: Target): void {
  const upstream = net.connect(target.port, target.host);
  let connected = false;
  upstream.setNoDelay(true);
  upstream.on('connect', () => {
    connected = true;
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  upstream.on('error', () => {
    if (connected) client.destroy();
    else client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
  });
  client.on('error', () => upstream.destroy());
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => {
    if (connected) client.destroy();
  });
}
