/** VirtualNodes: what stands between a route of App Mesh and a version's pods. */
import type { JsonObject, KubeObject } from '../../../kube/objects.ts';
import { field, groupOf, list, nameOf, strings, text } from '../../../kube/objects.ts';
import { relabelled, renamed } from '../../parts/rules.ts';
import type { Backends, Backing, RouteRef } from '../../types.ts';
import { RouteError } from '../../types.ts';

/** Annotations and labels that say who owns or wrote an object. */
const FOREIGN =
  /^(kubectl\.kubernetes\.io|argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io|meta\.helm\.sh|mesh-canary\.dev)\/|^app\.kubernetes\.io\/(managed-by|instance)$/;

/**
 * The canary's VirtualNode, copied from stable's where it does not exist. Stable's is never changed: a change of its
 * health check resets the cluster in every proxy, for up to half an hour (App Mesh roadmap #192).
 * @throws RouteError when stable has none, or when its selector would catch the canary's pods as well.
 */
export function backing(route: RouteRef, backends: Backends, objects: readonly KubeObject[]): Backing {
  const namespace = route.object.metadata.namespace;
  const nodes = objects.filter(
    (object) => object.kind === 'VirtualNode' && groupOf(object.apiVersion) === groupOf(route.object.apiVersion),
  );
  const find = (name: string) =>
    nodes.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  if (find(backends.canary) !== undefined) return { apply: [], patches: [] };
  const stable = find(backends.stable);
  if (stable === undefined) {
    throw new RouteError(
      `There is no VirtualNode ${namespace}/${backends.stable}, although ${nameOf(route.object)} sends to it: the controller ` +
        'leaves the whole router as it is until there is one. Restore it, or bring one for the canary in the manifests.',
    );
  }
  return { apply: [copyOf(stable, route.service, backends)], patches: [] };
}

/** `VirtualNodeActive=True`: until every node of a router is, the controller leaves the whole router as it is. */
export function isActive(object: KubeObject): boolean {
  return list(object, 'status', 'conditions').some(
    (condition) => text(condition, 'type') === 'VirtualNodeActive' && text(condition, 'status') === 'True',
  );
}

function copyOf(stable: KubeObject, service: string, backends: Backends): KubeObject {
  const selector = strings(stable, 'spec', 'podSelector', 'matchLabels');
  const wanted = relabelled(selector, service, backends);
  if (Object.entries(selector).every(([key, value]) => wanted[key] === value)) {
    throw new RouteError(
      `${nameOf(stable)} selects ${JSON.stringify(selector)}, which says no version: it would catch the pods of ` +
        `${backends.canary} as well, and App Mesh refuses pods of two VirtualNodes. Before the release, add the label ` +
        '`version` to its spec.podSelector.matchLabels (its pods must carry it), and to nothing else in it.',
    );
  }
  const { awsName: _, meshRef: __, ...spec } = (stable['spec'] ?? {}) as JsonObject;
  const { name: ___, namespace, labels, annotations } = stable.metadata;
  const kept = (given: Readonly<Record<string, string>> | undefined) =>
    Object.fromEntries(Object.entries(given ?? {}).filter(([key]) => !FOREIGN.test(key)));
  const names = {
    labels: Object.keys(labels ?? {}).length === 0 ? {} : { labels: renamed(kept(labels), service, backends) },
    annotations: Object.keys(kept(annotations)).length === 0 ? {} : { annotations: kept(annotations) },
  };
  return {
    apiVersion: stable.apiVersion,
    kind: stable.kind,
    metadata: {
      name: backends.canary,
      ...(namespace === undefined ? {} : { namespace }),
      ...names.labels,
      ...names.annotations,
    },
    spec: {
      ...spec,
      podSelector: { ...(spec['podSelector'] as JsonObject | undefined), matchLabels: wanted },
      ...discovery(spec, service, backends),
    },
  };
}

/** Where the proxies find the pods: the Service's name, or the attributes of a Cloud Map service. */
function discovery(spec: JsonObject, service: string, backends: Backends): JsonObject {
  const given = spec['serviceDiscovery'];
  const hostname = text(given, 'dns', 'hostname');
  if (hostname !== '') {
    const dns = field(given, 'dns') as JsonObject;
    return {
      serviceDiscovery: {
        ...(given as JsonObject),
        dns: {
          ...dns,
          hostname: hostname.replace(/^[^.]+/, (first) => (first === backends.stable ? backends.canary : first)),
        },
      },
    };
  }
  const attributes = list(given, 'awsCloudMap', 'attributes');
  if (attributes.length === 0) return {};
  const map = field(given, 'awsCloudMap') as JsonObject;
  return {
    serviceDiscovery: {
      ...(given as JsonObject),
      awsCloudMap: {
        ...map,
        attributes: attributes.map((entry) => ({
          ...(entry as JsonObject),
          ...renamed({ value: text(entry, 'value') }, service, backends),
        })),
      },
    },
  };
}
