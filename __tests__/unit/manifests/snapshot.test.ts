import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch } from '../../../src/kube/json-patch.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { reversePatch, Snapshot } from '../../../src/manifests/snapshot.ts';
import { FakeApi, failed } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { deployment, service } from '../../support/fixtures.ts';

const key = fc.constantFrom('a', 'b', 'c/d', 'e~f', 'spec', 'status', 'uid', 'generation');
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(1, 'x', true, null),
    fc.array(fc.constantFrom<unknown>(1, 'x', { a: 1 }), { maxLength: 3 }),
    fc.dictionary(key, tie('node'), { maxKeys: 3 }),
  ),
})).node;
const texts = fc.option(fc.dictionary(key, fc.constantFrom('x', 'y'), { maxKeys: 3 }), { nil: undefined });
const object = fc.record({ spec: value, status: value, labels: texts, annotations: texts, version: fc.nat(1000) }).map(
  ({ spec, status, labels, annotations, version }): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: {
      name: 'x',
      namespace: 'prod',
      generation: version,
      resourceVersion: String(version),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    spec,
    status,
  }),
);

/** What a restore has to bring back: everything but the status and what the server owns. */
function ours({ status: _, metadata, ...rest }: KubeObject): unknown {
  const { resourceVersion: _v, generation: _g, ...meta } = metadata;
  return { ...rest, metadata: meta };
}

describe('the way back from a change', () => {
  it('gives the object back as it was, whatever was changed, and leaves the status and the server’s fields alone', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const restored = applyPatch(after, reversePatch(before, after));
        expect(ours(restored)).toEqual(ours(before));
        expect(restored['status']).toEqual(after['status']);
        expect(restored.metadata.resourceVersion).toBe(after.metadata.resourceVersion);
      }),
    );
  });

  it('tests every value it changes or takes away, so that a later change by somebody else stays', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const patch = reversePatch(before, after);
        for (const [place, operation] of patch.entries()) {
          if (operation.op !== 'replace' && operation.op !== 'remove') continue;
          expect(patch[place - 1]).toMatchObject({ op: 'test', path: operation.path });
        }
      }),
    );
  });
});

describe('the snapshot of a run', () => {
  const world = () => {
    const api = new FakeApi(deployment('jazz-v1', { app: 'jazz' }, 3));
    const snapshot = new Snapshot();
    const cluster = api.cluster(new FakeClock());
    const change = (kind: string, name: string, replicas: number) => {
      const before = api.get(kind, name);
      const after = api.edit(kind, name, ({ spec }) => {
        spec.replicas = replicas;
      });
      snapshot.record({ before, after });
    };
    const make = (object: KubeObject) => snapshot.record({ before: undefined, after: api.put(object) });
    return { api, snapshot, cluster, change, make };
  };
  const replicas = (api: FakeApi) => (api.get('Deployment', 'jazz-v1')['spec'] as { replicas: number }).replicas;

  it('is undone newest first: two changes of one object end at the first state', async () => {
    const { api, snapshot, cluster, change } = world();
    change('Deployment', 'jazz-v1', 5);
    change('Deployment', 'jazz-v1', 7);
    expect(await snapshot.restore(cluster)).toEqual([]);
    expect(replicas(api)).toBe(3);
    expect(snapshot.size).toBe(0);
  });

  it('deletes what was created, but not when it is another object of that name by now', async () => {
    const { api, snapshot, cluster, make } = world();
    make(service('jazz-v2', { v: '2' }));
    make(service('jazz-v3', { v: '3' }));
    api.remove('Service', 'jazz-v3');
    api.put(service('jazz-v3', { v: 'somebody else’s' }));
    expect(await snapshot.restore(cluster)).toEqual([]);
    expect(api.find('Service', 'jazz-v2')).toBeUndefined();
    expect(api.find('Service', 'jazz-v3')).toBeDefined();
  });

  it('leaves namespaces and gateways where they are', async () => {
    const { api, snapshot, cluster, make } = world();
    make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } });
    make({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'kong', namespace: 'prod' },
    });
    expect(await snapshot.restore(cluster)).toEqual([]);
    expect(api.find('Namespace', 'prod') && api.find('Gateway', 'kong')).toBeDefined();
  });

  it('reports what somebody else changed since, leaves it as it is, and goes on with the rest', async () => {
    const { api, snapshot, cluster, change, make } = world();
    make(service('jazz-v2', {}));
    change('Deployment', 'jazz-v1', 5);
    api.edit('Deployment', 'jazz-v1', ({ spec }) => {
      spec.replicas = 9;
    });
    expect(await snapshot.restore(cluster)).toEqual([
      'Deployment prod/jazz-v1 was not restored: someone else changed it since',
    ]);
    expect(replicas(api)).toBe(9);
    expect(api.find('Service', 'jazz-v2')).toBeUndefined();
  });

  it('never throws: what cannot be done is one sentence', async () => {
    const { api, snapshot, cluster, change } = world();
    change('Deployment', 'jazz-v1', 5);
    api.accident = (request) =>
      request.method === 'PATCH' ? failed(403, 'Forbidden', request, 'deployments is forbidden') : undefined;
    expect(await snapshot.restore(cluster)).toEqual([
      expect.stringMatching(/^Deployment prod\/jazz-v1 was not restored: .*is forbidden$/),
    ]);
  });

  it('knows what was restored or deleted though the answer was lost: nobody else did that', async () => {
    const { api, snapshot, cluster, change, make } = world();
    change('Deployment', 'jazz-v1', 5);
    make(service('jazz-v2', {}));
    const lost = new Set<string>();
    // The first answer to each kind of write.
    api.accident = ({ method }) => {
      if (method === 'GET' || lost.has(method)) return undefined;
      lost.add(method);
      return 'lost-after';
    };
    expect(await snapshot.restore(cluster)).toEqual([]);
    expect([replicas(api), api.find('Service', 'jazz-v2')]).toEqual([3, undefined]);
  });

  it('can be undone in parts', async () => {
    const { api, snapshot, cluster, change, make } = world();
    change('Deployment', 'jazz-v1', 5);
    make(service('jazz-v2', {}));
    await snapshot.restore(cluster, ({ kind }) => kind === 'Service');
    expect([replicas(api), api.find('Service', 'jazz-v2')]).toEqual([5, undefined]);
    await snapshot.restore(cluster);
    expect(replicas(api)).toBe(3);
  });
});
