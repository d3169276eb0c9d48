import { describe, expect, it } from '@jest/globals';
import { couldName, isSilent, sendsFrom } from '../../../src/services/sender-kinds.ts';

describe('kinds that can lead to a Service', () => {
  it.each([
    ['networking.k8s.io', 'Ingress', 'near'],
    ['gateway.networking.k8s.io', 'TCPRoute', 'granted'],
    ['networking.istio.io', 'VirtualService', 'far'],
    ['', 'Service', 'far'],
    ['traefik.containo.us', 'IngressRoute', 'far'],
    ['routes.example.com', 'SomeRoute', 'far'],
    ['routes.example.com', 'Way', 'unknown'],
  ])('%s %s: %s', (group, kind, from) => {
    expect(sendsFrom(group, kind)).toBe(from);
  });

  it.each([
    ['', 'Secret'],
    ['apps', 'Deployment'],
    ['networking.k8s.io', 'NetworkPolicy'],
    ['gateway.networking.k8s.io', 'Gateway'],
    ['kuma.io', 'MeshTimeout'],
    ['source.toolkit.fluxcd.io', 'GitRepository'],
    ['metrics.k8s.io', 'PodMetrics'],
  ])('are not %s %s: such objects are never listed', (group, kind) => {
    expect(sendsFrom(group, kind)).toBeUndefined();
  });

  it('are asked for by their schema where nobody knows them', () => {
    const schema = (properties: object) => ({ properties: { spec: { properties } } });
    expect(couldName(schema({ rules: { items: { properties: { backendRefs: {} } } } }))).toBe(true);
    expect(couldName(schema({ targetService: {} }))).toBe(true);
    expect(couldName(schema({ anything: { 'x-kubernetes-preserve-unknown-fields': true } }))).toBe(true);
    expect(couldName(schema({ replicas: {}, serviceAccountName: {} }))).toBe(false);
  });

  it('are in no group that is silent', () => {
    expect(['apps', 'cert-manager.io', 'rbac.authorization.k8s.io'].every(isSilent)).toBe(true);
    expect(['', 'networking.k8s.io', 'example.com'].some(isSilent)).toBe(false);
  });
});
