/** What a release stands on: Kong, its Gateway, what the manifests bring, plugins, a first version. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { expectEnd, leftovers } from '../../support/ends.ts';
import { endpoints, route, version } from '../../support/fixtures.ts';
import { aRelease, names } from '../../support/release.ts';

const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-install-'));
afterAll(() => fs.rmSync(workspace, { recursive: true }));
/** A file of manifests, and the settings that name it. YAML is a superset of JSON. */
function manifests(name: string, ...objects: readonly KubeObject[]) {
  fs.writeFileSync(path.join(workspace, name), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  return { workspace, manifests: [name] };
}

const PLATFORM = 'Kong, Gateway or a plugin is not as it must be';
const UNTOUCHED = /^no route was touched, all traffic is where it was\.$/;

describe('the platform of a release', () => {
  it('without a Gateway that is ready: what was applied is taken back', async () => {
    const ended = await aRelease({
      settings: { readyTimeout: 5_000 },
      with: ({ api }) => {
        api.edit(
          'Gateway',
          'kong',
          ({ status }) => {
            status.conditions[0].status = 'False';
          },
          'kong',
        );
      },
    });
    expectEnd(ended, 'deploy', PLATFORM, {
      reason: /^Gateway kong\/kong did not become ready within 5 s/,
      weight: undefined,
      traffic: UNTOUCHED,
    });
    expect(ended.timeline.slice(ended.timeline.indexOf('== Gateway'))).toEqual([
      '== Gateway',
      '1 pods of jazz-v2 are ready',
      '== Undo',
      'DELETE services/jazz-v2',
      'DELETE deployments/jazz-v2',
    ]);
    expect(ended.outcome.failedStep).toBe('before the release');
  });

  it('without Kong, which it may not install', async () => {
    const ended = await aRelease({
      settings: { installKong: 'false' },
      with: ({ api }) => api.remove('Deployment', 'kong-controller', 'kong'),
    });
    expectEnd(ended, 'deploy', PLATFORM, { reason: /no Kong controller runs/, weight: undefined, traffic: UNTOUCHED });
    expect(ended.writes).toEqual([]);
  });

  it('whose address nothing answers at', async () => {
    const ended = await aRelease({
      settings: { readyTimeout: 5_000 },
      with: ({ kong }) => {
        kong.down = true;
      },
    });
    expectEnd(ended, 'deploy', PLATFORM, {
      reason: /^the gateway does not answer at http:\/\/10\.0\.0\.1: .*ECONNREFUSED/,
      weight: undefined,
      traffic: UNTOUCHED,
    });
    expect(names(ended.world, 'Deployment')).toEqual(['jazz-v1', 'kong-controller']);
  });

  it('gets the shipped Gateway where there is none', async () => {
    const { outcome, world, lines } = await aRelease({ with: ({ api }) => api.remove('Gateway', 'kong', 'kong') });
    expect(outcome.result).toBe('promoted');
    expect(lines).toContain('created Gateway kong/kong');
    expect(names(world, 'Gateway')).toEqual(['kong']);
  });
});

describe('plugins of a release', () => {
  const keyAuth = { plugins: [{ kind: 'named', name: 'key-auth' } as const] };

  it('are applied, bound and seen to be enforced, with a caller that is gone afterwards', async () => {
    const ended = await aRelease({
      settings: { ...keyAuth, probeHeaders: { apikey: 'real' } },
      with: (world) => world.addKey(),
    });
    expect(ended.outcome.result).toBe('promoted');
    const { timeline, lines, outcome, world } = ended;
    expect(timeline.slice(timeline.indexOf('== Manifests'), timeline.indexOf('== Before the release'))).toEqual([
      '== Manifests',
      'PATCH kongplugins/key-auth',
      'PATCH deployments/jazz-v2',
      'PATCH services/jazz-v2',
      'PATCH httproutes/jazz: v1 0.01 %',
      '== Gateway',
      '== Plugins',
      expect.stringMatching(/^PATCH secrets\/mesh-canary-proof-/),
      expect.stringMatching(/^PATCH kongconsumers\/mesh-canary-proof-/),
      expect.stringMatching(/^DELETE kongconsumers\/mesh-canary-proof-/),
      expect.stringMatching(/^DELETE secrets\/mesh-canary-proof-/),
    ]);
    expect(lines.join('\n')).toMatch(/jazz: key-auth \(.*\) is enforced \(.*without a key: 401.*\)/);
    expect(outcome.plugins).toMatchObject([{ tried: 'jazz', passed: true }]);
    expect(leftovers(world)).toEqual([]);
  });

  it('that Kong does not enforce: nothing of them stays', async () => {
    const ended = await aRelease({
      settings: keyAuth,
      with: ({ kong }) => {
        kong.enforces = false;
      },
    });
    expectEnd(ended, 'deploy', PLATFORM, { reason: /key-auth/, weight: undefined, traffic: UNTOUCHED });
    expect(names(ended.world, 'KongPlugin')).toEqual([]);
    expect(JSON.stringify(ended.world.api.get('HTTPRoute', 'jazz').metadata)).not.toContain('key-auth');
  });

  it('let the probes through by a temporary consumer, gone with the run on every path', async () => {
    const temporary = { probeConsumer: 'temporary' as const };
    const good = await aRelease({ settings: temporary, with: (world) => world.bindKeyAuth() });
    expect(good.outcome.result).toBe('promoted');
    expect(good.writes.slice(0, 5).map((line) => line.replace(/probe-.*/, 'probe'))).toEqual([
      'PATCH deployments/jazz-v2',
      'PATCH services/jazz-v2',
      'PATCH secrets/mesh-canary-probe',
      'PATCH kongplugins/mesh-canary-probe',
      'PATCH kongconsumers/mesh-canary-probe',
    ]);
    expect(good.writes.slice(-3).map((line) => line.replace(/probe-.*/, 'probe'))).toEqual([
      'DELETE kongconsumers/mesh-canary-probe',
      'DELETE kongplugins/mesh-canary-probe',
      'DELETE secrets/mesh-canary-probe',
    ]);
    const bad = await aRelease({ settings: temporary, v2: { fails: 0.5 }, with: (world) => world.bindKeyAuth() });
    expect(bad.outcome.result).toBe('rolled-back');
    for (const { world } of [good, bad]) {
      expect(leftovers(world)).toEqual([]);
      expect(names(world, 'KongPlugin')).toEqual(['key-auth']);
    }
  });
});

describe('the first version of a service', () => {
  const first = () =>
    manifests(
      'first.yaml',
      ...version('metal', 'v2', 2),
      route({ 'metal-v2': 1 }, { name: 'metal', paths: ['/dj/metal'] }),
    );
  const metal = { services: ['metal'], image: {} };

  it('gets its route when its pods are ready, with a journal that says what serves', async () => {
    const ended = await aRelease({ settings: { ...metal, ...first() } });
    expectEnd(ended, 'deploy', 'nothing served before', {
      reason: /^metal-v2 was installed as the first version and answers through the gateway\.$/,
      weight: 100,
      traffic: /^all requests go to metal-v2\.$/,
    });
    expect(ended.timeline.slice(ended.timeline.indexOf('== Manifests'))).toEqual([
      '== Manifests',
      'PATCH services/metal-v2',
      'PATCH deployments/metal-v2',
      '2 pods of metal-v2 are ready',
      'POST httproutes',
      'kong took metal',
      '== Gateway',
      '== Plugins',
    ]);
    expect(ended.world.api.get('HTTPRoute', 'metal').metadata.annotations?.['mesh-canary.dev/journal']).toMatch(
      /"phase":"promoted"/,
    );
  });

  it('that does not answer is taken back, route and all', async () => {
    const ended = await aRelease({ v2: { fails: 1 }, settings: { ...metal, ...first(), readyTimeout: 5_000 } });
    expect(ended.outcome).toMatchObject({ result: 'failed' });
    expect(ended.outcome.reason).toMatch(/^metal does not answer well on the public path within 5 s/);
    expect(names(ended.world, 'HTTPRoute')).toEqual(['jazz']);
    expect(names(ended.world, 'Deployment')).toEqual(['jazz-v1', 'kong-controller']);
  });
});

describe('manifests of a release', () => {
  const versioned = (weights: Record<string, number>) =>
    manifests('v2.yaml', ...version('jazz', 'v2'), route(weights, { paths: ['/dj/jazz', '/jazz'] }));

  it('bring the new version, and their route is merged without moving a weight', async () => {
    const { outcome, writes, lines, world } = await aRelease({
      settings: { image: {}, ...versioned({ 'jazz-v1': 1, 'jazz-v2': 99 }) },
    });
    expect(outcome.result).toBe('promoted');
    expect(lines).toContain('merged HTTPRoute prod/jazz (weights untouched)');
    expect(writes.slice(0, 3)).toEqual([
      'PATCH services/jazz-v2',
      'PATCH deployments/jazz-v2',
      expect.stringMatching(/^PATCH httproutes\/jazz: v1 [\d.]+ %(, v2 0 %)?$/),
    ]);
    expect(JSON.stringify(world.api.get('HTTPRoute', 'jazz')['spec'])).toContain('"/jazz"');
  });

  it('are taken back with a release that fails, the merged route too', async () => {
    const ended = await aRelease({
      v2: { fails: 0.5 },
      settings: { image: {}, ...versioned({ 'jazz-v1': 1, 'jazz-v2': 99 }) },
    });
    expect(ended.outcome.result).toBe('rolled-back');
    expect(JSON.stringify(ended.world.api.get('HTTPRoute', 'jazz')['spec'])).not.toMatch(/"\/jazz"|jazz-v2/);
    expect(names(ended.world, 'Service')).toEqual(['jazz-v1']);
  });

  it('leave alone what was there before them', async () => {
    const [deployment, service] = version('jazz', 'v2', 1);
    const ended = await aRelease({
      v2: { fails: 0.5 },
      settings: { image: {} },
      with: ({ api }) => {
        api.put(endpoints('jazz-v2', 1));
        api.put(deployment);
        api.put(service);
      },
    });
    expect(ended.outcome).toMatchObject({ result: 'rolled-back', weight: 0 });
    expect(names(ended.world, 'Deployment')).toContain('jazz-v2');
    expect(names(ended.world, 'Service')).toContain('jazz-v2');
  });
});
