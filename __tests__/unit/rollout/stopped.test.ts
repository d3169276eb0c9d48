/** A release without its lock, or with somebody else at its route. */
import { describe, expect, it } from '@jest/globals';
import { cleanReturn, expectEnd, fromReturn, LANES_GO, PROVED } from '../../support/ends.ts';
import { aRelease, names } from '../../support/release.ts';
import type { World } from '../../support/stage.ts';

describe('a release whose lock is lost', () => {
  /** Another run has taken the lock over, and nothing else yet. */
  const takenOver = ({ api }: World) =>
    api.edit('Lease', 'mesh-canary-jazz', ({ spec }) => {
      spec.holderIdentity = 'local-9-other';
    });

  it.each(['Shift 100 %', 'Return', 'Undo', 'Conclude', 'Retire'])(
    'before "%s" writes nothing any more',
    async (group) => {
      const fails = group === 'Return' || group === 'Undo';
      const ended = await aRelease({
        settings: { retire: 'delete' },
        at: {
          ...(fails ? { 'Observe 25 %': (world: World) => world.fail('jazz-v2') } : {}),
          // Longer ago than a renewal counts for: whoever writes has to ask again.
          [group]: (world: World) => {
            takenOver(world);
            world.clock.stall(11_000);
          },
        },
      });
      const after = ended.timeline.slice(ended.timeline.indexOf(`== ${group}`));
      expect(after.filter((line) => /^(PATCH|DELETE|POST|PUT)/.test(line))).toEqual([]);
      expect(ended.outcome.warnings.join()).toMatch(
        group === 'Retire'
          ? /jazz-v1 was not retired: the lock .* was taken over/
          : /left to the run that has the lock now/,
      );
      expect(names(ended.world, 'Lease')).toEqual(['mesh-canary-jazz']);
    },
  );

  it('stops at the next renewal, wherever it is', async () => {
    const ended = await aRelease({ settings: { minStep: 60_000 }, at: { 'Observe 25 %': takenOver } });
    expect(ended.outcome).toMatchObject({ result: 'failed', failedStep: 'weight 25' });
    expect(ended.outcome.reason).toMatch(/^the lock prod\/mesh-canary-jazz was taken over by run local-9-other/);
    expect(ended.outcome.weight).toBeUndefined();
    expect(ended.world.weight()).toBe(25);
  });

  it('and woken after the other run has returned the traffic claims nothing of it', async () => {
    let woken = Promise.resolve<unknown>(undefined);
    const ended = await aRelease({
      at: {
        'Observe 25 %': (world) => {
          const goOn = world.stop();
          woken = world.run('rollback', { onConflict: 'replace' }, {}).finally(goOn);
        },
      },
    });
    expect(await woken).toMatchObject({ outcome: { result: 'returned' } });
    expectEnd(ended, 'deploy', 'stopped and woken after another run took over', {
      reason: /^the lock prod\/mesh-canary-jazz was taken over by/,
      weight: undefined,
      traffic: /^jazz: run local-\S+ has taken over HTTPRoute prod\/jazz and answers for its weights/,
    });
    expect(ended.world.weight()).toBe(0);
  });

  it('because another run asks for the route: the traffic goes back first', async () => {
    const ended = await aRelease({
      settings: { minStep: 60_000 },
      at: {
        'Observe 25 %': ({ api }) => {
          api.edit('Lease', 'mesh-canary-jazz', ({ metadata }) => {
            metadata.annotations = { 'mesh-canary.dev/asked-by': 'run local-9-other' };
          });
        },
      },
    });
    expectEnd(ended, 'deploy', 'another run asks for the route (`on-conflict: replace`)', {
      result: 'rolled-back',
      reason: /^run local-9-other asked for the lock mesh-canary-jazz \(on-conflict: replace\)/,
      weight: 0,
      traffic: PROVED,
    });
    expect(fromReturn(ended)).toEqual(cleanReturn(true));
  });
});

describe('somebody else at the route', () => {
  it.each(['Observe 25 %', 'Prepare 100 %', 'Prove 25 %'])(
    'who sets the weights in "%s" is left alone',
    async (group) => {
      const ended = await aRelease({ at: { [group]: (world) => world.setWeight(90) } });
      expectEnd(ended, 'deploy', 'somebody else wrote the weights or the journal', {
        reason: /^someone else set the weights of HTTPRoute prod\/jazz: jazz-v2 has 90 %, this run wrote 25 %/,
        weight: 90,
        traffic: /^jazz: left as someone else wrote it(; \d+ of the last \d+ answers came from jazz-v2)?\.$/,
      });
      expect(ended.world.weight()).toBe(90);
      expect(fromReturn(ended).filter((line) => !line.startsWith('kong'))).toEqual([
        '== Return',
        '== Undo',
        ...LANES_GO,
      ]);
      expect(names(ended.world, 'Deployment')).toContain('jazz-v2');
    },
  );

  it('is gone on with where on-drift: adopt says so', async () => {
    const { outcome, world } = await aRelease({
      settings: { onDrift: 'adopt', minStep: 30_000 },
      at: { 'Observe 25 %': (one) => one.after(2_000, () => one.setWeight(60)) },
    });
    expect(outcome).toMatchObject({ result: 'promoted', weight: 100 });
    expect(outcome.warnings).toContain(
      'HTTPRoute prod/jazz was changed by someone else and is taken over: jazz-v2 has 60 %, this run wrote 25 %',
    );
    expect(world.weight()).toBe(100);
  });

  it('whose share was taken over last is told as theirs', async () => {
    const { outcome } = await aRelease({
      settings: { onDrift: 'adopt', minStep: 30_000, canaryWeight: [25] },
      at: { 'Observe 25 %': (one) => one.after(2_000, () => one.setWeight(60)) },
    });
    expect(outcome).toMatchObject({ result: 'holding', weight: 60 });
    expect(outcome.reason).toMatch(/^jazz-v2 holds at 60 % as somebody else set it \(25 % were asked for\)/);
  });

  it('who takes the lanes away: they are opened again, a few times', async () => {
    const away = ({ api }: World) => {
      for (const name of names({ api } as World, 'HTTPRoute')) if (name.includes('lane')) api.remove('HTTPRoute', name);
    };
    const { outcome, timeline } = await aRelease({ at: { 'Observe 25 %': away, 'Observe 100 %': away } });
    expect(outcome.result).toBe('promoted');
    expect(outcome.warnings.join()).toMatch(/the lanes of jazz gave no evidence \(.*\): opened again/);
    const during = timeline.slice(timeline.indexOf('== Observe 25 %'), timeline.indexOf('== Prepare 100 %'));
    expect(during.filter((line) => line.startsWith('PATCH'))).toEqual([
      'PATCH httproutes/jazz-mesh-canary-lane-stable',
      'PATCH httproutes/jazz-mesh-canary-lane-canary',
    ]);

    const again = await aRelease({
      settings: { minStep: 120_000 },
      at: { 'Observe 25 %': (world) => world.clock.every(3_000, () => away(world)) },
    });
    expect(again.outcome).toMatchObject({ result: 'rolled-back', weight: 0 });
    expect(again.outcome.reason).toMatch(/^the lanes of jazz give no evidence: .* Next: who takes them away\?/);
  });
});
