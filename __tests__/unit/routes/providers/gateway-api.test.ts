import { describe, expect, it } from '@jest/globals';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import { JOURNAL_ANNOTATION } from '../../../../src/kube/names.ts';
import type { JsonPatch, KubeObject } from '../../../../src/kube/objects.ts';
import { field } from '../../../../src/kube/objects.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { RouteError, type RouteRef } from '../../../../src/routes/types.ts';
import { backendOf, documents, fixture } from '../fixtures.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const journalPath = '/metadata/annotations/mesh-canary.dev~1journal';

const routeOf = (object: KubeObject, service = 'jazz'): RouteRef =>
  gatewayApi.weights.find([object], service, backendOf(service));
const patched = (object: KubeObject, patch: JsonPatch): KubeObject => applyPatch(object, patch);
const refused = (name: string) => documents('refused.yaml').find((object) => object.metadata.name === name)!;
const backendsAt = (object: KubeObject, rule: number) => field(object, 'spec', 'rules', rule, 'backendRefs');

describe('find', () => {
  it('returns all rules of the service in one object, and no other rule', () => {
    const route = routeOf(fixture('dj.yaml'));
    expect(route.rules.map(({ index }) => index)).toEqual([0, 2]);
    expect(route.rules[1]?.backends).toEqual([{ index: 0, name: 'jazz-v1', weight: undefined, port: 9080 }]);
  });

  it('leaves out lanes, be they routes or rules', () => {
    const route = gatewayApi.weights.find(documents('lanes.yaml'), 'jazz', backendOf('jazz'));
    expect(route.object.metadata.name).toBe('jazz');
    expect(route.rules.map(({ index }) => index)).toEqual([1]);
  });

  it('lists every object when several send to the service', () => {
    const both = [fixture('dj.yaml'), fixture('split.yaml')];
    expect(() => gatewayApi.weights.find(both, 'jazz', backendOf('jazz'))).toThrow(
      /2 HTTPRoutes send to jazz: HTTPRoute prod\/dj \(jazz-v1\); HTTPRoute prod\/jazz \(jazz-v0, jazz-v1, jazz-v2\)/,
    );
  });

  it('lists what was seen when none sends to the service', () => {
    expect(() => gatewayApi.weights.find([fixture('dj.yaml')], 'rock', backendOf('rock'))).toThrow(
      /No HTTPRoute sends to a backend of rock\. Seen: HTTPRoute prod\/dj \(jazz-v1, metal-v1\)/,
    );
    expect(() => gatewayApi.weights.find([], 'rock', backendOf('rock'))).toThrow(/There is no HTTPRoute here/);
  });

  it('takes no other kind for an HTTPRoute, and no other kind of backend for a Service', () => {
    const ingress = { ...fixture('dj.yaml'), apiVersion: 'networking.k8s.io/v1' };
    expect(() => routeOf(ingress)).toThrow(RouteError);
    expect(routeOf(refused('other-kind')).rules[0]).toMatchObject({
      backends: [{ name: 'jazz-v1' }],
      others: ['Bucket jazz-v1'],
    });
  });
});

describe('read', () => {
  it('reads an absent weight as 1', () => {
    expect(gatewayApi.weights.read(routeOf(fixture('bare.yaml')))).toEqual({
      weights: { jazz: 1 },
      shares: { jazz: 100 },
    });
  });

  it('takes rules of equal shares for one split, whatever their sums', () => {
    expect(gatewayApi.weights.read(routeOf(fixture('split.yaml')))).toEqual({
      weights: { 'jazz-v0': 0, 'jazz-v1': 9500, 'jazz-v2': 500 },
      shares: { 'jazz-v0': 0, 'jazz-v1': 95, 'jazz-v2': 5 },
    });
  });

  it('names both rules when they disagree', () => {
    expect(() => gatewayApi.weights.read(routeOf(refused('disagree')))).toThrow(
      /rule 0 sends 95 to jazz-v1, 5 to jazz-v2, rule 1 sends 50 to jazz-v1, 50 to jazz-v2/,
    );
  });

  it('does not take a rule that serves nobody for one that agrees', () => {
    const object = fixture('split.yaml');
    for (const ref of field(object, 'spec', 'rules', 1, 'backendRefs') as { weight: number }[]) ref.weight = 0;
    expect(() => gatewayApi.weights.read(routeOf(object))).toThrow(/rule 1 sends 0 to jazz-v2, 0 to jazz-v1/);
  });

  it('says that nobody is served when every weight is 0', () => {
    expect(gatewayApi.weights.read(routeOf(refused('nobody'))).shares).toEqual({ 'jazz-v1': 0 });
  });
});

