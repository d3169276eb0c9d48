/** Objects of jazz as they are live: with all that belongs to one object alone. */
import type { KubeObject } from '../../../src/kube/objects.ts';

export const IMAGE = 'registry.example:5000/hello:v1';

export function deployment(name: string, labels: Record<string, string>, image = IMAGE, more: object = {}): KubeObject {
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

export function service(
  name: string,
  selector: Record<string, string>,
  annotations: Record<string, string> = {},
): KubeObject {
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

export const version = (name: string, v: string, image = IMAGE) => [
  deployment(name, { app: 'jazz', version: v }, image),
  service(name, { app: 'jazz', version: v }, { 'konghq.com/host-header': 'jazz.prod.svc' }),
];
export const v1 = version('jazz-v1', 'v1');
export const v2 = version('jazz-v2', 'v2', 'registry.example:5000/hello:v2');
