/** What this tool knows of kinds: which live in a namespace, and in which order they are applied. */
import { groupOf, type KubeObject } from '../kube/objects.ts';
import { providers } from '../routes/index.ts';

export type Scope = 'namespaced' | 'cluster';

/** Cluster-scoped kinds by `group/Kind` ('' group for the core API), as of Kubernetes 1.36 and the CRDs this tool meets. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  '/ComponentStatus',
  'admissionregistration.k8s.io/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'appmesh.k8s.aws/Mesh',
  'certificates.k8s.io/CertificateSigningRequest',
  'certificates.k8s.io/ClusterTrustBundle',
  'cert-manager.io/ClusterIssuer',
  'configuration.konghq.com/KongClusterPlugin',
  'configuration.konghq.com/KongLicense',
  'configuration.konghq.com/KongVault',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'gateway.networking.k8s.io/GatewayClass',
  'kuma.io/ExternalService',
  'kuma.io/Mesh',
  'kuma.io/MeshGateway',
  'kuma.io/Zone',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/IPAddress',
  'networking.k8s.io/ServiceCIDR',
  'node.k8s.io/RuntimeClass',
  'policy/PodSecurityPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'resource.k8s.io/DeviceClass',
  'resource.k8s.io/ResourceSlice',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
  'storage.k8s.io/VolumeAttributesClass',
]);

/** The scope of a kind from the built-in list; kinds that are not in it are taken to be namespaced. */
export function defaultScope(apiVersion: string, kind: string): Scope {
  return CLUSTER_SCOPED.has(`${groupOf(apiVersion)}/${kind}`) ? 'cluster' : 'namespaced';
}

/** Kinds in the order they must exist; a kind that is not listed comes with the workloads' neighbours (see OTHER). */
const ORDER: readonly (readonly string[])[] = [
  ['CustomResourceDefinition'],
  ['Namespace'],
  ['GatewayClass', 'IngressClass', 'PriorityClass', 'StorageClass', 'RuntimeClass', 'Mesh'],
  ['ResourceQuota', 'LimitRange', 'NetworkPolicy', 'PodDisruptionBudget'],
  ['ServiceAccount'],
  ['ClusterRole', 'Role'],
  ['ClusterRoleBinding', 'RoleBinding'],
  ['Secret', 'ConfigMap', 'PersistentVolume', 'PersistentVolumeClaim'],
  ['Gateway', 'ReferenceGrant'],
  // plugin objects before anything that names them: Kong serves a route without a plugin it cannot find
  ['KongPlugin', 'KongClusterPlugin', 'KongUpstreamPolicy', 'KongVault', 'KongLicense', 'KongCustomEntity'],
  ['KongConsumerGroup'],
  ['KongConsumer'],
  ['Service'],
  // App Mesh refuses pods that no VirtualNode selects
  ['VirtualNode', 'DestinationRule', 'MeshService'],
  [],
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
  ['HorizontalPodAutoscaler', 'VerticalPodAutoscaler', 'ScaledObject'],
  [...providers.map(({ facts }) => facts.resource.kind), 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'Ingress'],
];
const OTHER = ORDER.findIndex((kinds) => kinds.length === 0);

/** Place of a kind in the order of applying; smaller comes first. */
export function applyRank(kind: string): number {
  const rank = ORDER.findIndex((kinds) => kinds.includes(kind));
  return rank < 0 ? OTHER : rank;
}

/** Objects in the order they are applied; objects of equal rank keep the order they were written in. */
export function applyOrder<T extends KubeObject | { readonly object: KubeObject }>(objects: readonly T[]): T[] {
  const kindOf = (entry: T): string =>
    'object' in entry ? (entry.object as KubeObject).kind : (entry as KubeObject).kind;
  return [...objects].sort((a, b) => applyRank(kindOf(a)) - applyRank(kindOf(b)));
}
