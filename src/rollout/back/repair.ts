/** What dead runs left is brought back before another release begins: their journals name the stable versions. */
import type { Journal } from '../../journal/journal.ts';
import { isUnfinished } from '../../journal/phases.ts';
import type { ServicePlan } from '../../study/service-plan.ts';
import type { FoundOptions } from './found.ts';
import { BOUNDS, returnFound } from './found.ts';
import { pathOf } from './path.ts';
import type { Returned } from './return.ts';
import type { By } from './where-to.ts';
import { wayAfterDeath } from './where-to.ts';

/** Milliseconds for a controller that may have been away with the run; where no weight was set it has nothing to say. */
const ACKNOWLEDGE_WITHIN = { moved: 45_000, attached: 5_000 } as const;
const PROVE_WITHIN = 15_000;

export interface Repaired extends Returned {
  /** What was found and what became of it, one sentence. */
  readonly sentence: string;
  /** Whether it was no dead run's, but one that held with another content under the name that is released now. */
  readonly replaced: boolean;
}

/**
 * Returns the traffic of releases whose run died. Called with the locks in hand, so nobody else is at work.
 * @param plans of the release that follows; those of whose services no run died are left alone
 * @param by the run that returns it
 */
export async function repairDeadRuns(
  plans: readonly ServicePlan[],
  by: By,
  options: Omit<FoundOptions, 'together'>,
): Promise<readonly Repaired[]> {
  const dead = plans.flatMap((plan) => {
    const { journal } = plan;
    return journal !== undefined && (isUnfinished(journal) || isReplaced(plan)) ? [{ plan, journal }] : [];
  });
  const together = dead.length;
  return Promise.all(dead.map(({ plan, journal }) => repair(plan, journal, by, { ...options, together })));
}

/** A version in place that holds, and comes again with another content: its copy is not replaced while it has requests. */
function isReplaced({ journal, inPlace, discovery, liveShare }: ServicePlan): boolean {
  return (
    journal?.phase === 'holding' &&
    inPlace?.kind === 'release' &&
    journal.runs !== inPlace.fingerprint &&
    discovery.kind === 'release' &&
    discovery.canary.name === journal.backends.canary &&
    liveShare > 0
  );
}

async function repair(plan: ServicePlan, journal: Journal, by: By, options: FoundOptions): Promise<Repaired> {
  const { service } = plan;
  const { settings, ports } = options;
  const replaced = isReplaced(plan);
  const died = replaced
    ? `${service}: ${journal.backends.canary} held ${journal.weight} % with another content`
    : `${service}: run ${journal.run} died ${journal.phase} at ${journal.weight} %`;
  const way = wayAfterDeath(plan, journal, by, new Date(ports.clock.now()).toISOString());
  if (way.kind === 'refused') {
    const traffic = `${service}: the route was not touched: ${way.why}`;
    const sentence = `${died}, and its traffic is not returned: ${way.why}. Next: ${way.next}`;
    return { service, written: false, proved: false, free: false, share: undefined, traffic, sentence, replaced };
  }
  const moves = journal.weight > 0 || plan.liveShare > 0 || othersHaveWeight(plan, journal);
  const next = plan.discovery.kind === 'release' ? plan.discovery.canary.name : undefined;
  const found = { ...way, path: async () => pathOf(plan, settings), moves, keeps: next };
  const acknowledge = journal.weight > 0 ? ACKNOWLEDGE_WITHIN.moved : ACKNOWLEDGE_WITHIN.attached;
  const returned = await returnFound(found, options, { ...BOUNDS, acknowledge, prove: PROVE_WITHIN });
  const traffic = returned.traffic.slice(`${service}: `.length);
  const sentence = returned.written
    ? `${died}; its traffic was returned to ${journal.backends.stable} first: ${traffic}`
    : `${died}, and ${traffic}`;
  return { ...returned, sentence, replaced };
}

/** Whether the route sends to another than the dead run's stable version, as far as it can be read. */
function othersHaveWeight({ provider, live, service, isBackend }: ServicePlan, { backends }: Journal): boolean {
  if (live === undefined) return false;
  const found = provider.weights.findAll([live], service, isBackend);
  return found.some(({ rules }) =>
    rules.some((rule) => rule.backends.some(({ name, weight }) => name !== backends.stable && weight !== 0)),
  );
}
