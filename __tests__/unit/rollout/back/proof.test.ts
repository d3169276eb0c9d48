import { describe, expect, it } from '@jest/globals';
import type { HttpAnswer } from '../../../../src/http/client.ts';
import { byRequests, PROOF_ANSWERS, paceOf, prove, servedBy, shortfall } from '../../../../src/rollout/back/proof.ts';
import type { Identify } from '../../../../src/settings/types.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { answer } from '../../../support/fixtures.ts';

const backends = { stable: 'jazz-v1', canary: 'jazz-v2' };
const versions = { stable: 'v1', canary: 'v2' };

/** A proof by requests of its own; the nth of them is answered as `says` has it. */
async function proved(says: (n: number) => HttpAnswer, within = 30_000) {
  const clock = new FakeClock({ auto: true });
  let asked = 0;
  const target = { service: 'jazz', url: 'http://dj/jazz', headers: {}, backends, versions, identify: auto };
  const source = byRequests(target, {
    http: async () => says(asked++),
    ports: { clock, random: () => 0.5, token: () => 'token' },
  });
  source.begin();
  const proof = await prove(source, { clock, within, rate: paceOf(within) });
  return { ...proof, asked, took: clock.monotonic(), words: shortfall(proof, 'requests', backends) };
}
const auto: Identify = { by: 'auto' };
const nameless = (status = 200) => answer('?', { status, headers: { via: '1.1 kong/3.9.1' } });
const byKong = (status: number) =>
  answer('', { status, headers: { 'x-kong-response-latency': '1' }, body: '{"message":"no"}' });

describe('the proof of a return by requests', () => {
  it('is 40 answers in a row that stable signs', async () => {
    expect(await proved(() => answer('v1'))).toMatchObject({ good: true, told: true });
    const few = await proved((n) => answer(n % PROOF_ANSWERS === PROOF_ANSWERS - 1 ? 'v2' : 'v1'));
    expect(few).toMatchObject({ good: false, told: false });
  });

  it('begins again after each answer of the canary', async () => {
    const { asked, told } = await proved((n) => answer(n === 30 ? 'v2' : 'v1'));
    expect(told).toBe(true);
    expect(asked).toBeGreaterThanOrEqual(31 + PROOF_ANSWERS);
  });

  it('is no more than a healthy path where no version signs', async () => {
    expect(await proved(() => nameless())).toMatchObject({ good: true, told: false });
    const failing = await proved((n) => nameless(n % 5 === 0 ? 503 : 200));
    expect(failing).toMatchObject({ good: false, told: false });
    expect(failing.words).toMatch(/^of \d+ requests since, \d+ failed \(.*503.*\) and 0 were answered by jazz-v2$/);
  });

  it('takes a stable that fails for stable: who answers is what is asked', async () => {
    expect(await proved(() => answer('v1', { status: 500 }))).toMatchObject({ good: true, told: true });
  });

  it('is given up at once where the gateway lets this caller through to nobody', async () => {
    const { good, took, words } = await proved(() => byKong(401));
    expect(good).toBe(false);
    expect(took).toBeLessThan(5_000);
    expect(words).toMatch(/^of 4\d requests since, 4\d failed \(.*401 by Kong/);
    expect((await proved(() => byKong(503))).took).toBeGreaterThanOrEqual(30_000);
  });

  it('says how far it came where the time was short', async () => {
    const { good, words } = await proved(() => answer('v1'), 300);
    expect(good).toBe(false);
    expect(words).toMatch(
      /^of (\d+) requests since, 0 failed and 0 were answered by jazz-v2; \1 were answered by jazz-v1, and 40 in a row prove it$/,
    );
  });
});

describe('the pace of a proof', () => {
  it('is twice the answers in the time there is, within what a gateway and a runner bear', () => {
    expect(paceOf(30_000)).toBe(20);
    expect(paceOf(1_500)).toBeCloseTo(53.3, 1);
    expect(paceOf(100)).toBe(100);
    expect(paceOf(1_500, 50)).toBe(6);
  });
});

describe('who answered', () => {
  const told = (given: HttpAnswer, identify: Identify) => servedBy(given, { identify, versions, backends });

  it('is said by a header or a field, as the version or its backend', () => {
    expect(told(answer('v1'), auto)).toBe('stable');
    expect(told(answer('v2'), { by: 'header', name: 'X-App-Version' })).toBe('canary');
    expect(told(answer('jazz-v2'), { by: 'json', path: 'version' })).toBe('canary');
  });

  it('is not known where nothing is said, or something else', () => {
    expect(told(nameless(), auto)).toBeUndefined();
    expect(told(answer('v9'), auto)).toBeUndefined();
    expect(told(answer('v1', { body: '<html>' }), { by: 'json', path: 'version' })).toBeUndefined();
    const same = { versions: { stable: 'v1', canary: 'v1' }, backends, identify: auto };
    expect(servedBy(answer('v1'), same)).toBeUndefined();
  });
});
