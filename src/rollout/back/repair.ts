/** What a dead run left behind is brought back first: its journal names the stable version and the weight is on the route. */
import type { Cluster } from '../../cluster/cluster.ts';
import { isUnfinished } from '../../journal/phases.ts';
import type { Clock } from '../../ports.ts';
import type { RouteProvider } from '../../routes/types.ts';
import type { ServicePlan } from '../../study/service-plan.ts';
import { awaitAcknowledgement } from '../route/acknowledge.ts';
import { closeRules } from '../route/lanes.ts';
import { RouteWriter } from '../route/writer.ts';
import type { RouteState } from '../state.ts';

/**
 * Returns the traffic of a release whose run died. Called with the lock in hand, so nobody else is at work.
 * @returns what was done, one sentence; undefined when there was nothing to do.
 */
export async function repairDeadRun(
  cluster: Cluster,
  provider: RouteProvider,
  plan: ServicePlan,
  run: string,
  clock: Clock,
): Promise<string | undefined> {
  const { journal, live } = plan;
  if (!isUnfinished(journal) || live === undefined) return undefined;
  const state: RouteState = {
    service: plan.service,
    route: plan.route,
    followers: plan.followers,
    backends: journal.backends,
    isBackend: plan.isBackend,
    state: { journal: { ...journal, run }, share: undefined, asked: undefined, text: undefined },
  };
  const writer = new RouteWriter(cluster, provider, clock);
  const written = await writer.returnToStable(state);
  // The controller may have been away with the run. Where no weight was set, nothing changes for it and it says nothing.
  const bounded = { clock, timeout: journal.weight > 0 ? 45_000 : 5_000 };
  await Promise.all(written.map((of) => awaitAcknowledgement(cluster, of.provider, of.object, bounded)));
  await closeRules(cluster, provider, plan);
  const next = plan.discovery.kind === 'release' ? plan.discovery.canary.name : undefined;
  if (journal.backends.canary !== next) await writer.detach(state, journal.backends.canary, { phase: 'returned' });
  return `${plan.service}: run ${journal.run} died ${journal.phase} at ${journal.weight} %; its traffic was returned to ${journal.backends.stable} first`;
}
