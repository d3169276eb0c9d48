/** Who names or catches what is reached already: the steps of the reach that lead back to it. */
import { SERVICE_NAME_LABEL } from '../../kube/names.ts';
import { field, groupOf, type KubeObject, list, nameOf, type ObjectRef, strings, text } from '../../kube/objects.ts';
import { keyOf } from './identity.ts';
import { mentionsOf } from './mentions.ts';
import { templateOf } from './pod-references.ts';
import { ROUTE_KINDS } from './route-kinds.ts';
import { isGranted, placesTo } from './routes-to.ts';
import { catchesOf, caught, fromLabelSelector, type Labels, matches } from './selectors.ts';

/** Pods that serve: their namespace, their labels, and the workload that makes them. */
export interface ServingPods {
  readonly workload: KubeObject;
  readonly namespace: string | undefined;
  readonly labels: Labels;
}

export function podsOf(workload: KubeObject): ServingPods {
  const labels = strings(templateOf(workload), 'metadata', 'labels');
  return { workload, namespace: workload.metadata.namespace, labels };
}

const CATCHES: Readonly<Record<string, string>> = {
  sends: 'sends to its pods',
  runs: 'its selector catches its pods',
  counts: 'counts its pods',
  polices: 'its selector catches its pods',
  peers: 'names its pods as peers',
  monitors: 'watches its pods',
};

/** Why an object bears on serving pods, or undefined where it does not. */
export function bearsOnPods(object: KubeObject, pods: ServingPods): string | undefined {
  const { workload, namespace, labels } = pods;
  if (keyOf(object) === keyOf(workload)) return undefined;
  const hit = catchesOf(object).find((one) => caught(one, namespace, labels));
  if (hit !== undefined) return `${CATCHES[hit.role]} (${nameOf(workload)})`;
  if (scales(object, workload)) return `scales ${nameOf(workload)}`;
  // one that closes what other pods accept may cut off what these call
  if (object.kind === 'NetworkPolicy') return 'decides who may call whom';
  if (isCustom(object) && mentionsOf(object).selectors.some((selector) => matches(selector, labels)))
    return `its selector catches the pods of ${nameOf(workload)}`;
  return undefined;
}

/** Why an object bears on one that is reached already, or undefined. `sees` says whether another one is reached, too. */
export function bearsOn(
  object: KubeObject,
  reached: ObjectRef,
  objects: readonly KubeObject[],
  sees: (ref: ObjectRef) => boolean,
): string | undefined {
  const { kind, namespace, name } = reached;
  if (kind === 'Service' && groupOf(reached.apiVersion) === '' && namespace !== undefined) {
    const why = bearsOnService(object, { namespace, name }, objects);
    if (why !== undefined) return why;
  }
  if (kind === 'ServiceAccount' && bindsAccount(object, reached)) return `gives rights to ServiceAccount ${name}`;
  if (kind === 'ClusterRole' && aggregatesInto(object, reached, objects)) return `adds rights to ClusterRole ${name}`;
  if (kind === 'Secret' || kind === 'ConfigMap') return produces(object, reached) ? `makes ${kind} ${name}` : undefined;
  if (kind === 'Namespace' && object.metadata.namespace === name && /^(LimitRange|ResourceQuota)$/.test(object.kind))
    return `limits the pods of ${name}`;
  if (object.kind === 'ReferenceGrant') return grants(object, reached) ? `lets ${kind} ${name} in` : undefined;
  if (object.kind === 'CustomResourceDefinition' && definesKind(object, reached)) return `defines ${kind} ${name}`;
  return isCustom(object) && !isRouteKind(object) && names(object, reached, sees) ? `names ${kind} ${name}` : undefined;
}

