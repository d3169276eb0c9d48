/** What an object itself names, kind by kind: the steps of the reach that lead away from the pods. */
import {
  GATEWAY_API,
  GATEWAY_GROUP,
  INGRESS_API,
  KEDA_API,
  KONG_API,
  KONG_BETA_API,
  PLUGINS_ANNOTATION,
  RBAC_API,
  STORAGE_API,
  UPSTREAM_POLICY,
} from '../../kube/names.ts';
import {
  annotation,
  field,
  groupOf,
  type KubeObject,
  list,
  type ObjectRef,
  strings,
  text,
} from '../../kube/objects.ts';
import { podReferences, templateOf } from './pod-references.ts';

/** One step of the reach: the object it leads to, which need not exist, and why in words that follow the first one's name. */
export interface Step {
  readonly ref: ObjectRef;
  readonly why: string;
}

/** Objects that the given one names and works by. */
export function stepsFrom(object: KubeObject): readonly Step[] {
  const steps: Step[] = [];
  const { namespace } = object.metadata;
  const add = (apiVersion: string, kind: string, name: unknown, why: string, there: string | undefined = namespace) => {
    if (typeof name !== 'string' || name === '') return;
    steps.push({ ref: { apiVersion, kind, name, ...(there === undefined ? {} : { namespace: there }) }, why });
  };
  const cluster = (apiVersion: string, kind: string, name: unknown, why: string) => {
    if (typeof name === 'string' && name !== '') steps.push({ ref: { apiVersion, kind, name }, why });
  };
  bound(object, add, cluster);
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'Rollout':
    case 'Pod':
      for (const { ref, verb } of podReferences(field(templateOf(object), 'spec'), namespace))
        steps.push({ ref, why: verb });
      if (namespace !== undefined) cluster('v1', 'Namespace', namespace, 'lives in it');
      break;
    case 'ServiceAccount':
      for (const key of ['secrets', 'imagePullSecrets'])
        for (const entry of list(object, key)) add('v1', 'Secret', text(entry, 'name'), 'has it');
      break;
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      role(object, add, cluster);
      break;
    case 'PersistentVolumeClaim':
      cluster('v1', 'PersistentVolume', text(object, 'spec', 'volumeName'), 'is bound to it');
      cluster(STORAGE_API, 'StorageClass', text(object, 'spec', 'storageClassName'), 'is of it');
      break;
    case 'ScaledObject':
      for (const trigger of list(object, 'spec', 'triggers')) {
        const kind = text(trigger, 'authenticationRef', 'kind') || 'TriggerAuthentication';
        const name = text(trigger, 'authenticationRef', 'name');
        if (kind === 'ClusterTriggerAuthentication') cluster(KEDA_API, kind, name, 'asks with it');
        else add(KEDA_API, kind, name, 'asks with it');
      }
      break;
    case 'TriggerAuthentication':
      for (const entry of list(object, 'spec', 'secretTargetRef')) add('v1', 'Secret', text(entry, 'name'), 'reads it');
      break;
    case 'Ingress':
      for (const entry of list(object, 'spec', 'tls'))
        add('v1', 'Secret', text(entry, 'secretName'), 'answers with it');
      cluster(INGRESS_API, 'IngressClass', text(object, 'spec', 'ingressClassName'), 'is of it');
      break;
    case 'Gateway':
      gateway(object, add, cluster);
      break;
    case 'KongPlugin':
    case 'KongClusterPlugin':
      plugin(object, add);
      break;
    default:
  }
  if (groupOf(object.apiVersion) === GATEWAY_GROUP) route(object, add);
  return steps;
}

type Add = (apiVersion: string, kind: string, name: unknown, why: string, there?: string) => void;

/** Kong reads plugins and policies from annotations, of the namespace or of the cluster. */
function bound(object: KubeObject, add: Add, cluster: Add): void {
  for (const name of (annotation(object, PLUGINS_ANNOTATION) ?? '').split(',').map((one) => one.trim())) {
    const [there, plain] = name.includes(':') ? name.split(':') : [undefined, name];
    add(KONG_API, 'KongPlugin', plain, 'has it bound', there);
    if (there === undefined) cluster(KONG_API, 'KongClusterPlugin', plain, 'has it bound');
  }
  const policy = annotation(object, UPSTREAM_POLICY);
  add(KONG_BETA_API, 'KongUpstreamPolicy', policy, 'has it bound');
  add('v1', 'Secret', annotation(object, 'konghq.com/client-cert'), 'is called with it');
}

function role(object: KubeObject, add: Add, cluster: Add): void {
  const kind = text(object, 'roleRef', 'kind');
  const name = text(object, 'roleRef', 'name');
  if (kind === 'ClusterRole') cluster(RBAC_API, kind, name, 'grants it');
  else add(RBAC_API, 'Role', name, 'grants it');
}

function gateway(object: KubeObject, add: Add, cluster: Add): void {
  cluster(GATEWAY_API, 'GatewayClass', text(object, 'spec', 'gatewayClassName'), 'is of it');
  for (const listener of list(object, 'spec', 'listeners'))
    for (const entry of list(listener, 'tls', 'certificateRefs'))
      add(
        'v1',
        'Secret',
        text(entry, 'name'),
        'answers with it',
        text(entry, 'namespace') || object.metadata.namespace,
      );
}

function plugin(object: KubeObject, add: Add): void {
  const sources = [
    field(object, 'configFrom'),
    ...list(object, 'configPatches').map((patch) => field(patch, 'valueFrom')),
  ];
  for (const source of sources) {
    const key = field(source, 'secretKeyRef');
    add('v1', 'Secret', text(key, 'name'), 'is set by it', text(key, 'namespace') || object.metadata.namespace);
  }
}

/** Parents of a route and what its filters name. */
function route(object: KubeObject, add: Add): void {
  const { namespace } = object.metadata;
  for (const parent of list(object, 'spec', 'parentRefs')) {
    const group = typeof field(parent, 'group') === 'string' ? text(parent, 'group') : GATEWAY_GROUP;
    const kind = text(parent, 'kind') || 'Gateway';
    add(apiVersionOf(group), kind, text(parent, 'name'), 'hangs on it', text(parent, 'namespace') || namespace);
  }
  for (const rule of list(object, 'spec', 'rules')) {
    const filters = [...list(rule, 'filters'), ...list(rule, 'backendRefs').flatMap((ref) => list(ref, 'filters'))];
    for (const filter of filters) {
      const ref = strings(filter, 'extensionRef');
      add(apiVersionOf(ref['group'] ?? ''), ref['kind'] ?? '', ref['name'], 'filters by it');
    }
  }
}

/** Any version will do: objects are told apart by group and kind. */
function apiVersionOf(group: string): string {
  return group === '' ? 'v1' : `${group}/v1`;
}
