import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bySpecificity, draw, ruleFor, takes } from '../../../../lab/mesh/matching.ts';
import type { Destination, Match, MeshRequest, Rule } from '../../../../lab/mesh/types.ts';

const request = (path: string, headers: Record<string, string> = {}): MeshRequest => {
  const url = new URL(path, 'http://mesh');
  return { method: 'GET', path: url.pathname, query: url.searchParams, headers };
};
const match = (given: Partial<Match>): Match => ({ headers: [], query: [], ...given });
const to = (name: string, weight: number): Destination => ({ name, weight, to: { host: name, port: 80 } });
const rule = (name: string, ...matches: Match[]): Rule => ({ name, matches, destinations: [] });

describe('a match', () => {
  it.each([
    ['prefix', '/dj', '/djinn', true],
    ['segments', '/dj', '/djinn', false],
    ['segments', '/dj/', '/dj', true],
    ['segments', '/', '/anything', true],
    ['exact', '/dj', '/dj/', false],
    ['regex', '/d.', '/dj', true],
    ['regex', '/d', '/dj', false],
  ] as const)('of the path by %s %s takes %s: %s', (kind, value, path, taken) => {
    expect(takes(match({ path: { kind, value } }), request(path))).toBe(taken);
  });

  it.each([
    [{ kind: 'exact', value: 'a' }, 'a', true],
    [{ kind: 'exact', value: 'a' }, 'ab', false],
    [{ kind: 'exact', value: 'a', invert: true }, undefined, true],
    [{ kind: 'prefix', value: 'a' }, 'ab', true],
    [{ kind: 'suffix', value: 'b' }, 'ab', true],
    [{ kind: 'regex', value: 'a|b' }, 'ab', false],
    [{ kind: 'present', value: '' }, 'x', true],
    [{ kind: 'absent', value: '' }, undefined, true],
    [{ kind: 'absent', value: '' }, 'x', false],
  ] as const)('of a header by %j takes %j: %s', (textMatch, value, taken) => {
    const headers = [{ name: 'X-Lane', match: textMatch }];
    expect(takes(match({ headers }), request('/', value === undefined ? {} : { 'x-lane': value }))).toBe(taken);
  });

  it('asks for everything it names', () => {
    const all = match({
      path: { kind: 'segments', value: '/dj' },
      method: 'GET',
      headers: [{ name: 'x', match: { kind: 'exact', value: '1' } }],
      query: [{ name: 'q', match: { kind: 'exact', value: '2' } }],
    });
    expect(takes(all, request('/dj/x?q=2', { x: '1' }))).toBe(true);
    expect(takes(all, request('/dj/x?q=3', { x: '1' }))).toBe(false);
    expect(takes(all, request('/dj/x?q=2'))).toBe(false);
    expect(takes(all, { ...request('/dj/x?q=2', { x: '1' }), method: 'POST' })).toBe(false);
  });
});

describe('rules', () => {
  it('are tried in their order, and one without matches takes everything', () => {
    const rules = [rule('jazz', match({ path: { kind: 'segments', value: '/jazz' } })), rule('rest')];
    expect(ruleFor(rules, request('/jazz/1'))?.name).toBe('jazz');
    expect(ruleFor(rules, request('/metal'))?.name).toBe('rest');
  });

  it('by how exact they are: exact path, longest prefix, then headers; equals in their order', () => {
    const path = (kind: 'exact' | 'segments', value: string) => ({ path: { kind, value } });
    const header = { headers: [{ name: 'x', match: { kind: 'exact' as const, value: '1' } }] };
    const ordered = bySpecificity([
      rule('root', match(path('segments', '/'))),
      rule('root again', match(path('segments', '/'))),
      rule('lane', match({ ...path('segments', '/'), ...header })),
      rule('long', match(path('segments', '/dj/jazz'))),
      rule('exact', match(path('exact', '/a'))),
    ]);
    expect(ordered.map(({ name }) => name)).toEqual(['exact', 'long', 'lane', 'root', 'root again']);
  });
});

describe('the draw', () => {
  it('gives each destination its share of the numbers between 0 and 1, and nothing to weight 0', () => {
    const destinations = [to('off', 0), to('v1', 95), to('v2', 5)];
    const counts: Record<string, number> = {};
    for (let step = 0; step < 1000; step++) {
      const name = draw(destinations, step / 1000)?.name ?? '';
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(counts).toEqual({ v1: 950, v2: 50 });
  });

  it('never gives a request to a destination without weight, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { maxLength: 5 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (weights, at) => {
          const drawn = draw(
            weights.map((weight, index) => to(String(index), weight)),
            at,
          );
          if (weights.every((weight) => weight === 0)) expect(drawn).toBeUndefined();
          else expect(drawn?.weight).toBeGreaterThan(0);
        },
      ),
    );
  });
});
