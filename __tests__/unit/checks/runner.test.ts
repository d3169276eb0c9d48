import { describe, expect, it } from '@jest/globals';
import type { CheckRun } from '../../../src/checks/runner.ts';
import { runChecks } from '../../../src/checks/runner.ts';
import type { CheckFailed } from '../../../src/errors.ts';
import { Identifier } from '../../../src/evidence/probes/identify.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/http/client.ts';
import type { CheckSpec } from '../../../src/settings/types.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answer } from '../../support/fixtures.ts';

const check = (
  name: string,
  expectation: Partial<CheckSpec['expect']> = {},
  more: Partial<CheckSpec> = {},
): CheckSpec => ({
  name,
  path: `/${name}`,
  method: 'GET',
  headers: {},
  expect: { status: [200], header: {}, json: {}, ...expectation },
  ...more,
});

function running(checks: CheckSpec[], respond: (request: HttpRequest) => HttpAnswer, share = 5) {
  const results: CheckRun[] = [];
  const requests: HttpRequest[] = [];
  const clock = new FakeClock({ auto: true });
  const identifier = new Identifier({ by: 'auto' }, { source: 'header:x-app-version', stable: 'v1' });
  const done = runChecks(checks, 'at 5 %', {
    gatewayUrl: 'http://gateway',
    target: () => ({ headers: { apikey: 'k' }, versionOf: (answer) => identifier.tell(answer) }),
    share,
    http: async (request) => {
      requests.push(request);
      return respond(request);
    },
    clock,
    signal: new AbortController().signal,
    onResult: (result) => results.push(result),
  });
  return { done, results, requests, identifier, clock };
}

describe('checks on the public path', () => {
  it('are sent one after the other with the probes’ headers, a check’s own winning', async () => {
    const checks = [check('a'), check('b', {}, { method: 'POST', body: '{}', headers: { apikey: 'own' } })];
    const { done, results, requests } = running(checks, () => answer());
    await done;
    expect(requests.map(({ url, method, headers, body }) => [url, method, headers['apikey'], body])).toEqual([
      ['http://gateway/a', 'GET', 'k', undefined],
      ['http://gateway/b', 'POST', 'own', '{}'],
    ]);
    expect(results.map(({ name, when, passed }) => [name, when, passed])).toEqual([
      ['a', 'at 5 %', true],
      ['b', 'at 5 %', true],
    ]);
  });

  it('end with the first failure, with its name, what was expected and what was seen', async () => {
    const { done, results, requests } = running([check('a'), check('b')], () => answer('v1', { status: 500 }));
    const error = (await done.catch((thrown: unknown) => thrown)) as CheckFailed;
    expect(error.message).toBe('check "a" failed at 5 %: expected status 200 from the app, seen 500 from the app');
    expect(error.next).toBe('GET /a through the gateway shows it');
    expect([results.length, requests.length]).toEqual([1, 1]);
  });

  it('want the application’s answer for good, and may want Kong’s refusal', async () => {
    const refusal: HttpAnswer = {
      status: 401,
      headers: { 'x-kong-response-latency': '0' },
      body: '{"message":"No API key found in request"}',
      milliseconds: 1,
    };
    await running([check('no key', { status: [401] })], () => refusal).done;
    const fake = { ...refusal, status: 200 };
    await expect(running([check('a')], () => fake).done).rejects.toThrow(/seen 200 by Kong/);
  });

  it('meant for one version ask until that one answers, and fail when it never does', async () => {
    let n = 0;
    const { done, requests } = running([check('a', { servedBy: 'canary' })], () => answer(n++ < 3 ? 'v1' : 'v2'));
    await done;
    expect(requests).toHaveLength(4);
    const never = running([check('a', { servedBy: 'canary' })], () => answer('v1'));
    await expect(never.done).rejects.toThrow(/expected an answer of canary, seen stable/);
    expect(never.clock.monotonic()).toBeGreaterThan(20_000);
  });

  it.each([
    ['canary', 0],
    ['stable', 100],
  ] as const)('meant for %s are left out at %i %%, where it gets no requests', async (servedBy, share) => {
    const { done, results } = running([check('a', { servedBy }), check('b')], () => answer(), share);
    await done;
    expect(results.map(({ name }) => name)).toEqual(['b']);
  });

  it('never teach how the versions differ: another path has another body anyway', async () => {
    const { done, identifier } = running([check('a'), check('b', { servedBy: 'canary' })], () => answer('v2'));
    await done;
    expect(identifier.distinguishes).toBe(false);
  });
});
