import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { type LintInput, lint } from '../../../src/lint/index.ts';

const yaml = (text: string): KubeObject[] =>
  parseAllDocuments(text).map((document) => {
    const value = document.toJS() as KubeObject;
    const clusterWide = ['GatewayClass', 'Namespace', 'TrafficRoute'].includes(value.kind);
    return { ...value, metadata: { ...(clusterWide ? {} : { namespace: 'prod' }), ...value.metadata } };
  });

const kong = yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: kong, namespace: kong}
spec: {gatewayClassName: kong, listeners: [{name: http, port: 80, allowedRoutes: {namespaces: {from: All}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong}
spec: {controllerName: konghq.com/kic-gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: through, annotations: {konghq.com/preserve-host: 'false'}}
spec:
  parentRefs: [{name: kong, namespace: kong}]
  rules: [{matches: [{path: {type: PathPrefix, value: /dj/jazz}}], backendRefs: [{name: jazz, port: 9080}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: kong, labels: {mesh: dj-app, appmesh.k8s.aws/sidecarInjectorWebhook: enabled, istio-injection: enabled, kuma.io/sidecar-injection: enabled}}
`);
const backends = yaml(
  ['jazz', 'jazz-v1', 'jazz-v2']
    .map(
      (name) => `
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  annotations: ${name === 'jazz' ? "{ingress.kubernetes.io/service-upstream: 'true', konghq.com/host-header: jazz.prod.svc.cluster.local}" : '{}'}
spec: {selector: {app: jazz, version: ${name.slice(5) || 'none'}}, ports: [{name: http, port: 9080, appProtocol: http}]}`,
    )
    .join('\n---'),
);
const meshes: Record<string, KubeObject[]> = {
  'app-mesh': yaml(`
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualRouter
metadata: {name: jazz-router}
spec:
  meshRef: {name: dj-app}
  routes:
    - name: jazz-route
      priority: 100
      httpRoute: {match: {prefix: /}, action: {weightedTargets: [{virtualNodeRef: {name: jazz-v1}, weight: 95}, {virtualNodeRef: {name: jazz-v2}, weight: 5}]}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata: {name: jazz}
spec: {awsName: jazz.prod.svc.cluster.local, provider: {virtualRouter: {virtualRouterRef: {name: jazz-router}}}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: jazz-v1}
spec: {podSelector: {matchLabels: {app: jazz, version: v1}}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: jazz-v2}
spec: {podSelector: {matchLabels: {app: jazz, version: v2}}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: kong, namespace: kong}
spec:
  podSelector: {matchLabels: {app.kubernetes.io/instance: kong}}
  backends: [{virtualService: {virtualServiceRef: {name: jazz, namespace: prod}}}]`),
  istio: yaml(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: jazz}
spec:
  hosts: [jazz]
  http: [{route: [{destination: {host: jazz-v1, port: {number: 9080}}, weight: 95}, {destination: {host: jazz-v2, port: {number: 9080}}, weight: 5}]}]`),
  kuma: yaml(`
apiVersion: kuma.io/v1alpha1
kind: MeshHTTPRoute
metadata: {name: jazz, labels: {kuma.io/mesh: default}}
spec:
  targetRef: {kind: Mesh}
  to:
    - targetRef: {kind: MeshService, name: jazz}
      rules:
        - matches: [{path: {type: PathPrefix, value: /}}]
          default: {backendRefs: [{kind: MeshService, name: jazz-v1, port: 9080, weight: 95}, {kind: MeshService, name: jazz-v2, port: 9080, weight: 5}]}`),
  'gateway-api': yaml(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: inside}
spec:
  parentRefs: [{group: '', kind: Service, name: jazz, port: 9080}]
  rules: [{backendRefs: [{name: jazz-v1, port: 9080, weight: 95}, {name: jazz-v2, port: 9080, weight: 5}]}]`),
};

/** The world of a mesh with some objects replaced by name and kind, and some added. */
const world = (
  mesh: string,
  change: (object: KubeObject & { spec: never }) => unknown = () => undefined,
): KubeObject[] =>
  structuredClone([...kong, ...backends, ...meshes[mesh]!]).filter(
    (object) => change(object as KubeObject & { spec: never }) !== 'gone',
  );
const run = (mesh: string, live: readonly KubeObject[], more: Partial<LintInput> = {}) =>
  lint({
    namespace: 'prod',
    live,
    manifests: [],
    services: [{ service: 'jazz', stable: 'jazz-v1', canary: 'jazz-v2' }],
    mesh,
    ...more,
  });
const rules = (mesh: string, live: readonly KubeObject[], more: Partial<LintInput> = {}) =>
  run(mesh, live, more)
    .filter(({ rule }) => rule !== 'app-mesh-ended')
    .map(({ severity, rule, object }) => `${severity} ${rule} ${object.name}`);
const is = (object: KubeObject, kind: string, name: string) => object.kind === kind && object.metadata.name === name;
type Open = {
  metadata: { annotations?: Record<string, string>; labels?: Record<string, string> };
  spec: Record<string, unknown>;
};
const open = (object: KubeObject) => object as unknown as Open;

describe.each(['app-mesh', 'istio', 'kuma', 'gateway-api'])('who splits, on %s', (mesh) => {
  it('is clear where everything is right', () => {
    expect(rules(mesh, world(mesh))).toEqual([]);
  });

  it('is Kong past the mesh without service-upstream, and the fix is the annotation', () => {
    const live = world(mesh, (object) => {
      if (is(object, 'Service', 'jazz'))
        delete open(object).metadata.annotations!['ingress.kubernetes.io/service-upstream'];
    });
    expect(rules(mesh, live)).toEqual(['error kong-past-the-mesh jazz']);
    expect(run(mesh, live).find(({ rule }) => rule === 'kong-past-the-mesh')?.fix).toContain(
      'kubectl annotate service jazz -n prod --overwrite ingress.kubernetes.io/service-upstream=true',
    );
  });

  it.each([
    [{ 'Ingress.kubernetes.io/service-upstream': 'true' }, /it has Ingress\.kubernetes\.io.*case-sensitive/],
    [{ 'ingress.kubernetes.io/service-upstream': 'yes' }, /it has "yes", and only "true" counts/],
  ])('is Kong past the mesh with %p', (annotations, cause) => {
    const live = world(mesh, (object) => {
      if (!is(object, 'Service', 'jazz')) return;
      open(object).metadata.annotations = { 'konghq.com/host-header': 'jazz.prod.svc.cluster.local', ...annotations };
    });
    expect(run(mesh, live).find(({ rule }) => rule === 'kong-past-the-mesh')?.problem).toMatch(cause);
  });

  it('is the mesh where the whole Ingress class sends to Services', () => {
    const live = world(mesh, (object) => {
      if (is(object, 'Service', 'jazz'))
        delete open(object).metadata.annotations!['ingress.kubernetes.io/service-upstream'];
    });
    const parameters = yaml(`
apiVersion: configuration.konghq.com/v1alpha1
kind: IngressClassParameters
metadata: {name: kong, namespace: kong}
spec: {serviceUpstream: true}`);
    expect(rules(mesh, [...live, ...parameters])).toEqual([]);
  });

  it('is nobody where the name of the service does not resolve', () => {
    const live = world(mesh, (object) => (is(object, 'Service', 'jazz') ? 'gone' : undefined));
    expect(rules(mesh, live)).toContainEqual(expect.stringContaining('error apex-missing'));
    expect(rules(mesh, live, { listed: new Set() })).toEqual([]);
  });

  it('is asked for an Ingress of Kong as well', () => {
    const live = world(mesh, (object) => {
      if (is(object, 'HTTPRoute', 'through')) return 'gone';
      if (is(object, 'Service', 'jazz'))
        delete open(object).metadata.annotations!['ingress.kubernetes.io/service-upstream'];
      return undefined;
    });
    const ingress = yaml(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: djingress, annotations: {konghq.com/preserve-host: 'false'}}
spec: {ingressClassName: kong, rules: [{http: {paths: [{path: /dj/jazz, pathType: Prefix, backend: {service: {name: jazz, port: {number: 9080}}}}]}}]}`);
    expect(rules(mesh, live)).toEqual([]);
    expect(rules(mesh, [...live, ...ingress])).toEqual(['error kong-past-the-mesh jazz']);
  });

  it('says where other tools must leave the rules alone', () => {
    const live = world(mesh, (object) => {
      if (object.metadata.name !== (mesh === 'app-mesh' ? 'jazz-router' : mesh === 'gateway-api' ? 'inside' : 'jazz'))
        return;
      if (object.kind === 'Service' || (object.kind === 'VirtualService' && mesh === 'app-mesh')) return;
      open(object).metadata.annotations = { 'argocd.argoproj.io/tracking-id': 'dj:x' };
    });
    const [finding] = run(mesh, live).filter(({ rule }) => rule === 'owner-argo-cd');
    const path = { 'app-mesh': '/spec/routes', istio: '/spec/http', kuma: '/spec/to', 'gateway-api': '/spec/rules' }[
      mesh
    ]!;
    expect(finding?.fix).toContain(`- ${path}\n`);
    expect(finding?.fix).toContain(`kind: ${finding?.object.kind}`);
  });
});

