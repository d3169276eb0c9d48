/** A release that is given up for what it sees: at every moment the traffic goes back, proved, and what was applied goes. */
import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../src/cluster/connection/transport.ts';
import { cleanReturn, expectEnd, fromReturn, PROVED } from '../../support/ends.ts';
import { aRelease, type Ended, names } from '../../support/release.ts';

const AFTER_SHIFT = 'anything after the first shift: probe, check, split, pods, refusal';

/** As if no release had been. */
function expectAsBefore({ world }: Ended): void {
  expect(names(world, 'Deployment')).toEqual(['jazz-v1', 'kong-controller']);
  expect(names(world, 'Service')).toEqual(['jazz-v1']);
  expect(JSON.stringify(world.api.get('HTTPRoute', 'jazz')['spec'])).not.toContain('jazz-v2');
}

describe('a new version that fails', () => {
  it('in pre-flight: no user has met it', async () => {
    const ended = await aRelease({ v2: { fails: 0.3 } });
    expectEnd(ended, 'deploy', 'the new version fails in pre-flight', {
      reason: /^Stopped in pre-flight after \d+ s\. New version: \d+ of \d+ probes failed\./,
      weight: 0,
      traffic: PROVED,
    });
    // Nothing was shifted, so the return changes nothing for Kong.
    expect(fromReturn(ended)).toEqual(cleanReturn(false));
    expect(ended.groups).not.toContain('Shift 25 %');
    expect(ended.outcome.failedStep).toBe('pre-flight');
    expectAsBefore(ended);
  });

  it.each(['Prove 25 %', 'Observe 25 %', 'Prove 100 %', 'Observe 100 %', 'Bake'])('from "%s" on', async (moment) => {
    const ended = await aRelease({ settings: { bake: 20_000 }, at: { [moment]: (world) => world.fail('jazz-v2') } });
    expectEnd(ended, 'deploy', AFTER_SHIFT, { reason: /(probes|answers).* failed/, weight: 0, traffic: PROVED });
    expect(fromReturn(ended)).toEqual(cleanReturn(true));
    expect(ended.outcome.failedStep).toBe(moment === 'Bake' ? 'bake' : `weight ${/\d+/.exec(moment)}`);
    expect(ended.outcome.failingRequests).toBeGreaterThan(0);
    expectAsBefore(ended);
  });

  it('together with the old one is not blamed for it', async () => {
    const { outcome } = await aRelease({
      v1: { fails: 0.2 },
      v2: { fails: 0.2 },
      settings: { maxStep: 20_000, preFlight: 0, maxErrorIncrease: 5 },
    });
    expect(outcome.reason).not.toMatch(/^Rolled back after/);
  });
});

describe('a public path that does not show what the route says', () => {
  it('after a shift: the split is refuted, and the traffic goes back', async () => {
    const ended = await aRelease({
      with: (world) => {
        world.kong.lie = 0.6;
      },
    });
    expectEnd(ended, 'deploy', AFTER_SHIFT, {
      reason:
        /^the split of jazz is not what the route says: it says 25 %, \d+(\.\d+)? % of \d+ answers came from jazz-v2/,
      weight: 0,
      traffic: PROVED,
    });
    expect(ended.groups).not.toContain('Observe 25 %');
    expect(fromReturn(ended)).toEqual(cleanReturn(true));
    expectAsBefore(ended);
  });

  it('later: the split is judged as long as the weight stands', async () => {
    const ended = await aRelease({
      settings: { minStep: 60_000 },
      at: {
        'Observe 25 %': ({ kong }) => {
          kong.lie = 0.9;
        },
      },
    });
    expectEnd(ended, 'deploy', AFTER_SHIFT, { reason: /25 %/, weight: 0, traffic: PROVED });
    expect(ended.outcome.decision?.metric).toBe('split');
  });

  it('because the controller takes nothing any more: nothing clear comes within a minute', async () => {
    const ended = await aRelease({
      at: {
        'Shift 100 %': ({ kong }) => {
          kong.takes = false;
        },
        Return: ({ kong }) => {
          kong.takes = true;
        },
      },
    });
    expectEnd(ended, 'deploy', AFTER_SHIFT, { reason: /^the split of jazz/, weight: 0, traffic: PROVED });
    expect(ended.outcome.steps.map(({ asked }) => asked)).toEqual([25]);
  });

  it('and a return that is not seen: the message says so, and the new version is left running', async () => {
    const ended = await aRelease({
      at: {
        'Observe 25 %': (world) => {
          world.fail('jazz-v2');
          world.kong.takes = false;
        },
      },
    });
    expectEnd(ended, 'deploy', AFTER_SHIFT, {
      reason: /probes failed/,
      weight: 0,
      traffic:
        /^jazz: the weight of jazz-v2 is 0 on the route, NOT proved on the public path: of \d+ probes since, \d+ failed and [1-9]\d* were answered by jazz-v2\.$/,
    });
    expect(names(ended.world, 'Deployment')).toContain('jazz-v2');
    expect(ended.outcome.warnings).toContain('the new version was left running, because the return is not proved');
    expect(ended.writes).toContain('PATCH httproutes/jazz: v1 100 %, returned');
  });
});

