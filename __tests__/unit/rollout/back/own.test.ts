import { describe, expect, it } from '@jest/globals';
import { Cancelled, LockError } from '../../../../src/errors.ts';
import { Identifier } from '../../../../src/evidence/probes/identify.ts';
import { Observer } from '../../../../src/evidence/probes/observer.ts';
import { startProbes } from '../../../../src/evidence/probes/probes.ts';
import type { HttpAnswer } from '../../../../src/http/client.ts';
import { encode } from '../../../../src/journal/journal.ts';
import type { OwnReturnOptions } from '../../../../src/rollout/back/own.ts';
import { leftAlone, returnTraffic } from '../../../../src/rollout/back/own.ts';
import { PROOF_ANSWERS } from '../../../../src/rollout/back/proof.ts';
import { RouteWriter } from '../../../../src/rollout/route/writer.ts';
import type { ServiceRelease } from '../../../../src/rollout/state.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { inputs } from '../../../../src/settings/defaults.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { answer, journal, release, route, weightsOf } from '../../../support/fixtures.ts';
import { controlledByKong, GatewayByWeights } from '../../../support/gateway-by-weights.ts';

/** As action.yml has it. */
const PROBE_RATE = Number(inputs['probe-rate'].default);
/** After SIGINT or SIGTERM. */
const CANCELLED = { writeWithin: 4_000, proveWithin: 1_500 };

interface World {
  /** How a version answers, by its backend's name. */
  readonly says?: (backend: string) => HttpAnswer;
  /** Milliseconds until an answer comes. */
  readonly takes?: number;
  /** Whether the versions can be told apart. */
  readonly told?: boolean;
}

interface Releases {
  readonly releases?: readonly ServiceRelease[];
}

/** jazz at 25 %, probed at the default rate, its versions told apart by a header. */
async function at25({ says, takes, told = true }: World = {}) {
  const api = new FakeApi(route({ 'jazz-v1': 10_000 }));
  controlledByKong(api);
  const clock = new FakeClock({ auto: true });
  const header = told ? 'x-app-version' : 'x-nowhere';
  const observer = new Observer('jazz', new Identifier({ by: 'header', name: header }));
  for (let n = 0; n < 20; n++) observer.takePublic(answer('v1'), 0);
  observer.stopLearning();
  const running: ServiceRelease = release({ observer });
  const writer = new RouteWriter(api.cluster(clock), gatewayApi, clock);
  await writer.attach(running);
  await writer.shift(running, 25, { phase: 'observing', step: 1 });
  const gateway = new GatewayByWeights(api, {
    clock,
    ...(says === undefined ? {} : { says }),
    ...(takes === undefined ? {} : { takes }),
  });
  const ports = { clock, random: () => 0.5, token: () => 'token' };
  const probes = (rate: number) =>
    startProbes(
      { service: 'jazz', url: 'http://dj.example.com/dj/jazz', headers: {} },
      { rate, timeout: 5_000, ports, http: gateway.http },
      (given, sentAt) => observer.takePublic(given, sentAt),
    );
  const options = {
    cluster: api.cluster(clock),
    provider: gatewayApi,
    ports,
    askMore: (_: ServiceRelease, rate: number) => probes(rate),
    writeWithin: 400,
    proveWithin: 30_000,
  };
  const returned = async ({ releases = [running], ...more }: Partial<OwnReturnOptions> & Releases = {}) => {
    const usual = probes(PROBE_RATE);
    const [one] = await returnTraffic(releases, { ...options, ...more });
    await usual.stop();
    if (!one) throw new Error('nothing was returned');
    return one;
  };
  return { api, clock, running, observer, gateway, returned };
}

const silent = () => answer('', { headers: { via: '1.1 kong/3.9.1' } });

