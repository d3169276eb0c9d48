import { describe, expect, it } from '@jest/globals';
import { completedBy } from '../../../src/commands/promote.ts';
import { expectEnd } from '../../support/ends.ts';
import { journal, settings } from '../../support/fixtures.ts';
import { aRelease, goesOn } from '../../support/release.ts';

const holding = (service: string, release: string, phase: 'holding' | 'promoted' = 'holding') =>
  journal({
    service,
    release,
    phase,
    versions: { stable: 'v1', canary: release.split('@')[1] ?? '' },
    backends: { stable: `${service}-v1`, canary: `${service}-v2` },
  });
const asked = (more: object = {}) => settings({ command: 'promote', services: [], version: '', ...more });

describe('going on with a release that is holding', () => {
  it('takes services and version from its journals', () => {
    const journals = [
      holding('metal', 'jazz,metal@v2'),
      holding('jazz', 'jazz,metal@v2'),
      holding('dj', 'dj@v7', 'promoted'),
    ];
    expect(completedBy(asked(), journals)).toMatchObject({ services: ['jazz', 'metal'], version: 'v2' });
    expect(completedBy(asked({ services: ['metal'] }), journals)).toMatchObject({ services: ['jazz', 'metal'] });
  });

  it('asks which one, when several are holding', () => {
    const journals = [holding('jazz', 'jazz@v2'), holding('dj', 'dj@v3')];
    expect(() => completedBy(asked(), journals)).toThrow(/2 releases are holding .*: jazz@v2; dj@v3/);
    expect(completedBy(asked({ version: 'v3' }), journals)).toMatchObject({ services: ['dj'], version: 'v3' });
    expect(completedBy(asked({ services: ['jazz'] }), journals)).toMatchObject({ services: ['jazz'], version: 'v2' });
  });

  it('says what there is, when none is holding', () => {
    expect(() => completedBy(asked(), [holding('jazz', 'jazz@v2', 'promoted')])).toThrow(
      /no release is holding in namespace prod \(jazz: jazz@v2 is promoted\)/,
    );
    expect(() => completedBy(asked({ version: 'v9' }), [])).toThrow(/no release of v9 is holding .*none is recorded/);
  });

  it('does not go on with a part of a release: its services move in lockstep', () => {
    expect(() => completedBy(asked(), [holding('jazz', 'jazz,metal@v2')])).toThrow(
      /release jazz,metal@v2 is not holding for metal: metal has no journal/,
    );
  });
});

describe('promote', () => {
  it('goes on with what is holding, without being told what it is', async () => {
    const { world } = await aRelease({ settings: { canaryWeight: [25] } });
    const ended = await goesOn(world, { command: 'promote', settings: { services: [], version: '', image: {} } });
    expectEnd(ended, 'promote', 'anything else', {
      result: 'promoted',
      reason: /^jazz-v2 passed every step/,
      weight: 100,
      traffic: /^all requests go to jazz-v2, proved by \d+ answers/,
    });
    expect(ended.lines).toContain('going on with release jazz@v2');
    expect(ended.groups).toEqual(expect.arrayContaining(['Observe 25 %', 'Observe 100 %']));
  });

  it('writes nothing where no release is holding', async () => {
    const ended = await aRelease({ command: 'promote', settings: { services: [], version: '' } });
    expectEnd(ended, 'promote', 'no release is holding, or several are and the inputs do not say which', {
      reason: /^no release is holding in namespace prod \(none is recorded\)/,
      weight: undefined,
      traffic: /^no route was touched/,
    });
    expect(ended.writes).toEqual([]);
  });
});