describe('before the first shift', () => {
  it('pods that do not get ready: the canary never stands in the route', async () => {
    const ended = await aRelease({
      settings: { readyTimeout: 5_000 },
      with: ({ nodes }) => {
        nodes.stuck.add('jazz-v2');
      },
    });
    expectEnd(ended, 'deploy', 'new pods do not get ready before the first shift', {
      reason: /^Service prod\/jazz-v2 has 0 of 1 ready pods after 5 s/,
      weight: 0,
      traffic: /^jazz: the route was not touched, all traffic is on jazz-v1\.$/,
    });
    expect(ended.writes.filter((line) => line.includes('httproutes'))).toEqual([]);
    expect(ended.outcome.failedStep).toBe('attach');
    expectAsBefore(ended);
  });

  it('a return that would be refused: known while nothing is to be returned', async () => {
    const ended = await aRelease({
      with: ({ api }) => {
        api.accident = ({ path }) =>
          path.includes('dryRun')
            ? new ApiError(403, 'Forbidden', 'admission webhook "nobody" denied the request: no')
            : undefined;
      },
    });
    expect(ended.outcome).toMatchObject({ result: 'failed', weight: 0, failedStep: 'attach' });
    expect(ended.outcome.reason).toMatch(
      /^a return of HTTPRoute prod\/jazz would be refused: .*"nobody" denied the request: no \(nothing was shifted yet\)/,
    );
    expect(ended.groups).not.toContain('Open lanes');
    expectAsBefore(ended);
  });

  it('versions that nothing tells apart', async () => {
    const alike = { sign: undefined };
    const ended = await aRelease({ v1: alike, v2: alike });
    expectEnd(ended, 'deploy', 'the versions cannot be told apart, and nothing else proves the split', {
      reason: /^the versions of jazz cannot be told apart .*allow-unproved/,
      weight: 0,
      traffic: /^jazz: the weight of jazz-v2 is 0 again and 40 probes in a row were answered well/,
    });
    expectAsBefore(ended);
  });

  it('such versions pass where allow-unproved accepts it, and the end says that nothing is proved', async () => {
    const alike = { sign: undefined };
    const { outcome } = await aRelease({ v1: alike, v2: alike, settings: { allowUnproved: true } });
    expect(outcome).toMatchObject({ result: 'promoted', weight: 100 });
    expect(outcome.traffic).toMatch(
      /^all requests go to jazz-v2 by the route; the versions cannot be told apart, so it is not proved/,
    );
    expect(outcome.observedShare).toBeUndefined();
  });

  it('a gateway that refuses the probes', async () => {
    const ended = await aRelease({ with: (world) => world.bindKeyAuth() });
    expectEnd(ended, 'deploy', 'the gateway refuses the probes, or a check fails, before the first shift', {
      reason:
        /^a probe of jazz failed before the release: .*No API key found.* Next: give the probes a valid key in probe-headers/,
      weight: 0,
      traffic: /^jazz: the route was not touched/,
    });
    expectAsBefore(ended);
  });

  it('a check that fails on the public path, and one that fails on the lane', async () => {
    const expects = (version: string) => ({
      name: 'sings',
      path: '/dj/jazz',
      method: 'GET',
      headers: {},
      expect: { status: [200], header: { 'x-app-version': version }, json: {} },
    });
    const before = await aRelease({ settings: { checks: [expects('v9')] } });
    expectEnd(before, 'deploy', 'the gateway refuses the probes, or a check fails, before the first shift', {
      reason: /sings/,
      weight: 0,
      traffic: /^jazz: the route was not touched/,
    });
    expect(before.outcome.failedStep).toBe('check sings');
    const lane = await aRelease({ settings: { checks: [expects('v1')] } });
    expect(lane.outcome).toMatchObject({ result: 'failed', weight: 0, failedStep: 'check sings' });
    expect(lane.outcome.checks.at(-1)).toMatchObject({ when: 'on the lane of jazz-v2', passed: false });
    expect(lane.groups).not.toContain('Shift 25 %');
  });

  it('a current version that fails already is replaced all the same', async () => {
    const { outcome } = await aRelease({
      v1: { fails: 0.8 },
      settings: { preFlight: 0, identify: { by: 'header', name: 'x-app-version' } },
    });
    expect(outcome.warnings.join()).toMatch(
      /jazz: the current version is failing already \(\d+ of \d+ probes: .*\); the release goes on to replace it/,
    );
    expect(outcome.result).toBe('promoted');
  });
});

