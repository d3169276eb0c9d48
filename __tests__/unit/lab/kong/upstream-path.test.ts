import { describe, expect, it } from '@jest/globals';
import { sanitizePostfix, upstreamPath } from '../../../../lab/kong/router/upstream-path.ts';

type Handling = 'v0' | 'v1';
const both: Handling[] = ['v0', 'v1'];
const either = [false, true];

// service path, route path, strip_path, path_handling, request path, expected (Kong's documentation of path handling).
const TABLE: [string, string, boolean[], Handling[], string, string][] = [
  ['/', '/', either, both, '/', '/'],
  ['/', '/', either, both, '/route', '/route'],
  ['/', '/', either, both, '/route/', '/route/'],
  ['/', '/route', [false], both, '/route', '/route'],
  ['/', '/route', [false], both, '/routereq', '/routereq'],
  ['/', '/route', [true], both, '/route', '/'],
  ['/', '/route', [true], both, '/route/', '/'],
  ['/', '/route', [true], both, '/routereq', '/req'],
  ['/', '/route/', [true], both, '/route/', '/'],
  ['/', '/route/', [true], both, '/route/req', '/req'],
  ['/srv', '/rou', [false], ['v0'], '/roureq', '/srv/roureq'],
  ['/srv', '/rou', [false], ['v1'], '/roureq', '/srvroureq'],
  ['/srv', '/rou', [true], ['v0'], '/roureq', '/srv/req'],
  ['/srv', '/rou', [true], ['v1'], '/roureq', '/srvreq'],
  ['/srv/', '/rou', [false], both, '/rou', '/srv/rou'],
  ['/srv/', '/rou', [true], ['v0'], '/rou', '/srv'],
  ['/srv/', '/rou', [true], ['v1'], '/rou', '/srv/'],
  ['/service', '/', either, both, '/', '/service'],
  ['/service', '/', either, ['v0'], '/route', '/service/route'],
  ['/service', '/', either, ['v1'], '/route', '/serviceroute'],
  ['/service', '/route', [false], ['v0'], '/route/', '/service/route/'],
  ['/service', '/route', [false], ['v1'], '/route/', '/serviceroute/'],
  ['/service', '/route', [true], both, '/route', '/service'],
  ['/service', '/route', [true], both, '/route/', '/service/'],
  ['/service', '/route', [true], ['v0'], '/routereq', '/service/req'],
  ['/service', '/route', [true], ['v1'], '/routereq', '/servicereq'],
  ['/service', '/route/', [true], ['v0'], '/route/', '/service/'],
  ['/service', '/route/', [true], ['v1'], '/route/', '/service'],
  ['/service', '/route/', [true], ['v0'], '/route/req', '/service/req'],
  ['/service/', '/', [false], both, '/', '/service/'],
  ['/service/', '/', [true], both, '/', '/service/'],
  ['/service/', '/', either, both, '/route', '/service/route'],
  ['/service/', '/route', [true], ['v0'], '/route', '/service'],
  ['/service/', '/route', [true], both, '/route/', '/service/'],
  ['/service/', '/route', [true], both, '/routereq', '/service/req'],
  ['/service/', '/route/', [false], both, '/route/req', '/service/route/req'],
  ['/service/', '/route/', [true], both, '/route/req', '/service/req'],
];

const CASES = TABLE.flatMap(([base, route, strips, handlings, request, expected]) =>
  strips.flatMap((stripPath) => handlings.map((handling) => ({ base, route, stripPath, handling, request, expected }))),
);

describe('the path sent upstream', () => {
  it.each(CASES)('service $base, route $route, strip $stripPath, $handling: $request becomes $expected', (row) => {
    const postfix = sanitizePostfix(row.request.slice(row.route.length));
    const { handling, stripPath, base, request } = row;
    expect(upstreamPath({ handling, stripPath, base, postfix, requestPath: request })).toBe(row.expected);
  });
});
