import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectExit } from './support/exit-paths.ts';
import type { ActionResult, Place } from './support/world.ts';
import { ask, leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

/** Nothing of the failed run is left: weights, plugins, objects, and what users get are as before. */
async function expectUntouched(place: Place, before: Awaited<ReturnType<Place['liveRoute']>>): Promise<void> {
  const after = await place.liveRoute();
  const backends = ({ spec }: typeof before) =>
    spec.rules.map(({ backendRefs }) => backendRefs.map(({ name }) => name));
  expect(backends(after)).toEqual(backends(before));
  expect(after.metadata.annotations?.['konghq.com/plugins']).toBe(before.metadata.annotations?.['konghq.com/plugins']);
  expect(await place.count(40)).toEqual({ '["jazz v1"]': 40 });
  expect(await leftovers(place)).toEqual([]);
}

function expectRed(result: ActionResult, reason: RegExp): void {
  expect(result.outputs['reason']).toMatch(reason);
  expect(result.code).toBe(1);
  expect(result.outputs['result']).toMatch(/^(failed|rolled-back)$/);
  expect(result.summary).toMatch(/jazz|Kong|Namespace/);
  expect(result.log).not.toMatch(/\n\s+at .*\.js:\d+/);
}

describe('what would break traffic is found before the first write', () => {
  it('konghq.com/retries on the stable Service only: named, and Kong never loses the path', async () => {
    const place = await world.place();
    await place.apply(...place.version('v1', { annotations: { 'konghq.com/retries': '3' } }), place.route('jazz-v1'));
    await place.until(async () => (await ask(place.url(), undefined)).status === 200);
    const before = await place.liveRoute();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const from = Date.now();
    const result = await place.deploy({ version: 'v2', manifests });
    expectRed(result, /konghq\.com\/retries/);
    expectExit(result, 'deploy', 'lint or manifests', {
      reason: /jazz-v[12]/,
      weight: '',
      traffic: /^no route was touched, all traffic is where it was/,
    });
    const pushed = (await world.lab.kongConfigurations()).filter(({ at }) => at >= from);
    for (const { body } of pushed) expect(JSON.stringify(body)).toContain(place.path());
    await expectUntouched(place, before);
    expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
  });

  it('an Ingress on the same path: the HTTPRoute that replaces it is printed', async () => {
    const place = await (await world.place()).serving();
    await place.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'old', namespace: place.namespace },
      spec: {
        ingressClassName: 'kong',
        rules: [
          {
            http: {
              paths: [
                {
                  path: place.path(),
                  pathType: 'Prefix',
                  backend: { service: { name: 'jazz-v1', port: { number: 9080 } } },
                },
              ],
            },
          },
        ],
      },
    });
    const before = await place.liveRoute();
    const result = await place.deploy({ version: 'v2', manifests: place.write('v2.yaml', ...place.version('v2')) });
    expectRed(result, /Ingress .*\/old/);
    expect(result.outputs['reason']).toMatch(/HTTPRoute/);
    await expectUntouched(place, before);
  });

  it('a plugin that does not exist: Kong would serve the route without it', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const result = await place.deploy({
      version: 'v2',
      manifests: place.write('v2.yaml', ...place.version('v2')),
      plugins: 'no-such-plugin',
    });
    expectRed(result, /no-such-plugin/);
    await expectUntouched(place, before);
  });

  it('a Secret without its credential label', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const manifests = place.write(
      'v2.yaml',
      ...place.version('v2'),
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'caller-key', namespace: place.namespace },
        stringData: { key: 'k-123456' },
      },
      {
        apiVersion: 'configuration.konghq.com/v1',
        kind: 'KongConsumer',
        metadata: {
          name: 'caller',
          namespace: place.namespace,
          annotations: { 'kubernetes.io/ingress.class': 'kong' },
        },
        username: `caller-${place.namespace}`,
        credentials: ['caller-key'],
      },
    );
    const result = await place.deploy({ version: 'v2', manifests });
    expectRed(result, /Secret .*caller-key/);
    expect(result.outputs['reason']).toMatch(/konghq\.com\/credential/);
    const shown = result.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(shown.join('\n')).not.toContain('k-123456');
    expect(result.summary).not.toContain('k-123456');
    await expectUntouched(place, before);
  });

  it('a namespace that does not exist', async () => {
    const place = await (await world.place()).serving();
    const result = await place.deploy({ version: 'v2', namespace: 'nowhere', image: 'mesh-canary.dev/lab/dj-app:v2' });
    expectRed(result, /Namespace nowhere does not exist/i);
    expect(result.outputs['reason']).toMatch(/kubectl create namespace nowhere/);
  });
});

