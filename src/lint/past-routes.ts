/** Routes of the past: ways to split traffic that no longer do anything, with the route that takes their place. */
import { stringify } from 'yaml';
import { annotation, field, type KubeObject, list, nameOf, refOf, text } from '../kube/objects.ts';
import type { Finding, World } from './picture.ts';

const GATEWAY_API = 'gateway.networking.k8s.io';

export function pastRoutes(world: World): Finding[] {
  return [
    ...world.ofGroup('split.smi-spec.io', 'TrafficSplit').map((object) => trafficSplit(world, object)),
    ...world.ofGroup('kuma.io', 'TrafficRoute').map((object) => trafficRoute(world, object)),
    ...world.inNamespace('Ingress').flatMap((object) => nginxCanary(world, object)),
    ...world.ofGroup('appmesh.k8s.aws', 'VirtualService').flatMap((object) => oldAppMesh(world, object)),
    ...world.ofGroup(GATEWAY_API, 'HTTPRoute').flatMap((object) => alpha(object)),
  ];
}

function yaml(...objects: unknown[]): string {
  return objects
    .map((object) => stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd())
    .join('\n---\n');
}

/** SMI was archived in October 2023; no mesh that is kept up reads it. */
function trafficSplit(world: World, object: KubeObject): Finding {
  const { name, namespace } = object.metadata;
  const service = text(object, 'spec', 'service').split('.')[0] ?? '';
  return {
    severity: world.severityFor(object),
    rule: 'traffic-split',
    object: refOf(object),
    problem: `${nameOf(object)} is of the Service Mesh Interface, which was archived in 2023: no current mesh reads its weights.`,
    fix: `Replace it:\n${yaml({
      apiVersion: `${GATEWAY_API}/v1`,
      kind: 'HTTPRoute',
      metadata: { name, namespace },
      spec: {
        parentRefs: [{ group: '', kind: 'Service', name: service }],
        rules: [
          {
            backendRefs: list(object, 'spec', 'backends').map((backend) => ({
              name: text(backend, 'service'),
              port: portOf(world, text(backend, 'service')),
              weight: weightOf(field(backend, 'weight')),
            })),
          },
        ],
      },
    })}`,
  };
}

/** Kuma 2.x still reads it where there is no MeshHTTPRoute; 3.0 has no such kind. */
function trafficRoute(world: World, object: KubeObject): Finding {
  const destinations = list(object, 'spec', 'destinations')[0];
  const tag = (value: unknown) => text(value, 'match', 'kuma.io/service') || text(value, 'kuma.io/service');
  const service = (name: string) => name.replace(/_[^_]+_svc(_\d+)?$/, '');
  const reference = (name: string) => ({ kind: 'MeshService', labels: { 'kuma.io/display-name': service(name) } });
  const split = list(object, 'spec', 'conf', 'split');
  const only = field(object, 'spec', 'conf', 'destination');
  const targets = split.length > 0 ? split : [{ weight: 1, destination: only }];
  return {
    severity: world.severityFor(object),
    rule: 'traffic-route',
    object: refOf(object),
    problem: `${nameOf(object)} is a TrafficRoute: Kuma 3.0 has no such kind, and a MeshHTTPRoute beats it on 2.x.`,
    fix: `Replace it:\n${yaml({
      apiVersion: 'kuma.io/v1alpha1',
      kind: 'MeshHTTPRoute',
      metadata: {
        name: object.metadata.name,
        namespace: world.input.namespace,
        labels: { 'kuma.io/mesh': text(object, 'mesh') || 'default' },
      },
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: reference(tag(destinations)),
            rules: [
              {
                matches: [{ path: { type: 'PathPrefix', value: '/' } }],
                default: {
                  backendRefs: targets.map((entry) => ({
                    ...reference(text(entry, 'destination', 'kuma.io/service')),
                    port: portOf(world, service(text(entry, 'destination', 'kuma.io/service'))),
                    weight: weightOf(field(entry, 'weight')),
                  })),
                },
              },
            ],
          },
        ],
      },
    })}`,
  };
}

