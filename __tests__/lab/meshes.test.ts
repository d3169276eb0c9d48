/** The lab's meshes by themselves: the shipped manifests applied by hand, weights written by hand, no release. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { weigh } from '../../lab/demo/by-hand.ts';
import { DEMO_KEY, PROBE_KEY } from '../../lab/demo/secrets.ts';
import { apply, count, inside, outside, until } from '../../lab/demo/seed.ts';
import { ask } from '../../lab/demo/visitor.ts';
import type { MeshName } from '../../lab/mesh/index.ts';
import { MESH_NAMES, meshKind } from '../../lab/mesh/index.ts';
import { providerFor } from '../../src/routes/index.ts';
import { SeedWorld } from './support/seed-world.ts';

const V1 = '["Astrud Gilberto","Miles Davis"]';
const V2 = '["Astrud Gilberto (Bahia, Brazil)","Miles Davis (Alton, Illinois)"]';
/** What is never said has to be waited for in vain: this long after the proxies have it. */
const IN_VAIN_MS = 500;

/** Where Kong stands in front, and callers inside meet the split too. */
const MESHES = MESH_NAMES.filter((name) => meshKind(name).seed.gateway === undefined);

describe.each(MESHES)('the DJ app on %s', (mesh: MeshName) => {
  const { seed } = meshKind(mesh);
  const { limits } = providerFor(mesh).facts;
  let world: SeedWorld;
  beforeAll(async () => {
    world = await SeedWorld.start(mesh);
    await apply(world.lab, ...(seed.canary ?? []), 'dj-app/v2');
    await world.lab.kubectl(['rollout', 'status', '-n', 'prod', 'deployment/jazz-v2']);
  });
  afterAll(() => world?.stop());

  const fromOutside = async (total: number) => count(total, () => outside(world.lab, 'jazz'));
  const fromInside = async (total: number) => count(total, () => inside(world.lab, 'jazz'));
  // So many that weights from before do not pass by chance: 40 draws at 30 % all miss once in a million times.
  const allGoTo = (body: string) => async () =>
    Object.keys(await fromOutside(20)).join() === body && Object.keys(await fromInside(20)).join() === body;
  const status = async () =>
    JSON.stringify(
      JSON.parse(await world.lab.kubectl(['get', ...seed.route, '-n', 'prod', '-o', 'json'])).status ?? {},
    );
  const generation = async () =>
    JSON.parse(await world.lab.kubectl(['get', ...seed.route, '-n', 'prod', '-o', 'json'])).metadata.generation;
  const acknowledges = limits.acknowledgement !== 'none';

  it('splits what comes through Kong and what comes from dj by the same weights', async () => {
    await weigh(world.lab, mesh, 30);
    const both = [V2, V1].sort().join();
    await until(
      'both versions answer',
      async () =>
        Object.keys(await fromOutside(20))
          .sort()
          .join() === both,
    );
    await until(
      'dj gets both',
      async () =>
        Object.keys(await fromInside(20))
          .sort()
          .join() === both,
    );
    for (const seen of [await fromOutside(400), await fromInside(400)]) {
      expect(Object.keys(seen).sort()).toEqual([V2, V1].sort());
      // Six standard deviations of 400 draws at 30 %.
      expect(Math.abs((seen[V2] ?? 0) - 120)).toBeLessThan(55);
    }
  });

  it('leads requests with the lane header past the weights, from outside and through dj', async () => {
    await weigh(world.lab, mesh, 0);
    await until('all go to v1', allGoTo(V1));
    const headers = { 'x-mesh-canary-lane': 'lane', apikey: PROBE_KEY };
    const answer = await fetch(`${world.lab.gatewayUrl}/dj/jazz`, { headers });
    expect(await answer.text()).toBe(V2);
    expect(answer.headers.get('x-mesh-canary-lane')).toBe(limits.laneMark ? 'lane' : null);
    expect((await inside(world.lab, 'jazz', headers)).body).toBe(V2);
  });

  it('asks for a key, and limits callers to three requests a minute', async () => {
    expect((await ask(`${world.lab.gatewayUrl}/dj/jazz`, undefined)).status).toBe(401);
    const statuses: number[] = [];
    for (let each = 0; each < 5; each++) {
      statuses.push((await outside(world.lab, 'jazz', DEMO_KEY)).status);
    }
    expect(statuses).toContain(429);
    expect(statuses.filter((each) => each === 200).length).toBeLessThanOrEqual(4);
  });

  it('keeps the old weights until a late controller is done', async () => {
    await world.lab.setMesh(mesh, { acknowledgement: 'late', lateMs: 12_000 });
    await weigh(world.lab, mesh, 100);
    const asked = await generation();
    expect(await fromOutside(10)).toEqual({ [V1]: 10 });
    if (acknowledges) expect(await status()).not.toContain(`"observedGeneration":${asked}`);
    await until('all go to v2', allGoTo(V2));
    if (acknowledges) await until('it is said', async () => (await status()).includes(`"observedGeneration":${asked}`));
  });

  it('says nothing when it is told never to, and splits all the same', async () => {
    await world.lab.setMesh(mesh, { acknowledgement: 'never' });
    const before = await status();
    await weigh(world.lab, mesh, 0);
    await until('all go to v1', allGoTo(V1));
    await new Promise((resolve) => setTimeout(resolve, IN_VAIN_MS));
    expect(await status()).toBe(before);
  });

  it('says it before it is so, where the API says anything', async () => {
    await world.lab.setMesh(mesh, { acknowledgement: 'before-applied', lateMs: 12_000 });
    await weigh(world.lab, mesh, 100);
    const asked = await generation();
    if (acknowledges) await until('it is said', async () => (await status()).includes(`"observedGeneration":${asked}`));
    expect(await fromOutside(10)).toEqual({ [V1]: 10 });
    await until('all go to v2', allGoTo(V2));
  });

  it('refuses in the way of its API, and everything stays as it was', async () => {
    await world.lab.setMesh(mesh, { acknowledgement: 'refusing' });
    const written = await weigh(world.lab, mesh, 0).then(
      () => 'written',
      (error: Error) => error.message,
    );
    const events = () => world.lab.kubectl(['get', 'events', '-n', 'prod', '-o', 'json']);
    if (limits.refusals === 'events')
      await until('an event tells', async () => (await events()).includes('ReconcileError'));
    if (limits.refusals === 'status')
      await until('the status tells', async () => (await status()).includes('UnsupportedValue'));
    if (acknowledges) expect(written).toBe('written');
    else expect(written).toMatch(/denied the request: the lab was told to refuse this/);
    expect(await fromOutside(10)).toEqual({ [V2]: 10 });
  });

  it('refuses every write while its webhook is down, where the webhook fails closed', async () => {
    await world.lab.setMesh(mesh, { webhook: 'down' });
    const written = await weigh(world.lab, mesh, 0).then(
      () => 'written',
      (error: Error) => error.message,
    );
    if (meshKind(mesh).webhook === undefined) expect(written).toBe('written');
    else expect(written).toMatch(/failed calling webhook/);
  });

  it('lets its objects go', async () => {
    await world.lab.setMesh(mesh, {});
    await world.lab.kubectl(['delete', ...seed.route, '-n', 'prod', '--timeout=20s']);
  });
});
