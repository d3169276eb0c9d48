import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HttpRequest } from '../../../src/http/client.ts';
import { createHttpClient } from '../../../src/http/client.ts';

const servers: http.Server[] = [];
const clients: { close(): void }[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(
  answer: http.RequestListener,
): Promise<{ url: string; sockets: Set<Socket>; requests: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    count++;
    answer(request, response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets, requests: () => count };
}

/** @param random which of the kept connections; always the first where a test is about one of them */
function client(random?: () => number) {
  const made = createHttpClient(() => performance.now(), random);
  clients.push(made);
  return (url: string, more: Partial<HttpRequest> = {}) =>
    made({ url, method: 'GET', headers: {}, timeout: 5_000, ...more });
}

describe('requests to the public path', () => {
  it('give status, headers in lower case, body and time', async () => {
    const { url } = await serve((request, response) => {
      response.setHeader('X-App-Version', 'v1');
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.end(`${request.method} ${request.headers['apikey']}`);
    });
    const answer = await client()(url, { headers: { apikey: 'k' } });
    expect(answer).toMatchObject({
      status: 200,
      body: 'GET k',
      headers: { 'x-app-version': 'v1', 'set-cookie': 'a=1, b=2' },
    });
    expect(answer.milliseconds).toBeGreaterThan(0);
    expect(answer.error).toBeUndefined();
  });

  it('send a body with its length in bytes', async () => {
    const { url } = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (chunk) => response.end(`${request.headers['content-length']} ${chunk}`));
    });
    expect((await client()(url, { method: 'POST', body: 'jäzz' })).body).toBe('5 jäzz');
  });

  it('go over a few kept connections, chosen by chance', async () => {
    const { url, sockets } = await serve((_request, response) => response.end('ok'));
    const ask = client();
    for (let n = 0; n < 40; n++) await ask(url);
    expect(sockets.size).toBeGreaterThan(1);
    expect(sockets.size).toBeLessThanOrEqual(4);
  });

  it('move to a new connection now and then, so that one gateway pod does not get them all', async () => {
    const { url, sockets } = await serve((_request, response) => response.end('ok'));
    const ask = client();
    for (let n = 0; n < 401; n++) await ask(url);
    expect(sockets.size).toBeGreaterThanOrEqual(3);
  });

  it('end in time when nothing comes, or the answer never ends', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/drip') response.write('a little');
    });
    const ask = client();
    for (const path of ['', 'drip']) {
      const answer = await ask(url + path, { timeout: 80 });
      expect(answer.status).toBe(0);
      expect(answer.error).toMatch(/no complete answer within 0.08 s|broke off/);
    }
  });

  it('keep at most 64 KiB of a body', async () => {
    const { url } = await serve((_request, response) => response.end(Buffer.alloc(1_000_000, 'x')));
    const answer = await client()(url);
    expect([answer.status, answer.body.length]).toEqual([200, 64 * 1024]);
  });

  it('are asked once more when a kept connection was closed in that moment, and only then', async () => {
    let reset = false;
    const { url, requests } = await serve((request, response) => {
      if (reset) {
        reset = false;
        request.socket.resetAndDestroy();
      } else response.end('ok');
    });
    const ask = client(() => 0);
    await ask(url);
    reset = true;
    expect((await ask(url)).status).toBe(200);
    expect(requests()).toBe(3);
    reset = true;
    expect(await client()(url)).toMatchObject({ status: 0, error: expect.stringMatching(/ECONNRESET/) });
  });

  it('are not repeated when an answer that had begun is cut off, or when they are not safe to repeat', async () => {
    let cut = false;
    const { url, requests } = await serve((request, response) => {
      if (!cut) return void response.end('ok');
      if (request.method === 'POST') return void request.socket.resetAndDestroy();
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun', () => setImmediate(() => request.socket.resetAndDestroy()));
    });
    const ask = client();
    await ask(url);
    cut = true;
    expect((await ask(url)).status).toBe(0);
    expect(requests()).toBe(2);
    cut = false;
    await ask(url);
    cut = true;
    expect((await ask(url, { method: 'POST', body: 'x' })).status).toBe(0);
    expect(requests()).toBe(4);
  });

  it('say why there is no answer, and never throw', async () => {
    const ask = client();
    const { url } = await serve((_request, response) => response.end());
    servers[0]?.close();
    servers[0]?.closeAllConnections();
    expect((await ask(url)).error).toMatch(/ECONNREFUSED/);
    expect((await ask('no address')).error).toMatch(/Invalid URL/);
    expect((await ask(url, { headers: { 'x-name': 'läne\n' } })).error).toMatch(/Invalid character/);
  });

  it('end at once when the run is cancelled', async () => {
    const run = new AbortController();
    const { url } = await serve(() => run.abort());
    expect((await client()(url, { signal: run.signal })).error).toBe('cancelled');
    expect((await client()(url, { signal: run.signal })).error).toBe('cancelled');
  });
});
