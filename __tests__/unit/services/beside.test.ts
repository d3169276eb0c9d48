import { describe, expect, it } from '@jest/globals';
import { field, type KubeObject, list, strings } from '../../../src/kube/objects.ts';
import { podReferences } from '../../../src/services/app/pod-references.ts';
import { type BesideInput, besideStable } from '../../../src/services/beside.ts';

type Fields = Record<string, unknown>;

const make = (apiVersion: string, kind: string, name: string, body: object, meta: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name, namespace: 'shop', ...meta }, ...body }) as KubeObject;
const LABELS = { app: 'orders' };

function deployment(
  podSpec: Fields = {},
  labels: Record<string, string> = LABELS,
  meta: object = {},
  name = 'orders',
  selector = labels,
): KubeObject {
  const containers = [{ name: 'orders', image: 'registry.example/orders:1' }];
  return make(
    'apps/v1',
    'Deployment',
    name,
    {
      spec: {
        replicas: 3,
        selector: { matchLabels: selector },
        template: { metadata: { labels }, spec: { containers, ...podSpec } },
      },
    },
    meta,
  );
}

const service = (selector: Record<string, string> = LABELS, meta: object = {}, more: object = {}) =>
  make('v1', 'Service', 'orders', { spec: { selector, ports: [{ port: 80, targetPort: 'http' }], ...more } }, meta);

function beside(home: KubeObject, others: readonly KubeObject[] = [], more: Partial<BesideInput> = {}) {
  const homeService = more.homeService ?? service();
  return besideStable({
    service: 'orders',
    version: 'v2',
    home,
    homeService,
    serving: home,
    live: [home, homeService, ...others],
    manifests: [],
    withCanary: [],
    ...more,
  });
}
const podSpec = (one: { readonly deployment: KubeObject }) =>
  field(one.deployment, 'spec', 'template', 'spec') as Fields;
const of = (one: { readonly objects: readonly KubeObject[] }, kind: string) =>
  one.objects.filter((object) => object.kind === kind);

describe('labels of the canary', () => {
  it.each<[string, Record<string, string>, readonly KubeObject[], Record<string, string>]>([
    ['the app is renamed where a Service catches by it', { app: 'orders' }, [], { app: 'orders-v2', version: 'v2' }],
    [
      'only the version is changed where that tells them apart',
      { app: 'orders', version: 'v1' },
      [],
      { app: 'orders', version: 'v2' },
    ],
    [
      'labels that say the version follow',
      { app: 'orders', 'app.kubernetes.io/version': '1', 'tags.datadoghq.com/version': '1' },
      [],
      { app: 'orders-v2', 'app.kubernetes.io/version': 'v2', 'tags.datadoghq.com/version': 'v2', version: 'v2' },
    ],
    [
      'a label that a budget alone catches by is changed, too',
      { app: 'orders', team: 'shop' },
      [make('policy/v1', 'PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: { team: 'shop' } } } })],
      { app: 'orders-v2', team: 'orders-v2', version: 'v2' },
    ],
    [
      'of keys that would do, the one that loses no policy',
      { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/instance': 'orders' },
      [
        make('networking.k8s.io/v1', 'NetworkPolicy', 'p', {
          spec: { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'orders' } } },
        }),
      ],
      { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/instance': 'orders-v2', version: 'v2' },
    ],
    [
      'labels of controllers stay',
      { app: 'orders', 'istio.io/rev': 'stable', 'sidecar.istio.io/inject': 'true' },
      [],
      { app: 'orders-v2', 'istio.io/rev': 'stable', 'sidecar.istio.io/inject': 'true', version: 'v2' },
    ],
  ])('%s', (_, labels, others, wanted) => {
    const {
      team: _team,
      'tags.datadoghq.com/version': _tag,
      'app.kubernetes.io/version': _version,
      ...selector
    } = labels;
    const made = beside(deployment({}, labels, {}, 'orders', selector), others, { homeService: service(selector) });
    expect(made.podLabels).toEqual(wanted);
    expect(strings(made.deployment, 'spec', 'template', 'metadata', 'labels')).toEqual(wanted);
  });

  it('avoid a name that somebody else selects', () => {
    const other = make('v1', 'Service', 'other', { spec: { selector: { app: 'orders-v2' } } });
    expect(beside(deployment(), [other]).podLabels['app']).toMatch(/^orders-v2-[0-9a-f]{8}$/);
  });

  it('cannot escape a budget of the whole namespace: a finding; nor a Deployment that asks for nothing: an error', () => {
    const budget = make('policy/v1', 'PodDisruptionBudget', 'all', { spec: { selector: {} } });
    expect(beside(deployment(), [budget]).findings).toMatchObject([{ rule: 'catches-both', object: { name: 'all' } }]);
    const home = make('apps/v1', 'Deployment', 'orders', {
      spec: {
        selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
        template: { metadata: { labels: LABELS } },
      },
    });
    expect(() => beside(home)).toThrow('No label can tell the pods of orders-v2 from those of Deployment shop/orders');
  });

  it('are followed by the selectors inside of the pod, where those meant its own kind', () => {
    const made = beside(
      deployment({
        topologySpreadConstraints: [
          {
            topologyKey: 'zone',
            labelSelector: { matchLabels: { app: 'orders' } },
            matchLabelKeys: ['pod-template-hash'],
          },
          { topologyKey: 'host', labelSelector: { matchLabels: { app: 'cache' } } },
        ],
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 1,
                podAffinityTerm: {
                  labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['orders', 'x'] }] },
                },
              },
              {
                weight: 1,
                podAffinityTerm: {
                  labelSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['orders'] }] },
                },
              },
            ],
          },
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'cache' } } }],
          },
        },
      }),
    );
    expect(podSpec(made)).toMatchObject({
      topologySpreadConstraints: [
        { labelSelector: { matchLabels: { app: 'orders-v2' } }, matchLabelKeys: ['pod-template-hash'] },
        { labelSelector: { matchLabels: { app: 'cache' } } },
      ],
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { podAffinityTerm: { labelSelector: { matchExpressions: [{ values: ['orders-v2', 'x'] }] } } },
            { podAffinityTerm: { labelSelector: { matchExpressions: [{ values: ['orders', 'orders-v2'] }] } } },
          ],
        },
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'cache' } } }],
        },
      },
    });
  });
});

