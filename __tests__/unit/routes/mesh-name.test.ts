import { describe, expect, it } from '@jest/globals';
import { providerFor } from '../../../src/routes/index.ts';
import { backendOf, fixture, named } from './fixtures.ts';

const stray = (name: string, meshName: string, labels?: Record<string, string>, object = fixture('dj.yaml', name)) => {
  const provider = providerFor(name);
  return provider.facts.strayFrom?.(provider.weights.find([object], 'jazz', backendOf('jazz')), meshName, labels);
};

describe('mesh-name', () => {
  it.each<[string, string, Record<string, string> | undefined, string | undefined]>([
    ['gateway-api', 'kong', undefined, undefined],
    ['gateway-api', 'other', undefined, 'hangs on the Gateway kong'],
    ['istio', 'canary', { 'istio.io/rev': 'canary' }, undefined],
    ['istio', 'default', { 'istio-injection': 'enabled' }, undefined],
    ['istio', 'stable', { 'istio.io/rev': 'canary' }, 'is of the revision canary'],
    ['istio', 'stable', {}, 'is in a namespace that no revision of Istio takes care of'],
    ['istio', 'stable', undefined, undefined],
    ['app-mesh', 'dj-app', undefined, undefined],
    ['app-mesh', 'other', undefined, 'is in the mesh dj-app'],
  ])('on %s, "%s" in a namespace with %p: %p', (name, meshName, labels, sentence) => {
    expect(stray(name, meshName, labels)).toBe(sentence);
  });

  it('on App Mesh is the label of the namespace until the controller has written the reference', () => {
    const bare = fixture('split.yaml', 'app-mesh');
    expect(stray('app-mesh', 'dj-app', { mesh: 'dj-app' }, bare)).toBeUndefined();
    expect(stray('app-mesh', 'dj-app', { mesh: 'x' }, bare)).toBe('is in the mesh x');
    expect(stray('app-mesh', 'dj-app', {}, bare)).toBe('is in a namespace without the label `mesh`');
    expect(stray('app-mesh', 'dj-app', undefined, bare)).toBeUndefined();
  });

  it('means nothing where only Services are parents', () => {
    expect(stray('gateway-api', 'kong', undefined, named('gamma.yaml', 'gateway-api', 'jazz-inside'))).toMatch(
      /mesh-name means nothing there/,
    );
  });
});
