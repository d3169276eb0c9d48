/** Releases of an app by editing nothing but its folder. */
import { describe, expect, it } from '@jest/globals';
import type { Settings } from '../../../../src/settings/types.ts';
import { type AppFolder, appFolder, appLive, appRuns, homeImage, strangers, versionsOf } from '../../../support/app.ts';
import { weightsOf } from '../../../support/fixtures.ts';
import type { Stage } from '../../../support/stage.ts';
import { World } from '../../../support/stage.ts';

const anApp = (folder: AppFolder = {}) => {
  const world = new World({ services: ['orders'], begins: appLive(folder), runs: appRuns });
  world.api.edit('Deployment', 'orders', () => undefined);
  return world;
};

const release = (world: World, folder: AppFolder, more: Partial<Settings> = {}, at: Stage = {}) =>
  world.run('deploy', { image: {}, version: '', workspace: appFolder(folder), manifests: ['k8s.json'], ...more }, at);

describe('a release in place', () => {
  it('is what its folder says, three times in a row, and leaves nothing of its own', async () => {
    const world = anApp();
    for (const tag of ['v2', 'v3', 'v4']) {
      const before = versionsOf(world.api);
      let untilSettled: Record<string, string | undefined> | undefined;
      const ran = await release(
        world,
        { image: `orders:${tag}` },
        {},
        {
          Settle: () => {
            untilSettled = versionsOf(world.api);
          },
        },
      );
      expect(ran.outcome).toMatchObject({ result: 'promoted', weight: 100 });
      expect(untilSettled).toEqual(before);
      expect(homeImage(world.api)).toBe(`orders:${tag}`);
      expect(weightsOf(world.api.get('HTTPRoute', 'orders'))).toEqual({ orders: 10_000 });
      expect(strangers(world.api)).toEqual([]);
    }
  });

  it('of the same content again is nothing to do', async () => {
    const world = anApp();
    await release(world, { image: 'orders:v2' });
    const again = await release(world, { image: 'orders:v2' });
    expect(again.outcome).toMatchObject({ result: 'nothing-to-do' });
    expect(again.writes.filter((line) => !line.startsWith('dry run'))).toEqual([]);
  });

  it.each([
    ['in its code', { image: 'orders:bad' }],
    ['by its ConfigMap', { image: 'orders:v2', mode: 'bad' }],
  ])('of a version that is bad %s is returned, and no object that serves was changed', async (_, folder) => {
    const world = anApp();
    const before = versionsOf(world.api);
    const { outcome } = await release(world, folder);
    expect(outcome?.result).toMatch(/rolled-back|failed/);
    expect(versionsOf(world.api)).toEqual(before);
    expect(weightsOf(world.api.get('HTTPRoute', 'orders'))).toEqual({ orders: 10_000 });
    expect(strangers(world.api)).toEqual([]);
  });

  const unharmed = (world: World, before: Record<string, string | undefined>) => {
    const { [`Deployment orders`]: was, ...others } = before;
    const { [`Deployment orders`]: now, ...rest } = versionsOf(world.api);
    expect([now, rest]).toEqual([was, others]);
    expect(Object.keys(weightsOf(world.api.get('HTTPRoute', 'orders')))).toEqual(['orders']);
  };

  it('whose new pods never become ready ends before any user meets them', async () => {
    const world = anApp();
    const before = versionsOf(world.api);
    const { outcome } = await release(
      world,
      { image: 'orders:v2' },
      { version: 'v2' },
      {
        Manifests: () => world.nodes.stuck.add('orders-v2'),
      },
    );
    expect(outcome).toMatchObject({ result: 'failed', reason: expect.stringMatching(/orders-v2.*after 60 s/) });
    unharmed(world, before);
    expect(strangers(world.api)).toEqual([]);
  });

  it('whose migration fails ends with it, and nothing of the new version was started', async () => {
    const world = anApp();
    const before = versionsOf(world.api);
    world.nodes.failing.add('migrate');
    const { outcome, writes } = await release(world, { image: 'orders:v2', job: true }, { version: 'v2' });
    expect(outcome).toMatchObject({
      result: 'failed',
      reason: expect.stringMatching(
        /migration Job prod\/migrate-v2 failed: BackoffLimitExceeded.*nothing of the new version was started/,
      ),
    });
    expect(
      writes.filter((line) => /deployments|services|httproutes/.test(line) && !line.startsWith('dry run')),
    ).toEqual([]);
    unharmed(world, before);
  });

  it('runs a migration once for a version', async () => {
    const world = anApp();
    const folder = { image: 'orders:v2', job: true };
    const first = await release(world, folder, {}, { 'Observe 25 %': () => world.kill() });
    expect(first.outcome).toBeUndefined();
    const second = await release(world, folder);
    expect(second.lines.join('\n')).toMatch(/Job prod\/migrate-\w+ was run for this version already/);
    expect(second.outcome?.result).toBe('promoted');
    expect(strangers(world.api)).toEqual([]);
  });

  it('stays on the proved copy when its home does not become ready, says so, and goes on later', async () => {
    const world = anApp();
    const ran = await release(
      world,
      { image: 'orders:v2' },
      { version: 'v2' },
      {
        Settle: () => world.nodes.stuck.add('orders'),
      },
    );
    expect(ran.outcome).toMatchObject({ result: 'failed', weight: 100 });
    expect(ran.outcome?.traffic).toBe('all requests go to orders-v2, the proved copy of v2.');
    expect(ran.outcome?.reason).toMatch(/^v2 is not settled: .*run deploy again with the same manifests/);
    expect(weightsOf(world.api.get('HTTPRoute', 'orders'))).toEqual({ orders: 0, 'orders-v2': 10_000 });
    world.nodes.stuck.delete('orders');
    await world.nodes.see('MODIFIED', world.api.get('Deployment', 'orders'));
    const again = await release(world, { image: 'orders:v2' }, { version: 'v2' });
    expect(again.outcome).toMatchObject({ result: 'promoted', weight: 100 });
    expect(again.groups).not.toContain('Observe 100 %');
    expect(strangers(world.api)).toEqual([]);
  });

  it('holds where it is asked to, and the same name with another content begins again at 0 %', async () => {
    const world = anApp();
    const held = await release(world, { image: 'orders:v2' }, { version: 'v2', canaryWeight: [50] });
    expect(held.outcome).toMatchObject({ result: 'holding', weight: 50 });
    const other = await release(world, { image: 'orders:v3' }, { version: 'v2' });
    const shown = other.writes.filter((line) => /httproutes\/orders:|deployments\/orders-v2/.test(line));
    expect(shown.slice(0, 2)).toEqual([
      'PATCH httproutes/orders: orders 100 %, v2 0 %, returning',
      'PATCH deployments/orders-v2',
    ]);
    expect(other.outcome?.warnings.join()).toMatch(/orders-v2 held 50 % with another content/);
    expect(other.outcome?.result).toBe('promoted');
    expect(homeImage(world.api)).toBe('orders:v3');
  });

  it('that holds is promoted from its manifests, and from no others', async () => {
    const world = anApp();
    await release(world, { image: 'orders:v2' }, { canaryWeight: [50] });
    const promote = (folder: AppFolder) =>
      world.run(
        'promote',
        { image: {}, version: '', services: [], workspace: appFolder(folder), manifests: ['k8s.json'] },
        {},
      );
    expect((await promote({ image: 'orders:v3' })).outcome?.reason).toMatch(/the manifests are not those of release/);
    expect((await promote({ image: 'orders:v2' })).outcome).toMatchObject({ result: 'promoted' });
    expect(homeImage(world.api)).toBe('orders:v2');
    expect(strangers(world.api)).toEqual([]);
  });
});

describe('the plan of a release in place', () => {
  it('says the version and why, and each object with its place, and writes nothing', async () => {
    const world = anApp();
    const given = { image: {}, version: '', workspace: appFolder({ image: 'orders:v2', mode: 'new', job: true }) };
    const { outcome, lines, writes } = await world.run('plan', { ...given, manifests: ['k8s.json'] }, {});
    expect(outcome?.plan?.version).toMatch(/^r[0-9a-f]{9}$/);
    expect(outcome?.plan?.app?.places.map(({ object, when }) => `${object} ${when}`)).toEqual(
      expect.arrayContaining([
        'ConfigMap prod/settings with-canary',
        'Deployment prod/orders with-canary',
        'HTTPRoute prod/orders at-promotion',
        'Job prod/migrate migration',
        'Service prod/orders before',
      ]),
    );
    expect(lines.join('\n')).toMatch(/with-canary: Deployment prod\/orders/);
    expect(writes.filter((line) => !line.startsWith('dry run'))).toEqual([]);
  });
});
