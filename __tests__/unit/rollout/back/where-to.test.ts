import { describe, expect, it } from '@jest/globals';
import type { Journal, Phase } from '../../../../src/journal/journal.ts';
import { encode, JOURNAL_ANNOTATION, phases } from '../../../../src/journal/journal.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { waysBack } from '../../../../src/rollout/back/where-to.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { locate } from '../../../../src/services/locate.ts';
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

const decide = (one: ReturnType<typeof standing>, named: Record<string, string> = {}, ifStale = false) =>
  waysBack([one], named, ifStale).get(one);

describe('the way back of a service', () => {
  it.each(phases.filter((phase) => phase !== 'returned'))('is to the recorded stable from %s', (phase) => {
    const one = standing({ 'jazz-v1': 5000, 'jazz-v2': 5000 }, journalOf(phase));
    expect(decide(one)).toEqual({ kind: 'return', backends: { stable: 'jazz-v1', canary: 'jazz-v2' } });
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

  it('is where the user says, whatever is recorded', () => {
    const lost = standing({ 'jazz-v1': 95, 'jazz-v2': 5 });
    expect(decide(lost, { jazz: 'jazz-v2' })).toEqual({
      kind: 'return',
      backends: { stable: 'jazz-v2', canary: 'jazz-v1' },
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
