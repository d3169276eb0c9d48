import { describe, expect, it } from '@jest/globals';
import { ageOf } from '../../../src/commands/status.ts';
import { expectEnd } from '../../support/ends.ts';
import { aRelease, goesOn } from '../../support/release.ts';
import { World } from '../../support/stage.ts';

const ask = { command: 'status' as const, settings: { services: [], version: '' } };

describe('status', () => {
  it('tells what is recorded and what is live, and writes nothing', async () => {
    const { world } = await aRelease({ settings: { canaryWeight: [25] } });
    const ended = await goesOn(world, ask);
    expectEnd(ended, 'status', 'journals, weights, drift and locks were read', {
      reason: /^jazz: jazz@v2 holding at 25 %\.$/,
      weight: 25,
      traffic: /^jazz: .*75 %.*25 %/,
    });
    expect(ended.outcome).toMatchObject({ services: ['jazz'], version: 'v2', previousVersion: 'v1' });
    expect(ended.lines).toContain('the lock is free');
    expect(ended.writes).toEqual([]);
  });

  it('tells of drift, and of a run that seems to be dead', async () => {
    const world = new World();
    await world.run('deploy', {}, { 'Observe 25 %': () => world.kill() });
    world.setWeight(90);
    world.clock.stall(60_000);
    const { outcome, lines } = await goesOn(world, ask);
    expect(outcome.reason).toMatch(/^jazz: jazz@v2 observing at 25 %, drifted, locked by run local-1-abc/);
    expect(lines.join('\n')).toMatch(/the lock is held by run local-1-abc .*: that run seems to be dead/);
    expect(outcome.warnings.join()).toMatch(/jazz: not as the release left it/);
  });

  it('does not believe a journal it cannot read', async () => {
    const { world } = await aRelease({ settings: { canaryWeight: [25] } });
    world.api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations['mesh-canary.dev/journal'] = '{"version":1}';
    });
    const { outcome } = await goesOn(world, { ...ask, settings: { services: ['jazz'], version: '' } });
    expect(outcome.result).toBe('read');
    expect(outcome.reason).toMatch(/an unreadable journal/);
    expect(outcome.warnings.join()).toMatch(/the journal on HTTPRoute prod\/jazz is not believed/);
  });

  it('fails where it may not look', async () => {
    const ended = await aRelease({
      ...ask,
      with: ({ api }) => {
        api.allows = ({ resource }) => resource !== 'leases';
      },
    });
    expectEnd(ended, 'status', 'no cluster, or a right is missing', {
      reason: /leases/,
      weight: undefined,
      traffic: /^no route was touched/,
    });
  });

  it.each([
    ['2026-11-23T03:59:48Z', '12 s ago'],
    ['2026-11-23T03:50:00Z', '10 min ago'],
    ['2026-11-22T12:00:00Z', '16 h ago'],
    ['2026-11-13T04:00:00Z', '10 days ago'],
    ['2026-11-23T04:00:09Z', "at 2026-11-23T04:00:09Z (in the future by this machine's clock)"],
    ['', 'at an unknown time'],
  ])('tells a time of "%s" as "%s"', (time, said) => {
    expect(ageOf(time, Date.UTC(2026, 10, 23, 4, 0, 0))).toBe(said);
  });
});
