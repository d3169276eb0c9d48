import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import { LANE_HEADER, LANE_LABEL, LANE_MARK } from '../../../../src/kube/names.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { field, list } from '../../../../src/kube/objects.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { RouteError } from '../../../../src/routes/types.ts';
import { backendOf, fixture } from '../fixtures.ts';
import { isJazz, plainRoute } from '../generated.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
const find = (object: KubeObject) => gatewayApi.weights.find([object], 'jazz', backendOf('jazz'));
const attached = (object: KubeObject) => applyPatch(object, gatewayApi.weights.attach(find(object), jazz, {}, 'J'));
const lanesOf = (object: KubeObject) => {
  const lanes = gatewayApi.lanes.open(find(object), jazz, tokens, {});
  return 'objects' in lanes ? lanes.objects : [];
};
const rules = (object: KubeObject | undefined) => list(object, 'spec', 'rules');
const changed = (change: (spec: Record<string, unknown>, meta: Record<string, unknown>) => void): KubeObject => {
  const object = structuredClone(fixture('dj.yaml')) as KubeObject & { spec: Record<string, unknown> };
  change(object.spec, object.metadata as unknown as Record<string, unknown>);
  return object;
};
type Rule = { matches: Record<string, unknown>[]; filters?: unknown[] };
const ruleOf = (spec: Record<string, unknown>, index: number) => (spec['rules'] as Rule[])[index]!;

