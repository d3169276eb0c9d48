/** A small cluster for routing tables: Services by name, namespaces by their labels, no addresses. */
import { parseAllDocuments } from 'yaml';
import type { ClusterView, MeshKind, MeshObjects, Routing, Rule, Workload } from '../../../../lab/mesh/types.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';

export function objectsOf(yaml: string): KubeObject[] {
  return parseAllDocuments(yaml).map((document) => {
    const object = document.toJS() as KubeObject;
    return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? 'prod' } };
  });
}

/** Services jazz, jazz-v1, jazz-v2 of prod with port 9080, HTTP; without those named. */
export function cluster(options: { without?: string; namespaceLabels?: Record<string, string> } = {}): ClusterView {
  const services = ['jazz', 'jazz-v1', 'jazz-v2'].filter((name) => name !== options.without);
  const object = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'prod' },
    spec: {
      ports: [
        { name: 'http', port: 9080, appProtocol: 'http' },
        { name: 'raw', port: 7000 },
      ],
    },
  });
  return {
    serviceOf: (host) => {
      const [name = '', namespace = ''] = host.split('.');
      if (host === '10.96.0.7') return 'prod/jazz';
      return namespace === 'prod' && services.includes(name) ? `prod/${name}` : undefined;
    },
    service: (namespace, name) => (namespace === 'prod' && services.includes(name) ? object(name) : undefined),
    namespace: (name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: options.namespaceLabels ?? {} },
    }),
    endpoints: () => [],
  };
}

export const dj: Workload = { name: 'dj-1', namespace: 'prod', labels: { app: 'dj' } };

export function having(objects: readonly KubeObject[]): MeshObjects {
  return (kind) => objects.filter((object) => object.kind === kind);
}

/** What a mesh does with dj's call to a host. */
export function routing(
  mesh: MeshKind,
  yaml: string,
  call: { host: string; port?: number; authority?: string },
  view = cluster(),
): Routing {
  const table = mesh.compile(having(objectsOf(yaml)), view);
  return table.routing(dj, { host: call.host, port: call.port ?? 9080, authority: call.authority ?? call.host });
}

export function rulesIn(routing: Routing): readonly Rule[] {
  if (routing === 'passthrough' || 'answer' in routing) throw new Error(`no rules: ${JSON.stringify(routing)}`);
  return routing.rules;
}

/** `name weight` of each destination, by rule. */
export function weights(routing: Routing): string[][] {
  return rulesIn(routing).map((rule) => rule.destinations.map(({ name, weight }) => `${name} ${weight}`));
}