describe('attach', () => {
  it('puts the canary at 0 into every rule of the service, with tests, sum and journal in one patch', () => {
    const object = fixture('dj.yaml');
    const canary = { group: '', kind: 'Service', port: 9080, name: 'jazz-v2', weight: 0 };
    expect(gatewayApi.weights.attach(routeOf(object), jazz, { generation: 3 }, 'J')).toEqual([
      { op: 'test', path: '/metadata/generation', value: 3 },
      { op: 'test', path: '/spec/rules/0/backendRefs/0/name', value: 'jazz-v1' },
      { op: 'test', path: '/spec/rules/2/backendRefs/0/name', value: 'jazz-v1' },
      { op: 'add', path: '/spec/rules/0/backendRefs/0/weight', value: 10_000 },
      { op: 'add', path: '/spec/rules/0/backendRefs/-', value: canary },
      { op: 'add', path: '/spec/rules/2/backendRefs/0/weight', value: 10_000 },
      { op: 'add', path: '/spec/rules/2/backendRefs/-', value: canary },
      { op: 'add', path: journalPath, value: 'J' },
    ]);
  });

  it('makes the annotations first where there are none, guarded by the resource version', () => {
    const object = fixture('bare.yaml');
    const patch = gatewayApi.weights.attach(
      routeOf(object),
      { stable: 'jazz', canary: 'jazz-v2' },
      { generation: 1 },
      'J',
    );
    expect(patch).toContainEqual({ op: 'test', path: '/metadata/resourceVersion', value: '17' });
    const attached = patched(object, patch);
    expect(attached.metadata.annotations).toEqual({ [JOURNAL_ANNOTATION]: 'J' });
    expect(backendsAt(attached, 0)).toEqual([
      { name: 'jazz', namespace: 'prod', port: 9080, weight: 10_000 },
      { name: 'jazz-v2', namespace: 'prod', port: 9080, weight: 0 },
    ]);
  });

  it('keeps shares and normalises the sum when the canary is already there', () => {
    const attached = patched(
      fixture('split.yaml'),
      gatewayApi.weights.attach(routeOf(fixture('split.yaml')), jazz, {}, 'J'),
    );
    expect(backendsAt(attached, 0)).toEqual(backendsAt(fixture('split.yaml'), 0));
    expect(backendsAt(attached, 1)).toMatchObject([
      { name: 'jazz-v2', weight: 500 },
      { name: 'jazz-v1', weight: 9500 },
    ]);
  });

  it('leaves an older version where it is, at 0', () => {
    const object = fixture('split.yaml');
    const promoted = patched(object, gatewayApi.weights.shift(routeOf(object), jazz, 100, {}, 'J'));
    const next = { stable: 'jazz-v2', canary: 'jazz-v3' };
    const attached = patched(promoted, gatewayApi.weights.attach(routeOf(promoted), next, {}, 'K'));
    expect(gatewayApi.weights.read(routeOf(attached)).weights).toEqual({
      'jazz-v0': 0,
      'jazz-v1': 0,
      'jazz-v2': 10_000,
      'jazz-v3': 0,
    });
  });

  it.each([
    ['mixed', /also sends to rock-v1/],
    ['other-kind', /also sends to Bucket jazz-v1/],
    ['third', /90 to jazz-v1, 10 to jazz-v0.*jazz-v0 must have weight 0/],
    ['disagree', /disagree/],
    ['filters', /has filters on the backend jazz-v1, which Kong refuses/],
    ['twice', /names the backend jazz-v1 2 times/],
    ['nobody', /sends to nobody \(0 to jazz-v1\)/],
    ['without-stable', /Rule 0 of HTTPRoute prod\/without-stable sends 1 to jazz-v0|jazz-v0 must have weight 0/],
  ])('refuses a rule of the kind "%s" and says why', (name, reason) => {
    const route = routeOf(refused(name));
    expect(() => gatewayApi.weights.attach(route, jazz, {}, 'J')).toThrow(RouteError);
    expect(() => gatewayApi.weights.attach(route, jazz, {}, 'J')).toThrow(reason);
  });

  it('refuses a rule that has no place left', () => {
    const object = structuredClone(fixture('bare.yaml'));
    const rule = field(object, 'spec', 'rules', 0) as { backendRefs: unknown[] };
    for (let version = 1; version < 16; version += 1)
      rule.backendRefs.push({ name: `jazz-v${version}`, port: 9080, weight: 0 });
    const backends = { stable: 'jazz', canary: 'jazz-v99' };
    expect(() => gatewayApi.weights.attach(routeOf(object), backends, {}, 'J')).toThrow(/has 16 backends/);
  });
});

