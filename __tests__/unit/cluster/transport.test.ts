import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cluster } from '../../../src/cluster/cluster.ts';
import { socketTransport, type Transport } from '../../../src/cluster/transport.ts';
import { FakeClock } from '../support/fake-clock.ts';

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
      if (request.url === '/away') response.writeHead(503).end('error trying to reach service');
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
});
