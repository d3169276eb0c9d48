import { describe, expect, it } from '@jest/globals';
import { reasonOf } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { mergeLiveRoute } from '../../../src/manifests/route-files/live.ts';
import { Snapshot } from '../../../src/manifests/snapshot.ts';
import { bindPlugins } from '../../../src/plugins/bind.ts';
import { openLanes } from '../../../src/rollout/route/lanes.ts';
import { RouteWriter } from '../../../src/rollout/route/writer.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';
import { FakeApi, failed, refTo } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { deployment, release, route } from '../../support/fixtures.ts';

const WORDS = "ValidatingAdmissionPolicy 'freeze' with binding 'prod' denied request: not on a Friday";
const OPTIONS = { serviceOf: () => 'jazz', retired: [], releasing: ['jazz-v1', 'jazz-v2'] };

/** jazz at 0 % in a cluster whose policy refuses what it is asked about from now on. */
async function world() {
  const api = new FakeApi(route({ 'jazz-v1': 10_000 }), deployment('jazz-v1', { app: 'jazz' }, 3));
  const clock = new FakeClock({ auto: true });
  const cluster = api.cluster(clock);
  const jazz = release();
  const writer = new RouteWriter(cluster, gatewayApi, clock);
  await writer.attach(jazz);
  const before = api.get('Deployment', 'jazz-v1');
  const after = api.edit('Deployment', 'jazz-v1', ({ spec }) => {
    spec.replicas = 5;
  });
  const snapshot = new Snapshot();
  snapshot.record({ before, after });
  api.requests.length = 0;
  api.admit = (object) => {
    throw failed(
      422,
      'Invalid',
      { method: 'PATCH', path: '/apis/x' },
      `"${object.metadata.name}" is forbidden: ${WORDS}`,
    );
  };
  return { api, cluster, jazz, writer, snapshot, ref: refTo(api.get('HTTPRoute', 'jazz')) };
}
type World = Awaited<ReturnType<typeof world>>;

const file = (): KubeObject => ({ ...route({ 'jazz-v1': 1 }), spec: { hostnames: ['dj.example.com'] } });

/** Each gives the sentence it ends with. */
const ENDS: Readonly<Record<string, readonly [string, (world: World) => Promise<unknown>]>> = {
  'a weight': ['HTTPRoute prod/jazz', ({ writer, jazz }) => writer.shift(jazz, 10, { phase: 'observing' })],
  'a return': ['HTTPRoute prod/jazz', ({ writer, jazz }) => writer.returnToStable(jazz)],
  'the binding of a plugin': [
    'HTTPRoute prod/jazz',
    ({ cluster, ref, snapshot }) => bindPlugins(cluster, ref, ['key-auth'], snapshot),
  ],
  'a route file': ['HTTPRoute prod/jazz', ({ cluster }) => mergeLiveRoute(cluster, file(), OPTIONS)],
  'a lane': [
    'HTTPRoute prod/jazz-mesh-canary-lane',
    ({ cluster, jazz }) => openLanes(cluster, gatewayApi, jazz, { stable: 'one-stable', canary: 'one-canary' }),
  ],
  'a restore': [
    'Deployment prod/jazz-v1',
    async ({ cluster, snapshot }) => {
      const [problem] = await snapshot.restore(cluster);
      if (problem !== undefined) throw new Error(problem);
    },
  ],
};

describe('a policy that refuses', () => {
  it.each(Object.keys(ENDS))('%s is asked once, and heard: its own words, and the object', async (what) => {
    const [object, act] = ENDS[what]!;
    const made = await world();
    const said = await act(made).then(() => 'nothing', reasonOf);
    expect(said).toContain(`${object}`);
    expect(said.split(WORDS)).toHaveLength(2);
    expect(said).not.toMatch(/someone else/);
    const writes = made.api.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path);
    expect(new Set(writes).size).toBe(writes.length);
  });
});