describe('shift', () => {
  it('tests generation, journal and names, and writes weights with add', () => {
    const object = fixture('split.yaml');
    const last = '{"version":1,"run":"run-1"}';
    expect(gatewayApi.weights.shift(routeOf(object), jazz, 25, { generation: 12, journal: last }, 'J')).toEqual([
      { op: 'test', path: '/metadata/generation', value: 12 },
      { op: 'test', path: journalPath, value: last },
      { op: 'test', path: '/spec/rules/0/backendRefs/1/name', value: 'jazz-v1' },
      { op: 'test', path: '/spec/rules/0/backendRefs/2/name', value: 'jazz-v2' },
      { op: 'test', path: '/spec/rules/1/backendRefs/1/name', value: 'jazz-v1' },
      { op: 'test', path: '/spec/rules/1/backendRefs/0/name', value: 'jazz-v2' },
      { op: 'add', path: '/spec/rules/0/backendRefs/1/weight', value: 7500 },
      { op: 'add', path: '/spec/rules/0/backendRefs/2/weight', value: 2500 },
      { op: 'add', path: '/spec/rules/1/backendRefs/1/weight', value: 7500 },
      { op: 'add', path: '/spec/rules/1/backendRefs/0/weight', value: 2500 },
      { op: 'add', path: journalPath, value: 'J' },
    ]);
  });

  it('is stopped by the fence when another run has written the journal', () => {
    const object = fixture('split.yaml');
    const patch = gatewayApi.weights.shift(routeOf(object), jazz, 25, { journal: '{"version":1,"run":"run-0"}' }, 'J');
    expect(() => applyPatch(object, patch)).toThrow(/test \/metadata\/annotations/);
  });

  it('refuses to rise where the canary is missing', () => {
    expect(() => gatewayApi.weights.shift(routeOf(fixture('dj.yaml')), jazz, 5, {}, 'J')).toThrow(
      /does not name the backend jazz-v2/,
    );
  });

  it.each(['mixed', 'third', 'without-stable', 'twice'])('refuses to rise in a rule of the kind "%s"', (name) => {
    expect(() => gatewayApi.weights.shift(routeOf(refused(name)), jazz, 5, {}, 'J')).toThrow(RouteError);
  });
});

describe('a return (shift to 0)', () => {
  it('tests names only', () => {
    const patch = gatewayApi.weights.shift(routeOf(fixture('split.yaml')), jazz, 0, {}, 'J');
    const tests = patch.filter(({ op }) => op === 'test');
    expect(tests.every(({ path }) => path.endsWith('/name'))).toBe(true);
    expect(tests).toHaveLength(5);
  });

  it.each(['mixed', 'third', 'disagree', 'twice', 'nobody', 'pinned', 'filters'])(
    'goes through in a rule of the kind "%s" and leaves all of the service to stable',
    (name) => {
      const object = refused(name);
      const returned = patched(object, gatewayApi.weights.shift(routeOf(object), jazz, 0, {}, 'J'));
      expect(gatewayApi.weights.read(routeOf(returned)).shares).toMatchObject({ 'jazz-v1': 100 });
      expect(returned.metadata.annotations).toEqual({ a: 'b', [JOURNAL_ANNOTATION]: 'J' });
    },
  );

  it('puts stable back where only the canary is left', () => {
    const object = structuredClone(fixture('dj.yaml'));
    const rule = field(object, 'spec', 'rules', 0) as { backendRefs: unknown[] };
    rule.backendRefs = [{ name: 'jazz-v2', port: 9081, weight: 10_000 }];
    const returned = patched(object, gatewayApi.weights.shift(routeOf(object), jazz, 0, {}, 'J'));
    expect(backendsAt(returned, 0)).toEqual([
      { name: 'jazz-v2', port: 9081, weight: 0 },
      { port: 9081, name: 'jazz-v1', weight: 10_000 },
    ]);
  });

  it('leaves a rule alone that has neither of the two', () => {
    const object = refused('without-stable');
    const returned = patched(object, gatewayApi.weights.shift(routeOf(object), jazz, 0, {}, 'J'));
    expect(returned['spec']).toEqual(object['spec']);
  });
});

