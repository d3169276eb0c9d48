import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compileTemplate } from '../../../../lab/kong/plugins/template.ts';
import { call, json, message, type Upstream, World } from './admin-world.ts';

let world: World;
let upstream: Upstream;

beforeEach(async () => {
  world = new World();
  upstream = await world.upstream();
});
afterEach(() => world.close());

function served(plugins: object[], route: object = {}, more: object = {}) {
  const routes = [{ name: 'r', paths: ['/'], ...route }];
  return world.kong({ services: [{ name: 's', host: '127.0.0.1', port: upstream.port, routes }], plugins, ...more });
}

/** An instance that can be told by its answer. */
const says = (word: string, scope: object = {}) => ({
  name: 'request-termination',
  config: { status_code: 200, message: word },
  ...scope,
});

describe('which instance of a plugin applies', () => {
  const scopes = [
    ['all three', { route: 'r', service: 's', consumer: 'ann' }],
    ['route and consumer', { route: 'r', consumer: 'ann' }],
    ['service and consumer', { service: 's', consumer: 'ann' }],
    ['route and service', { route: 'r', service: 's' }],
    ['consumer', { consumer: 'ann' }],
    ['route', { route: 'r' }],
    ['service', { service: 's' }],
    ['global', {}],
  ] as const;
  const consumers = { consumers: [{ username: 'ann', keyauth_credentials: [{ key: 'k' }] }] };

  it.each(scopes.map(([name], index) => [name, index] as const))(
    '%s beats everything below it',
    async (name, index) => {
      const instances = scopes.slice(index).map(([word, scope]) => says(word, scope));
      for (const plugins of [instances, [...instances].reverse()]) {
        const kong = await served([...plugins, { name: 'key-auth' }], {}, consumers);
        expect(message(await call(kong.proxy, '/', { headers: { apikey: 'k' } }))).toBe(name);
      }
    },
  );

  it('applies a consumer’s instance only to that consumer', async () => {
    const kong = await served(
      [
        says('ann', { consumer: 'ann' }),
        says('route', { route: 'r' }),
        { name: 'key-auth', config: { anonymous: 'guest' } },
      ],
      {},
      { consumers: [...consumers.consumers, { username: 'guest' }] },
    );
    expect(message(await call(kong.proxy, '/', { headers: { apikey: 'k' } }))).toBe('ann');
    expect(message(await call(kong.proxy, '/'))).toBe('route');
  });

  it('passes over disabled instances and those for other protocols', async () => {
    const kong = await served([
      says('off', { route: 'r', enabled: false }),
      says('tls', { service: 's', protocols: ['https'] }),
      says('global'),
    ]);
    expect(message(await call(kong.proxy, '/'))).toBe('global');
  });

  it('takes plugins nested in routes, services and consumers', async () => {
    const kong = await world.kong({
      services: [
        {
          name: 's',
          host: '127.0.0.1',
          port: upstream.port,
          plugins: [says('service')],
          routes: [
            { name: 'r', paths: ['/r'], plugins: [says('route')] },
            { name: 'q', paths: ['/q'] },
          ],
        },
      ],
      consumers: [
        { username: 'ann', keyauth_credentials: [{ key: 'k' }], plugins: [says('consumer')] },
        { username: 'guest' },
      ],
      plugins: [{ name: 'key-auth', config: { anonymous: 'guest' } }],
    });
    expect(message(await call(kong.proxy, '/r'))).toBe('route');
    expect(message(await call(kong.proxy, '/q'))).toBe('service');
    expect(message(await call(kong.proxy, '/r', { headers: { apikey: 'k' } }))).toBe('consumer');
  });
});

