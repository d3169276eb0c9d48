import { describe, expect, it } from '@jest/globals';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import { LANE_HEADER, LANE_MARK } from '../../../../src/kube/names.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { field, list, text } from '../../../../src/kube/objects.ts';
import { istio } from '../../../../src/routes/providers/istio/index.ts';
import { RouteError, type RouteRef } from '../../../../src/routes/types.ts';
import { backendOf, documents, fixture, named } from '../fixtures.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
const routeOf = (object: KubeObject): RouteRef => istio.weights.find([object], 'jazz', backendOf('jazz'));
const attached = (object: KubeObject) => applyPatch(object, istio.weights.attach(routeOf(object), jazz, {}, 'J'));
const withLanes = (object: KubeObject) => {
  const lanes = istio.lanes.open(routeOf(object), jazz, tokens, {});
  return applyPatch(object, 'patch' in lanes ? lanes.patch : []);
};
const http = (object: KubeObject) => list(object, 'spec', 'http');

describe('destinations of a VirtualService', () => {
  it.each([
    ['jazz-v1', undefined, 'jazz-v1'],
    ['jazz-v1.prod.svc.cluster.local', undefined, 'jazz-v1'],
    ['jazz', 'v1', 'jazz-v1'],
    ['jazz.prod.svc.cluster.local', 'jazz-v1', 'jazz-v1'],
  ])('host %p with subset %p is the backend %p', (host, subset, name) => {
    const object = structuredClone(fixture('split.yaml', 'istio'));
    const [first] = list(object, 'spec', 'http', 1, 'route') as { destination: object }[];
    first!.destination = subset === undefined ? { host } : { host, subset };
    expect(routeOf(object).rules[1]?.backends.map((backend) => backend.name)).toContain(name);
  });

  it('take a name with a dot as it is, which is nobody’s Service', () => {
    expect(() => istio.weights.attach(routeOf(named('refused.yaml', 'istio', 'other-host')), jazz, {}, 'J')).toThrow(
      /also sends to jazz-v1\.example/,
    );
  });

  it.each([
    ['jazz', { host: 'jazz.prod.svc.cluster.local', subset: 'v2' }],
    ['jazz-long', { host: 'jazz', subset: 'jazz-v2' }],
  ])('the canary of %s is another subset of the same host', (name, destination) => {
    const object = attached(named('subsets.yaml', 'istio', name));
    expect(list(http(object)[0], 'route')[1]).toEqual({ destination, weight: 0 });
  });

  it('are tested whole before their weight is written', () => {
    const patch = istio.weights.shift(routeOf(fixture('split.yaml', 'istio')), jazz, 0, {}, 'J');
    expect(patch).toContainEqual({
      op: 'test',
      path: '/spec/http/0/route/1/destination',
      value: { host: 'jazz-v1', port: { number: 9080 } },
    });
  });

  it('alone in their rule get everything, whatever the weight', () => {
    const route = routeOf(fixture('dj.yaml', 'istio'));
    expect(istio.weights.read(route).shares).toEqual({ 'jazz-v1': 100 });
    const object = attached(fixture('dj.yaml', 'istio'));
    // Beside a second destination an absent weight would be 0: nobody would be served.
    expect(list(http(object)[0], 'route').map((entry) => field(entry, 'weight'))).toEqual([10_000, 0]);
  });

  it('with headers of their own cannot be shared by a canary that is not there', () => {
    const object = named('refused.yaml', 'istio', 'own-headers');
    expect(() => istio.weights.attach(routeOf(object), jazz, {}, 'J')).toThrow(/has headers on the backend jazz-v1/);
    const both = structuredClone(object);
    (list(both, 'spec', 'http', 0, 'route') as unknown[]).push({ destination: { host: 'jazz-v2' }, weight: 0 });
    (list(both, 'spec', 'http', 0, 'route')[0] as { weight: number }).weight = 100;
    expect(() => istio.weights.attach(routeOf(both), jazz, {}, 'J')).not.toThrow();
  });
});

describe('whose requests a VirtualService splits', () => {
  it.each([
    [undefined, 'inside'],
    [['mesh'], 'inside'],
    [['istio-ingress/main'], 'outside'],
    [['istio-ingress/main', 'mesh'], 'both'],
  ])('gateways %p: %s', (gateways, entrance) => {
    const object = structuredClone(fixture('dj.yaml', 'istio')) as KubeObject & { spec: Record<string, unknown> };
    if (gateways !== undefined) object.spec['gateways'] = gateways;
    expect(routeOf(object).entrance).toBe(entrance);
  });
});

