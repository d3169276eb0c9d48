import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { field, type KubeObject, strings } from '../../../src/kube/objects.ts';
import {
  CLONE_LABEL,
  cloneForVersion,
  cloneHpa,
  imageRepository,
  replicasNeeded,
} from '../../../src/services/clone.ts';
import { type DiscoverInput, type Discovery, discover } from '../../../src/services/discover.ts';
import { backendName, isBackendName } from '../../../src/services/names.ts';
import { podLabels, readyPods, selects } from '../../../src/services/pods.ts';

const IMAGE = 'registry.example:5000/hello:v1';

function deployment(name: string, labels: Record<string, string>, image = IMAGE, more: object = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'prod',
      uid: 'u-1',
      resourceVersion: '7',
      generation: 3,
      labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'deployment.kubernetes.io/revision': '4',
        'argocd.argoproj.io/tracking-id': 'app:apps/Deployment:prod/jazz',
        'example.com/team': 'music',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }],
    },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { 'prometheus.io/scrape': 'true' } },
        spec: { containers: [{ name: 'main', image, env: [{ name: 'A', value: '1' }] }] },
        ...more,
      },
    },
    status: { replicas: 4 },
  };
}

function service(name: string, selector: Record<string, string>, annotations: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'prod', uid: 'u-2', annotations },
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.7',
      clusterIPs: ['10.96.0.7'],
      selector,
      ports: [{ name: 'http', port: 9080, targetPort: 9080, nodePort: 31000 }],
    },
    status: { loadBalancer: {} },
  };
}

const version = (name: string, v: string, image = IMAGE) => [
  deployment(name, { app: 'jazz', version: v }, image),
  service(name, { app: 'jazz', version: v }, { 'konghq.com/host-header': 'jazz.prod.svc' }),
];
const v1 = version('jazz-v1', 'v1');
const v2 = version('jazz-v2', 'v2', 'registry.example:5000/hello:v2');

function find(overrides: Partial<DiscoverInput>, live: KubeObject[] = v1): Discovery {
  return discover({
    service: 'jazz',
    version: 'v2',
    namespace: 'prod',
    manifests: [],
    weights: { 'jazz-v1': 1 },
    ...overrides,
    live: {
      deployments: live.filter(({ kind }) => kind === 'Deployment'),
      services: live.filter(({ kind }) => kind === 'Service'),
      horizontalPodAutoscalers: live.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'),
    },
  });
}
const summary = (found: Discovery) => ({
  kind: found.kind,
  ...('stable' in found ? { stable: found.stable.name } : {}),
  ...('canary' in found
    ? { canary: found.canary.name, source: found.canary.source, apply: found.canary.apply.map(({ kind }) => kind) }
    : {}),
});