describe('request-termination', () => {
  it('answers with a message, or with a body of its own type', async () => {
    const kong = await served([
      { name: 'request-termination', config: { status_code: 500, message: 'no existing backendRef provided' } },
    ]);
    const reply = await call(kong.proxy, '/');
    expect([reply.status, json(reply)]).toEqual([500, { message: 'no existing backendRef provided' }]);
    expect(reply.headers['server']).toBe('kong/3.9.3');
    const other = await served([{ name: 'request-termination', config: { body: '<p>', content_type: 'text/html' } }]);
    const page = await call(other.proxy, '/');
    expect([page.status, page.text, page.headers['content-type']]).toEqual([503, '<p>', 'text/html']);
  });

  it('can wait for a trigger', async () => {
    const kong = await served([{ name: 'request-termination', config: { trigger: 'stop' } }]);
    expect((await call(kong.proxy, '/')).status).toBe(200);
    expect(message(await call(kong.proxy, '/?stop'))).toBe('Service unavailable');
  });
});

describe('request-transformer', () => {
  const transformed = async (config: object, path = '/', headers: Record<string, string> = {}, route: object = {}) => {
    const kong = await served([{ name: 'request-transformer', config }], route);
    const reply = await call(kong.proxy, path, { headers });
    return { reply, seen: upstream.seen.at(-1) };
  };

  it('removes, renames, replaces, adds and appends headers, in this order', async () => {
    const { seen } = await transformed(
      {
        remove: { headers: ['x-gone'] },
        rename: { headers: ['x-old:x-new'] },
        replace: { headers: ['x-there:2', 'x-missing:2'] },
        add: { headers: ['x-there:3', 'x-added:3'] },
        append: { headers: ['x-added:4'] },
      },
      '/',
      { 'x-gone': '1', 'x-old': '1', 'x-there': '1' },
    );
    expect(seen?.headers).toMatchObject({ 'x-new': '1', 'x-there': '2', 'x-added': '3, 4' });
    expect(Object.keys(seen?.headers ?? {})).not.toEqual(expect.arrayContaining(['x-gone']));
    expect(seen?.headers['x-missing']).toBeUndefined();
  });

  it('replaces the Host, also where the client’s would be kept', async () => {
    const { seen } = await transformed(
      { replace: { headers: ['host:jazz.internal'] } },
      '/',
      {},
      { preserve_host: true },
    );
    expect(seen?.headers.host).toBe('jazz.internal');
  });

  it('changes query, method and path', async () => {
    const { seen } = await transformed(
      {
        http_method: 'PUT',
        remove: { querystring: ['a'] },
        add: { querystring: ['c:3', 'b:9'] },
        replace: { uri: '/new' },
      },
      '/old?a=1&b=2',
    );
    expect([seen?.method, seen?.url]).toEqual(['PUT', '/new?b=2&c=3']);
  });

  it.each<[string, string, string, string]>([
    ['/dj(/.*)', '/new$(uri_captures[1])', '/dj/jazz/1', '/new/jazz/1'],
    ['/dj(?<rest>/.*)', '/x$(uri_captures["rest"])', '/dj/a', '/x/a'],
    ['/dj(?<rest>/.*)', '/x$(uri_captures.rest)', '/dj/a', '/x/a'],
    ['/dj$', '/new$(uri_captures[1])', '/dj', '/new'],
    ['/dj$', '$(uri_captures[1] == nil and "/" or uri_captures[1])', '/dj', '/'],
    ['/dj(/.*)', '$(uri_captures[1] == nil and "/" or uri_captures[1])', '/dj/y', '/y'],
  ])('rewrites path ~%s by %s', async (path, uri, asked, expected) => {
    const { seen } = await transformed({ replace: { uri } }, asked, {}, { paths: [`~${path}`] });
    expect(seen?.url).toBe(expected);
  });

  it('answers 500 when a rewritten path has no slash, or a template cannot be read', async () => {
    expect((await transformed({ replace: { uri: 'nowhere' } })).reply.status).toBe(500);
    expect((await transformed({ replace: { uri: '/$(os.exit())' } })).reply.status).toBe(500);
  });

  it('changes JSON bodies, keeping the types of what it leaves alone', async () => {
    const kong = await served([
      {
        name: 'request-transformer',
        config: { remove: { body: ['a'] }, add: { body: ['d:new'] }, append: { body: ['list:3'] } },
      },
    ]);
    const body = JSON.stringify({ a: 1, n: 5, list: ['1', '2'] });
    await call(kong.proxy, '/', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
      body,
    });
    expect(JSON.parse(upstream.seen[0]?.body ?? '')).toEqual({ n: 5, list: ['1', '2', '3'], d: 'new' });
  });
});

