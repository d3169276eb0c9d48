/** Objects of App Mesh's first version, and what took their place. */
import { field, type KubeObject, list, nameOf, refOf, text } from '../../kube/objects.ts';
import type { Finding, World } from '../picture.ts';
import { weightOf, yaml } from '../replacement.ts';

/** Controllers before 1.0 (2020): routes stood in the VirtualService itself. */
export function oldAppMesh(world: World, object: KubeObject): Finding[] {
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
