import { describe, expect, it } from '@jest/globals';
import { expectEnd } from '../../support/ends.ts';
import { aRelease } from '../../support/release.ts';

const UNCHANGED = /^nothing was changed, all traffic is where it was\.$/;
const PLANNED = '`plan` has read everything';

describe('plan', () => {
  it('says what a deploy would do and stores nothing', async () => {
    const ended = await aRelease({ command: 'plan' });
    expectEnd(ended, 'plan', PLANNED, {
      reason: /^jazz-v2: 2 objects would be created and 0 changed\.$/,
      weight: undefined,
      traffic: UNCHANGED,
    });
    expect(ended.writes.filter((line) => !line.startsWith('dry run'))).toEqual([]);
    expect(ended.outcome.plan?.services).toMatchObject([{ service: 'jazz', stable: 'jazz-v1', canary: 'jazz-v2' }]);
    expect(ended.groups).toEqual(['Read', 'Compare', 'Plan']);
  });

  it('goes on past what a deploy would stop at, and counts it', async () => {
    const ended = await aRelease({
      command: 'plan',
      with: ({ api }) => {
        api.allows = ({ verb, resource }) => !(verb === 'patch' && resource === 'httproutes');
        api.remove('Service', 'jazz-v1');
      },
    });
    expectEnd(ended, 'plan', PLANNED, { reason: /a deploy would stop: /, weight: undefined, traffic: UNCHANGED });
    expect(ended.outcome.plan?.missing.length).toBeGreaterThan(0);
    expect(ended.writes.filter((line) => !line.startsWith('dry run'))).toEqual([]);
  });

  it('fails where it may not read', async () => {
    const ended = await aRelease({
      command: 'plan',
      with: ({ api }) => {
        api.allows = ({ verb }) => verb !== 'list';
      },
    });
    expectEnd(ended, 'plan', 'a wrong input, no cluster, a right to read is missing', {
      reason: /list/,
      weight: undefined,
      traffic: /^no route was touched/,
    });
  });
});
