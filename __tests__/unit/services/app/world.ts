/** Worlds of an app as teams have it, generated: what is live, and the manifests of its next version. */
import fc from 'fast-check';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { keyOf } from '../../../../src/services/app/identity.ts';

export const NAMESPACE = 'shop';

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  body: object = {},
  meta: object = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE, ...meta }, ...body } as KubeObject;
}

export function ofCluster(
  apiVersion: string,
  kind: string,
  name: string,
  body: object = {},
  meta: object = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, ...meta }, ...body } as KubeObject;
}

export interface GeneratedWorld {
  readonly live: readonly KubeObject[];
  readonly manifests: readonly KubeObject[];
  readonly home: KubeObject;
  readonly homeService: KubeObject;
  readonly serving: KubeObject;
}

const LABELS: readonly (readonly [Record<string, string>, readonly string[]])[] = [
  [{ app: 'orders' }, ['app']],
  [{ app: 'orders', version: 'v1' }, ['app']],
  [{ app: 'orders', version: 'v1', tier: 'web' }, ['app', 'version']],
  [
    { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/instance': 'orders' },
    ['app.kubernetes.io/name', 'app.kubernetes.io/instance'],
  ],
  [{ app: 'orders', 'app.kubernetes.io/version': '1', 'tags.datadoghq.com/version': '1' }, ['app']],
  [{ 'k8s-app': 'orders', 'istio.io/rev': 'stable' }, ['k8s-app']],
];

/** One object of the folder: as it may be live, and what the next version makes of it. */
interface Piece {
  readonly of: (labels: Record<string, string>) => KubeObject;
  readonly next: (object: KubeObject) => KubeObject;
}

const mark = (one: KubeObject): KubeObject => ({
  ...one,
  metadata: { ...one.metadata, annotations: { edited: 'yes' } },
});
const spec = (one: KubeObject, change: object): KubeObject => ({
  ...one,
  spec: { ...(one['spec'] as object), ...change },
});
const account = (name: string) => [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }];
const rbac = 'rbac.authorization.k8s.io/v1';