/** ingress-nginx was retired in March 2026; Kong reads none of its annotations. */
function nginxCanary(world: World, object: KubeObject): Finding[] {
  const prefix = 'nginx.ingress.kubernetes.io/';
  if (annotation(object, `${prefix}canary`) !== 'true') return [];
  const weight = Number(annotation(object, `${prefix}canary-weight`) ?? 0);
  const total = Number(annotation(object, `${prefix}canary-weight-total`) ?? 100);
  const header = annotation(object, `${prefix}canary-by-header`);
  const path = list(object, 'spec', 'rules').flatMap((rule) =>
    list(rule, 'http', 'paths').map((entry) => ({ host: text(rule, 'host'), entry })),
  )[0];
  const canary = text(path?.entry, 'backend', 'service', 'name');
  const value = text(path?.entry, 'path') || '/';
  const stable = world
    .inNamespace('Ingress')
    .filter((other) => annotation(other, `${prefix}canary`) !== 'true')
    .flatMap((other) => list(other, 'spec', 'rules'))
    .filter((rule) => text(rule, 'host') === (path?.host ?? ''))
    .flatMap((rule) => list(rule, 'http', 'paths'))
    .find((entry) => (text(entry, 'path') || '/') === value);
  const to = text(stable, 'backend', 'service', 'name') || '<stable Service>';
  const match = { path: { type: 'PathPrefix', value } };
  const ref = (name: string, share?: number) => ({
    name,
    port: portOf(world, name),
    ...(share === undefined ? {} : { weight: share }),
  });
  return [
    {
      severity: world.severityFor(object),
      rule: 'nginx-canary',
      object: refOf(object),
      problem: `${nameOf(object)} splits by annotations of ingress-nginx, which was retired in March 2026: Kong does not read them.`,
      fix: `Replace it and the Ingress beside it:\n${yaml({
        apiVersion: `${GATEWAY_API}/v1`,
        kind: 'HTTPRoute',
        metadata: { name: object.metadata.name, namespace: object.metadata.namespace },
        spec: {
          parentRefs: [{ name: 'kong', namespace: world.input.kongNamespace ?? 'kong' }],
          ...(path?.host ? { hostnames: [path.host] } : {}),
          rules: [
            ...(header === undefined
              ? []
              : [
                  {
                    matches: [
                      {
                        ...match,
                        headers: [
                          { name: header, value: annotation(object, `${prefix}canary-by-header-value`) ?? 'always' },
                        ],
                      },
                    ],
                    backendRefs: [ref(canary)],
                  },
                ]),
            { matches: [match], backendRefs: [ref(to, total - weight), ref(canary, weight)] },
          ],
        },
      })}`,
    },
  ];
}

/** Controllers before 1.0 (2020): routes stood in the VirtualService itself. */
function oldAppMesh(world: World, object: KubeObject): Finding[] {
  if (!object.apiVersion.endsWith('/v1beta1')) return [];
  const { name, namespace } = object.metadata;
  const short = name.split('.')[0] ?? name;
  const router = text(object, 'spec', 'virtualRouter', 'name') || `${short}-router`;
  const routes = list(object, 'spec', 'routes').map((route) => ({
    name: text(route, 'name'),
    httpRoute: {
      match: field(route, 'http', 'match') ?? { prefix: '/' },
      action: {
        weightedTargets: list(route, 'http', 'action', 'weightedTargets').map((target) => ({
          virtualNodeRef: { name: (text(target, 'virtualNodeName') || '').split('.')[0] },
          weight: weightOf(field(target, 'weight')),
        })),
      },
    },
  }));
  const listeners = list(object, 'spec', 'virtualRouter', 'listeners');
  const apiVersion = 'appmesh.k8s.aws/v1beta2';
  return [
    {
      severity: world.severityFor(object),
      rule: 'app-mesh-v1beta1',
      object: refOf(object),
      problem: `${nameOf(object)} is written as ${object.apiVersion}, which no App Mesh controller since 1.0 reads.`,
      fix: `Replace it, or better, leave App Mesh (docs/migrate-from-app-mesh.md):\n${yaml(
        {
          apiVersion,
          kind: 'VirtualRouter',
          metadata: { name: router, namespace },
          spec: {
            listeners: listeners.length > 0 ? listeners : [{ portMapping: { port: 9080, protocol: 'http' } }],
            routes,
          },
        },
        {
          apiVersion,
          kind: 'VirtualService',
          metadata: { name: short, namespace },
          spec: { awsName: name, provider: { virtualRouter: { virtualRouterRef: { name: router } } } },
        },
      )}`,
    },
  ];
}

function alpha(object: KubeObject): Finding[] {
  if (!/\/v1alpha\d$/.test(object.apiVersion)) return [];
  return [
    {
      severity: 'error',
      rule: 'http-route-alpha',
      object: refOf(object),
      problem: `${nameOf(object)} is written as ${object.apiVersion}, which the Gateway API no longer serves: it cannot be applied.`,
      fix: `apiVersion: ${GATEWAY_API}/v1`,
    },
  ];
}

function portOf(world: World, service: string): number {
  const port = field(list(world.get('Service', world.input.namespace, service), 'spec', 'ports')[0], 'port');
  return typeof port === 'number' ? port : 80;
}

/** SMI wrote weights as quantities (`500m`) in its first version. */
function weightOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const milli = /^(\d+)m$/.exec(String(value));
  return milli ? Number(milli[1]) : Number(value) || 0;
}
