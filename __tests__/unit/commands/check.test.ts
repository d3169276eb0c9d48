import { describe, expect, it } from '@jest/globals';
import { expectEnd } from '../../support/ends.ts';
import { aRelease } from '../../support/release.ts';

const UNCHANGED = /^nothing was changed, all traffic is where it was\.$/;
const FAILED = 'one of them is not, or the lint finds an error';
const sings = (status: number) => ({
  name: `sings ${status}`,
  path: '/dj/jazz',
  method: 'GET',
  headers: {},
  expect: { status: [status], header: {}, json: {} },
});

describe('check', () => {
  it('passes where every check and plugin is as expected, and writes nothing', async () => {
    const ended = await aRelease({
      command: 'check',
      settings: {
        checks: [sings(200)],
        plugins: [{ kind: 'named', name: 'key-auth' }],
        probeHeaders: { apikey: 'real' },
      },
      with: (world) => world.bindKeyAuth(),
    });
    expectEnd(ended, 'check', 'every check and plugin proof of `check` is as expected', {
      reason: /^jazz: 2 checks and \d+ plugin proofs are as expected\.$/,
      weight: undefined,
      traffic: UNCHANGED,
    });
    expect(ended.writes).toEqual([]);
    expect(ended.outcome.plugins.map(({ tried }) => tried)).toEqual(expect.arrayContaining(['jazz without a key']));
  });

  it('tries all of them and names each that is not', async () => {
    const ended = await aRelease({
      command: 'check',
      v1: { fails: 1 },
      settings: { checks: [sings(200), sings(500), sings(404)], plugins: [{ kind: 'named', name: 'key-auth' }] },
    });
    expectEnd(ended, 'check', FAILED, {
      reason:
        /^5 failed: .*key-auth, which does not exist.*jazz answers.*sings 200.*sings 404.*plugin key-auth is not bound/,
      weight: undefined,
      traffic: UNCHANGED,
    });
    expect(ended.outcome.checks.map(({ passed }) => passed)).toEqual([false, false, true, false]);
  });

  it('fails where it may not read', async () => {
    const ended = await aRelease({
      command: 'check',
      with: ({ api }) => {
        api.allows = ({ resource }) => resource !== 'httproutes';
      },
    });
    expectEnd(ended, 'check', 'a wrong input, no cluster, a right to read is missing', {
      reason: /httproutes/,
      weight: undefined,
      traffic: /^no route was touched/,
    });
  });
});