/** At least one piece for each row of the table that defers; names are what the home Deployment may refer to. */
export const PIECES: Readonly<Record<string, Piece>> = {
  config: {
    of: () => object('v1', 'ConfigMap', 'orders-config', { data: { A: '1' } }),
    next: (one) => ({ ...one, data: { A: '2' } }),
  },
  secret: {
    of: () => object('v1', 'Secret', 'orders-secret', { data: { P: 'eA==' } }),
    next: (one) => ({ ...one, data: { P: 'eQ==' } }),
  },
  pulled: {
    of: () => object('v1', 'Secret', 'registry', { data: { P: 'eA==' } }),
    next: (one) => ({ ...one, data: { P: 'eQ==' } }),
  },
  optional: {
    of: () => object('v1', 'ConfigMap', 'orders-flags', { data: { F: '1' } }),
    next: (one) => ({ ...one, data: { F: '2' } }),
  },
  others: {
    of: () => object('v1', 'ConfigMap', 'worker-config', { data: { A: '1' } }),
    next: (one) => ({ ...one, data: { A: '2' } }),
  },
  workerSecret: {
    of: () => object('v1', 'Secret', 'worker-secret', { data: { A: 'eA==' } }),
    next: (one) => ({ ...one, data: { A: 'eQ==' } }),
  },
  certificate: {
    of: () => object('v1', 'Secret', 'orders-tls', { data: { K: 'eA==' } }),
    next: (one) => ({ ...one, data: { K: 'eQ==' } }),
  },
  external: {
    of: () =>
      object('external-secrets.io/v1', 'ExternalSecret', 'orders-external', {
        spec: { target: { name: 'orders-secret' } },
      }),
    next: (one) => spec(one, { refreshInterval: '1h' }),
  },
  account: {
    of: () => object('v1', 'ServiceAccount', 'orders', { imagePullSecrets: [{ name: 'registry' }] }),
    next: mark,
  },
  role: {
    of: () => object(rbac, 'Role', 'orders', { rules: [] }),
    next: (one) => ({ ...one, rules: [{ verbs: ['*'] }] }),
  },
  binding: {
    of: () =>
      object(rbac, 'RoleBinding', 'orders', { roleRef: { kind: 'Role', name: 'orders' }, subjects: account('orders') }),
    next: (one) => ({ ...one, subjects: [] }),
  },
  clusterBinding: {
    of: () =>
      ofCluster(rbac, 'ClusterRoleBinding', 'orders', {
        roleRef: { kind: 'ClusterRole', name: 'reader' },
        subjects: account('orders'),
      }),
    next: (one) => ({ ...one, subjects: [] }),
  },
  clusterRole: {
    of: () => ofCluster(rbac, 'ClusterRole', 'reader', { rules: [] }),
    next: (one) => ({ ...one, rules: [{ verbs: ['get'] }] }),
  },
  service: {
    of: (labels) => object('v1', 'Service', 'orders-internal', { spec: { selector: labels, ports: [{ port: 81 }] } }),
    next: (one) => spec(one, { ports: [{ port: 82 }] }),
  },
  autoscaler: {
    of: () =>
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'orders', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'orders' }, maxReplicas: 4 },
      }),
    next: (one) => spec(one, { maxReplicas: 1 }),
  },
  workerScaler: {
    of: () =>
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'worker', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'worker' }, maxReplicas: 4 },
      }),
    next: (one) => spec(one, { maxReplicas: 1 }),
  },
  scaled: {
    of: () =>
      object('keda.sh/v1alpha1', 'ScaledObject', 'orders-queue', {
        spec: {
          scaleTargetRef: { name: 'orders' },
          triggers: [{ type: 'kafka', authenticationRef: { name: 'kafka' } }],
        },
      }),
    next: (one) => spec(one, { maxReplicaCount: 2 }),
  },
  credentials: {
    of: () =>
      object('keda.sh/v1alpha1', 'TriggerAuthentication', 'kafka', {
        spec: { secretTargetRef: [{ name: 'orders-secret' }] },
      }),
    next: (one) => spec(one, { podIdentity: { provider: 'aws' } }),
  },
  vertical: {
    of: () =>
      object('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', 'orders', {
        spec: { targetRef: { kind: 'Deployment', name: 'orders' } },
      }),
    next: (one) => spec(one, { updatePolicy: { updateMode: 'Off' } }),
  },
  budget: {
    of: (labels) =>
      object('policy/v1', 'PodDisruptionBudget', 'orders', {
        spec: { selector: { matchLabels: labels }, minAvailable: 1 },
      }),
    next: (one) => spec(one, { minAvailable: 0 }),
  },
  workerBudget: {
    of: () =>
      object('policy/v1', 'PodDisruptionBudget', 'worker', {
        spec: { selector: { matchLabels: { app: 'worker' } }, minAvailable: 1 },
      }),
    next: (one) => spec(one, { minAvailable: 0 }),
  },
  policy: {
    of: (labels) =>
      object('networking.k8s.io/v1', 'NetworkPolicy', 'orders', {
        spec: { podSelector: { matchLabels: labels }, ingress: [{}] },
      }),
    next: (one) => spec(one, { ingress: [] }),
  },
  peerPolicy: {
    of: (labels) =>
      object('networking.k8s.io/v1', 'NetworkPolicy', 'database', {
        spec: {
          podSelector: { matchLabels: { app: 'database' } },
          ingress: [{ from: [{ podSelector: { matchLabels: labels } }] }],
        },
      }),
    next: (one) => spec(one, { ingress: [] }),
  },
  meshPolicy: {
    of: (labels) =>
      object('security.istio.io/v1', 'AuthorizationPolicy', 'orders', {
        spec: { selector: { matchLabels: labels }, action: 'ALLOW' },
      }),
    next: (one) => spec(one, { action: 'DENY' }),
  },
  volume: {
    of: () =>
      object('v1', 'PersistentVolumeClaim', 'orders-data', {
        spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
      }),
    next: (one) => spec(one, { resources: { requests: { storage: '2Gi' } } }),
  },
  priority: {
    of: () => ofCluster('scheduling.k8s.io/v1', 'PriorityClass', 'important', { value: 10 }),
    next: (one) => ({ ...one, value: 11 }),
  },
  namespace: { of: () => ofCluster('v1', 'Namespace', NAMESPACE), next: mark },
  quota: {
    of: () => object('v1', 'ResourceQuota', 'quota', { spec: { hard: { pods: '10' } } }),
    next: (one) => spec(one, { hard: { pods: '1' } }),
  },
  route: {
    of: () =>
      object(
        'gateway.networking.k8s.io/v1',
        'HTTPRoute',
        'orders',
        {
          spec: {
            parentRefs: [{ name: 'kong', namespace: 'kong' }],
            rules: [{ backendRefs: [{ name: 'orders', port: 80 }] }],
          },
        },
        { annotations: { 'konghq.com/plugins': 'limit' } },
      ),
    next: (one) => spec(one, { hostnames: ['orders.example'] }),
  },
  ingress: {
    of: () =>
      object('networking.k8s.io/v1', 'Ingress', 'orders', {
        spec: {
          tls: [{ secretName: 'orders-tls' }],
          rules: [{ http: { paths: [{ backend: { service: { name: 'orders', port: { number: 80 } } } }] } }],
        },
      }),
    next: (one) => spec(one, { ingressClassName: 'kong' }),
  },
  plugin: {
    of: () => object('configuration.konghq.com/v1', 'KongPlugin', 'limit', { plugin: 'rate-limiting' }),
    next: (one) => ({ ...one, config: { minute: 1 } }),
  },
  consumer: {
    of: () => object('configuration.konghq.com/v1', 'KongConsumer', 'anna', { username: 'anna' }),
    next: (one) => ({ ...one, credentials: ['x'] }),
  },
  monitor: {
    of: (labels) =>
      object('monitoring.coreos.com/v1', 'PodMonitor', 'orders', { spec: { selector: { matchLabels: labels } } }),
    next: (one) => spec(one, { podMetricsEndpoints: [] }),
  },
  custom: {
    of: () =>
      object('traffic.example.com/v1', 'BackendPolicy', 'orders', {
        spec: { targetRef: { kind: 'Service', name: 'orders' } },
      }),
    next: (one) => spec(one, { timeout: '1s' }),
  },
  unknown: {
    of: () => object('queues.example.com/v1', 'Queue', 'mails', { spec: { size: 1 } }),
    next: (one) => spec(one, { size: 2 }),
  },
  definition: {
    of: () =>
      ofCluster('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'queues.queues.example.com', {
        spec: { group: 'queues.example.com', names: { kind: 'Queue' } },
      }),
    next: mark,
  },
  webhook: {
    of: () =>
      ofCluster('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'injector', { webhooks: [] }),
    next: (one) => ({ ...one, webhooks: [{}] }),
  },
  cron: {
    of: () => object('batch/v1', 'CronJob', 'nightly', { spec: { schedule: '0 3 * * *' } }),
    next: (one) => spec(one, { schedule: '0 4 * * *' }),
  },
  worker: {
    of: () =>
      object('apps/v1', 'Deployment', 'worker', {
        spec: {
          selector: { matchLabels: { app: 'worker' } },
          template: { metadata: { labels: { app: 'worker' } }, spec: { containers: [] } },
        },
      }),
    next: (one) => spec(one, { paused: true }),
  },
  joining: {
    of: (labels) =>
      object('apps/v1', 'Deployment', 'orders-extra', {
        spec: {
          selector: { matchLabels: { extra: 'yes' } },
          template: { metadata: { labels: { ...labels, extra: 'yes' } }, spec: { containers: [] } },
        },
      }),
    next: (one) => spec(one, { replicas: 2 }),
  },
  job: {
    of: () =>
      object('batch/v1', 'Job', 'migrate', {
        spec: {
          template: { spec: { containers: [{ name: 'm', envFrom: [{ configMapRef: { name: 'orders-config' } }] }] } },
        },
      }),
    next: (one) => spec(one, { backoffLimit: 1 }),
  },
};

