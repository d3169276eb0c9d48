import { describe, expect, it } from '@jest/globals';
import { RefusedError } from '../../../../src/errors.ts';
import { applyPatch } from '../../../../src/kube/json-patch.ts';
import type { KubeObject } from '../../../../src/kube/objects.ts';
import { systemPorts } from '../../../../src/ports.ts';
import { awaitAcknowledgement } from '../../../../src/rollout/route/acknowledge.ts';
import { closeLanes, newTokens, openLanes } from '../../../../src/rollout/route/lanes.ts';
import { providers } from '../../../../src/routes/index.ts';
import { appMesh } from '../../../../src/routes/providers/app-mesh/index.ts';
import type { RouteProvider } from '../../../../src/routes/types.ts';
import { FakeApi, failed, type Mutable, refTo } from '../../../support/fake-api.ts';
import { FakeClock, settled } from '../../../support/fake-clock.ts';
import { backendOf, fixture } from '../../routes/fixtures.ts';

const isBackend = backendOf('jazz');
const backends = { stable: 'jazz-v1', canary: 'jazz-v2' };
const TOKENS = { stable: 'one-stable', canary: 'one-canary' };

/** The fixture of a provider with jazz-v2 attached, in a cluster that serves its kind. */
function world(provider: RouteProvider) {
  const { apiVersion, kind, plural } = provider.facts.resource;
  const given = fixture('dj.yaml', provider.facts.name);
  const object = applyPatch(
    given,
    provider.weights.attach(provider.weights.find([given], 'jazz', isBackend), backends, {}, 'J'),
  );
  const api = new FakeApi();
  api.served[apiVersion] = { [kind]: plural };
  const before = api.put(object as KubeObject);
  const clock = new FakeClock();
  return {
    api,
    before,
    clock,
    // Pauses between tries pass by themselves.
    cluster: api.cluster(new FakeClock({ auto: true })),
    of: { service: 'jazz', route: refTo(before), backends, isBackend },
    now: () => api.get(kind, before.metadata.name),
    plural,
  };
}

const inRules = providers.filter(({ facts }) => facts.lanes === 'rules');

