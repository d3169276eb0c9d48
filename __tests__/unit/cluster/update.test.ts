import { describe, expect, it } from '@jest/globals';
import { ApiError, Unreachable } from '../../../src/cluster/connection/transport.ts';
import { Contended, repeated, type UpdateOptions } from '../../../src/cluster/update.ts';
import { RefusedError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { FakeApi, failed, PATCH_REFUSED, refTo } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { route } from '../../support/fixtures.ts';

type Answer = ReturnType<FakeApi['accident']>;

/** A route whose host is set, against an API server that meets the first writes with the answers given. */
function world(...answers: readonly Answer[]) {
  const api = new FakeApi(route({ 'jazz-v1': 1 }));
  const clock = new FakeClock({ auto: true });
  const rest = [...answers];
  api.accident = ({ method }) => (method === 'PATCH' ? rest.shift() : undefined);
  const cluster = api.cluster(clock, undefined, 5_000);
  const planned: string[] = [];
  const plan = (live: KubeObject) => {
    const { hostnames } = live['spec'] as { hostnames?: string[] };
    planned.push(live.metadata.resourceVersion ?? '');
    if (hostnames?.[0] === 'dj.example.com') return [];
    return [
      { op: 'test' as const, path: '/metadata/generation', value: live.metadata.generation },
      { op: 'add' as const, path: '/spec/hostnames', value: ['dj.example.com'] },
    ];
  };
  const set = (options?: UpdateOptions) => cluster.update(refTo(api.get('HTTPRoute', 'jazz')), plan, options);
  const writes = () => api.writes('httproutes').length;
  const hosts = () => (api.get('HTTPRoute', 'jazz')['spec'] as { hostnames?: string[] }).hostnames;
  return { api, clock, cluster, set, planned, writes, hosts };
}

const busy = (status: number, retryAfter?: number) => new ApiError(status, '', 'PATCH /x: try later', retryAfter);
const said = (status: number, words: string) => failed(status, '', { method: 'PATCH', path: '/x' }, words);
const always = (answer: Answer) => Array.from({ length: 100 }, () => answer);

describe('an update', () => {
  it('reads, sends what is planned, and gives both objects', async () => {
    const { set, writes, hosts } = world();
    const { before, after, written } = await set();
    expect([before.metadata.generation, after.metadata.generation, written]).toEqual([1, 2, true]);
    expect([writes(), hosts()]).toEqual([1, ['dj.example.com']]);
  });

  it('sends nothing where nothing is to do', async () => {
    const { set, writes } = world();
    await set();
    expect(await set()).toMatchObject({ written: false });
    expect(writes()).toBe(1);
  });

  it.each([
    ['a failed test', said(422, PATCH_REFUSED)],
    ['a conflict', said(409, 'Operation cannot be fulfilled: the object has been modified')],
  ])('plans again after %s', async (_what, answer) => {
    const { set, writes, planned } = world(answer);
    expect(await set()).toMatchObject({ written: true });
    expect([writes(), planned.length]).toEqual([2, 2]);
  });

  it('gives up after five newer objects, naming the object and how to find the other writer', async () => {
    const { set, writes, clock } = world(...always(said(422, PATCH_REFUSED)));
    await expect(set()).rejects.toThrow(Contended);
    expect(writes()).toBe(5);
    expect(clock.slept.every((pause, at) => pause > 0 && pause >= (clock.slept[at - 1] ?? 0))).toBe(true);
  });

  it('knows a write that arrived though its answer was lost, and what it was made from', async () => {
    const { set, writes } = world('lost-after');
    const { before, after, written } = await set();
    expect([before.metadata.generation, after.metadata.generation, written, writes()]).toEqual([1, 2, true, 1]);
  });

  it.each([
    ['lost on its way', 'lost-before' as const],
    ['failed inside the server', said(500, 'etcdserver: leader changed')],
    ['timed out', said(504, 'Timeout: request did not complete')],
  ])('sends again what was %s', async (_what, answer) => {
    const { set, writes, hosts } = world(answer, answer);
    await set();
    expect([writes(), hosts()]).toEqual([3, ['dj.example.com']]);
  });

  it('throws the last failure where whether it arrived stays unknown', async () => {
    const { set, writes } = world(...always('lost-before'));
    await expect(set()).rejects.toThrow(Unreachable);
    expect(writes()).toBe(5);
  });

  it('goes on until its time is over where it may, with pauses of up to a second', async () => {
    const { set, writes, clock } = world(...always(said(500, 'failed calling webhook "x": EOF')));
    await expect(set({ tries: Number.POSITIVE_INFINITY })).rejects.toThrow('EOF');
    expect(clock.monotonic()).toBe(5_000);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(1_250);
    expect(writes()).toBeGreaterThan(8);
    expect(writes()).toBeLessThan(25);
  });

  it.each([
    [429, 2_000],
    [503, 2_000],
  ])('waits for as long as the server asks (%i)', async (status, asked) => {
    const { set, clock, hosts } = world(busy(status, asked));
    await set();
    expect(clock.monotonic()).toBe(asked);
    expect(hosts()).toEqual(['dj.example.com']);
  });

  it('waits for a busy server more often than five times, and never longer than there is time', async () => {
    const patient = world(...Array.from({ length: 7 }, () => busy(503, 100)));
    expect(await patient.set()).toMatchObject({ written: true });
    const over = world(busy(503, 60_000), busy(503, 60_000));
    await expect(over.set()).rejects.toThrow('try later');
    expect(over.clock.monotonic()).toBe(5_000);
  });

  it.each([
    [422, 'httproutes "jazz" is forbidden: ValidatingAdmissionPolicy \'p\' denied request: test operation on Friday'],
    [401, "ValidatingAdmissionPolicy 'p' denied request: not on Friday"],
    [413, "ValidatingAdmissionPolicy 'p' denied request: not on Friday"],
    [403, 'admission webhook "w" denied the request: not on Friday'],
    [409, 'admission webhook "w" denied the request: not on Friday'],
    [500, 'admission webhook "w" denied the request: not on Friday'],
    [422, 'HTTPRoute.gateway.networking.k8s.io "jazz" is invalid: not on Friday'],
    [403, 'httproutes "jazz" is forbidden: exceeded quota: not on Friday'],
    [403, 'httproutes "jazz" is forbidden: User "ci" cannot patch resource "httproutes" on Friday'],
    [400, 'admission webhook "w" denied the request: not on Friday'],
  ])('is refused once, in the words of whoever refuses (%i %s)', async (status, words) => {
    const { set, writes, clock } = world(...always(said(status, words)));
    const refused = set();
    await expect(refused).rejects.toThrow(RefusedError);
    await expect(refused).rejects.toThrow(`HTTPRoute prod/jazz was not accepted: PATCH /x: ${words}`);
    expect([writes(), clock.slept]).toEqual([1, []]);
  });

  it('passes on what the plan throws, and what it cannot judge', async () => {
    const { api, cluster } = world();
    const ref = refTo(api.get('HTTPRoute', 'jazz'));
    const gone = world(said(404, 'httproutes "jazz" not found'));
    await expect(gone.set()).rejects.toMatchObject({ status: 404 });
    await expect(
      cluster.update(ref, () => {
        throw new Error('no plan');
      }),
    ).rejects.toThrow('no plan');
  });

  it('ends with the signal, also while it waits', async () => {
    const { api } = world();
    const cancelled = new AbortController();
    const clock = new FakeClock();
    api.accident = ({ method }) => (method === 'PATCH' ? busy(503, 2_000) : undefined);
    const plan = () => [{ op: 'add' as const, path: '/spec/x', value: 1 }];
    const ended = api.cluster(clock, cancelled.signal).update(refTo(api.get('HTTPRoute', 'jazz')), plan);
    const heard = expect(ended).rejects.toThrow('cancelled');
    await clock.advance(1_000);
    cancelled.abort(new Error('cancelled'));
    await heard;
  });
});

describe('a write that may be repeated', () => {
  const writing = (...failures: readonly unknown[]) => {
    const rest = [...failures];
    const { cluster, api } = world();
    let count = 0;
    const write = async () => {
      count++;
      const failure = rest.shift();
      if (failure !== undefined) throw failure;
    };
    return { done: repeated(cluster, api.get('HTTPRoute', 'jazz'), write), count: () => count };
  };

  it('is tried again after a lost answer and a failure inside the server', async () => {
    const { done, count } = writing(new Unreachable('socket hang up'), said(500, 'EOF'), busy(503));
    await done;
    expect(count()).toBe(4);
  });

  it('is tried five times, and once where it is refused', async () => {
    const lost = writing(...Array.from({ length: 9 }, () => new Unreachable('socket hang up')));
    await expect(lost.done).rejects.toThrow('socket hang up');
    const refused = writing(said(422, 'denied request: not on Friday'));
    await expect(refused.done).rejects.toThrow(
      /HTTPRoute prod\/jazz was not accepted: .*denied request: not on Friday/,
    );
    expect([lost.count(), refused.count()]).toEqual([5, 1]);
  });
});
