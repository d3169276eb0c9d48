import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { detectProvider, unitsOf } from '../../../src/routes/choose.ts';
import { chooseProvider, journalOf, providerFor, providers } from '../../../src/routes/index.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';
import { istio } from '../../../src/routes/providers/istio/index.ts';
import { RouteError } from '../../../src/routes/types.ts';
import { backendOf, fixture, named } from './fixtures.ts';

describe('providers', () => {
  it('are found by their own names', () => {
    for (const provider of providers) expect(providerFor(provider.facts.name)).toBe(provider);
  });

  it('lists the valid names for an unknown one', () => {
    expect(() => providerFor('linkerd')).toThrow(
      `There is no mesh provider "linkerd". Valid: auto, ${providers.map(({ facts }) => facts.name).join(', ')}.`,
    );
  });

  it('auto takes the one whose routes are served', () => {
    const served = (apiVersion: string, kind: string) =>
      apiVersion === 'gateway.networking.k8s.io/v1' && kind === 'HTTPRoute';
    expect(chooseProvider('auto', served).facts.name).toBe('gateway-api');
    expect(chooseProvider('gateway-api', served).facts.name).toBe('gateway-api');
    expect(chooseProvider('auto', (_, kind) => kind === 'VirtualService').facts.name).toBe('istio');
  });

  it('says which kind is missing when nothing is served', () => {
    expect(() => chooseProvider('auto', () => false)).toThrow(
      /does not serve HTTPRoute of gateway.networking.k8s.io\/v1/,
    );
    expect(() => chooseProvider('kuma', () => false)).toThrow(/does not serve MeshHTTPRoute of kuma.io\/v1alpha1/);
    expect(() => chooseProvider('linkerd', () => true)).toThrow(/Valid: auto, gateway-api/);
  });

  it('reads the journal as it stands on the route', () => {
    expect(journalOf(fixture('split.yaml'))).toBe('{"version":1,"run":"run-1"}');
    expect(journalOf(fixture('bare.yaml'))).toBeUndefined();
  });
});

const jazz = { service: 'jazz', isBackend: backendOf('jazz') };
const gamma = (name: string) => named('gamma.yaml', 'gateway-api', name);
const virtualService = fixture('dj.yaml', 'istio');
const meshRoute = fixture('dj.yaml', 'kuma');
const router = fixture('dj.yaml', 'app-mesh');
const detect = (objects: readonly KubeObject[], mesh = 'auto', served = true) =>
  detectProvider(mesh, [jazz], objects, () => served);

describe('mesh: auto', () => {
  it.each([
    ['gateway-api', fixture('dj.yaml'), 'HTTPRoute prod/dj sends to jazz-v1'],
    ['istio', virtualService, 'VirtualService prod/dj sends to jazz-v1'],
    ['kuma', meshRoute, 'MeshHTTPRoute prod/dj sends to jazz-v1'],
  ])('finds %s from its object, and says why', (name, object, why) => {
    const choice = detect([object, router]);
    expect(choice.provider.facts.name).toBe(name);
    expect(choice.why).toBe(why);
  });

  it('sees past a route that only leads to where another one splits', () => {
    expect(detect([gamma('jazz-through'), virtualService]).provider.facts.name).toBe('istio');
  });

  it('names both when two kinds split, and what each choice would mean', () => {
    expect(() => detect([gamma('jazz-outside'), virtualService])).toThrow(
      /HTTPRoute prod\/jazz-outside sends to jazz-v1 and jazz-v2 \(mesh: gateway-api\), and VirtualService prod\/dj sends to jazz-v1 \(mesh: istio\)/,
    );
    expect(() => detect([virtualService, meshRoute])).toThrow(/\(mesh: istio\), and .* \(mesh: kuma\)\. Name one/);
  });

  it('never picks App Mesh, and says how to go on', () => {
    expect(() => detect([router])).toThrow(RouteError);
    expect(() => detect([router])).toThrow(
      /VirtualRouter prod\/dj-router sends to jazz-v1.*2026-09-30.*mesh: app-mesh/,
    );
    expect(detect([router], 'app-mesh').provider.facts.name).toBe('app-mesh');
  });

  it('takes what the cluster serves where no route sends to the service yet', () => {
    const choice = detect([]);
    expect(choice.provider.facts.name).toBe('gateway-api');
    expect(choice.why).toBe('no route sends to jazz yet, and the cluster serves HTTPRoute');
    expect(() => detect([], 'auto', false)).toThrow(/does not serve/);
  });

  it('is not hindered by two routes of one kind', () => {
    expect(detect([fixture('dj.yaml'), fixture('split.yaml')]).provider.facts.name).toBe('gateway-api');
  });

  it('gives way to a name', () => {
    expect(detect([virtualService], 'kuma')).toMatchObject({
      provider: providerFor('kuma'),
      why: 'the input mesh names kuma',
    });
  });
});

describe('the units of a service', () => {
  const units = (provider = gatewayApi, ...objects: KubeObject[]) =>
    unitsOf(provider, objects, jazz).map(
      ({ provider: { facts }, route }) => `${facts.name} ${route.object.metadata.name} ${route.entrance}`,
    );

  it('are the route for callers from outside and the one for callers inside, in this order', () => {
    expect(units(gatewayApi, gamma('jazz-inside'), gamma('jazz-outside'))).toEqual([
      'gateway-api jazz-outside outside',
      'gateway-api jazz-inside inside',
    ]);
  });

  it('are one where Kong only leads to the mesh', () => {
    expect(units(gatewayApi, gamma('jazz-inside'), gamma('jazz-through'))).toEqual(['gateway-api jazz-inside inside']);
    expect(units(istio, gamma('jazz-through'), virtualService)).toEqual(['istio dj inside']);
  });

  it('are Kong’s HTTPRoute and the route of the mesh where both split', () => {
    expect(units(istio, virtualService, gamma('jazz-outside'))).toEqual([
      'gateway-api jazz-outside outside',
      'istio dj inside',
    ]);
  });

  it('are one where one object splits both', () => {
    expect(units(gatewayApi, gamma('jazz-both'))).toEqual(['gateway-api jazz-both both']);
  });

  it('are an error where two split the same callers, and where there is none', () => {
    expect(() => units(gatewayApi, gamma('jazz-both'), gamma('jazz-inside'))).toThrow(/2 HTTPRoutes send to jazz/);
    expect(() => units(istio)).toThrow(/There is no VirtualService here/);
  });
});

describe('a Service as parent', () => {
  const route = (name: string) => gatewayApi.weights.find([gamma(name)], 'jazz', backendOf('jazz'));
  const backends = { stable: 'jazz-v1', canary: 'jazz-v2' };

  it('is split by proxies, so the number of pods does not matter', () => {
    const inside = gatewayApi.weights.read(route('jazz-inside'));
    const outside = gatewayApi.weights.read(route('jazz-outside'));
    const pods = { 'jazz-v1': 3, 'jazz-v2': 7 };
    expect(gatewayApi.weights.effectiveShare(inside, backends, pods)).toBe(1);
    expect(gatewayApi.weights.effectiveShare(outside, backends, pods)).toBeCloseTo((100 * 98) / (9900 + 98), 10);
  });

  it('is kept for the lanes', () => {
    const lanes = gatewayApi.lanes.open(route('jazz-inside'), backends, { stable: 's', canary: 'c' }, {});
    const [lane] = 'objects' in lanes ? lanes.objects : [];
    expect(lane?.['spec']).toMatchObject({ parentRefs: [{ group: '', kind: 'Service', name: 'jazz', port: 9080 }] });
  });
});
