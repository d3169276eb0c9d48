import { describe, expect, it } from '@jest/globals';
import type { Journal } from '../../../../src/journal/journal.ts';
import { encode } from '../../../../src/journal/journal.ts';
import { repairDeadRuns } from '../../../../src/rollout/back/repair.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { locate } from '../../../../src/services/locate.ts';
import { planService } from '../../../../src/study/service-plan.ts';
import { FakeApi } from '../../../support/fake-api.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { endpoints, journal, route, settings, version, weightsOf } from '../../../support/fixtures.ts';
import { controlledByKong, GatewayByWeights } from '../../../support/gateway-by-weights.ts';

const JOURNAL = 'mesh-canary.dev/journal';
const SERVICES = ['jazz', 'metal'];

/** Services whose release of v2 died, and a release of another version that comes next. */
function world(dead: Readonly<Record<string, Partial<Journal>>>, next = 'v3') {
  const api = new FakeApi();
  controlledByKong(api);
  for (const [service, more] of Object.entries(dead)) {
    const backends = { stable: `${service}-v1`, canary: `${service}-v2` };
    const noted = journal({
      service,
      backends,
      run: 'run-dead',
      release: 'jazz,metal@v2',
      phase: 'observing',
      ...more,
    });
    const share = 100 * noted.weight;
    const weights = { [`${service}-v1`]: 10_000 - share, [`${service}-v2`]: share };
    api.put(route(weights, { name: service, paths: [`/dj/${service}`], journal: encode(noted) }));
    for (const label of ['v1', 'v2', next]) {
      for (const object of version(service, label)) api.put(object);
      api.put(endpoints(`${service}-${label}`, 1));
    }
  }
  const clock = new FakeClock({ auto: true });
  const gateway = new GatewayByWeights(api, { clock });
  const given = settings({ services: Object.keys(dead), version: next, gatewayUrl: 'http://dj.example.com' });
  const warned: string[] = [];
  const repaired = async () => {
    const live = ['HTTPRoute', 'Deployment', 'Service', 'EndpointSlice'].flatMap((kind) => every(api, kind));
    const plans = Object.keys(dead).map((service) => {
      const look = { services: given.services, providers: [gatewayApi], objects: [live, []] } as const;
      return planService(locate(service, look), given, live, []);
    });
    return repairDeadRuns(
      plans,
      { id: 'me' },
      {
        cluster: api.cluster(clock),
        settings: given,
        ports: { clock, random: () => 0.5, token: () => 'token' },
        http: gateway.http,
        signal: new AbortController().signal,
        say: () => undefined,
        warn: (line) => warned.push(line),
      },
    );
  };
  return { api, gateway, repaired, warned };
}

function every(api: FakeApi, kind: string) {
  const names = SERVICES.flatMap((service) => [service, ...['v1', 'v2', 'v3'].map((label) => `${service}-${label}`)]);
  const suffix = kind === 'EndpointSlice' ? '-abc' : '';
  return names.flatMap((name) => api.find(kind, name + suffix) ?? []);
}

describe('what a dead run left, before the next release', () => {
  it('is returned, proved on the public path, and the canary is taken out', async () => {
    const { api, repaired, warned, gateway } = world({ jazz: { weight: 25 } });
    expect(await repaired()).toMatchObject([
      {
        service: 'jazz',
        written: true,
        proved: true,
        sentence:
          'jazz: run run-dead died observing at 25 %; its traffic was returned to jazz-v1 first: all requests go to jazz-v1 again, proved: 40 requests in a row were answered by jazz-v1',
      },
    ]);
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000 });
    expect(JSON.parse(api.get('HTTPRoute', 'jazz').metadata.annotations?.[JOURNAL] ?? '')).toMatchObject({
      run: 'me',
      phase: 'returned',
      weight: 0,
    });
    expect(gateway.asked.length).toBeGreaterThanOrEqual(40);
    expect(warned).toEqual([]);
  });

  it('keeps the canary in the route that the next release attaches again', async () => {
    const { api, repaired } = world({ jazz: { weight: 25, phase: 'returning' } }, 'v2');
    expect(await repaired()).toMatchObject([{ written: true, proved: true }]);
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000, 'jazz-v2': 0 });
  });

  it('is of every service whose run died, and of no other', async () => {
    const { api, repaired } = world({ jazz: { weight: 25 }, metal: { weight: 0, phase: 'returned' } });
    const before = api.get('HTTPRoute', 'metal');
    expect((await repaired()).map(({ service }) => service)).toEqual(['jazz']);
    expect(api.get('HTTPRoute', 'metal')).toEqual(before);
  });

  it('waits for stable, and moves nothing where it cannot serve: the next release ends there', async () => {
    const { api, repaired } = world({ jazz: { weight: 25 }, metal: { weight: 25 } });
    const plans = repaired();
    api.remove('Service', 'jazz-v1');
    const [jazz, metal] = await plans;
    expect(jazz).toMatchObject({ written: false, free: false });
    expect(jazz?.sentence).toMatch(
      /^jazz: run run-dead died observing at 25 %, and the weight could NOT be returned \(Service prod\/jazz-v1 does not exist any more/,
    );
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 7500, 'jazz-v2': 2500 });
    expect(metal).toMatchObject({ written: true, proved: true });
  });

  it('asks nothing of stable where no weight moves: the release may be what heals it', async () => {
    const { api, repaired } = world({ jazz: { weight: 0, phase: 'attached' } });
    api.put(endpoints('jazz-v1', 0));
    expect(await repaired()).toMatchObject([{ written: true }]);
    expect(weightsOf(api.get('HTTPRoute', 'jazz'))).toEqual({ 'jazz-v1': 10_000 });
  });

  it('is not sent where its journal should never have led', async () => {
    const { api, repaired } = world({ jazz: { weight: 25 } });
    const foreign = encode(
      journal({ phase: 'observing', weight: 25, backends: { stable: 'jazz-v1', canary: 'other-v2' } }),
    );
    api.edit('HTTPRoute', 'jazz', ({ metadata }) => {
      metadata.annotations[JOURNAL] = foreign;
    });
    const [jazz] = await repaired();
    expect(jazz).toMatchObject({ written: false });
    expect(jazz?.sentence).toMatch(/its traffic is not returned: .*it names other-v2, which is not a version of jazz/);
    expect(api.writes('httproutes')).toEqual([]);
  });
});