describe('detach', () => {
  it('takes the backend out wherever it is', () => {
    const object = fixture('split.yaml');
    const detached = patched(object, gatewayApi.weights.detach(routeOf(object), 'jazz-v0', { generation: 12 }, 'J'));
    expect(field(backendsAt(detached, 0), 0, 'name')).toBe('jazz-v1');
    expect(backendsAt(detached, 1)).toEqual(backendsAt(object, 1));
  });

  it('takes it out at every place it has in a rule', () => {
    const object = fixture('split.yaml');
    const rule = field(object, 'spec', 'rules', 0) as { backendRefs: unknown[] };
    rule.backendRefs.splice(2, 0, { name: 'jazz-v0', port: 9081, weight: 0 });
    const detached = patched(object, gatewayApi.weights.detach(routeOf(object), 'jazz-v0', {}, 'J'));
    expect(backendsAt(detached, 0)).toMatchObject([{ name: 'jazz-v1' }, { name: 'jazz-v2' }]);
  });

  it('refuses a backend that has weight, written or by default', () => {
    expect(() => gatewayApi.weights.detach(routeOf(fixture('split.yaml')), 'jazz-v2', {}, 'J')).toThrow(
      /only be taken out at weight 0/,
    );
    expect(() => gatewayApi.weights.detach(routeOf(fixture('bare.yaml')), 'jazz', {}, 'J')).toThrow(
      /only be taken out at weight 0/,
    );
  });

  it('refuses to leave a rule without backends', () => {
    expect(() => gatewayApi.weights.detach(routeOf(refused('nobody')), 'jazz-v1', {}, 'J')).toThrow(
      /left without a backend/,
    );
  });
});

describe('quantise', () => {
  it.each([
    [0, 0],
    [0.0001, 1],
    [0.014, 1],
    [1, 100],
    [33.333, 3333],
    [99.999, 9999],
    [100, 10_000],
  ])('%p percent is weight %p of 10 000', (share, canary) => {
    expect(gatewayApi.weights.quantise(share)).toEqual({ stable: 10_000 - canary, canary });
  });

  it.each([-1, 100.1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %p', (share) => {
    expect(() => gatewayApi.weights.quantise(share)).toThrow(RouteError);
  });
});

// Shares as the controller computes them: the table of translate_upstreams.go's integer division.
describe('effectiveShare', () => {
  it.each([
    ['99/1 over 10 and 10 pods', 99, 1, 10, 10, 10],
    ['95/5 over 10 and 3 pods', 95, 5, 10, 3, (100 * 3) / 93],
    ['90/10 over 20 and 4 pods', 90, 10, 20, 4, (100 * 8) / 88],
    ['9900/100 over 10 and 10 pods', 9900, 100, 10, 10, 1],
    ['weight 1 over 3 pods, each gets 1', 9999, 1, 1, 3, (100 * 3) / 10_002],
    ['weight 0', 10_000, 0, 2, 2, 0],
    ['no canary pod: its share goes to stable', 9500, 500, 2, 0, 0],
    ['no stable pod: the canary gets all', 9500, 500, 0, 1, 100],
    ['no pod at all', 9500, 500, 0, 0, 0],
  ])('%s', (_, stable, canary, stablePods, canaryPods, share) => {
    const split = { weights: { 'jazz-v1': stable, 'jazz-v2': canary }, shares: {} };
    expect(
      gatewayApi.weights.effectiveShare(split, jazz, { 'jazz-v1': stablePods, 'jazz-v2': canaryPods }),
    ).toBeCloseTo(share, 10);
  });

  it('takes an unlisted backend for one without pods', () => {
    const split = { weights: { 'jazz-v1': 9500, 'jazz-v2': 500 }, shares: {} };
    expect(gatewayApi.weights.effectiveShare(split, jazz, { 'jazz-v1': 2 })).toBe(0);
  });
});