describe('what its pods use', () => {
  const everywhere: Fields = {
    imagePullSecrets: [{ name: 's' }],
    initContainers: [
      { name: 'init', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'a' } } }] },
      { name: 'side', restartPolicy: 'Always', envFrom: [{ secretRef: { name: 's' } }] },
    ],
    containers: [
      {
        name: 'orders',
        image: 'i:1',
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'a' } } }],
        envFrom: [{ configMapRef: { name: 'c' } }],
      },
    ],
    ephemeralContainers: [{ name: 'debug', envFrom: [{ configMapRef: { name: 'c' } }] }],
    volumes: [
      { name: 'a', configMap: { name: 'c' } },
      { name: 'b', secret: { secretName: 's' } },
      {
        name: 'd',
        projected: { sources: [{ configMap: { name: 'c' } }, { secret: { name: 's' } }, { secret: { name: 'kept' } }] },
      },
      { name: 'e', csi: { driver: 'x', nodePublishSecretRef: { name: 's' } } },
    ],
  };
  const withCanary = [
    make('v1', 'ConfigMap', 'c', { data: { a: '1' }, immutable: true }),
    make('v1', 'Secret', 's', { stringData: { a: '1' } }),
  ];

  it('is copied under the version, and named so in every place', () => {
    const made = beside(deployment(everywhere), [], { manifests: withCanary, withCanary });
    const names = podReferences(podSpec(made), 'shop').map(({ ref }) => `${ref.kind}/${ref.name}`);
    expect([...new Set(names)].sort()).toEqual([
      'ConfigMap/c-v2',
      'Secret/kept',
      'Secret/s-v2',
      'ServiceAccount/default',
    ]);
    expect(JSON.stringify(made.deployment)).not.toMatch(/"(c|s)"/);
    expect(of(made, 'ConfigMap')[0]).toEqual(
      make(
        'v1',
        'ConfigMap',
        'c-v2',
        { data: { a: '1' } },
        { labels: { 'mesh-canary.dev/cloned-from': 'orders', 'mesh-canary.dev/canary': 'orders-v2' } },
      ),
    );
  });

  it('gets a name with a hash where the plain one is too long, or is taken', () => {
    const long = make('v1', 'ConfigMap', 'c'.repeat(70), { data: {} });
    const taken = make('v1', 'ConfigMap', 'c-v2', { data: { mine: 'yes' } });
    const made = beside(deployment(everywhere), [taken], { withCanary: [long, ...withCanary] });
    expect(made.renamed.get('ConfigMap/c')).toMatch(/^c-v2-[0-9a-f]{8}$/);
    const cut = made.renamed.get(`ConfigMap/${'c'.repeat(70)}`) ?? '';
    expect(cut).toMatch(/^c+-[0-9a-f]{8}$/);
    expect(cut).toHaveLength(63);
  });
});

