/** A release that is cancelled, at every moment of it, or out of time. */
import { describe, expect, it } from '@jest/globals';
import { cleanReturn, expectEnd, fromReturn, LANES_GO, PROVED } from '../../support/ends.ts';
import { aRelease, names } from '../../support/release.ts';

describe('a cancelled release', () => {
  it.each(['Plan', 'Lock', 'Kong', 'Manifests', 'Gateway'])('in "%s" touches no route', async (group) => {
    const ended = await aRelease({ at: { [group]: (world) => world.cancel() } });
    expectEnd(ended, 'deploy', 'cancelled (`SIGINT`, `SIGTERM`)', {
      result: 'failed',
      reason: /^the run was cancelled \(SIGINT\)/,
      weight: undefined,
      traffic: /^no route was touched, all traffic is where it was/,
    });
    expect(ended.writes.filter((line) => line.includes('httproutes'))).toEqual([]);
    expect(names(ended.world, 'Deployment')).toEqual(['jazz-v1', 'kong-controller']);
  });

  it.each(['Plugins', 'Before the release', 'Attach at 0 %'])('in "%s" has touched no route either', async (group) => {
    const ended = await aRelease({ at: { [group]: (world) => world.cancel() } });
    expect(ended.outcome).toMatchObject({ result: 'failed', weight: 0 });
    expect(ended.outcome.traffic).toMatch(/^jazz: the route was not touched, all traffic is on jazz-v1/);
    expect(fromReturn(ended)).toEqual([
      '== Return',
      '== Undo',
      'DELETE services/jazz-v2',
      'DELETE deployments/jazz-v2',
    ]);
  });

  it.each(['Warm up', 'Pre-flight', 'Prepare 25 %'])('in "%s" never had traffic', async (group) => {
    const ended = await aRelease({ at: { [group]: (world) => world.cancel() } });
    expectEnd(ended, 'deploy', 'cancelled (`SIGINT`, `SIGTERM`)', {
      result: 'failed',
      reason: /^the run was cancelled/,
      weight: 0,
      // While it warms up the versions are not told apart yet.
      traffic: group === 'Warm up' ? /^jazz: the weight of jazz-v2 is 0 again and 40 probes/ : PROVED,
    });
    expect(fromReturn(ended)).toEqual(cleanReturn(false));
  });

  it('while lanes are opened closes those whose opening it cut short', async () => {
    const ended = await aRelease({
      at: { 'Open lanes': (world) => world.after(100, () => world.cancel()) },
    });
    expect(ended.outcome).toMatchObject({ result: 'failed', weight: 0 });
    expect(fromReturn(ended)).toEqual(expect.arrayContaining([...LANES_GO]));
    expect(names(ended.world, 'HTTPRoute')).toEqual(['jazz']);
  });

  it.each(['Shift 25 %', 'Prove 25 %', 'Observe 25 %', 'Prepare 100 %', 'Observe 100 %', 'Bake'])(
    'in "%s" brings the traffic back',
    async (group) => {
      const ended = await aRelease({
        settings: { bake: 20_000 },
        at: { [group]: (world) => world.after(250, () => world.cancel()) },
      });
      expectEnd(ended, 'deploy', 'cancelled (`SIGINT`, `SIGTERM`)', {
        result: 'rolled-back',
        reason: /^the run was cancelled \(SIGINT\)\. Next: run it again to go on/,
        weight: 0,
        traffic: PROVED,
      });
      // What is still on its way to Kong when the return is written is taken together with it.
      expect(fromReturn(ended).filter((line) => !/^kong took|pods of/.test(line))).toEqual(cleanReturn(false));
    },
  );

  it.each(['Prove 25 %', 'Observe 25 %', 'Bake'])('in "%s" stays where it is with on-cancel: hold', async (group) => {
    const share = group === 'Bake' ? 100 : 25;
    const ended = await aRelease({
      settings: { onCancel: 'hold', bake: 20_000 },
      at: { [group]: (world) => world.after(250, () => world.cancel()) },
    });
    expectEnd(ended, 'deploy', 'cancelled, with `on-cancel: hold`', {
      reason: /^jazz-v2 was left at its weight: the run was cancelled \(SIGINT\)/,
      weight: share,
      traffic: new RegExp(`^${share} % of requests go to jazz-v2`),
    });
    expect(ended.timeline.slice(ended.timeline.indexOf('== Hold'))).toEqual([
      '== Hold',
      ...LANES_GO,
      `PATCH httproutes/jazz: v1 ${100 - share} %, v2 ${share} %, holding`,
    ]);
    expect(ended.world.weight()).toBe(share);
  });

  it('before its first weight is returned also with on-cancel: hold', async () => {
    const ended = await aRelease({
      settings: { onCancel: 'hold' },
      at: { 'Pre-flight': (world) => world.cancel() },
    });
    expect(ended.outcome).toMatchObject({ result: 'failed', weight: 0 });
    expect(ended.groups).not.toContain('Hold');
  });
});

describe('a release whose total time is nearly over', () => {
  it('is failed where nothing was shifted, and returned where something was', async () => {
    const early = await aRelease({ at: { 'Pre-flight': (world) => world.timeOver() } });
    expectEnd(early, 'deploy', '`timeout` is nearly over', {
      result: 'failed',
      reason: /^the total time of 600 s is nearly over/,
      weight: 0,
      traffic: PROVED,
    });
    const late = await aRelease({ at: { 'Observe 25 %': (world) => world.timeOver() } });
    expectEnd(late, 'deploy', '`timeout` is nearly over', {
      result: 'rolled-back',
      reason: /^the total time of 600 s is nearly over/,
      weight: 0,
      traffic: PROVED,
    });
    expect(fromReturn(late)).toEqual(cleanReturn(true));
  });
});
