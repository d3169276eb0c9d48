import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Journal, Phase } from '../../../../src/journal/journal.ts';
import { decode, encode, phases } from '../../../../src/journal/journal.ts';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import { JOURNAL_ANNOTATION } from '../../../../src/kube/names.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { list } from '../../../../src/kube/objects.ts';
import { elsewhere, routesOf, wayFrom, waysBack } from '../../../../src/rollout/back/where-to.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { istio } from '../../../../src/routes/providers/istio/index.ts';
import { locate } from '../../../../src/services/locate.ts';
import { isBackendName } from '../../../../src/services/names.ts';
import { driftOf, standingOf } from '../../../../src/services/standing.ts';

const journalOf = (phase: Phase, more: Partial<Journal> = {}): Journal => ({
  version: 1,
  release: 'jazz,metal@v2',
  run: 'run-1',
  attempts: 1,
  service: 'jazz',
  versions: { stable: 'v1', canary: 'v2' },
  backends: { stable: 'jazz-v1', canary: 'jazz-v2' },
  phase,
  step: 0,
  plan: [50, 100],
  weight: 50,
  startedAt: '2026-11-23T04:00:00.000Z',
  updatedAt: '2026-11-23T04:00:00.000Z',
  history: [],
  ...more,
});

function standing(weights: Record<string, number>, journal?: Journal | string, service = 'jazz') {
  const text = typeof journal === 'object' ? encode(journal) : journal;
  const route: KubeObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: service,
      namespace: 'prod',
      ...(text === undefined ? {} : { annotations: { [JOURNAL_ANNOTATION]: text } }),
    },
    spec: { rules: [{ backendRefs: Object.entries(weights).map(([name, weight]) => ({ name, weight, port: 9080 })) }] },
  };
  const look = { services: ['jazz', 'metal'], providers: [gatewayApi], objects: [[route]] } as const;
  return standingOf(locate(service, look));
}

function standingOfRules(rules: readonly (readonly { name: string; weight: number }[])[], text: string | undefined) {
  const object: KubeObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: 'jazz',
      namespace: 'prod',
      annotations: text === undefined ? {} : { [JOURNAL_ANNOTATION]: text },
    },
    spec: { rules: rules.map((one) => ({ backendRefs: one.map((backend) => ({ ...backend, port: 9080 })) })) },
  };
  const look = { services: ['jazz', 'metal'], providers: [gatewayApi], objects: [[object]] } as const;
  return standingOf(locate('jazz', look));
}

const decide = (one: ReturnType<typeof standing>, named: Record<string, string> = {}, ifStale = false) =>
  waysBack([one], named, ifStale).get(one);

