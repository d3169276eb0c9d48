/** Routes of the past: ways to split traffic that no longer do anything, with the route that takes their place. */
import { GATEWAY_GROUP } from '../kube/names.ts';
import { annotation, field, type KubeObject, list, nameOf, refOf, text } from '../kube/objects.ts';
import { pastOfMeshes } from './meshes/index.ts';
import type { Finding, World } from './picture.ts';
import { portOf, weightOf, yaml } from './replacement.ts';

export function pastRoutes(world: World): Finding[] {
  return [
    ...world.ofGroup('split.smi-spec.io', 'TrafficSplit').map((object) => trafficSplit(world, object)),
    ...world.inNamespace('Ingress').flatMap((object) => nginxCanary(world, object)),
    ...pastOfMeshes(world),
  ];
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
      apiVersion: `${GATEWAY_GROUP}/v1`,
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
        apiVersion: `${GATEWAY_GROUP}/v1`,
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
