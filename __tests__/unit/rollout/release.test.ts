/** A release that passes, told from its first read to its last write. */
import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../../src/settings/index.ts';
import { expectEnd } from '../../support/ends.ts';
import { aRelease, names } from '../../support/release.ts';

describe('a release', () => {
  it('does everything in order, each effect once the one before it has taken', async () => {
    const { timeline, lines } = await aRelease({ settings: { bake: 2_000, retire: 'delete' } });
    expect(timeline).toEqual([
      '== Plan',
      '== Lock',
      '== Kong',
      '== Manifests',
      'PATCH deployments/jazz-v2',
      'PATCH services/jazz-v2',
      '== Gateway',
      '== Plugins',
      '== Before the release',
      '1 pods of jazz-v2 are ready',
      '== Attach at 0 %',
      'PATCH httproutes/jazz: v1 100 %, v2 0 %, attached',
      'kong took jazz',
      'dry run httproutes/jazz',
      '== Open lanes',
      'PATCH httproutes/jazz-mesh-canary-lane-stable',
      'PATCH httproutes/jazz-mesh-canary-lane-canary',
      'kong took jazz-mesh-canary-lane-stable',
      'kong took jazz-mesh-canary-lane-canary',
      '== Warm up',
      '== Pre-flight',
      '== Prepare 25 %',
      '== Shift 25 %',
      'PATCH httproutes/jazz: v1 75 %, v2 25 %, observing',
      'kong took jazz',
      '== Prove 25 %',
      '== Observe 25 %',
      '== Prepare 100 %',
      'PATCH deployments/jazz-v2',
      '2 pods of jazz-v2 are ready',
      '== Shift 100 %',
      'PATCH httproutes/jazz: v1 0 %, v2 100 %, observing',
      'kong took jazz',
      '== Prove 100 %',
      '== Observe 100 %',
      '== Bake',
      'PATCH httproutes/jazz: v1 0 %, v2 100 %, baking',
      '== Conclude',
      'DELETE httproutes/jazz-mesh-canary-lane-stable',
      'DELETE httproutes/jazz-mesh-canary-lane-canary',
      'PATCH httproutes/jazz: v1 0 %, v2 100 %, promoted',
      '== Retire',
      'PATCH httproutes/jazz: v2 100 %, promoted',
      'DELETE services/jazz-v1',
      'DELETE deployments/jazz-v1',
    ]);
    expect(lines).toContain('jazz: versions are told apart by header x-app-version');
    expect(lines).toContain('jazz-v2: replicas raised from 1 to 2 for 100 %');
    expect(lines).toContain('baking for 2 s');
  });

  it('goes through 5, 25, 50 and 100 % and says what was seen at each', async () => {
    const ended = await aRelease({ settings: { canaryWeight: [5, 25, 50, 100] } });
    expectEnd(ended, 'deploy', 'last weight is 100 and proved', {
      reason: /^jazz-v2 passed every step, judged by probes, not users' requests\.$/,
      weight: 100,
      traffic: /^all requests go to jazz-v2, proved by \d+ answers on the public path\.$/,
    });
    const { outcome, world } = ended;
    expect(outcome.steps.map(({ asked, effective, acknowledgement }) => [asked, effective, acknowledgement])).toEqual([
      [5, 5, 'yes'],
      [25, 25, 'yes'],
      [50, 50, 'yes'],
      [100, 100, 'yes'],
    ]);
    // Evidence is weighed at the weight it was gathered at.
    expect(outcome.steps.map(({ verdict }) => /^\d+ % → \d+ %|^All users/.exec(verdict ?? '')?.[0])).toEqual([
      '5 % → 25 %',
      '25 % → 50 %',
      '50 % → 100 %',
      'All users',
    ]);
    for (const { asked, seen, checks, seconds } of outcome.steps) {
      expect(Math.abs((seen?.share ?? -100) - asked)).toBeLessThan(10);
      expect(checks).toEqual({ passed: seen?.answers, failed: 0 });
      expect(seconds).toBeGreaterThanOrEqual(12);
    }
    expect(outcome).toMatchObject({
      version: 'v2',
      previousVersion: 'v1',
      failingRequests: 0,
      url: 'http://10.0.0.1/dj/jazz',
    });
    expect(outcome.failedStep).toBeUndefined();
    expect(world.weight()).toBe(100);
    expect(names(world, 'Deployment')).toEqual(['jazz-v1', 'jazz-v2', 'kong-controller']);
  });

  it('passes at the defaults of action.yml, response times compared', async () => {
    const values = { services: 'jazz', version: 'v2', image: 'hello:jazz-v2', namespace: 'prod' };
    const defaults = await loadSettings({ values, from: 'arguments' }, {});
    const { outcome } = await aRelease({ settings: defaults });
    expect(outcome.result).toBe('promoted');
    expect(outcome.steps.map(({ asked }) => asked)).toEqual([5, 25, 50, 100]);
  });

  it('holds at a last weight below 100 %, and leaves both versions running', async () => {
    const ended = await aRelease({ settings: { canaryWeight: [5, 25], retire: 'delete' } });
    expectEnd(ended, 'deploy', 'last weight is below 100 and proved', {
      reason: /^jazz-v2 holds at 25 % as asked, judged by probes, not users' requests\.$/,
      weight: 25,
      traffic: /^25 % of requests go to jazz-v2, proved by \d+ answers/,
    });
    expect(ended.world.weight()).toBe(25);
    expect(ended.writes.slice(-3)).toEqual([
      'DELETE httproutes/jazz-mesh-canary-lane-stable',
      'DELETE httproutes/jazz-mesh-canary-lane-canary',
      'PATCH httproutes/jazz: v1 75 %, v2 25 %, holding',
    ]);
    expect(names(ended.world, 'Deployment')).toContain('jazz-v1');
  });

  it('of the version that serves already changes nothing and asks it all the same', async () => {
    const ended = await aRelease({ settings: { version: 'v1', image: {} } });
    expectEnd(ended, 'deploy', 'the version serves already', {
      reason: /^v1 is the version that serves already\.$/,
      weight: 100,
      traffic: /^all requests go to jazz-v1\.$/,
    });
    expect(ended.writes).toEqual([]);
    expect(ended.lines).toContain('jazz answers through the gateway');
  });
});