function bearsOnService(
  object: KubeObject,
  service: { readonly namespace: string; readonly name: string },
  objects: readonly KubeObject[],
): string | undefined {
  const own = object.metadata.namespace === service.namespace;
  if (own && object.kind === 'Endpoints' && object.metadata.name === service.name)
    return `is behind Service ${service.name}`;
  if (own && object.metadata.labels?.[SERVICE_NAME_LABEL] === service.name) return `is behind Service ${service.name}`;
  if (object.kind === 'ServiceMonitor')
    return watches(object, service, objects) ? `watches Service ${service.name}` : undefined;
  // a grant that is brought later lets the route in: it counts from the first
  const [place] = placesTo(object, service);
  if (place === undefined) return undefined;
  const closed = isGranted(object, service, objects) ? '' : ', and no ReferenceGrant lets it';
  return `leads to Service ${service.name}: ${place}${closed}`;
}

/** HorizontalPodAutoscaler, ScaledObject (kind Deployment where absent), VerticalPodAutoscaler. */
export function scales(object: KubeObject, workload: KubeObject): boolean {
  if (object.metadata.namespace !== workload.metadata.namespace) return false;
  const target = field(object, 'spec', 'scaleTargetRef') ?? field(object, 'spec', 'targetRef');
  const group = groupOf(object.apiVersion);
  if (target === undefined || !/^(autoscaling(\..*)?|keda\.sh|.*autoscal.*)$/.test(group)) return false;
  return (text(target, 'kind') || 'Deployment') === workload.kind && text(target, 'name') === workload.metadata.name;
}

/** Subjects may be the account itself or a group that all accounts are in (RBAC documentation, "Referring to subjects"). */
function bindsAccount(object: KubeObject, { namespace, name }: ObjectRef): boolean {
  if (object.kind !== 'ClusterRoleBinding' && object.kind !== 'RoleBinding') return false;
  const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const user = `system:serviceaccount:${namespace}:${name}`;
  return list(object, 'subjects').some((subject) => {
    const kind = text(subject, 'kind');
    if (kind === 'Group') return groups.includes(text(subject, 'name'));
    if (kind === 'User') return text(subject, 'name') === user;
    const there = text(subject, 'namespace') || object.metadata.namespace;
    return text(subject, 'name') === name && there === namespace;
  });
}

function aggregatesInto(object: KubeObject, { name }: ObjectRef, objects: readonly KubeObject[]): boolean {
  if (object.kind !== 'ClusterRole' || object.metadata.name === name) return false;
  const role = objects.find((one) => one.kind === 'ClusterRole' && one.metadata.name === name);
  return list(role, 'aggregationRule', 'clusterRoleSelectors').some((value) => {
    const selector = fromLabelSelector(value);
    return selector !== undefined && matches(selector, object.metadata.labels ?? {});
  });
}

/** Objects from which a controller makes a Secret or ConfigMap: the path of its name, or the object's own name. */
const PRODUCERS: Readonly<Record<string, readonly string[]>> = {
  'external-secrets.io/ExternalSecret': ['spec', 'target', 'name'],
  'bitnami.com/SealedSecret': ['spec', 'template', 'metadata', 'name'],
  'cert-manager.io/Certificate': ['spec', 'secretName'],
  'secrets.hashicorp.com/VaultStaticSecret': ['spec', 'destination', 'name'],
  'secrets.hashicorp.com/VaultDynamicSecret': ['spec', 'destination', 'name'],
  'onepassword.com/OnePasswordItem': ['metadata', 'name'],
  'isindir.github.com/SopsSecret': ['metadata', 'name'],
};

/** Whether the object belongs to a kind that only makes a Secret. */
export function isProducer(object: KubeObject): boolean {
  return Object.hasOwn(PRODUCERS, `${groupOf(object.apiVersion)}/${object.kind}`);
}

function produces(object: KubeObject, { kind, namespace, name }: ObjectRef): boolean {
  const path = PRODUCERS[`${groupOf(object.apiVersion)}/${object.kind}`];
  if (path === undefined || kind !== 'Secret' || object.metadata.namespace !== namespace) return false;
  return (text(object, ...path) || object.metadata.name) === name;
}

