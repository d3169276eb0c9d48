import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { quantity } from '../../../src/services/app/quantity.ts';
import { fingerprintOf, versionFrom } from '../../../src/services/fingerprint.ts';

type Fields = Record<string, unknown>;
/** A title, a Deployment, and the configs where they are not the usual. */
type Case = [string, KubeObject, (readonly KubeObject[])?];

const container: Fields = {
  name: 'orders',
  image: 'registry.example/orders:1',
  ports: [{ containerPort: 80, name: 'http' }],
  env: [
    { name: 'A', value: '1' },
    { name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  envFrom: [{ configMapRef: { name: 'config' } }],
  readinessProbe: { httpGet: { port: 'http' } },
  resources: { limits: { cpu: '500m', memory: '1Gi' } },
  volumeMounts: [
    { name: 'c', mountPath: '/c' },
    { name: 's', mountPath: '/s' },
  ],
};
const pod: Fields = {
  containers: [container],
  volumes: [
    { name: 'c', configMap: { name: 'config' } },
    { name: 's', secret: { secretName: 'secret' } },
    { name: 'e', emptyDir: {} },
  ],
};
const deployment = (podSpec: Fields = pod, meta: Fields = { labels: { app: 'orders' } }): KubeObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: { template: { metadata: meta, spec: podSpec } },
  }) as KubeObject;
const withContainer = (more: Fields): Fields => ({ ...pod, containers: [{ ...container, ...more }] });
const config = (data: Fields, kind = 'ConfigMap', name = kind.toLowerCase().replace('map', '')): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop' }, ...data }) as KubeObject;
const configs = [config({ data: { A: '1' } }), config({ stringData: { P: 'x' } }, 'Secret')];
const print = (one: KubeObject, more: readonly KubeObject[] = configs) => fingerprintOf(one, more);
const base = print(deployment());

