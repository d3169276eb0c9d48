import http from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type LocalServer, listenLocally } from '../../../../lab/images/http-server.ts';
import { Sidecar } from '../../../../lab/mesh/sidecar.ts';
import type { Call, Routing } from '../../../../lab/mesh/types.ts';
import { dj } from './mesh-world.ts';

const open: { drop(): void }[] = [];
const proxies: Sidecar[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
  for (const server of open.splice(0)) server.drop();
});

async function application(
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void,
): Promise<LocalServer> {
  const server = await listenLocally(answer);
  open.push(server);
  return server;
}

interface World {
  readonly routing: Routing;
  readonly random?: number;
  readonly ports?: Readonly<Record<string, number>>;
}

/** A proxy whose every destination is one of these ports of this machine. */
async function proxyOf({ routing, random = 0, ports = {} }: World): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  const proxy = new Sidecar(dj, {
    routing: (_caller, call) => {
      calls.push(call);
      return routing;
    },
    endpoints: (host) => (ports[host] === undefined ? [] : [{ host: '127.0.0.1', port: ports[host] }]),
    random: () => random,
  });
  proxies.push(proxy);
  const { port } = await proxy.listener('jazz.prod', 9080);
  return { url: `http://127.0.0.1:${port}`, calls };
}

const to = (host: string, weight = 1) => ({ name: host, weight, to: { host, port: 9080 } });

function get(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: http.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      })
      .on('error', reject);
  });
}

describe('the proxy beside a pod', () => {
  it('asks for the routing of where the pod connects and whom it names, and sends there by weight', async () => {
    const [one, two] = [
      await application((_, response) => response.end('one')),
      await application((_, response) => response.end('two')),
    ];
    const rules = [{ name: 'split', matches: [], destinations: [to('v1', 95), to('v2', 5)] }];
    const ports = { v1: one.port, v2: two.port };
    const low = await proxyOf({ routing: { rules }, random: 0.949, ports });
    const high = await proxyOf({ routing: { rules }, random: 0.951, ports });
    expect((await get(low.url, { host: 'Jazz.Prod.svc:9080' })).body).toBe('one');
    expect((await get(high.url)).body).toBe('two');
    expect(low.calls).toEqual([{ host: 'jazz.prod', port: 9080, authority: 'jazz.prod.svc' }]);
  });

  it('leaves Host and path as they are, and changes the headers a rule changes', async () => {
    const app = await application((request, response) => {
      response.setHeader('x-app', 'kept');
      response.setHeader('x-gone', 'no');
      response.end(JSON.stringify({ host: request.headers.host, url: request.url, lane: request.headers['x-lane'] }));
    });
    const change = (set: Record<string, string>, remove: string[] = []) => ({ set, add: {}, remove });
    const destination = { ...to('v1'), response: change({ 'X-Lane': 'b' }) };
    const rules = [
      {
        name: 'lane',
        matches: [],
        destinations: [destination],
        request: change({ 'x-lane': 'a' }),
        response: change({}, ['x-gone']),
      },
    ];
    const { url } = await proxyOf({ routing: { rules }, ports: { v1: app.port } });
    const answer = await get(`${url}/dj?x=1`, { host: 'jazz.prod.svc.cluster.local:9080' });
    expect(JSON.parse(answer.body)).toEqual({ host: 'jazz.prod.svc.cluster.local:9080', url: '/dj?x=1', lane: 'a' });
    expect(answer.headers).toMatchObject({ 'x-app': 'kept', 'x-lane': 'b' });
    expect(answer.headers).not.toHaveProperty('x-gone');
  });

  it('goes where the pod connects when the mesh has nothing to say', async () => {
    const app = await application((_, response) => response.end('direct'));
    const { url } = await proxyOf({ routing: 'passthrough', ports: { 'jazz.prod': app.port } });
    expect((await get(url)).body).toBe('direct');
  });

  it.each([
    ['no rule takes the request', { rules: [] }, 404],
    ['the mesh has an answer of its own', { answer: { status: 418, body: 'tea' } }, 418],
    ['nothing has weight', { rules: [{ name: 'r', matches: [], destinations: [to('v1', 0)] }] }, 500],
    ['nothing is ready', { rules: [{ name: 'r', matches: [], destinations: [to('v1')] }] }, 503],
    [
      'the destination does not exist',
      {
        rules: [
          {
            name: 'r',
            matches: [],
            destinations: [{ name: 'x', weight: 1, to: { answer: { status: 500, body: '' } } }],
          },
        ],
      },
      500,
    ],
  ] as const)('answers by itself when %s', async (_, routing, status) => {
    expect((await get((await proxyOf({ routing })).url)).status).toBe(status);
  });

  it('answers 503 when the application breaks the connection, and 504 when it is too slow for the rule', async () => {
    const broken = await application((request) => request.socket.destroy());
    const silent = await application(() => {});
    const rules = (timeoutMs?: number) => ({
      rules: [{ name: 'r', matches: [], destinations: [to('v1')], ...(timeoutMs === undefined ? {} : { timeoutMs }) }],
    });
    expect((await get((await proxyOf({ routing: rules(), ports: { v1: broken.port } })).url)).status).toBe(503);
    expect((await get((await proxyOf({ routing: rules(20), ports: { v1: silent.port } })).url)).status).toBe(504);
  });
});
