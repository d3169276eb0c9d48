import { describe, expect, it } from '@jest/globals';
import type { World } from '../../../src/cluster/watch.ts';
import { watchUntil } from '../../../src/cluster/watch.ts';
import { ClusterError } from '../../../src/errors.ts';
import { FakeApi, failed } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { route, service, weightsOf } from '../../support/fixtures.ts';

const TARGET = { apiVersion: 'v1', kind: 'Service', namespace: 'prod' };
const names = (world: World) => [...world.keys()].sort().join(' ');

function watching(api: FakeApi, decide: (world: World) => unknown, more: object = {}, signal?: AbortSignal) {
  const clock = new FakeClock();
  const answer = watchUntil(api.cluster(clock, signal, 60_000), { ...TARGET, ...more }, decide, {
    clock,
    timeout: 10_000,
  });
  answer.catch(() => undefined);
  return { clock, answer };
}
const until = (wanted: string) => (world: World) => (names(world) === wanted ? wanted : undefined);
const lists = (api: FakeApi) => api.requests.filter(({ path }) => /services\?.*limit/.test(path)).length;

describe('waiting on objects', () => {
  it('answers from the list when that is enough, without a watch', async () => {
    const api = new FakeApi(service('a', {}));
    const { answer } = watching(api, until('prod/a'));
    await expect(answer).resolves.toBe('prod/a');
    expect(api.watchers).toBe(0);
  });

  it('sees objects come, change and go, and ends its watch', async () => {
    const api = new FakeApi(service('a', {}));
    const seen: string[] = [];
    const { answer } = watching(api, (world) => {
      seen.push(names(world));
      return names(world) === 'prod/b' ? true : undefined;
    });
    await settled();
    api.put(service('b', {}));
    api.edit('Service', 'a', ({ metadata }) => {
      metadata.labels = { changed: 'yes' };
    });
    api.remove('Service', 'a');
    await expect(answer).resolves.toBe(true);
    await settled();
    expect(seen).toEqual(['prod/a', 'prod/a prod/b', 'prod/a prod/b', 'prod/b']);
    expect(api.watchers).toBe(0);
    expect(lists(api)).toBe(1);
  });

  it('misses nothing that happens between the list and the watch', async () => {
    const api = new FakeApi();
    let raced = false;
    const { answer } = watching(api, (world) => {
      if (!raced) api.put(service('b', {}));
      raced = true;
      return until('prod/b')(world);
    });
    await expect(answer).resolves.toBe('prod/b');
  });

  it('asks for the objects it was asked for only', async () => {
    const api = new FakeApi(service('a', {}), service('b', {}));
    const { answer } = watching(api, (world) => (world.size === 1 ? names(world) : undefined), {
      fieldSelector: 'metadata.name=b',
    });
    await expect(answer).resolves.toBe('prod/b');
    const { answer: labelled } = watching(api, (world) => (world.size > 0 ? names(world) : undefined), {
      labelSelector: 'team=music',
    });
    await settled();
    api.edit('Service', 'b', ({ metadata }) => {
      metadata.labels = { team: 'rock' };
    });
    api.edit('Service', 'a', ({ metadata }) => {
      metadata.labels = { team: 'music' };
    });
    await expect(labelled).resolves.toBe('prod/a');
  });

  it('reads lists of many pages', async () => {
    const api = new FakeApi(...['a', 'b', 'c', 'd', 'e'].map((name) => service(name, {})));
    api.pageSize = 2;
    const { answer } = watching(api, until('prod/a prod/b prod/c prod/d prod/e'));
    await expect(answer).resolves.toBeDefined();
  });

  it('gives items of a list the kind the API leaves out', async () => {
    const api = new FakeApi(route({ 'jazz-v1': 3 }));
    const { answer } = watching(api, (world) => [...world.values()][0], {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
    });
    const found = (await answer) as ReturnType<typeof route>;
    expect([found.kind, found.apiVersion, weightsOf(found)]).toEqual([
      'HTTPRoute',
      'gateway.networking.k8s.io/v1',
      { 'jazz-v1': 3 },
    ]);
  });

  it('takes a bookmark for what it is', async () => {
    const api = new FakeApi(service('a', {}));
    const { answer } = watching(api, until('prod/a prod/b'));
    await settled();
    api.say(JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Service', metadata: { resourceVersion: '999' } } }));
    await settled();
    api.put(service('b', {}));
    await expect(answer).resolves.toBe('prod/a prod/b');
    expect(lists(api)).toBe(1);
  });

  it.each<[string, (api: FakeApi) => void]>([
    ['a broken connection', (api) => api.breakStreams(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))],
    ['a regular end', (api) => api.breakStreams()],
    [
      'an event that its version is too old',
      (api) => api.say('{"type":"ERROR","object":{"kind":"Status","code":410}}'),
    ],
    ['a line that is no JSON', (api) => api.say('{"type":"ADD')],
  ])('lists again and goes on after %s', async (_what, trouble) => {
    const api = new FakeApi(service('a', {}));
    const { clock, answer } = watching(api, until('prod/b'));
    await settled();
    trouble(api);
    api.remove('Service', 'a');
    api.put(service('b', {}));
    await clock.advance(1_000);
    await expect(answer).resolves.toBe('prod/b');
  });

  it('goes on after the API server was away', async () => {
    const api = new FakeApi();
    const { clock, answer } = watching(api, until('prod/b'));
    await settled();
    api.down = true;
    api.breakStreams(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    await clock.advance(3_000);
    api.down = false;
    api.put(service('b', {}));
    await clock.advance(3_000);
    await expect(answer).resolves.toBe('prod/b');
  });

  it('returns undefined when the time is over, also while the API server is away', async () => {
    const api = new FakeApi();
    const { clock, answer } = watching(api, until('prod/b'));
    await clock.advance(9_999);
    expect(api.watchers).toBe(1);
    await clock.advance(1);
    await expect(answer).resolves.toBeUndefined();
    const away = watching(api, until('prod/b'));
    await settled();
    api.down = true;
    api.breakStreams();
    await away.clock.advance(10_000);
    await expect(away.answer).resolves.toBeUndefined();
    expect(api.watchers).toBe(0);
  });

  it('ends with the reason of the run when that is cancelled, and closes its watch', async () => {
    const api = new FakeApi();
    const run = new AbortController();
    const { answer } = watching(api, until('prod/b'), {}, run.signal);
    await settled();
    const reason = new Error('SIGINT');
    run.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(api.watchers).toBe(0);
  });

  it('passes on what the decision throws', async () => {
    const api = new FakeApi();
    const reason = new Error('the object says no');
    const { answer } = watching(api, () => {
      throw reason;
    });
    await expect(answer).rejects.toBe(reason);
  });

  it('does not insist where it is forbidden, or the kind is not served', async () => {
    const api = new FakeApi();
    api.accident = (request) =>
      /services\?/.test(request.path) ? failed(403, 'Forbidden', request, 'services is forbidden') : undefined;
    await expect(watching(api, until('prod/b')).answer).rejects.toThrow(/is forbidden/);
    const { answer } = watching(api, until('x'), { apiVersion: 'example.com/v1', kind: 'Thing' });
    await expect(answer).rejects.toThrow(ClusterError);
  });
});
