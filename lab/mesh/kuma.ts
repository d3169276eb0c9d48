/**
 * Kuma 2.14: MeshHTTPRoute with real MeshService objects, in both forms of reference (name and namespace, or labels).
 * Proxies know a call by the Service it connects to, whatever its Host. A backend that cannot be resolved, or whose port
 * is not `appProtocol: http`, is left out and the others take its share (2.14.3 meshroute/listeners.go; 3.0 answers 500).
 * Nothing is ever acknowledged: the kind has no status.
 * Not here: gateways, MeshServiceSubset, MeshExternalService, filters other than header modifiers, roles of policies.
 */
import type { KubeObject } from '../../src/kube/objects.ts';
import { field, list, strings, text } from '../../src/kube/objects.ts';
import { EVERY_PATH, LANE_MARK_FILTER, LANE_MATCH } from './by-hand.ts';
import { filtersOf, matchesOf } from './http-rules.ts';
import { bySpecificity } from './matching.ts';
import type { Call, ClusterView, Destination, MeshKind, MeshObjects, Rule, Workload } from './types.ts';
import { selects } from './types.ts';

const API = 'kuma.io/v1alpha1';
const INJECT = 'kuma.io/sidecar-injection';
const NAME = 'kuma.io/display-name';
const NAMESPACE = 'k8s.kuma.io/namespace';

export const kuma: MeshKind = {
  name: 'kuma',
  crds: 'kuma',
  route: { kind: 'MeshHTTPRoute', apiVersion: API, plural: 'meshhttproutes' },
  others: [],
  // dataplaneConfigurationRefreshInterval is 1 s (kuma-cp.defaults.yaml): half of it on average.
  pace: { applied: 500, acknowledged: 500 },
  injected: (pod, _objects, cluster) => {
    const own = pod.metadata.labels?.[INJECT];
    const namespace = cluster.namespace(pod.metadata.namespace ?? '')?.metadata.labels?.[INJECT];
    return (own ?? namespace) === 'enabled';
  },
  seed: {
    route: ['meshhttproutes', 'jazz'],
    byHand: (shares) => {
      const to = (name: string, weight: number) => ({
        kind: 'MeshService',
        labels: { 'kuma.io/display-name': name, 'k8s.kuma.io/namespace': 'prod' },
        port: 9080,
        weight,
      });
      return {
        path: '/spec/to/0/rules',
        value: [
          { matches: [EVERY_PATH], default: { backendRefs: shares.map(([name, weight]) => to(name, weight)) } },
          { matches: [LANE_MATCH], default: { filters: [LANE_MARK_FILTER], backendRefs: [to('jazz-v2', 1)] } },
        ],
      };
    },
  },
  compile,
  acknowledgement: () => undefined,
  webhook: {
    name: 'validator.kuma-admission.kuma.io',
    failurePolicy: 'Fail',
    rules: [{ apiGroups: ['kuma.io'], apiVersions: ['v1alpha1'], resources: ['meshhttproutes'] }],
    namespaceLabels: { [INJECT]: 'enabled' },
    refuses: invalid,
  },
};

/** A reference is by labels or by name, never both (pkg/core/resources/apis/mesh/validators.go). */
function invalid(route: KubeObject): string | undefined {
  for (const to of list(route, 'spec', 'to')) {
    for (const rule of list(to, 'rules')) {
      for (const ref of list(rule, 'default', 'backendRefs')) {
        if (field(ref, 'labels') !== undefined && field(ref, 'name') !== undefined) {
          return 'spec.to.rules.default.backendRefs: must not set labels together with name or namespace';
        }
      }
    }
  }
  return undefined;
}

function compile(objects: MeshObjects, cluster: ClusterView) {
  const targets = objects('MeshHTTPRoute').flatMap((route) =>
    list(route, 'spec', 'to').map((to) => ({
      route,
      service: serviceOf(field(to, 'targetRef'), route),
      section: text(to, 'targetRef', 'sectionName'),
      rules: list(to, 'rules').map((rule, index) => ruleOf(route, rule, index, cluster)),
    })),
  );
  return {
    routing(caller: Workload, { host, port }: Call) {
      const asked = cluster.serviceOf(host);
      const [namespace = '', name = ''] = (asked ?? '').split('/');
      const listener = portOf(cluster.service(namespace, name), port);
      // A port that is not HTTP is passed on as TCP: no rule applies.
      if (listener === undefined || listener.protocol !== 'http') return 'passthrough' as const;
      const found = targets.filter(
        (target) => target.service === asked && sectionFits(target.section, listener) && concerns(target.route, caller),
      );
      if (found.length === 0) return 'passthrough' as const;
      return { rules: bySpecificity(found.flatMap(({ rules }) => rules)) };
    },
  };
}

/** `spec.targetRef` names the clients the route is for; without it, all. */
function concerns(route: KubeObject, caller: Workload): boolean {
  const kind = text(route, 'spec', 'targetRef', 'kind') || 'Mesh';
  return (
    kind === 'Mesh' || (kind === 'Dataplane' && selects(strings(route, 'spec', 'targetRef', 'labels'), caller.labels))
  );
}

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

function portOf(service: KubeObject | undefined, port: unknown): Listener | undefined {
  const found = list(service, 'spec', 'ports').find((each) => field(each, 'port') === port);
  if (found === undefined || typeof port !== 'number') return undefined;
  return { name: text(found, 'name'), port, protocol: text(found, 'appProtocol') || 'tcp' };
}

/** A section is the port by name, or by number. */
function sectionFits(section: string, listener: Listener): boolean {
  return section === '' || section === listener.name || section === String(listener.port);
}

/** `namespace/name` of the Service a MeshService stands for. */
function serviceOf(ref: unknown, route: KubeObject): string {
  const labels = strings(ref, 'labels');
  const name = labels[NAME] ?? text(ref, 'name');
  const namespace = labels[NAMESPACE] ?? (text(ref, 'namespace') || (route.metadata.namespace ?? ''));
  return `${namespace}/${name}`;
}

function ruleOf(route: KubeObject, rule: unknown, index: number, cluster: ClusterView): Rule {
  const { unknown: _unknown, ...changes } = filtersOf(list(rule, 'default', 'filters'));
  return {
    name: `${route.metadata.name}[${index}]`,
    matches: matchesOf(rule),
    destinations: list(rule, 'default', 'backendRefs').flatMap((ref) => destinationOf(route, ref, cluster)),
    ...changes,
  };
}

function destinationOf(route: KubeObject, ref: unknown, cluster: ClusterView): readonly Destination[] {
  const [namespace = '', name = ''] = serviceOf(ref, route).split('/');
  const listener = portOf(cluster.service(namespace, name), field(ref, 'port'));
  if (listener?.protocol !== 'http') return [];
  const weight = field(ref, 'weight');
  return [
    {
      name,
      weight: typeof weight === 'number' ? weight : 1,
      to: { host: `${name}.${namespace}.svc.cluster.local`, port: listener.port },
    },
  ];
}