describe('what fails while it is brought in is taken back', () => {
  it('a plugin configuration that Kong refuses', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const plugins = JSON.stringify([
      { name: 'broken-limit', plugin: 'rate-limiting', config: { minute: -5, policy: 'local' } },
    ]);
    const result = await place.deploy({
      version: 'v2',
      manifests: place.write('v2.yaml', ...place.version('v2')),
      plugins,
    });
    expectExit(result, 'deploy', 'Kong, Gateway or a plugin is not as it must be', {
      reason: /broken-limit/,
      weight: '',
      traffic: /^no route was touched, all traffic is where it was/,
    });
    expect(await place.exists('kongplugin', 'broken-limit')).toBe(false);
    await expectUntouched(place, before);
    // Kong takes changes again: one refused plugin would have stopped every later one.
    const good = await place.deploy({ version: 'v2', manifests: 'v2.yaml', 'canary-weight': '50' });
    expect(good.outputs['result']).toBe('holding');
  });

  it('a canary whose pods never get ready', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const manifests = place.write('v2.yaml', ...place.version('v2', { env: { FAULT_PING: '1' } }));
    const result = await place.deploy({ version: 'v2', manifests, 'ready-timeout': '4s' });
    expectExit(result, 'deploy', 'new pods do not get ready before the first shift', {
      reason: /jazz-v2 has 0 of 1 ready pods/,
      weight: '0',
      traffic: /^jazz: the route was not touched, all traffic is on jazz-v1/,
    });
    await expectUntouched(place, before);
    expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
  });

  it('an unknown image: said at once, not at the end of the wait', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const manifests = place.write('v2.yaml', ...place.version('v2', { image: 'registry.example.com/nothing:v9' }));
    const result = await place.deploy({ version: 'v2', manifests, 'ready-timeout': '2m' });
    expectRed(result, /registry\.example\.com\/nothing:v9/);
    expect(result.seconds).toBeLessThan(60);
    await expectUntouched(place, before);
  });

  it('a version that crashes: the log to look at is named', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const manifests = place.write('v2.yaml', ...place.version('v2', { env: { FAULT_CRASH_ON_START: '1' } }));
    const result = await place.deploy({ version: 'v2', manifests, 'ready-timeout': '1m' });
    expectRed(result, /keeps ending/);
    expect(result.outputs['reason']).toMatch(/kubectl logs/);
    await expectUntouched(place, before);
  });

  it('an HTTPRoute that the API server rejects', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const file = place.route('jazz-v1') as { spec: { rules: { matches: { path: object }[] }[] } };
    const broken = {
      ...file,
      spec: {
        ...file.spec,
        rules: [{ ...file.spec.rules[0], matches: [{ path: { type: 'Nonsense', value: '/x' } }] }],
      },
    };
    const result = await place.deploy({
      version: 'v2',
      manifests: place.write('v2.yaml', ...place.version('v2'), broken),
    });
    expectRed(result, /HTTPRoute .*jazz/);
    await expectUntouched(place, before);
    expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
  });

  it('a check that fails on the public path, with what was expected and seen', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const checks = JSON.stringify([{ name: 'menu', path: place.path(), expect: { body: 'no such text' } }]);
    const result = await place.deploy({
      version: 'v2',
      manifests: place.write('v2.yaml', ...place.version('v2')),
      checks,
    });
    expectExit(result, 'deploy', 'the gateway refuses the probes, or a check fails, before the first shift', {
      reason: /check "menu" failed before the release: expected a body with "no such text", seen/,
      weight: '0',
      traffic: /^jazz: the route was not touched, all traffic is on jazz-v1/,
    });
    await expectUntouched(place, before);
  });
});

describe('Kong that never becomes ready', () => {
  it('ends within its bound and names what is not ready', async () => {
    const result = await world.run({
      command: 'setup',
      'kong-namespace': 'kong-two',
      'install-kong': 'true',
      'kong-chart-repository': `${world.lab.chartRepository}/missing`,
      'ready-timeout': '5s',
    });
    expectExit(result, 'setup', 'anything else', {
      reason: /helm could not install Kong.*kong-chart-repository/,
      weight: '',
      traffic: /^no route was touched/,
    });
    await world.lab.kubectl(['scale', 'deployment', 'kong-gateway', '-n', 'kong', '--replicas=0']);
    try {
      const place = await world.place();
      await place.apply(...place.version('v1'), place.route('jazz-v1'));
      await world.lab.kubectl([
        'patch',
        'deployment',
        'kong-gateway',
        '-n',
        'kong',
        '--type=json',
        '-p',
        '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"kong:0.0-none"},{"op":"replace","path":"/spec/replicas","value":1}]',
      ]);
      const stuck = await place.deploy({
        version: 'v2',
        image: 'mesh-canary.dev/lab/dj-app:v2',
        'ready-timeout': '5s',
      });
      expect(stuck.code).toBe(1);
      expect(stuck.outputs['reason']).toMatch(/Kong did not become ready within 5 s.*kong-gateway/);
    } finally {
      await world.lab.kubectl(['rollout', 'undo', 'deployment', 'kong-gateway', '-n', 'kong']);
    }
  });
});
