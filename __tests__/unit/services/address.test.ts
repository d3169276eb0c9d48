import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { addressOf, requestHeaders } from '../../../src/services/address.ts';
import { route } from '../../support/fixtures.ts';

const ingress: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'dj', namespace: 'prod' },
  spec: {
    rules: [
      { http: { paths: [{ path: '/a' }, { path: '/b' }] } },
      { host: '*.example.com', http: { paths: [{ path: '/c' }, {}] } },
    ],
  },
};

describe('how users call a service', () => {
  it('is told by the rule that leads to it, not by the first of the object', () => {
    const object = route({ 'jazz-v1': 1 }, { paths: ['/dj/metal', '/dj/jazz'] });
    expect(addressOf(object, [1], undefined).path).toBe('/dj/jazz');
  });

  it.each<[number, string, string | undefined]>([
    [0, '/a', undefined],
    [1, '/b', undefined],
    [2, '/c', 'mesh-canary.example.com'],
    [3, '/', 'mesh-canary.example.com'],
  ])('counts the paths of an Ingress through all its rules: %d is %s', (place, path, host) => {
    expect(addressOf(ingress, [place], undefined)).toEqual({ path, host, matchHeaders: {} });
  });

  it('takes the path that is given before all others', () => {
    expect(addressOf(ingress, [2], '/health').path).toBe('/health');
  });

  it('has the headers its route asks for under those of the user', () => {
    const asked = { host: 'dj.example.com', matchHeaders: { 'x-tenant': 'blue', 'x-a': '1' } };
    expect(requestHeaders(asked, { 'x-a': '2' })).toEqual({ host: 'dj.example.com', 'x-tenant': 'blue', 'x-a': '2' });
    expect(requestHeaders({ host: undefined, matchHeaders: {} }, {})).toEqual({});
  });
});