describe.each(inRules.map((provider) => [provider.facts.name, provider] as const))(
  'lanes that are rules of the route: %s',
  (_name, provider) => {
    const shares = (object: KubeObject) =>
      provider.weights.read(provider.weights.find([object], 'jazz', isBackend)).shares;

    it('are opened by one write, lead to both versions, and leave the weights alone', async () => {
      const { api, cluster, of, now, before, plural } = world(provider);
      const written = await openLanes(cluster, provider, of, TOKENS);
      expect(written).toEqual([now()]);
      expect(now().metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
      for (const token of Object.values(TOKENS)) expect(JSON.stringify(now()['spec'])).toContain(token);
      expect(shares(now())).toEqual(shares(before));
      expect(api.writes(plural)).toEqual([`PATCH ${plural}/${before.metadata.name}`]);
    });

    it('of an earlier run are replaced', async () => {
      const { cluster, of, now } = world(provider);
      await openLanes(cluster, provider, of, { stable: 'dead-stable', canary: 'dead-canary' });
      await openLanes(cluster, provider, of, TOKENS);
      expect(JSON.stringify(now())).not.toContain('dead-');
      expect(JSON.stringify(now())).toContain(TOKENS.canary);
    });

    it('are closed without a trace, and closed again without a write', async () => {
      const { api, cluster, of, now, before, plural } = world(provider);
      await openLanes(cluster, provider, of, TOKENS);
      expect(await closeLanes(cluster, provider, of)).toEqual([]);
      expect(now()['spec']).toEqual(before['spec']);
      const writes = api.writes(plural).length;
      expect(await closeLanes(cluster, provider, of)).toEqual([]);
      expect(api.writes(plural)).toHaveLength(writes);
    });

    it.each(['open', 'close'] as const)('%s beside what somebody else writes in the same moment', async (act) => {
      const { api, cluster, of, now, before } = world(provider);
      if (act === 'close') await openLanes(cluster, provider, of, TOKENS);
      let raced = false;
      api.between = () => {
        if (raced) return;
        raced = true;
        api.edit(before.kind, before.metadata.name, (object: Mutable) => {
          object.spec.theirs = 'kept';
        });
      };
      if (act === 'open') await openLanes(cluster, provider, of, TOKENS);
      else expect(await closeLanes(cluster, provider, of)).toEqual([]);
      expect(now()['spec']).toHaveProperty('theirs', 'kept');
      expect(JSON.stringify(now()).includes(TOKENS.canary)).toBe(act === 'open');
    });

    it('are not opened against a webhook that refuses them: its words are passed on', async () => {
      const { api, cluster, of, now, before } = world(provider);
      api.accident = (request) =>
        request.method === 'PATCH' ? failed(403, 'Forbidden', request, 'denied the request: no lanes here') : undefined;
      const opening = openLanes(cluster, provider, of, TOKENS);
      await expect(opening).rejects.toThrow(RefusedError);
      await expect(opening).rejects.toThrow(/the lanes of jazz: .*dj.* was not accepted: .*no lanes here/);
      expect(now()).toEqual(before);
    });

    it.each(['open', 'close'] as const)(
      '%s although the webhook of the mesh does not answer for a moment',
      async (act) => {
        const { api, cluster, of, now } = world(provider);
        if (act === 'close') await openLanes(cluster, provider, of, TOKENS);
        let failures = 2;
        api.accident = (request) =>
          request.method === 'PATCH' && failures-- > 0
            ? failed(500, 'InternalError', request, 'failed calling webhook: connection reset by peer')
            : undefined;
        if (act === 'open') await openLanes(cluster, provider, of, TOKENS);
        else expect(await closeLanes(cluster, provider, of)).toEqual([]);
        expect(failures).toBeLessThan(0);
        expect(JSON.stringify(now()).includes(TOKENS.canary)).toBe(act === 'open');
      },
    );

    it('that cannot be closed are said, and nothing is thrown', async () => {
      const { api, cluster, of } = world(provider);
      await openLanes(cluster, provider, of, TOKENS);
      api.accident = (request) =>
        request.method === 'PATCH' ? failed(403, 'Forbidden', request, 'denied the request: closed') : undefined;
      expect(await closeLanes(cluster, provider, of)).toEqual([
        expect.stringMatching(/^a lane of jazz is still there: .*closed/),
      ]);
    });

    it('have tokens nobody can guess, each run its own', async () => {
      const { cluster, of } = world(provider);
      const { token } = systemPorts;
      const [one, two] = [await newTokens(cluster, of.route, token), await newTokens(cluster, of.route, token)];
      expect(one.canary).not.toBe(two.canary);
      expect(one.canary.length).toBeGreaterThan(20);
      expect(one.unmarked).toBeUndefined();
    });
  },
);

describe('what the controller says of a write', () => {
  const silent = inRules.filter(({ facts }) => facts.limits.acknowledgement === 'none');
  it.each(silent)('is not waited for where it says nothing: $facts.name', async (provider) => {
    const { api, cluster, of, clock } = world(provider);
    const [written] = await openLanes(cluster, provider, of, TOKENS);
    const requests = api.requests.length;
    expect(await awaitAcknowledgement(cluster, provider, written!, { clock, timeout: 60_000 })).toBe('unknown');
    expect(api.requests).toHaveLength(requests);
  });

  it('is read from the status of a VirtualRouter, of the generation that was written', async () => {
    const { api, cluster, of, clock, now } = world(appMesh);
    const [written] = await openLanes(cluster, appMesh, of, TOKENS);
    const waiting = awaitAcknowledgement(cluster, appMesh, written!, { clock, timeout: 60_000 });
    const said = (observedGeneration: number) =>
      api.edit('VirtualRouter', 'dj-router', (object: Mutable) => {
        object.status = { observedGeneration, conditions: [{ type: 'VirtualRouterActive', status: 'True' }] };
      });
    await settled();
    said((written!.metadata.generation ?? 0) - 1);
    await settled();
    said(now().metadata.generation ?? 0);
    expect(await waiting).toBe('yes');
    await settled();
    expect(api.watchers).toBe(0);
  });

  it('is read from events where App Mesh refuses, and only from those after the write', async () => {
    const { api, cluster, of, clock } = world(appMesh);
    const event = (name: string, object: KubeObject, message: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: 'prod' },
      type: 'Warning',
      reason: 'ReconcileError',
      message,
      involvedObject: {
        kind: 'VirtualRouter',
        namespace: 'prod',
        name: 'dj-router',
        uid: object.metadata.uid,
        resourceVersion: object.metadata.resourceVersion,
      },
    });
    const old = api.get('VirtualRouter', 'dj-router');
    api.put(event('old', old, 'BadRequestException: of yesterday'));
    const [written] = await openLanes(cluster, appMesh, of, TOKENS);
    const waiting = awaitAcknowledgement(cluster, appMesh, written!, { clock, timeout: 60_000 });
    const refused = expect(waiting).rejects.toThrow(/refused VirtualRouter prod\/dj-router: .*too many routes/);
    await settled();
    api.put(event('new', written!, 'LimitExceededException: too many routes'));
    await refused;
    await settled();
    expect(api.watchers).toBe(0);
  });
});
