/** Label selectors, and which objects catch pods by them: to send to them, to count them, to police or to watch them. */
import { ISTIO_SECURITY_GROUP } from '../../kube/names.ts';
import { field, groupOf, type KubeObject, list, strings, text } from '../../kube/objects.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** All of its requirements must hold; one without requirements catches every pod. */
export type Selector = readonly Requirement[];

/**
 * What catching a pod means. `sends`, `runs` and `counts` take the pod for one of their own: a canary that they catch
 * serves, is scaled or is counted as stable. `polices`, `peers` and `monitors` merely cover it: a canary shall have them too.
 */
export type Role = 'sends' | 'runs' | 'counts' | 'polices' | 'peers' | 'monitors';

export interface Catch {
  readonly object: KubeObject;
  readonly selector: Selector;
  readonly role: Role;
  /** Namespaces whose pods are meant; `any` also where labels of namespaces decide, which are not looked up. */
  readonly where: 'any' | readonly string[];
}

export function fromLabels(labels: Labels): Selector {
  return Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}

/** A metav1.LabelSelector. Undefined where there is none, which selects nothing; an empty one selects everything. */
export function fromLabelSelector(value: unknown): Selector | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const expressions = list(value, 'matchExpressions').map((entry) => ({
    key: text(entry, 'key'),
    operator: text(entry, 'operator') as Requirement['operator'],
    values: list(entry, 'values').filter((one): one is string => typeof one === 'string'),
  }));
  return [...fromLabels(strings(value, 'matchLabels')), ...expressions];
}

/** As k8s.io/apimachinery labels.Selector: NotIn also holds for pods without the label. */
export function matches(selector: Selector, labels: Labels): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = labels[key];
    if (operator === 'In') return value !== undefined && values.includes(value);
    if (operator === 'NotIn') return value === undefined || !values.includes(value);
    return operator === 'Exists' ? value !== undefined : value === undefined;
  });
}

/** Every selector by which an object catches pods. */
export function catchesOf(object: KubeObject): readonly Catch[] {
  const known = KNOWN[`${groupOf(object.apiVersion)}/${object.kind}`];
  if (known !== undefined) return known(object);
  if (groupOf(object.apiVersion) === ISTIO_SECURITY_GROUP) return istioPolicy(object);
  return [];
}

/** Whether the catch is for pods of a namespace with these labels. */
export function caught({ selector, where }: Catch, namespace: string | undefined, labels: Labels): boolean {
  return (where === 'any' || (namespace !== undefined && where.includes(namespace))) && matches(selector, labels);
}

/** Whether a pod that is caught is taken for one of the object's own, and not merely covered. */
export function isExclusive({ role }: Catch): boolean {
  return role === 'sends' || role === 'runs' || role === 'counts';
}

type Reader = (object: KubeObject) => readonly Catch[];

function own(object: KubeObject): readonly string[] {
  return object.metadata.namespace === undefined ? [] : [object.metadata.namespace];
}

function catching(object: KubeObject, role: Role, selector: Selector | undefined, where: Catch['where'] = own(object)) {
  return selector === undefined ? [] : [{ object, selector, role, where }];
}

/** A plain map of labels: an empty one selects nothing. */
function byLabels(role: Role, ...path: readonly string[]): Reader {
  return (object) => {
    const labels = strings(object, ...path);
    return Object.keys(labels).length === 0 ? [] : catching(object, role, fromLabels(labels));
  };
}

function bySelector(role: Role, ...path: readonly string[]): Reader {
  return (object) => catching(object, role, fromLabelSelector(field(object, ...path)));
}

/** Istio: without a selector the whole namespace, and in the root namespace the whole mesh. */
function istioPolicy(object: KubeObject): readonly Catch[] {
  const selector = fromLabels(strings(object, 'spec', 'selector', 'matchLabels'));
  if (field(object, 'spec', 'targetRef') !== undefined || list(object, 'spec', 'targetRefs').length > 0) return [];
  return catching(object, 'polices', selector, object.metadata.namespace === 'istio-system' ? 'any' : own(object));
}

function istioWorkloads(role: Role, ...path: readonly string[]): Reader {
  return (object) =>
    catching(
      object,
      role,
      fromLabels(strings(object, ...path)),
      object.metadata.namespace === 'istio-system' ? 'any' : own(object),
    );
}

function networkPolicy(object: KubeObject): readonly Catch[] {
  const peers = [
    ...list(object, 'spec', 'ingress').flatMap((rule) => list(rule, 'from')),
    ...list(object, 'spec', 'egress').flatMap((rule) => list(rule, 'to')),
  ];
  return [
    ...catching(object, 'polices', fromLabelSelector(field(object, 'spec', 'podSelector') ?? {})),
    ...peers.flatMap((peer) => {
      const namespaces = field(peer, 'namespaceSelector');
      const pods = fromLabelSelector(field(peer, 'podSelector')) ?? (namespaces === undefined ? undefined : []);
      return catching(object, 'peers', pods, namespaces === undefined ? own(object) : 'any');
    }),
  ];
}

