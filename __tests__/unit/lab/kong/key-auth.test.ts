import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Call, call, message, push, type Upstream, World } from './admin-world.ts';

let world: World;
let upstream: Upstream;

beforeEach(async () => {
  world = new World();
  upstream = await world.upstream();
});
afterEach(() => world.close());

async function guarded(config: object = {}) {
  const kong = await world.kong({
    services: [
      {
        name: 's',
        host: '127.0.0.1',
        port: upstream.port,
        routes: [{ name: 'r', paths: ['/'], plugins: [{ name: 'key-auth', config }] }],
      },
    ],
    consumers: [
      {
        id: '11111111-1111-4111-8111-111111111111',
        username: 'ann',
        custom_id: 'c-1',
        keyauth_credentials: [{ id: '22222222-2222-4222-8222-222222222222', key: 'secret' }],
      },
      { username: 'nobody' },
    ],
  });
  return (path = '/', options: Call = {}) => call(kong.proxy, path, options);
}

describe('key-auth', () => {
  it('asks for a key', async () => {
    const ask = await guarded();
    const reply = await ask();
    expect([reply.status, message(reply)]).toEqual([401, 'No API key found in request']);
    expect(reply.headers['www-authenticate']).toBe('Key');
    expect(upstream.seen).toHaveLength(0);
  });

  it('refuses a wrong key and an empty one', async () => {
    const ask = await guarded();
    const wrong = await ask('/', { headers: { apikey: 'guess' } });
    expect([wrong.status, message(wrong)]).toEqual([401, 'Unauthorized']);
    expect(message(await ask('/?apikey='))).toBe('No API key found in request');
  });

  it('refuses a key given twice, in headers or in the query', async () => {
    const ask = await guarded();
    const twice = await ask('/', { headers: ['apikey', 'secret', 'apikey', 'secret'] });
    expect([twice.status, message(twice)]).toEqual([401, 'Duplicate API key found']);
    expect(message(await ask('/?apikey=secret&apikey=secret'))).toBe('Duplicate API key found');
  });

  it('tells upstream who it is, and forwards the key unless told otherwise', async () => {
    const ask = await guarded();
    const reply = await ask('/', {
      headers: { apikey: 'secret', 'x-consumer-username': 'forged', 'x-anonymous-consumer': 'true' },
    });
    expect(reply.status).toBe(200);
    expect(upstream.seen[0]?.headers).toMatchObject({
      'x-consumer-id': '11111111-1111-4111-8111-111111111111',
      'x-consumer-username': 'ann',
      'x-consumer-custom-id': 'c-1',
      'x-credential-identifier': '22222222-2222-4222-8222-222222222222',
      apikey: 'secret',
    });
    expect(upstream.seen[0]?.headers['x-anonymous-consumer']).toBeUndefined();
  });

  it('hides the key from upstream in header, query and form', async () => {
    const ask = await guarded({ hide_credentials: true, key_in_body: true });
    await ask('/', { headers: { apikey: 'secret' } });
    await ask('/p?a=1&apikey=secret&b=2');
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 18 };
    const posted = await ask('/', { method: 'POST', headers: form, body: 'a=1&apikey=secret&' });
    expect(posted.status).toBe(200);
    expect(upstream.seen[0]?.headers['apikey']).toBeUndefined();
    expect(upstream.seen[1]?.url).toBe('/p?a=1&b=2');
    expect(upstream.seen[2]?.body).toBe('a=1');
  });

  it('looks only where it is told to', async () => {
    const ask = await guarded({ key_in_header: false, key_names: ['k'] });
    expect((await ask('/', { headers: { k: 'secret' } })).status).toBe(401);
    expect((await ask('/?k=secret')).status).toBe(200);
  });

  it('lets strangers pass as the anonymous consumer', async () => {
    const ask = await guarded({ anonymous: 'nobody' });
    expect((await ask()).status).toBe(200);
    expect(upstream.seen[0]?.headers).toMatchObject({
      'x-anonymous-consumer': 'true',
      'x-consumer-username': 'nobody',
    });
    expect(upstream.seen[0]?.headers['x-credential-identifier']).toBeUndefined();
  });

  it('answers 500 when the anonymous consumer does not exist', async () => {
    const ask = await guarded({ anonymous: 'gone' });
    expect((await ask()).status).toBe(500);
  });

  it('can leave preflight requests alone, and names its realm', async () => {
    const ask = await guarded({ run_on_preflight: false, realm: 'dj' });
    expect((await ask('/', { method: 'OPTIONS' })).status).toBe(200);
    expect((await ask()).headers['www-authenticate']).toBe('Key realm="dj"');
  });

  it('forgets a consumer that the next configuration no longer has', async () => {
    const kong = await world.kong({});
    const service = {
      services: [{ name: 's', host: '127.0.0.1', port: upstream.port, routes: [{ name: 'r', paths: ['/'] }] }],
      plugins: [{ name: 'key-auth' }],
    };
    await push(kong, { ...service, consumers: [{ username: 'ann', keyauth_credentials: [{ key: 'secret' }] }] });
    expect((await call(kong.proxy, '/', { headers: { apikey: 'secret' } })).status).toBe(200);
    await push(kong, service);
    expect((await call(kong.proxy, '/', { headers: { apikey: 'secret' } })).status).toBe(401);
  });
});
