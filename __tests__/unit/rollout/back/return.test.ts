import { describe, expect, it } from '@jest/globals';
import { LockError } from '../../../../src/errors.ts';
import { Identifier } from '../../../../src/evidence/probes/identify.ts';
import { Observer } from '../../../../src/evidence/probes/observer.ts';
import { encode } from '../../../../src/journal/journal.ts';
import { leftAlone, PROOF_ANSWERS, returnTraffic } from '../../../../src/rollout/back/return.ts';
import { RouteWriter } from '../../../../src/rollout/route/writer.ts';
import type { ServiceRelease } from '../../../../src/rollout/state.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { answer, journal, release, route, weightsOf } from '../../../support/fixtures.ts';

/** jazz at 25 %, its versions told apart by a header; `serves` says who answers each probe on the way back. */
async function at25(serves: (live: number) => string | undefined = (canary) => (canary > 0 ? 'v2' : 'v1')) {
  const api = new FakeApi(route({ 'jazz-v1': 10_000 }));
  const clock = new FakeClock({ auto: true });
  const observer = new Observer('jazz', new Identifier({ by: 'header', name: 'x-app-version' }));
  for (let n = 0; n < 20; n++) observer.takePublic(answer('v1'), 0);
  observer.stopLearning();
  const running: ServiceRelease = release({ observer });
  const writer = new RouteWriter(api.cluster(clock), gatewayApi, clock);
  await writer.attach(running);
  await writer.shift(running, 25, { phase: 'observing', step: 1 });
  // One probe each time somebody waits: the public path as the route is at that moment.
  const sleep = clock.sleep.bind(clock);
  clock.sleep = async (milliseconds, signal) => {
    const version = serves(weightsOf(api.get('HTTPRoute', 'jazz'))['jazz-v2'] ?? 0);
    if (milliseconds === 50)
      observer.takePublic(
        version === undefined ? answer('', { headers: { via: '1.1 kong/3.9.1' } }) : answer(version),
        clock.monotonic(),
      );
    return sleep(milliseconds, signal);
  };
  const options = {
    cluster: api.cluster(clock),
    provider: gatewayApi,
    ports: { clock, random: () => 0.5 },
    writeWithin: 400,
    proveWithin: 30_000,
  };
  const giveBack = async (more: object = {}) => {
    const [returned] = await returnTraffic([running], { ...options, ...more });
    if (!returned) throw new Error('nothing was returned');
    return returned;
  };
  return { api, clock, running, observer, giveBack };
}

describe('returning the traffic', () => {
  it('is proved by 40 answers of stable on the public path, and says so', async () => {
    const { api, giveBack, running } = await at25();
    const returned = await giveBack();
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
    expect(returned).toMatchObject({ written: true, proved: true, share: 0 });
    expect(returned.traffic).toBe(
      `jazz: the weight of jazz-v2 is 0 again, proved by ${PROOF_ANSWERS} probes in a row answered by jazz-v1`,
    );
    expect(running.state).toMatchObject({ share: 0, asked: 0 });
  });

  it('does not claim a proof while the canary still answers', async () => {
    let n = 0;
    const { giveBack } = await at25(() => (n++ % 30 === 0 ? 'v2' : 'v1'));
    const returned = await giveBack();
    expect(returned).toMatchObject({ written: true, proved: false });
    expect(returned.traffic).toMatch(
      /is 0 on the route, NOT proved on the public path: of \d+ probes since, 0 failed and [1-9]\d* were answered by jazz-v2/,
    );
  });

  it('does not take answers that name no version for answers of stable', async () => {
    const { giveBack } = await at25(() => undefined);
    expect(await giveBack()).toMatchObject({ written: true, proved: false });
  });

  it('says that nothing was touched when nothing was', async () => {
    const { api, giveBack, running } = await at25();
    running.state = { journal: journal(), share: undefined, asked: undefined, text: undefined };
    const before = api.writes('httproutes').length;
    expect(await giveBack()).toMatchObject({
      written: true,
      proved: true,
      traffic: expect.stringContaining('not touched'),
    });
    expect(api.writes('httproutes')).toHaveLength(before);
  });

  it('tries again while the API server is away for a moment', async () => {
    const { api, giveBack } = await at25();
    let refused = 0;
    api.accident = ({ method }) => (method === 'PATCH' && refused++ < 2 ? 'lost-before' : undefined);
    expect(await giveBack()).toMatchObject({ written: true, proved: true });
  });

  it('says what it knows when the API server stays away: the share asked for last, and that it may be live', async () => {
    const { api, giveBack, running } = await at25();
    api.down = true;
    const returned = await giveBack();
    expect(returned).toMatchObject({ written: false, proved: false, share: 25 });
    expect(returned.traffic).toMatch(
      /the weight could NOT be returned \(.*socket hang up\); last asked for were 25 % for jazz-v2/,
    );
    expect(returned.traffic).toContain('HTTPRoute prod/jazz');
    expect(running.state.asked).toBe(25);
  });

  it('leaves the route to the run that took the lock over and wrote its own journal', async () => {
    const { api, giveBack } = await at25();
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations['mesh-canary.dev/journal'] = encode(journal({ run: 'run-2', phase: 'promoted' }));
    });
    const before = weightsOf(api.get('HTTPRoute', 'jazz'));
    const returned = await giveBack({ signal: AbortSignal.abort(new LockError('the lock was taken over')) });
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual(before);
    expect(returned.traffic).toMatch(/run run-2 has taken over HTTPRoute prod\/jazz/);
    expect(returned.share).toBeUndefined();
  });

  it('says of a route that someone else wrote what they wrote, not what this run asked for', async () => {
    const { running } = await at25();
    expect(leftAlone(running, 40)).toMatchObject({ written: false, share: 40 });
    // Of several routes the one is named; that it is not returned is what the run ends by.
    const inside = leftAlone(running, 40, 'VirtualService prod/jazz');
    expect(inside).toMatchObject({ written: false, free: false, share: 40 });
    expect(inside.traffic).toMatch(/^jazz: VirtualService prod\/jazz was left as someone else wrote it/);
  });

  it('still returns its own weights when its Lease was only deleted', async () => {
    const { api, giveBack } = await at25();
    const returned = await giveBack({ signal: AbortSignal.abort(new LockError('the lock was deleted')) });
    expect(returned).toMatchObject({ written: true, proved: true });
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
  });
});
