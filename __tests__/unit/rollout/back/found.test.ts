import { describe, expect, it } from '@jest/globals';
import type { HttpAnswer } from '../../../../src/http/client.ts';
import { encode } from '../../../../src/journal/journal.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { returnFound } from '../../../../src/rollout/back/found.ts';
import { pathTo } from '../../../../src/rollout/back/path.ts';
import { wayFrom } from '../../../../src/rollout/back/where-to.ts';
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

const JOURNAL = 'mesh-canary.dev/journal';
const dead = encode(journal({ phase: 'observing', weight: 25 }));
/** What a dead run left: 25 % of both kinds of callers go to the canary, and a lane leads there. */
const inside: KubeObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'jazz', namespace: 'prod', annotations: { [JOURNAL]: dead } },
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
const outside = () => route({ 'jazz-v1': 7500, 'jazz-v2': 2500 }, { journal: dead });

function world(routes: readonly KubeObject[], says: () => HttpAnswer = () => answer('v1')) {
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
  const warned: string[] = [];
  const given = settings({ gatewayUrl: 'http://dj.example.com' });
  const returned = async (signal = new AbortController().signal) => {
    const [standing] = requireFound(await readStandings(cluster, istio, 'prod', ['jazz']));
    const way = wayFrom(standing!, { stable: 'jazz-v1', canary: 'jazz-v2' }, { id: 'me' }, '2026-11-23T05:00:00.000Z');
    const path = () => pathTo(standing!, cluster, given);
    return returnFound(
      { ...way, path, moves: true },
      {
        cluster,
        settings: given,
        ports: { clock, random: () => 0.5, token: () => 'token' },
        http: async () => says(),
        signal,
        together: 1,
        say: () => undefined,
        warn: (line) => warned.push(line),
      },
    );
  };
  const http = () => (api.get('VirtualService', 'jazz')['spec'] as { http: unknown[] }).http;
  return { api, returned, http, warned };
}

const stableOnly = [{ route: [{ destination: { host: 'jazz-v1' }, weight: 10_000 }] }];

describe('a return of what a dead run left, of callers outside and inside', () => {
  it('is of both routes, proved, and takes lanes and canary out of both', async () => {
    const { api, returned, http, warned } = world([inside, outside()]);
    expect(await returned()).toMatchObject({
      written: true,
      proved: true,
      free: true,
      share: 0,
      traffic: 'jazz: all requests go to jazz-v1 again, proved: 40 requests in a row were answered by jazz-v1',
    });
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000 });
    expect(http()).toMatchObject(stableOnly);
    expect(http()).toHaveLength(1);
    expect(warned).toEqual([]);
    const noted = JSON.parse(api.get('HTTPRoute', 'jazz').metadata.annotations?.[JOURNAL] ?? '');
    expect(noted).toMatchObject({ phase: 'returned', weight: 0, run: 'me', release: 'jazz@v2' });
    expect(api.get('VirtualService', 'jazz').metadata.annotations?.[JOURNAL]).toContain('"phase":"returned"');
  });

  it('tries the one when the other cannot be written, and says so', async () => {
    const { api, returned, http } = world([inside, outside()]);
    api.accident = (request) =>
      request.method === 'PATCH' && request.path.includes('httproutes')
        ? failed(403, 'Forbidden', request, 'denied the request: not today')
        : undefined;
    const { written, free, traffic } = await returned();
    expect({ written, free }).toEqual({ written: false, free: false });
    expect(traffic).toMatch(/could NOT be returned .*not today.*give jazz-v1 all the weight/);
    expect(JSON.stringify(http())).toContain('"weight":10000');
  });

  it('enters a mesh by the Ingress that leads to its Service', async () => {
    const ingress: KubeObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'dj', namespace: 'prod' },
      spec: { rules: [{ http: { paths: [{ path: '/dj/jazz', backend: { service: { name: 'jazz' } } }] } }] },
    };
    const { returned, http } = world([inside, ingress]);
    expect(await returned()).toMatchObject({
      written: true,
      traffic: expect.stringMatching(/all requests go to jazz-v1/),
    });
    expect(http()).toMatchObject(stableOnly);
    expect(http()).toHaveLength(1);
  });

  it('goes nowhere while stable has no pods to serve, and says what is missing', async () => {
    const { api, returned } = world([outside()]);
    api.remove('Service', 'jazz-v1');
    const { written, traffic } = await returned();
    expect(written).toBe(false);
    expect(traffic).toMatch(/could NOT be returned \(Service prod\/jazz-v1 does not exist any more/);
    expect(api.writes('httproutes')).toEqual([]);
  });

  it('claims no proof where the canary goes on answering', async () => {
    let n = 0;
    const { returned } = world([outside()], () => answer(n++ % 20 === 0 ? 'v2' : 'v1'));
    const { written, proved, free, traffic } = await returned();
    expect({ written, proved, free }).toEqual({ written: true, proved: false, free: false });
    expect(traffic).toMatch(
      /the route sends all requests to jazz-v1, NOT proved on the public path: of \d+ requests since, 0 failed and [1-9]\d* were answered by jazz-v2$/,
    );
  });

  it('says so where nothing leads to the public path', async () => {
    const { returned } = world([inside]);
    const { written, proved, free, traffic } = await returned();
    expect({ written, proved, free }).toEqual({ written: true, proved: false, free: false });
    expect(traffic).toMatch(
      /the route sends all requests to jazz-v1, NOT proved: nothing leads to the Service prod\/jazz/,
    );
  });

  it('says where the traffic is when the run is stopped before the proof', async () => {
    const stop = new AbortController();
    const { returned } = world([outside()], () => {
      stop.abort(new Error('the run was cancelled'));
      return answer('v1');
    });
    expect(await returned(stop.signal)).toMatchObject({
      written: true,
      proved: false,
      free: false,
      traffic: 'jazz: the route sends all requests to jazz-v1, but: the run was cancelled',
    });
  });

  it('leaves rules that are somebody’s own, and names what they send to', async () => {
    const both = outside();
    const { rules } = both['spec'] as { rules: { backendRefs: { name: string; weight: number }[] }[] };
    rules.push(structuredClone(rules[0]!));
    rules[1]!.backendRefs = [{ ...rules[1]!.backendRefs[0]!, name: 'jazz-v9' }];
    const { api, returned } = world([both]);
    const { traffic } = await returned();
    expect(traffic).toMatch(/; rules that send to jazz-v9 alone are somebody's own and were left$/);
    expect(weightsOf(api.get('HTTPRoute', 'jazz'), 1)).toEqual({ 'jazz-v9': 7500 });
  });
});
