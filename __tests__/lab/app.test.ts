/** The app as a team has it: one folder, nothing in it prepared for a release, and nothing edited but its files. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VisitorCount, visit } from '../../lab/demo/visitor.ts';
import type { Place } from './support/world.ts';
import { ask, IMAGE, leftovers, World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const KINDS = 'deployments,services,configmaps,secrets,horizontalpodautoscalers,poddisruptionbudgets,jobs';

/** Deployment, Service, HTTPRoute, HPA, PDB, ConfigMap (envFrom) and Secret. */
function folder(place: Place, says: string, level = 'info'): object[] {
  const labels = { app: 'orders' };
  const metadata = { name: 'orders', namespace: place.namespace, labels };
  const named = (name: string) => ({ name, namespace: place.namespace });
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: named('orders-env'), data: { LEVEL: level, HW_RESPONSE: says } },
    { apiVersion: 'v1', kind: 'Secret', metadata: named('orders-keys'), stringData: { TOKEN: 'not-for-anyone' } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ name: 'http', port: 9080 }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'orders',
                image: IMAGE,
                ports: [{ name: 'http', containerPort: 9080 }],
                envFrom: [{ configMapRef: { name: 'orders-env' } }, { secretRef: { name: 'orders-keys' } }],
                readinessProbe: { httpGet: { path: '/ping', port: 9080 }, periodSeconds: 1 },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: named('orders'),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
        ],
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: named('orders'),
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
    place.route('orders', { service: 'orders' }),
  ];
}

/** A pod of a canary whose version is a hash; a ReplicaSet's own hash is written in another alphabet. */
const OF_A_CANARY = /^orders-r[0-9a-f]{9}-/;

const kubectl = (place: Place, ...args: string[]) => world.lab.kubectl([...args, '-n', place.namespace]);

/** Names of everything of these kinds, and what serves under the Service's own name now. */
async function inventory(place: Place): Promise<string[]> {
  const names = await kubectl(place, 'get', KINDS, '-o', 'name');
  return names.split('\n').filter((name) => name !== '' && !name.includes('kube-root-ca'));
}

async function podsBehind(place: Place): Promise<string[]> {
  const selector = 'kubernetes.io/service-name=orders';
  const slices = JSON.parse(await kubectl(place, 'get', 'endpointslices', '-l', selector, '-o', 'json')) as {
    items: { endpoints?: { targetRef?: { name: string } }[] }[];
  };
  return slices.items.flatMap(({ endpoints = [] }) => endpoints.map(({ targetRef }) => targetRef?.name ?? ''));
}

describe('an app released by editing the files of its folder', () => {
  it('goes up in the asked shares, settles under its own name, and leaves nothing beside it; twice in a row', async () => {
    const place = await world.place({ services: ['orders'] });
    await place.apply(...folder(place, '["orders v1"]'));
    await place.until(async () => (await ask(place.url('orders'), undefined)).status === 200);
    await place.until(async () => (await podsBehind(place)).length === 2);
    const before = await inventory(place);
    for (const [old, says] of [
      ['["orders v1"]', '["orders v2"]'],
      ['["orders v2"]', '["orders v3"]'],
    ] as const) {
      place.write('k8s.yaml', ...folder(place, says));
      const count = new VisitorCount();
      const visitor = visit(place.url('orders'), '', count, 20);
      const serving = new Set(await podsBehind(place));
      const strangers: string[] = [];
      let settling = false;
      const running = place.start({ manifests: 'k8s.yaml', 'canary-weight': '25,100', 'ready-timeout': '60s' });
      void running.sees(/Settle/).then(
        () => {
          settling = true;
        },
        () => undefined,
      );
      const inside = (async () => {
        while (!settling) {
          const pods = await podsBehind(place);
          if (!settling) strangers.push(...pods.filter((pod) => OF_A_CANARY.test(pod) && !serving.has(pod)));
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      })();
      const result = await running.finished;
      settling = true;
      await inside;
      await visitor.stop();
      expect(`${result.outputs['reason']} ${result.outputs['traffic']}`).toMatch(/ is that version now/);
      expect(result.outputs).toMatchObject({ result: 'promoted', weight: '100' });
      expect(result.code).toBe(0);
      expect(strangers).toEqual([]);
      expect([...count.failures]).toEqual([]);
      expect([...count.bodies.keys()].sort()).toEqual([old, says].sort());
      expect(await place.count(100, 'orders')).toEqual({ [says]: 100 });
      expect(await inventory(place)).toEqual(before);
      expect(await leftovers(place)).toEqual([]);
      expect(Object.keys((await place.weights('orders'))[0] ?? {})).toEqual(['orders']);
      // The folder, applied again by anyone, would change nothing.
      const file = `${place.workspace}/k8s.yaml`;
      const kept = async () =>
        JSON.parse(await kubectl(place, 'get', 'deployment,service,configmap,hpa,pdb', '-o', 'json')) as {
          items: { metadata: { name: string; generation?: number }; spec: unknown; data: unknown }[];
        };
      const was = (await kept()).items.map(({ spec, data }) => ({ spec, data }));
      const tried = JSON.parse(
        await kubectl(
          place,
          'apply',
          '--server-side',
          '--force-conflicts',
          '--dry-run=server',
          '-f',
          file,
          '-o',
          'json',
        ),
      ) as { items: { kind: string; metadata: { name: string }; spec: unknown; data: unknown }[] };
      for (const { kind, metadata, spec, data } of tried.items) {
        if (kind === 'HTTPRoute' || kind === 'Secret') continue;
        expect([metadata.name, was]).toEqual([metadata.name, expect.arrayContaining([{ spec, data }])]);
      }
    }
  }, 240_000);
});
