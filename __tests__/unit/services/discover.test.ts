import { describe, expect, it } from '@jest/globals';
import { CLONE_LABEL } from '../../../src/kube/names.ts';
import { type KubeObject, strings } from '../../../src/kube/objects.ts';
import { cloneHpa } from '../../../src/services/clone.ts';
import { type DiscoverInput, type Discovery, discover } from '../../../src/services/discover.ts';
import { deployment, IMAGE, service, v1, v2 } from './given.ts';

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
