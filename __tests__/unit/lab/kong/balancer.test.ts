import { describe, expect, it } from '@jest/globals';
import { balancerOf, type Hashable, hashValueOf } from '../../../../lab/kong/balancer/balancer.ts';
import { wheelOf } from '../../../../lab/kong/balancer/wheel.ts';
import { xxHash32 } from '../../../../lab/kong/balancer/xxhash.ts';
import type { Target, Upstream } from '../../../../lab/kong/entities.ts';

function target(host: string, weight: number): Target {
  return { target: `${host}:80`, host, port: 80, weight };
}

function pods(name: string, count: number, weight: number): Target[] {
  return Array.from({ length: count }, (_, index) => target(`${name}-${index}`, weight));
}

function upstream(fields: Partial<Upstream>): Upstream {
  return {
    id: 'u',
    name: 'u',
    algorithm: 'round-robin',
    slots: 10_000,
    host_header: undefined,
    hash_on: 'none',
    hash_on_header: undefined,
    hash_on_cookie: undefined,
    hash_on_cookie_path: '/',
    hash_on_query_arg: undefined,
    hash_on_uri_capture: undefined,
    hash_fallback: 'none',
    hash_fallback_header: undefined,
    hash_fallback_query_arg: undefined,
    hash_fallback_uri_capture: undefined,
    targets: [],
    ...fields,
  };
}

function counts(draws: number, next: () => Target | undefined): Map<string, number> {
  const seen = new Map<string, number>();
  for (let draw = 0; draw < draws; draw++) {
    const host = next()?.host.split('-')[0] ?? 'none';
    seen.set(host, (seen.get(host) ?? 0) + 1);
  }
  return seen;
}

describe('weighted round robin', () => {
  // 9500:500 over 10 + 10 pods arrives as 950 and 50 each, 9900:100 as 990 and 10.
  it.each([
    [950, 50, 9500],
    [990, 10, 9900],
  ])('splits 10 000 requests over 10 pods of weight %i and 10 of weight %i exactly', (stable, canary, expected) => {
    const wheel = wheelOf([...pods('stable', 10, stable), ...pods('canary', 10, canary)]);
    const seen = counts(10_000, () => wheel.next());
    expect(seen.get('stable')).toBe(expected);
    expect(seen.get('canary')).toBe(10_000 - expected);
  });

  it('has total weight over greatest common divisor as its size', () => {
    expect(wheelOf([target('a', 9500), target('b', 500)]).slots).toHaveLength(20);
  });

  it('shuffles, so that the rare one is not always at the end', () => {
    const targets = [target('a', 95), target('b', 5)];
    const places = new Set(
      Array.from({ length: 20 }, () => wheelOf(targets).slots.findIndex(({ host }) => host === 'b')),
    );
    expect(places.size).toBeGreaterThan(1);
  });

  it('gives nothing to weight 0, and has no peer when all are 0', () => {
    const wheel = wheelOf([target('a', 100), target('b', 0)]);
    expect(counts(50, () => wheel.next()).get('b')).toBeUndefined();
    expect(wheelOf([target('a', 0)]).next()).toBeUndefined();
    expect(wheelOf([]).next()).toBeUndefined();
  });
});

describe('consistent hashing', () => {
  const targets = [target('a', 100), target('b', 100), target('c', 100)];
  const ring = (list: Target[]) => balancerOf(upstream({ algorithm: 'consistent-hashing', targets: list }));

  it('computes xxHash32 as published', () => {
    expect(xxHash32('')).toBe(0x02cc5d05);
    expect(xxHash32('abc')).toBe(0x32d153ff);
    expect(xxHash32('Nobody inspects the spammish repetition')).toBe(0xe2293b2f);
  });

  it('sends the same value to the same target, whatever the order of targets', () => {
    const one = ring(targets);
    const other = ring([...targets].reverse());
    for (let user = 0; user < 50; user++) {
      expect(one.next(`user-${user}`)?.host).toBe(other.next(`user-${user}`)?.host);
      expect(one.next(`user-${user}`)).toBe(one.next(`user-${user}`));
    }
  });

  it('spreads values by weight and moves few when a target goes', () => {
    const before = ring(targets);
    const after = ring(targets.slice(0, 2));
    const users = Array.from({ length: 3000 }, (_, index) => `user-${index}`);
    const seen = counts(users.length, () => before.next(users.shift() ?? ''));
    for (const host of ['a', 'b', 'c']) expect(seen.get(host)).toBeGreaterThan(700);
    const stayed = Array.from({ length: 300 }, (_, index) => `v${index}`).filter(
      (value) => before.next(value)?.host !== 'c',
    );
    const moved = stayed.filter((value) => before.next(value)?.host !== after.next(value)?.host);
    // A ring with its points placed anew (other shares of points) moves some, but never most.
    expect(moved.length).toBeLessThan(stayed.length / 2);
  });
});

describe('the value to hash', () => {
  const request: Hashable = {
    clientAddress: '10.0.0.9',
    consumerId: undefined,
    path: '/a',
    header: (name) => ({ 'x-user': 'ann' })[name],
    cookie: (name) => ({ sid: 'c1' })[name],
    queryArgument: (name) => ({ user: 'bob' })[name],
    uriCapture: (name) => ({ id: '7' })[name],
  };

  it.each<[Partial<Upstream>, string]>([
    [{ hash_on: 'ip' }, '10.0.0.9'],
    [{ hash_on: 'path' }, '/a'],
    [{ hash_on: 'header', hash_on_header: 'x-user' }, 'ann'],
    [{ hash_on: 'cookie', hash_on_cookie: 'sid' }, 'c1'],
    [{ hash_on: 'query_arg', hash_on_query_arg: 'user' }, 'bob'],
    [{ hash_on: 'uri_capture', hash_on_uri_capture: 'id' }, '7'],
    [{ hash_on: 'consumer', hash_fallback: 'ip' }, '10.0.0.9'],
    [{ hash_on: 'header', hash_on_header: 'x-none', hash_fallback: 'header', hash_fallback_header: 'x-user' }, 'ann'],
    [{ hash_on: 'consumer' }, ''],
    [{}, ''],
  ])('%j gives %s', (fields, expected) => {
    expect(hashValueOf(upstream(fields), request, () => 'new').value).toBe(expected);
  });

  it('makes a cookie up when there is none', () => {
    const outcome = hashValueOf(upstream({ hash_on: 'cookie', hash_on_cookie: 'none' }), request, () => 'new');
    expect(outcome).toEqual({ value: 'new', cookie: { name: 'none', value: 'new', path: '/' } });
  });
});

describe('least connections', () => {
  it('prefers the target with the fewest open requests for its weight', () => {
    const balancer = balancerOf(
      upstream({ algorithm: 'least-connections', targets: [target('a', 200), target('b', 100)] }),
    );
    const drawn = Array.from({ length: 6 }, () => balancer.next('')?.host);
    expect(drawn.filter((host) => host === 'a')).toHaveLength(4);
    const b = balancer.upstream.targets[1]!;
    balancer.release(b);
    balancer.release(b);
    expect(balancer.next('')?.host).toBe('b');
  });
});