describe('a route that cannot be written', () => {
  const refuse = (phase: string) => (request: { method: string; path: string; body?: unknown }) =>
    request.method === 'PATCH' && !request.path.includes('dryRun') && JSON.stringify(request.body).includes(phase)
      ? new ApiError(403, 'Forbidden', 'admission webhook "nobody" denied the request: not today')
      : undefined;

  it('at a shift: the traffic goes back from where it is', async () => {
    const ended = await aRelease({
      at: {
        'Shift 100 %': ({ api }) => {
          api.accident = refuse('"value":10000');
        },
        Return: ({ api }) => {
          api.accident = () => undefined;
        },
      },
    });
    expectEnd(ended, 'deploy', AFTER_SHIFT, {
      reason: /^HTTPRoute prod\/jazz was not accepted: .*not today/,
      weight: 0,
      traffic: PROVED,
    });
    expectAsBefore(ended);
  });

  it('on the way back: the message names the route and the weight that may be live, and nothing is undone', async () => {
    const ended = await aRelease({
      at: {
        'Observe 25 %': (world) => {
          world.fail('jazz-v2');
          world.api.accident = refuse('returning');
        },
      },
    });
    expectEnd(ended, 'deploy', 'the weight cannot be written back', {
      reason: /probes failed/,
      weight: 25,
      traffic:
        /^jazz: the weight could NOT be returned \(.*not today\); last asked for were 25 % for jazz-v2.*Look at HTTPRoute prod\/jazz/,
    });
    expect(ended.world.weight()).toBe(25);
    expect(names(ended.world, 'Deployment')).toContain('jazz-v2');
    expect(ended.outcome.warnings).toContain(
      'what was applied was left as it is, because the canary may still have traffic',
    );
    expect(fromReturn(ended)).toEqual([
      '== Return',
      '== Undo',
      'DELETE httproutes/jazz-mesh-canary-lane-stable',
      'DELETE httproutes/jazz-mesh-canary-lane-canary',
    ]);
  });
});

describe('evidence that does not come within max-step', () => {
  const scarce = { preFlight: 0, maxStep: 5_000, minStep: 1_000, maxErrorIncrease: 0.05 };

  it('returns the traffic', async () => {
    const ended = await aRelease({ settings: scarce });
    expectEnd(ended, 'deploy', 'not enough evidence within `max-step`', {
      result: 'rolled-back',
      reason: /^Neither worse nor safe enough/,
      weight: 0,
      traffic: PROVED,
    });
    expect(fromReturn(ended)).toEqual(cleanReturn(true));
  });

  it('leaves the weight where it is with on-inconclusive: hold', async () => {
    const ended = await aRelease({ settings: { ...scarce, onInconclusive: 'hold' } });
    expectEnd(ended, 'deploy', 'not enough evidence within `max-step`', {
      result: 'held',
      reason: /^jazz-v2 was left at its weight: Neither worse nor safe enough/,
      weight: 25,
      traffic: /^25 % of requests go to jazz-v2, proved by \d+ answers/,
    });
    expect(ended.timeline.slice(ended.timeline.indexOf('== Hold'))).toEqual([
      '== Hold',
      'DELETE httproutes/jazz-mesh-canary-lane-stable',
      'DELETE httproutes/jazz-mesh-canary-lane-canary',
      'PATCH httproutes/jazz: v1 75 %, v2 25 %, holding',
    ]);
    expect(ended.world.weight()).toBe(25);
  });
});

describe('pods at a later weight', () => {
  it('that do not get ready: the weight is not set', async () => {
    const ended = await aRelease({
      settings: { readyTimeout: 5_000 },
      at: {
        'Observe 25 %': ({ nodes }) => {
          nodes.stuck.add('jazz-v2');
        },
      },
    });
    expectEnd(ended, 'deploy', AFTER_SHIFT, {
      reason: /^Service prod\/jazz-v2 has \d of 2 ready pods after 5 s/,
      weight: 0,
      traffic: PROVED,
    });
    expect(ended.groups).not.toContain('Shift 100 %');
    expectAsBefore(ended);
  });
});
