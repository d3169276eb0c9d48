/** Weights of jazz written straight into the object of each mesh: for tests of the lab itself, and to try things. */
import type { KubeObject } from '../../src/kube/objects.ts';
import { providerFor } from '../../src/routes/index.ts';
import type { Lab } from '../index.ts';
import type { MeshName } from '../mesh/index.ts';
import { meshKind } from '../mesh/index.ts';
import type { SeedService } from './seed.ts';

/** The split of a service as the live route object says it: its name, and percent by backend. */
export async function splitOf(
  lab: Lab,
  mesh: MeshName,
  service: SeedService,
): Promise<{ readonly route: string; readonly shares: Readonly<Record<string, number>> }> {
  const [plural, name] = meshKind(mesh).seed.route;
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
  const { route, byHand } = meshKind(mesh).seed;
  const { path, value } = byHand([
    ['jazz-v1', 100 - canary],
    ['jazz-v2', canary],
  ]);
  const patch = JSON.stringify([{ op: 'replace', path, value }]);
  await lab.kubectl(['patch', ...route, '-n', 'prod', '--type=json', '-p', patch]);
}
