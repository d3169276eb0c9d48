/** How an object of any kind leads to a Service: by a backend, a host, a reference; and which need a grant to do so. */
import {
  CRD_GROUP,
  DISCOVERY_GROUP,
  GATEWAY_GROUP,
  ISTIO_SECURITY_GROUP,
  LEASE_GROUP,
  RBAC_GROUP,
} from '../../kube/names.ts';
import { field, groupOf, type KubeObject, list, text } from '../../kube/objects.ts';
import { type Mention, mentionsOf, serviceOfHost } from './mentions.ts';

export interface ServiceAddress {
  readonly namespace: string;
  readonly name: string;
}

/** Kinds of the API server itself that never send requests to a Service, or are read by rules of their own. */
const NEVER_SEND =
  /^(Pod|Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob|ConfigMap|Secret|ServiceAccount|Event|Lease|Node|Endpoints|EndpointSlice|ControllerRevision|ReplicationController|PodTemplate)$/;
const CORE_GROUPS = new Set(['', 'apps', 'batch', 'events.k8s.io', LEASE_GROUP, DISCOVERY_GROUP]);
/** Groups whose objects name Services and send nothing to them. */
const SILENT_GROUPS = new Set([
  'autoscaling',
  'cert-manager.io',
  'policy',
  RBAC_GROUP,
  ISTIO_SECURITY_GROUP,
  CRD_GROUP,
]);

/** Places of an object that lead to a Service, in words; empty for none. */
export function placesTo(object: KubeObject, target: ServiceAddress): readonly string[] {
  const group = groupOf(object.apiVersion);
  if (object.kind === 'Service' && group === '') return externalName(object, target);
  if (CORE_GROUPS.has(group) && NEVER_SEND.test(object.kind)) return [];
  if (SILENT_GROUPS.has(group) || object.kind === 'ReferenceGrant') return [];
  const places = mentionsOf(object)
    .named.filter((mention) => means(mention, object, target) && !isAttachment(object, mention))
    .map((mention) => described(object, mention));
  return [...new Set(places)];
}

/** Whether a place means a Service of this address. */
function means(mention: Mention, object: KubeObject, target: ServiceAddress): boolean {
  if (mention.name !== target.name && serviceOfHost(mention.name)?.name !== target.name) return false;
  // Kuma's MeshService and Istio's Hostname stand for a Service
  if (mention.kind !== undefined && !/^(Service|MeshService|ServiceImport|Hostname|Host)$/.test(mention.kind))
    return false;
  const host = mention.name === target.name ? undefined : serviceOfHost(mention.name)?.namespace;
  const namespace = mention.namespace ?? host ?? object.metadata.namespace;
  return namespace === undefined || namespace === target.namespace;
}

/** A policy of a Service names it as its target and leads nobody there (GEP-713). */
function isAttachment(object: KubeObject, { path }: Mention): boolean {
  return object.kind.endsWith('Policy') && /(^|\.)targetRefs?\b/.test(path);
}

function described(object: KubeObject, { path }: Mention): string {
  const weight = field(object, ...pathOf(path), 'weight');
  return weight === 0 ? `${path} names it (weight 0)` : `${path} names it`;
}

function pathOf(path: string): (string | number)[] {
  return path.split(/[.[\]]+/).flatMap((part) => (part === '' ? [] : [/^\d+$/.test(part) ? Number(part) : part]));
}

function externalName(object: KubeObject, target: ServiceAddress): readonly string[] {
  const host = serviceOfHost(text(object, 'spec', 'externalName'));
  if (host?.name !== target.name || host.namespace !== target.namespace) return [];
  return ['is an ExternalName for it'];
}

/**
 * Whether a Gateway API object of another namespace may lead to the Service: a ReferenceGrant there must allow it
 * (gateway.networking.k8s.io, GEP-709).
 */
export function isGranted(object: KubeObject, target: ServiceAddress, objects: readonly KubeObject[]): boolean {
  const { namespace } = object.metadata;
  if (groupOf(object.apiVersion) !== GATEWAY_GROUP || namespace === target.namespace) return true;
  return isGrantedFrom(object.kind, target, objects, namespace);
}

/** Whether a ReferenceGrant lets routes of a kind lead to the Service, from one namespace or from any. */
export function isGrantedFrom(
  kind: string,
  target: ServiceAddress,
  objects: readonly KubeObject[],
  namespace?: string,
): boolean {
  return objects.some(
    (grant) =>
      grant.kind === 'ReferenceGrant' &&
      grant.metadata.namespace === target.namespace &&
      list(grant, 'spec', 'from').some(
        (from) =>
          text(from, 'group') === GATEWAY_GROUP &&
          text(from, 'kind') === kind &&
          (namespace === undefined || text(from, 'namespace') === namespace),
      ) &&
      list(grant, 'spec', 'to').some(
        (to) => text(to, 'kind') === 'Service' && ['', target.name].includes(text(to, 'name')),
      ),
  );
}
