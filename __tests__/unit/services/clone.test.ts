import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLONE_LABEL } from '../../../src/kube/names.ts';
import { field, type KubeObject, strings } from '../../../src/kube/objects.ts';
import { cloneForVersion, imageRepository, replicasNeeded } from '../../../src/services/clone.ts';
import { podLabels, selects } from '../../../src/services/pods.ts';
import { deployment, IMAGE, service, v1 } from './given.ts';

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

describe('pods a share needs', () => {
  it.each([
    [10, 5, 1],
    [10, 10, 1],
    [10, 25, 3],
    [10, 100, 10],
    [3, 50, 2],
    [0, 100, 1],
    [1, 0, 1],
    [7, 100, 7],
  ])('are, of %d stable pods, at %d %%: %d', (stable, share, wanted) => {
    expect(replicasNeeded(stable, share)).toBe(wanted);
  });
});

describe('names of images', () => {
  it('lose tag and digest only', () => {
    expect(['a', 'a:1', 'r:5000/a', 'r:5000/t/a:1@sha256:0'].map(imageRepository)).toEqual([
      'a',
      'a',
      'r:5000/a',
      'r:5000/t/a',
    ]);
  });
});
