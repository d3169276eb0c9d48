import { describe, expect, it } from '@jest/globals';
import { parseDeclarative } from '../../../../lab/kong/declarative/declarative.ts';
import { Router } from '../../../../lab/kong/router/router.ts';

interface RouteInput {
  readonly name: string;
  readonly [field: string]: unknown;
}

function router(...routes: RouteInput[]): Router {
  const parsed = parseDeclarative({ _format_version: '3.0', services: [{ name: 's', host: 'h', routes }] });
  if ('refusal' in parsed) throw new Error(JSON.stringify(parsed.refusal.flattened_errors));
  return new Router(parsed.configuration.routes);
}

interface Asked {
  readonly method?: string;
  readonly target?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

function match(table: Router, { method = 'GET', target = '/', host, headers = {} }: Asked) {
  return table.find({
    method,
    target,
    host,
    header: (name) => (headers[name] === undefined ? undefined : [headers[name]].flat()),
  });
}

function find(table: Router, asked: Asked): string | undefined {
  return match(table, asked)?.route.name;
}

describe('the traditional router', () => {
  it('finds nothing for a request that no route fits', () => {
    const table = router({ name: 'a', paths: ['/a'] });
    expect(find(table, { target: '/b' })).toBeUndefined();
    expect(find(router(), { target: '/' })).toBeUndefined();
  });

  it.each<[string, RouteInput[], Asked, string | undefined]>([
    ['a plain path is a prefix', [{ name: 'a', paths: ['/dj/jazz'] }], { target: '/dj/jazzx/1?q=1' }, 'a'],
    [
      'the longest plain path wins',
      [
        { name: 'a', paths: ['/a'] },
        { name: 'ab', paths: ['/a/b'] },
      ],
      { target: '/a/b/c' },
      'ab',
    ],
    [
      'a regex path beats a longer plain one',
      [
        { name: 'p', paths: ['/a/b/c'] },
        { name: 'r', paths: ['~/a'] },
      ],
      { target: '/a/b/c' },
      'r',
    ],
    [
      'regex paths go by regex_priority',
      [
        { name: 'low', paths: ['~/a.*'], regex_priority: 1 },
        { name: 'high', paths: ['~/a'], regex_priority: 2 },
      ],
      { target: '/a' },
      'high',
    ],
    ['a regex path matches only from the start', [{ name: 'r', paths: ['~/b'] }], { target: '/a/b' }, undefined],
    ['an exact path by a regex with $', [{ name: 'r', paths: ['~/dj/jazz$'] }], { target: '/dj/jazz' }, 'r'],
    [
      'an exact path does not take its children',
      [{ name: 'r', paths: ['~/dj/jazz$'] }],
      { target: '/dj/jazz/1' },
      undefined,
    ],
    [
      'the controller’s pair for a prefix leaves out siblings',
      [{ name: 'r', paths: ['~/dj/jazz$', '/dj/jazz/'] }],
      { target: '/dj/jazzx' },
      undefined,
    ],
    [
      'more attributes win over longer paths',
      [
        { name: 'p', paths: ['/a/b/c'] },
        { name: 'hp', paths: ['/'], hosts: ['x.org'] },
      ],
      { target: '/a/b/c', host: 'x.org' },
      'hp',
    ],
    [
      'of as many attributes a host wins over a header',
      [
        { name: 'h', headers: { 'x-a': ['1'] } },
        { name: 'host', hosts: ['x.org'] },
      ],
      { host: 'x.org', headers: { 'x-a': '1' } },
      'host',
    ],
    [
      'of as many attributes a header wins over a path',
      [
        { name: 'p', paths: ['/'] },
        { name: 'h', headers: { 'x-a': ['1'] } },
      ],
      { headers: { 'x-a': '1' } },
      'h',
    ],
    [
      'of as many attributes a path wins over a method',
      [
        { name: 'm', methods: ['GET'] },
        { name: 'p', paths: ['/'] },
      ],
      {},
      'p',
    ],
    [
      'more headers win over fewer',
      [
        { name: 'one', headers: { 'x-a': ['1'] } },
        { name: 'two', headers: { 'x-a': ['1'], 'x-b': ['2'] } },
      ],
      { headers: { 'x-a': '1', 'x-b': '2' } },
      'two',
    ],
    [
      'a category that does not fit falls through to a lower one',
      [
        { name: 'p', paths: ['/a'] },
        { name: 'ph', paths: ['/a'], headers: { 'x-a': ['1'] } },
      ],
      { target: '/a', headers: { 'x-a': 'other' } },
      'p',
    ],
    [
      'the older route wins when all else is equal',
      [
        { name: 'new', paths: ['/a'], created_at: 20 },
        { name: 'old', paths: ['/a'], created_at: 10 },
      ],
      { target: '/a' },
      'old',
    ],
    ['a method must fit', [{ name: 'm', paths: ['/a'], methods: ['POST'] }], { target: '/a' }, undefined],
    [
      'SNIs do not stand in the way of plain HTTP',
      [{ name: 'sni', paths: ['/a'], snis: ['x.org'] }],
      { target: '/a' },
      'sni',
    ],
    ['dot segments are resolved before routing', [{ name: 'a', paths: ['/a/b'] }], { target: '/x/../a//./b' }, 'a'],
    ['unreserved characters are decoded before routing', [{ name: 'a', paths: ['/jazz'] }], { target: '/%6aazz' }, 'a'],
  ])('%s', (_what, routes, asked, expected) => {
    expect(find(router(...routes), asked)).toBe(expected);
    expect(find(router(...[...routes].reverse()), asked)).toBe(expected);
  });

  it.each<[string, string, string | undefined, boolean]>([
    ['example.com', 'example.com', undefined, true],
    ['example.com', 'example.com:8000', undefined, true],
    ['example.com:8000', 'example.com:8000', undefined, true],
    ['example.com:80', 'example.com', undefined, false],
    ['*.example.com', 'a.example.com', undefined, true],
    ['*.example.com', 'a.example.com:9000', undefined, true],
    ['*.example.com', 'example.com', undefined, false],
    ['*.example.com:9000', 'a.example.com:9000', undefined, true],
    ['*.example.com:9000', 'a.example.com', undefined, false],
    ['example.*', 'example.org', undefined, true],
  ])('route host %s and request host %s', (routeHost, host, _unused, expected) => {
    expect(find(router({ name: 'a', hosts: [routeHost] }), { host })).toBe(expected ? 'a' : undefined);
  });

  it('prefers a plain host to a wildcard', () => {
    const table = router({ name: 'wild', hosts: ['*.example.com'] }, { name: 'plain', hosts: ['a.example.com'] });
    expect(find(table, { host: 'a.example.com' })).toBe('plain');
    expect(find(table, { host: 'b.example.com' })).toBe('wild');
  });

  it.each<[string, string | string[], boolean]>([
    ['canary', 'canary', true],
    ['canary', 'CANARY', true],
    ['canary', 'canary-2', false],
    ['canary', ['x', 'canary'], true],
    ['~*^pr-\\d+$', 'pr-12', true],
    ['~*^pr-\\d+$', 'pr-x', false],
  ])('header value %s and request value %s', (wanted, sent, expected) => {
    const table = router({ name: 'h', headers: { 'X-Preview': [wanted] } });
    expect(find(table, { headers: { 'x-preview': sent } })).toBe(expected ? 'h' : undefined);
  });

  it('does not confuse requests that differ only in a routed header', () => {
    const table = router(
      { name: 'main', paths: ['/'] },
      { name: 'preview', paths: ['/'], headers: { 'x-preview': ['pr-1'] } },
    );
    for (let round = 0; round < 2; round++) {
      expect(find(table, { headers: { 'x-preview': 'pr-1' } })).toBe('preview');
      expect(find(table, {})).toBe('main');
      expect(find(table, { headers: { 'x-preview': 'pr-2' } })).toBe('main');
    }
  });

  it('gives the captures of a regex path, named and numbered, and strips what matched', () => {
    const table = router({ name: 'r', paths: ['~/user/(?<id>\\d+)(/.*)?'], strip_path: true });
    const found = match(table, { target: '/user/42' });
    expect(found?.captures?.named['id']).toBe('42');
    expect(found?.captures?.indexed[1]).toBe('42');
    expect(found?.captures?.indexed[2]).toBeUndefined();
    expect(found?.prefix).toBe('/user/42');
    expect(found?.upstreamPath).toBe('/');
  });

  it('does not let dot segments behind a stripped path climb', () => {
    const table = router({ name: 'r', paths: ['/api'], strip_path: true });
    expect(match(table, { target: '/api../secret' })?.upstreamPath).toBe('/secret');
  });
});
