import { describe, expect, it } from '@jest/globals';
import { encode } from '../../../../src/journal/journal.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { giveBack } from '../../../../src/rollout/back/give-back.ts';
import { istio } from '../../../../src/routes/providers/istio/index.ts';
import { readStandings, requireFound } from '../../../../src/study/standings.ts';
import { FakeApi, failed } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import {
  answer,
  deployment,
  endpoints,
  journal,
  route,
  service,
  settings,
  weightsOf,
} from '../../../support/fixtures.ts';

const dead = encode(journal({ phase: 'observing', weight: 25 }));
/** What a dead run left: 25 % of both kinds of callers go to the canary, and a lane leads there. */
const inside: KubeObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'jazz', namespace: 'prod', annotations: { 'mesh-canary.dev/journal': dead } },
  spec: {
    hosts: ['jazz'],
    http: [
      { name: 'mesh-canary-lane-canary-0', route: [{ destination: { host: 'jazz-v2' } }] },
      {
        route: [
          { destination: { host: 'jazz-v1' }, weight: 75 },
          { destination: { host: 'jazz-v2' }, weight: 25 },
        ],
      },
    ],
  },
};

function world(...routes: readonly KubeObject[]) {
  const api = new FakeApi(
    deployment('jazz-v1', { app: 'jazz' }),
    service('jazz-v1', { app: 'jazz' }),
    endpoints('jazz-v1', 1),
  );
  api.served['networking.istio.io/v1'] = { VirtualService: 'virtualservices' };
  api.served['networking.k8s.io/v1'] = { Ingress: 'ingresses' };
  for (const object of routes) api.put(object);
  const clock = new FakeClock({ auto: true });
  const cluster = api.cluster(clock);
  const given = settings({ gatewayUrl: 'http://dj.example.com' });
  const returned = async () => {
    const [standing] = requireFound(await readStandings(cluster, istio, 'prod', ['jazz']));
    const options = { cluster, settings: given, ports: { clock }, http: async () => answer('v1'), run: { id: 'me' } };
    const more = { signal: new AbortController().signal, say: () => undefined };
    return giveBack(standing!, { stable: 'jazz-v1', canary: 'jazz-v2' }, { ...options, ...more } as never);
  };
  const http = () => (api.get('VirtualService', 'jazz')['spec'] as { http: unknown[] }).http;
  return { api, returned, http };
}

const stableOnly = [{ route: [{ destination: { host: 'jazz-v1' }, weight: 10_000 }] }];

describe('a return of what a dead run left, of callers outside and inside', () => {
  it('is of both routes, and takes the lanes out of the mesh', async () => {
    const { api, returned, http } = world(inside, route({ 'jazz-v1': 7500, 'jazz-v2': 2500 }, { journal: dead }));
    expect(await returned()).toMatchObject({ written: true });
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000 });
    expect(http()).toMatchObject(stableOnly);
  });

  it('tries the one when the other cannot be written, and says so', async () => {
    const { api, returned, http } = world(inside, route({ 'jazz-v1': 7500, 'jazz-v2': 2500 }, { journal: dead }));
    api.accident = (request) =>
      request.method === 'PATCH' && request.path.includes('httproutes')
        ? failed(403, 'Forbidden', request, 'denied the request: not today')
        : undefined;
    const { written, traffic } = await returned();
    expect(written).toBe(false);
    expect(traffic).toMatch(/could NOT be returned .*not today/);
    expect(JSON.stringify(http())).toContain('"weight":10000');
  });

  it('enters a mesh by the Ingress that leads to its Service', async () => {
    const ingress: KubeObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'dj', namespace: 'prod' },
      spec: { rules: [{ http: { paths: [{ path: '/dj/jazz', backend: { service: { name: 'jazz' } } }] } }] },
    };
    const { returned, http } = world(inside, ingress);
    expect(await returned()).toMatchObject({
      written: true,
      traffic: expect.stringMatching(/all requests go to jazz-v1/),
    });
    expect(http()).toMatchObject(stableOnly);
    expect(http()).toHaveLength(1);
  });
});
