import { afterEach, describe, expect, it } from '@jest/globals';
import { Kept, untilKept } from '../../../src/cluster/kept.ts';
import type { World } from '../../../src/cluster/watch.ts';
import { FakeApi, failed } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { service } from '../../support/fixtures.ts';

const TARGET = { apiVersion: 'v1', kind: 'Service', namespace: 'prod' };
const names = (world: World | undefined) => world && [...world.keys()].sort().join(' ');
const open: Kept[] = [];

async function keeping(api: FakeApi, signal?: AbortSignal) {
  const clock = new FakeClock();
  const cluster = api.cluster(clock, signal, 0);
  const kept = new Kept(cluster, TARGET, clock);
  open.push(kept);
  await settled();
  const wait = (wanted: string, timeout = 10_000) => {
    const answer = kept.until((world) => (names(world) === wanted ? wanted : undefined), { clock, timeout }, signal);
    answer.catch(() => undefined);
    return answer;
  };
  return { clock, cluster, kept, wait };
}

describe('a kept watch', () => {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((kept) => kept.close()));
  });

  it('knows its objects as they come and go, by one list and one watch', async () => {
    const api = new FakeApi(service('a', {}));
    const { kept } = await keeping(api);
    const asked = api.requests.length;
    expect(names(kept.world)).toBe('prod/a');
    api.put(service('b', {}));
    api.remove('Service', 'a');
    await settled();
    expect([names(kept.world), api.watchers, api.requests.length - asked]).toEqual(['prod/b', 1, 0]);
  });

  it('lets several wait at once, each for its own', async () => {
    const api = new FakeApi(service('a', {}));
    const { wait } = await keeping(api);
    const [now, later] = [wait('prod/a'), wait('prod/a prod/b')];
    await expect(now).resolves.toBe('prod/a');
    api.put(service('b', {}));
    await expect(later).resolves.toBe('prod/a prod/b');
  });

  it('claims nothing while its connection is broken, and who waits hears what was missed', async () => {
    const api = new FakeApi(service('a', {}));
    const { kept, clock, wait } = await keeping(api);
    const waiting = wait('prod/a prod/b');
    api.breakStreams();
    await settled();
    expect(kept.world).toBeUndefined();
    api.put(service('b', {}));
    await clock.advance(300);
    await expect(waiting).resolves.toBe('prod/a prod/b');
  });

  it('answers undefined when the time of a wait is over', async () => {
    const { clock, wait } = await keeping(new FakeApi());
    const waiting = wait('prod/a');
    await clock.advance(10_000);
    await expect(waiting).resolves.toBeUndefined();
  });

  it('ends its waits with the reason of the run, and its watch with them', async () => {
    const run = new AbortController();
    const api = new FakeApi();
    const { wait, kept } = await keeping(api, run.signal);
    const waiting = wait('prod/a');
    run.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    await settled();
    expect([api.watchers, kept.world]).toEqual([0, undefined]);
  });

  it('passes on what a decision throws, to the one who made it', async () => {
    const api = new FakeApi(service('a', {}));
    const { kept, clock, wait } = await keeping(api);
    const other = wait('prod/a prod/b');
    const bad = kept.until(fail, { clock, timeout: 1_000 });
    await expect(bad).rejects.toThrow('decided to fail');
    api.put(service('b', {}));
    await expect(other).resolves.toBe('prod/a prod/b');
  });

  it('is not insisted on where it is forbidden: who waits then watches alone', async () => {
    const api = new FakeApi(service('a', {}));
    api.accident = (request) =>
      /services\?/.test(request.path) ? failed(403, 'Forbidden', request, 'services is forbidden') : undefined;
    const { kept, clock, cluster, wait } = await keeping(api);
    await expect(wait('prod/a')).rejects.toThrow('services is forbidden');
    api.accident = () => undefined;
    const holds = () => true;
    const decide = (world: World) => names(world);
    const answer = untilKept(kept, holds, cluster, TARGET, decide, { clock, timeout: 1_000 });
    await expect(answer).resolves.toBe('prod/a');
  });

  it('is asked only for what it has seen: an object made a moment ago is looked for', async () => {
    const api = new FakeApi(service('a', {}));
    const { kept, clock, cluster } = await keeping(api);
    const asked = api.requests.length;
    const wait = (name: string) => {
      const key = `prod/${name}`;
      const decide = (world: World) => world.get(key)?.metadata.name;
      return untilKept(kept, (world) => world.has(key), cluster, TARGET, decide, { clock, timeout: 1_000 });
    };
    await expect(wait('a')).resolves.toBe('a');
    expect(api.requests.length - asked).toBe(0);
    const missing = wait('b');
    await settled();
    expect(api.requests.length - asked).toBeGreaterThan(0);
    api.put(service('b', {}));
    await expect(missing).resolves.toBe('b');
  });
});

function fail(): never {
  throw new Error('decided to fail');
}
