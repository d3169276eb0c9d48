import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { nameOf } from '../../../src/kube/objects.ts';
import { mayHide, referrersOf } from '../../../src/services/referrers.ts';

const make = (apiVersion: string, kind: string, name: string, body: object, namespace = 'shop'): KubeObject =>
  ({ apiVersion, kind, metadata: { name, namespace }, ...body }) as KubeObject;
const spec = (apiVersion: string, kind: string, value: object, namespace = 'shop') =>
  make(apiVersion, kind, 'other', { spec: value }, namespace);
const target = {
  namespace: 'shop',
  name: 'orders-v1',
  deployment: 'orders-v1',
  podLabels: { app: 'orders', version: 'v1' },
};
const gateway = 'gateway.networking.k8s.io/v1';
const backends = (ref: object = {}) => ({ rules: [{ backendRefs: [{ name: 'orders-v1', port: 80, ...ref }] }] });
const found = (objects: readonly KubeObject[]) => referrersOf(target, objects).map(({ ref }) => nameOf(ref));

describe('who sends to a Service', () => {
  it.each<[string, KubeObject]>([
    [
      'an Ingress by a path',
      spec('networking.k8s.io/v1', 'Ingress', {
        rules: [{ http: { paths: [{ backend: { service: { name: 'orders-v1' } } }] } }],
      }),
    ],
    [
      'an Ingress by its default',
      spec('networking.k8s.io/v1', 'Ingress', { defaultBackend: { service: { name: 'orders-v1' } } }),
    ],
    [
      'an Ingress of the old API',
      spec('extensions/v1beta1', 'Ingress', { backend: { serviceName: 'orders-v1', servicePort: 80 } }),
    ],
    ['an HTTPRoute', spec(gateway, 'HTTPRoute', backends())],
    ['an HTTPRoute whose weight is 0', spec(gateway, 'HTTPRoute', backends({ weight: 0 }))],
    [
      'an HTTPRoute that mirrors',
      spec(gateway, 'HTTPRoute', {
        rules: [{ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'orders-v1' } } }] }],
      }),
    ],
    [
      'an HTTPRoute that splits what goes to it',
      spec(gateway, 'HTTPRoute', { parentRefs: [{ group: '', kind: 'Service', name: 'orders-v1' }] }),
    ],
    ['a GRPCRoute', spec(gateway, 'GRPCRoute', backends())],
    ['a TLSRoute', spec('gateway.networking.k8s.io/v1alpha2', 'TLSRoute', backends())],
    ['a TCPRoute', spec('gateway.networking.k8s.io/v1alpha2', 'TCPRoute', backends())],
    ['a UDPRoute', spec('gateway.networking.k8s.io/v1alpha2', 'UDPRoute', backends())],
    [
      'a VirtualService by a short host',
      spec('networking.istio.io/v1', 'VirtualService', { http: [{ route: [{ destination: { host: 'orders-v1' } }] }] }),
    ],
    [
      'a VirtualService of another namespace',
      spec(
        'networking.istio.io/v1',
        'VirtualService',
        { tcp: [{ route: [{ destination: { host: 'orders-v1.shop.svc.cluster.local' } }] }] },
        'other',
      ),
    ],
    [
      'a VirtualService that mirrors',
      spec('networking.istio.io/v1', 'VirtualService', { http: [{ mirror: { host: 'orders-v1.shop' } }] }),
    ],
    ['a DestinationRule', spec('networking.istio.io/v1', 'DestinationRule', { host: 'orders-v1' })],
    [
      "Contour's HTTPProxy",
      spec('projectcontour.io/v1', 'HTTPProxy', { routes: [{ services: [{ name: 'orders-v1', port: 80 }] }] }),
    ],
    [
      "Traefik's IngressRoute",
      spec('traefik.io/v1alpha1', 'IngressRoute', { routes: [{ services: [{ name: 'orders-v1', port: 80 }] }] }),
    ],
    [
      "Traefik's IngressRoute of another namespace",
      spec(
        'traefik.io/v1alpha1',
        'IngressRoute',
        { routes: [{ services: [{ kind: 'Service', name: 'orders-v1', namespace: 'shop' }] }] },
        'other',
      ),
    ],
    [
      'a TraefikService',
      spec('traefik.io/v1alpha1', 'TraefikService', { weighted: { services: [{ name: 'orders-v1', weight: 1 }] } }),
    ],
    [
      'a TraefikService that mirrors',
      spec('traefik.io/v1alpha1', 'TraefikService', {
        mirroring: { name: 'x', mirrors: [{ name: 'orders-v1', percent: 10 }] },
      }),
    ],
    [
      'a MeshHTTPRoute by labels',
      spec(
        'kuma.io/v1alpha1',
        'MeshHTTPRoute',
        {
          to: [
            {
              rules: [
                {
                  default: {
                    backendRefs: [
                      {
                        kind: 'MeshService',
                        labels: { 'kuma.io/display-name': 'orders-v1', 'k8s.kuma.io/namespace': 'shop' },
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
        'kuma-system',
      ),
    ],
    [
      'a MeshHTTPRoute by name',
      spec(
        'kuma.io/v1alpha1',
        'MeshHTTPRoute',
        { to: [{ rules: [{ default: { backendRefs: [{ kind: 'MeshService', name: 'orders-v1_shop_svc_80' }] } }] }] },
        'kuma-system',
      ),
    ],
    [
      'a VirtualNode by DNS',
      spec(
        'appmesh.k8s.aws/v1beta2',
        'VirtualNode',
        { serviceDiscovery: { dns: { hostname: 'orders-v1.shop.svc.cluster.local' } } },
        'other',
      ),
    ],
    [
      'a VirtualNode by its pods',
      spec('appmesh.k8s.aws/v1beta2', 'VirtualNode', { podSelector: { matchLabels: { app: 'orders' } } }),
    ],
    ['a ScaledObject', spec('keda.sh/v1alpha1', 'ScaledObject', { scaleTargetRef: { name: 'orders-v1' } })],
    [
      'a Mapping of Emissary',
      spec('getambassador.io/v3alpha1', 'Mapping', { prefix: '/o', service: 'http://orders-v1.shop:80' }, 'other'),
    ],
    [
      'an ApisixRoute',
      spec('apisix.apache.org/v2', 'ApisixRoute', {
        http: [{ backends: [{ serviceName: 'orders-v1', servicePort: 80 }] }],
      }),
    ],
    [
      'an Upstream of Gloo',
      spec(
        'gloo.solo.io/v1',
        'Upstream',
        { kube: { serviceName: 'orders-v1', serviceNamespace: 'shop', servicePort: 80 } },
        'gloo-system',
      ),
    ],
    [
      'a VirtualServer of NGINX',
      spec('k8s.nginx.org/v1', 'VirtualServer', { upstreams: [{ name: 'o', service: 'orders-v1', port: 80 }] }),
    ],
    [
      'a vendor nobody heard of',
      spec('routes.example.com/v1', 'Way', { to: [{ deep: { backendRefs: [{ name: 'orders-v1' }] } }] }),
    ],
    [
      'a webhook',
      spec(
        'admissionregistration.k8s.io/v1',
        'ValidatingWebhookConfiguration',
        { clientConfig: { service: { name: 'orders-v1', namespace: 'shop' } } },
        'x',
      ),
    ],
    ['another Service that selects its pods', spec('v1', 'Service', { selector: { app: 'orders' } })],
    [
      'an ExternalName Service',
      spec('v1', 'Service', { type: 'ExternalName', externalName: 'orders-v1.shop.svc.cluster.local' }, 'other'),
    ],
  ])('%s', (_, object) => {
    const [only, ...others] = referrersOf(target, [object]);
    expect(others).toEqual([]);
    expect(only?.ref).toMatchObject({ kind: object.kind, name: 'other' });
    expect(only?.why).toMatch(/^(spec\.|scales Deployment|its selector|is an ExternalName)/);
  });

  it.each<[string, KubeObject]>([
    ['a route to another version', spec(gateway, 'HTTPRoute', { rules: [{ backendRefs: [{ name: 'orders-v2' }] }] })],
    ['a route to a Service of that name elsewhere', spec(gateway, 'HTTPRoute', backends({ namespace: 'other' }))],
    ['a route of another namespace to its own', spec(gateway, 'HTTPRoute', backends(), 'other')],
    [
      'a route of another namespace without a grant',
      spec(gateway, 'HTTPRoute', backends({ namespace: 'shop' }), 'other'),
    ],
    ['a Service of other pods', spec('v1', 'Service', { selector: { app: 'orders', version: 'v2' } })],
    ['a Service of another namespace', spec('v1', 'Service', { selector: { app: 'orders' } }, 'other')],
    [
      'a host outside of the cluster',
      spec('networking.istio.io/v1', 'VirtualService', {
        http: [{ route: [{ destination: { host: 'orders-v1.example.com' } }] }],
      }),
    ],
    [
      'a Deployment',
      spec('apps/v1', 'Deployment', {
        template: { spec: { containers: [{ env: [{ name: 'URL', value: 'http://orders-v1' }] }] } },
      }),
    ],
    [
      'a policy attached to it',
      spec('policy.example.com/v1', 'TimeoutPolicy', { targetRef: { kind: 'Service', name: 'orders-v1' } }),
    ],
    [
      'the same name of another kind',
      spec('traefik.io/v1alpha1', 'IngressRoute', {
        routes: [{ services: [{ kind: 'TraefikService', name: 'orders-v1' }] }],
      }),
    ],
  ])('is not %s', (_, object) => {
    expect(found([object])).toEqual([]);
  });

  it('is a route of another namespace that a ReferenceGrant lets in, or all where grants are not known', () => {
    const route = spec(gateway, 'HTTPRoute', backends({ namespace: 'shop' }), 'other');
    const grant = (kind: string, name?: string) =>
      spec(gateway, 'ReferenceGrant', {
        from: [{ group: 'gateway.networking.k8s.io', kind, namespace: 'other' }],
        to: [{ group: '', kind: 'Service', ...(name === undefined ? {} : { name }) }],
      });
    expect(found([route, grant('HTTPRoute')])).toEqual(['HTTPRoute other/other']);
    expect(found([route, grant('HTTPRoute', 'orders-v1')])).toEqual(['HTTPRoute other/other']);
    expect(found([route, grant('GRPCRoute')])).toEqual([]);
    expect(found([route, grant('HTTPRoute', 'orders-v2')])).toEqual([]);
    expect(referrersOf(target, [route], { grantsKnown: false })).toHaveLength(1);
  });

  it('is neither the Service itself nor what goes with it', () => {
    const route = spec(gateway, 'HTTPRoute', backends());
    const own = make('v1', 'Service', 'orders-v1', { spec: { selector: { app: 'orders', version: 'v1' } } });
    expect(
      referrersOf(target, [own, route], {
        except: [{ apiVersion: gateway, kind: 'HTTPRoute', namespace: 'shop', name: 'other' }],
      }),
    ).toEqual([]);
  });

  it('says the place, and a weight of 0', () => {
    const route = spec(gateway, 'HTTPRoute', backends({ weight: 0 }));
    expect(referrersOf(target, [route])[0]?.why).toBe('spec.rules[0].backendRefs[0] names it (weight 0)');
  });
});

describe('a Service that stays when its pods go', () => {
  const own = make('v1', 'Service', 'orders-v1', { spec: { selector: { app: 'orders' } } });

  it('is one that sends to them, unless it has those that take over', () => {
    const stays = { ...target, stays: true };
    expect(referrersOf(target, [own])).toEqual([]);
    expect(referrersOf(stays, [own])).toMatchObject([{ why: 'its selector catches the pods' }]);
    expect(referrersOf({ ...stays, successorLabels: { app: 'orders', version: 'v2' } }, [own])).toEqual([]);
  });

  it('may be named by anybody', () => {
    expect(referrersOf({ ...target, stays: true }, [spec(gateway, 'HTTPRoute', backends())])).toEqual([]);
  });
});

describe('what could not be looked at', () => {
  const grant = spec('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'other' }],
    to: [{ group: '', kind: 'Service' }],
  });
  const elsewhere = { where: 'other namespaces', why: 'forbidden' } as const;

  it.each([
    [
      'at home',
      { kind: 'Ingress', group: 'networking.k8s.io', where: 'everywhere', from: 'near', why: '' },
      true,
      true,
    ],
    ['Ingresses of others', { kind: 'Ingress', group: 'networking.k8s.io', from: 'near', ...elsewhere }, false, false],
    [
      'VirtualServices of others',
      { kind: 'VirtualService', group: 'networking.istio.io', from: 'far', ...elsewhere },
      true,
      true,
    ],
    ['Services of others', { kind: 'Service', group: '', from: 'far', ...elsewhere }, true, false],
    [
      'routes nobody lets in',
      { kind: 'GRPCRoute', group: 'gateway.networking.k8s.io', from: 'granted', ...elsewhere },
      false,
      false,
    ],
    [
      'routes that are let in',
      { kind: 'HTTPRoute', group: 'gateway.networking.k8s.io', from: 'granted', ...elsewhere },
      true,
      true,
    ],
  ] as const)('%s', (_, unseen, deleted, scaled) => {
    expect(mayHide(unseen, target, [grant], false)).toBe(deleted);
    expect(mayHide(unseen, target, [grant], true)).toBe(scaled);
  });
});
