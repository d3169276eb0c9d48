/** `retire: delete` takes what was the old version's alone, and nothing that anybody else has a use for. */
import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../../src/cluster/connection/transport.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { nameOf } from '../../../../src/kube/objects.ts';
import { aRelease } from '../../../support/release.ts';
import type { World } from '../../../support/stage.ts';

const SERVED = {
  'policy/v1': { PodDisruptionBudget: 'poddisruptionbudgets' },
  'keda.sh/v1alpha1': { ScaledObject: 'scaledobjects' },
  'networking.k8s.io/v1': { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' },
};
const v1 = { app: 'jazz', version: 'v1' };
const ours = { 'mesh-canary.dev/canary': 'jazz-v1', 'mesh-canary.dev/cloned-from': 'jazz-v0' };

const make = (apiVersion: string, kind: string, name: string, body: object, labels = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name, namespace: 'prod', labels }, ...body }) as KubeObject;
const budget = (name: string, selector: object) =>
  make('policy/v1', 'PodDisruptionBudget', name, { spec: { minAvailable: 1, selector: { matchLabels: selector } } });
const hpa = (name: string, target: string) =>
  make('autoscaling/v2', 'HorizontalPodAutoscaler', name, {
    spec: { scaleTargetRef: { kind: 'Deployment', name: target }, minReplicas: 1, maxReplicas: 5 },
  });
const scaled = (type: string, labels = {}) =>
  make(
    'keda.sh/v1alpha1',
    'ScaledObject',
    'jazz',
    { spec: { scaleTargetRef: { name: 'jazz-v1' }, triggers: [{ type }] } },
    labels,
  );
const config = (kind: 'ConfigMap' | 'Secret', name: string, labels: object = ours) =>
  make('v1', kind, name, {}, labels);
const reading = (kind: string, name: string) => ({
  containers: [
    { name: 'app', image: 'a', envFrom: [kind === 'Secret' ? { secretRef: { name } } : { configMapRef: { name } }] },
  ],
});

async function without(
  retire: 'scale-down' | 'delete',
  objects: readonly KubeObject[],
  change?: (world: World) => void,
) {
  const late = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const ended = await aRelease({
    settings: { retire },
    with: (world) => {
      Object.assign(world.api.served, SERVED);
      Object.assign(world.api.served['v1'] ?? {}, { ConfigMap: 'configmaps' });
      for (const object of objects) if (!late.includes(object)) world.api.put(object);
      change?.(world);
    },
    // Nobody here scales by an autoscaler, so it comes when all pods are there.
    at: { Retire: ({ api }) => late.forEach((object) => void api.put(object)) },
  });
  const gone = objects.filter(({ kind, metadata }) => ended.world.api.find(kind, metadata.name) === undefined);
  return { ...ended, gone: gone.map(nameOf) };
}

/** The old version as one that this tool made: copies of its configuration carry its name. */
const madeByUs = ({ api }: World) =>
  api.edit('Deployment', 'jazz-v1', ({ metadata }) => {
    metadata.labels = { ...metadata.labels, ...ours };
  });