describe('returning the traffic', () => {
  it('is proved by 40 answers of stable on the public path, and says so', async () => {
    const { api, returned, running } = await at25();
    const { traffic, ...rest } = await returned();
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
    expect(rest).toMatchObject({ written: true, proved: true, free: true, share: 0 });
    expect(traffic).toBe(
      `jazz: the weight of jazz-v2 is 0 again, proved by ${PROOF_ANSWERS} probes in a row answered by jazz-v1`,
    );
    expect(running.state).toMatchObject({ share: 0, asked: 0 });
  });

  it('is of every route of the service', async () => {
    const inside = { ...route({ 'jazz-v1': 7500, 'jazz-v2': 2500 }, { name: 'jazz-inside' }) };
    const { api, returned, running } = await at25();
    api.put(inside);
    const { apiVersion, kind } = inside;
    const followers = [{ provider: gatewayApi, route: { apiVersion, kind, namespace: 'prod', name: 'jazz-inside' } }];
    expect(await returned({ releases: [{ ...running, followers }] })).toMatchObject({ written: true, proved: true });
    for (const name of ['jazz', 'jazz-inside'])
      expect(weightsOf(api.get('HTTPRoute', name))).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
  });

  it('does not claim a proof while the canary still answers', async () => {
    let n = 0;
    const { returned } = await at25({ says: () => answer(n++ % 30 === 0 ? 'v2' : 'v1') });
    const one = await returned();
    expect(one).toMatchObject({ written: true, proved: false, free: false });
    expect(one.traffic).toMatch(
      /is 0 on the route, NOT proved on the public path: of \d+ probes since, 0 failed and [1-9]\d* were answered by jazz-v2$/,
    );
  });

  it('does not take answers that name no version for answers of stable', async () => {
    const { returned } = await at25({ says: silent });
    expect(await returned()).toMatchObject({ written: true, proved: false, free: false });
  });

  it('is seen where the versions cannot be told apart, and not called proved', async () => {
    const { returned } = await at25({ told: false });
    const one = await returned();
    expect(one).toMatchObject({ written: true, proved: false });
    expect(one.traffic).toMatch(/is 0 again and 40 probes in a row were answered well .*cannot be told apart/);
  });

  it('counts a failing stable as stable: who answers proves it', async () => {
    const { returned } = await at25({ says: () => answer('v1', { status: 500 }) });
    expect(await returned()).toMatchObject({ written: true, proved: true, free: true });
  });

  it('says that nothing was touched when nothing was', async () => {
    const { api, returned, running } = await at25();
    running.state = { journal: journal(), share: undefined, asked: undefined, text: undefined };
    const before = api.writes('httproutes').length;
    expect(await returned()).toMatchObject({
      written: true,
      proved: true,
      traffic: expect.stringContaining('not touched'),
    });
    expect(api.writes('httproutes')).toHaveLength(before);
  });

  it('tries again while the API server is away for a moment', async () => {
    const { api, returned } = await at25();
    let refused = 0;
    api.accident = ({ method }) => (method === 'PATCH' && refused++ < 2 ? 'lost-before' : undefined);
    expect(await returned()).toMatchObject({ written: true, proved: true });
  });

  it('says what it knows when the API server stays away: the share asked for last, and that it may be live', async () => {
    const { api, returned, running } = await at25();
    api.down = true;
    const one = await returned();
    expect(one).toMatchObject({ written: false, proved: false, free: false, share: 25 });
    expect(one.traffic).toMatch(
      /the weight could NOT be returned \(.*socket hang up\); last asked for were 25 % for jazz-v2/,
    );
    expect(one.traffic).toContain('HTTPRoute prod/jazz');
    expect(running.state.asked).toBe(25);
  });

  it('leaves the route to the run that took the lock over and wrote its own journal', async () => {
    const { api, returned } = await at25();
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations['mesh-canary.dev/journal'] = encode(journal({ run: 'run-2', phase: 'promoted' }));
    });
    const before = weightsOf(api.get('HTTPRoute', 'jazz'));
    const one = await returned({ signal: AbortSignal.abort(new LockError('the lock was taken over')) });
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual(before);
    expect(one.traffic).toMatch(/run run-2 has taken over HTTPRoute prod\/jazz/);
    expect(one.share).toBeUndefined();
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
    const { api, returned } = await at25();
    const one = await returned({ signal: AbortSignal.abort(new LockError('the lock was deleted')) });
    expect(one).toMatchObject({ written: true, proved: true });
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
  });
});

describe('the return of a cancelled release at the default probe-rate', () => {
  it('is proved within the 1.5 s it has', async () => {
    const { clock, returned } = await at25();
    const before = clock.monotonic();
    expect(await returned(CANCELLED)).toMatchObject({ written: true, proved: true, free: true });
    expect(clock.monotonic() - before).toBeLessThanOrEqual(CANCELLED.proveWithin);
  });

  it('hears the controller although the run was stopped: its word frees what cannot be told apart', async () => {
    const { api, clock, returned } = await at25({ told: false });
    const cluster = api.cluster(clock, AbortSignal.abort(new Cancelled('the run was cancelled (SIGINT)')));
    expect(await returned({ ...CANCELLED, cluster })).toMatchObject({ written: true, proved: false, free: true });
  });

  it('is proved although the gateway needs 200 ms for an answer, and goes on sending to the canary for half a second', async () => {
    const { clock, returned, api } = await at25({ takes: 200, says: (backend) => late(backend) });
    let written: number | undefined;
    const late = (backend: string) => {
      if (backend === 'jazz-v1' && weightsOf(api.get('HTTPRoute', 'jazz'))['jazz-v2'] === 0)
        written ??= clock.monotonic();
      return answer(written !== undefined && clock.monotonic() - written < 500 ? 'v2' : backend.slice(5));
    };
    expect(await returned(CANCELLED)).toMatchObject({ proved: true, free: true });
  });

  it('says exactly what was seen where the gateway is too slow for a proof', async () => {
    const { returned } = await at25({ takes: 900 });
    const one = await returned(CANCELLED);
    expect(one).toMatchObject({ written: true, proved: false, free: false });
    expect(one.traffic).toMatch(
      /NOT proved on the public path: of (\d+) probes since, 0 failed and 0 were answered by jazz-v2; \1 were answered by jazz-v1, and 40 in a row prove it$/,
    );
  });

  it('asks no more than one runner can, however many services return', async () => {
    const rates: number[] = [];
    const { running, api, clock } = await at25();
    const releases = Array.from({ length: 50 }, () => ({ ...running, state: running.state }));
    await returnTraffic(releases, {
      cluster: api.cluster(clock),
      provider: gatewayApi,
      ports: { clock, random: () => 0.5, token: () => 'token' },
      askMore: (_, rate) => {
        rates.push(rate);
        return { stop: async () => undefined };
      },
      ...CANCELLED,
    });
    expect(rates).toHaveLength(50);
    expect(rates.reduce((sum, rate) => sum + rate)).toBeLessThanOrEqual(300);
  });
});
