/** An old version goes only once nobody else sends to it; the kinds and namespaces are those of a real API server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { standard } from '../../src/routes/index.ts';
import { deployPermissions } from '../../src/study/rights.ts';
import { routeOf } from '../../src/study/work.ts';
import { settings } from '../support/fixtures.ts';
import { identityWith } from './support/identity.ts';
import type { Place } from './support/world.ts';
import { ask, World } from './support/world.ts';

const LONG = 4 * 60_000;

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const release = (place: Place, given: Record<string, string> = {}) =>
  place.deploy({
    version: 'v2',
    manifests: place.write('v2.yaml', ...place.version('v2')),
    'canary-weight': '50,100',
    retire: 'delete',
    ...given,
  });

/** Routes of another namespace to jazz-v1 of this one, let in by a grant; what users call them by. */
async function sentFromElsewhere(
  place: Place,
): Promise<{ readonly url: string; readonly remove: () => Promise<void> }> {
  const other = await world.place();
  const path = `/${other.namespace}/other`;
  const group = 'gateway.networking.k8s.io';
  const to = { kind: 'Service', name: 'jazz-v1', namespace: place.namespace, port: 9080 };
  const parentRefs = [{ group, kind: 'Gateway', name: 'kong', namespace: 'kong' }];
  await place.apply(
    {
      apiVersion: `${group}/v1beta1`,
      kind: 'ReferenceGrant',
      metadata: { name: 'others', namespace: place.namespace },
      spec: {
        from: ['HTTPRoute', 'GRPCRoute'].map((kind) => ({ group, kind, namespace: other.namespace })),
        to: [{ group: '', kind: 'Service' }],
      },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'HTTPRoute',
      metadata: { name: 'others', namespace: other.namespace, annotations: { 'konghq.com/strip-path': 'true' } },
      spec: { parentRefs, rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: [to] }] },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'GRPCRoute',
      metadata: { name: 'calls', namespace: other.namespace },
      spec: {
        parentRefs,
        hostnames: [`${other.namespace}.example.com`],
        rules: [{ matches: [{ method: { service: 'jazz.v1.Jazz' } }], backendRefs: [to] }],
      },
    },
  );
  const url = world.gateway + path;
  await place.until(async () => (await ask(url, undefined)).status === 200);
  const remove = async () => {
    await world.lab.kubectl(['delete', 'httproute,grpcroute', '--all', '-n', other.namespace]);
  };
  return { url, remove };
}

describe('the old version', () => {
  it(
    'stays for routes of another namespace, which are named, and goes with the next run once they are gone',
    async () => {
      const place = await (await world.place()).serving();
      const others = await sentFromElsewhere(place);
      const kept = await release(place);
      expect(kept.outputs).toMatchObject({ result: 'promoted' });
      expect(kept.outputs['reason']).toMatch(
        /jazz-v1 was kept, not deleted: .*GRPCRoute \S+\/calls.*HTTPRoute \S+\/others|HTTPRoute \S+\/others.*GRPCRoute \S+\/calls/,
      );
      expect((await ask(others.url, undefined)).status).toBe(200);
      expect(await place.exists('deployment', 'jazz-v1')).toBe(true);
      await others.remove();
      const again = await release(place);
      expect(again.outputs).toMatchObject({ result: 'nothing-to-do' });
      expect(again.log).not.toMatch(/::warning::.*jazz-v1/);
      expect(await place.exists('deployment', 'jazz-v1')).toBe(false);
      expect(await place.exists('service', 'jazz-v1')).toBe(false);
      expect(await place.weights()).toEqual([{ 'jazz-v2': 10_000 }]);
    },
    LONG,
  );

  it(
    'stays, and it is said, where the job may not look at other namespaces',
    async () => {
      const place = await (await world.place()).serving();
      const inPlace = (group: string, resource: string) => ({ group, resource, namespace: place.namespace });
      const kubeconfig = await identityWith(
        world,
        place.namespace,
        deployPermissions({
          settings: settings({ namespace: place.namespace, retire: 'delete' }),
          route: routeOf(standard),
          brought: [inPlace('apps', 'deployments'), inPlace('', 'services')],
          plugins: 'none',
        }),
      );
      const { outputs } = await release(place, { kubeconfig });
      expect(outputs['result']).toBe('promoted');
      expect(outputs['reason']).toMatch(/jazz-v1 was kept, .* could not be looked at \(.*is forbidden/);
      expect(await place.exists('deployment', 'jazz-v1')).toBe(true);
    },
    LONG,
  );
});