function deployment(
  labels: Record<string, string>,
  keys: readonly string[],
  image: string,
  uses: readonly string[],
): KubeObject {
  const has = (name: string) => uses.includes(name);
  return object('apps/v1', 'Deployment', 'orders', {
    spec: {
      replicas: 2,
      selector: { matchLabels: Object.fromEntries(keys.map((key) => [key, labels[key]])) },
      template: {
        metadata: { labels, annotations: { 'prometheus.io/scrape': 'true' } },
        spec: {
          ...(has('account') ? { serviceAccountName: 'orders' } : {}),
          ...(has('priority') ? { priorityClassName: 'important' } : {}),
          ...(has('pulled') ? { imagePullSecrets: [{ name: 'registry' }] } : {}),
          topologySpreadConstraints: [
            { topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: labels } },
          ],
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                {
                  topologyKey: 'host',
                  labelSelector: {
                    matchExpressions: keys.map((key) => ({ key, operator: 'In', values: [labels[key]] })),
                  },
                },
              ],
            },
            podAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: 'host', labelSelector: { matchLabels: { app: 'cache' } } },
              ],
            },
          },
          ...(has('external')
            ? {
                initContainers: [
                  {
                    name: 'sidecar',
                    restartPolicy: 'Always',
                    image: 'mesh:1',
                    env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'orders-secret', key: 'P' } } }],
                  },
                ],
              }
            : {}),
          containers: [
            {
              name: 'orders',
              image,
              env: [
                { name: 'A', value: '1' },
                ...(has('secret')
                  ? [{ name: 'P', valueFrom: { secretKeyRef: { name: 'orders-secret', key: 'P' } } }]
                  : []),
              ],
              envFrom: [
                ...(has('config') ? [{ configMapRef: { name: 'orders-config' } }] : []),
                { configMapRef: { name: 'orders-flags', optional: true } },
              ],
            },
          ],
          volumes: [
            ...(has('config')
              ? [
                  {
                    name: 'c',
                    projected: {
                      sources: [
                        { configMap: { name: 'orders-config' } },
                        { secret: { name: 'orders-flags', optional: true } },
                      ],
                    },
                  },
                ]
              : []),
            ...(has('volume') ? [{ name: 'd', persistentVolumeClaim: { claimName: 'orders-data' } }] : []),
          ],
        },
      },
    },
  });
}

