import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HttpAnswer } from '../../../src/http/client.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import {
  desiredPlugins,
  findPlugin,
  mergePlugins,
  type PluginWorld,
  pluginNames,
} from '../../../src/plugins/desired.ts';
import { proofConsumer } from '../../../src/plugins/proof-consumer.ts';
import {
  judge,
  kongWarningsSince,
  leftInWindow,
  type ProofStep,
  proofFor,
  requestsAllowed,
} from '../../../src/plugins/proofs.ts';
import type { PluginSpec } from '../../../src/settings/types.ts';

const plugin = (name: string, kind: string, config: object = {}, more: object = {}): KubeObject => ({
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongPlugin',
  metadata: { name, namespace: 'prod' },
  plugin: kind,
  config,
  ...more,
});
const clusterPlugin = (name: string, kind: string): KubeObject => ({
  ...plugin(name, kind),
  kind: 'KongClusterPlugin',
  metadata: { name },
});
const named = (name: string): PluginSpec => ({ kind: 'named', name });
const inline = (name: string, kind: string, config: Record<string, unknown>): PluginSpec => ({
  kind: 'inline',
  name,
  plugin: kind,
  config,
});
const desired = (specs: PluginSpec[], world: Partial<PluginWorld> = {}) =>
  desiredPlugins(specs, { namespace: 'prod', live: [], manifests: [], shipped: [], ...world });

describe('the plugins of a release', () => {
  it('come from the manifests, else the cluster, else what is shipped', () => {
    const result = desired([named('a'), named('b'), named('c')], {
      manifests: [plugin('a', 'key-auth')],
      live: [plugin('a', 'key-auth', { old: true }), clusterPlugin('b', 'cors')],
      shipped: [{ ...plugin('c', 'rate-limiting', { minute: 3 }), metadata: { name: 'c' } }, plugin('a', 'acl')],
    });
    expect(result.problems).toEqual([]);
    expect(result.names).toEqual(['a', 'b', 'c']);
    expect(result.objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)).toEqual([
      'KongPlugin prod/a',
      'KongClusterPlugin /b',
      'KongPlugin prod/c',
    ]);
    expect(result.objects[0]?.['config']).toEqual({});
    expect(result.apply.map(({ metadata }) => metadata.name)).toEqual(['c']);
  });

  it('are made from inline ones, and applied only when something changes', () => {
    const spec = inline('limit', 'rate-limiting', { minute: 3, policy: 'local' });
    expect(desired([spec]).apply).toEqual([plugin('limit', 'rate-limiting', { minute: 3, policy: 'local' })]);
    expect(desired([spec], { live: [plugin('limit', 'rate-limiting', { policy: 'local', minute: 3 })] }).apply).toEqual(
      [],
    );
    expect(desired([spec], { live: [plugin('limit', 'rate-limiting', { minute: 4 })] }).apply).toHaveLength(1);
  });

  it.each<[string, PluginSpec[], Partial<PluginWorld>, string]>([
    [
      'a name nobody has',
      [named('nope')],
      { shipped: [plugin('key-auth', 'key-auth')] },
      'Kong would serve the route without it. Known: key-auth.',
    ],
    [
      'a plugin of another namespace',
      [named('a')],
      { live: [{ ...plugin('a', 'acl'), metadata: { name: 'a', namespace: 'kong' } }] },
      'another namespace than the routes (prod)',
    ],
    ['a name given twice', [named('a'), named('a')], { live: [plugin('a', 'acl')] }, 'given twice'],
    [
      'inline and in the manifests',
      [inline('a', 'acl', {})],
      { manifests: [plugin('a', 'acl')] },
      'inline and in the manifests',
    ],
    [
      'another kind under the same name',
      [inline('a', 'cors', {})],
      { live: [plugin('a', 'acl')] },
      'its kind cannot change to cors',
    ],
    ['an impossible name', [inline('Key_Auth', 'key-auth', {})], {}, 'cannot name a plugin object'],
    [
      'counting in a database that is not there',
      [inline('a', 'rate-limiting', { minute: 1, policy: 'cluster' })],
      {},
      'Kong without a database refuses',
    ],
    ['a limit of nothing', [inline('a', 'rate-limiting', { policy: 'local' })], {}, 'sets no limit'],
    [
      'two configurations',
      [named('a')],
      { manifests: [plugin('a', 'acl', {}, { configFrom: {} })] },
      'takes one of them',
    ],
  ])('are refused: %s', (_, specs, world, message) => {
    const result = desired(specs, world);
    expect(result.problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
    expect(result.apply).toEqual([]);
  });

  it('are looked up in the namespace before the cluster', () => {
    const live = [clusterPlugin('a', 'cors'), plugin('a', 'acl')];
    expect(findPlugin(live, 'a', 'prod')?.kind).toBe('KongPlugin');
    expect(findPlugin(live, 'a', 'other')?.kind).toBe('KongClusterPlugin');
  });
});