describe('lanes of an HTTPRoute', () => {
  it('are one object for each version, labelled with its backend and owned by the route', () => {
    const object = fixture('dj.yaml');
    expect(lanesOf(attached(object)).map(({ metadata }) => metadata)).toMatchObject([
      {
        name: 'dj-mesh-canary-lane-stable',
        namespace: 'prod',
        labels: { [LANE_LABEL]: 'jazz-v1' },
        ownerReferences: [
          { apiVersion: object.apiVersion, kind: 'HTTPRoute', name: 'dj', uid: object.metadata.uid, controller: false },
        ],
      },
      { name: 'dj-mesh-canary-lane-canary', namespace: 'prod', labels: { [LANE_LABEL]: 'jazz-v2' } },
    ]);
  });

  it('carry the annotations that shape requests, and nothing of owners, tools and journals', () => {
    const object = changed((_, meta) => {
      meta['labels'] = { 'argocd.argoproj.io/instance': 'dj', team: 'music' };
      meta['annotations'] = {
        'konghq.com/strip-path': 'true',
        'konghq.com/plugins': 'dj-key-auth',
        'mesh-canary.dev/journal': 'J',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'argocd.argoproj.io/tracking-id': 'dj:x',
        'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent',
        'meta.helm.sh/release-name': 'dj',
      };
    });
    for (const lane of lanesOf(object)) {
      expect(lane.metadata.annotations).toEqual({
        'konghq.com/strip-path': 'true',
        'konghq.com/plugins': 'dj-key-auth',
      });
      expect(Object.keys(lane.metadata.labels ?? {})).toEqual([LANE_LABEL]);
    }
  });

  it('stand on the same hosts and parents, and hold the rules of the service alone', () => {
    const object = attached(fixture('dj.yaml'));
    for (const lane of lanesOf(object)) {
      const { rules: _, ...rest } = lane['spec'] as Record<string, unknown>;
      const { rules: __, ...given } = object['spec'] as Record<string, unknown>;
      expect(rest).toEqual(given);
      expect(rules(lane)).toHaveLength(2);
    }
  });

  it('narrow every match to the token, and keep what it matched', () => {
    const object = changed((spec) => {
      ruleOf(spec, 0).matches = [
        { path: { type: 'PathPrefix', value: '/dj/jazz' }, headers: [{ name: 'x-team', value: 'music' }] },
        { method: 'POST', queryParams: [{ name: 'a', value: 'b' }] },
      ];
    });
    const lane = { type: 'Exact', name: LANE_HEADER, value: 'run-1-c' };
    expect(field(rules(lanesOf(object)[1])[0], 'matches')).toEqual([
      { path: { type: 'PathPrefix', value: '/dj/jazz' }, headers: [{ name: 'x-team', value: 'music' }, lane] },
      { method: 'POST', queryParams: [{ name: 'a', value: 'b' }], headers: [lane] },
    ]);
  });

  it('of a rule that matches everything match the token alone', () => {
    const object = fixture('bare.yaml');
    const lanes = gatewayApi.lanes.open(find(object), { stable: 'jazz', canary: 'jazz-v2' }, tokens, {});
    const [stable] = 'objects' in lanes ? lanes.objects : [];
    expect(rules(stable)).toMatchObject([
      {
        matches: [{ headers: [{ type: 'Exact', name: LANE_HEADER, value: 'run-1-s' }] }],
        backendRefs: [{ name: 'jazz', namespace: 'prod', port: 9080, weight: 1 }],
      },
    ]);
  });

  it('replace a lane header the rule matches already', () => {
    const object = changed((spec) => {
      ruleOf(spec, 0).matches = [{ headers: [{ name: 'X-Mesh-Canary-Lane', value: 'old' }] }];
    });
    expect(field(rules(lanesOf(object)[0])[0], 'matches', 0, 'headers')).toEqual([
      { type: 'Exact', name: LANE_HEADER, value: 'run-1-s' },
    ]);
  });

  it('send everything to one version, reached as the other is, with filters and time-outs of the rule', () => {
    const [stable, canary] = lanesOf(attached(fixture('dj.yaml')));
    const like = { group: '', kind: 'Service', port: 9080, weight: 1 };
    expect(field(rules(stable)[0], 'backendRefs')).toEqual([{ ...like, name: 'jazz-v1' }]);
    expect(field(rules(canary)[0], 'backendRefs')).toEqual([{ ...like, name: 'jazz-v2' }]);
    expect(field(rules(canary)[1], 'backendRefs')).toMatchObject([{ name: 'jazz-v2' }]);
    expect(field(rules(canary)[1], 'timeouts')).toEqual({ request: '5s' });
    expect(field(rules(canary)[1], 'filters', 0)).toEqual(field(fixture('dj.yaml'), 'spec', 'rules', 2, 'filters', 0));
  });

  it('set the mark in a filter of its own', () => {
    const [, canary] = lanesOf(fixture('dj.yaml'));
    expect(field(rules(canary)[0], 'filters')).toEqual([
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: LANE_MARK, value: 'run-1-c' }] } },
    ]);
  });

  it('join the mark into the filter that is there: a rule may have one of a kind', () => {
    const modifier = { set: [{ name: 'x-a', value: '1' }], remove: ['server'] };
    const object = changed((spec) => {
      ruleOf(spec, 0).filters = [{ type: 'ResponseHeaderModifier', responseHeaderModifier: modifier }];
    });
    expect(field(rules(lanesOf(object)[0])[0], 'filters')).toEqual([
      {
        type: 'ResponseHeaderModifier',
        responseHeaderModifier: { remove: ['server'], set: [...modifier.set, { name: LANE_MARK, value: 'run-1-s' }] },
      },
    ]);
  });

  it('are named within 253 characters, whatever the route is called', () => {
    const object = changed((_, meta) => {
      meta['name'] = 'a'.repeat(253);
    });
    const names = lanesOf(object).map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(253);
    // A cut behind a dot would leave a label that starts with "-".
    const cut = changed((_, meta) => {
      meta['name'] = `${'a'.repeat(228)}.${'b'.repeat(24)}`;
    });
    for (const { metadata } of lanesOf(cut))
      expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
  });

  it.each<[string, (spec: Record<string, unknown>) => void, RegExp]>([
    [
      'match',
      (spec) => {
        ruleOf(spec, 0).matches[0]!['headers'] = Array.from({ length: 16 }, (_, at) => ({
          name: `x-${at}`,
          value: '1',
        }));
      },
      /matches 16 headers: there is no room/,
    ],
    [
      'response filter',
      (spec) => {
        const set = Array.from({ length: 16 }, (_, at) => ({ name: `x-${at}`, value: '1' }));
        ruleOf(spec, 0).filters = [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set } }];
      },
      /sets 16 response headers: there is no room/,
    ],
  ])('need room for one more header in the %s, at most 16', (_, change, reason) => {
    expect(() => lanesOf(changed(change))).toThrow(RouteError);
    expect(() => lanesOf(changed(change))).toThrow(reason);
  });

  it('are never found as the route of the service, and the route is not changed by them', () => {
    fc.assert(
      fc.property(plainRoute, (object) => {
        const before = JSON.stringify(object);
        const route = gatewayApi.weights.find([object], 'jazz', isJazz);
        const lanes = gatewayApi.lanes.open(route, jazz, tokens, {});
        const objects = 'objects' in lanes ? lanes.objects : [];
        expect(JSON.stringify(object)).toBe(before);
        expect(gatewayApi.weights.find([...objects, object], 'jazz', isJazz).object).toBe(object);
        for (const [at, lane] of objects.entries()) {
          expect(rules(lane)).toHaveLength(route.rules.length);
          for (const rule of rules(lane)) {
            expect(list(rule, 'backendRefs').map((ref) => field(ref, 'name'))).toEqual([['jazz-v1', 'jazz-v2'][at]]);
            for (const match of list(rule, 'matches')) {
              expect(list(match, 'headers').map((header) => field(header, 'name'))).toContain(LANE_HEADER);
            }
          }
        }
      }),
    );
  });
});
