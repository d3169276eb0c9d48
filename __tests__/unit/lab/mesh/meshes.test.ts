import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { appMesh } from '../../../../lab/mesh/app-mesh.ts';
import { gatewayApiMesh } from '../../../../lab/mesh/gateway-api.ts';
import { istio } from '../../../../lab/mesh/istio.ts';
import { kuma } from '../../../../lab/mesh/kuma.ts';
import { cluster, having, objectsOf, routing, rulesIn, weights } from './mesh-world.ts';

const shipped = (file: string) => fs.readFileSync(path.join(process.cwd(), 'manifests/mesh', file), 'utf8');
const HOST = 'jazz.prod.svc.cluster.local';

describe('App Mesh', () => {
  const system = ['app-mesh/base/dj.yaml', 'app-mesh/base/jazz.yaml', 'app-mesh/v2/jazz.yaml']
    .map(shipped)
    .join('---\n');
  const mesh = (type: string) => `
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: {name: dj-app}
spec: {egressFilter: {type: ${type}}}
---
`;

  it('knows a call by its Host, and leads it to the router of the VirtualService', () => {
    expect(weights(routing(appMesh, system, { host: 'jazz.prod', authority: HOST }))).toEqual([['jazz-v1 100']]);
  });

  it('drops a call to a Host that is no backend of the caller, or lets it past the router, as the mesh says', () => {
    const other = system.replace('name: jazz\n    - virtualService', 'name: rock\n    - virtualService');
    const inMesh = other.replaceAll(
      'spec:\n  podSelector:\n    matchLabels:\n      app: dj',
      'spec:\n  meshRef: {name: dj-app}\n  podSelector:\n    matchLabels:\n      app: dj',
    );
    expect(inMesh).not.toBe(system);
    expect(routing(appMesh, mesh('DROP_ALL') + inMesh, { host: HOST })).toMatchObject({ answer: { status: 404 } });
    expect(routing(appMesh, mesh('ALLOW_ALL') + inMesh, { host: HOST })).toBe('passthrough');
    expect(weights(routing(appMesh, mesh('ALLOW_ALL') + system, { host: HOST }))).toEqual([['jazz-v1 100']]);
  });

  it('tries routes by priority, 0 first, and the longest prefix where there is none', () => {
    const route = (name: string, prefix: string, priority?: number) => ({
      name,
      ...(priority === undefined ? {} : { priority }),
      httpRoute: {
        match: { prefix },
        action: { weightedTargets: [{ virtualNodeRef: { name: 'jazz-v1' }, weight: 1 }] },
      },
    });
    const objects = objectsOf(system).map((object) =>
      object.kind !== 'VirtualRouter'
        ? object
        : {
            ...object,
            spec: {
              routes: [route('short', '/'), route('long', '/abc'), route('late', '/x', 100), route('lane', '/', 0)],
            },
          },
    );
    const table = appMesh.compile(having(objects), cluster());
    const rules = rulesIn(
      table.routing(
        { name: 'dj', namespace: 'prod', labels: { app: 'dj' } },
        { host: HOST, port: 9080, authority: HOST },
      ),
    );
    expect(rules.map(({ name }) => name)).toEqual(['lane', 'late', 'long', 'short']);
  });

  it('waits with a router until all of its VirtualNodes are there', () => {
    const seed = objectsOf(shipped('app-mesh/seed/routers.yaml'))[0];
    const [router] = seed === undefined ? [] : [seed];
    if (router === undefined) throw new Error('no router');
    const nodes = objectsOf(['app-mesh/base/jazz.yaml', 'app-mesh/v2/jazz.yaml'].map(shipped).join('---\n'));
    expect(appMesh.waitsFor?.(router, having(nodes))).toBeUndefined();
    expect(appMesh.waitsFor?.(router, having(nodes.slice(0, -1)))).toMatch(/prod\/jazz-v2/);
  });

  it('refuses weights above 100 as AWS does, by an event', () => {
    const router = objectsOf(shipped('app-mesh/seed/routers.yaml').replace('weight: 95', 'weight: 96'))[0];
    if (router === undefined) throw new Error('no router');
    const words = appMesh.refuses?.(router, having([]));
    expect(words).toMatch(/it is 101/);
    expect(appMesh.refusal?.(router, words ?? '')).toMatchObject({ event: { reason: 'ReconcileError' } });
  });

  it('refuses pods that no VirtualNode selects, or two; pods that opted out are none of its business', () => {
    const labelled = cluster({ namespaceLabels: { 'appmesh.k8s.aws/sidecarInjectorWebhook': 'enabled' } });
    const pod = (app: string, annotations = {}) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'prod', labels: { app }, annotations },
    });
    const nodes = objectsOf(system);
    expect(appMesh.injected(pod('dj'), having(nodes), labelled)).toBe(true);
    expect(() => appMesh.injected(pod('rock'), having(nodes), labelled)).toThrow(/exactly one.*none/);
    expect(() => appMesh.injected(pod('dj'), having([...nodes, ...nodes]), labelled)).toThrow(/dj, dj/);
    const out = { 'appmesh.k8s.aws/sidecarInjectorWebhook': 'disabled' };
    expect(appMesh.injected(pod('rock', out), having(nodes), labelled)).toBe(false);
  });

  it('says a generation beside the condition, and takes it away where it is told not to name one', () => {
    const router = { ...(objectsOf(shipped('app-mesh/seed/routers.yaml'))[0] ?? objectsOf('{}')[0]) } as ReturnType<
      typeof objectsOf
    >[0];
    const written = { ...router, metadata: { ...router.metadata, generation: 7 } };
    expect(appMesh.acknowledgement(written, { observedGeneration: true })).toMatchObject({
      observedGeneration: 7,
      conditions: [{ type: 'VirtualRouterActive', status: 'True' }],
    });
    expect(appMesh.acknowledgement(written, { observedGeneration: false })).toMatchObject({ observedGeneration: null });
  });

  const meshes = objectsOf(`${mesh('ALLOW_ALL').replace('---\n', '')}`).map((each) => ({
    ...each,
    metadata: { name: each.metadata.name, uid: 'u' },
    spec: { namespaceSelector: { matchLabels: { mesh: 'dj-app' } } },
  }));
  const inMesh = cluster({ namespaceLabels: { mesh: 'dj-app' } });
  const node = objectsOf(shipped('app-mesh/v2/jazz.yaml'))[0];

  it('gives new objects their mesh and AWS name, and refuses those of a namespace outside', () => {
    if (node === undefined) throw new Error('no node');
    expect(appMesh.webhook?.mutate?.(node, having(meshes), inMesh)).toMatchObject({
      spec: { meshRef: { name: 'dj-app', uid: 'u' }, awsName: 'jazz-v2_prod' },
    });
    expect(appMesh.webhook?.refuses(node, undefined, having(meshes), inMesh)).toBeUndefined();
    expect(appMesh.webhook?.refuses(node, undefined, having(meshes), cluster())).toMatch(/expecting 1 but found 0/);
    expect(appMesh.webhook?.refuses(node, undefined, having([...meshes, ...meshes]), inMesh)).toMatch(/found 2/);
  });

  it('refuses to change a name AWS knows, and routes of one name', () => {
    if (node === undefined) throw new Error('no node');
    const before = { ...node, spec: { awsName: 'a' } };
    const after = { ...node, spec: { awsName: 'b' } };
    expect(appMesh.webhook?.refuses(after, before, having(meshes), inMesh)).toMatch(/spec.awsName/);
    const router = { ...node, kind: 'VirtualRouter', spec: { routes: [{ name: 'a' }, { name: 'a' }] } };
    expect(appMesh.webhook?.refuses(router, router, having(meshes), inMesh)).toMatch(/duplicate route entries for a/);
  });
});