describe('the same runs', () => {
  it.each<Case>([
    ['under another order of keys', deployment(Object.fromEntries(Object.entries(pod).reverse()))],
    [
      "with the pod's defaults written out",
      deployment({
        ...pod,
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        terminationGracePeriodSeconds: 30,
        schedulerName: 'default-scheduler',
        securityContext: {},
        serviceAccountName: 'default',
        serviceAccount: 'default',
        enableServiceLinks: true,
      }),
    ],
    [
      "with the container's defaults written out",
      deployment(
        withContainer({
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
          ports: [{ containerPort: 80, name: 'http', protocol: 'TCP' }],
        }),
      ),
    ],
    [
      "with the probe's defaults written out",
      deployment(
        withContainer({
          readinessProbe: {
            httpGet: { port: 'http', path: '/', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
        }),
      ),
    ],
    [
      'with modes of files written out',
      deployment({
        ...pod,
        volumes: [
          { name: 'c', configMap: { name: 'config', defaultMode: 420 } },
          { name: 's', secret: { secretName: 'secret', defaultMode: 420, optional: false } },
          { name: 'e', emptyDir: {} },
        ],
      }),
    ],
    [
      'with the version of a field reference',
      deployment(
        withContainer({
          env: [
            { name: 'A', value: '1' },
            { name: 'N', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
          ],
        }),
      ),
    ],
    [
      'with requests equal to the limits, in other units',
      deployment(
        withContainer({
          resources: { limits: { cpu: 0.5, memory: '1024Mi' }, requests: { cpu: '500m', memory: '1073741824' } },
        }),
      ),
    ],
    ['with volumes in another order', deployment({ ...pod, volumes: [...(pod['volumes'] as object[])].reverse() })],
    [
      'with a variable twice, where the last counts',
      deployment(withContainer({ env: [{ name: 'A', value: '0' }, ...(container['env'] as object[])] })),
    ],
    [
      'with nulls and empty lists',
      deployment(
        { ...pod, nodeSelector: null, tolerations: [], affinity: {} },
        { labels: { app: 'orders' }, creationTimestamp: null, annotations: {} },
      ),
    ],
    [
      'with the marks of tools',
      deployment(pod, {
        labels: { app: 'orders', 'pod-template-hash': 'abc' },
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
          'deployment.kubernetes.io/revision': '4',
          'mesh-canary.dev/runs': 'x',
        },
      }),
    ],
    ['with a Secret as base64', deployment(), [configs[0]!, config({ data: { P: 'eA==' }, type: 'Opaque' }, 'Secret')]],
    [
      'beside a ConfigMap that it does not use',
      deployment(),
      [...configs, config({ data: { Z: '1' } }, 'ConfigMap', 'other')],
    ],
    [
      'with labels on its ConfigMap',
      deployment(),
      [{ ...configs[0]!, metadata: { name: 'config', namespace: 'shop', labels: { a: 'b' } } }, configs[1]!],
    ],
  ])('%s', (...[, one, more]: Case) => {
    expect(print(one, more)).toBe(base);
  });
});

describe('something else runs', () => {
  it.each<Case>([
    ['by another image', deployment(withContainer({ image: 'registry.example/orders:2' }))],
    ['by another variable', deployment(withContainer({ env: [{ name: 'A', value: '2' }] }))],
    [
      'by variables in another order',
      deployment(withContainer({ env: [...(container['env'] as object[])].reverse() })),
    ],
    ['by an argument', deployment(withContainer({ args: ['--fast'] }))],
    ['by a probe', deployment(withContainer({ readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 5 } }))],
    ['by a limit', deployment(withContainer({ resources: { limits: { cpu: '501m', memory: '1Gi' } } }))],
    [
      'by a smaller request',
      deployment(withContainer({ resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '100m' } } })),
    ],
    ['by the policy of pulling', deployment(withContainer({ imagePullPolicy: 'Always' }))],
    [
      'by a sidecar',
      deployment({ ...pod, initContainers: [{ name: 'proxy', image: 'p:1', restartPolicy: 'Always' }] }),
    ],
    ['by a volume', deployment({ ...pod, volumes: [...(pod['volumes'] as object[]), { name: 'x', emptyDir: {} }] })],
    [
      'by a mode of files',
      deployment({
        ...pod,
        volumes: [
          { name: 'c', configMap: { name: 'config', defaultMode: 0o400 } },
          ...(pod['volumes'] as object[]).slice(1),
        ],
      }),
    ],
    ['by an account', deployment({ ...pod, serviceAccountName: 'orders' })],
    ['by a label', deployment(pod, { labels: { app: 'orders', tier: 'web' } })],
    [
      'by a restart that was asked for',
      deployment(pod, { labels: { app: 'orders' }, annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } }),
    ],
    ['by a checksum', deployment(pod, { labels: { app: 'orders' }, annotations: { 'checksum/config': 'abc' } })],
    ['by the content of its ConfigMap', deployment(), [config({ data: { A: '2' } }), configs[1]!]],
    ['by the content of its Secret', deployment(), [configs[0]!, config({ stringData: { P: 'y' } }, 'Secret')]],
    ['by a ConfigMap that the manifests no longer bring', deployment(), [configs[1]!]],
  ])('%s', (...[, one, more]: Case) => {
    expect(print(one, more)).not.toBe(base);
  });

  it('by every change of any text or number in the template', () => {
    const leaves: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]) => {
      if (value !== null && typeof value === 'object')
        for (const [key, one] of Object.entries(value)) walk(one, [...path, key]);
      else leaves.push(path);
    };
    walk(pod, []);
    fc.assert(
      fc.property(fc.constantFrom(...leaves), fc.stringMatching(/^[a-z]{3,9}$/), (path, text) => {
        const changed = structuredClone(pod);
        const holder = path.slice(0, -1).reduce<Fields>((at, key) => at[key] as Fields, changed);
        const last = path.at(-1) ?? '';
        holder[last] = typeof holder[last] === 'number' ? Number(holder[last]) + 1 : text;
        expect(print(deployment(changed))).not.toBe(base);
      }),
      { numRuns: 500 },
    );
  });
});

describe('amounts', () => {
  it.each([
    ['500m', '0.5'],
    ['1Gi', '1024Mi'],
    ['1e3', '1k'],
    ['0.1Gi', '107374182.4'],
    ['100n', '0.0000001'],
    ['1.50', '1500m'],
  ])('%s is %s', (a, b) => {
    expect(quantity(a)).toBe(quantity(b));
  });

  it('stay as they are where they are none', () => {
    expect(quantity('much')).toBe('much');
    expect(quantity('1Gi')).not.toBe(quantity('1G'));
  });
});

it('a version named by what it runs is a DNS label that no reader takes for a number', () => {
  expect(versionFrom(base)).toMatch(/^r[0-9a-f]{9}$/);
});
