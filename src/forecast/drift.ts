/** Where the cluster says otherwise than the journal on the route, or than who applied an object last. Pure. */

import { isUnfinished } from '../journal/phases.ts';
import { nameOf } from '../kube/objects.ts';
import { round } from '../routes/parts/percent.ts';
import { shareOf } from '../routes/parts/shares.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { ServicePlan } from '../study/service-plan.ts';
import type { ObjectChange } from './types.ts';

/** One sentence for each thing; empty when all is as it was left. */
export function differences(
  plans: readonly ServicePlan[],
  provider: RouteProvider,
  objects: readonly ObjectChange[],
): readonly string[] {
  return [...plans.flatMap((plan) => routeDrift(plan, provider)), ...objects.flatMap(objectDrift)];
}

function routeDrift({ service, journal, live, isBackend }: ServicePlan, provider: RouteProvider): string[] {
  if (journal === undefined || live === undefined) return [];
  const split = provider.weights.read(provider.weights.find([live], service, isBackend));
  const share = shareOf(split, journal.backends.canary);
  const wrote = journal.phase === 'promoted' ? 100 : journal.weight;
  const drift: string[] = [];
  if (isUnfinished(journal))
    drift.push(
      `${service}: run ${journal.run} ended ${journal.phase} at ${journal.weight} %; a deploy returns its traffic to ${journal.backends.stable} first`,
    );
  if (Math.abs(share - wrote) > provider.facts.limits.smallestStep / 2)
    drift.push(
      `${service}: ${nameOf(live)} sends ${round(share)} % to ${journal.backends.canary}, the journal says ${round(wrote)} %: someone else set the weights`,
    );
  return drift;
}

function objectDrift({ object, fields }: ObjectChange): string[] {
  const owners = new Map<string, string[]>();
  for (const { owner, path } of fields) {
    if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), path]);
  }
  return [...owners].map(([owner, paths]) => `${object}: ${owner} owns ${paths.join(', ')}; a deploy sets it back`);
}