describe('what stands around it', () => {
  it('is a Service inside of the cluster, without what belongs to others', () => {
    const annotations = {
      'konghq.com/protocol': 'http',
      'external-dns.alpha.kubernetes.io/hostname': 'orders.example',
      'tailscale.com/expose': 'true',
      'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb',
      'cloud.google.com/neg': '{}',
      'argocd.argoproj.io/tracking-id': 'x',
      'meta.helm.sh/release-name': 'x',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    };
    const labels = { app: 'orders', 'app.kubernetes.io/managed-by': 'Helm', 'kustomize.toolkit.fluxcd.io/name': 'x' };
    const homeService = service(
      LABELS,
      { annotations, labels, uid: 'u', resourceVersion: '1', finalizers: ['x/y'], ownerReferences: [] },
      {
        type: 'LoadBalancer',
        clusterIP: '10.0.0.1',
        loadBalancerIP: '1.2.3.4',
        ports: [{ port: 80, nodePort: 30000, targetPort: 'http' }],
      },
    );
    const made = beside(deployment(), [], { homeService });
    expect(made.service).toEqual(
      make(
        'v1',
        'Service',
        'orders-v2',
        {
          spec: {
            type: 'ClusterIP',
            selector: { app: 'orders-v2', version: 'v2' },
            ports: [{ port: 80, targetPort: 'http' }],
          },
        },
        {
          annotations: { 'konghq.com/protocol': 'http' },
          labels: { app: 'orders', 'mesh-canary.dev/cloned-from': 'orders', 'mesh-canary.dev/canary': 'orders-v2' },
        },
      ),
    );
  });

  it('is an autoscaler and a budget of its own', () => {
    const hpa = make('autoscaling/v2', 'HorizontalPodAutoscaler', 'orders', {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'orders' },
        metrics: [{ type: 'Object', object: { describedObject: { kind: 'Service', name: 'orders' } } }],
      },
    });
    const pdb = make('policy/v1', 'PodDisruptionBudget', 'orders-budget', {
      spec: { minAvailable: 1, selector: { matchLabels: LABELS } },
    });
    const made = beside(deployment(), [hpa, pdb]);
    expect(of(made, 'HorizontalPodAutoscaler')).toMatchObject([
      {
        metadata: { name: 'orders-v2' },
        spec: {
          scaleTargetRef: { name: 'orders-v2' },
          metrics: [{ object: { describedObject: { name: 'orders-v2' } } }],
        },
      },
    ]);
    expect(of(made, 'PodDisruptionBudget')).toMatchObject([
      {
        metadata: { name: 'orders-budget-v2' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'orders-v2', version: 'v2' } } },
      },
    ]);
  });

  const kedas = make(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'keda-hpa-orders',
    { spec: { scaleTargetRef: { kind: 'Deployment', name: 'orders' } } },
    {
      labels: { 'scaledobject.keda.sh/name': 'orders' },
      ownerReferences: [{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'orders', uid: 'u' }],
    },
  );

  it("is KEDA's ScaledObject instead of the autoscaler that KEDA makes of it", () => {
    const scaled = make(
      'keda.sh/v1alpha1',
      'ScaledObject',
      'orders',
      { spec: { scaleTargetRef: { name: 'orders' }, advanced: { horizontalPodAutoscalerConfig: { name: 'mine' } } } },
      { annotations: { 'scaledobject.keda.sh/transfer-hpa-ownership': 'true' } },
    );
    const made = beside(deployment(), [kedas, scaled]);
    expect(of(made, 'HorizontalPodAutoscaler')).toEqual([]);
    expect(of(made, 'ScaledObject')).toMatchObject([
      {
        metadata: { name: 'orders-v2' },
        spec: {
          scaleTargetRef: { name: 'orders-v2' },
          advanced: { horizontalPodAutoscalerConfig: { name: 'keda-hpa-orders-v2' } },
        },
      },
    ]);
    expect(of(made, 'ScaledObject')[0]?.metadata.annotations).toBeUndefined();
    expect(made.findings).toEqual([]);
  });

  it("is a finding where KEDA's ScaledObject is not seen", () => {
    expect(beside(deployment(), [kedas]).findings).toMatchObject([
      { rule: 'scaled-object-not-seen', object: { name: 'keda-hpa-orders' } },
    ]);
  });

  it.each<[string, KubeObject]>([
    [
      'peers-miss-canary',
      make('networking.k8s.io/v1', 'NetworkPolicy', 'x', {
        spec: {
          podSelector: { matchLabels: { app: 'database' } },
          ingress: [{ from: [{ podSelector: { matchLabels: LABELS } }] }],
        },
      }),
    ],
    [
      'policy-misses-canary',
      make('security.istio.io/v1', 'AuthorizationPolicy', 'x', { spec: { selector: { matchLabels: LABELS } } }),
    ],
    [
      'policy-misses-canary',
      make('policy.linkerd.io/v1beta3', 'Server', 'x', { spec: { podSelector: { matchLabels: LABELS } } }),
    ],
    [
      'policy-misses-canary',
      make('cilium.io/v2', 'CiliumNetworkPolicy', 'x', {
        spec: { endpointSelector: { matchLabels: { 'k8s:app': 'orders' } } },
      }),
    ],
    ['policy-misses-canary', make('networking.istio.io/v1', 'DestinationRule', 'x', { spec: { host: 'orders' } })],
    [
      'policy-misses-canary',
      make('gateway.networking.k8s.io/v1', 'BackendTLSPolicy', 'x', {
        spec: { targetRefs: [{ kind: 'Service', name: 'orders' }] },
      }),
    ],
    [
      'policy-misses-canary',
      make('unknown.example.com/v1', 'Shield', 'x', { spec: { workloadSelector: { app: 'orders' } } }),
    ],
    [
      'monitor-misses-canary',
      make('monitoring.coreos.com/v1', 'PodMonitor', 'x', { spec: { selector: { matchLabels: LABELS } } }),
    ],
    [
      'mesh-misses-canary',
      make('appmesh.k8s.aws/v1beta2', 'VirtualNode', 'x', { spec: { podSelector: { matchLabels: LABELS } } }),
    ],
  ])('is a finding %s by name where it does not come along', (rule, object) => {
    expect(beside(deployment(), [object]).findings.map((one) => [one.rule, one.object.name])).toEqual([[rule, 'x']]);
  });

  it('is a copy of a NetworkPolicy of its pods, whose peers among them follow', () => {
    const policy = make('networking.k8s.io/v1', 'NetworkPolicy', 'orders', {
      spec: {
        podSelector: { matchLabels: LABELS },
        ingress: [{ from: [{ podSelector: { matchLabels: LABELS } }, { podSelector: {} }, { namespaceSelector: {} }] }],
      },
    });
    expect(of(beside(deployment(), [policy]), 'NetworkPolicy')).toMatchObject([
      {
        metadata: { name: 'orders-v2' },
        spec: {
          podSelector: { matchLabels: { app: 'orders-v2', version: 'v2' } },
          ingress: [
            {
              from: [
                { podSelector: { matchLabels: { app: 'orders-v2' } } },
                { podSelector: {} },
                { namespaceSelector: {} },
              ],
            },
          ],
        },
      },
    ]);
  });

  it.each<[string, string[], string]>([
    ['one node', ['ReadWriteOnce'], 'volume-of-one-node'],
    ['one pod', ['ReadWriteOncePod'], 'volume-of-one-pod'],
  ])('is a finding where both versions want the volume of %s', (_, accessModes, rule) => {
    const claim = make('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes } });
    const made = beside(deployment({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }), [
      claim,
    ]);
    expect(made.findings).toMatchObject([{ rule, object: { name: 'data' } }]);
  });
});

