/** An old version that others still send to: whoever they are and wherever, it stays, and they are named. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiError } from '../../../../src/cluster/connection/transport.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { field, nameOf } from '../../../../src/kube/objects.ts';
import { aRelease, type Ended, goesOn } from '../../../support/release.ts';
import type { World } from '../../../support/stage.ts';

const GATEWAY = 'gateway.networking.k8s.io';
const SERVED = {
  [`${GATEWAY}/v1`]: {
    HTTPRoute: 'httproutes',
    GRPCRoute: 'grpcroutes',
    Gateway: 'gateways',
    GatewayClass: 'gatewayclasses',
  },
  [`${GATEWAY}/v1alpha2`]: { TCPRoute: 'tcproutes', TLSRoute: 'tlsroutes', UDPRoute: 'udproutes' },
  [`${GATEWAY}/v1beta1`]: { ReferenceGrant: 'referencegrants' },
  'networking.istio.io/v1': { VirtualService: 'virtualservices' },
  'projectcontour.io/v1': { HTTPProxy: 'httpproxies' },
  'traefik.io/v1alpha1': { TraefikService: 'traefikservices' },
  'example.com/v1': { Way: 'ways' },
  'keda.sh/v1alpha1': { ScaledObject: 'scaledobjects' },
  'policy/v1': { PodDisruptionBudget: 'poddisruptionbudgets' },
};

const make = (apiVersion: string, kind: string, spec: object, namespace: string): KubeObject =>
  ({ apiVersion, kind, metadata: { name: 'other', namespace }, spec }) as KubeObject;
const to = { name: 'jazz-v1', namespace: 'prod', port: 80 };
const routed = (kind: string, version = 'v1') =>
  make(
    `${GATEWAY}/${version}`,
    kind,
    {
      parentRefs: [{ name: 'kong', namespace: 'kong' }],
      hostnames: ['other.example.com'],
      rules: [{ backendRefs: [to] }],
    },
    'elsewhere',
  );
const grant = (kind: string): KubeObject => ({
  apiVersion: `${GATEWAY}/v1beta1`,
  kind: 'ReferenceGrant',
  metadata: { name: `lets-${kind.toLowerCase()}`, namespace: 'prod' },
  spec: { from: [{ group: GATEWAY, kind, namespace: 'elsewhere' }], to: [{ group: '', kind: 'Service' }] },
});

/** Who may send to jazz-v1, and what lets them. */
const OTHERS: Readonly<Record<string, readonly [KubeObject, ...KubeObject[]]>> = {
  'an HTTPRoute of another namespace': [routed('HTTPRoute'), grant('HTTPRoute')],
  'a GRPCRoute of another namespace': [routed('GRPCRoute'), grant('GRPCRoute')],
  'a TLSRoute of another namespace': [routed('TLSRoute', 'v1alpha2'), grant('TLSRoute')],
  'a TCPRoute of another namespace': [routed('TCPRoute', 'v1alpha2'), grant('TCPRoute')],
  'a UDPRoute of another namespace': [routed('UDPRoute', 'v1alpha2'), grant('UDPRoute')],
  'a VirtualService of another namespace': [
    make(
      'networking.istio.io/v1',
      'VirtualService',
      { http: [{ route: [{ destination: { host: 'jazz-v1.prod.svc.cluster.local' } }] }] },
      'elsewhere',
    ),
  ],
  'a TraefikService of another namespace': [
    make('traefik.io/v1alpha1', 'TraefikService', { weighted: { services: [{ ...to, weight: 1 }] } }, 'elsewhere'),
  ],
  'an HTTPProxy': [make('projectcontour.io/v1', 'HTTPProxy', { routes: [{ services: [to] }] }, 'prod')],
  'a route of a vendor nobody heard of': [
    make('example.com/v1', 'Way', { to: [{ deep: { backendRefs: [to] } }] }, 'elsewhere'),
  ],
  'an Ingress': [
    make(
      'networking.k8s.io/v1',
      'Ingress',
      { rules: [{ http: { paths: [{ path: '/old', backend: { service: to } }] } }] },
      'prod',
    ),
  ],
  'an ExternalName Service of another namespace': [
    make('v1', 'Service', { type: 'ExternalName', externalName: 'jazz-v1.prod.svc.cluster.local' }, 'elsewhere'),
  ],
  'a Service that selects its pods': [make('v1', 'Service', { selector: { app: 'jazz', version: 'v1' } }, 'prod')],
  'a ScaledObject that works off a queue': [
    make(
      'keda.sh/v1alpha1',
      'ScaledObject',
      { scaleTargetRef: { name: 'jazz-v1' }, triggers: [{ type: 'kafka' }] },
      'prod',
    ),
  ],
};

