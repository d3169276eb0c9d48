/** The objects a release in memory begins with. */
import type { KubeObject } from '../../src/kube/objects.ts';
import { endpoints, route, version } from './fixtures.ts';

/** Kong, its Gateway, and what they stand in. */
export function platform(): KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'kong' },
      spec: { controllerName: 'konghq.com/kic-gateway-controller' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'kong', namespace: 'kong' },
      spec: {
        gatewayClassName: 'kong',
        listeners: [{ name: 'http', protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'All' } } }],
      },
      status: {
        addresses: [{ value: '10.0.0.1' }],
        conditions: [{ type: 'Programmed', status: 'True', observedGeneration: 1 }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'kong-controller', namespace: 'kong', generation: 1 },
      spec: {
        replicas: 1,
        template: { spec: { containers: [{ name: 'c', image: 'kong/kubernetes-ingress-controller:3.5' }] } },
      },
      status: { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 },
    },
  ];
}

/** Version v1 of a service, with two pods and all requests of its route. */
export function stableOf(service: string): KubeObject[] {
  return [
    ...version(service, 'v1', 2),
    endpoints(`${service}-v1`, 2),
    route({ [`${service}-v1`]: 1 }, { name: service, paths: [`/dj/${service}`] }),
  ];
}