describe.each(['app-mesh', 'istio'])('the host Kong sends, on %s', (mesh) => {
  const sends = (
    annotations: { route?: Record<string, string>; service?: Record<string, string> },
    filters?: unknown,
  ) =>
    world(mesh, (object) => {
      if (is(object, 'HTTPRoute', 'through')) {
        open(object).metadata.annotations = annotations.route ?? {};
        if (filters !== undefined) (open(object).spec['rules'] as { filters?: unknown }[])[0]!.filters = filters;
      }
      if (is(object, 'Service', 'jazz'))
        open(object).metadata.annotations = {
          'ingress.kubernetes.io/service-upstream': 'true',
          ...annotations.service,
        };
    });
  const off = { 'konghq.com/preserve-host': 'false' };

  it('is the caller’s by default, which the mesh does not know', () => {
    const live = sends({ service: { 'konghq.com/host-header': 'jazz.prod.svc.cluster.local' } });
    expect(rules(mesh, live)).toEqual(['error wrong-host through']);
    const { problem, fix } = run(mesh, live).find(({ rule }) => rule === 'wrong-host')!;
    expect(problem).toContain('sends the host its caller asked for to jazz');
    expect(fix).toContain('kubectl annotate httproute through -n prod --overwrite konghq.com/preserve-host=false');
    expect(fix).toContain(
      'kubectl annotate service jazz -n prod --overwrite konghq.com/host-header=jazz.prod.svc.cluster.local',
    );
  });

  it('is wrong where the annotation names another service', () => {
    expect(
      rules(mesh, sends({ route: off, service: { 'konghq.com/host-header': 'metal.prod.svc.cluster.local' } })),
    ).toEqual(['error wrong-host through']);
  });

  it('may come from a rewrite of the route', () => {
    const filters = [{ type: 'URLRewrite', urlRewrite: { hostname: 'jazz.prod.svc.cluster.local' } }];
    expect(rules(mesh, sends({}, filters))).toEqual([]);
  });
});

