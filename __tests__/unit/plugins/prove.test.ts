import { describe, expect, it } from '@jest/globals';
import type { HttpAnswer, HttpRequest } from '../../../src/http/client.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { provePlugins } from '../../../src/plugins/prove.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { answer, ports, route } from '../../support/fixtures.ts';

const plugin = (name: string, config: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongPlugin',
  metadata: { name, namespace: 'prod' },
  plugin: name,
  config,
});
const kong = (status: number, message: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'x-kong-response-latency': '0', ...headers },
  body: JSON.stringify({ message }),
  milliseconds: 1,
});
const limited = (remaining: number): Record<string, string> => ({
  'x-ratelimit-limit-minute': '3',
  'x-ratelimit-remaining-minute': String(remaining),
});

/** Kong with key-auth and a limit of 3 a minute, once `enforcing`. */
function world(plugins: KubeObject[]) {
  const api = new FakeApi(route({ 'jazz-v1': 1 }));
  const clock = new FakeClock({ auto: true });
  const run = new AbortController();
  const gateway = {
    enforcing: true,
    limiting: true,
    requests: [] as HttpRequest[],
    counted: new Map<string, number>(),
  };
  const respond = async (request: HttpRequest): Promise<HttpAnswer> => {
    gateway.requests.push(request);
    await settled();
    if (!gateway.enforcing) return answer();
    const key = request.headers['apikey'];
    if (key === undefined) return kong(401, 'No API key found in request');
    const secret = api.find('Secret', 'mesh-canary-proof-run-1')?.['stringData'] as { key: string } | undefined;
    if (key !== secret?.key) return kong(401, 'Unauthorized');
    if (!gateway.limiting) return answer('v1', { headers: { ...answer().headers, ...limited(3) } });
    const window = `${key} ${Math.floor(clock.now() / 60_000)}`;
    const count = (gateway.counted.get(window) ?? 0) + 1;
    gateway.counted.set(window, count);
    return count > 3
      ? kong(429, 'API rate limit exceeded', { 'retry-after': '30' })
      : answer('v1', { headers: { ...answer().headers, ...limited(3 - count) } });
  };
  const masked: string[] = [];
  const proving = () =>
    provePlugins(
      [
        {
          service: 'jazz',
          route: api.get('HTTPRoute', 'jazz'),
          url: 'http://gateway/dj/jazz',
          headers: { host: 'dj' },
          plugins,
        },
      ],
      {
        cluster: api.cluster(clock, run.signal),
        http: respond,
        clock,
        token: ports(clock).token,
        run: 'run-1',
        namespace: 'prod',
        ingressClass: 'kong',
        gatewayPods: 1,
        since: clock.now(),
        mask: (secret) => masked.push(secret),
        owner: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'mesh-canary-jazz', uid: 'uid-lease' },
      },
    );
  const consumers = () => ['Secret', 'KongConsumer'].filter((kind) => api.find(kind, 'mesh-canary-proof-run-1'));
  const warn = (name: string, reason = 'KongConfigurationApplyFailed') =>
    api.put({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `e-${name}`, namespace: 'prod' },
      type: 'Warning',
      reason,
      message: 'schema violation (minute: expected a number)',
      involvedObject: { kind: 'KongPlugin', namespace: 'prod', name },
      lastTimestamp: new Date(clock.now()).toISOString(),
    });
  return { api, clock, run, gateway, masked, proving, consumers, warn };
}

const BOTH = () => [plugin('key-auth'), plugin('rate-limiting', { minute: 3, policy: 'local' })];

