import { describe, expect, it } from '@jest/globals';
import { DriftError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';
import { RouteWriter } from '../../../src/rollout/route/writer.ts';
import { gatewayApi } from '../../../src/routes/providers/gateway-api/index.ts';
import { istio } from '../../../src/routes/providers/istio/index.ts';
import { locate } from '../../../src/services/locate.ts';
import { driftOf, standingOf } from '../../../src/services/standing.ts';
import { FakeApi } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { planned, release, route, settings, version, weightsOf } from '../../support/fixtures.ts';

/** Jazz from outside through Kong, and from callers inside. */
function jazz() {
  const outside = route({ 'jazz-v1': 1 });
  const inside: KubeObject = {
    ...structuredClone(outside),
    metadata: { name: 'jazz-inside', namespace: 'prod', annotations: {} },
    spec: {
      ...(structuredClone(outside)['spec'] as object),
      parentRefs: [{ group: '', kind: 'Service', name: 'jazz' }],
    },
  };
  const api = new FakeApi(outside, inside);
  const clock = new FakeClock({ auto: true });
  const writer = new RouteWriter(api.cluster(clock), gatewayApi, clock);
  const { apiVersion, kind } = inside;
  const running = {
    ...release(),
    followers: [{ provider: gatewayApi, route: { apiVersion, kind, name: 'jazz-inside', namespace: 'prod' } }],
  };
  const weights = () => ['jazz', 'jazz-inside'].map((name) => weightsOf(api.get('HTTPRoute', name))['jazz-v2']);
  const journals = () =>
    ['jazz', 'jazz-inside'].map((name) => api.get('HTTPRoute', name).metadata.annotations?.['mesh-canary.dev/journal']);
  const setInside = (canary: number) =>
    api.edit('HTTPRoute', 'jazz-inside', ({ spec }) => {
      spec.rules[0].backendRefs[0].weight = 10_000 - canary;
      spec.rules[0].backendRefs[1].weight = canary;
    });
  return { api, writer, running, weights, journals, setInside };
}

describe('a service with a route for each kind of callers', () => {
  it('moves both by the same share, with one journal, callers inside first', async () => {
    const { api, writer, running, weights, journals } = jazz();
    await writer.attach(running);
    expect(weights()).toEqual([0, 0]);
    const written = await writer.shift(running, 25, { phase: 'observing', step: 1 });
    expect(weights()).toEqual([2500, 2500]);
    // The controllers of both have to say that they took it.
    expect(written.map(({ object }) => object.metadata.name)).toEqual(['jazz-inside', 'jazz']);
    expect(new Set(journals()).size).toBe(1);
    expect(api.writes('httproutes').slice(-2)).toEqual(['PATCH httproutes/jazz-inside', 'PATCH httproutes/jazz']);
    await writer.returnToStable(running);
    expect(weights()).toEqual([0, 0]);
  });

  it('moves neither when one was written by someone else, and says which', async () => {
    const { writer, running, weights, setInside } = jazz();
    await writer.attach(running);
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    setInside(100);
    const error = await writer.shift(running, 50, { phase: 'observing', step: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DriftError);
    expect(error).toMatchObject({ service: 'jazz', route: 'HTTPRoute prod/jazz-inside' });
    expect(weights()).toEqual([2500, 100]);
  });

  it('is not as the release left it when the weights inside are others, and status says on which route', async () => {
    const { api, writer, running, setInside } = jazz();
    await writer.attach(running);
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    const standing = () => {
      const routes = [api.get('HTTPRoute', 'jazz'), api.get('HTTPRoute', 'jazz-inside')];
      return standingOf(locate('jazz', { services: ['jazz'], providers: [gatewayApi], objects: [routes] }));
    };
    expect(driftOf(standing())).toBeUndefined();
    setInside(100);
    expect(driftOf(standing())).toBe('HTTPRoute prod/jazz-inside: jazz-v2 has 1 %, and the journal says 25 %');
  });

  it('brings back the route that is ours, and leaves the other as it was written', async () => {
    const { writer, running, weights, setInside } = jazz();
    await writer.attach(running);
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    setInside(100);
    await writer.returnToStable(running, 'HTTPRoute prod/jazz-inside');
    expect(weights()).toEqual([0, 100]);
  });

  it('tries every route when it returns, and tells of the one that failed', async () => {
    const { api, writer, running, weights } = jazz();
    await writer.attach(running);
    await writer.shift(running, 25, { phase: 'observing', step: 1 });
    api.admit = (object) => {
      if (object.metadata.name === 'jazz-inside') throw new Error('failed calling webhook');
    };
    await expect(writer.returnToStable(running)).rejects.toThrow();
    expect(weights()).toEqual([0, 2500]);
    expect(running.state.asked).toBe(25);
  });
});

describe('planning such a service', () => {
  const virtualService = (canary: number): KubeObject => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'jazz', namespace: 'prod' },
    spec: {
      hosts: ['jazz'],
      http: [
        {
          route: [
            { destination: { host: 'jazz-v1' }, weight: 100 - canary },
            { destination: { host: 'jazz-v2' }, weight: canary },
          ],
        },
      ],
    },
  });
  const world = [...version('jazz', 'v1'), ...version('jazz', 'v2')];
  const plan = (...routes: KubeObject[]) => planned(settings({ mesh: 'istio' }), istio, [...routes, ...world]);

  it('takes the route users come in by for the first, and that of the mesh for its follower', () => {
    const made = plan(virtualService(0), route({ 'jazz-v1': 1 }));
    expect([made.provider.facts.name, made.route.kind]).toEqual(['gateway-api', 'HTTPRoute']);
    expect(made.followers.map(({ provider, route: { kind } }) => [provider.facts.name, kind])).toEqual([
      ['istio', 'VirtualService'],
    ]);
  });

  it('has no follower where Kong only leads to the mesh', () => {
    const made = plan(virtualService(0), route({ jazz: 1 }));
    expect([made.provider.facts.name, made.route.kind, made.followers]).toEqual(['istio', 'VirtualService', []]);
  });

  it('refuses routes that start apart', () => {
    expect(() => plan(virtualService(5), route({ 'jazz-v1': 1 }))).toThrow(
      /HTTPRoute prod\/jazz sends 100 % to jazz-v1, VirtualService prod\/jazz 95 %/,
    );
  });
});
