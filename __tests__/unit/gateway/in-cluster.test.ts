import { describe, expect, it } from '@jest/globals';
import { Cluster } from '../../../src/cluster/cluster.ts';
import type { RelayAnswer, RelayRequest } from '../../../src/cluster/connection/transport.ts';
import { Unreachable } from '../../../src/cluster/connection/transport.ts';
import { gatewayClient, inClusterUrl, relayClient } from '../../../src/gateway/in-cluster.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { standard } from '../../../src/routes/index.ts';
import { deployPermissions, setupPermissions } from '../../../src/study/rights.ts';
import { routeOf } from '../../../src/study/work.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ports, settings } from '../../support/fixtures.ts';

const gateway = (publish?: string, port = 80): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: {
    name: 'kong',
    namespace: 'edge',
    ...(publish === undefined ? {} : { annotations: { 'konghq.com/publish-service': publish } }),
  },
  spec: { listeners: [{ protocol: 'HTTP', port }] },
});
const service = (...ports: object[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'proxy', namespace: 'kong' },
  spec: { ports },
});

describe('the Service of a Gateway', () => {
  const url = (object: KubeObject, ...services: KubeObject[]) =>
    inClusterUrl(new FakeApi(...services).cluster(new FakeClock()), object);

  it.each([
    ['its HTTP port', 'kong/proxy', 80, [{ name: 'tls', port: 443 }, { port: 80 }], 'http://proxy.kong.svc'],
    ['the port of the listener', 'kong/proxy', 8000, [{ port: 80 }, { port: 8000 }], 'http://proxy.kong.svc:8000'],
    ['80 where the listener has another', 'kong/proxy', 81, [{ port: 443 }, { port: 80 }], 'http://proxy.kong.svc'],
    [
      'what is not TLS and not UDP',
      'kong/proxy, kong/udp',
      80,
      [
        { port: 53, protocol: 'UDP' },
        { name: 'kong-proxy-tls', port: 9443 },
        { name: 'kong-proxy', port: 9000 },
      ],
      'http://proxy.kong.svc:9000',
    ],
  ])('is asked on %s', async (_, publish, port, ports, expected) => {
    await expect(url(gateway(publish, port), service(...ports))).resolves.toBe(expected);
  });

  it('has to be named by Kong, to exist, and to speak HTTP', async () => {
    await expect(url(gateway())).rejects.toThrow('does not name its Service in the annotation');
    await expect(url(gateway('kong/proxy'))).rejects.toThrow('Service kong/proxy, which Gateway edge/kong names');
    await expect(url(gateway('kong/proxy'), service({ name: 'tls', port: 443 }))).rejects.toThrow('no port for HTTP');
  });
});

describe('a request to a Service, relayed', () => {
  const seen: RelayRequest[] = [];
  function client(answer: RelayAnswer | Error) {
    const relay = async (request: RelayRequest) => {
      seen.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const api = Object.assign(new FakeApi(), { relay });
    return relayClient(new Cluster(api, new FakeClock()), () => 0);
  }
  const ask = (url: string, headers: Record<string, string> = {}) => ({ url, method: 'GET', headers, timeout: 1000 });
  const status = (code: number, reason: string) => ({
    status: code,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: reason, code }),
  });

  it('goes to its port with path, query, headers and body, and comes back as an answer', async () => {
    seen.length = 0;
    const http = client({ status: 429, headers: { via: 'kong/3.9', 'set-cookie': ['a', 'b'] }, body: 'slow down' });
    const url = 'http://proxy.kong.svc:9000/dj/jazz%20x?n=1&m=%2F';
    expect(await http({ ...ask(url, { apikey: 'k' }), method: 'POST', body: '{}' })).toEqual({
      status: 429,
      headers: { via: 'kong/3.9', 'set-cookie': 'a, b' },
      body: 'slow down',
      milliseconds: 0,
    });
    expect(seen).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/api/v1/namespaces/kong/services/http:proxy:9000/proxy/dj/jazz%20x?n=1&m=%2F',
        headers: { apikey: 'k' },
        body: '{}',
      }),
    ]);
  });

  it('is no answer when the API server could not or may not relay it', async () => {
    const url = 'http://proxy.kong.svc/';
    expect(await client(status(503, 'no endpoints available for service "proxy"'))(ask(url))).toMatchObject({
      status: 0,
      error: 'the API server does not relay (503): no endpoints available for service "proxy"',
    });
    const forbidden = await client(status(403, 'services "http:proxy:80" is forbidden'))(ask(url));
    expect(forbidden.error).toMatch(/grant get, .* on services\/proxy/);
    const gone = await client(new Unreachable('connection refused'))(ask(url));
    expect(gone).toMatchObject({ status: 0, error: 'connection refused' });
  });

  it('is an answer when an application says something that only begins like it', async () => {
    const said = JSON.stringify({ kind: 'Status', ok: true });
    const answer = await client({ status: 200, headers: {}, body: said })(ask('http://proxy.kong.svc/'));
    expect(answer).toMatchObject({ status: 200, body: said });
  });

  it.each(['Host', 'authorization'])('is not sent with the header %s, which would not arrive', async (name) => {
    seen.length = 0;
    const answer = await client(status(200, ''))(ask('http://proxy.kong.svc/', { [name]: 'x' }));
    expect(answer.error).toMatch(new RegExp(`cannot send the header ${name}`));
    expect(seen).toEqual([]);
  });

  it.each(['http://api.example.com/', 'https://proxy.kong.svc/', 'http://proxy.kong.svc.evil.com/', 'nonsense'])(
    'never leaves the cluster: %s',
    async (url) => {
      seen.length = 0;
      expect((await client(status(200, ''))(ask(url))).error).toMatch(/is not a Service of the cluster/);
      expect(seen).toEqual([]);
    },
  );

  it('needs a right of its own, which is asked for ahead', () => {
    const check = { name: 'order', path: '/', method: 'POST', headers: {}, expect: {} };
    const inside = settings({ gatewayUrl: 'in-cluster', checks: [check] as never });
    const relayed = { resource: 'services/proxy', namespace: 'kong', verbs: ['get', 'create'] };
    const route = routeOf(standard);
    const work = (given: typeof inside) => ({ settings: given, route, brought: [], plugins: 'none' as const });
    for (const permissions of [deployPermissions(work(inside)), setupPermissions(work(inside), false)])
      expect(permissions).toEqual(expect.arrayContaining([expect.objectContaining(relayed)]));
    expect(JSON.stringify(deployPermissions(work(settings())))).not.toContain('services/proxy');
  });

  it('is sent only where the settings say so', async () => {
    const clock = new FakeClock();
    const cluster = new Cluster(new FakeApi(), clock);
    const given = (gatewayUrl: string) => ({ settings: settings({ gatewayUrl }), ports: ports(clock) });
    const inside = gatewayClient(given('in-cluster'), cluster);
    expect((await inside(ask('http://127.0.0.1:9/'))).error).toMatch(/is not a Service of the cluster/);
    const outside = gatewayClient(given('http://127.0.0.1:9'), cluster);
    expect((await outside(ask('http://127.0.0.1:9/'))).error).toMatch(/ECONNREFUSED/);
    outside.close();
  });
});
