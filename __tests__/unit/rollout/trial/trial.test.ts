import { describe, expect, it } from '@jest/globals';
import { Identifier } from '../../../../src/evidence/probes/identify.ts';
import { Observer } from '../../../../src/evidence/probes/observer.ts';
import type { Look } from '../../../../src/evidence/users/sources.ts';
import { designFor } from '../../../../src/rollout/trial/design.ts';
import { Trial } from '../../../../src/rollout/trial/trial.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { answer, settings } from '../../../support/fixtures.ts';

/** jazz on trial; `second` lets one second pass with so many pairs and public probes. */
function onTrial(overrides: Parameters<typeof settings>[0] = {}) {
  const clock = new FakeClock({ auto: true });
  const observer = new Observer(
    'jazz',
    new Identifier({ by: 'auto' }, { source: 'header:x-app-version', stable: 'v1', canary: 'v2' }),
  );
  observer.lanes = { tokens: { stable: 's', canary: 'c' }, marked: true };
  const looks: Look[] = [];
  const said: string[] = [];
  const given = settings({ preFlight: 40, latency: 'ignore', ...overrides });
  const trial = new Trial({
    design: designFor(given, true),
    observers: [observer],
    clock,
    guardLevel: 0.0005,
    bounds: {},
    users: () => looks.splice(0),
    say: (line) => said.push(line),
  });
  const lane = (version: 'stable' | 'canary', status: number) => {
    const token = version === 'stable' ? 's' : 'c';
    const made = answer(version === 'stable' ? 'v1' : 'v2', { status });
    observer.takeLane(
      version,
      { ...made, headers: { ...made.headers, 'x-mesh-canary-lane': token } },
      clock.monotonic(),
    );
  };
  const second = async (seen: { stable?: number; canary?: number; path?: number; share?: number } = {}) => {
    const { stable = 200, canary = 200, path = 200, share = 0 } = seen;
    for (let n = 0; n < 10; n++) {
      lane('stable', stable);
      lane('canary', canary);
      observer.takePublic(answer(n < 10 * share ? 'v2' : 'v1', { status: path }), clock.monotonic());
    }
    await clock.advance(1_000);
    return trial.look();
  };
  return { clock, observer, trial, second, looks, said };
}

describe('the trial of a canary', () => {
  it('lets a good version past pre-flight when the pairs wanted were answered', async () => {
    const { trial, second } = onTrial();
    trial.enter(0);
    trial.confirm({});
    const verdicts = [];
    for (let n = 0; n < 5; n++) verdicts.push((await second()).decision.verdict);
    expect(verdicts).toEqual(['wait', 'wait', 'wait', 'promote', 'promote']);
  });

  it('judges a failing lane in the very look that brings the failures', async () => {
    const { trial, second } = onTrial();
    trial.enter(0);
    trial.confirm({});
    await second();
    const { decision } = await second({ canary: 500 });
    expect(decision).toMatchObject({ verdict: 'rollback', metric: 'errors', source: 'lane', service: 'jazz' });
    expect(decision.sentence).toMatch(/Stopped in pre-flight/);
  });

  it('ends a release whose public path fails while the lanes are fine', async () => {
    const { trial, second } = onTrial();
    trial.enter(1);
    trial.confirm({ jazz: 0.05 });
    await second();
    const { path, decision } = await second({ path: 404 });
    expect(path).toMatchObject({ service: 'jazz' });
    expect(decision.verdict).not.toBe('promote');
  });

  it('blames nobody when both versions fail, and not the path when stable itself does', async () => {
    const both = onTrial();
    both.trial.enter(1);
    both.trial.confirm({ jazz: 0.05 });
    await both.second();
    const outage = await both.second({ stable: 500, canary: 500, path: 500 });
    expect([outage.path, outage.decision.verdict]).toEqual([undefined, 'pause']);
    const sick = onTrial();
    sick.trial.enter(1);
    sick.trial.confirm({ jazz: 0.05 });
    for (let n = 0; n < 3; n++) {
      const { path, decision } = await sick.second({ stable: 500, path: 500 });
      expect([path, decision.verdict === 'rollback']).toEqual([undefined, false]);
    }
  });

  it('sees requests go elsewhere than the route says, and forgets it when the other share is taken over', async () => {
    const { trial, second } = onTrial();
    trial.enter(1);
    trial.confirm({ jazz: 0.05 });
    let seen = (await second({ share: 0.5 })).decision;
    for (let n = 0; n < 20 && seen.verdict !== 'rollback'; n++) seen = (await second({ share: 0.5 })).decision;
    expect(seen).toMatchObject({ verdict: 'rollback', metric: 'split' });
    trial.adopt('jazz', 0.5);
    expect((await second({ share: 0.5 })).decision.verdict).not.toBe('rollback');
  });

  it('counts users only in the step whose split is confirmed, and speaks of them', async () => {
    const { trial, second, looks, said } = onTrial({ evidence: ['probes', 'pods'] });
    trial.enter(1);
    trial.confirm({ jazz: 0.05 });
    const window = (errors: number) => ({
      service: 'jazz',
      source: 'users' as const,
      step: 1,
      seconds: 5,
      share: 0.05,
      stable: { requests: 190, errors: 0 },
      canary: { requests: 10, errors },
    });
    looks.push({ windows: [window(0)], notes: ['jazz, pods: one is gone'], silent: [] });
    expect((await second()).decision).toMatchObject({ basis: 'users', failingRequests: 0 });
    for (let n = 0; n < 4; n++) looks.push({ windows: [window(5)], notes: ['jazz, pods: one is gone'], silent: [] });
    const { decision } = await second();
    expect(decision).toMatchObject({ verdict: 'rollback', source: 'users', failingRequests: 20 });
    expect(said).toEqual(['jazz, pods: one is gone']);
  });

  it('says once that users cannot be counted, and neither returns nor promotes for it', async () => {
    const { trial, second, looks, said } = onTrial({ evidence: ['probes', 'pods'], minStep: 0 });
    trial.enter(1);
    trial.confirm({ jazz: 0.05 });
    for (let n = 0; n < 30; n++) {
      looks.push({ windows: [], notes: [], silent: [{ service: 'jazz', why: 'no answer', exhausted: true }] });
      // One public probe in twenty meets the canary, as 5 % say.
      expect((await second({ share: n % 2 === 0 ? 0.1 : 0 })).decision.verdict).toBe('wait');
    }
    expect(said).toEqual(["jazz: users' requests cannot be counted: no answer"]);
  });
});
