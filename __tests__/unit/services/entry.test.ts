import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { appMesh } from '../../../src/routes/providers/app-mesh/index.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';
import { traefikService } from '../../../src/routes/providers/traefik/index.ts';
import { entryKinds, entryOf } from '../../../src/services/entry.ts';
import { documents } from '../routes/fixtures.ts';

const isBackend = (name: string) => name.startsWith('jazz');
const router: KubeObject = {
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind: 'VirtualRouter',
  metadata: { name: 'jazz-router', namespace: 'prod' },
  spec: {
    routes: [
      {
        name: 'r',
        httpRoute: {
          match: { prefix: '/' },
          action: { weightedTargets: [{ virtualNodeRef: { name: 'jazz-v1' }, weight: 1 }] },
        },
      },
    ],
  },
};
const ingress = (name: string, ...services: string[]): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: 'prod' },
  spec: {
    rules: [
      {
        http: { paths: services.map((service) => ({ path: `/${service}`, backend: { service: { name: service } } })) },
      },
    ],
  },
});
const httpRoute = (parent: string, backend: string): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'public', namespace: 'prod' },
  spec: {
    parentRefs: [{ kind: parent, name: 'kong' }],
    rules: [{ backendRefs: [{ name: 'other' }] }, { backendRefs: [{ name: backend }] }],
  },
});
const route = appMesh.weights.find([router], 'jazz', isBackend);

describe("where users' requests come in", () => {
  it('is the Ingress path that leads to the Service the route splits', () => {
    const dj = ingress('dj', 'metal', 'jazz');
    expect(entryOf(route, [ingress('other', 'metal'), dj])).toEqual({ object: dj, rules: [1] });
  });

  it("is an HTTPRoute of Kong's that leads there, and never one of the mesh", () => {
    const kong = httpRoute('Gateway', 'jazz');
    expect(entryOf(route, [kong])).toEqual({ object: kong, rules: [1] });
    expect(() => entryOf(route, [httpRoute('Service', 'jazz')])).toThrow(/nothing leads to the Service prod\/jazz/);
  });

  it('is the route itself where it hangs on a gateway', () => {
    const own = httpRoute('Gateway', 'jazz-v1');
    expect(entryOf(gatewayApi.weights.find([own], 'jazz', isBackend), [ingress('dj', 'jazz')])).toEqual({
      object: own,
      rules: [1],
    });
  });

  it('is what leads to a route that matches no request itself, the first of several', () => {
    const split = traefikService.weights.find(documents('dj.yaml', 'traefik-service'), 'jazz', isBackend);
    const ways = documents('ways.yaml', 'traefik-service');
    expect(entryKinds(split)).toEqual(traefikService.entry?.kinds);
    expect(entryOf(split, ways)).toEqual({ object: ways[0], rules: [1, 2] });
    expect(() => entryOf(split, [ways[2]!, ingress('dj', 'jazz')])).toThrow(
      /no IngressRoute leads to TraefikService prod\/dj/,
    );
  });

  it("is an IngressRoute that leads to a mesh's Service, as an HTTPRoute may", () => {
    const way: KubeObject = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: { name: 'public', namespace: 'prod' },
      spec: { routes: [{ match: 'Path(`/`)', services: [{ name: 'jazz', port: 80 }] }] },
    };
    expect(entryOf(route, [way])).toEqual({ object: way, rules: [0] });
  });

  it('is refused where there are two', () => {
    expect(() => entryOf(route, [ingress('one', 'jazz'), ingress('two', 'jazz')])).toThrow(
      /Ingress prod\/one and Ingress prod\/two both lead/,
    );
  });
});
