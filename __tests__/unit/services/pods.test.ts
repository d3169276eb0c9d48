import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { readyPods } from '../../../src/services/pods.ts';

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
});
