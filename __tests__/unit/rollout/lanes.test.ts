import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { openAllLanes } from '../../../src/rollout/lanes.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';
import { istio } from '../../../src/routes/providers/istio/index.ts';
import type { RouteProvider } from '../../../src/routes/types.ts';
import { FakeApi, failed } from '../../support/fake-api.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { release, route } from '../../support/fixtures.ts';
import { aRunning } from '../../support/running.ts';
import { backendOf, fixture } from '../routes/fixtures.ts';

/** jazz and metal side by side on one kind of route; `started` are the pairs of probes that were begun. */
function two(provider: RouteProvider, ...objects: readonly KubeObject[]) {
  const api = new FakeApi();
  api.served[provider.facts.resource.apiVersion] = { [provider.facts.resource.kind]: provider.facts.resource.plural };
  const clock = new FakeClock();
  const started: string[] = [];
  const services = objects.map((object) => {
    const { apiVersion, kind, metadata } = api.put(object);
    const ref = { apiVersion, kind, name: metadata.name, namespace: 'prod' };
    const { name } = metadata;
    const service = name === 'metal' ? 'metal' : 'jazz';
    const backends = { stable: `${service}-v1`, canary: `${service}-v2` };
    const jazz = { ...release(), service, route: ref, backends, isBackend: backendOf(service) };
    return { plan: { service, path: `/dj/${service}` } as never, release: jazz };
  });
  const running = aRunning(api, clock, {
    provider,
    services,
    probing: { startLanes: ({ service }: { service: string }) => started.push(service) } as never,
  });
  return { api, clock, running, started };
}

describe('the lanes of a release', () => {
  it('are all settled when opening fails: none is opened behind the back of who closes them', async () => {
    const metal = route({ 'metal-v1': 1 }, { name: 'metal' });
    const { api, clock, running, started } = two(gatewayApi, route({ 'jazz-v1': 1 }), metal);
    api.accident = (request) =>
      request.path.includes('/jazz-mesh-canary-lane') && request.method !== 'GET'
        ? failed(403, 'Forbidden', request, 'no lanes here')
        : undefined;
    let ended = false;
    const opening = openAllLanes(running).finally(() => {
      ended = true;
    });
    opening.catch(() => undefined);
    // No controller says that it took the lanes of metal, so those are waited for.
    await settled();
    expect([running.lanes.begun, ended]).toEqual([true, false]);
    await clock.advance(10_000);
    await expect(opening).rejects.toThrow(/the lanes of jazz: .* was not accepted: .*no lanes here/);
    expect(started).toEqual(['metal']);
  });

  it.each([gatewayApi, istio])('count by the mark where there is one: $name', async (provider) => {
    const { clock, running } = two(
      provider,
      provider === istio ? fixture('dj.yaml', 'istio') : route({ 'jazz-v1': 1 }),
    );
    const opening = openAllLanes(running);
    await clock.advance(10_000);
    await opening;
    const [jazz] = running.services;
    expect(jazz?.release.observer.lanes).toEqual({ marked: true, tokens: expect.objectContaining({}) });
  });
});