describe('Istio', () => {
  const service = shipped('istio/base/jazz.yaml');

  it.each([HOST, 'jazz.prod', 'jazz'])('knows %s as the host', (authority) => {
    expect(weights(routing(istio, service, { host: 'jazz.prod', authority }))).toEqual([
      ['jazz-v1.prod.svc.cluster.local 1'],
    ]);
  });

  it('knows the cluster address of the host, and lets other Hosts through to where they go', () => {
    expect(weights(routing(istio, service, { host: '10.96.0.7' }))).toHaveLength(1);
    expect(routing(istio, service, { host: 'jazz.prod', authority: 'users.example.com' })).toBe('passthrough');
  });

  const split = (route: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: jazz}
spec:
  hosts: [jazz]
  http:
  - match: [{headers: {x-lane: {exact: a}}}]
    route: [{destination: {host: jazz-v2, port: {number: 9080}}, headers: {response: {set: {x-lane: a}}}}]
  - route: ${route}
`;

  it('tries entries in their order, with weights as they are and headers of answers', () => {
    const found = routing(
      istio,
      split('[{destination: {host: jazz-v1}, weight: 190}, {destination: {host: jazz-v2}, weight: 10}]'),
      { host: HOST },
    );
    expect(weights(found)).toEqual([
      ['jazz-v2.prod.svc.cluster.local 1'],
      ['jazz-v1.prod.svc.cluster.local 190', 'jazz-v2.prod.svc.cluster.local 10'],
    ]);
    expect(rulesIn(found)[0]?.destinations[0]?.response?.set).toEqual({ 'x-lane': 'a' });
  });

  it('narrows a subset to the labels of its DestinationRule, and gives 503 for one that is not there', () => {
    const rule = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: jazz}
spec: {host: jazz, subsets: [{name: v1, labels: {version: v1}}]}
`;
    const found = routing(
      istio,
      split(
        '[{destination: {host: jazz, subset: v1}, weight: 9}, {destination: {host: jazz, subset: v2}, weight: 1}]',
      ) + rule,
      { host: HOST },
    );
    expect(rulesIn(found)[1]?.destinations.map(({ to }) => to)).toEqual([
      { host: HOST, port: 9080, labels: { version: 'v1' } },
      { answer: { status: 503, body: '' } },
    ]);
  });

  it('refuses weights that add up to 0, and never says that it took anything', () => {
    const [service] = objectsOf(split('[{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 0}]'));
    if (service === undefined) throw new Error('no service');
    expect(istio.webhook?.refuses(service, undefined, having([]), cluster())).toMatch(/total destination weight = 0/);
    expect(istio.acknowledgement(service, { observedGeneration: true })).toBeUndefined();
  });
});

