/** What stands beside a service's routes once its traffic is back: lanes, and the canary at weight 0. */
import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import { closeLanes } from '../route/lanes.ts';
import { RouteWriter } from '../route/writer.ts';
import type { Way } from './where-to.ts';
import { routesOf } from './where-to.ts';

export interface CleanOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** A backend that stays in the routes, because the next release attaches it again. */
  readonly keeps?: string | undefined;
}

/** Closes the lanes of every route, then takes the canary out. @returns a sentence for each thing that stayed; never throws */
export async function clean(way: Way, { cluster, clock, keeps }: CleanOptions): Promise<string[]> {
  const { provider, release } = way;
  const { service, backends, isBackend } = release;
  const closed = await Promise.all(
    routesOf(way).map((one) => closeLanes(cluster, one.provider, { service, route: one.route, backends, isBackend })),
  );
  const problems = closed.flat();
  if (backends.canary === keeps) return problems;
  try {
    const writer = new RouteWriter(cluster, provider, clock);
    await writer.detach(release, backends.canary, { phase: 'returned', weight: 0 });
  } catch (error) {
    problems.push(`${backends.canary} is still in the route at weight 0: ${reasonOf(error)}`);
  }
  return problems;
}