describe('the annotation', () => {
  it('keeps foreign names and their order, and adds ours once', () => {
    expect(mergePlugins('cors, key-auth', ['key-auth', 'limit'])).toBe('cors, key-auth, limit');
    expect(mergePlugins(undefined, ['a', 'b'])).toBe('a, b');
    expect(mergePlugins('a,b', ['b'])).toBe('a,b');
    expect(mergePlugins('', [])).toBe('');
  });

  it('never loses or doubles a name, and stays as it is when merged again', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    fc.assert(
      fc.property(names, names, (there, ours) => {
        const merged = mergePlugins(there.join(','), ours);
        expect(pluginNames(merged).slice(0, there.length)).toEqual(there);
        expect(new Set(pluginNames(merged))).toEqual(new Set([...there, ...ours]));
        expect(mergePlugins(merged, ours)).toBe(merged);
      }),
    );
  });
});

const KONG = { 'x-kong-response-latency': '0' };
const APP = { via: '1.1 kong/3.9.3', 'x-kong-upstream-latency': '1' };
const answer = (status: number, headers: Record<string, string>, message = ''): HttpAnswer => ({
  status,
  headers,
  body: message === '' ? '[]' : JSON.stringify({ message }),
  milliseconds: 1,
});
const step = (object: KubeObject, name: string, together: string[] = ['key-auth', 'rate-limiting']): ProofStep => {
  const found = proofFor(object, together).steps.find((entry) => entry.name.startsWith(name));
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};

describe('proof of key-auth', () => {
  const object = plugin('auth', 'key-auth', { key_names: ['x-api-key'] });

  it('asks without, with a wrong and with a valid key, in the header the plugin reads', () => {
    expect(proofFor(object)).toMatchObject({ keyName: 'x-api-key', keyIn: 'header', needsConsumer: true });
    expect(proofFor(plugin('auth', 'key-auth'))).toMatchObject({ keyName: 'apikey' });
    expect(proofFor(plugin('auth', 'key-auth', { key_in_header: false }))).toMatchObject({ keyIn: 'query' });
    expect(proofFor(object).steps.map(({ key }) => key)).toEqual(['none', 'wrong', 'valid']);
  });

  it("is met by Kong's own 401 only", () => {
    const without = step(object, 'without a key');
    expect(judge(without, answer(401, KONG, 'No API key found in request'))).toEqual({ ok: true });
    expect(judge(without, answer(200, APP))).toEqual({
      ok: false,
      expected: '401 by Kong: No API key found in request',
      seen: '200 from the app',
    });
    expect(judge(without, answer(401, APP, 'No API key found in request'))).toMatchObject({ ok: false });
    expect(judge(without, answer(401, KONG, 'Unauthorized'))).toMatchObject({ ok: false });
    expect(
      judge(without, answer(401, { ...KONG, 'ratelimit-limit': '3' }, 'No API key found in request')),
    ).toMatchObject({
      expected: 'no header ratelimit-limit',
    });
  });

  it('takes the words of old and new Kong for a wrong key', () => {
    for (const words of ['Unauthorized', 'Invalid authentication credentials']) {
      expect(judge(step(object, 'with a wrong key'), answer(401, KONG, words))).toEqual({ ok: true });
    }
  });

  it('expects no 401 where an anonymous consumer lets callers in', () => {
    const proof = proofFor(plugin('auth', 'key-auth', { anonymous: 'guest' }));
    expect(proof.steps.map(({ key }) => key)).toEqual(['valid']);
    expect(proof.note).toContain('anonymous');
  });
});