function watches(
  monitor: KubeObject,
  service: { readonly namespace: string; readonly name: string },
  objects: readonly KubeObject[],
): boolean {
  const selector = fromLabelSelector(field(monitor, 'spec', 'selector'));
  const namespaces = field(monitor, 'spec', 'namespaceSelector');
  const named = list(namespaces, 'matchNames');
  const there = named.length > 0 ? named.includes(service.namespace) : monitor.metadata.namespace === service.namespace;
  if (selector === undefined || (!there && field(namespaces, 'any') !== true)) return false;
  return objects.some(
    ({ kind, metadata }) =>
      kind === 'Service' &&
      metadata.name === service.name &&
      metadata.namespace === service.namespace &&
      matches(selector, metadata.labels ?? {}),
  );
}

function grants(grant: KubeObject, route: ObjectRef): boolean {
  return list(grant, 'spec', 'from').some(
    (from) =>
      text(from, 'group') === groupOf(route.apiVersion) &&
      text(from, 'kind') === route.kind &&
      text(from, 'namespace') === route.namespace &&
      grant.metadata.namespace !== route.namespace,
  );
}

function definesKind(definition: KubeObject, { apiVersion, kind }: ObjectRef): boolean {
  return (
    text(definition, 'spec', 'group') === groupOf(apiVersion) && text(definition, 'spec', 'names', 'kind') === kind
  );
}

/** Objects that say where requests go; the release's weights are in one of them. */
export function isRouteKind(object: KubeObject): boolean {
  return ROUTE_KINDS.has(object.kind) && groupOf(object.apiVersion) !== '';
}

const BUILT_IN =
  /^(|apps|batch|autoscaling|policy|events\.k8s\.io|networking\.k8s\.io|rbac\.authorization\.k8s\.io|storage\.k8s\.io|scheduling\.k8s\.io|discovery\.k8s\.io|coordination\.k8s\.io|node\.k8s\.io|apiextensions\.k8s\.io|resource\.k8s\.io|certificates\.k8s\.io)$/;

/** A kind that a CustomResourceDefinition brings, or one whose shape is not known here. */
export function isCustom(object: KubeObject): boolean {
  return !BUILT_IN.test(groupOf(object.apiVersion));
}

/** Kinds that whole namespaces share: naming one does not make an object one of the app's. */
const SHARED =
  /^(Namespace|Gateway|GatewayClass|IngressClass|StorageClass|PriorityClass|RuntimeClass|CustomResourceDefinition|Role|ClusterRole|PersistentVolume)$/;

/** Kinds whose bare name in an unknown object is taken for them: the app's own, which it is called by. */
const TELLING = /^(Service|Deployment|StatefulSet|DaemonSet|Rollout)$/;

function names(object: KubeObject, reached: ObjectRef, sees: (ref: ObjectRef) => boolean): boolean {
  const { named, texts, cut } = mentionsOf(object);
  if (cut) return true;
  const { name, kind, namespace } = reached;
  const shared = SHARED.test(kind);
  const telling = TELLING.test(kind) || ROUTE_KINDS.has(kind);
  const near = object.metadata.namespace === undefined || object.metadata.namespace === namespace;
  if (near && TELLING.test(kind) && texts.has(name) && !isProducer(object)) return true;
  return named.some((mention) => {
    // a reference that says no kind means a workload, a Service or a route
    if (mention.name !== name || (mention.kind ?? (telling ? kind : undefined)) !== kind) return false;
    const there = mention.namespace ?? object.metadata.namespace;
    if (namespace !== undefined && there !== undefined && there !== namespace) return false;
    // a policy of the whole Gateway is the app's matter; a route or a list of Gateways is not
    return !shared || (/\btargetRefs?\b/.test(mention.path) && sees(reached));
  });
}