/** Cilium writes sources of labels before their keys: `k8s:app`, `any:app`. */
function ciliumSelector(value: unknown): { selector: Selector; where: 'any' | undefined } | undefined {
  const selector = fromLabelSelector(value);
  if (selector === undefined) return undefined;
  const plain = selector.map((one) => ({ ...one, key: one.key.replace(/^(k8s|any)[:.]/, '') }));
  const pods = plain.filter(({ key }) => !key.startsWith('io.kubernetes.pod.') && !key.startsWith('io.cilium.k8s.'));
  return { selector: pods, where: pods.length < plain.length ? 'any' : undefined };
}

function cilium(object: KubeObject): readonly Catch[] {
  const everywhere = object.kind === 'CiliumClusterwideNetworkPolicy' ? 'any' : undefined;
  const rules = [field(object, 'spec'), ...list(object, 'specs')].filter((rule) => rule !== undefined);
  const read = (role: Role, value: unknown) => {
    const found = ciliumSelector(value);
    return found === undefined ? [] : catching(object, role, found.selector, everywhere ?? found.where ?? own(object));
  };
  return rules.flatMap((rule) => [
    ...read('polices', field(rule, 'endpointSelector')),
    ...['ingress', 'ingressDeny', 'egress', 'egressDeny'].flatMap((side) =>
      list(rule, side).flatMap((entry) =>
        [...list(entry, 'fromEndpoints'), ...list(entry, 'toEndpoints')].flatMap((peer) => read('peers', peer)),
      ),
    ),
  ]);
}

/** Calico's selectors are text: `app == 'orders' && tier in {'web'}`. Terms that are not read are taken to hold. */
function calico(object: KubeObject): readonly Catch[] {
  const terms = text(object, 'spec', 'selector').matchAll(/([\w./-]+)\s*(==|!=)\s*['"]([^'"]*)['"]/g);
  const selector = [...terms].map(([, key = '', sign, value = '']) => ({
    key,
    operator: sign === '==' ? ('In' as const) : ('NotIn' as const),
    values: [value],
  }));
  return catching(object, 'polices', selector, object.kind.startsWith('Global') ? 'any' : own(object));
}

function monitor(object: KubeObject): readonly Catch[] {
  const namespaces = field(object, 'spec', 'namespaceSelector');
  const named = list(namespaces, 'matchNames').filter((name): name is string => typeof name === 'string');
  const where = field(namespaces, 'any') === true ? 'any' : named.length > 0 ? named : own(object);
  return catching(object, 'monitors', fromLabelSelector(field(object, 'spec', 'selector')), where);
}

/** Kuma adds tags of its own to those it takes from a pod's labels. */
function meshService(object: KubeObject): readonly Catch[] {
  const tags = Object.entries(strings(object, 'spec', 'selector', 'dataplaneTags')).filter(
    ([key]) => !/(^|\.)kuma\.io\//.test(key),
  );
  return tags.length === 0 ? [] : catching(object, 'sends', fromLabels(Object.fromEntries(tags)), 'any');
}

const workload = bySelector('runs', 'spec', 'selector');

/** By `group/Kind`; kinds that are not listed are looked through by {@link mentionsOf}. */
const KNOWN: Readonly<Record<string, Reader>> = {
  '/Service': byLabels('sends', 'spec', 'selector'),
  '/ReplicationController': byLabels('runs', 'spec', 'selector'),
  'apps/Deployment': workload,
  'apps/StatefulSet': workload,
  'apps/DaemonSet': workload,
  'apps/ReplicaSet': workload,
  'argoproj.io/Rollout': workload,
  'policy/PodDisruptionBudget': bySelector('counts', 'spec', 'selector'),
  'networking.k8s.io/NetworkPolicy': networkPolicy,
  'cilium.io/CiliumNetworkPolicy': cilium,
  'cilium.io/CiliumClusterwideNetworkPolicy': cilium,
  'cilium.io/CiliumLocalRedirectPolicy': bySelector('sends', 'spec', 'redirectBackend', 'localEndpointSelector'),
  'crd.projectcalico.org/NetworkPolicy': calico,
  'crd.projectcalico.org/GlobalNetworkPolicy': calico,
  'projectcalico.org/NetworkPolicy': calico,
  'projectcalico.org/GlobalNetworkPolicy': calico,
  'networking.istio.io/ServiceEntry': byLabels('sends', 'spec', 'workloadSelector', 'labels'),
  'networking.istio.io/Sidecar': istioWorkloads('polices', 'spec', 'workloadSelector', 'labels'),
  'networking.istio.io/EnvoyFilter': istioWorkloads('polices', 'spec', 'workloadSelector', 'labels'),
  'networking.istio.io/ProxyConfig': istioWorkloads('polices', 'spec', 'selector', 'matchLabels'),
  'telemetry.istio.io/Telemetry': istioPolicy,
  'extensions.istio.io/WasmPlugin': istioPolicy,
  'policy.linkerd.io/Server': bySelector('polices', 'spec', 'podSelector'),
  'appmesh.k8s.aws/VirtualNode': bySelector('sends', 'spec', 'podSelector'),
  'kuma.io/MeshService': meshService,
  'monitoring.coreos.com/PodMonitor': monitor,
  'monitoring.googleapis.com/PodMonitoring': bySelector('monitors', 'spec', 'selector'),
  'operator.victoriametrics.com/VMPodScrape': monitor,
};
