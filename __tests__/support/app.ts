/** An app as teams have it, in memory: one Deployment, one Service, one HTTPRoute, and what stands in its folder. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { KubeObject } from '../../src/kube/objects.ts';
import { list, strings, text } from '../../src/kube/objects.ts';
import type { FakeApi } from './fake-api.ts';
import { deployment, endpoints, route, service } from './fixtures.ts';
import type { Behaviour } from './kong.ts';

export interface AppFolder {
  readonly image?: string;
  /** What the ConfigMap says, which the pods read as their environment. */
  readonly mode?: string;
  readonly maxReplicas?: number;
  /** A migration comes with it. */
  readonly job?: boolean;
}

/** The folder's objects. */
export function appObjects({
  image = 'orders:v1',
  mode = 'good',
  maxReplicas = 4,
  job = false,
}: AppFolder): KubeObject[] {
  const labels = { app: 'orders' };
  const pods = deployment('orders', labels, 2) as unknown as { spec: { template: { spec: Record<string, unknown> } } };
  pods.spec.template.spec = {
    containers: [
      { name: 'orders', image, envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }] },
    ],
  };
  const metadata = (name: string) => ({ name, namespace: 'prod' });
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings'), data: { MODE: mode } },
    { apiVersion: 'v1', kind: 'Secret', metadata: metadata('keys'), type: 'Opaque', data: { KEY: 'czNjcjN0LWtleQ==' } },
    service('orders', labels),
    pods as unknown as KubeObject,
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: metadata('orders'),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
        minReplicas: 2,
        maxReplicas,
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadata('orders'),
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
    ...(job
      ? [
          {
            apiVersion: 'batch/v1',
            kind: 'Job',
            metadata: metadata('migrate'),
            spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'm', image }] } } },
          },
        ]
      : []),
  ];
}

/** What is live before the first release: the app as kubectl applied it, with all requests on its Service. */
export function appLive(folder: AppFolder = {}): KubeObject[] {
  return [...appObjects(folder), endpoints('orders', 2), route({ orders: 1 }, { name: 'orders', paths: ['/orders'] })];
}

/** Writes the folder as a workspace. @returns its path */
export function appFolder(folder: AppFolder): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'app-'));
  const file = {
    apiVersion: 'v1',
    kind: 'List',
    items: [...appObjects(folder), route({ orders: 1 }, { name: 'orders', paths: ['/orders'] })],
  };
  fs.writeFileSync(path.join(root, 'k8s.json'), JSON.stringify(file));
  return root;
}

/** How pods behave: `orders:bad` fails, and so does whatever reads `MODE: bad`. The image says which version answers. */
export function appRuns(api: FakeApi, backend: string): Behaviour | undefined {
  const workload = api.find('Deployment', backend);
  const [container] = list(workload, 'spec', 'template', 'spec', 'containers');
  const image = text(container, 'image');
  const [from] = list(container, 'envFrom');
  const config = api.find('ConfigMap', text(from, 'configMapRef', 'name'));
  const mode = strings(config, 'data')['MODE'] ?? '';
  const bad = image.endsWith(':bad') || mode === 'bad';
  return { fails: bad ? 0.6 : 0, sign: `${image.split(':')[1]} ${mode}`, milliseconds: 4 };
}

/** Everything of the app that is not of the folder. */
export function strangers(api: FakeApi): string[] {
  const own = new Set(appObjects({}).map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  return [
    'Deployment',
    'Service',
    'ConfigMap',
    'Secret',
    'HorizontalPodAutoscaler',
    'PodDisruptionBudget',
    'Job',
    'Lease',
  ]
    .flatMap((kind) => api.all(kind))
    .filter(({ metadata }) => metadata.namespace === 'prod')
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .filter((name) => !own.has(name));
}

/** What the home objects are, but for what a release may write to the route. */
export function versionsOf(api: FakeApi): Record<string, string | undefined> {
  return Object.fromEntries(
    appObjects({}).map(({ kind, metadata }) => [
      `${kind} ${metadata.name}`,
      api.find(kind, metadata.name)?.metadata.resourceVersion,
    ]),
  );
}

/** What the service's own Deployment runs. */
export function homeImage(api: FakeApi): string {
  const [container] = list(api.get('Deployment', 'orders'), 'spec', 'template', 'spec', 'containers');
  return text(container, 'image');
}