describe('finding stable and canary', () => {
  it('takes the backend with the weight as stable and the new version from manifests', () => {
    expect(summary(find({ manifests: v2 }))).toEqual({
      kind: 'release',
      stable: 'jazz-v1',
      canary: 'jazz-v2',
      source: 'manifests',
      apply: [],
    });
  });

  it('clones stable when an image is given', () => {
    expect(summary(find({ image: 'registry.example:5000/hello:v2' }))).toEqual({
      kind: 'release',
      stable: 'jazz-v1',
      canary: 'jazz-v2',
      source: 'clone',
      apply: ['Deployment', 'Service'],
    });
  });

  it('uses a canary that is already live, and clones again when its image is another', () => {
    const live = [...v1, ...v2];
    expect(summary(find({}, live))).toMatchObject({ source: 'live', apply: [] });
    expect(summary(find({ image: 'registry.example:5000/hello:v2' }, live))).toMatchObject({ source: 'live' });
    expect(summary(find({ image: 'registry.example:5000/hello:v2.1' }, live))).toMatchObject({ source: 'clone' });
  });

  it("makes the Service from stable's when the manifests bring a Deployment alone", () => {
    const found = find({ manifests: [deployment('jazz-v2', { app: 'jazz', version: 'v2', extra: 'x' })] });
    expect(summary(found)).toMatchObject({ source: 'manifests', apply: ['Service'] });
    const made = 'canary' in found ? found.canary.service : undefined;
    expect(strings(made, 'spec', 'selector')).toEqual({ app: 'jazz', version: 'v2' });
    expect(made?.metadata.annotations).toEqual({ 'konghq.com/host-header': 'jazz.prod.svc' });
  });

  it('believes the journal before the weights', () => {
    const found = find({ journalStable: 'jazz-v1', weights: { 'jazz-v1': 2500, 'jazz-v2': 7500 } }, [...v1, ...v2]);
    expect(summary(found)).toMatchObject({ kind: 'release', stable: 'jazz-v1', canary: 'jazz-v2' });
  });

  it('adopts unversioned objects, and knows their version by its label', () => {
    const old = [deployment('jazz', { app: 'jazz' }), service('jazz', { app: 'jazz' })];
    const found = find({ weights: { jazz: 1 }, image: IMAGE }, old);
    expect(summary(found)).toMatchObject({ kind: 'release', stable: 'jazz', canary: 'jazz-v2' });
    const labelled = [deployment('jazz', { app: 'jazz', version: 'v2' }), service('jazz', { app: 'jazz' })];
    expect(summary(find({ weights: { jazz: 1 } }, labelled))).toEqual({ kind: 'same-version', stable: 'jazz' });
  });

  it('has nothing to do when the version already has all the weight', () => {
    expect(summary(find({ weights: { 'jazz-v1': 0, 'jazz-v2': 10000 } }, [...v1, ...v2]))).toEqual({
      kind: 'same-version',
      stable: 'jazz-v2',
    });
  });

  it('installs the first version: without a route, and with a route that waits for it', () => {
    const noRoute = {
      service: 'jazz',
      version: 'v2',
      namespace: 'prod',
      manifests: v2,
      live: { deployments: [], services: [] },
    };
    expect(summary(discover(noRoute))).toEqual({
      kind: 'bootstrap',
      canary: 'jazz-v2',
      source: 'manifests',
      apply: [],
    });
    expect(summary(find({ manifests: v2, weights: { 'jazz-v2': 1 } }, []))).toMatchObject({ kind: 'bootstrap' });
  });

  it('takes the only live version as stable when no route sends to it yet, and ignores Services without selector', () => {
    const { weights: _, ...input } = { service: 'jazz', version: 'v2', namespace: 'prod', manifests: v2, weights: {} };
    const live = { deployments: [v1[0]!], services: [v1[1]!, service('jazz', {})] };
    expect(summary(discover({ ...input, live }))).toMatchObject({ kind: 'release', stable: 'jazz-v1' });
  });

  it("takes neither another service's backend nor a preview for a version", () => {
    const others = [
      service('jazz-admin-v1', { app: 'a' }),
      service('jazz-pr-7', { app: 'p' }),
      { ...service('jazz-v0', { app: 'j' }), metadata: { name: 'jazz-v0', namespace: 'test' } },
    ];
    const found = discover({
      service: 'jazz',
      version: 'v2',
      namespace: 'prod',
      manifests: v2,
      otherServices: ['jazz-admin'],
      live: { deployments: [v1[0]!], services: [v1[1]!, ...others] },
    });
    expect(summary(found)).toMatchObject({ stable: 'jazz-v1' });
  });

  it('hands on the autoscaler of stable', () => {
    const hpa: KubeObject = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'any', namespace: 'prod' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'jazz-v1' },
        minReplicas: 2,
        maxReplicas: 9,
      },
    };
    const found = find({ manifests: v2 }, [...v1, hpa]);
    expect('stable' in found && found.stable.horizontalPodAutoscaler).toBe(hpa);
    expect(cloneHpa(hpa, 'jazz-v2')).toEqual({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'jazz-v2', namespace: 'prod', labels: { [CLONE_LABEL]: 'jazz-v1' } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'jazz-v2' },
        minReplicas: 2,
        maxReplicas: 9,
      },
    });
  });

  it('clones the autoscaler with the version, unless the manifests bring one', () => {
    const hpaFor = (name: string): KubeObject => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: `hpa-${name}`, namespace: 'prod' },
      spec: { scaleTargetRef: { kind: 'Deployment', name }, maxReplicas: 9 },
    });
    const kinds = (manifests: KubeObject[]) => {
      const found = find({ manifests, image: 'registry.example:5000/hello:v2' }, [...v1, hpaFor('jazz-v1')]);
      return 'canary' in found ? found.canary.apply.map(({ kind }) => kind) : [];
    };
    expect(kinds([])).toEqual(['Deployment', 'Service', 'HorizontalPodAutoscaler']);
    expect(kinds([hpaFor('jazz-v2')])).toEqual(['Deployment', 'Service']);
  });

  it.each<[string, Partial<DiscoverInput>, KubeObject[], string]>([
    [
      'weights that are even',
      { weights: { 'jazz-v1': 1, 'jazz-v0': 1 }, manifests: v2 },
      v1,
      'the route sends 50 % to jazz-v1, 50 % to jazz-v0',
    ],
    [
      'most weight on the version itself',
      { weights: { 'jazz-v1': 5, 'jazz-v2': 95 } },
      [...v1, ...v2],
      '95 % to jazz-v2',
    ],
    ['no weight at all', { weights: { 'jazz-v1': 0 } }, v1, 'All weights'],
    ['a stable that is gone', { weights: { 'jazz-v0': 1 }, manifests: v2 }, v1, 'there is no Service prod/jazz-v0'],
    [
      'a journal that names a stable that is gone',
      { journalStable: 'jazz-v0', manifests: v2 },
      v1,
      'The journal says that jazz-v0',
    ],
    ['no new version anywhere', {}, v1, 'There is no Deployment prod/jazz-v2'],
    [
      'two images',
      { manifests: v2, image: 'registry.example:5000/hello:v3' },
      v1,
      'another image than the input image',
    ],
    [
      'a retired version in the manifests',
      { manifests: [...v2, deployment('jazz-v0', {})], retired: ['jazz-v0'] },
      v1,
      'bring back Deployment prod/jazz-v0',
    ],
    ['a first version from an image', { image: IMAGE, weights: { 'jazz-v2': 1 } }, [], 'Nothing serves jazz'],
    ['a stable without Deployment', { image: IMAGE }, [v1[1]!], 'selects no Deployment'],
    ['a name that is too long', { version: 'v'.repeat(60) }, v1, 'at most 63 characters'],
  ])('refuses %s', (_, input, live, message) => {
    expect(() => find(input, live)).toThrow(message);
  });

  it('lists what is live when no route says which one is stable', () => {
    const live = { deployments: [], services: [v1[1]!, service('jazz', { app: 'jazz' })] };
    expect(() => discover({ service: 'jazz', version: 'v2', namespace: 'prod', manifests: v2, live })).toThrow(
      'these are live: jazz-v1, jazz',
    );
  });
});