describe('templates', () => {
  const environment = { headers: (name: string) => ({ who: 'ann' })[name], uri_captures: () => undefined };
  it.each([
    ["$(headers.who or 'guest')", 'ann'],
    ["$(headers['none'] or 'guest')", 'guest'],
    ['a$("x" .. "y")b$(1)', 'axyb1'],
    ['$(not headers.none and (headers.who == "ann") and "yes" or "no")', 'yes'],
    ['$(headers.who ~= "ann")', 'false'],
    ['plain', 'plain'],
  ])('%s is %s', (template, expected) => {
    expect(compileTemplate(template)(environment)).toBe(expected);
  });

  it.each(['$(unclosed', '$(whoami)', '$(1 2)', '$(#x)'])('refuses %s', (template) => {
    expect(() => compileTemplate(template)).toThrow();
  });
});

describe('response-transformer', () => {
  it('changes headers and JSON fields of upstream answers', async () => {
    const json = await world.upstream('json', (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.setHeader('x-gone', '1');
      response.setHeader('x-old', '1');
      response.end('{"a":1,"b":2}');
    });
    upstream = json;
    const kong = await served([
      {
        name: 'response-transformer',
        config: {
          remove: { headers: ['x-gone'], json: ['a'] },
          rename: { headers: ['x-old:x-new'] },
          add: { headers: ['x-added:1'], json: ['c:3'], json_types: ['number'] },
        },
      },
    ]);
    const reply = await call(kong.proxy, '/');
    expect(JSON.parse(reply.text)).toEqual({ b: 2, c: 3 });
    expect(reply.headers).toMatchObject({ 'x-new': '1', 'x-added': '1', 'content-length': String(reply.text.length) });
    expect(reply.headers['x-gone']).toBeUndefined();
  });

  it('changes headers of Kong’s own refusals too', async () => {
    const kong = await served([
      { name: 'response-transformer', config: { add: { headers: ['x-added:1'] } } },
      { name: 'key-auth' },
    ]);
    const reply = await call(kong.proxy, '/');
    expect([reply.status, reply.headers['x-added']]).toEqual([401, '1']);
  });
});

describe('redirect', () => {
  it('sends elsewhere, with or without the path that was asked for', async () => {
    const plain = await served([{ name: 'redirect', config: { location: 'https://other.org', status_code: 302 } }]);
    const reply = await call(plain.proxy, '/a?b=1');
    expect([reply.status, reply.headers.location, reply.text]).toEqual([302, 'https://other.org', 'redirecting']);
    const keeping = await served([
      { name: 'redirect', config: { location: 'https://other.org/x', keep_incoming_path: true } },
    ]);
    expect((await call(keeping.proxy, '/a?b=1')).headers.location).toBe('https://other.org/a?b=1');
  });
});

describe('correlation-id', () => {
  it('makes an id up once and echoes it', async () => {
    const kong = await served([
      { name: 'correlation-id', config: { header_name: 'x-id', generator: 'uuid', echo_downstream: true } },
    ]);
    const reply = await call(kong.proxy, '/');
    expect(reply.headers['x-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(upstream.seen[0]?.headers['x-id']).toBe(reply.headers['x-id']);
    expect((await call(kong.proxy, '/', { headers: { 'x-id': 'mine' } })).headers['x-id']).toBe('mine');
  });
});
