import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { catchesOf, caught } from '../../../src/services/app/selectors.ts';
import { migrationOf } from '../../../src/services/migration.ts';
import { object } from './app/world.ts';

const job = object(
  'batch/v1',
  'Job',
  'migrate',
  {
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: 10,
      selector: { matchLabels: { 'controller-uid': 'u' } },
      template: {
        metadata: { labels: { app: 'orders', 'controller-uid': 'u' } },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'm', image: 'm:1', envFrom: [{ configMapRef: { name: 'config' } }] }],
        },
      },
    },
  },
  { annotations: { 'helm.sh/hook': 'pre-upgrade', 'helm.sh/hook-delete-policy': 'hook-succeeded', team: 'shop' } },
);
const service = object('v1', 'Service', 'orders', { spec: { selector: { app: 'orders' } } });
const canary = { name: 'orders-v2', renamed: new Map([['ConfigMap/config', 'config-v2']]) };
const made = (one: KubeObject = job, live: readonly KubeObject[] = [service], manifests: readonly KubeObject[] = []) =>
  migrationOf({ job: one, version: 'v2', canary, live, manifests });

describe('a migration', () => {
  it('is a copy of its own for each version, with the configuration of the canary, kept until it is read', () => {
    expect(made()).toEqual(
      object(
        'batch/v1',
        'Job',
        'migrate-v2',
        {
          spec: {
            backoffLimit: 0,
            template: {
              metadata: { labels: { app: 'migrate-v2', version: 'v2' } },
              spec: {
                restartPolicy: 'Never',
                containers: [{ name: 'm', image: 'm:1', envFrom: [{ configMapRef: { name: 'config-v2' } }] }],
              },
            },
          },
        },
        {
          annotations: { team: 'shop', 'mesh-canary.dev/runs': expect.stringMatching(/^[0-9a-f]{64}$/) },
          labels: { 'mesh-canary.dev/cloned-from': 'migrate', 'mesh-canary.dev/canary': 'orders-v2' },
        },
      ),
    );
  });

  it("has no pod that the app's Service would send to", () => {
    const labels = (made()['spec'] as { template: { metadata: { labels: Record<string, string> } } }).template.metadata
      .labels;
    expect(catchesOf(service).some((one) => caught(one, 'shop', labels))).toBe(false);
  });

  it('is the same again beside its copies, and another when what it reads is another', () => {
    const config = (data: object) => object('v1', 'ConfigMap', 'config', { data });
    expect(made(job, [service, made()])).toEqual(made());
    const runs = (data: object) => made(job, [service], [config(data)]).metadata.annotations?.['mesh-canary.dev/runs'];
    expect(runs({ a: '1' })).toBe(runs({ a: '1' }));
    expect(runs({ a: '1' })).not.toBe(runs({ a: '2' }));
  });
});
