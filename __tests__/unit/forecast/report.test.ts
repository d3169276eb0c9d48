import { describe, expect, it } from '@jest/globals';
import { differences } from '../../../src/forecast/drift.ts';
import { reportOf } from '../../../src/forecast/report.ts';
import { stepsOf } from '../../../src/forecast/weights.ts';
import { encode } from '../../../src/journal/journal.ts';
import { planLines } from '../../../src/report/render/forecast.ts';
import { designFor } from '../../../src/rollout/trial/design.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';
import { deployment, endpoints, journal, planned as planOf, route, settings, version } from '../../support/fixtures.ts';

const world = (stablePods: number, weights: Record<string, number> = { 'jazz-v1': 1 }, note?: string) => [
  route(weights, note === undefined ? {} : { journal: note }),
  ...version('jazz', 'v1', stablePods),
  endpoints('jazz-v1', stablePods),
];
const planned = (live: ReturnType<typeof world>, replicas = 1, asked = settings()) =>
  planOf(asked, gatewayApi, live, version('jazz', 'v2', replicas));

describe('the weights of a plan', () => {
  it('are quantised as they will be written, and effective as Kong floors them over the pods there will be', () => {
    const live = world(10);
    const steps = stepsOf(planned(live), [1, 30, 100], gatewayApi, live);
    expect(steps.map(({ weights }) => [weights.stable, weights.canary])).toEqual([
      [9900, 100],
      [7000, 3000],
      [0, 10_000],
    ]);
    // One pod at 1 %, three at 30 %, ten for all: as many as that part of stable's.
    expect(steps.map(({ pods }) => pods.canary)).toEqual([1, 3, 10]);
    expect(steps.map(({ effective }) => effective)).toEqual([1, 30, 100]);
  });

  it('start from the replicas of the manifest, and from the weight a release is holding at', () => {
    const live = world(2);
    expect(stepsOf(planned(live, 7), [5], gatewayApi, live)[0]?.pods).toEqual({ stable: 2, canary: 7 });
    const note = encode(journal({ phase: 'holding', weight: 25 }));
    const held = [
      ...world(2, { 'jazz-v1': 7500, 'jazz-v2': 2500 }, note),
      ...version('jazz', 'v2'),
      endpoints('jazz-v2', 1),
    ];
    const steps = stepsOf(planned(held), [5, 25, 50, 100], gatewayApi, held);
    expect(steps.map(({ asked }) => asked)).toEqual([25, 50, 100]);
  });

  it('take the least of an autoscaler that owns the replicas', () => {
    const hpa = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'jazz-v2', namespace: 'prod' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'jazz-v2' }, minReplicas: 4 },
    };
    const live = [...world(2), deployment('jazz-v2', { app: 'jazz', version: 'v2' }, 3), hpa];
    expect(stepsOf(planned(live, 1), [5], gatewayApi, live)[0]?.pods.canary).toBe(4);
  });
});

describe('drift', () => {
  it('is a split that is not the journal’s, and a run that never ended', () => {
    const of = (weights: Record<string, number>, note: string) =>
      differences([planned([...world(1, weights, note), ...version('jazz', 'v2')])], gatewayApi, []);
    const holding = encode(journal({ phase: 'holding', weight: 20 }));
    expect(of({ 'jazz-v1': 8000, 'jazz-v2': 2000 }, holding)).toEqual([]);
    expect(of({ 'jazz-v1': 6000, 'jazz-v2': 4000 }, holding)).toEqual([
      expect.stringMatching(/sends 40 % .* says 20 %/),
    ]);
    const dead = encode(journal({ phase: 'observing', weight: 20 }));
    expect(of({ 'jazz-v1': 8000, 'jazz-v2': 2000 }, dead)).toEqual([
      expect.stringMatching(/run run-1 ended observing at 20 %/),
    ]);
  });
});

describe('the report', () => {
  it('says what is missing as a Role, adds up the time, and reads as lines', () => {
    const live = world(1);
    const asked = settings({ bake: 60_000 });
    const report = reportOf({
      settings: asked,
      provider: gatewayApi,
      services: [planned(live)],
      plugins: { names: [], apply: [], objects: [], problems: [{ plugin: 'x', message: 'There is no KongPlugin x.' }] },
      live,
      findings: [],
      stops: [],
      objects: [
        {
          object: 'ConfigMap prod/a',
          action: 'change',
          fields: [{ path: 'data.a' }],
          by: 'server dry run',
          refused: 'no',
        },
      ],
      missing: [{ verbs: ['patch'], group: 'apps', resource: 'deployments', namespace: 'prod', purpose: 'raise' }],
      design: designFor(asked, true),
      traffic: { jazz: { rate: 10, errorShare: 0.001, from: 'pods' } },
    });
    expect(report.missing).toEqual(['patch deployments.apps in prod (raise)']);
    expect(report.role).toContain('verbs: [patch]');
    expect(report.findings.map(({ severity, problem }) => [severity, problem])).toEqual([
      ['error', 'There is no KongPlugin x.'],
      ['error', 'the API server refuses it: no'],
    ]);
    expect(report.seconds).toBeGreaterThan(60);
    const lines = planLines(report).join('\n');
    for (const part of [
      '5 %: weights 9500 / 500',
      'change ConfigMap prod/a',
      'data.a',
      'patch deployments.apps',
      'in all',
    ])
      expect(lines).toContain(part);
  });
});