describe('what goes with a version that is deleted', () => {
  it('is its autoscaler and its budget; the next version without one is said', async () => {
    const { gone, outcome, timeline } = await without('delete', [hpa('any', 'jazz-v1'), budget('jazz-v1', v1)]);
    expect(gone).toEqual(['HorizontalPodAutoscaler prod/any', 'PodDisruptionBudget prod/jazz-v1']);
    expect(outcome.warnings).toEqual([
      'jazz-v2 has no PodDisruptionBudget: PodDisruptionBudget prod/jazz-v1 covered jazz-v1 alone and goes with it; bring one for jazz-v2',
    ]);
    expect(timeline.slice(timeline.indexOf('== Retire') + 1)).toEqual([
      'PATCH httproutes/jazz: v2 100 %, promoted',
      'DELETE services/jazz-v1',
      'DELETE horizontalpodautoscalers/any',
      'DELETE poddisruptionbudgets/jazz-v1',
      'DELETE deployments/jazz-v1',
    ]);
  });

  it('is no budget that covers the next version or another app, and no autoscaler of another', async () => {
    const { gone, outcome } = await without(
      'delete',
      [
        budget('all', { app: 'jazz' }),
        hpa('other', 'metal-v1'),
        budget('both', { shared: 'yes' }),
        make('apps/v1', 'Deployment', 'metal-v1', {
          spec: { replicas: 0, template: { metadata: { labels: { shared: 'yes' } } } },
        }),
      ],
      ({ api }) => {
        api.edit('Deployment', 'jazz-v1', ({ spec }) => {
          spec.template.metadata.labels.shared = 'yes';
        });
      },
    );
    expect(gone).toEqual([]);
    expect(outcome.warnings).toEqual([]);
  });

  it('is no budget that covers a pod nobody here made', async () => {
    const { gone } = await without('delete', [
      budget('jazz-v1', { version: 'v1' }),
      make('v1', 'Pod', 'lonely', {}, { app: 'other', version: 'v1' }),
    ]);
    expect(gone).toEqual([]);
  });

  it.each(['cpu', 'prometheus'])('is a ScaledObject by %s', async (trigger) => {
    expect((await without('delete', [scaled(trigger)])).gone).toEqual(['ScaledObject prod/jazz']);
  });

  it('is no ScaledObject when only the pods are scaled down: it would bring them back, so they stay', async () => {
    const { gone, outcome } = await without('scale-down', [scaled('cpu')]);
    expect(gone).toEqual([]);
    expect(outcome.reason).toMatch(
      /jazz-v1 was kept, not scaled to 0: ScaledObject prod\/jazz \(.*scales Deployment jazz-v1\)/,
    );
  });

  it('is every ConfigMap, Secret and policy that was copied for it, and no other', async () => {
    const policy = make(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      'jazz-v1',
      { spec: { podSelector: { matchLabels: v1 } } },
      ours,
    );
    const { gone } = await without(
      'delete',
      [
        config('ConfigMap', 'app-jazz-v1'),
        config('Secret', 'key-jazz-v1'),
        policy,
        config('ConfigMap', 'app', {}),
        config('ConfigMap', 'app-jazz-v2', { ...ours, 'mesh-canary.dev/canary': 'jazz-v2' }),
      ],
      madeByUs,
    );
    expect(gone).toEqual(['ConfigMap prod/app-jazz-v1', 'Secret prod/key-jazz-v1', 'NetworkPolicy prod/jazz-v1']);
  });

  it('is nothing that somebody else reads', async () => {
    const { gone } = await without(
      'delete',
      [
        config('ConfigMap', 'read'),
        make('apps/v1', 'Deployment', 'metal-v1', {
          spec: { replicas: 1, template: { spec: reading('ConfigMap', 'read') } },
        }),
        config('Secret', 'served'),
        make('networking.k8s.io/v1', 'Ingress', 'tls', { spec: { tls: [{ secretName: 'served' }] } }),
      ],
      madeByUs,
    );
    expect(gone).toEqual([]);
  });

  it('is said where it cannot be removed or looked for, and the rest goes', async () => {
    const { gone, world, outcome } = await without(
      'delete',
      [hpa('any', 'jazz-v1'), budget('jazz-v1', v1)],
      ({ api }) => {
        api.accident = ({ method, path }) => {
          if (method === 'DELETE' && path.includes('autoscalers'))
            return new ApiError(403, 'Forbidden', 'no deletions');
          return path.includes('/poddisruptionbudgets?') ? new ApiError(403, 'Forbidden', 'no budgets') : undefined;
        };
      },
    );
    expect(gone).toEqual([]);
    expect(world.api.find('Deployment', 'jazz-v1')).toBeUndefined();
    expect(outcome.warnings).toEqual([
      "HorizontalPodAutoscaler prod/any, which was jazz-v1's alone, is left: no deletions",
      'PodDisruptionBudgets of jazz-v1 are left, if it has any: they could not be looked for (no budgets)',
    ]);
  });
});
