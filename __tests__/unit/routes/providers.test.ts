/**
 * What every provider must do, on its own fixtures: dj.yaml, split.yaml and refused.yaml of its folder, and ways.yaml where
 * other objects bring requests to its routes. A kind with one list of backends cannot disagree with itself: its refused.yaml
 * has no `disagree`.
 */
import { describe, expect, it } from '@jest/globals';
import { applyPatch } from '../../../src/kube/json-patch.ts';
import { JOURNAL_ANNOTATION, LANE_MARK } from '../../../src/kube/names.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { annotation, field, list } from '../../../src/kube/objects.ts';
import { laneKinds, providers } from '../../../src/routes/index.ts';
import type { RouteRef } from '../../../src/routes/types.ts';
import { RouteError } from '../../../src/routes/types.ts';
import { backendOf, documents, fixture, named } from './fixtures.ts';

const jazz = { stable: 'jazz-v1', canary: 'jazz-v2' };
const tokens = { stable: 'run-1-s', canary: 'run-1-c' };
const isJazz = backendOf('jazz');

describe.each(providers.map((provider) => [provider.facts.name, provider] as const))('%s', (name, provider) => {
  const routeOf = (object: KubeObject): RouteRef => provider.weights.find([object], 'jazz', isJazz);
  const attached = (object: KubeObject, generation?: number) =>
    applyPatch(
      object,
      provider.weights.attach(routeOf(object), jazz, generation === undefined ? {} : { generation }, 'J'),
    );
  const weightsIn = (object: KubeObject) =>
    routeOf(object).rules.map(({ backends }) => Object.fromEntries(backends.map((one) => [one.name, one.weight])));
  const dj = () => fixture('dj.yaml', name);
  const split = () => fixture('split.yaml', name);
  const { sum } = provider.facts.limits;
  const waysIn = provider.entry?.leadsTo === undefined ? [] : documents('ways.yaml', name);
  const oneList = named('refused.yaml', name, 'disagree') === undefined;
  const rules = oneList ? 1 : 2;

  it('finds every rule of the service, and no rule of another', () => {
    const route = routeOf(dj());
    expect(route.rules.map(({ backends }) => backends.map((backend) => backend.name))).toEqual(
      Array.from({ length: rules }, () => ['jazz-v1']),
    );
    expect(route.rules.flatMap(({ others }) => others)).toEqual([]);
    for (const { at, backends } of route.rules) {
      expect(list(route.object, ...at)[backends[0]!.index]).toBeDefined();
    }
  });

  it('says what was seen when nothing sends to the service', () => {
    expect(() => provider.weights.find([dj()], 'rock', backendOf('rock'))).toThrow(
      new RegExp(
        `No ${provider.facts.resource.kind} sends to a backend of rock\\. Seen: ${provider.facts.resource.kind} prod/.*jazz-v1`,
      ),
    );
  });

  it('names both objects when two split the same callers', () => {
    expect(() => provider.weights.findAll([dj(), split()], 'jazz', isJazz)).toThrow(
      new RegExp(`2 ${provider.facts.resource.kind}s send to jazz: .*prod/dj.*; .*prod/jazz`),
    );
  });

  it('reads a split whose rules add up to different sums', () => {
    expect(provider.weights.read(routeOf(split())).shares).toEqual({ 'jazz-v0': 0, 'jazz-v1': 95, 'jazz-v2': 5 });
  });

  it('attaches the canary at 0 in every rule, with the journal', () => {
    const object = attached(dj(), 3);
    for (const weights of weightsIn(object)) expect(weights).toEqual({ 'jazz-v1': sum, 'jazz-v2': 0 });
    expect(annotation(object, JOURNAL_ANNOTATION)).toBe('J');
    expect(annotation(object, 'team') ?? annotation(object, 'konghq.com/plugins')).toBeDefined();
  });

  it('gives the canary an entry like that of stable, but for the name', () => {
    for (const { at, backends } of routeOf(attached(dj())).rules) {
      const entries = list(attached(dj()), ...at);
      const [stable, canary] = backends.map(({ index }) => entries[index]) as [object, object];
      const renamed = JSON.stringify({ ...stable, weight: 0 }).replaceAll('jazz-v1', 'jazz-v2');
      expect(canary).toEqual(JSON.parse(renamed));
    }
  });

  it('attaches once, however often it is asked', () => {
    expect(attached(attached(dj()))).toEqual(attached(dj()));
  });

  it.each([0.5, 1, 5, 25, 50, 99, 99.5, 100])(
    'shifts to %p percent as its weights can say it, in every rule',
    (share) => {
      const before = attached(dj());
      const after = applyPatch(before, provider.weights.shift(routeOf(before), jazz, share, { generation: 3 }, 'K'));
      const { stable, canary } = provider.weights.quantise(share);
      for (const weights of weightsIn(after)) expect(weights).toEqual({ 'jazz-v1': stable, 'jazz-v2': canary });
      expect(stable + canary).toBe(sum);
      expect(annotation(after, JOURNAL_ANNOTATION)).toBe('K');
    },
  );

  it('tests generation, journal and the backends that are written', () => {
    const object = split();
    const journal = annotation(object, JOURNAL_ANNOTATION)!;
    const patch = provider.weights.shift(routeOf(object), jazz, 25, { generation: 12, journal }, 'J');
    expect(patch.filter(({ op }) => op === 'test').slice(0, 2)).toEqual([
      { op: 'test', path: '/metadata/generation', value: 12 },
      { op: 'test', path: '/metadata/annotations/mesh-canary.dev~1journal', value: journal },
    ]);
    const swapped = JSON.parse(JSON.stringify(object).replaceAll('jazz-v1', 'jazz-v9')) as KubeObject;
    expect(() => applyPatch(swapped, patch)).toThrow(/test/);
  });

  it('returns everything to stable, testing nothing but the backends', () => {
    const object = split();
    const patch = provider.weights.shift(routeOf(object), jazz, 0, {}, 'J');
    const after = applyPatch(object, patch);
    for (const weights of weightsIn(after)) expect(weights).toMatchObject({ 'jazz-v1': sum, 'jazz-v2': 0 });
    expect(patch.some(({ op, path }) => op === 'test' && path.startsWith('/metadata'))).toBe(false);
  });

  it('takes a backend of weight 0 out, and no other', () => {
    const object = split();
    const after = applyPatch(object, provider.weights.detach(routeOf(object), 'jazz-v0', {}, 'J'));
    expect(Object.keys(provider.weights.read(routeOf(after)).shares).sort()).toEqual(['jazz-v1', 'jazz-v2']);
    expect(() => provider.weights.detach(routeOf(object), 'jazz-v2', {}, 'J')).toThrow(/only be taken out at weight 0/);
  });

  const reasons: Record<string, RegExp> = {
    mixed: /also sends to rock-v1/,
    third: /90 to jazz-v1, 10 to jazz-v0.*jazz-v0 must have weight 0/,
    disagree: /disagree: .* sends 95 to jazz-v1, 5 to jazz-v2, .* sends 50 to jazz-v1, 50 to jazz-v2/,
    twice: /names the backend jazz-v1 2 times/,
    nobody: /sends to nobody/,
  };

  const told = Object.keys(reasons).filter((kind) => !oneList || kind !== 'disagree');

  it.each(told)('refuses a rule of the kind "%s" and says why', (kind) => {
    const route = routeOf(named('refused.yaml', name, kind));
    expect(() => provider.weights.attach(route, jazz, {}, 'J')).toThrow(reasons[kind]);
    expect(() => provider.weights.attach(route, jazz, {}, 'J')).toThrow(RouteError);
  });

  it.each(told)('never refuses a return, not even in a rule of the kind "%s"', (kind) => {
    const object = named('refused.yaml', name, kind);
    const after = applyPatch(object, provider.weights.shift(routeOf(object), jazz, 0, {}, 'J'));
    expect(provider.weights.read(routeOf(after)).shares).toMatchObject({ 'jazz-v1': 100 });
  });

  it('leaves the share of others in a rule as it was when it returns', () => {
    const object = named('refused.yaml', name, 'mixed');
    const before = list(object, ...routeOf(object).rules[0]!.at).map((entry) => field(entry, 'weight') ?? 1);
    const after = applyPatch(object, provider.weights.shift(routeOf(object), jazz, 0, {}, 'J'));
    expect(list(after, ...routeOf(after).rules[0]!.at).map((entry) => field(entry, 'weight') ?? 1)).toEqual(before);
  });

  it('refuses to rise where the canary is missing', () => {
    expect(() => provider.weights.shift(routeOf(dj()), jazz, 5, {}, 'J')).toThrow(/does not name the backend jazz-v2/);
  });

  it('keeps lanes out of what is found, and takes them out again without a trace', () => {
    const before = attached(dj());
    const lanes = provider.lanes.open(routeOf(before), jazz, tokens, {}, waysIn);
    const objects = 'objects' in lanes ? lanes.objects : [];
    const after = 'patch' in lanes ? applyPatch(before, lanes.patch) : before;
    expect(JSON.stringify([after, objects])).toContain('run-1-c');
    expect('objects' in lanes).toBe(provider.facts.lanes !== 'rules');
    expect(
      objects.map(({ kind }) => kind).filter((kind) => !laneKinds(provider).some((one) => one.kind === kind)),
    ).toEqual([]);
    const found = provider.weights.find([after, ...objects], 'jazz', isJazz);
    expect(found.rules).toHaveLength(rules);
    const shifted = applyPatch(after, provider.weights.shift(found, jazz, 25, {}, 'J'));
    const without = provider.lanes.close(provider.weights.find([shifted], 'jazz', isJazz), {});
    const plain = applyPatch(before, provider.weights.shift(routeOf(before), jazz, 25, {}, 'J'));
    expect(JSON.stringify(applyPatch(shifted, without))).toBe(JSON.stringify(plain));
    expect(provider.lanes.close(routeOf(plain), {})).toEqual([]);
  });

  it('leaves the answers of lanes alone where they are not to be marked', () => {
    const before = attached(dj());
    const marked = JSON.stringify(provider.lanes.open(routeOf(before), jazz, tokens, {}, waysIn));
    const unmarked = JSON.stringify(
      provider.lanes.open(routeOf(before), jazz, { ...tokens, unmarked: true }, {}, waysIn),
    );
    // Without the mark only the matches speak of lanes.
    const count = (text: string) => text.match(new RegExp(LANE_MARK, 'g'))?.length ?? 0;
    expect(count(marked) > count(unmarked)).toBe(provider.facts.limits.laneMark);
    expect(count(unmarked)).toBeGreaterThan(0);
  });

  it('replaces the lanes of an earlier run', () => {
    const before = attached(dj());
    const put = (object: KubeObject, given: typeof tokens) => {
      const lanes = provider.lanes.open(routeOf(object), jazz, given, {}, waysIn);
      return 'patch' in lanes ? applyPatch(object, lanes.patch) : object;
    };
    expect(put(put(before, { stable: 'old-s', canary: 'old-c' }), tokens)).toEqual(put(before, tokens));
  });

  it('says something about an object no controller has reported on', () => {
    expect(provider.status.said(dj())).not.toBe('');
    expect(provider.status.acknowledged(dj(), 3)).toBe('unknown');
  });

  it('has the fixtures the tests of every provider need', () => {
    for (const file of ['dj.yaml', 'split.yaml', 'refused.yaml']) {
      for (const object of documents(file, name)) expect(object.kind).toBe(provider.facts.resource.kind);
    }
  });
});
