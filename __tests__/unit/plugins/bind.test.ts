import { describe, expect, it } from '@jest/globals';
import { writtenAt } from '../../../src/kube/managed-fields.ts';
import { Snapshot } from '../../../src/manifests/snapshot.ts';
import { bindPlugins } from '../../../src/plugins/bind.ts';
import { FakeApi, type Mutable, refTo } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { route } from '../../support/fixtures.ts';

const PLUGINS = 'konghq.com/plugins';

function world(existing?: string) {
  const api = new FakeApi(route({ 'jazz-v1': 1 }));
  if (existing !== undefined)
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations[PLUGINS] = existing;
    });
  const snapshot = new Snapshot();
  const cluster = api.cluster(new FakeClock({ auto: true }));
  const bind = (...names: string[]) => bindPlugins(cluster, refTo(api.get('HTTPRoute', 'jazz')), names, snapshot);
  const bound = () => api.get('HTTPRoute', 'jazz').metadata.annotations?.[PLUGINS];
  const race = (change: (object: Mutable) => void) => {
    api.between = () => {
      api.between = () => undefined;
      api.edit('HTTPRoute', 'jazz', change);
    };
  };
  return { api, snapshot, cluster, bind, bound, race };
}

describe('binding plugins to a route', () => {
  it('adds our names behind the foreign ones, and takes them away again', async () => {
    const { bind, bound, snapshot, cluster } = world('cors');
    await bind('key-auth', 'rate-limiting');
    expect(bound()).toBe('cors, key-auth, rate-limiting');
    await snapshot.restore(cluster);
    expect(bound()).toBe('cors');
  });

  it('writes nothing when all are there, or none is wanted', async () => {
    const { api, bind, snapshot } = world('key-auth,cors');
    await bind('cors');
    await bind();
    expect([api.writes('httproutes'), snapshot.size]).toEqual([[], 0]);
  });

  it('works on a route without any annotation', async () => {
    const { api, bind, bound } = world();
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => delete metadata.annotations);
    await bind('key-auth');
    expect(bound()).toBe('key-auth');
  });

  it.each([['cors'], [undefined]])(
    'loses no name that somebody else binds in the same moment (before: %s)',
    async (before) => {
      const { bind, bound, race } = world(before);
      race(({ metadata }) => {
        metadata.annotations[PLUGINS] = before === undefined ? 'acl' : `${before}, acl`;
      });
      await bind('key-auth');
      expect(bound()).toBe(before === undefined ? 'acl, key-auth' : 'cors, acl, key-auth');
    },
  );

  it('gives up when somebody else never stops', async () => {
    const { api, bind } = world('cors');
    let n = 0;
    api.between = () => {
      api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
        metadata.annotations[PLUGINS] = `cors, p${n++}`;
      });
    };
    await expect(bind('key-auth')).rejects.toThrow(
      /HTTPRoute prod\/jazz is being changed by someone else: 5 writes in a row met a newer object/,
    );
  });

  it('knows when the API server took our last write', () => {
    const managedFields = [
      { manager: 'mesh-canary', time: '2026-11-23T04:00:00Z' },
      { manager: 'mesh-canary', time: '2026-11-23T04:05:00Z' },
      { manager: 'kubectl', time: '2026-11-23T05:00:00Z' },
    ];
    const object = route({});
    expect(writtenAt({ ...object, metadata: { ...object.metadata, managedFields } as never })).toBe(
      Date.parse('2026-11-23T04:05:00Z'),
    );
    expect(writtenAt(object)).toBeUndefined();
  });
});