describe('the way back of a service', () => {
  it.each(phases.filter((phase) => phase !== 'returned'))('is to the recorded stable from %s', (phase) => {
    const one = standing({ 'jazz-v1': 5000, 'jazz-v2': 5000 }, journalOf(phase));
    expect(decide(one)).toEqual({
      kind: 'return',
      backends: { stable: 'jazz-v1', canary: 'jazz-v2' },
      why: `the stable version of release jazz,metal@v2, which is ${phase}`,
    });
  });

  it('is the same whatever others did to the weights', () => {
    for (const weights of [{ 'jazz-v1': 1, 'jazz-v9': 9 }, { 'jazz-v2': 1 }, { 'jazz-v1': 0, 'jazz-v2': 0 }]) {
      const one = standing(weights, journalOf('observing'));
      expect(decide(one)).toMatchObject({ kind: 'return', backends: { stable: 'jazz-v1' } });
      expect(driftOf(one)).toBeDefined();
    }
  });

  it('is gone already when a return is recorded and stable has everything', () => {
    const returned = journalOf('returned', { weight: 0 });
    expect(decide(standing({ 'jazz-v1': 10_000 }, returned))).toMatchObject({ kind: 'nothing' });
    expect(decide(standing({ 'jazz-v1': 1, 'jazz-v2': 1 }, returned))).toMatchObject({ kind: 'return' });
  });

  it('is not guessed when the journal is lost, and not asked for when one version has everything', () => {
    expect(decide(standing({ 'jazz-v1': 95, 'jazz-v2': 5 }))).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(/carries no journal .* 95 % to jazz-v1, 5 % to jazz-v2/),
      next: expect.stringContaining('stable: jazz=jazz-<version>'),
    });
    expect(decide(standing({ 'jazz-v1': 1 }))).toMatchObject({ kind: 'nothing' });
  });

  it('is refused, with the reason, when the journal cannot be read or is a newer one', () => {
    expect(decide(standing({ 'jazz-v1': 1 }, '{'))).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('it is not JSON'),
    });
    const newer = encode(journalOf('observing')).replace('"version":1', '"version":2');
    expect(decide(standing({ 'jazz-v1': 1 }, newer))).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('a newer mesh-canary (format 2, this one reads 1)'),
    });
    const foreign = encode(journalOf('observing', { service: 'metal' }));
    expect(decide(standing({ 'jazz-v1': 1, 'jazz-v2': 1 }, foreign))).toMatchObject({ kind: 'refused' });
  });

  it.each([
    { stable: 'metal-v1', canary: 'jazz-v2' },
    { stable: 'jazz-v1', canary: 'metal-v2' },
    { stable: 'jazz-pr-7', canary: 'jazz-v2' },
  ])('is refused when the journal names what is not the service’s: %j', (backends) => {
    const one = standing({ 'jazz-v1': 1, 'jazz-v2': 1 }, journalOf('observing', { backends }));
    expect(decide(one)).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(
        /^the journal on HTTPRoute prod\/jazz cannot be used: it names \S+, which is not a version of jazz$/,
      ),
      next: expect.stringContaining('stable: jazz=jazz-<version>'),
    });
    // The user knows better.
    expect(decide(one, { jazz: 'jazz-v1' })).toMatchObject({ kind: 'return', backends: { stable: 'jazz-v1' } });
  });

  it('is where the user says, whatever is recorded', () => {
    const lost = standing({ 'jazz-v1': 95, 'jazz-v2': 5 });
    expect(decide(lost, { jazz: 'jazz-v2' })).toEqual({
      kind: 'return',
      backends: { stable: 'jazz-v2', canary: 'jazz-v1' },
      why: 'named by the input stable',
    });
    expect(decide(standing({ 'jazz-v1': 1, 'jazz-v2': 1 }, '{'), { jazz: 'jazz-v1' })).toMatchObject({
      kind: 'return',
    });
    expect(decide(lost, { jazz: 'metal-v1' })).toMatchObject({
      kind: 'refused',
      why: 'metal-v1 is not a version of jazz',
    });
  });

  it('does not exist for a first version', () => {
    const first = journalOf('promoted', { backends: { stable: 'jazz-v1', canary: 'jazz-v1' } });
    expect(decide(standing({ 'jazz-v1': 1 }, first))).toMatchObject({ kind: 'refused' });
  });
});

describe('whatever is found', () => {
  const names = ['jazz', 'jazz-v1', 'jazz-v2', 'jazz-v9', 'jazz-pr-7', 'metal-v1', 'other'];
  const name = fc.constantFrom(...names);
  const rule = fc.uniqueArray(fc.record({ name, weight: fc.nat(100) }), { selector: (one) => one.name, maxLength: 4 });
  const journal = fc.option(
    fc.oneof(
      fc.record({
        phase: fc.constantFrom(...phases),
        backends: fc.record({ stable: name, canary: name }),
        service: fc.constantFrom('jazz', 'metal'),
        weight: fc.nat(100),
      }),
      fc.string(),
    ),
    { nil: undefined },
  );
  const given = fc.record({
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    journal,
    named: fc.option(name, { nil: undefined }),
    ifStale: fc.boolean(),
  });

  /** A rule's weights of the service's own backends. */
  const weightsIn = (object: KubeObject, at: number, mine: (name: string) => boolean) =>
    Object.fromEntries(
      list(list(object, 'spec', 'rules')[at], 'backendRefs')
        .map((entry) => entry as { name: string; weight: number })
        .filter((entry) => mine(entry.name))
        .map((entry) => [entry.name, entry.weight]),
    );

  it('stable is one of the service’s own, and every other one of it gets 0', () => {
    let returned = 0;
    fc.assert(
      fc.property(given, ({ rules, journal: found, named, ifStale }) => {
        fc.pre(rules.some((one) => one.some(({ name: of }) => isBackendName(of, 'jazz', ['jazz', 'metal']))));
        const text = typeof found === 'object' ? encode(journalOf(found.phase, found)) : found;
        const one = standingOfRules(rules, text);
        const way = decide(one, named === undefined ? {} : { jazz: named }, ifStale);
        if (way?.kind !== 'return') return;
        returned++;
        const { stable, canary } = way.backends;
        expect([one.isBackend(stable), one.isBackend(canary), stable === canary]).toEqual([true, true, false]);
        if (named !== undefined) expect(stable).toBe(named);
        const { release, provider } = wayFrom(one, way.backends, { id: 'me' }, '2026-11-23T05:00:00.000Z');
        const noted = encode(release.state.journal);
        expect(decode(noted)).toMatchObject({
          journal: { run: 'me', phase: 'returning', weight: 0, backends: way.backends },
        });
        const back = applyPatch(one.route.object, provider.weights.shift(one.route, release.backends, 0, {}, noted));
        const left = elsewhere(release, provider, back);
        for (const at of rules.keys()) {
          const before = weightsIn(one.route.object, at, one.isBackend);
          const { [stable]: all, ...others } = weightsIn(back, at, one.isBackend);
          if (!(stable in before) && !(canary in before)) {
            // Somebody's own rule: as it was, and named.
            expect(weightsIn(back, at, one.isBackend)).toEqual(before);
            expect(left).toEqual(expect.arrayContaining(Object.keys(before).filter((of) => (before[of] ?? 0) > 0)));
            continue;
          }
          expect(all).toBeDefined();
          expect(Object.values(others).every((weight) => weight === 0)).toBe(true);
          // What is nobody's of ours stays.
          const foreign = (of: string) => !one.isBackend(of);
          expect(weightsIn(back, at, foreign)).toEqual(weightsIn(one.route.object, at, foreign));
        }
      }),
      { numRuns: 500 },
    );
    expect(returned).toBeGreaterThan(50);
  });
});

