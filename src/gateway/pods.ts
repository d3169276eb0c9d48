/** How many pods answer users. */

import type { Cluster } from '../cluster/cluster.ts';
import { APPS_API } from '../kube/names.ts';
import type { Settings } from '../settings/types.ts';

/** Ready gateway pods, for plugins that count per pod: pods of Deployments that run Kong itself. At least 1. */
export async function countGatewayPods(cluster: Cluster, settings: Settings): Promise<number> {
  const { items } = await cluster.list(APPS_API, 'Deployment', settings.kongNamespace);
  const proxies = items.filter((deployment) =>
    JSON.stringify(deployment['spec'] ?? {}).match(/"image":"([^"]*\/)?kong(\/kong-gateway)?[:@"]/),
  );
  const pods = proxies.reduce(
    (sum, deployment) =>
      sum + Number((deployment['status'] as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0),
    0,
  );
  return Math.max(1, pods);
}
