/** What a run does about one that was killed before it. */
import { describe, expect, it } from '@jest/globals';
import { leftovers } from '../../support/ends.ts';
import { goesOn, names } from '../../support/release.ts';
import { World } from '../../support/stage.ts';

describe('a run that died: killed (`SIGKILL`), runner lost', () => {
  const killedAt = async (group: string, settings = {}) => {
    const world = new World();
    const ran = await world.run('deploy', settings, { [group]: () => world.kill() });
    expect(ran.outcome).toBeUndefined();
    // Nothing is written any more, and nobody gives the lock back.
    expect(ran.timeline.at(-1)).toBe(`== ${group}`);
    expect(leftovers(world)).toContain('mesh-canary-jazz');
    return world;
  };

  it('is gone on with by the same release, from the weight it had reached', async () => {
    const world = await killedAt('Observe 25 %');
    expect(world.weight()).toBe(25);
    const { outcome, lines, groups } = await goesOn(world);
    expect(outcome).toMatchObject({ result: 'promoted', weight: 100 });
    expect(lines).toContain('jazz: goes on from 25 %, where the release was');
    expect(groups).toEqual(expect.arrayContaining(['Observe 25 %', 'Observe 100 %']));
    expect(outcome.traffic).toMatch(/proved by \d+ answers/);
  });

  it('is returned first by another release', async () => {
    const world = await killedAt('Observe 25 %');
    const ended = await goesOn(world, { settings: { version: 'v3', image: { jazz: 'hello:jazz-v3' } } });
    expect(ended.outcome.warnings.join()).toMatch(
      /^jazz: run local-1-abc died observing at 25 %; its traffic was returned to jazz-v1 first: .* proved: 40 requests/,
    );
    expect(ended.writes[0]).toBe('PATCH httproutes/jazz: v1 100 %, v2 0 %, returning');
    expect(ended.outcome).toMatchObject({ result: 'promoted', version: 'v3' });
    expect(names(ended.world, 'HTTPRoute')).toEqual(['jazz']);
  });

  it('that goes on and fails is returned like any other', async () => {
    const world = await killedAt('Observe 25 %');
    world.fail('jazz-v2');
    const ended = await goesOn(world);
    expect(ended.outcome).toMatchObject({ result: 'rolled-back', weight: 0 });
    expect(world.weight()).toBe(0);
    expect(names(world, 'HTTPRoute')).toEqual(['jazz']);
  });

  it('of two services is gone on with together', async () => {
    const world = new World({ services: ['jazz', 'metal'] });
    await world.run('deploy', {}, { 'Observe 25 %': () => world.kill() });
    const { outcome } = await goesOn(world);
    expect(outcome.result).toBe('promoted');
    expect([world.weight('jazz'), world.weight('metal')]).toEqual([100, 100]);
  });
});
