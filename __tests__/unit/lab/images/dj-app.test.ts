import http from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { djApp } from '../../../../lab/images/dj-app.ts';
import type { ProgramContext, RunningProgram } from '../../../../lab/images/types.ts';

const running: RunningProgram[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.stop(0)));
});

async function app(env: Record<string, string> = {}, context: Partial<ProgramContext> = {}) {
  const lines: string[] = [];
  const exits: number[] = [];
  const pod = {
    name: 'jazz-1',
    namespace: 'prod',
    uid: 'u',
    ip: '10.244.0.7',
    serviceAccount: 'default',
    labels: { version: 'v2' },
  };
  const program = await djApp.start({
    env,
    image: 'mesh-canary.dev/lab/dj-app:v2',
    pod,
    containerPorts: [],
    resolve: () => undefined,
    log: (line) => lines.push(line),
    exited: (code) => exits.push(code),
    ...context,
  });
  running.push(program);
  const url = `http://127.0.0.1:${program.ports[9080]}`;
  return { program, url, lines, exits, get: (path: string, init?: RequestInit) => fetch(url + path, init) };
}

describe('the DJ app', () => {
  it('answers with HW_RESPONSE exactly, as JSON when it is JSON', async () => {
    const jazz = await app({ HW_RESPONSE: '["Astrud Gilberto","Miles Davis"]', APP_VERSION: 'v2' });
    const answer = await jazz.get('/anything');
    expect(await answer.text()).toBe('["Astrud Gilberto","Miles Davis"]');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('x-app-version')).toBe('v2');
    const dj = await (await app({ HW_RESPONSE: 'DJ Reporting for duty!' })).get('/');
    expect(dj.headers.get('content-type')).toContain('text/plain');
    expect(dj.headers.get('x-app-version')).toBeNull();
  });

  it('counts what it answered, without its own probes and scrapes', async () => {
    const { get } = await app({ FAULT_ERROR_RATE: '1', FAULT_METHODS: 'POST' });
    await get('/');
    await get('/ping');
    await get('/metrics');
    await get('/', { method: 'POST' });
    const text = await (await get('/metrics')).text();
    expect(text).toContain('http_requests_total{method="GET",status="200",code="200",version="v2"} 1\n');
    expect(text).toContain('http_requests_total{method="POST",status="500",code="500",version="v2"} 1\n');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",version="v2"} 1\n');
  });

  it('echoes what it received', async () => {
    const { get } = await app();
    const answer = await get('/echo/a?b=c', { method: 'PUT', body: 'hello', headers: { 'x-canary': 'yes' } });
    expect(await answer.json()).toMatchObject({
      method: 'PUT',
      url: '/echo/a?b=c',
      body: 'hello',
      headers: { 'x-canary': 'yes' },
      pod: 'jazz-1',
    });
  });

  it('calls another service by its name, with the headers of its caller', async () => {
    const jazz = await app({ HW_RESPONSE: '[]' });
    const asked: string[] = [];
    const resolve = (host: string, port: number) => {
      asked.push(`${host}:${port}`);
      return host.startsWith('jazz') ? { host: '127.0.0.1', port: jazz.program.ports[9080] ?? 0 } : undefined;
    };
    const env = { UPSTREAM_JAZZ: 'http://jazz.prod.svc.cluster.local:9080', UPSTREAM_GONE: 'http://gone.prod' };
    const dj = await app(env, { resolve });
    const answer = await dj.get('/call/jazz/echo/x?y=1', { headers: { 'x-canary': 'yes' } });
    expect(await answer.json()).toMatchObject({
      url: '/echo/x?y=1',
      headers: { 'x-canary': 'yes', host: 'jazz.prod.svc.cluster.local:9080' },
    });
    expect(asked).toEqual(['jazz.prod.svc.cluster.local:9080']);
    expect((await dj.get('/call/gone')).status).toBe(502);
    expect((await dj.get('/call/metal')).status).toBe(404);
  });

  it('closes connections, delays answers and fails its probe when told to', async () => {
    const closing = await app({ FAULT_CLOSE_RATE: '1' });
    await expect(closing.get('/')).rejects.toThrow();
    const slow = await app({ FAULT_LATENCY_MS: '60' });
    const began = performance.now();
    await slow.get('/');
    expect(performance.now() - began).toBeGreaterThanOrEqual(59);
    expect((await (await app({}, { image: 'mesh-canary.dev/lab/dj-app:never-ready' })).get('/ping')).status).toBe(503);
  });

  it('crashes on start, or later, with exit code 1 and a last word', async () => {
    const broken = await app({}, { image: 'mesh-canary.dev/lab/dj-app:crash' });
    expect(broken.exits).toEqual([1]);
    expect(broken.lines).toEqual(['panic: FAULT_CRASH_ON_START is set']);
    const exited = await new Promise<number>((resolve) => {
      void app({ FAULT_CRASH_AFTER_MS: '20' }, { exited: resolve });
    });
    expect(exited).toBe(1);
  });

  it('goes on serving for a while after SIGTERM, for proxies that do not know yet', async () => {
    const { program, get, url } = await app({ HW_RESPONSE: 'still here', SHUTDOWN_DELAY_MS: '300' });
    const stopped = program.stop(1000);
    expect(await (await get('/')).text()).toBe('still here');
    await stopped;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('finishes requests in flight when it is stopped, and takes no new ones', async () => {
    const { program, url, lines } = await app({ FAULT_LATENCY_MS: '150', HW_RESPONSE: 'late', SHUTDOWN_DELAY_MS: '0' });
    const agent = new http.Agent({ keepAlive: true });
    const inFlight = new Promise<string>((resolve, reject) => {
      const request = http.get(url, { agent }, (response) => response.on('data', (chunk) => resolve(String(chunk))));
      request.on('error', reject);
      request.on('socket', (socket) => socket.on('connect', () => setTimeout(() => void stop(), 30)));
    });
    let stopped: Promise<void> | undefined;
    const stop = (): void => {
      stopped = program.stop(5000);
    };
    expect(await inFlight).toBe('late');
    await stopped;
    await expect(fetch(url)).rejects.toThrow();
    expect(lines.some((line) => line.startsWith('SIGTERM'))).toBe(true);
    agent.destroy();
  });
});
