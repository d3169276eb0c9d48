import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Place } from './support/world.ts';
import { World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const hpa = (place: Place, name: string) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, namespace: place.namespace },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 2,
    maxReplicas: 6,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
  },
});

async function read(
  place: Place,
  kind: string,
  name: string,
): Promise<{ spec: Record<string, number>; status: Record<string, number> }> {
  return JSON.parse(await world.lab.kubectl(['get', kind, name, '-n', place.namespace, '-o', 'json']));
}

describe('a service with an autoscaler', () => {
  it('gets pods for each share before it gets the share, hands the autoscaler on, and can be returned after it retired', async () => {
    const place = await (await world.place()).serving({ replicas: 4 });
    await place.apply(hpa(place, 'jazz-v1'));
    // Ready pods of the canary whenever its weight was seen to have risen.
    const seen: [number, number][] = [];
    let over = false;
    const watching = (async () => {
      while (!over) {
        const weight = (await place.weights())[0]?.['jazz-v2'] ?? 0;
        if (weight > 0 && weight !== seen.at(-1)?.[0]) {
          seen.push([weight, (await read(place, 'deployment', 'jazz-v2')).status['readyReplicas'] ?? 0]);
        }
      }
    })();
    const result = await place.deploy({
      version: 'v2',
      image: 'mesh-canary.dev/lab/dj-app:v2',
      'allow-unproved': 'true',
      'canary-weight': '50,100',
      retire: 'scale-down',
      'ready-timeout': '60s',
    });
    over = true;
    await watching;
    expect(result.log).toMatch(/jazz-v2: replicas raised/);
    expect(result.outputs).toMatchObject({ result: 'promoted' });
    const needed: Record<number, number> = { 5000: 2, 10000: 4 };
    for (const [weight, ready] of seen) expect([weight, ready >= (needed[weight] ?? 0)]).toEqual([weight, true]);
    expect(seen.length).toBeGreaterThan(0);
    expect((await read(place, 'hpa', 'jazz-v2')).spec).toMatchObject({ minReplicas: 2, maxReplicas: 6 });
    expect((await read(place, 'deployment', 'jazz-v1')).spec).toMatchObject({ replicas: 0 });

    const back = await world.run(
      { command: 'rollback', services: 'jazz', namespace: place.namespace, 'ready-timeout': '60s' },
      place.workspace,
    );
    expect(back.log).toMatch(/jazz-v1: 4 pods are back \(it had 0\)/);
    expect(back.outputs).toMatchObject({ result: 'returned' });
    expect((await read(place, 'deployment', 'jazz-v1')).status).toMatchObject({ readyReplicas: 4 });
    expect(await place.weights()).toEqual([{ 'jazz-v1': 10_000 }]);
    expect(await place.exists('hpa', 'jazz-v2')).toBe(false);
  });
});
