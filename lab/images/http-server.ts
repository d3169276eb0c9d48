import http, { type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalServer {
  readonly port: number;
  /** Takes no new connections, lets requests in flight end, closes hard after `graceMs` milliseconds. */
  drain(graceMs: number): Promise<void>;
  /** Closes everything at once, as a crash does. */
  drop(): void;
}

/** Longer than proxies keep idle connections (Kong: 60 s), so that it is never the server who closes one in use. */
const KEEP_ALIVE_MS = 75_000;

/** An HTTP/1.1 server on a free port of 127.0.0.1. */
export async function listenLocally(listener: RequestListener): Promise<LocalServer> {
  const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    if (draining) response.setHeader('connection', 'close');
    inFlight.add(response);
    response.on('close', () => {
      inFlight.delete(response);
      // Node keeps a connection that becomes idle after `close()` until its keep-alive time is over.
      if (draining) server.closeIdleConnections();
    });
    listener(request, response);
  });
  const inFlight = new Set<ServerResponse>();
  let draining = false;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async drain(graceMs) {
      draining = true;
      for (const response of inFlight) if (!response.headersSent) response.setHeader('connection', 'close');
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
    drop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