describe('proving plugins on the public path', () => {
  it('shows 401 without and with a wrong key, 2xx with one, and the 429 after the limit', async () => {
    const { proving, gateway } = world(BOTH());
    const results = await proving();
    expect(results.map(({ plugin: name, seen }) => [name, seen])).toEqual([
      ['key-auth (key-auth)', ['without a key: 401', 'with a wrong key: 401', 'with a valid key: 200']],
      ['rate-limiting (rate-limiting)', ['its headers: 200', 'request 4 in one minute: 429']],
    ]);
    expect(gateway.requests.every(({ headers }) => headers['host'] === 'dj')).toBe(true);
  });

  it('uses a key of its own, masked before use, and leaves no consumer behind', async () => {
    const { api, proving, consumers, masked, gateway } = world(BOTH());
    await proving();
    const keys = gateway.requests.flatMap(({ headers }) => headers['apikey'] ?? []);
    expect(masked).toHaveLength(1);
    expect(keys).toContain(masked[0]);
    expect(consumers()).toEqual([]);
    expect(api.writes('secrets')).toHaveLength(2);
    const [applied] = api.requests.filter(({ path }) => path.includes('/secrets/'));
    expect(applied?.body).toHaveProperty('metadata.ownerReferences.0.uid', 'uid-lease');
  });

  it('waits until Kong has taken the change', async () => {
    const { proving, gateway, clock } = world([plugin('key-auth')]);
    gateway.enforcing = false;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (milliseconds, signal) => {
      if (clock.monotonic() > 2_000) gateway.enforcing = true;
      return sleep(milliseconds, signal);
    };
    await expect(proving()).resolves.toHaveLength(1);
    expect(clock.monotonic()).toBeGreaterThan(2_000);
  });

  it('fails when the plugin is never enforced, with what was expected and seen', async () => {
    const { proving, gateway, consumers } = world([plugin('key-auth')]);
    gateway.enforcing = false;
    await expect(proving()).rejects.toThrow(
      /plugin key-auth is not enforced on jazz: without a key, expected 401 by Kong: No API key found in request, seen 200 from the app, for 45 s/,
    );
    expect(consumers()).toEqual([]);
  });

  it('fails when the limit never shows', async () => {
    const { proving, gateway } = world(BOTH());
    gateway.limiting = false;
    await expect(proving()).rejects.toThrow(/plugin rate-limiting does not limit jazz: 4 requests in one minute/);
  });

  it('fails at once with Kong’s words when its controller warns, and asks nothing more', async () => {
    const { proving, gateway, warn, consumers, clock } = world([plugin('key-auth')]);
    gateway.enforcing = false;
    const failing = proving();
    failing.catch(() => undefined);
    await settled();
    warn('key-auth');
    await expect(failing).rejects.toThrow(/Kong refused KongPlugin prod\/key-auth: schema violation/);
    expect(clock.monotonic()).toBeLessThan(45_000);
    const asked = gateway.requests.length;
    await settled();
    await settled();
    expect([gateway.requests.length, consumers()]).toEqual([asked, []]);
  });

  it('does not mind a warning about a plugin of somebody else', async () => {
    const { proving, warn } = world(BOTH());
    warn('cors', 'KongConfigurationTranslationFailed');
    await expect(proving()).resolves.toHaveLength(2);
  });

  it('gives a plugin that shows nothing time to be refused, also beside one that is enforced already', async () => {
    const { proving, warn, clock } = world([plugin('key-auth'), plugin('http-log', { http_endpoint: 'x' })]);
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (milliseconds, signal) => {
      if (milliseconds === 5_000) warn('http-log');
      return sleep(milliseconds, signal);
    };
    await expect(proving()).rejects.toThrow(/Kong refused KongPlugin prod\/http-log/);
  });

  it('removes its consumer also when the run is cancelled', async () => {
    const { proving, gateway, run, consumers } = world([plugin('key-auth')]);
    gateway.enforcing = false;
    const failing = proving();
    failing.catch(() => undefined);
    await settled();
    expect(consumers()).toHaveLength(2);
    const reason = new Error('SIGINT');
    run.abort(reason);
    await expect(failing).rejects.toBe(reason);
    expect(consumers()).toEqual([]);
  });

  it('does nothing when there is no plugin', async () => {
    const { api, proving } = world([]);
    await expect(proving()).resolves.toEqual([]);
    expect(api.requests).toEqual([]);
  });
});