describe('proof of rate-limiting', () => {
  const object = plugin('limit', 'rate-limiting', { minute: 3, hour: 100, policy: 'local' });

  it('reads the configured limits from the headers', () => {
    const headers = step(object, 'its headers');
    expect(headers.expect.headers).toEqual({ 'X-RateLimit-Limit-Minute': '3', 'X-RateLimit-Limit-Hour': '100' });
    const seen = { ...APP, 'x-ratelimit-limit-minute': '3', 'x-ratelimit-limit-hour': '100' };
    expect(judge(headers, answer(200, seen))).toEqual({ ok: true });
    expect(judge(headers, answer(200, { ...seen, 'x-ratelimit-limit-minute': '5' }))).toEqual({
      ok: false,
      expected: 'header X-RateLimit-Limit-Minute: 3',
      seen: 'X-RateLimit-Limit-Minute: 5',
    });
    expect(judge(headers, answer(200, APP))).toMatchObject({ seen: '200 without it' });
  });

  it("uses the smallest limit up, within one window and what all gateway pods may give, to see Kong's 429", () => {
    const exhaust = step(object, 'request 4 in one minute');
    expect([1, 3].map((pods) => requestsAllowed(exhaust, pods))).toEqual([4, 10]);
    expect(requestsAllowed(step(object, 'its headers'), 3)).toBe(1);
    expect(judge(exhaust, answer(429, { ...KONG, 'retry-after': '20' }, 'API rate limit exceeded'))).toEqual({
      ok: true,
    });
    expect(judge(exhaust, answer(429, { ...APP, 'retry-after': '20' }, 'slow down'))).toMatchObject({ ok: false });
    expect(judge(exhaust, answer(200, APP))).toMatchObject({ ok: false, seen: '200 from the app' });
  });

  it('follows the words and the status the plugin is set to', () => {
    const own = plugin('limit', 'rate-limiting', {
      minute: 1,
      error_code: 503,
      error_message: 'later',
      hide_client_headers: true,
    });
    expect(proofFor(own, ['key-auth']).steps).toHaveLength(1);
    expect(judge(step(own, 'request 2'), answer(503, KONG, 'later'))).toEqual({ ok: true });
  });

  it.each<[string, object, string[]]>([
    ['limits that are large', { minute: 1000 }, ['key-auth']],
    ['limits of a second', { second: 2 }, ['key-auth']],
    ['limits counted by address', { minute: 3, limit_by: 'ip' }, ['key-auth']],
    ['limits where nobody has a key', { minute: 3 }, []],
  ])('does not use up %s', (_, config, together) => {
    const proof = proofFor(plugin('limit', 'rate-limiting', config), together);
    expect(proof.steps.map(({ name }) => name)).toEqual(['its headers']);
    expect(proof.note).toContain('429 is not provoked');
  });

  it('knows how much of the calendar window is left', () => {
    const at = Date.UTC(2026, 5, 1, 12, 30, 45, 500);
    expect([leftInWindow('minute', at), leftInWindow('hour', at)]).toEqual([14_500, 29 * 60_000 + 14_500]);
  });
});