describe('a clone of stable', () => {
  const options = { service: 'jazz', version: 'v2', image: 'registry.example:5000/hello:v2' };
  const { deployment: made, service: madeService } = cloneForVersion(v1[0]!, v1[1]!, options);

  it('differs in name, version, image and what belongs to one object alone', () => {
    expect(made).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'jazz-v2',
        namespace: 'prod',
        labels: { app: 'jazz', version: 'v2', [CLONE_LABEL]: 'jazz-v1' },
        annotations: { 'example.com/team': 'music' },
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'jazz', version: 'v2' } },
        template: {
          metadata: { labels: { app: 'jazz', version: 'v2' }, annotations: { 'prometheus.io/scrape': 'true' } },
          spec: { containers: [{ name: 'main', image: options.image, env: [{ name: 'A', value: '1' }] }] },
        },
      },
    });
    expect(madeService).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'jazz-v2',
        namespace: 'prod',
        labels: { version: 'v2', [CLONE_LABEL]: 'jazz-v1' },
        annotations: { 'konghq.com/host-header': 'jazz.prod.svc' },
      },
      spec: {
        type: 'ClusterIP',
        selector: { app: 'jazz', version: 'v2' },
        ports: [{ name: 'http', port: 9080, targetPort: 9080 }],
      },
    });
  });

  it('leaves the original untouched', () => {
    expect(field(v1[0], 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe(IMAGE);
    expect(field(v1[0], 'spec', 'replicas')).toBe(4);
  });

  it('follows labels that name the version in other words', () => {
    const labels = { app: 'jazz-v1', 'app.kubernetes.io/version': 'v1', 'pod-template-hash': 'x', tier: 'web' };
    const clone = cloneForVersion(deployment('jazz-v1', labels), service('jazz-v1', { app: 'jazz-v1' }), options);
    expect(podLabels(clone.deployment)).toEqual({
      app: 'jazz-v2',
      'app.kubernetes.io/version': 'v2',
      tier: 'web',
      version: 'v2',
    });
    expect(strings(clone.service, 'spec', 'selector')).toEqual({ app: 'jazz-v2', version: 'v2' });
  });

  it('selects its own pods and never those of stable, whatever the labels', () => {
    const label = fc.constantFrom('app', 'version', 'app.kubernetes.io/version', 'tier', 'app.kubernetes.io/name');
    const value = fc.constantFrom('jazz', 'jazz-v1', 'v1', 'web');
    fc.assert(
      fc.property(fc.dictionary(label, value, { minKeys: 1 }), fc.nat(), (labels, pick) => {
        const keys = Object.keys(labels);
        const key = keys[pick % keys.length] ?? 'app';
        const stable = deployment('jazz-v1', labels);
        const clone = cloneForVersion(stable, service('jazz-v1', { [key]: labels[key] ?? '' }), options);
        const selector = strings(clone.service, 'spec', 'selector');
        expect(selects(selector, podLabels(clone.deployment))).toBe(true);
        expect(selects(selector, podLabels(stable))).toBe(false);
        const matchLabels = strings(clone.deployment, 'spec', 'selector', 'matchLabels');
        expect(selects(matchLabels, podLabels(clone.deployment))).toBe(true);
        expect(selects(matchLabels, podLabels(stable))).toBe(false);
      }),
    );
  });

  it('sets the image of the right container, and refuses to guess', () => {
    const containers = (...entries: [string, string][]) => {
      const object = deployment('jazz-v1', { app: 'jazz' });
      const spec = { containers: entries.map(([name, image]) => ({ name, image })) };
      return {
        ...object,
        spec: { ...(object['spec'] as object), template: { metadata: { labels: { app: 'jazz' } }, spec } },
      };
    };
    const images = (stable: KubeObject) => {
      const { deployment: clone } = cloneForVersion(stable, service('jazz-v1', { app: 'jazz' }), options);
      return [0, 1].map((index) => field(clone, 'spec', 'template', 'spec', 'containers', index, 'image'));
    };
    expect(images(containers(['proxy', 'envoy:1'], ['jazz', 'other:1']))).toEqual(['envoy:1', options.image]);
    expect(images(containers(['web', 'registry.example:5000/hello@sha256:00'], ['proxy', 'envoy:1']))).toEqual([
      options.image,
      'envoy:1',
    ]);
    expect(() => images(containers(['a', 'x:1'], ['b', 'y:1']))).toThrow('a (x:1), b (y:1)');
    expect(() => images(containers(['a', IMAGE], ['b', IMAGE]))).toThrow('none is clearly the one');
  });

  it('needs a Service that selects something', () => {
    expect(() => cloneForVersion(v1[0]!, service('jazz-v1', {}), options)).toThrow('has no selector');
  });
});