describe('lists with an entry twice', () => {
  it('are folded as kubectl reads them: the last counts', () => {
    const made = beside(
      deployment({
        containers: [
          {
            name: 'orders',
            image: 'i:1',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '$(A)' },
              { name: 'A', value: '2' },
            ],
            ports: [
              { name: 'http', containerPort: 80 },
              { name: 'web', containerPort: 80, protocol: 'TCP' },
            ],
            readinessProbe: { httpGet: { port: 'http' } },
          },
        ],
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'v', configMap: { name: 'c' } },
        ],
      }),
    );
    expect(podSpec(made)).toMatchObject({ volumes: [{ name: 'v', configMap: { name: 'c' } }] });
    const [container] = list(podSpec(made), 'containers');
    expect(container).toMatchObject({
      env: [{ name: 'A', value: '2' }, { name: 'B' }],
      ports: [{ name: 'web' }],
      readinessProbe: { httpGet: { port: 80 } },
    });
    expect(list(container, 'env')).toHaveLength(2);
    // the Service asked for the name that went
    expect(list(made.service, 'spec', 'ports')).toEqual([{ port: 80, targetPort: 80 }]);
  });
});

describe('a release of an image alone', () => {
  const containers = [
    { name: 'web', image: 'r.example/orders:1' },
    { name: 'proxy', image: 'r.example/envoy:1' },
  ];
  const initContainers = [
    { name: 'migrate', image: 'r.example/orders:1@sha256:aa' },
    { name: 'wait', image: 'busybox' },
  ];
  const images = (image: string, spec: Fields = { containers, initContainers }) => {
    const made = podSpec(beside(deployment(spec), [], { image }));
    return [...list(made, 'initContainers'), ...list(made, 'containers')].map((one) => field(one, 'image'));
  };

  it('reaches every container and init container of the repository', () => {
    expect(images('r.example/orders:2')).toEqual([
      'r.example/orders:2',
      'busybox',
      'r.example/orders:2',
      'r.example/envoy:1',
    ]);
  });

  it('names all containers where none runs the repository', () => {
    expect(() => images('r.example/other:2')).toThrow(
      'migrate (r.example/orders:1@sha256:aa), wait (busybox), web (r.example/orders:1), proxy (r.example/envoy:1)',
    );
  });

  it('takes the only container, or the one named like the service, for a repository that moved', () => {
    expect(
      images('new.example/orders:2', {
        containers: [{ name: 'x', image: 'old:1' }],
        initContainers: [{ name: 'i', image: 'old:1' }],
      }),
    ).toEqual(['new.example/orders:2', 'new.example/orders:2']);
    expect(
      images('new.example/orders:2', {
        containers: [
          { name: 'orders', image: 'old:1' },
          { name: 'p', image: 'envoy' },
        ],
      }),
    ).toEqual(['new.example/orders:2', 'envoy']);
  });
});

