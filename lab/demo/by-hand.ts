/** Weights of jazz written straight into the object of each mesh: for tests of the lab itself, and to try things. */
import type { KubeObject } from '../../src/kube/objects.ts';
import { providerFor } from '../../src/routes/index.ts';
import type { Lab } from '../index.ts';
import type { MeshName } from '../mesh/index.ts';
import type { SeedService } from './seed.ts';

const LANE = 'x-mesh-canary-lane';

/** The object that holds jazz's weights, as kubectl names it. */
export const ROUTE_OF: Readonly<Record<MeshName, readonly [string, string]>> = {
  'gateway-api': ['httproutes', 'jazz'],
  istio: ['virtualservices', 'jazz'],
  kuma: ['meshhttproutes', 'jazz'],
  'app-mesh': ['virtualrouters', 'jazz-router'],
};

/** The split of a service as the live route object says it: its name, and percent by backend. */
export async function splitOf(
  lab: Lab,
  mesh: MeshName,
  service: SeedService,
): Promise<{ readonly route: string; readonly shares: Readonly<Record<string, number>> }> {
  const [plural, name] = ROUTE_OF[mesh];
  const text = await lab.kubectl(['get', plural, name.replace('jazz', service), '-n', 'prod', '-o', 'json']);
  const object = JSON.parse(text) as KubeObject;
  const provider = providerFor(mesh);
  const found = provider.weights.find([object], service, (backend) => backend.startsWith(`${service}-`));
  return { route: `${object.kind} ${object.metadata.name}`, shares: provider.weights.read(found).shares };
}

/**
 * Sends `canary` of 100 requests to jazz-v2, and all with the header `x-mesh-canary-lane: lane`; where the API can, answers
 * of the lane carry the same header.
 */
export async function weigh(lab: Lab, mesh: MeshName, canary: number): Promise<void> {
  const patch = JSON.stringify([rules(mesh, 100 - canary, canary)]);
  await lab.kubectl(['patch', ...ROUTE_OF[mesh], '-n', 'prod', '--type=json', '-p', patch]);
}

function rules(mesh: MeshName, stable: number, canary: number): object {
  const shares = [
    ['jazz-v1', stable],
    ['jazz-v2', canary],
  ] as const;
  const path = { path: { type: 'PathPrefix', value: '/' } };
  const lane = { ...path, headers: [{ type: 'Exact', name: LANE, value: 'lane' }] };
  const mark = {
    type: 'ResponseHeaderModifier',
    responseHeaderModifier: { set: [{ name: LANE, value: 'lane' }] },
  };
  switch (mesh) {
    case 'gateway-api': {
      const to = (name: string, weight: number) => ({ kind: 'Service', name, port: 9080, weight });
      return replace('/spec/rules', [
        { matches: [path], backendRefs: shares.map(([name, weight]) => to(name, weight)) },
        { matches: [lane], filters: [mark], backendRefs: [to('jazz-v2', 1)] },
      ]);
    }
    case 'kuma': {
      const to = (name: string, weight: number) => ({
        kind: 'MeshService',
        labels: { 'kuma.io/display-name': name, 'k8s.kuma.io/namespace': 'prod' },
        port: 9080,
        weight,
      });
      return replace('/spec/to/0/rules', [
        { matches: [path], default: { backendRefs: shares.map(([name, weight]) => to(name, weight)) } },
        { matches: [lane], default: { filters: [mark], backendRefs: [to('jazz-v2', 1)] } },
      ]);
    }
    case 'istio': {
      const to = (name: string, weight: number) => ({ destination: { host: name, port: { number: 9080 } }, weight });
      const headers = { response: { set: { [LANE]: 'lane' } } };
      return replace('/spec/http', [
        { match: [{ headers: { [LANE]: { exact: 'lane' } } }], route: [{ ...to('jazz-v2', 100), headers }] },
        { route: shares.map(([name, weight]) => to(name, weight)) },
      ]);
    }
    case 'app-mesh': {
      const to = (name: string, weight: number) => ({ virtualNodeRef: { name }, weight });
      const route = (name: string, priority: number, match: object, weightedTargets: readonly object[]) => ({
        name,
        priority,
        httpRoute: { match: { prefix: '/', ...match }, action: { weightedTargets } },
      });
      return replace('/spec/routes', [
        route(
          'jazz-route',
          100,
          {},
          shares.map(([name, weight]) => to(name, weight)),
        ),
        route('lane', 10, { headers: [{ name: LANE, match: { exact: 'lane' } }] }, [to('jazz-v2', 1)]),
      ]);
    }
  }
}

function replace(path: string, value: unknown): object {
  return { op: 'replace', path, value };
}
