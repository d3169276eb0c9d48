/** What App Mesh's admission webhooks do to its objects (webhooks/appmesh/ of the controller): defaults, and refusals. */
import type { KubeObject } from '../../src/kube/objects.ts';
import { field, list, strings, text } from '../../src/kube/objects.ts';
import type { ClusterView, MeshObjects } from './types.ts';
import { selects } from './types.ts';

/** Sets meshRef and awsName of a new object. */
export function withDefaults(object: KubeObject, objects: MeshObjects, cluster: ClusterView): KubeObject | undefined {
  const { name, namespace = '' } = object.metadata;
  const mesh = meshesOf(namespace, objects, cluster)[0];
  if (mesh === undefined || field(object, 'spec', 'meshRef') !== undefined) return undefined;
  const spec = field(object, 'spec') as object;
  const awsName = object.kind === 'VirtualService' ? `${name}.${namespace}` : `${name}_${namespace}`;
  return {
    ...object,
    spec: { awsName, ...spec, meshRef: { name: mesh.metadata.name, uid: mesh.metadata.uid } },
  };
}

export function invalidObject(
  object: KubeObject,
  before: KubeObject | undefined,
  objects: MeshObjects,
  cluster: ClusterView,
): string | undefined {
  if (before === undefined) {
    const meshes = meshesOf(object.metadata.namespace ?? '', objects, cluster);
    if (meshes.length === 0)
      return `failed to find matching mesh for namespace: ${object.metadata.namespace}, expecting 1 but found 0`;
    if (meshes.length > 1) {
      const names = meshes.map(({ metadata }) => metadata.name).join(', ');
      return `found multiple matching meshes for namespace: ${object.metadata.namespace}, expecting 1 but found ${meshes.length}: ${names}`;
    }
  }
  const changed = ['awsName', 'meshRef'].filter(
    (member) =>
      before && JSON.stringify(field(object, 'spec', member)) !== JSON.stringify(field(before, 'spec', member)),
  );
  if (changed.length > 0)
    return `${object.kind} update may not change these fields: ${changed.map((member) => `spec.${member}`).join(',')}`;
  const names = list(object, 'spec', 'routes').map((route) => text(route, 'name'));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `VirtualRouter-${object.metadata.name} has duplicate route entries for ${twice}`;
  for (const route of list(object, 'spec', 'routes')) {
    const match = field(route, 'httpRoute', 'match') ?? field(route, 'http2Route', 'match');
    if (match === undefined) continue;
    if ((field(match, 'prefix') === undefined) === (field(match, 'path') === undefined)) {
      return 'Either prefix or path must be specified for a route, and not both';
    }
  }
  return undefined;
}

/** Meshes that select a namespace: an absent selector selects none, an empty one all. */
function meshesOf(namespace: string, objects: MeshObjects, cluster: ClusterView): readonly KubeObject[] {
  const labels = cluster.namespace(namespace)?.metadata.labels ?? {};
  return objects('Mesh').filter(
    (mesh) =>
      field(mesh, 'spec', 'namespaceSelector') !== undefined &&
      selects(strings(mesh, 'spec', 'namespaceSelector', 'matchLabels'), labels),
  );
}
