import { describe, expect, it } from '@jest/globals';
import { DriftError } from '../../../../src/errors.ts';
import { decode, encode } from '../../../../src/journal/journal.ts';
import { RouteWriter } from '../../../../src/rollout/route/writer.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { FakeApi, type Mutable } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { journal, release, route, weightsOf } from '../../../support/fixtures.ts';

function jazz(weights: Record<string, number> = { 'jazz-v1': 1 }, paths?: string[]) {
  const api = new FakeApi(route(weights, paths ? { paths } : {}));
  const clock = new FakeClock({ auto: true });
  const writer = new RouteWriter(api.cluster(clock), gatewayApi, clock);
  const live = () => api.get('HTTPRoute', 'jazz');
  const journalOf = () => {
    const read = decode(live().metadata.annotations?.['mesh-canary.dev/journal'] ?? '');
    if ('refused' in read) throw new Error(read.refused);
    return read.journal;
  };
  return { api, writer, live, journalOf, running: release() };
}

describe('a release on its route', () => {
  it('attaches the canary at weight 0 with the journal in the same patch', async () => {
    const { api, writer, live, journalOf, running } = jazz();
    await writer.attach(running);
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
    expect(journalOf()).toMatchObject({ phase: 'attached', weight: 0, run: 'run-1' });
    expect(api.writes('httproutes')).toEqual(['PATCH httproutes/jazz']);
    expect(running.state).toMatchObject({ share: 0, asked: 0 });
  });

  it('refuses to attach a canary that has traffic already, and says how much', async () => {
    const { api, writer, running } = jazz({ 'jazz-v1': 95, 'jazz-v2': 5 });
    const error = await writer.attach(running).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringMatching(/already sends 5 % to jazz-v2/),
      service: 'jazz',
      share: 5,
    });
    expect(api.writes('httproutes')).toEqual([]);
  });

  it('moves all rules of the service together, with the weight in the journal', async () => {
    const { writer, live, journalOf, running } = jazz({ 'jazz-v1': 1 }, ['/dj/jazz', '/jazz']);
    await writer.attach(running);
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    expect([weightsOf(live(), 0), weightsOf(live(), 1)]).toEqual([
      { 'jazz-v1': 7500, 'jazz-v2': 2500 },
      { 'jazz-v1': 7500, 'jazz-v2': 2500 },
    ]);
    expect(journalOf()).toMatchObject({ phase: 'observing', step: 1, weight: 25 });
  });

  it('is not read before a shift when nothing is known of another write, and is when the patch meets one', async () => {
    const { api, writer, live, running } = jazz();
    const reads = () => api.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/jazz')).length;
    await writer.attach(running);
    const before = reads();
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    expect([weightsOf(live())['jazz-v2'], reads() - before]).toEqual([2500, 0]);
    // Somebody adds a rule for others: the generation moves, and what is ours stays.
    api.edit('HTTPRoute', 'jazz', ({ spec }) => {
      spec.hostnames = ['dj.example'];
    });
    await writer.shift(running, 50, { phase: 'observing', step: 2 });
    expect([weightsOf(live())['jazz-v2'], reads() - before]).toEqual([5000, 1]);
    expect(live()['spec']).toMatchObject({ hostnames: ['dj.example'] });
  });

  it('does not write over a run that took over without moving a weight', async () => {
    const { api, writer, live, running } = jazz();
    await writer.attach(running);
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations['mesh-canary.dev/journal'] = encode(journal({ run: 'run-2', weight: 25 }));
    });
    await expect(writer.shift(running, 50, { phase: 'observing', step: 2 })).rejects.toThrow(
      /run run-2 has taken over/,
    );
    expect(weightsOf(live())['jazz-v2']).toBe(2500);
  });

  it('stops when somebody else has set the weights, naming both shares and the service', async () => {
    const { api, writer, live, running } = jazz();
    await writer.attach(running);
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    api.edit('HTTPRoute', 'jazz', ({ spec }) => {
      [9000, 1000].forEach((weight, index) => {
        spec.rules[0].backendRefs[index].weight = weight;
      });
    });
    const error = await writer.shift(running, 50, { phase: 'observing', step: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DriftError);
    expect((error as DriftError).share).toBe(10);
    expect(String(error)).toMatch(/jazz-v2 has 10 %, this run wrote 25 %/);
    expect((error as DriftError).service).toBe('jazz');
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 9000, 'jazz-v2': 1000 });
    await expect(writer.verify(running)).rejects.toThrow(DriftError);
  });

  it.each<[string, (object: Mutable) => void]>([
    ['removed', ({ metadata }) => delete metadata.annotations['mesh-canary.dev/journal']],
    [
      'written by another run',
      ({ metadata }) => {
        metadata.annotations['mesh-canary.dev/journal'] = encode(journal({ run: 'run-2' }));
      },
    ],
  ])('stops when its journal was %s, even between its read and its write', async (_how, change) => {
    const { api, writer, live, running } = jazz();
    await writer.attach(running);
    let raced = false;
    api.between = () => {
      if (!raced) api.edit('HTTPRoute', 'jazz', change);
      raced = true;
    };
    await expect(writer.shift(running, 25, { phase: 'observing', step: 1 })).rejects.toThrow(DriftError);
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
  });

  it('goes on when only what is not ours was changed', async () => {
    const { api, writer, live, running } = jazz();
    await writer.attach(running);
    api.edit('HTTPRoute', 'jazz', ({ metadata, spec }) => {
      metadata.labels = { team: 'music' };
      spec.hostnames = ['dj.example.com'];
    });
    await writer.shift(running, 5, { phase: 'observing', step: 0 });
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 9500, 'jazz-v2': 500 });
    expect(live().metadata.labels).toEqual({ team: 'music' });
  });

  it('returns whatever the generation, the weights and the journal are: only the names must fit', async () => {
    const { api, writer, live, journalOf, running } = jazz();
    await writer.attach(running);
    await writer.shift(running, 50, { phase: 'observing', step: 2 });
    api.edit('HTTPRoute', 'jazz', ({ metadata, spec }) => {
      delete metadata.annotations['mesh-canary.dev/journal'];
      spec.rules[0].backendRefs[1].weight = 77;
      spec.hostnames = ['dj.example.com'];
    });
    await writer.returnToStable(running);
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
    expect(journalOf()).toMatchObject({ phase: 'returning', weight: 0 });
    const [last] = api.requests.filter(({ method }) => method === 'PATCH').slice(-1);
    const operations = (last?.body ?? []) as { op: string; path: string }[];
    const tested = operations.filter(({ op }) => op === 'test');
    expect(tested.length).toBeGreaterThan(0);
    expect(tested.every(({ path }) => path.endsWith('/name'))).toBe(true);
  });

  it('remembers what was asked for when the answer to a shift is lost, so that it is returned', async () => {
    const { api, writer, running } = jazz();
    await writer.attach(running);
    api.accident = ({ method }) => (method === 'PATCH' ? 'lost-before' : undefined);
    await expect(writer.shift(running, 25, { phase: 'observing', step: 1 })).rejects.toThrow();
    expect(running.state).toMatchObject({ share: 0, asked: 25 });
  });

  it('takes a backend out only at weight 0, and finds nothing wrong when it is out already', async () => {
    const { writer, live, journalOf, running } = jazz();
    await writer.attach(running);
    await writer.shift(running, 5, { phase: 'observing', step: 0 });
    await expect(writer.detach(running, 'jazz-v2', {})).rejects.toThrow(/can only be taken out at weight 0/);
    await writer.returnToStable(running);
    await writer.detach(running, 'jazz-v2', { phase: 'returned' });
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 10_000 });
    await writer.detach(running, 'jazz-v2', { phase: 'returned' });
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 10_000 });
    expect(journalOf().phase).toBe('returned');
  });
});