describe('the canary', () => {
  it('starts as one pod, not paused, and says what it runs and where it came from', () => {
    const home = deployment();
    const made = beside({ ...home, spec: { ...(home['spec'] as Fields), paused: true } });
    expect(made.deployment).toMatchObject({
      metadata: {
        name: 'orders-v2',
        labels: { 'mesh-canary.dev/cloned-from': 'orders' },
        annotations: { 'mesh-canary.dev/runs': made.fingerprint },
      },
      spec: { replicas: 1, selector: { matchLabels: { app: 'orders-v2', version: 'v2' } } },
    });
    expect(field(made.deployment, 'spec', 'paused')).toBeUndefined();
  });

  it('is refused beside a Service that selects nothing, or under the name of somebody else', () => {
    expect(() => beside(deployment(), [], { homeService: service({}) })).toThrow('Service shop/orders has no selector');
    const other = deployment({}, { app: 'other' }, {}, 'orders-v2');
    expect(() => beside(deployment(), [other])).toThrow('Deployment shop/orders-v2 has the name of the canary');
  });

  it('has a name of at most 63 characters', () => {
    const made = beside(deployment(), [], { version: `v${'1'.repeat(80)}` });
    expect(made.name).toMatch(/^orders-v1+-[0-9a-f]{8}$/);
    expect(Object.values(made.podLabels).every((value) => value.length <= 63)).toBe(true);
  });
});