describe('Kuma', () => {
  const route = shipped('kuma/base/jazz.yaml');

  it('knows a call by the Service it goes to, whatever its Host, by labels or by name', () => {
    const byName = route.replace(
      /labels:\n +kuma.io\/display-name: jazz\n +k8s.kuma.io\/namespace: prod/,
      'name: jazz\n        namespace: prod',
    );
    expect(byName).not.toBe(route);
    for (const yaml of [route, byName]) {
      expect(weights(routing(kuma, yaml, { host: HOST, authority: 'whatever' }))).toEqual([['jazz-v1 100']]);
    }
  });

  it('splits only HTTP ports, and only for the callers the route is for', () => {
    expect(routing(kuma, route, { host: HOST, port: 7000 })).toBe('passthrough');
    const others = route.replace('kind: Mesh\n  to', 'kind: Dataplane\n    labels: {app: rock}\n  to');
    expect(others).not.toBe(route);
    expect(routing(kuma, others, { host: HOST })).toBe('passthrough');
  });

  it('leaves out a backend that cannot be resolved, so that the others get its share', () => {
    const both = route.replace(
      '                weight: 100',
      '                weight: 90\n              - {kind: MeshService, name: jazz-v2, namespace: prod, port: 9080, weight: 10}\n              - {kind: MeshService, name: jazz-v2, namespace: prod, port: 7000, weight: 10}',
    );
    expect(weights(routing(kuma, both, { host: HOST }))).toEqual([['jazz-v1 90', 'jazz-v2 10']]);
    expect(weights(routing(kuma, both, { host: HOST }, cluster({ without: 'jazz-v2' })))).toEqual([['jazz-v1 90']]);
  });
});

describe('a mesh of HTTPRoutes with Services as parents', () => {
  const route = shipped('gateway-api/base/jazz.yaml');

  it('splits calls to the parent Service on its port, and nothing else', () => {
    expect(weights(routing(gatewayApiMesh, route, { host: HOST }))).toEqual([['jazz-v1 100']]);
    expect(routing(gatewayApiMesh, route, { host: HOST, port: 7000 })).toBe('passthrough');
    expect(routing(gatewayApiMesh, route, { host: 'jazz-v1.prod' })).toBe('passthrough');
    expect(
      routing(gatewayApiMesh, route.replace('kind: Service\n      name: jazz\n', 'kind: Gateway\n      name: jazz\n'), {
        host: HOST,
      }),
    ).toBe('passthrough');
  });

  it('gives a missing backend its share, and 500', () => {
    const found = routing(gatewayApiMesh, route, { host: HOST }, cluster({ without: 'jazz-v1' }));
    expect(rulesIn(found)[0]?.destinations[0]).toMatchObject({ weight: 100, to: { answer: { status: 500 } } });
  });

  it('writes its word beside those of other controllers, with or without the generation', () => {
    const [written] = objectsOf(route).filter(({ kind }) => kind === 'HTTPRoute');
    if (written === undefined) throw new Error('no route');
    const kong = { controllerName: 'konghq.com/kic-gateway-controller', parentRef: { name: 'kong' }, conditions: [] };
    const old = { controllerName: 'mesh-canary.dev/lab-mesh', parentRef: { name: 'gone' }, conditions: [] };
    const object = { ...written, metadata: { ...written.metadata, generation: 3 }, status: { parents: [kong, old] } };
    const status = gatewayApiMesh.acknowledgement(object, { observedGeneration: true }) as { parents: unknown[] };
    expect(status.parents).toHaveLength(2);
    expect(status.parents[0]).toEqual(kong);
    expect(status.parents[1]).toMatchObject({
      parentRef: { kind: 'Service', name: 'jazz' },
      conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 3 }, { type: 'ResolvedRefs' }],
    });
    expect(JSON.stringify(gatewayApiMesh.acknowledgement(object, { observedGeneration: false }))).not.toMatch(
      /observedGeneration/,
    );
    expect(gatewayApiMesh.refusal?.(object, 'no')).toMatchObject({
      status: { parents: [kong, { conditions: [{ status: 'False', message: 'no' }, {}] }] },
    });
  });
});
