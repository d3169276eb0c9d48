import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { reachOf } from '../../../src/services/reach.ts';
import { object, ofCluster } from './app/world.ts';

const LABELS = { app: 'orders' };
const rbac = 'rbac.authorization.k8s.io/v1';
const gateway = 'gateway.networking.k8s.io/v1';
const kong = 'configuration.konghq.com/v1';

const serving = object('apps/v1', 'Deployment', 'orders', {
  spec: {
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: {
        serviceAccountName: 'orders',
        priorityClassName: 'important',
        imagePullSecrets: [{ name: 'pull' }],
        initContainers: [{ name: 'side', restartPolicy: 'Always', envFrom: [{ secretRef: { name: 'side' } }] }],
        containers: [
          {
            name: 'orders',
            env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'key', key: 'a' } } }],
            envFrom: [{ configMapRef: { name: 'env' } }, { configMapRef: { name: 'flags', optional: true } }],
          },
        ],
        volumes: [
          { name: 'a', configMap: { name: 'mounted' } },
          { name: 'b', secret: { secretName: 'secret' } },
          { name: 'c', projected: { sources: [{ secret: { name: 'projected' } }] } },
          {
            name: 'd',
            csi: {
              driver: 'x',
              nodePublishSecretRef: { name: 'csi' },
              volumeAttributes: { secretProviderClass: 'vault' },
            },
          },
          { name: 'e', persistentVolumeClaim: { claimName: 'data' } },
        ],
      },
    },
  },
});
const route = object(
  gateway,
  'HTTPRoute',
  'orders',
  {
    spec: {
      parentRefs: [{ name: 'kong', namespace: 'kong' }],
      rules: [
        {
          backendRefs: [{ name: 'orders' }],
          filters: [{ extensionRef: { group: 'configuration.konghq.com', kind: 'KongPlugin', name: 'filter' } }],
        },
      ],
    },
  },
  { annotations: { 'konghq.com/plugins': 'limit, auth' } },
);
const service = object(
  'v1',
  'Service',
  'orders',
  { spec: { selector: LABELS } },
  { labels: { team: 'shop' }, annotations: { 'konghq.com/upstream-policy': 'hash' } },
);
const world: readonly KubeObject[] = [serving, service, route];
const reached = (more: readonly KubeObject[]) => reachOf([...world, ...more], [serving]);

describe('what serving pods run on', () => {
  it.each([
    ['ConfigMap', 'env', 'reads its environment from it'],
    ['ConfigMap', 'key', 'reads a variable from it'],
    ['ConfigMap', 'mounted', 'mounts it'],
    ['ConfigMap', 'flags', 'reads its environment from it'],
    ['Secret', 'side', 'reads its environment from it'],
    ['Secret', 'secret', 'mounts it'],
    ['Secret', 'projected', 'mounts it'],
    ['Secret', 'csi', 'mounts a volume with it'],
    ['Secret', 'pull', 'pulls its images with it'],
    ['ServiceAccount', 'orders', 'runs as it'],
    ['PersistentVolumeClaim', 'data', 'mounts it'],
  ])('%s %s, there or not', (kind, name, verb) => {
    expect(reached([]).why({ apiVersion: 'v1', kind, namespace: 'shop', name })).toBe(`Deployment shop/orders ${verb}`);
  });

  it('their classes and their namespace', () => {
    const all = reached([]).all.map(({ ref }) => `${ref.kind} ${ref.name}`);
    expect(all).toEqual(
      expect.arrayContaining([
        'PriorityClass important',
        'SecretProviderClass vault',
        'Namespace shop',
        'Gateway kong',
      ]),
    );
  });
});

