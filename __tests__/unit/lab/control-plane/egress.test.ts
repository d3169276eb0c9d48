import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type EgressProxy,
  parseAuthority,
  type Resolve,
  startEgressProxy,
} from '../../../../lab/control-plane/egress.ts';

describe('parseAuthority', () => {
  it.each([
    ['10.244.0.6:9080', { host: '10.244.0.6', port: 9080 }],
    ['hook.prod.svc:443', { host: 'hook.prod.svc', port: 443 }],
    ['[fd00::6]:80', { host: 'fd00::6', port: 80 }],
  ])('reads %s', (text, expected) => {
    expect(parseAuthority(text)).toEqual(expected);
  });

  it.each(['', '10.244.0.6', '10.244.0.6:', ':80', 'a:0', 'a:65536', 'a:80/x', 'http://a:80', 'fd00::6:80', 'a b:80'])(
    'refuses "%s"',
    (text) => {
      expect(parseAuthority(text)).toBeUndefined();
    },
  );
});

describe('the egress proxy', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function proxyTo(resolve: Resolve): Promise<{ socket: string; proxy: EgressProxy }> {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-egress-'));
    ends.push(() => fs.rmSync(dir, { recursive: true }));
    const socket = path.join(dir, 'egress.sock');
    const proxy = await startEgressProxy(socket, resolve);
    ends.push(() => proxy.stop());
    return { socket, proxy };
  }

  function connect(socket: string, target: string): Promise<{ status: number | undefined; tunnel: net.Socket }> {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: socket, method: 'CONNECT', path: target });
      request.on('connect', (response, tunnel) => resolve({ status: response.statusCode, tunnel }));
      request.on('error', reject);
      request.end();
    });
  }

  it('carries bytes both ways to the local port that stands for the pod', async () => {
    const pod = net.createServer((connection) => connection.on('data', (data) => connection.end(`pod got ${data}`)));
    pod.listen(0, '127.0.0.1');
    await once(pod, 'listening');
    ends.push(() => pod.close());
    const { port } = pod.address() as AddressInfo;
    const { socket } = await proxyTo((host, asked) =>
      host === '10.244.0.6' && asked === 9080 ? { host: '127.0.0.1', port } : undefined,
    );

    const { status, tunnel } = await connect(socket, '10.244.0.6:9080');
    tunnel.write('ping');
    const [answer] = (await once(tunnel, 'data')) as [Buffer];

    expect(status).toBe(200);
    expect(answer.toString()).toBe('pod got ping');
  });

  it('answers 502 for an address nobody has, and for one where nobody listens', async () => {
    const { socket } = await proxyTo((host) => (host === 'closed' ? { host: '127.0.0.1', port: 1 } : undefined));
    for (const target of ['10.244.0.99:9080', 'closed:80', 'nonsense']) {
      const { status, tunnel } = await connect(socket, target);
      tunnel.destroy();
      expect(status).toBe(502);
    }
  });

  it('lets go of open tunnels when it stops', async () => {
    const pod = net.createServer();
    pod.listen(0, '127.0.0.1');
    await once(pod, 'listening');
    ends.push(() => pod.close());
    const { port } = pod.address() as AddressInfo;
    const { socket, proxy } = await proxyTo(() => ({ host: '127.0.0.1', port }));
    const { tunnel } = await connect(socket, 'any:80');
    tunnel.on('error', () => {});
    const closed = once(tunnel, 'close');
    tunnel.resume();

    await proxy.stop();
    await closed;

    expect(fs.existsSync(socket)).toBe(false);
  });
});
