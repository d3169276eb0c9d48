import { describe, expect, it } from '@jest/globals';
import {
  describeAnswer,
  evaluate,
  jsonAt,
  kongMessage,
  originOf,
  patternOf,
  sentence,
  statusRanges,
} from '../../../src/checks/expect.ts';
import type { HttpAnswer } from '../../../src/http/client.ts';
import type { Expectation } from '../../../src/settings/types.ts';

const APP = { via: '1.1 kong/3.9.3', 'x-kong-upstream-latency': '3', 'x-kong-proxy-latency': '1' };
const KONG = { server: 'kong/3.9.3', 'x-kong-response-latency': '0' };
const kongBody = (message: string) => JSON.stringify({ message, request_id: 'abc' });

const answer = (overrides: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  headers: APP,
  body: '["Astrud Gilberto","Miles Davis"]',
  milliseconds: 12,
  ...overrides,
});
const expectation = (overrides: Partial<Expectation> = {}): Expectation => ({
  status: Array.from({ length: 100 }, (_, index) => 200 + index),
  header: {},
  json: {},
  ...overrides,
});
const failure = (...args: Parameters<typeof evaluate>): string => {
  const result = evaluate(...args);
  return result.ok ? 'ok' : sentence(result);
};

describe('who answered', () => {
  it.each([
    ['kong', 'its own answer', KONG],
    ['app', 'a proxied answer', APP],
    ['app', "Kong's 502 for a failing upstream", { ...APP, server: 'kong/3.9.3' }],
    ['app', 'a proxied answer with latencies switched off', { via: 'HTTP/1.1 envoy, 1.1 kong/3.9.3' }],
    ['kong', 'its own answer with latencies switched off', { server: 'kong/2.1.4' }],
    ['kong', 'headers in any case', { 'X-Kong-Response-Latency': '1' }],
    ['unknown', 'an answer without any sign', { server: 'nginx' }],
    ['unknown', 'a load balancer', { via: '1.1 hongkong-cdn' }],
  ])('is %s for %s', (origin, _, headers) => {
    expect(originOf({ headers })).toBe(origin);
  });
});

describe("Kong's words", () => {
  it.each([
    ['JSON', kongBody('no Route matched with those values'), 'no Route matched with those values'],
    ['text', 'No API key found in request\nrequest_id: 1', 'No API key found in request'],
    [
      'HTML',
      '<!doctype html><html><head><title>Error</title></head><body><h1>Error</h1><p>API rate limit exceeded.</p></body></html>',
      'API rate limit exceeded',
    ],
  ])('are read from %s', (_, body, message) => {
    expect(kongMessage({ headers: KONG, body })).toBe(message);
  });

  it("are also the 502 Kong makes for an upstream, but never an application's own message", () => {
    expect(kongMessage({ headers: APP, body: kongBody('The upstream server is timing out') })).toBe(
      'The upstream server is timing out',
    );
    expect(kongMessage({ headers: APP, body: kongBody('no such song') })).toBeUndefined();
  });
});