const names = Object.keys(PIECES);

/** For each piece: not there, live only, live and unchanged in git, live and changed, or new in git. */
const fates = fc.record(
  Object.fromEntries(names.map((name) => [name, fc.constantFrom('absent', 'live', 'same', 'changed', 'new')])),
);

/** What the pods must have is live: a world in which nothing is missing. */
function thereWhenUsed(fate: string): boolean {
  return fate !== 'absent' && fate !== 'new';
}

export const worlds: fc.Arbitrary<GeneratedWorld> = fc
  .record({
    shape: fc.constantFrom(...LABELS),
    fates,
    used: fc.subarray(['account', 'priority', 'pulled', 'config', 'secret', 'volume', 'external']),
    adopts: fc.boolean(),
    neighbours: fc.boolean(),
  })
  .map(({ shape: [labels, keys], fates: fate, used, adopts, neighbours }) => {
    const selector = Object.fromEntries(keys.map((key) => [key, labels[key] ?? '']));
    const uses = used.filter((name) => thereWhenUsed(fate[name === 'external' ? 'secret' : name] ?? ''));
    // the next version may begin to use what is new with it
    const wants = adopts ? used.filter((name) => fate[name === 'external' ? 'secret' : name] !== 'absent') : uses;
    const serving = deployment(labels, keys, 'registry.example/orders:1', uses);
    const home = deployment(labels, keys, 'registry.example/orders:2', wants);
    const service = object('v1', 'Service', 'orders', { spec: { selector, ports: [{ port: 80 }] } });
    const pieces = names.map((name) => ({ name, fate: fate[name] ?? 'absent', piece: PIECES[name]! }));
    // one that is called like a copy would be, or labelled like the canary
    const beside = neighbours
      ? [
          object('v1', 'ConfigMap', 'orders-config-v2', { data: { mine: 'yes' } }),
          object('apps/v1', 'Deployment', 'other', {
            spec: {
              selector: { matchLabels: { app: 'orders-v2' } },
              template: { metadata: { labels: { app: 'orders-v2', version: 'v2' } } },
            },
          }),
          object('v1', 'Service', 'other', { spec: { selector: { app: 'orders-v2' } } }),
        ]
      : [];
    const live = pieces.filter((one) => thereWhenUsed(one.fate)).map(({ piece }) => piece.of(selector));
    const git = pieces
      .filter((one) => one.fate !== 'absent' && one.fate !== 'live')
      .map((one) => (one.fate === 'changed' ? one.piece.next(one.piece.of(selector)) : one.piece.of(selector)));
    return {
      live: [serving, service, ...live, ...beside],
      manifests: [home, service, ...git],
      home,
      homeService: service,
      serving,
    };
  });

/** As the API server would: is what is written another than what is live? */
export function changes(live: readonly KubeObject[]): (object: KubeObject) => boolean {
  const byKey = new Map(live.map((one) => [keyOf(one), JSON.stringify(one)]));
  return (one) => byKey.get(keyOf(one)) !== JSON.stringify(one);
}