describe('two services of one release', () => {
  const both = { services: ['jazz', 'metal'] };

  it('are shifted together', async () => {
    const { outcome, writes, world } = await aRelease(both);
    expect(outcome).toMatchObject({ result: 'promoted', services: ['jazz', 'metal'] });
    expect(outcome.reason).toMatch(/^jazz-v2, metal-v2 each passed every step/);
    const weights = writes.filter((line) => line.includes('observing'));
    expect(weights.map((line) => line.slice(0, line.indexOf(',')))).toEqual([
      'PATCH httproutes/jazz: v1 75 %',
      'PATCH httproutes/metal: v1 75 %',
      'PATCH httproutes/jazz: v1 0 %',
      'PATCH httproutes/metal: v1 0 %',
    ]);
    expect([world.weight('jazz'), world.weight('metal')]).toEqual([100, 100]);
  });

  it('are returned together when one of them fails', async () => {
    const fails = await aRelease({
      ...both,
      at: { 'Observe 25 %': (world) => world.fail('metal-v2') },
    });
    expect(fails.outcome).toMatchObject({ result: 'rolled-back', weight: 0, failedStep: 'weight 25' });
    expect(fails.outcome.traffic).toMatch(
      /jazz: the weight of jazz-v2 is 0 again, proved .*; metal: the weight of metal-v2 is 0 again, proved/,
    );
    expect([fails.world.weight('jazz'), fails.world.weight('metal')]).toEqual([0, 0]);
  });
});