describe('what steers serving pods', () => {
  const spec = (apiVersion: string, kind: string, value: object, meta: object = {}) =>
    object(apiVersion, kind, 'x', { spec: value }, meta);
  it.each<[string, KubeObject, ...KubeObject[]]>([
    ['a Service of another name', spec('v1', 'Service', { selector: LABELS })],
    [
      'an autoscaler',
      spec('autoscaling/v2', 'HorizontalPodAutoscaler', { scaleTargetRef: { kind: 'Deployment', name: 'orders' } }),
    ],
    ['a ScaledObject', spec('keda.sh/v1alpha1', 'ScaledObject', { scaleTargetRef: { name: 'orders' } })],
    [
      'its credentials',
      object('keda.sh/v1alpha1', 'TriggerAuthentication', 'x'),
      spec(
        'keda.sh/v1alpha1',
        'ScaledObject',
        { scaleTargetRef: { name: 'orders' }, triggers: [{ authenticationRef: { name: 'x' } }] },
        { name: 'y' },
      ),
    ],
    [
      'a VerticalPodAutoscaler',
      spec('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', { targetRef: { kind: 'Deployment', name: 'orders' } }),
    ],
    [
      'a budget',
      spec('policy/v1', 'PodDisruptionBudget', {
        selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
      }),
    ],
    ['a budget of everything', spec('policy/v1', 'PodDisruptionBudget', { selector: {} })],
    ['a policy', spec('networking.k8s.io/v1', 'NetworkPolicy', { podSelector: {} })],
    [
      'a policy with them as peers',
      spec('networking.k8s.io/v1', 'NetworkPolicy', {
        podSelector: { matchLabels: { app: 'db' } },
        ingress: [{ from: [{ podSelector: { matchLabels: LABELS } }] }],
      }),
    ],
    [
      "a policy of Cilium's",
      spec('cilium.io/v2', 'CiliumNetworkPolicy', { endpointSelector: { matchLabels: { 'k8s:app': 'orders' } } }),
    ],
    ["a policy of Calico's", spec('projectcalico.org/v3', 'NetworkPolicy', { selector: "app == 'orders'" })],
    ["a policy of Istio's", spec('security.istio.io/v1', 'PeerAuthentication', {})],
    ["a server of Linkerd's", spec('policy.linkerd.io/v1beta3', 'Server', { podSelector: { matchLabels: LABELS } })],
    [
      'a RoleBinding',
      object(rbac, 'RoleBinding', 'x', { subjects: [{ kind: 'ServiceAccount', name: 'orders' }], roleRef: {} }),
    ],
    [
      'rights of all accounts',
      ofCluster(rbac, 'ClusterRoleBinding', 'x', {
        subjects: [{ kind: 'Group', name: 'system:serviceaccounts:shop' }],
        roleRef: {},
      }),
    ],
    [
      'a Role that is bound',
      object(rbac, 'Role', 'x'),
      object(rbac, 'RoleBinding', 'y', {
        subjects: [{ kind: 'ServiceAccount', name: 'orders' }],
        roleRef: { kind: 'Role', name: 'x' },
      }),
    ],
    [
      'a ClusterRole that adds to one',
      ofCluster(rbac, 'ClusterRole', 'x', {}, { labels: { add: 'y' } }),
      ofCluster(rbac, 'ClusterRole', 'y', {
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { add: 'y' } }] },
      }),
      object(rbac, 'RoleBinding', 'z', {
        subjects: [{ kind: 'ServiceAccount', name: 'orders' }],
        roleRef: { kind: 'ClusterRole', name: 'y' },
      }),
    ],
    ['an Ingress', spec('networking.k8s.io/v1', 'Ingress', { defaultBackend: { service: { name: 'orders' } } })],
    [
      'a certificate',
      object('v1', 'Secret', 'x'),
      spec(
        'networking.k8s.io/v1',
        'Ingress',
        { tls: [{ secretName: 'x' }], defaultBackend: { service: { name: 'orders' } } },
        { name: 'y' },
      ),
    ],
    ['what makes a Secret of theirs', spec('external-secrets.io/v1', 'ExternalSecret', { target: { name: 'secret' } })],
    ['a SealedSecret of that name', object('bitnami.com/v1alpha1', 'SealedSecret', 'secret')],
    ['a VirtualService', spec('networking.istio.io/v1', 'VirtualService', { hosts: ['orders'] })],
    ['a DestinationRule', spec('networking.istio.io/v1', 'DestinationRule', { host: 'orders.shop.svc.cluster.local' })],
    ['a plugin of the route', object(kong, 'KongPlugin', 'auth')],
    ['a plugin of a filter', object(kong, 'KongPlugin', 'filter')],
    ['a plugin of every route', ofCluster(kong, 'KongClusterPlugin', 'x', {}, { labels: { global: 'true' } })],
    ['a policy of the Service', object('configuration.konghq.com/v1beta1', 'KongUpstreamPolicy', 'hash')],
    [
      'a policy of the Gateway',
      spec('policy.example.com/v1', 'Anything', { targetRef: { kind: 'Gateway', name: 'kong', namespace: 'kong' } }),
    ],
    ['a PodMonitor', spec('monitoring.coreos.com/v1', 'PodMonitor', { selector: { matchLabels: LABELS } })],
    [
      'a ServiceMonitor',
      spec('monitoring.coreos.com/v1', 'ServiceMonitor', { selector: { matchLabels: { team: 'shop' } } }),
    ],
    ['a quota', spec('v1', 'ResourceQuota', {})],
    [
      'another workload behind the Service',
      object('apps/v1', 'StatefulSet', 'x', { spec: { template: { metadata: { labels: LABELS } } } }),
    ],
    [
      'what that one mounts',
      object('v1', 'ConfigMap', 'x'),
      object('apps/v1', 'StatefulSet', 'y', {
        spec: { template: { metadata: { labels: LABELS }, spec: { volumes: [{ configMap: { name: 'x' } }] } } },
      }),
    ],
    [
      'an unknown kind that names the Service',
      spec('unknown.example.com/v1', 'Thing', { deep: [{ list: ['orders'] }] }),
    ],
    [
      'an unknown kind that selects the pods',
      spec('unknown.example.com/v1', 'Thing', { deep: { podSelector: LABELS } }),
    ],
    [
      'the definition of such a kind',
      ofCluster('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'x', {
        spec: { group: 'unknown.example.com', names: { kind: 'Thing' } },
      }),
      spec('unknown.example.com/v1', 'Thing', { service: 'orders' }, { name: 'y' }),
    ],
  ])('%s', (_, one, ...others) => {
    expect(reached([one, ...others]).why(one)).toMatch(/./);
  });

  it.each<[string, KubeObject]>([
    ['a Service of other pods', spec('v1', 'Service', { selector: { app: 'worker' } })],
    ['a Service of a part of what they have', spec('v1', 'Service', { selector: { ...LABELS, version: 'v2' } })],
    [
      'an autoscaler of another',
      spec('autoscaling/v2', 'HorizontalPodAutoscaler', { scaleTargetRef: { kind: 'Deployment', name: 'worker' } }),
    ],
    ['a ConfigMap of nobody', object('v1', 'ConfigMap', 'x')],
    [
      'an account of others',
      object(rbac, 'RoleBinding', 'x', { subjects: [{ kind: 'ServiceAccount', name: 'worker' }], roleRef: {} }),
    ],
    [
      'a budget of another namespace',
      ofCluster('policy/v1', 'PodDisruptionBudget', 'x', { spec: { selector: {} } }, { namespace: 'other' }),
    ],
    [
      'a route to others',
      spec(gateway, 'HTTPRoute', {
        parentRefs: [{ name: 'kong', namespace: 'kong' }],
        rules: [{ backendRefs: [{ name: 'worker' }] }],
      }),
    ],
    ['an unknown kind about others', spec('unknown.example.com/v1', 'Thing', { service: 'worker' })],
  ])('is not %s', (_, one) => {
    expect(reached([one]).has(one)).toBe(false);
  });

  it('counts an object of which too much would have to be read', () => {
    const huge = spec('unknown.example.com/v1', 'Thing', { items: Array.from({ length: 30_000 }, (_, at) => at) });
    expect(reached([huge]).has(huge)).toBe(true);
  });
});
