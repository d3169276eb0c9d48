import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectExit } from './support/exit-paths.ts';
import type { Place } from './support/world.ts';
import { ask, leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

describe('a release through Kong', () => {
  it('goes up step by step, and at each step a client of its own sees about the share that was asked for', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    for (const weight of [5, 25, 50]) {
      const result = await place.deploy({ version: 'v2', manifests, 'canary-weight': `${weight}` });
      expect(result.outputs).toMatchObject({
        result: 'holding',
        weight: `${weight}`,
        version: 'v2',
        'previous-version': 'v1',
      });
      expectExit(result, 'deploy', 'last weight is below 100 and proved', {
        reason: new RegExp(`^jazz-v2 holds at ${weight} % as asked`),
        weight: `${weight}`,
        traffic: new RegExp(`^${weight} % of requests go to jazz-v2, proved by \\d+ answers on the public path`),
      });
      const seen = await place.count(1000);
      expect(Object.keys(seen).sort()).toEqual(['["jazz v1"]', '["jazz v2"]']);
      const share = (100 * (seen['["jazz v2"]'] ?? 0)) / 1000;
      expect(Math.abs(share - weight)).toBeLessThan(2);
    }
    const below = await place.deploy({ version: 'v2', manifests, 'canary-weight': '5,25' });
    expect(below.outputs['reason']).toMatch(/sends 50 % to jazz-v2.*canary-weight ends at 25/);
    expect(await place.weights()).toEqual([{ 'jazz-v1': 5000, 'jazz-v2': 5000 }]);
    const result = await place.deploy({ version: 'v2', manifests, 'canary-weight': '100' });
    expect(result.outputs['observed-share']).toBe('100');
    expectExit(result, 'deploy', 'last weight is 100 and proved', {
      reason: /^jazz-v2 passed every step/,
      weight: '100',
      traffic: /^all requests go to jazz-v2, proved by \d+ answers on the public path/,
    });
    expect(await place.count(200)).toEqual({ '["jazz v2"]': 200 });
    expect(await place.weights()).toEqual([{ 'jazz-v1': 0, 'jazz-v2': 10000 }]);
    expect(result.summary).toMatch(/\| *100/);
    expect(await leftovers(place)).toEqual([]);
  });

  it('writes every weight together with the journal, and journals are valid for the next run', async () => {
    const place = await (await world.place()).serving();
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    await place.deploy({ version: 'v2', manifests, 'canary-weight': '10,100' });
    const journal = JSON.parse((await place.liveRoute()).metadata.annotations?.['mesh-canary.dev/journal'] ?? '{}');
    expect(journal).toMatchObject({
      version: 1,
      service: 'jazz',
      phase: 'promoted',
      weight: 100,
      backends: { stable: 'jazz-v1', canary: 'jazz-v2' },
    });
    const again = await place.deploy({ version: 'v2', manifests });
    expectExit(again, 'deploy', 'the version serves already', {
      reason: /^v2 is the version that serves already/,
      weight: '100',
      traffic: /^all requests go to jazz-v2/,
    });
    expect(await place.weights()).toEqual([{ 'jazz-v1': 0, 'jazz-v2': 10_000 }]);
  });

  it('never gives traffic to a version that fails on its lane, says why, and leaves nothing of it', async () => {
    const place = await (await world.place()).serving();
    const before = await place.liveRoute();
    const manifests = place.write('v2.yaml', ...place.version('v2', { env: { FAULT_ERROR_RATE: '0.5' } }));
    const result = await place.deploy({ version: 'v2', manifests, 'canary-weight': '20,100' });
    expectExit(result, 'deploy', 'the new version fails in pre-flight', {
      reason:
        /Stopped in pre-flight after \d+ s. New version: \d+ of \d+ probes failed. Current version: 0 of \d+.*the weight was 0/,
      weight: '0',
      traffic: /^jazz: the weight of jazz-v2 is 0 again/,
    });
    expect(result.log).not.toMatch(/Shift 20/);
    expect(await place.count(100)).toEqual({ '["jazz v1"]': 100 });
    const after = await place.liveRoute();
    expect(after.spec.rules.map(({ backendRefs }) => backendRefs.map(({ name }) => name))).toEqual(
      before.spec.rules.map(({ backendRefs }) => backendRefs.map(({ name }) => name)),
    );
    expect(await place.exists('deployment', 'jazz-v2')).toBe(false);
    expect(await place.exists('service', 'jazz-v2')).toBe(false);
    expect(await leftovers(place)).toEqual([]);
  });

  it('clones the stable version with a new image', async () => {
    const place = await (await world.place()).serving();
    const result = await place.deploy({
      version: 'v2',
      image: 'mesh-canary.dev/lab/dj-app:v2',
      // The clone answers like the original, so nothing tells the two apart.
      'allow-unproved': 'true',
    });
    expect(result.outputs).toMatchObject({
      result: 'promoted',
      version: 'v2',
      reason: expect.stringMatching(/passed/),
    });
    const deployment = JSON.parse(
      await world.lab.kubectl(['get', 'deployment', 'jazz-v2', '-n', place.namespace, '-o', 'json']),
    );
    expect(deployment.spec.template.spec.containers[0].image).toBe('mesh-canary.dev/lab/dj-app:v2');
    expect(deployment.spec.selector.matchLabels).toEqual({ app: 'jazz', version: 'v2' });
  });

  it('shifts all rules of a service together', async () => {
    const place = await world.place();
    const paths = [place.path(), `${place.path()}-old`];
    await place.apply(...place.version('v1'), place.route('jazz-v1', { paths }));
    await place.until(async () => (await ask(place.url(), undefined)).status === 200);
    const manifests = place.write('v2.yaml', ...place.version('v2'));
    const result = await place.deploy({ version: 'v2', manifests, 'canary-weight': '30' });
    expect(result.outputs).toMatchObject({ result: 'holding' });
    expect(await place.weights()).toEqual([
      { 'jazz-v1': 7000, 'jazz-v2': 3000 },
      { 'jazz-v1': 7000, 'jazz-v2': 3000 },
    ]);
  });

  it('releases two services in lockstep, and returns both when one fails', async () => {
    const place = await (await world.place({ services: ['jazz', 'metal'] })).serving();
    const good = place.write('v2.yaml', ...place.version('v2'), ...place.version('v2', {}, 'metal'));
    expect((await place.deploy({ version: 'v2', manifests: good, 'canary-weight': '50,100' })).outputs).toMatchObject({
      result: 'promoted',
    });
    const bad = place.write(
      'v3.yaml',
      ...place.version('v3'),
      ...place.version('v3', { env: { FAULT_ERROR_RATE: '1' } }, 'metal'),
    );
    const result = await place.deploy({ version: 'v3', manifests: bad, 'canary-weight': '25,100' });
    expect(result.outputs).toMatchObject({ result: 'rolled-back' });
    expect(result.outputs['reason']).toMatch(/metal/);
    expect(await place.count(100)).toEqual({ '["jazz v2"]': 100 });
    expect(await place.count(100, 'metal')).toEqual({ '["metal v2"]': 100 });
  });

  it('installs the first version of a service, and checks it', async () => {
    const place = await world.place();
    const manifests = place.write('app.yaml', ...place.version('v1'), place.route('jazz-v1'));
    const result = await place.deploy({ version: 'v1', manifests });
    expectExit(result, 'deploy', 'nothing served before', {
      reason: /^jazz-v1 was installed as the first version/,
      weight: '100',
      traffic: /^all requests go to jazz-v1/,
    });
    expect(await place.count(50)).toEqual({ '["jazz v1"]': 50 });
  });

  it('gives 1 % of the requests to the canary with 10 and 10 pods', async () => {
    const place = await (await world.place()).serving({ replicas: 10 });
    const manifests = place.write('v2.yaml', ...place.version('v2', { replicas: 10 }));
    const result = await place.deploy({ version: 'v2', manifests, 'canary-weight': '1', 'min-step': '2s' });
    expect(result.outputs).toMatchObject({ result: 'holding' });
    const seen = await place.count(10_000);
    const share = (100 * (seen['["jazz v2"]'] ?? 0)) / 10_000;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(1.3);
  });

  it('releases v2, v3 and v4 in a row, each with a changed route file, while someone else writes weights', async () => {
    const place = await (await world.place()).serving();
    const routeFile = (backend: string, seconds: number) => {
      const file = place.route(backend) as { spec: { rules: object[] } };
      return {
        ...file,
        spec: { ...file.spec, rules: [{ ...file.spec.rules[0], timeouts: { request: `${seconds}s` } }] },
      };
    };
    for (const [index, version] of ['v2', 'v3', 'v4'].entries()) {
      const seconds = 10 + index;
      const manifests = place.write('app.yaml', ...place.version(version), routeFile(`jazz-v${index + 1}`, seconds));
      const running = place.start({ version, manifests, 'canary-weight': '20,100', retire: 'delete' });
      // Someone else writes the weight of stable again and again while our route file is merged. All of it is stable's,
      // so nothing is wrong with that; every write is a new generation our patches have to cope with.
      const merging = running.sees(/Before the release/).then(
        () => true,
        () => true,
      );
      let merged = false;
      void merging.then(() => {
        merged = true;
      });
      let weight = 100;
      while (!merged) await setWeight(place, 0, ++weight);
      const result = await running.finished;
      expect(result.outputs).toMatchObject({ result: 'promoted', version });
      const live = (await place.liveRoute()) as unknown as {
        spec: { rules: { timeouts: object; backendRefs: object[] }[] };
      };
      expect(live.spec.rules).toHaveLength(1);
      expect(live.spec.rules[0]?.timeouts).toEqual({ request: `${seconds}s` });
      expect(live.spec.rules[0]?.backendRefs).toMatchObject([{ name: `jazz-${version}`, weight: 10000 }]);
    }
    const stale = place.write('app.yaml', ...place.version('v5'), routeFile('jazz-v1', 30));
    const refused = await place.deploy({ version: 'v5', manifests: stale });
    expect(refused.outputs['result']).toBe('failed');
    expect(refused.outputs['reason']).toMatch(/jazz-v1.*retired|retired.*jazz-v1/);
    expect(await place.exists('deployment', 'jazz-v1')).toBe(false);
    expect(await place.count(50)).toEqual({ '["jazz v4"]': 50 });
  });

  it.each([
    { rate: '1', identify: 'header:x-app-version' },
    { rate: '0.3', identify: 'auto' },
  ])(
    'replaces a stable version of which $rate of the answers fail: the fix can be shipped (identify: $identify)',
    async ({ rate, identify }) => {
      const place = await world.place();
      const env = { APP_VERSION: 'v1', FAULT_ERROR_RATE: rate };
      await place.apply(...place.version('v1', { env }), place.route('jazz-v1'));
      await place.until(async () => (await ask(place.url(), undefined)).status === 500);
      const manifests = place.write('v2.yaml', ...place.version('v2', { env: { APP_VERSION: 'v2' } }));
      // On the public path most requests still meet the version that fails.
      const checks = JSON.stringify([{ name: 'fixed', path: place.path(), expect: { 'served-by': 'canary' } }]);
      const result = await place.deploy({ version: 'v2', manifests, identify, checks, 'canary-weight': '20,100' });
      expectExit(result, 'deploy', 'last weight is 100 and proved', {
        reason: /^jazz-v2 passed every step/,
        weight: '100',
        traffic: /^all requests go to jazz-v2, proved by \d+ answers/,
      });
      const warned = /the current version is failing already \(.*; the release goes on to replace it/;
      if (rate === '1') expect(result.log).toMatch(warned);
      expect(await place.count(40)).toEqual({ '["jazz v2"]': 40 });
      expect(await leftovers(place)).toEqual([]);
    },
  );
});

function setWeight(place: Place, index: number, value: number): Promise<string> {
  const patch = [{ op: 'add', path: `/spec/rules/0/backendRefs/${index}/weight`, value }];
  return world.lab.kubectl([
    'patch',
    'httproute',
    'jazz',
    '-n',
    place.namespace,
    '--type=json',
    '-p',
    JSON.stringify(patch),
  ]);
}
