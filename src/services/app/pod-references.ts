/** Everything a pod is made from, by name: every place of a pod's spec that names another object, to read or to rewrite. */
import { STORAGE_API } from '../../kube/names.ts';
import { field, type KubeObject, list, mapAt, type ObjectRef, text } from '../../kube/objects.ts';

export interface PodReference {
  readonly ref: ObjectRef;
  /** The pod starts without it. */
  readonly optional: boolean;
  /** As it reads in a sentence about the workload: `mounts it`, `reads it into its environment`. */
  readonly verb: string;
}

/** A new name for a ConfigMap or Secret, or undefined where it keeps its own. */
export type Renamed = (kind: 'ConfigMap' | 'Secret', name: string) => string | undefined;

/** The pod template of a workload of any kind, a CronJob's and a bare Pod's included. */
export function templateOf(workload: KubeObject): unknown {
  if (workload.kind === 'Pod') return { metadata: workload.metadata, spec: field(workload, 'spec') };
  if (workload.kind === 'CronJob') return field(workload, 'spec', 'jobTemplate', 'spec', 'template');
  return field(workload, 'spec', 'template');
}

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** Containers of a pod in all three lists: sidecars are init containers that go on. */
export function containersOf(podSpec: unknown): readonly unknown[] {
  return CONTAINERS.flatMap((key) => list(podSpec, key));
}

/** Every object the pods name, each place for itself. */
export function podReferences(podSpec: unknown, namespace: string | undefined): readonly PodReference[] {
  const found: PodReference[] = [];
  const add = (apiVersion: string, kind: string, name: string, verb: string, optional = false) => {
    if (name === '') return;
    const scoped = CLUSTER.has(kind) || namespace === undefined ? {} : { namespace };
    found.push({ ref: { apiVersion, kind, name, ...scoped }, verb, optional });
  };
  eachConfig(podSpec, (place) => {
    add('v1', place.kind, place.name, place.verb, place.optional);
    return undefined;
  });
  add('v1', 'ServiceAccount', serviceAccountOf(podSpec), 'runs as it');
  add('scheduling.k8s.io/v1', 'PriorityClass', text(podSpec, 'priorityClassName'), 'has its priority');
  add('node.k8s.io/v1', 'RuntimeClass', text(podSpec, 'runtimeClassName'), 'runs in it');
  for (const claim of list(podSpec, 'resourceClaims')) {
    add('resource.k8s.io/v1', 'ResourceClaim', text(claim, 'resourceClaimName'), 'claims it');
    add('resource.k8s.io/v1', 'ResourceClaimTemplate', text(claim, 'resourceClaimTemplateName'), 'claims by it');
  }
  for (const volume of list(podSpec, 'volumes')) {
    add('v1', 'PersistentVolumeClaim', text(volume, 'persistentVolumeClaim', 'claimName'), 'mounts it');
    add('v1', 'Endpoints', text(volume, 'glusterfs', 'endpoints'), 'mounts by it');
    const provider = text(volume, 'csi', 'volumeAttributes', 'secretProviderClass');
    add('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', provider, 'mounts it');
    add(STORAGE_API, 'StorageClass', storageOf(volume), 'has volumes of it');
  }
  return found;
}

/** The pods' ServiceAccount; the deprecated alias counts where the field is absent (core/v1 PodSpec). */
export function serviceAccountOf(podSpec: unknown): string {
  return text(podSpec, 'serviceAccountName') || text(podSpec, 'serviceAccount') || 'default';
}

/** The pod's spec with other names for ConfigMaps and Secrets, in every place that can name one. The input stays as it is. */
export function rewriteReferences(podSpec: unknown, renamed: Renamed): Record<string, unknown> {
  const copy = structuredClone(mapAt(podSpec));
  eachConfig(copy, ({ kind, name }) => renamed(kind, name));
  return copy;
}

const CLUSTER = new Set(['PriorityClass', 'RuntimeClass', 'StorageClass']);

function storageOf(volume: unknown): string {
  return text(volume, 'ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName');
}

interface Place {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly verb: string;
  readonly optional: boolean;
}

/** Visits each place that names a ConfigMap or Secret; what the visitor returns is written there. */
function eachConfig(podSpec: unknown, visit: (place: Place) => string | undefined): void {
  const at = (holder: unknown, key: string, kind: Place['kind'], verb: string) => {
    const name = text(holder, key);
    if (name === '') return;
    const next = visit({ kind, name, verb, optional: field(holder, 'optional') === true });
    if (next !== undefined) (holder as Record<string, unknown>)[key] = next;
  };
  for (const container of containersOf(podSpec)) {
    for (const entry of list(container, 'env')) {
      at(field(entry, 'valueFrom', 'configMapKeyRef'), 'name', 'ConfigMap', 'reads a variable from it');
      at(field(entry, 'valueFrom', 'secretKeyRef'), 'name', 'Secret', 'reads a variable from it');
    }
    for (const entry of list(container, 'envFrom')) {
      at(field(entry, 'configMapRef'), 'name', 'ConfigMap', 'reads its environment from it');
      at(field(entry, 'secretRef'), 'name', 'Secret', 'reads its environment from it');
    }
  }
  for (const entry of list(podSpec, 'imagePullSecrets')) at(entry, 'name', 'Secret', 'pulls its images with it');
  for (const volume of list(podSpec, 'volumes')) {
    at(field(volume, 'configMap'), 'name', 'ConfigMap', 'mounts it');
    at(field(volume, 'secret'), 'secretName', 'Secret', 'mounts it');
    at(field(volume, 'csi', 'nodePublishSecretRef'), 'name', 'Secret', 'mounts a volume with it');
    at(field(volume, 'azureFile'), 'secretName', 'Secret', 'mounts a volume with it');
    for (const driver of ['flexVolume', 'cephfs', 'rbd', 'iscsi', 'scaleIO', 'storageos', 'cinder'])
      at(field(volume, driver, 'secretRef'), 'name', 'Secret', 'mounts a volume with it');
    for (const source of list(volume, 'projected', 'sources')) {
      at(field(source, 'configMap'), 'name', 'ConfigMap', 'mounts it');
      at(field(source, 'secret'), 'name', 'Secret', 'mounts it');
    }
  }
}