async function released(retire: 'scale-down' | 'delete', objects: readonly KubeObject[]): Promise<Ended> {
  return aRelease({
    settings: { retire },
    with: ({ api }) => {
      Object.assign(api.served, SERVED);
      for (const object of objects) api.put(object);
    },
  });
}

const pods = ({ api }: World) => field(api.find('Deployment', 'jazz-v1'), 'spec', 'replicas');
const listsOf =
  (world: World, plural: string) =>
  (error: ApiError, inProd = false) => {
    const { api } = world;
    const before = api.accident;
    api.accident = (request) =>
      request.method === 'GET' &&
      new RegExp(`/${plural}(\\?|$)`).test(request.path) &&
      (inProd || !request.path.includes('/namespaces/'))
        ? error
        : before(request);
  };
const forbidden = new ApiError(403, 'Forbidden', 'the job may not list that');

describe('an old version that others send to', () => {
  describe.each(['scale-down', 'delete'] as const)('by %s', (retire) => {
    it.each(Object.entries(OTHERS))('stays for %s, in the route and with all its pods', async (_, objects) => {
      const { outcome, world, timeline } = await released(retire, objects);
      expect(outcome.reason).toMatch(/^jazz-v2 passed/);
      expect(outcome).toMatchObject({ result: 'promoted', weight: 100 });
      expect(timeline.slice(timeline.indexOf('== Retire') + 1)).toEqual([]);
      expect(pods(world)).toBe(2);
      expect(world.api.find('Service', 'jazz-v1')).toBeDefined();
      const sentence = `jazz-v1 was kept, not ${retire === 'delete' ? 'deleted' : 'scaled to 0'}: ${nameOf(objects[0])} `;
      expect(outcome.reason).toContain(sentence);
      expect(outcome.warnings.join()).toContain(sentence);
    });
  });

  it.each<[string, readonly KubeObject[]]>([
    ['a route that no grant lets in', [routed('GRPCRoute')]],
    ['a grant that nobody uses', [grant('HTTPRoute')]],
    [
      'a route to another version',
      [make('example.com/v1', 'Way', { backendRefs: [{ ...to, name: 'jazz-v2' }] }, 'prod')],
    ],
    ['a Service that has the new pods, too', [make('v1', 'Service', { selector: { app: 'jazz' } }, 'prod')]],
  ])('goes in spite of %s', async (_, objects) => {
    const { world, outcome } = await released('delete', objects);
    expect(world.api.find('Deployment', 'jazz-v1')).toBeUndefined();
    expect(outcome.warnings).toEqual([]);
  });

  it('goes with the next run once they have been moved', async () => {
    const { world } = await released('delete', OTHERS['an Ingress'] ?? []);
    const still = await goesOn(world, { settings: { retire: 'delete' } });
    expect(still.outcome).toMatchObject({ result: 'nothing-to-do' });
    expect(still.outcome.reason).toMatch(/jazz-v1 was kept, not deleted: Ingress prod\/other/);
    world.api.remove('Ingress', 'other');
    const { outcome, writes } = await goesOn(world, { settings: { retire: 'delete' } });
    expect(writes).toEqual([
      'PATCH httproutes/jazz: v2 100 %, promoted',
      'DELETE services/jazz-v1',
      'DELETE deployments/jazz-v1',
    ]);
    expect(outcome).toMatchObject({ result: 'nothing-to-do', warnings: [] });
  });

  it("stays for a part of the route itself that is not the release's to write", async () => {
    const { world, outcome } = await aRelease({
      settings: { retire: 'delete' },
      at: {
        Retire: ({ api }) => {
          api.edit('HTTPRoute', 'jazz', ({ spec }) => {
            const backendRef = { name: 'jazz-v1', port: 80 };
            spec.rules[0].filters = [{ type: 'RequestMirror', requestMirror: { backendRef } }];
          });
        },
      },
    });
    expect(pods(world)).toBe(2);
    expect(outcome.reason).toMatch(/HTTPRoute prod\/jazz \(spec\.rules\[0\]\.filters\[0\]\.requestMirror\.backendRef/);
  });

  it('of a generated world stays exactly when anybody sends to it, and then all are named', async () => {
    const some = fc.subarray(Object.keys(OTHERS), { minLength: 0, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(some, fc.constantFrom('scale-down' as const, 'delete' as const), async (chosen, retire) => {
        const objects = chosen.flatMap((name) => OTHERS[name] ?? []);
        const { world, outcome } = await released(retire, objects);
        const senders = chosen.map((name) => OTHERS[name]?.[0]).filter((one) => one !== undefined);
        const unnamed = senders.filter((one) => !outcome.reason.includes(`${nameOf(one)} (`));
        expect({ unnamed: unnamed.map(nameOf), pods: pods(world) }).toEqual({
          unnamed: [],
          pods: senders.length > 0 ? 2 : retire === 'delete' ? undefined : 0,
        });
      }),
      { numRuns: 8 },
    );
  });
});

describe('an old version of which not everything may be looked at', () => {
  const unseen = (plural: string, retire: 'scale-down' | 'delete', more: readonly KubeObject[] = [], inProd = false) =>
    aRelease({
      settings: { retire },
      with: (world) => {
        Object.assign(world.api.served, SERVED);
        for (const object of more) world.api.put(object);
      },
      at: { Retire: (world) => listsOf(world, plural)(forbidden, inProd) },
    });

  it.each<[string, string, 'scale-down' | 'delete']>([
    ['Services of other namespaces', 'services', 'delete'],
    ['VirtualServices of other namespaces', 'virtualservices', 'delete'],
    ['VirtualServices of other namespaces', 'virtualservices', 'scale-down'],
    ["a vendor's kind that may name a Service", 'ways', 'delete'],
  ])('stays where %s are hidden (%s, %s), and it is said', async (_, plural, retire) => {
    const { outcome, world } = await unseen(plural, retire);
    expect(pods(world)).toBe(2);
    expect(outcome.reason).toMatch(
      /was kept.* is not known, because \w+.* of other namespaces could not be looked at \(the job may not/,
    );
  });

  it('is scaled down where only Services of other namespaces are hidden, and no more is said than was seen', async () => {
    const { world, lines } = await unseen('services', 'scale-down');
    expect(pods(world)).toBe(0);
    expect(lines).toContain('jazz-v1 was scaled to 0; Service of other namespaces could not be looked at');
  });

  it('goes where routes are hidden that no grant would let in, and stays where one would', async () => {
    const gone = await unseen('httproutes', 'delete');
    expect(pods(gone.world)).toBeUndefined();
    const kept = await unseen('httproutes', 'delete', [grant('HTTPRoute')]);
    expect(kept.outcome.reason).toMatch(/HTTPRoute \(gateway.networking.k8s.io\) of other namespaces could not/);
    expect(pods(kept.world)).toBe(2);
  });

  it('stays where the grants are hidden', async () => {
    const { world } = await unseen('referencegrants', 'scale-down', [], true);
    expect(pods(world)).toBe(2);
  });

  it('stays where the API server does not say which kinds there are', async () => {
    const { world, outcome } = await aRelease({
      settings: { retire: 'delete' },
      at: {
        Retire: ({ api }) => {
          api.accident = ({ path }) =>
            path === '/apis' ? new ApiError(500, 'InternalError', 'etcd is away') : undefined;
        },
      },
    });
    expect(pods(world)).toBe(2);
    expect(outcome.reason).toMatch(/because every kind could not be looked at \(etcd is away\)/);
  });

  it('stays where the looking takes too long', async () => {
    const { world, outcome } = await aRelease({
      settings: { retire: 'delete' },
      at: {
        Retire: ({ api }) => {
          api.accident = ({ path }) =>
            /\/ingresses\?/.test(path) ? new ApiError(503, 'ServiceUnavailable', 'too many requests') : undefined;
        },
      },
    });
    expect(pods(world)).toBe(2);
    expect(outcome.reason).toMatch(/Ingress \(networking.k8s.io\) could not be looked at/);
  });
});
