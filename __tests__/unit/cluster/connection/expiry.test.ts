import { describe, expect, it, jest } from '@jest/globals';
import { credentialExpiry, requireOutlasting } from '../../../../src/cluster/connection/expiry.ts';
import { heedExpiry } from '../../../../src/run/access.ts';
import type { Settings } from '../../../../src/settings/types.ts';

const jwt = (claims: unknown) =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const of = (user: unknown) => ({ users: [{ name: 'a', user }] });
const at = (iso: string) => Date.parse(iso);

/** Self-signed by openssl for this test; notAfter=Nov 27 00:00:00 2026 GMT. */
const DER = [
  'MIIBAjCBqAIBATAKBggqhkjOPQQDAjANMQswCQYDVQQDDAJjaTAeFw0yNjAxMDEwMDAwMDBaFw0yNjExMjcwMDAwMDBaMA0xCzAJ',
  'BgNVBAMMAmNpMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuIVGeWD5tpZvgF6T6k2J32ohoAWZFe46xqDh14dmJZgvRu3HrfuC',
  'PWvw8fEaHKUMb1OKySHlMqwDb0GZldanJDAKBggqhkjOPQQDAgNJADBGAiEA7SuworigRfx0D860+iaAE/8TDci5Rfythg3HsVb8',
  'reUCIQDwvvAEHECeneszaZAoux1Z1fE86ySUGoY13ERCOcD1hA==',
].join('');
const CERTIFICATE = Buffer.from(`-----BEGIN CERTIFICATE-----\n${DER}\n-----END CERTIFICATE-----\n`).toString('base64');

describe('a credential ends', () => {
  it.each([
    ['a bearer token that is a JWT', of({ token: jwt({ exp: 1_800_000_000 }) }), {}, at('2027-01-15T08:00:00Z')],
    ['a client certificate', of({ 'client-certificate-data': CERTIFICATE }), {}, at('2026-11-27T00:00:00Z')],
    [
      'the earlier of the two',
      of({ token: jwt({ exp: 1_800_000_000 }), 'client-certificate-data': CERTIFICATE }),
      {},
      at('2026-11-27T00:00:00Z'),
    ],
    [
      'the session of AWS behind its plugin',
      of({ exec: { command: '/usr/local/bin/aws' } }),
      { AWS_CREDENTIAL_EXPIRATION: '2026-11-26T18:00:00+01:00' },
      at('2026-11-26T17:00:00Z'),
    ],
  ])('%s', (_, kubeconfig, env, expected) => {
    expect(credentialExpiry(kubeconfig, env)?.at).toBe(expected);
  });

  it.each([
    ['a token of another kind', of({ token: 'a.b.c' })],
    ['an opaque token', of({ token: '0123456789abcdef' })],
    ['a JWT without an end', of({ token: jwt({ sub: 'me' }) })],
    ['a JWT with a nonsensical end', of({ token: jwt({ exp: '2027' }) })],
    ['a plugin, which is asked again', of({ exec: { command: 'gke-gcloud-auth-plugin' } })],
    ['a token file, which is read again', of({ tokenFile: '/run/token' })],
    ['a certificate that is none', of({ 'client-certificate-data': 'bm9uZQ==' })],
    ['no user', { users: [] }],
    ['no kubeconfig', undefined],
  ])('at a time nobody knows: %s', (_, kubeconfig) => {
    expect(credentialExpiry(kubeconfig, { AWS_CREDENTIAL_EXPIRATION: '2026-11-26T17:00:00Z' })).toBeUndefined();
  });
});

describe('a release', () => {
  const now = at('2026-11-26T15:00:00Z');
  const token = { at: now + 600_000, what: 'the bearer token' };

  it('is refused when its credential does not last as long as its steps', () => {
    expect(() => requireOutlasting(token, 600_001, now)).toThrow(
      'the bearer token ends at 2026-11-26T15:10:00Z, in 10 min, and this release takes at least 11 min',
    );
    expect(() => requireOutlasting({ ...token, at: now - 1 }, 0, now)).toThrow('the bearer token has ended at');
    expect(() => requireOutlasting(token, 600_000, now)).not.toThrow();
    expect(() => requireOutlasting(undefined, 600_000, now)).not.toThrow();
  });

  const settings = { command: 'deploy', canaryWeight: [5, 50, 100], minStep: 120_000, bake: 60_000 } as const;
  const asked = (timeout: number) => ({ ...settings, timeout }) as unknown as Settings;

  it('counts its steps, its bake and the way back', () => {
    const stop = jest.fn();
    expect(() => heedExpiry({ ...token, at: now + 359_999 }, asked(1e6), { now, reserve: 60_000, stop })).toThrow(
      'takes at least 6 min',
    );
  });

  it('is all that is held up: a return never is', () => {
    const stop = jest.fn();
    for (const command of ['rollback', 'status', 'setup', 'plan', 'check'])
      expect(() =>
        heedExpiry({ ...token, at: now - 1 }, { ...asked(1e6), command } as Settings, { now, reserve: 60_000, stop }),
      ).not.toThrow();
  });

  it('is stopped in time to return, and no sooner; a certificate of years sets no timer', () => {
    jest.useFakeTimers();
    try {
      const stop = jest.fn();
      heedExpiry(token, asked(900_000), { now, reserve: 60_000, stop });
      heedExpiry({ ...token, at: now + 5e11 }, asked(900_000), { now, reserve: 60_000, stop });
      jest.advanceTimersByTime(539_999);
      expect(stop).not.toHaveBeenCalled();
      jest.advanceTimersByTime(1);
      expect(stop).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });
});