describe('App Mesh', () => {
  const router = (
    change: (
      routes: { httpRoute: { action: { weightedTargets: { weight: number; virtualNodeRef: { name: string } }[] } } }[],
    ) => void,
  ) =>
    world('app-mesh', (object) => {
      if (object.kind === 'VirtualRouter') change(open(object).spec['routes'] as never);
    });

  it('says that it ended, what stops working, and where to go', () => {
    const [finding] = run('app-mesh', world('app-mesh'));
    expect(finding).toMatchObject({ severity: 'warning', rule: 'app-mesh-ended' });
    expect(finding?.problem).toContain('2026-09-30');
    expect(finding?.fix).toContain('docs/migrate-from-app-mesh.md');
  });

  it('refuses weights above 100, which the API server takes and AWS does not', () => {
    const live = router((routes) => {
      routes[0]!.httpRoute.action.weightedTargets[0]!.weight = 100;
    });
    expect(rules('app-mesh', live)).toEqual(['error weights-over-100 jazz-router']);
  });

  it('needs every VirtualNode a router names', () => {
    const live = router((routes) => {
      routes[0]!.httpRoute.action.weightedTargets.push({ virtualNodeRef: { name: 'jazz-v9' }, weight: 0 });
    });
    expect(rules('app-mesh', live)).toEqual(['error virtual-node-missing jazz-router']);
    expect(rules('app-mesh', live, { listed: new Set(['Service']) })).toEqual([]);
  });

  it.each<[string, (object: KubeObject) => unknown, RegExp]>([
    [
      'no VirtualService leads to it',
      (object) => (object.kind === 'VirtualService' ? 'gone' : undefined),
      /No VirtualService leads/,
    ],
    [
      'its VirtualService leads to a node',
      (object) => {
        if (object.kind === 'VirtualService')
          open(object).spec['provider'] = { virtualNode: { virtualNodeRef: { name: 'jazz-v1' } } };
      },
      /leads straight to a VirtualNode/,
    ],
  ])('moves nobody where %s', (_, change, problem) => {
    const finding = run('app-mesh', world('app-mesh', change)).find(({ rule }) => rule === 'router-without-service');
    expect(finding?.problem).toMatch(problem);
    expect(yaml(finding!.fix)[0]).toMatchObject({
      kind: 'VirtualService',
      spec: { provider: { virtualRouter: { virtualRouterRef: { name: 'jazz-router' } } } },
    });
  });

  const kongNode = (change: (spec: Record<string, unknown>) => unknown) =>
    world('app-mesh', (object) => (is(object, 'VirtualNode', 'kong') ? change(open(object).spec) : undefined));

  it('drops or loses what Kong sends where its VirtualNode does not list the service', () => {
    const live = kongNode((spec) => {
      spec['backends'] = [];
    });
    expect(rules('app-mesh', live)).toEqual(['error virtual-node-backend-missing kong']);
    expect(run('app-mesh', live).map(({ fix }) => fix)).toContainEqual(
      expect.stringContaining('- virtualService: {virtualServiceRef: {name: jazz, namespace: prod}}'),
    );
  });

  it('takes a BackendGroup for a list', () => {
    const live = kongNode((spec) => {
      spec['backends'] = [];
      spec['backendGroups'] = [{ name: 'all', namespace: 'prod' }];
    });
    const group = (name: string) =>
      yaml(`
apiVersion: appmesh.k8s.aws/v1beta2
kind: BackendGroup
metadata: {name: all}
spec: {virtualservices: [{name: ${name}, namespace: prod}]}`);
    expect(rules('app-mesh', [...live, ...group('jazz')])).toEqual([]);
    expect(rules('app-mesh', [...live, ...group('metal')])).toEqual(['error virtual-node-backend-missing kong']);
  });

  it('needs a VirtualNode for Kong, and prints it whole', () => {
    const live = kongNode(() => 'gone');
    const finding = run('app-mesh', live).find(({ rule }) => rule === 'gateway-without-node');
    expect(yaml(finding!.fix)[0]).toMatchObject({
      kind: 'VirtualNode',
      metadata: { name: 'kong', namespace: 'kong' },
      spec: { backends: [{ virtualService: { virtualServiceRef: { name: 'jazz', namespace: 'prod' } } }] },
    });
  });

  it('refuses pods that two VirtualNodes select', () => {
    const live = world('app-mesh', (object) => {
      if (is(object, 'VirtualNode', 'jazz-v1')) open(object).spec['podSelector'] = { matchLabels: { app: 'jazz' } };
    });
    expect(rules('app-mesh', live)).toEqual(['error virtual-nodes-overlap jazz-v2']);
  });

  it('leaves deleted objects behind, and says how to let go of them', () => {
    const live = world('app-mesh', (object) => {
      if (is(object, 'VirtualNode', 'kong'))
        Object.assign(object.metadata, {
          deletionTimestamp: '2026-11-01T00:00:00Z',
          finalizers: ['finalizers.appmesh.k8s.aws/x'],
        });
    });
    expect(rules('app-mesh', live)).toEqual(['warning finalizer-stuck kong']);
    expect(run('app-mesh', live).map(({ fix }) => fix)).toContainEqual(
      expect.stringContaining(
        `kubectl patch virtualnode.appmesh.k8s.aws kong -n kong --type merge -p '{"metadata":{"finalizers":null}}'`,
      ),
    );
  });

  it('is warned of where Kong’s namespace is not in the mesh', () => {
    const live = world('app-mesh', (object) => {
      if (object.kind === 'Namespace') open(object).metadata.labels = {};
    });
    expect(rules('app-mesh', live)).toEqual(['warning gateway-outside-mesh kong']);
    expect(run('app-mesh', live).map(({ fix }) => fix)).toContainEqual(
      expect.stringContaining(
        'kubectl label namespace kong --overwrite mesh=dj-app appmesh.k8s.aws/sidecarInjectorWebhook=enabled',
      ),
    );
  });
});