describe('an answer against an expectation', () => {
  it('is ok when everything fits', () => {
    const wanted = expectation({
      header: { 'X-App': '/^v\\d$/', via: '1.1 kong/3.9.3' },
      json: { 'songs.0.name': 'Wave', count: 2 },
      body: 'Wave',
      maxTime: 50,
      servedBy: 'canary',
    });
    const seen = answer({ headers: { ...APP, 'x-app': 'v2' }, body: '{"songs":[{"name":"Wave"}],"count":2}' });
    expect(evaluate(wanted, seen, { from: 'app', servedBy: 'canary' })).toEqual({ ok: true });
  });

  it("tells the app's 404 from Kong's", () => {
    const notRouted = answer({ status: 404, headers: KONG, body: kongBody('no Route matched with those values') });
    expect(failure(expectation(), notRouted, { from: 'app' })).toBe(
      'expected status 200–299 from the app, seen 404 by Kong: no Route matched with those values',
    );
    expect(failure(expectation({ status: [404] }), notRouted)).toBe('ok');
    expect(failure(expectation({ status: [404] }), notRouted, { from: 'app' })).toBe(
      'expected status 404 from the app, seen 404 by Kong: no Route matched with those values',
    );
    expect(failure(expectation(), answer({ status: 404 }))).toBe('expected status 200–299, seen 404 from the app');
  });

  it('can ask for an answer of Kong itself', () => {
    expect(failure(expectation({ status: [401] }), answer({ status: 401 }), { from: 'kong' })).toBe(
      'expected status 401 by Kong, seen 401 from the app',
    );
  });

  it("does not count Kong's 502 as the app's, though it carries a Via header", () => {
    const broken = answer({ status: 502, body: 'An invalid response was received from the upstream server' });
    expect(failure(expectation({ status: [502] }), broken, { from: 'app' })).toContain(
      'seen 502 by Kong: An invalid response',
    );
  });

  it.each([
    [
      'no answer',
      {},
      { status: 0, error: 'ECONNREFUSED: connect' },
      'expected status 200–299, seen no answer: ECONNREFUSED: connect',
    ],
    ['a header that is missing', { header: { 'x-app': 'v2' } }, {}, 'expected header x-app: v2, seen no such header'],
    ['another header value', { header: { via: 'x' } }, {}, 'expected header via: x, seen via: "1.1 kong/3.9.3"'],
    ['part of a header value', { header: { via: '1.1' } }, {}, 'expected header via: 1.1, seen via: "1.1 kong/3.9.3"'],
    ['another JSON value', { json: { '0': 'Wave' } }, {}, 'expected JSON 0 = "Wave", seen 0 = "Astrud Gilberto"'],
    ['a number that is text', { json: { a: 5 } }, { body: '{"a":"5"}' }, 'expected JSON a = 5, seen a = "5"'],
    [
      'a JSON value that is missing',
      { json: { status: 'ok' } },
      { body: '{}' },
      'expected JSON status = "ok", seen no status',
    ],
    ['no JSON', { json: { a: 1 } }, { body: '<html>' }, 'expected JSON with a, seen no JSON: "<html>"'],
    [
      'another body',
      { body: 'Wave' },
      {},
      'expected a body with "Wave", seen the body "["Astrud Gilberto","Miles Davis"]"',
    ],
    [
      'no match in the body',
      { body: '/wave/i' },
      {},
      'expected a body with a match of /wave/i, seen the body "["Astrud Gilberto","Miles Davis"]"',
    ],
    ['an empty body', { body: 'Wave' }, { body: '' }, 'expected a body with "Wave", seen an empty body'],
    ['a slow answer', { maxTime: 10 }, {}, 'expected an answer within 10 ms, seen 12 ms'],
    [
      'the other version',
      { servedBy: 'canary' as const },
      {},
      'expected an answer of canary, seen a version that cannot be told (set the input identify)',
    ],
  ])('says what is wrong: %s', (_, wanted, seen, text) => {
    expect(failure(expectation(wanted), answer(seen))).toBe(text);
  });

  it('quotes no more than a line of a long body', () => {
    expect(failure(expectation({ body: 'x' }), answer({ body: 'ab\n'.repeat(5000) })).length).toBeLessThan(250);
  });

  it('compares objects in JSON whatever the order of their keys', () => {
    expect(failure(expectation({ json: { a: { x: 1, y: [2] } } }), answer({ body: '{"a":{"y":[2],"x":1}}' }))).toBe(
      'ok',
    );
  });
});

describe('the small parts', () => {
  it('find values in JSON by dotted path, also under keys that hold dots', () => {
    const document = { a: [{ b: 1 }], 'c.d': 2 };
    expect([
      jsonAt(document, 'a.0.b'),
      jsonAt(document, '$.a.0.b'),
      jsonAt(document, 'c.d'),
      jsonAt(document, '$'),
    ]).toEqual([1, 1, 2, document]);
  });

  it('take /…/ as a pattern and everything else as text', () => {
    expect(patternOf('/^v\\d$/')?.test('v2')).toBe(true);
    expect([patternOf('/dj/jazz'), patternOf('/(/'), patternOf('v2')]).toEqual([undefined, undefined, undefined]);
  });

  it('write status codes as ranges', () => {
    expect(statusRanges([204, 200, 301, 302, 303, 404, 405])).toBe('200, 204, 301–303, 404, 405');
  });

  it('describe answers in one line', () => {
    expect([
      describeAnswer(answer()),
      describeAnswer(answer({ headers: {} })),
      describeAnswer(answer({ status: 503, headers: KONG, body: '' })),
    ]).toEqual(['200 from the app', '200, not through Kong as far as its headers say', '503 by Kong']);
  });
});
