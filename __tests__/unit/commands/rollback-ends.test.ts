/** Every end of `rollback`, by a run that was not there when the traffic went away. */
import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../src/cluster/connection/transport.ts';
import { expectEnd, leftovers } from '../../support/ends.ts';
import { aRelease, goesOn, names } from '../../support/release.ts';
import { World } from '../../support/stage.ts';

const HEADER = { by: 'header', name: 'x-app-version' } as const;

/** A release at 25 % whose run was killed. */
async function killed(settings = {}, group = 'Observe 25 %'): Promise<World> {
  const world = new World();
  await world.run('deploy', settings, { [group]: () => world.kill() });
  return world;
}
const rollback = (world: World, settings = {}) =>
  goesOn(world, {
    command: 'rollback',
    settings: { services: [], version: '', image: {}, identify: HEADER, ...settings },
  });

describe('rollback', () => {
  it('returns what a dead run left, sees it on the public path, and takes its leftovers away', async () => {
    const world = await killed();
    expect(world.weight()).toBe(25);
    const ended = await rollback(world);
    expectEnd(ended, 'rollback', 'returned and seen on the public path', {
      reason: /^returned to jazz-v1\.$/,
      weight: 0,
      traffic: /^jazz: all requests go to jazz-v1 again, proved: 40 requests in a row were answered by jazz-v1\.$/,
    });
    expect(names(world, 'Deployment')).toEqual(['jazz-v1', 'kong-controller']);
    expect(ended.outcome).toMatchObject({ version: 'v2', previousVersion: 'v1' });
    const order = ended.timeline.filter((line) => /returning|returned|DELETE|kong took jazz$/.test(line));
    expect(order.slice(0, 5)).toEqual([
      'PATCH httproutes/jazz: v1 100 %, v2 0 %, returning',
      'kong took jazz',
      'DELETE httproutes/jazz-mesh-canary-lane-stable',
      'DELETE httproutes/jazz-mesh-canary-lane-canary',
      'PATCH httproutes/jazz: v1 100 %, returned',
    ]);
  });

  it('returns also where the gateway cannot be found, and says that it is not proved', async () => {
    const world = await killed();
    const ended = await rollback(world, { meshName: 'elsewhere' });
    expectEnd(ended, 'rollback', 'returned, and where the gateway is cannot be found out', {
      reason: /^returned to jazz-v1/,
      weight: 0,
      traffic:
        /^jazz: the route sends all requests to jazz-v1, NOT proved: HTTPRoute .* hangs on no Gateway named elsewhere/,
    });
    expect(names(world, 'Deployment')).not.toContain('jazz-v2');
  });

  it('returns also where the public path fails, and leaves the new version running', async () => {
    const world = await killed();
    world.kong.down = true;
    const ended = await rollback(world);
    expectEnd(ended, 'rollback', 'returned, and the public path fails or is not reached', {
      reason: /^returned to jazz-v1/,
      weight: 0,
      traffic:
        /^jazz: the route sends all requests to jazz-v1, NOT proved on the public path: of \d+ requests since, \d+ failed/,
    });
    expect(names(world, 'Deployment')).toContain('jazz-v2');
  });

  it('says that a traffic that is back, or no release at all, needs nothing', async () => {
    const nothing = 'the traffic is there already, or no release is recorded';
    const none = await aRelease({ command: 'rollback', settings: { services: [] } });
    expectEnd(none, 'rollback', nothing, {
      reason: /^no release is recorded in namespace prod/,
      weight: undefined,
      traffic: /^no route was touched/,
    });
    const world = await killed();
    await rollback(world);
    const again = await rollback(world);
    expectEnd(again, 'rollback', nothing, { reason: /jazz/, weight: undefined, traffic: /jazz/ });
    expect(again.writes).toEqual([]);
  });

  it('with if-stale leaves alone what nobody left behind', async () => {
    const { world } = await aRelease({ settings: { canaryWeight: [25] } });
    const ended = await rollback(world, { ifStale: true });
    expectEnd(ended, 'rollback', '`if-stale`, and no run died', {
      reason: /./,
      weight: undefined,
      traffic: /^no route was touched/,
    });
    expect(world.weight()).toBe(25);
    expect(ended.writes).toEqual([]);
  });

  it('does not touch the route of a run that is alive', async () => {
    const world = await killed();
    world.holdLock('jazz');
    const ended = await rollback(world);
    expectEnd(ended, 'rollback', 'another run is alive and holds the lock', {
      reason: /^another run is releasing here: Lease prod\/mesh-canary-jazz is held by run local-9-other/,
      weight: undefined,
      traffic: /^this run touched no route; the other run answers for the traffic\.$/,
      left: ['jazz-mesh-canary-lane-canary', 'jazz-mesh-canary-lane-stable', 'mesh-canary-jazz'],
    });
    expect(world.weight()).toBe(25);
    expect(ended.writes).toEqual([]);
  });

  it('needs to be told which version is stable where the record is lost', async () => {
    const world = await killed();
    world.api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations['mesh-canary.dev/journal'] = 'lost';
    });
    const lost = await rollback(world, { services: ['jazz'] });
    expectEnd(
      lost,
      'rollback',
      'the journal is lost or unreadable, and it is not given which version is stable (`stable`)',
      {
        reason: /stable/,
        weight: undefined,
        traffic: /^no route was touched/,
      },
    );
    expect(world.weight()).toBe(25);
    const told = await rollback(world, { services: ['jazz'], stable: { jazz: 'jazz-v1' } });
    expect(told.outcome).toMatchObject({ result: 'returned', weight: 0 });
  });

  it('leaves the traffic where it is when the stable version is gone', async () => {
    const world = await killed();
    world.api.remove('Service', 'jazz-v1');
    const ended = await rollback(world);
    expectEnd(ended, 'rollback', 'the stable version is gone, or its pods do not get ready', {
      reason: /^jazz could not be returned/,
      weight: undefined,
      traffic: /^jazz: the weight could NOT be returned \(Service prod\/jazz-v1 does not exist any more/,
    });
    expect(world.weight()).toBe(25);
  });

  it('says where the traffic is when the weight cannot be written', async () => {
    const world = await killed();
    world.api.accident = ({ method, path }) =>
      method === 'PATCH' && path.includes('/httproutes/jazz')
        ? new ApiError(403, 'Forbidden', 'nobody writes routes today')
        : undefined;
    const ended = await rollback(world);
    expectEnd(ended, 'rollback', 'the weight cannot be written', {
      reason: /^jazz could not be returned/,
      weight: undefined,
      traffic: /^jazz: the weight could NOT be returned \(.*nobody writes routes today.*Look at HTTPRoute prod\/jazz/,
    });
  });

  it('brings a promoted release back: the version that was scaled down is scaled up before any weight moves', async () => {
    const { world } = await aRelease({ settings: { retire: 'scale-down' } });
    const ended = await rollback(world);
    expect(ended.outcome).toMatchObject({ result: 'returned', weight: 0 });
    expect(ended.writes.slice(0, 2)).toEqual([
      'PATCH deployments/jazz-v1',
      expect.stringMatching(/^PATCH httproutes\/jazz: .*returning$/),
    ]);
    expect(world.weight('jazz', 'v1')).toBe(100);
    expect(leftovers(world)).toEqual([]);
  });
});