describe('Istio', () => {
  const virtualService = (spec: string, name = 'jazz') =>
    yaml(`\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ${name}}\nspec: ${spec}`);
  const withRoute = (spec: string) => [
    ...world('istio', (object) => (object.kind === 'VirtualService' ? 'gone' : undefined)),
    ...virtualService(spec),
  ];

  it('answers 503 for a subset that no DestinationRule has', () => {
    const live = withRoute('{hosts: [jazz], http: [{route: [{destination: {host: jazz, subset: v1}}]}]}');
    expect(rules('istio', live)).toEqual(['error subset-missing jazz']);
    const rule = yaml(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: jazz}
spec: {host: jazz, subsets: [{name: v1, labels: {version: v1}}]}`);
    expect(rules('istio', [...live, ...rule])).toEqual([]);
  });

  it('answers 503 for a Service that is not there', () => {
    const live = world('istio', (object) => (is(object, 'Service', 'jazz-v2') ? 'gone' : undefined));
    expect(rules('istio', live)).toEqual(['error backend-missing jazz']);
  });

  it('does not say which of two VirtualServices for one host counts', () => {
    const other = virtualService(
      '{hosts: [jazz.prod.svc.cluster.local], http: [{route: [{destination: {host: rock}}]}]}',
      'old',
    );
    expect(rules('istio', [...world('istio'), ...other])).toEqual(['error hosts-rival jazz']);
    const same = virtualService('{hosts: [other], http: [{route: [{destination: {host: jazz-v1}}]}]}', 'old');
    expect(rules('istio', [...world('istio'), ...same])).toContain('error mesh-routes-rival jazz');
  });

  it.each(['tcp', 'tls'])('says that connections of %s stay with their version', (protocol) => {
    const to = (destination: string) =>
      virtualService(`{hosts: [old], ${protocol}: [{route: [{destination: {host: ${destination}}}]}]}`, 'old');
    const found = ['warning protocol-not-split old'];
    for (const host of ['jazz-v1', 'jazz-v1.prod.svc.cluster.local'])
      expect(rules('istio', [...world('istio'), ...to(host)])).toEqual(found);
    for (const host of ['jazz', 'rock', 'jazz-v1.other.svc.cluster.local', 'jazz-v1.example.org'])
      expect(rules('istio', [...world('istio'), ...to(host)])).toEqual([]);
  });
});

describe('Kuma', () => {
  it('takes a port for tcp that does not say http, and drops its share without a word', () => {
    const live = world('kuma', (object) => {
      if (is(object, 'Service', 'jazz-v2')) open(object).spec['ports'] = [{ name: 'http', port: 9080 }];
    });
    expect(rules('kuma', live)).toEqual(['error port-protocol jazz-v2']);
    expect(run('kuma', live)[0]?.fix).toContain('"path":"/spec/ports/0/appProtocol","value":"http"');
  });

  it('reads the annotation of a port as well', () => {
    const live = world('kuma', (object) => {
      if (!is(object, 'Service', 'jazz-v2')) return;
      open(object).spec['ports'] = [{ name: 'http', port: 9080 }];
      open(object).metadata.annotations = { '9080.service.kuma.io/protocol': 'http' };
    });
    expect(rules('kuma', live)).toEqual([]);
  });

  it('gives a MeshServiceSubset the MeshService that replaces it', () => {
    const live = world('kuma', (object) => {
      if (object.kind !== 'MeshHTTPRoute') return;
      const [to] = open(object).spec['to'] as { rules: { default: { backendRefs: unknown[] } }[] }[];
      to!.rules[0]!.default.backendRefs.push({
        kind: 'MeshServiceSubset',
        name: 'jazz_prod_svc_9080',
        tags: { version: 'v3' },
        weight: 0,
      });
    });
    expect(rules('kuma', live)).toEqual(['error mesh-service-subset jazz']);
    expect(run('kuma', live)[0]?.fix).toContain('kuma.io/display-name: jazz-v3');
  });
});

describe('Services as parents', () => {
  it('must have an address', () => {
    const live = world('gateway-api', (object) => {
      if (is(object, 'Service', 'jazz')) open(object).spec['clusterIP'] = 'None';
    });
    expect(rules('gateway-api', live)).toEqual(['error parent-headless jazz']);
  });

  it('must not have a ServiceProfile beside the route', () => {
    const profile = yaml(
      '\napiVersion: linkerd.io/v1alpha2\nkind: ServiceProfile\nmetadata: {name: jazz.prod.svc.cluster.local}',
    );
    expect(rules('gateway-api', [...world('gateway-api'), ...profile])).toEqual([
      'error service-profile jazz.prod.svc.cluster.local',
    ]);
  });
});

describe('mesh-name', () => {
  it('must be the mesh the route is in', () => {
    expect(rules('kuma', world('kuma'), { meshName: 'default' })).toEqual([]);
    expect(rules('kuma', world('kuma'), { meshName: 'other' })).toEqual(['error mesh-name jazz']);
    expect(rules('app-mesh', world('app-mesh'), { meshName: 'other' })).toEqual(['error mesh-name jazz-router']);
  });
});

describe('routes of the past', () => {
  const fixed = (text: string, rule: string, mesh = 'gateway-api') => {
    const finding = run(mesh, [...world(mesh), ...yaml(text)]).find((one) => one.rule === rule);
    return yaml(finding!.fix.slice(finding!.fix.indexOf('\n') + 1));
  };

  it('get an HTTPRoute for a TrafficSplit', () => {
    const [route] = fixed(
      `
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: jazz-split}
spec: {service: jazz, backends: [{service: jazz-v1, weight: 900m}, {service: jazz-v2, weight: 100m}]}`,
      'traffic-split',
    );
    expect(route).toMatchObject({
      kind: 'HTTPRoute',
      spec: {
        parentRefs: [{ kind: 'Service', name: 'jazz' }],
        rules: [
          {
            backendRefs: [
              { name: 'jazz-v1', port: 9080, weight: 900 },
              { name: 'jazz-v2', weight: 100 },
            ],
          },
        ],
      },
    });
  });

  it('get a MeshHTTPRoute for a TrafficRoute', () => {
    const [route] = fixed(
      `
apiVersion: kuma.io/v1alpha1
kind: TrafficRoute
mesh: default
metadata: {name: jazz}
spec:
  sources: [{match: {kuma.io/service: '*'}}]
  destinations: [{match: {kuma.io/service: jazz_prod_svc_9080}}]
  conf: {split: [{weight: 95, destination: {kuma.io/service: jazz-v1_prod_svc_9080}}, {weight: 5, destination: {kuma.io/service: jazz-v2_prod_svc_9080}}]}`,
      'traffic-route',
      'kuma',
    );
    expect(route).toMatchObject({
      kind: 'MeshHTTPRoute',
      metadata: { labels: { 'kuma.io/mesh': 'default' } },
      spec: {
        to: [
          {
            targetRef: { labels: { 'kuma.io/display-name': 'jazz' } },
            rules: [
              {
                default: {
                  backendRefs: [
                    { labels: { 'kuma.io/display-name': 'jazz-v1' }, weight: 95 },
                    { labels: { 'kuma.io/display-name': 'jazz-v2' }, weight: 5 },
                  ],
                },
              },
            ],
          },
        ],
      },
    });
  });

  it('get a weighted HTTPRoute for a canary of ingress-nginx', () => {
    const [route] = fixed(
      `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: rock}
spec: {ingressClassName: nginx, rules: [{host: dj.example.com, http: {paths: [{path: /rock, backend: {service: {name: rock-v1, port: {number: 80}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: rock-canary
  annotations: {nginx.ingress.kubernetes.io/canary: 'true', nginx.ingress.kubernetes.io/canary-weight: '5', nginx.ingress.kubernetes.io/canary-by-header: x-canary}
spec: {ingressClassName: nginx, rules: [{host: dj.example.com, http: {paths: [{path: /rock, backend: {service: {name: rock-v2, port: {number: 80}}}}]}}]}`,
      'nginx-canary',
    );
    expect(route).toMatchObject({
      spec: {
        hostnames: ['dj.example.com'],
        rules: [
          { matches: [{ headers: [{ name: 'x-canary', value: 'always' }] }], backendRefs: [{ name: 'rock-v2' }] },
          {
            backendRefs: [
              { name: 'rock-v1', weight: 95 },
              { name: 'rock-v2', weight: 5 },
            ],
          },
        ],
      },
    });
  });

  it('get router and service for the first form of App Mesh', () => {
    const [router, service] = fixed(
      `
apiVersion: appmesh.k8s.aws/v1beta1
kind: VirtualService
metadata: {name: metal.prod.svc.cluster.local}
spec:
  meshName: dj-app
  virtualRouter: {name: metal-router, listeners: [{portMapping: {port: 9080, protocol: http}}]}
  routes: [{name: metal-route, http: {match: {prefix: /}, action: {weightedTargets: [{virtualNodeName: metal-v1, weight: 95}, {virtualNodeName: metal-v2, weight: 5}]}}}]`,
      'app-mesh-v1beta1',
    );
    expect(router).toMatchObject({
      kind: 'VirtualRouter',
      metadata: { name: 'metal-router' },
      spec: {
        routes: [
          {
            httpRoute: {
              action: {
                weightedTargets: [
                  { virtualNodeRef: { name: 'metal-v1' }, weight: 95 },
                  { virtualNodeRef: { name: 'metal-v2' }, weight: 5 },
                ],
              },
            },
          },
        ],
      },
    });
    expect(service).toMatchObject({ kind: 'VirtualService', metadata: { name: 'metal' } });
  });

  it('are refused as alpha versions of the Gateway API', () => {
    const old = yaml('\napiVersion: gateway.networking.k8s.io/v1alpha2\nkind: HTTPRoute\nmetadata: {name: old}');
    expect(rules('gateway-api', [...world('gateway-api'), ...old])).toEqual(['error http-route-alpha old']);
  });
});
