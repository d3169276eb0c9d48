import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { socketResolver } from '../../../../lab/kong/resolver.ts';
import { call, deadPort, json, message, push, World } from './admin-world.ts';

let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

function toHost(host: string, port: number, route: object = {}, service: object = {}) {
  return { services: [{ name: 's', host, port, ...service, routes: [{ name: 'r', paths: ['/'], ...route }] }] };
}

describe('what upstream receives', () => {
  it('is the client’s request with forwarding headers', async () => {
    const upstream = await world.upstream();
    const kong = await world.kong(toHost('127.0.0.1', upstream.port, { paths: ['/dj'], strip_path: true }));
    await call(kong.proxy, '/dj/jazz?x=1', {
      headers: {
        host: 'DJ.example:8000',
        'x-forwarded-for': '1.1.1.1',
        'x-forwarded-proto': 'https',
        via: '1.1 lb',
        'x-own': 'kept',
        connection: 'x-hop',
        'x-hop': '1',
        te: 'gzip',
      },
    });
    const [seen] = upstream.seen;
    expect(seen?.url).toBe('/jazz?x=1');
    expect(seen?.headers).toMatchObject({
      host: `127.0.0.1:${upstream.port}`,
      'x-forwarded-for': '1.1.1.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'dj.example',
      'x-forwarded-port': '80',
      'x-forwarded-path': '/dj/jazz',
      'x-forwarded-prefix': '/dj',
      'x-real-ip': '127.0.0.1',
      via: '1.1 lb, 1.1 kong/3.9.3',
      'x-own': 'kept',
      connection: 'keep-alive',
    });
    expect(seen?.headers['x-kong-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(seen?.headers['x-hop']).toBeUndefined();
    expect(seen?.headers['te']).toBeUndefined();
  });

  it('keeps an empty query string and escapes what may not stand raw', async () => {
    const upstream = await world.upstream();
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    await call(kong.proxy, '/a?');
    await call(kong.proxy, '/a%20b%2Fc');
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/a?', '/a%20b%2Fc']);
  });

  it.each<[string, object, object, (port: number) => string]>([
    ['preserve_host keeps the client’s', { preserve_host: true }, {}, () => 'client.example'],
    [
      'host_header is used, with the port',
      { preserve_host: false },
      { host_header: 'jazz.prod' },
      (port) => `jazz.prod:${port}`,
    ],
    ['else the target, with the port', { preserve_host: false }, {}, (port) => `127.0.0.1:${port}`],
    ['preserve_host beats host_header', { preserve_host: true }, { host_header: 'jazz.prod' }, () => 'client.example'],
  ])('Host: %s', async (_what, route, upstreamFields, expected) => {
    const upstream = await world.upstream();
    const kong = await world.kong({
      ...toHost('u', 80, route),
      upstreams: [{ name: 'u', ...upstreamFields, targets: [{ target: `127.0.0.1:${upstream.port}` }] }],
    });
    await call(kong.proxy, '/', { headers: { host: 'client.example' } });
    expect(upstream.seen[0]?.headers.host).toBe(expected(upstream.port));
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('carries the body of a %s, whole or chunked', async (method) => {
    const upstream = await world.upstream();
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    await call(kong.proxy, '/', { method, headers: { 'content-length': 5 }, body: 'hello' });
    await call(kong.proxy, '/', { method, headers: { 'transfer-encoding': 'chunked' }, body: 'chunks' });
    await call(kong.proxy, '/', { method });
    expect(upstream.seen.map(({ body }) => body)).toEqual(['hello', 'chunks', '']);
    expect(upstream.seen.map((seen) => seen.method)).toEqual([method, method, method]);
  });

  it('carries a body too large to hold', async () => {
    const upstream = await world.upstream();
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    const body = 'x'.repeat(3_000_000);
    await call(kong.proxy, '/', { method: 'POST', headers: { 'content-length': body.length }, body });
    expect(upstream.seen[0]?.body).toHaveLength(body.length);
  });
});

describe('what the client receives', () => {
  it('is upstream’s answer with Kong’s marks, and no mark of an answer by Kong', async () => {
    const upstream = await world.upstream('u', (_request, response) => {
      response.writeHead(418, 'Short and stout', [
        'Server',
        'teapot',
        'Via',
        '1.1 envoy',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'X-Kong-Proxy-Latency',
        '9999',
      ]);
      response.end('tea');
    });
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    const reply = await call(kong.proxy, '/');
    expect([reply.status, reply.text]).toEqual([418, 'tea']);
    expect(reply.headers).toMatchObject({
      server: 'teapot',
      via: '1.1 envoy, 1.1 kong/3.9.3',
      'set-cookie': ['a=1', 'b=2'],
    });
    expect(reply.headers['x-kong-upstream-latency']).toMatch(/^\d+$/);
    expect(Number(reply.headers['x-kong-proxy-latency'])).toBeLessThan(9999);
    expect(reply.headers['x-kong-request-id']).toBe(upstream.seen[0]?.headers['x-kong-request-id']);
    expect(reply.headers['x-kong-response-latency']).toBeUndefined();
  });

  it('is an empty body for HEAD and 204, with upstream’s headers', async () => {
    const upstream = await world.upstream('u', (request, response) => {
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': 7 }).end();
      else response.writeHead(204).end();
    });
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    const head = await call(kong.proxy, '/', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '7', '']);
    expect((await call(kong.proxy, '/')).status).toBe(204);
  });

  it('is cut off when upstream breaks off', async () => {
    const upstream = await world.upstream('u', (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('part', () => response.destroy());
    });
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    await expect(call(kong.proxy, '/')).rejects.toThrow();
  });

  it('keeps connections to client and upstream open', async () => {
    const upstream = await world.upstream();
    let connections = 0;
    upstream.server.on('connection', () => connections++);
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 5; round++) {
      await new Promise<void>((resolve, reject) => {
        http
          .get({ port: kong.proxy, host: '127.0.0.1', agent }, (response) => response.resume().on('end', resolve))
          .on('error', reject);
      });
    }
    expect(Object.values(agent.freeSockets)).toHaveLength(1);
    agent.destroy();
    expect(connections).toBe(1);
  });
});

describe('answers by Kong itself', () => {
  it.each<[string | undefined, string, RegExp]>([
    [
      undefined,
      'application/json; charset=utf-8',
      /^\{\n {2}"message":"no Route matched with those values",\n {2}"request_id":"[0-9a-f]{32}"\n\}$/,
    ],
    ['*/*', 'application/json; charset=utf-8', /^\{/],
    ['text/plain', 'text/plain; charset=utf-8', /^no Route matched with those values\nrequest_id: [0-9a-f]{32}\n$/],
    [
      'text/html,application/xhtml+xml;q=0.9',
      'text/html; charset=utf-8',
      /<p>no Route matched with those values\.<\/p>/,
    ],
    ['application/xml;q=0.5, application/json;q=0.4', 'application/xml; charset=utf-8', /<message>no Route matched/],
    ['image/png', 'application/json; charset=utf-8', /^\{/],
  ])('come as the client accepts: %s', async (accept, type, body) => {
    const kong = await world.kong({});
    const reply = await call(kong.proxy, '/', { headers: accept === undefined ? {} : { accept } });
    expect([reply.status, reply.headers['content-type']]).toEqual([404, type]);
    expect(reply.text).toMatch(body);
    expect(reply.headers['server']).toBe('kong/3.9.3');
    expect(reply.headers['x-kong-response-latency']).toMatch(/^\d+$/);
    expect(reply.headers.via).toBeUndefined();
  });

  it('asks for HTTPS on a route that is for it only', async () => {
    const kong = await world.kong(toHost('127.0.0.1', 1, { protocols: ['https'] }));
    const reply = await call(kong.proxy, '/');
    expect([reply.status, message(reply)]).toEqual([426, 'Please use HTTPS protocol']);
    expect(reply.headers).toMatchObject({ upgrade: 'TLS/1.2, HTTP/1.1', connection: 'Upgrade' });
    const moved = await world.kong(toHost('127.0.0.1', 1, { protocols: ['https'], https_redirect_status_code: 301 }));
    const other = await call(moved.proxy, '/a?b=1', { headers: { host: 'x.org' } });
    expect([other.status, other.headers.location]).toEqual([301, 'https://x.org/a?b=1']);
  });

  it.each<[string, object[]]>([
    ['no targets', []],
    ['only targets of weight 0', [{ target: '127.0.0.1:1', weight: 0 }]],
  ])('is 503 with %s', async (_what, targets) => {
    const kong = await world.kong({ ...toHost('u', 80), upstreams: [{ name: 'u', targets }] });
    const reply = await call(kong.proxy, '/');
    expect([reply.status, message(reply)]).toEqual([503, 'failure to get a peer from the ring-balancer']);
    expect(reply.headers['x-kong-response-latency']).toBeDefined();
    expect(reply.headers.via).toBeUndefined();
  });

  it('is 502 when nobody listens, in plain text when the client accepts nothing in particular', async () => {
    const kong = await world.kong(toHost('127.0.0.1', await deadPort()));
    const reply = await call(kong.proxy, '/');
    expect([reply.status, reply.headers['content-type']]).toEqual([502, 'text/plain; charset=utf-8']);
    expect(reply.text).toContain('An invalid response was received from the upstream server');
    expect(reply.headers.via).toBe('1.1 kong/3.9.3');
    expect(reply.headers['x-kong-upstream-latency']).toBeDefined();
    expect(message(await call(kong.proxy, '/', { headers: { accept: '*/*' } }))).toBe(
      'An invalid response was received from the upstream server',
    );
  });

  it('is 504 when upstream takes longer than read_timeout', async () => {
    const upstream = await world.upstream('slow', () => {});
    const kong = await world.kong(toHost('127.0.0.1', upstream.port, {}, { read_timeout: 50, retries: 0 }));
    const reply = await call(kong.proxy, '/', { headers: { accept: 'application/json' } });
    expect([reply.status, message(reply)]).toEqual([504, 'The upstream server is timing out']);
  });

  it('is 503 for a service name that means nothing, by the lab’s resolver', async () => {
    const socket = path.join(os.tmpdir(), `mc-resolver-${process.pid}-${Math.random().toString(36).slice(2)}.sock`);
    const upstream = await world.upstream();
    let asked = 0;
    let podPort = upstream.port;
    const lab = http.createServer((request, response) => {
      asked++;
      const host = new URL(request.url ?? '', 'http://lab').searchParams.get('host');
      if (host === '10.244.0.6' || host === 'jazz.prod.svc')
        response.end(JSON.stringify({ host: '127.0.0.1', port: podPort }));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => lab.listen(socket, resolve));
    const kong = await world.kong({}, { resolver: socketResolver(socket, () => {}) });
    try {
      await push(kong, toHost('nowhere.svc', 80));
      const reply = await call(kong.proxy, '/');
      expect([reply.status, message(reply)]).toEqual([503, 'name resolution failed']);
      await push(kong, toHost('jazz.prod.svc', 9080));
      await call(kong.proxy, '/');
      await call(kong.proxy, '/');
      expect(asked).toBe(3);
      await push(kong, { ...toHost('u', 80), upstreams: [{ name: 'u', targets: [{ target: '10.244.0.6:9080' }] }] });
      await call(kong.proxy, '/');
      await call(kong.proxy, '/');
      expect(asked).toBe(4);
      expect(upstream.seen.at(-1)?.headers.host).toBe('10.244.0.6:9080');
      // The pod moves: its old place refuses, and is asked for anew.
      const moved = await world.upstream('moved');
      upstream.server.closeAllConnections();
      await new Promise((resolve) => upstream.server.close(resolve));
      podPort = moved.port;
      expect((await call(kong.proxy, '/')).text).toBe('moved');
    } finally {
      lab.closeAllConnections();
      await new Promise((resolve) => lab.close(resolve));
    }
  });
});

describe('retries', () => {
  async function withDeadTarget(fields: object = {}) {
    const alive = await world.upstream('alive');
    const targets = [{ target: `127.0.0.1:${await deadPort()}` }, { target: `127.0.0.1:${alive.port}` }];
    return world.kong({ ...toHost('u', 80, {}, fields), upstreams: [{ name: 'u', targets }] });
  }

  it('go to the next target when a connection is refused, for any method and with its body', async () => {
    const kong = await withDeadTarget();
    for (let round = 0; round < 6; round++) {
      expect((await call(kong.proxy, '/')).text).toBe('alive');
      expect((await call(kong.proxy, '/', { method: 'POST', headers: { 'content-length': 2 }, body: 'hi' })).text).toBe(
        'alive',
      );
      expect(
        (await call(kong.proxy, '/', { method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body: 'hi' })).text,
      ).toBe('alive');
    }
  });

  it('do not happen with retries 0', async () => {
    const kong = await withDeadTarget({ retries: 0 });
    const statuses = [];
    for (let round = 0; round < 4; round++) statuses.push((await call(kong.proxy, '/')).status);
    expect(statuses.sort()).toEqual([200, 200, 502, 502]);
  });

  it('happen after a broken answer for GET, and not for POST, which may have had its effect', async () => {
    let requests = 0;
    const broken = net.createServer((socket) => {
      socket.on('data', () => {
        requests++;
        socket.destroy();
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const { port } = broken.address() as net.AddressInfo;
    const kong = await world.kong(toHost('127.0.0.1', port, {}, { retries: 2 }));
    expect((await call(kong.proxy, '/')).status).toBe(502);
    expect(requests).toBe(3);
    requests = 0;
    expect((await call(kong.proxy, '/', { method: 'POST', headers: { 'content-length': 2 }, body: 'hi' })).status).toBe(
      502,
    );
    expect(requests).toBe(1);
    await new Promise((resolve) => broken.close(resolve));
  });
});

describe('the split of traffic', () => {
  it('is exact over whole turns of the wheel, through the proxy', async () => {
    const stable = await world.upstream('stable');
    const canary = await world.upstream('canary');
    const targets = [
      { target: `127.0.0.1:${stable.port}`, weight: 9500 },
      { target: `127.0.0.1:${canary.port}`, weight: 500 },
    ];
    const kong = await world.kong({ ...toHost('u', 80), upstreams: [{ name: 'u', targets }] });
    for (let round = 0; round < 40; round++) await call(kong.proxy, '/');
    expect([stable.seen.length, canary.seen.length]).toEqual([38, 2]);
  });

  it('changes with a new configuration without failing a request', async () => {
    const one = await world.upstream('one');
    const two = await world.upstream('two');
    const entities = (port: number) => ({
      ...toHost('u', 80),
      upstreams: [{ name: 'u', targets: [{ target: `127.0.0.1:${port}` }] }],
    });
    const kong = await world.kong(entities(one.port));
    let done = false;
    const statuses = new Map<number, number>();
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!done) {
          const { status } = await call(kong.proxy, '/');
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    for (let round = 0; round < 10; round++) {
      await push(kong, entities(round % 2 === 0 ? two.port : one.port));
      const target = round % 2 === 0 ? two : one;
      const before = target.seen.length;
      while (target.seen.length <= before) await new Promise((resolve) => setImmediate(resolve));
    }
    done = true;
    await load;
    expect([...statuses.keys()]).toEqual([200]);
  });

  it('sticks to a target by cookie when told to', async () => {
    const ports = [(await world.upstream('a')).port, (await world.upstream('b')).port];
    const kong = await world.kong({
      ...toHost('u', 80),
      upstreams: [
        {
          name: 'u',
          algorithm: 'consistent-hashing',
          hash_on: 'cookie',
          hash_on_cookie: 'sid',
          targets: ports.map((port) => ({ target: `127.0.0.1:${port}` })),
        },
      ],
    });
    const first = await call(kong.proxy, '/');
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(cookie).toMatch(/^sid=.+/);
    for (let round = 0; round < 5; round++) {
      const next = await call(kong.proxy, '/', { headers: { cookie } });
      expect([next.text, next.headers['set-cookie']]).toEqual([first.text, undefined]);
    }
  });
});

describe('stopping', () => {
  it('lets a request in flight finish, and takes no new ones', async () => {
    let finish = () => {};
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const upstream = await world.upstream('slow', (_request, response) => {
      finish = () => response.end('late');
      arrived();
    });
    const kong = await world.kong(toHost('127.0.0.1', upstream.port));
    const pending = call(kong.proxy, '/');
    await arrival;
    const stopped = kong.stop();
    await expect(call(kong.proxy, '/')).rejects.toThrow();
    finish();
    expect((await pending).text).toBe('late');
    await stopped;
  });
});

it('serves its configuration’s JSON back', async () => {
  const kong = await world.kong(toHost('127.0.0.1', 1));
  expect(json(await call(kong.admin, '/config'))).toHaveProperty('config');
});
