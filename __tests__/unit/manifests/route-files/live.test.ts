import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { mergeLiveRoute, restoreRoute } from '../../../../src/manifests/route-files/live.ts';
import { FakeApi, failed } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { route, weightsOf } from '../../../support/fixtures.ts';

const OPTIONS = {
  serviceOf: (name: string) => (name.startsWith('jazz') ? 'jazz' : undefined),
  retired: [],
  releasing: ['jazz-v1', 'jazz-v2'],
};

function file(annotations: Record<string, string>, hostnames: string[]): KubeObject {
  const made = route({ 'jazz-v1': 100 });
  return { ...made, metadata: { ...made.metadata, annotations }, spec: { ...(made['spec'] as object), hostnames } };
}

function world() {
  const api = new FakeApi(route({ 'jazz-v1': 9500, 'jazz-v2': 500 }, { journal: '{}' }));
  const cluster = api.cluster(new FakeClock({ auto: true }));
  const live = () => api.get('HTTPRoute', 'jazz');
  const wanted = file({ 'konghq.com/strip-path': 'false', 'konghq.com/plugins': 'cors' }, ['dj.example.com']);
  return { api, cluster, live, wanted };
}

describe('a route file', () => {
  it('is merged into the live route without moving traffic or touching the journal', async () => {
    const { cluster, live, wanted } = world();
    const { after } = await mergeLiveRoute(cluster, wanted, OPTIONS);
    expect(after).toEqual(live());
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 9500, 'jazz-v2': 500 });
    expect(live()['spec']).toHaveProperty('hostnames', ['dj.example.com']);
    expect(live().metadata.annotations).toEqual({
      'konghq.com/strip-path': 'false',
      'konghq.com/plugins': 'cors',
      'mesh-canary.dev/journal': '{}',
    });
    await expect(mergeLiveRoute(cluster, wanted, OPTIONS)).resolves.toMatchObject({ after: undefined });
  });

  it('loses no weight that somebody else writes in the same moment', async () => {
    const { api, cluster, live, wanted } = world();
    api.between = () => {
      api.between = () => undefined;
      api.edit('HTTPRoute', 'jazz', ({ spec }) => {
        spec.rules[0].backendRefs[0].weight = 9000;
        spec.rules[0].backendRefs[1].weight = 1000;
      });
    };
    await mergeLiveRoute(cluster, wanted, OPTIONS);
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 9000, 'jazz-v2': 1000 });
  });

  it('is taken back with everything it brought, the weights and the journal as they are by then', async () => {
    const { api, cluster, live, wanted } = world();
    const { before, after } = await mergeLiveRoute(cluster, wanted, OPTIONS);
    api.edit('HTTPRoute', 'jazz', ({ metadata, spec }) => {
      metadata.annotations['mesh-canary.dev/journal'] = '{"phase":"returned"}';
      metadata.annotations['example.com/foreign'] = 'stays';
      spec.rules[0].backendRefs[0].weight = 10_000;
      spec.rules[0].backendRefs[1].weight = 0;
    });
    await restoreRoute(cluster, before, OPTIONS, after);
    expect(live().metadata.annotations).toEqual({
      'konghq.com/strip-path': 'true',
      'mesh-canary.dev/journal': '{"phase":"returned"}',
      'example.com/foreign': 'stays',
    });
    expect(live()['spec']).not.toHaveProperty('hostnames');
    expect(weightsOf(live())).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
  });

  it('gives its rules and hosts back even where somebody changed an annotation it brought', async () => {
    const { api, cluster, live, wanted } = world();
    const { before, after } = await mergeLiveRoute(cluster, wanted, OPTIONS);
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations['konghq.com/plugins'] = 'cors, acl';
    });
    await expect(restoreRoute(cluster, before, OPTIONS, after)).rejects.toThrow('someone else changed it since');
    expect(live()['spec']).not.toHaveProperty('hostnames');
    expect(live().metadata.annotations).toHaveProperty(['konghq.com/plugins'], 'cors, acl');
  });

  it('that the API server refuses is said with its words, once', async () => {
    const { api, cluster, wanted } = world();
    api.accident = (request) =>
      request.method === 'PATCH'
        ? failed(422, 'Invalid', request, 'HTTPRoute "jazz" is invalid: spec.hostnames')
        : undefined;
    await expect(mergeLiveRoute(cluster, wanted, OPTIONS)).rejects.toThrow(
      /HTTPRoute prod\/jazz was not accepted: .*is invalid: spec.hostnames/,
    );
    expect(api.writes('httproutes')).toHaveLength(1);
  });
});