describe('the way of a service', () => {
  const routes = [
    { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: 'jazz', namespace: 'prod' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'jazz', namespace: 'prod' },
  ];

  it('leads past every route, the one users come in by last', () => {
    const one = {
      ...standing({ 'jazz-v1': 1, 'jazz-v2': 1 }, journalOf('observing')),
      followers: [{ provider: istio, route: routes[0]!, split: undefined, disagreement: undefined }],
    };
    const way = wayFrom(one, { stable: 'jazz-v1', canary: 'jazz-v2' }, { id: 'me' }, '2026-11-23T05:00:00.000Z');
    expect(routesOf(way).map(({ provider, route }) => [provider.facts.name, route])).toEqual([
      ['istio', routes[0]],
      ['gateway-api', routes[1]],
    ]);
  });

  it('has the release as it was in its journal, in the hand of the run that returns it', () => {
    const history = ['v0', 'v1'].map((version) => ({
      version,
      backend: `jazz-${version}`,
      at: '2026-11-01T00:00:00Z',
    }));
    const one = standing({ 'jazz-v1': 1 }, journalOf('promoted', { history, snapshot: { a: null } }));
    const by = { id: 'me', url: 'https://example.com/1' };
    const { release } = wayFrom(one, { stable: 'jazz-v1', canary: 'jazz-v2' }, by, '2026-11-23T05:00:00.000Z');
    expect(release.state.journal).toMatchObject({
      release: 'jazz,metal@v2',
      run: 'me',
      runUrl: 'https://example.com/1',
      versions: { stable: 'v1', canary: 'v2' },
      snapshot: { a: null },
      // A version that serves again is no longer a retired one.
      history: [{ backend: 'jazz-v0' }],
    });
  });

  it('has a journal of its own where none can be read', () => {
    const one = standing({ 'jazz-v1': 1, 'jazz-v2': 1 }, '{');
    const { release } = wayFrom(
      one,
      { stable: 'jazz-v2', canary: 'jazz-v1' },
      { id: 'me' },
      '2026-11-23T05:00:00.000Z',
    );
    expect(release.state.journal).toMatchObject({
      release: 'jazz@v1',
      versions: { stable: 'v2', canary: 'v1' },
      startedAt: '2026-11-23T05:00:00.000Z',
    });
  });
});

describe('a rollback for dead runs only', () => {
  it.each<[Phase, string]>([
    ['attached', 'return'],
    ['shifting', 'return'],
    ['observing', 'return'],
    ['baking', 'return'],
    ['returning', 'return'],
    ['promoted', 'nothing'],
    ['holding', 'nothing'],
    ['returned', 'nothing'],
  ])('does with %s: %s', (phase, kind) => {
    const one = standing({ 'jazz-v1': 5000, 'jazz-v2': 5000 }, journalOf(phase));
    expect(decide(one, {}, true)).toMatchObject({ kind });
  });

  it('takes the whole release back when its run died between two services', () => {
    const jazz = standing({ 'jazz-v2': 1 }, journalOf('promoted'));
    const metal = standing(
      { 'metal-v1': 0, 'metal-v2': 1 },
      journalOf('baking', { service: 'metal', backends: { stable: 'metal-v1', canary: 'metal-v2' } }),
      'metal',
    );
    expect([...waysBack([jazz, metal], {}, true).values()].map(({ kind }) => kind)).toEqual(['return', 'return']);
    const earlier = standing({ 'jazz-v2': 1 }, journalOf('promoted', { run: 'run-0' }));
    expect([...waysBack([earlier, metal], {}, true).values()].map(({ kind }) => kind)).toEqual(['nothing', 'return']);
  });
});
