import { describe, expect, it } from '@jest/globals';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import { LANE_HEADER, LANE_MARK } from '../../../../src/kube/names.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { field, list } from '../../../../src/kube/objects.ts';
import { kuma } from '../../../../src/routes/providers/kuma/index.ts';
import { RouteError, type RouteRef } from '../../../../src/routes/types.ts';
import { backendOf, fixture, named } from '../fixtures.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
const routeOf = (object: KubeObject): RouteRef => kuma.weights.find([object], 'jazz', backendOf('jazz'));
const attached = (object: KubeObject) => applyPatch(object, kuma.weights.attach(routeOf(object), jazz, {}, 'J'));
const withLanes = (object: KubeObject) => {
  const lanes = kuma.lanes.open(routeOf(object), jazz, tokens, {});
  return applyPatch(object, 'patch' in lanes ? lanes.patch : []);
};
const rules = (object: KubeObject, to: number) => list(object, 'spec', 'to', to, 'rules');
const refs = (rule: unknown) => list(rule, 'default', 'backendRefs');

describe('backends of a MeshHTTPRoute', () => {
  it.each([
    ['tag', { kind: 'MeshService', name: 'jazz-v2_prod_svc_9080', weight: 0 }],
    ['name', { kind: 'MeshService', name: 'jazz-v2', namespace: 'prod', port: 9080, weight: 0 }],
    [
      'labels',
      {
        kind: 'MeshMultiZoneService',
        labels: { 'kuma.io/display-name': 'jazz-v2', 'k8s.kuma.io/namespace': 'prod' },
        port: 9080,
        weight: 0,
      },
    ],
  ])('are named by %s as stable is', (form, canary) => {
    const object = attached(named('forms.yaml', 'kuma', form));
    expect(refs(rules(object, 0)[0])[1]).toEqual(canary);
  });

  it.each(['tag', 'name', 'labels'])('named by %s are tested in that form', (form) => {
    const object = attached(named('forms.yaml', 'kuma', form));
    const patch = kuma.weights.shift(routeOf(object), jazz, 5, {}, 'J');
    const renamed = JSON.parse(JSON.stringify(object).replaceAll('jazz-v2', 'jazz-v3')) as KubeObject;
    expect(() => applyPatch(object, patch)).not.toThrow();
    expect(() => applyPatch(renamed, patch)).toThrow(/test/);
  });

  it('are no MeshServiceSubsets, which Kuma 3.0 drops', () => {
    expect(() => kuma.weights.attach(routeOf(named('refused.yaml', 'kuma', 'subset')), jazz, {}, 'J')).toThrow(
      /also sends to MeshServiceSubset jazz-v1/,
    );
  });

  it('without a weight have 1', () => {
    expect(kuma.weights.read(routeOf(named('forms.yaml', 'kuma', 'name'))).weights).toEqual({ 'jazz-v1': 1 });
  });
});

describe('lanes of a MeshHTTPRoute', () => {
  const before = attached(fixture('dj.yaml', 'kuma'));
  const after = withLanes(before);

  it('come first among the rules of the same destination, and leave every other rule where it was', () => {
    expect(rules(after, 0)).toEqual(rules(before, 0));
    expect(rules(after, 1)).toHaveLength(7);
    expect(JSON.stringify(rules(after, 1).slice(4))).toBe(JSON.stringify(rules(before, 1)));
  });

  it('narrow every match to the token', () => {
    const lane = { type: 'Exact', name: LANE_HEADER, value: 'run-1-s' };
    expect(field(rules(after, 1)[0], 'matches')).toEqual([
      {
        path: { type: 'PathPrefix', value: '/dj' },
        headers: [{ type: 'Exact', name: 'x-team', value: 'music' }, lane],
      },
      { path: { type: 'Exact', value: '/jazz' }, method: 'GET', headers: [lane] },
    ]);
  });

  it('keep the filters, and join the mark into the one that sets response headers', () => {
    expect(field(rules(after, 1)[1], 'default', 'filters')).toEqual([
      { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-seen', value: 'dj' }] } },
      {
        type: 'ResponseHeaderModifier',
        responseHeaderModifier: {
          set: [
            { name: 'x-route', value: 'jazz' },
            { name: LANE_MARK, value: 'run-1-c' },
          ],
          remove: ['server'],
        },
      },
    ]);
    expect(field(rules(after, 1)[3], 'default', 'filters')).toEqual([
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: LANE_MARK, value: 'run-1-c' }] } },
    ]);
  });

  it('send to one version', () => {
    const names = rules(after, 1)
      .slice(0, 4)
      .map((rule) => refs(rule).map((ref) => [field(ref, 'labels', 'kuma.io/display-name'), field(ref, 'weight')]));
    expect(names).toEqual([[['jazz-v1', 1]], [['jazz-v2', 1]], [['jazz-v1', 1]], [['jazz-v2', 1]]]);
  });

  it('need room for one more response header', () => {
    const full = structuredClone(before);
    const set = list(rules(full, 1)[1], 'default', 'filters', 1, 'responseHeaderModifier', 'set') as unknown[];
    while (set.length < 16) set.push({ name: `x-${set.length}`, value: '1' });
    expect(() => kuma.lanes.open(routeOf(full), jazz, tokens, {})).toThrow(RouteError);
    expect(() => kuma.lanes.open(routeOf(full), jazz, tokens, {})).toThrow(
      /Rule 1 of to\[1\] of .* sets 16 response headers/,
    );
  });

  it('are told by their header, because rules have no names: one that also matches without it is no lane', () => {
    const object = structuredClone(after);
    (field(rules(object, 1)[0], 'matches') as unknown[]).push({ path: { type: 'PathPrefix', value: '/dj' } });
    expect(routeOf(object).rules).toHaveLength(3);
  });
});

describe('what Kuma says', () => {
  it('is nothing', () => {
    expect(kuma.status.acknowledged({ ...fixture('dj.yaml', 'kuma'), status: { observedGeneration: 3 } }, 3)).toBe(
      'unknown',
    );
  });

  it.each([
    ['Mesh', 'inside'],
    ['Dataplane', 'inside'],
    ['MeshGateway', 'outside'],
  ])('targetRef %s splits callers %s', (kind, entrance) => {
    const object = { ...fixture('dj.yaml', 'kuma') };
    object['spec'] = { ...(object['spec'] as object), targetRef: { kind } };
    expect(routeOf(object).entrance).toBe(entrance);
  });

  it('is in the mesh its label names', () => {
    const stray = (mesh: string) => kuma.facts.strayFrom?.(routeOf(fixture('dj.yaml', 'kuma')), mesh, undefined);
    expect(stray('default')).toBeUndefined();
    expect(stray('other')).toBe('is in the mesh default (label kuma.io/mesh)');
  });
});
