/**
 * Traefik's container: a way in. Every request goes to the proxy that the lab puts beside the pod (lab/mesh/traefik), which
 * has the routes, as the one program does both in the real thing. Ports after the first answer `/ping` alone.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { type LocalServer, listenLocally } from './http-server.ts';
import type { Program, ProgramContext } from './types.ts';

export const traefikProgram: Program = {
  async start(context) {
    const servers: LocalServer[] = [];
    const ports: Record<number, number> = {};
    for (const [index, port] of context.containerPorts.entries()) {
      const server = await listenLocally((request, response) =>
        index === 0 ? void pass(context, request, response) : void response.end('OK'),
      );
      servers.push(server);
      ports[port] = server.port;
    }
    context.log(`listening on :${context.containerPorts.join(', :')}`);
    return {
      ports,
      stop: async (graceMs) => void (await Promise.all(servers.map((server) => server.drain(graceMs)))),
    };
  },
};

async function pass(context: ProgramContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => {});
  // Its own Service: a place to which the proxy beside the pod leads.
  const own = `traefik.${context.pod.namespace}.svc.cluster.local`;
  const target = await context.resolve(own, 80);
  if (target === undefined) return void response.writeHead(404).end('404 page not found\n');
  const outgoing = http.request({
    host: target.host,
    port: target.port,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: request.headers,
    agent: false,
  });
  response.once('close', () => outgoing.destroy());
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  outgoing.on('error', () => {
    if (response.headersSent || response.destroyed) return void response.destroy();
    response.writeHead(502).end('Bad Gateway');
  });
  request.pipe(outgoing);
}
