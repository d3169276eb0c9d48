import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KongFault } from '../../lab/index.ts';
import { expectExit } from './support/exit-paths.ts';
import { type Place, World } from './support/world.ts';

const LONG = 5 * 60_000;
let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

/** Starts v2 and switches the fault once the new version is attached at 0 %: its target is there, without weight. */
async function releasedUnder(fault: (upstreams: string) => KongFault, weight: string) {
  const place = await (await world.place()).serving({ env: { APP_VERSION: 'v1' } });
  const manifests = place.write('v2.yaml', ...place.version('v2', { env: { APP_VERSION: 'v2' } }));
  const running = place.start({
    version: 'v2',
    manifests,
    'canary-weight': weight,
    identify: 'header:x-app-version',
  });
  await running.sees(/pre-flight/);
  await world.lab.setKongFaults([fault(`^httproute\\.${place.namespace}\\.jazz\\.`)]);
  try {
    return { place, result: await running.finished };
  } finally {
    await world.lab.setKongFaults([]);
  }
}

async function expectBack(place: Place): Promise<void> {
  expect((await place.weights())[0]?.['jazz-v2'] ?? 0).toBe(0);
  expect(await place.count(40)).toEqual({ '["jazz v1"]': 40 });
}

describe('a controller whose word is not what happens', () => {
  it(
    'one that acknowledges without applying is caught: nothing is promoted on its word',
    async () => {
      const { place, result } = await releasedUnder((upstreams) => ({ kind: 'unapplied', upstreams }), '30,100');
      expectExit(result, 'deploy', 'anything after the first shift: probe, check, split, pods, refusal', {
        reason:
          /^the split of jazz could not be proved within \d+ s: the route says 30 %, 0 of the last \d+ answers came from jazz-v2/,
        weight: '0',
        traffic: /^jazz: the weight of jazz-v2 is 0 again, proved by 40 probes/,
      });
      await expectBack(place);
    },
    LONG,
  );

  it(
    'one that applies another weight is caught, and the share that was seen is reported',
    async () => {
      const { place, result } = await releasedUnder(
        (upstreams) => ({ kind: 'weights', upstreams, as: 'mirrored' }),
        '10,100',
      );
      expect(result.outputs).toMatchObject({ result: 'rolled-back', weight: '0' });
      const [, share = '0'] =
        /the split of jazz is not what the route says: it says 10 %, ([\d.]+) % of \d+ answers came from jazz-v2/.exec(
          result.outputs['reason'] ?? '',
        ) ?? [];
      expect(Number(share)).toBeGreaterThan(75);
      await expectBack(place);
    },
    LONG,
  );

  it(
    'one that is 20 s late is waited for',
    async () => {
      const { place, result } = await releasedUnder(
        (upstreams) => ({ kind: 'late', upstreams, milliseconds: 20_000 }),
        '30',
      );
      expect(result.outputs).toMatchObject({ result: 'holding', weight: '30' });
      expect(Math.abs(Number(result.outputs['observed-share']) - 30)).toBeLessThan(10);
      const seen = await place.count(400);
      expect(Math.abs((seen['["jazz v2"]'] ?? 0) - 120)).toBeLessThan(20);
    },
    LONG,
  );
});

describe('a gateway of which one pod fails 5 % of everything', () => {
  // A hundred of them: npm run bench:live -- --only kong-pod --runs 100
  it.each([502, 500])(
    'with %s of its own returns no release that is not to blame',
    async (status) => {
      const pods = await world.gateways(2);
      const failing = await world.lab.setKongFaults([{ kind: 'answers', share: 0.05, status }], pods.slice(1));
      expect(failing).toHaveLength(1);
      try {
        const place = await (await world.place()).serving({ env: { APP_VERSION: 'v1' } });
        const manifests = place.write('v2.yaml', ...place.version('v2', { env: { APP_VERSION: 'v2' } }));
        const result = await place.deploy({
          version: 'v2',
          manifests,
          'canary-weight': '20',
          'pre-flight': '300',
          identify: 'header:x-app-version',
        });
        expect(result.outputs).toMatchObject({ result: 'holding', weight: '20' });
      } finally {
        await world.lab.setKongFaults([]);
        await world.gateways(1);
      }
    },
    LONG,
  );
});