describe('counting pods', () => {
  const slice = (name: string, endpoints: unknown[]): KubeObject => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-x`, namespace: 'prod', labels: { 'kubernetes.io/service-name': name } },
    endpoints,
  });
  const endpoint = (address: string, conditions: object = {}) => ({ addresses: [address], conditions });

  it('counts ready pods that are not going away, each once', () => {
    const slices = [
      slice('jazz-v1', [
        endpoint('10.244.0.1', { ready: true }),
        endpoint('10.244.0.2', { ready: false }),
        endpoint('10.244.0.3', { ready: true, terminating: true }),
        endpoint('10.244.0.4'),
        endpoint('10.244.0.5', { ready: true, serving: true, terminating: false }),
      ]),
      slice('jazz-v1', [endpoint('10.244.0.1', { ready: true })]),
      slice('jazz-v2', [endpoint('10.244.0.9', { ready: true })]),
    ];
    expect([readyPods(slices, 'jazz-v1'), readyPods(slices, 'jazz-v2'), readyPods(slices, 'jazz')]).toEqual([3, 1, 0]);
  });

  it.each([
    [10, 5, 1],
    [10, 10, 1],
    [10, 25, 3],
    [10, 100, 10],
    [3, 50, 2],
    [0, 100, 1],
    [1, 0, 1],
    [7, 100, 7],
  ])('asks, of %d stable pods, at %d %% for %d', (stable, share, wanted) => {
    expect(replicasNeeded(stable, share)).toBe(wanted);
  });
});

describe('names', () => {
  it('join service and version', () => {
    expect(backendName('jazz', 'v2')).toBe('jazz-v2');
    expect(() => backendName('jazz', 'v2.1')).toThrow('"jazz-v2.1" cannot be the name of a Service');
  });

  it('belong to the service they start with', () => {
    expect(
      ['jazz', 'jazz-v1', 'jazz-pr-12', 'jazzy-v1', 'metal-v1'].map((name) => isBackendName(name, 'jazz')),
    ).toEqual([true, true, false, false, false]);
  });

  it('of images lose tag and digest only', () => {
    expect(['a', 'a:1', 'r:5000/a', 'r:5000/t/a:1@sha256:0'].map(imageRepository)).toEqual([
      'a',
      'a',
      'r:5000/a',
      'r:5000/t/a',
    ]);
  });
});
