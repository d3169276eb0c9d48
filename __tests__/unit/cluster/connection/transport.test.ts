import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cluster } from '../../../../src/cluster/cluster.ts';
import { socketTransport, type Transport } from '../../../../src/cluster/connection/transport.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

describe('text through the API server', () => {
  let folder: string;
  let server: http.Server;
  let transport: Transport;
  let asked: number;
  beforeEach(async () => {
    asked = 0;
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-text-'));
    server = http.createServer((request, response) => {
      asked++;
      if (request.url === '/echo') void echo(request, response);
      else if (request.url === '/bytes') void text(request).then((body) => response.end(JSON.stringify(body)));
      else if (request.url === '/slow') request.resume();
      else if (request.url === '/away') response.writeHead(503).end('error trying to reach service');
      else response.end('{"up": 1}\n');
    });
    const socket = path.join(folder, 's');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    transport = socketTransport(socket);
  });
  afterEach(async () => {
    transport.close();
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(folder, { recursive: true });
  });

  it('comes as it is, not as JSON', async () => {
    expect(await new Cluster(transport, new FakeClock()).text('/metrics')).toBe('{"up": 1}\n');
  });

  it('is refused when it is longer than asked for', async () => {
    const cluster = new Cluster(transport, new FakeClock());
    await expect(cluster.text('/metrics', { bodyLimit: 5 })).rejects.toThrow('sent more than');
  });

  it('is asked for once: a pod that is away must not hold the others up', async () => {
    await expect(new Cluster(transport, new FakeClock()).text('/away')).rejects.toThrow(
      'error trying to reach service',
    );
    expect(asked).toBe(1);
  });

  it('writes a JSON Patch in the bytes of Go, whose `test` compares them, and all else so that YAML can read it', async () => {
    const sent = { method: 'PATCH' as const, path: '/bytes', body: 'a&b<c>\u2028\u0085é' };
    const bytes = (contentType: string) => transport.send({ ...sent, contentType });
    expect(await bytes('application/json-patch+json')).toBe('"a\\u0026b\\u003cc\\u003e\\u2028\u0085é"');
    expect(await bytes('application/apply-patch+yaml')).toBe('"a&b<c>\u2028\\u0085é"');
  });

  it('relays a request as it is, and gives back whatever comes', async () => {
    const sent = { method: 'POST', path: '/echo', headers: { apikey: 'k' }, body: '{"a":1}', timeout: 5000 };
    const answer = await transport.relay?.({ ...sent, bodyLimit: 1000 });
    expect(answer).toMatchObject({ status: 418, headers: { 'x-of': 'echo' } });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({
      method: 'POST',
      apikey: 'k',
      host: 'localhost',
      body: '{"a":1}',
    });
    expect((await transport.relay?.({ ...sent, bodyLimit: 5 }))?.body).toHaveLength(5);
  });

  it('bounds a relayed request in time, and by a signal', async () => {
    const asked = { method: 'GET', path: '/slow', headers: {}, timeout: 50, bodyLimit: 100 };
    await expect(transport.relay?.(asked)).rejects.toThrow('GET /slow: no complete answer within 0.05 s');
    const signal = AbortSignal.abort();
    await expect(transport.relay?.({ ...asked, timeout: 5000, signal })).rejects.toThrow('cancelled');
  });
});

async function echo(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { method, headers } = request;
  const body = await text(request);
  response.writeHead(418, { 'x-of': 'echo' });
  response.end(JSON.stringify({ method, apikey: headers['apikey'], host: headers.host, body }));
}
