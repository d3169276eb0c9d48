/** One release of a scenario in a place of its own, with users all along. */
import fs from 'node:fs';
import type { World } from '../../__tests__/lab/support/world.ts';
import { LabClient } from '../../lab/client.ts';
import type { LabPrometheus } from '../../lab/index.ts';
import type { KubeObject } from '../../src/kube/objects.ts';
import { field, list } from '../../src/kube/objects.ts';
import type { Run, Scenario } from './scenarios.ts';
import { users } from './users.ts';

const SERVICE = 'jazz';

/** @param rate users' requests a second; 0 for none */
export async function release(
  world: World,
  scenario: Scenario,
  rate: number,
  prometheus: LabPrometheus | undefined,
): Promise<Run> {
  const place = await world.place();
  const env = (version: string, share: number) => ({ APP_VERSION: version, FAULT_ERROR_RATE: `${share}` });
  await place.serving({ env: env('v1', scenario.p0) });
  const manifests = place.write('v2.yaml', ...place.version('v2', { env: env('v2', scenario.p1) }));
  const client = new LabClient({
    url: world.lab.apiUrl,
    token: world.lab.token,
    ca: fs.readFileSync(world.lab.caFile, 'utf8'),
  });
  let highest = 0;
  const routes = `/apis/gateway.networking.k8s.io/v1/namespaces/${place.namespace}/httproutes`;
  const watch = client.watch(routes, {
    onEvent: ({ object }) => {
      if (object.metadata.name === SERVICE) highest = Math.max(highest, canaryWeight(object));
    },
  });
  await watch.synced;
  const audience = rate > 0 ? users(place.url(), rate, 'v2') : undefined;
  try {
    const result = await place.deploy({
      version: 'v2',
      manifests,
      identify: 'header:x-app-version',
      ...scenario.inputs,
      ...(prometheus === undefined ? {} : { 'prometheus-url': prometheus.url }),
    });
    const seen = await audience?.stop();
    return {
      result: result.outputs['result'] ?? 'nothing',
      reason: result.outputs['reason'] ?? '',
      seconds: result.seconds,
      highest,
      failing: seen?.canary.failures ?? 0,
      otherFailures: (seen?.failures ?? 0) - (seen?.canary.failures ?? 0),
      requests: seen?.requests ?? 0,
      log: result.log,
    };
  } finally {
    await audience?.stop();
    await watch.stop();
    client.close();
    await world.lab.kubectl(['delete', 'namespace', place.namespace, '--wait=false']);
  }
}

/** Share of jazz-v2 in percent. */
function canaryWeight(route: KubeObject): number {
  const refs = list(field(list(route, 'spec', 'rules')[0], 'backendRefs'));
  const weights = refs.map((ref) => ({ name: field(ref, 'name'), weight: Number(field(ref, 'weight') ?? 1) }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const canary = weights.find(({ name }) => name === `${SERVICE}-v2`)?.weight ?? 0;
  return total === 0 ? 0 : Math.round((10_000 * canary) / total) / 100;
}