describe('lanes of a VirtualService', () => {
  it('come first, in the order of the rules, and leave those where they were', () => {
    const before = attached(fixture('dj.yaml', 'istio'));
    const after = withLanes(before);
    expect(http(after).map((rule) => text(rule, 'name'))).toEqual([
      'mesh-canary-lane-stable-0',
      'mesh-canary-lane-canary-0',
      'mesh-canary-lane-stable-1',
      'mesh-canary-lane-canary-1',
      'jazz',
      'metal',
      '',
      'home',
    ]);
    expect(JSON.stringify(http(after).slice(4))).toBe(JSON.stringify(http(before)));
  });

  it('narrow every match to the token and keep what it matched', () => {
    const lane = http(withLanes(attached(fixture('dj.yaml', 'istio'))))[1];
    expect(field(lane, 'match')).toEqual([
      { uri: { prefix: '/dj/jazz' }, headers: { 'x-team': { exact: 'music' }, [LANE_HEADER]: { exact: 'run-1-c' } } },
      { uri: { exact: '/jazz' }, headers: { [LANE_HEADER]: { exact: 'run-1-c' } } },
    ]);
  });

  it('give a rule without matches the token alone', () => {
    const lane = http(withLanes(attached(fixture('dj.yaml', 'istio'))))[2];
    expect(field(lane, 'match')).toEqual([{ headers: { [LANE_HEADER]: { exact: 'run-1-s' } } }]);
    expect(field(lane, 'fault')).toEqual({ delay: { percentage: { value: 0.5 }, fixedDelay: '1s' } });
  });

  it('send to one version without a weight, with retries, time-outs and mirrors of the rule', () => {
    const [stable, canary] = http(withLanes(attached(fixture('dj.yaml', 'istio'))));
    expect(field(stable, 'route')).toEqual([{ destination: { host: 'jazz-v1', port: { number: 9080 } } }]);
    expect(field(canary, 'route')).toEqual([{ destination: { host: 'jazz-v2', port: { number: 9080 } } }]);
    expect(canary).toMatchObject({
      retries: { attempts: 3, perTryTimeout: '2s' },
      timeout: '10s',
      mirror: { host: 'rock-v1' },
    });
  });

  it('set the mark beside the response headers the rule sets', () => {
    const [, canary] = http(withLanes(attached(fixture('dj.yaml', 'istio'))));
    expect(field(canary, 'headers')).toEqual({
      request: { add: { 'x-seen': 'dj' } },
      response: { set: { 'x-route': 'jazz', [LANE_MARK]: 'run-1-c' } },
    });
  });

  it('carry the guard', () => {
    const lanes = istio.lanes.open(routeOf(fixture('dj.yaml', 'istio')), jazz, tokens, { generation: 3 });
    expect('patch' in lanes && lanes.patch[0]).toEqual({ op: 'test', path: '/metadata/generation', value: 3 });
  });
});

describe('the subset of a canary', () => {
  const [route, rule] = documents('subsets.yaml', 'istio') as [KubeObject, KubeObject];

  it('is added to the DestinationRule beside the one of stable, and shaped like it', () => {
    const { patches } = istio.backing.make(routeOf(route), jazz, [rule]);
    expect(patches.map(({ object }) => object.name)).toEqual(['jazz']);
    const after = applyPatch(rule, patches[0]!.patch);
    expect(list(after, 'spec', 'subsets').slice(0, 2)).toEqual(list(rule, 'spec', 'subsets'));
    expect(list(after, 'spec', 'subsets')[2]).toEqual({
      name: 'v2',
      labels: { app: 'jazz', version: 'v2' },
      trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: 10 } } },
    });
    expect(istio.backing.make(routeOf(route), jazz, [after]).patches).toEqual([]);
  });

  it('cannot be made where no DestinationRule has the one of stable', () => {
    expect(() => istio.backing.make(routeOf(route), jazz, [])).toThrow(RouteError);
    expect(() => istio.backing.make(routeOf(route), jazz, [])).toThrow(/Add a DestinationRule .* subsets v1 and v2/);
  });

  it('is not needed where hosts are split', () => {
    expect(istio.backing.make(routeOf(fixture('dj.yaml', 'istio')), jazz, [])).toEqual({ apply: [], patches: [] });
  });
});

describe('what Istio says', () => {
  it('is never an acknowledgement, not even after an analysis of the generation', () => {
    const status = { observedGeneration: '3', validationMessages: [{ type: { code: 'IST0101' }, level: 'ERROR' }] };
    const object = { ...fixture('dj.yaml', 'istio'), status };
    expect(istio.status.acknowledged(object, 3)).toBe('unknown');
    expect(istio.status.said(object)).toContain('ERROR IST0101');
  });

  it('is the weight itself for the share, however many pods there are', () => {
    const split = istio.weights.read(routeOf(fixture('split.yaml', 'istio')));
    expect(istio.weights.effectiveShare(split, jazz, { 'jazz-v1': 10, 'jazz-v2': 1 })).toBe(5);
    expect(istio.weights.effectiveShare(split, jazz, { 'jazz-v1': 10 })).toBe(5);
    expect(istio.weights.effectiveShare(split, jazz, {})).toBe(0);
  });
});