describe('proof of other plugins', () => {
  it('looks for headers that are added and for answers that are made', () => {
    const adds = plugin('a', 'response-transformer', { add: { headers: ['x-team:music', 'x-time: $(now)'] } });
    expect(judge(step(adds, 'its headers'), answer(200, { ...APP, 'x-team': 'music', 'x-time': '1' }))).toEqual({
      ok: true,
    });
    expect(judge(step(adds, 'its headers'), answer(200, { ...APP, 'x-team': 'music' }))).toMatchObject({
      expected: 'header x-time',
    });
    const ends = plugin('a', 'request-termination', { status_code: 418, message: 'So long' });
    expect(judge(step(ends, 'its answer'), answer(418, KONG, 'So long'))).toEqual({ ok: true });
    expect(judge(step(ends, 'its answer'), answer(200, APP))).toMatchObject({ ok: false });
  });

  it('says why nothing is exercised', () => {
    expect(proofFor(plugin('a', 'bot-detection'))).toMatchObject({
      steps: [],
      note: 'nothing is known about how bot-detection shows',
    });
    expect(proofFor(plugin('a', 'key-auth', {}, { disabled: true }))).toMatchObject({
      steps: [],
      note: 'it is disabled',
    });
  });
});

describe('the consumer of a proof', () => {
  it("carries the run in its name, the class and the label of the credential's kind", () => {
    const [secret, consumer] = proofConsumer({
      run: 'GH_123.4',
      namespace: 'prod',
      key: 'k-123',
      ingressClass: 'kong',
    });
    expect(secret).toMatchObject({
      kind: 'Secret',
      metadata: {
        name: 'mesh-canary-proof-gh-123-4',
        labels: { 'konghq.com/credential': 'key-auth', 'mesh-canary.dev/run': 'gh-123-4' },
      },
      stringData: { key: 'k-123' },
    });
    expect(consumer).toMatchObject({
      kind: 'KongConsumer',
      metadata: { name: 'mesh-canary-proof-gh-123-4', annotations: { 'kubernetes.io/ingress.class': 'kong' } },
      username: 'mesh-canary-proof-gh-123-4',
      credentials: [secret.metadata.name],
    });
  });
});

describe("Kong's warnings", () => {
  const event = (reason: string, at: string, message: string, more: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e-${at}`, namespace: 'prod' },
    type: 'Warning',
    reason,
    message,
    lastTimestamp: at,
    involvedObject: { kind: 'KongPlugin', namespace: 'prod', name: 'limit' },
    ...more,
  });
  const write = Date.parse('2026-06-01T12:00:00.600Z');

  it('count from the second of our write on, newest first, each once', () => {
    const events = [
      event('KongConfigurationApplyFailed', '2026-06-01T11:59:59Z', 'before'),
      event('KongConfigurationApplyFailed', '2026-06-01T12:00:00Z', 'in the same second'),
      event('KongConfigurationTranslationFailed', '2026-06-01T12:00:05Z', 'later'),
      event('KongConfigurationTranslationFailed', '2026-06-01T12:00:04Z', 'later'),
      event('FallbackKongConfigurationApplyFailed', '2026-06-01T12:00:06Z', 'fallback'),
      event('BackOff', '2026-06-01T12:00:07Z', 'not of Kong'),
      event('KongConfigurationSucceeded', '2026-06-01T12:00:08Z', 'no warning', { type: 'Normal' }),
    ];
    expect(kongWarningsSince(events, write).map(({ message }) => message)).toEqual([
      'fallback',
      'later',
      'in the same second',
    ]);
    expect(kongWarningsSince(events, write)[0]).toMatchObject({ kind: 'KongPlugin', namespace: 'prod', name: 'limit' });
  });

  it('are read from both event APIs', () => {
    const { involvedObject, message, lastTimestamp, ...rest } = event(
      'KongConfigurationApplyFailed',
      '',
      'words',
    ) as unknown as Record<string, unknown>;
    const modern = {
      ...rest,
      apiVersion: 'events.k8s.io/v1',
      regarding: involvedObject,
      note: message,
      eventTime: '2026-06-01T12:00:01.123456Z',
    };
    expect(lastTimestamp).toBe('');
    expect(kongWarningsSince([modern as unknown as KubeObject], write)).toMatchObject([
      { name: 'limit', message: 'words' },
    ]);
  });
});
