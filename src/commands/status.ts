/** `status`: what is recorded, what is live, who holds the lock. Reads only, and believes nothing it cannot check. */
import type { Cluster } from '../cluster/cluster.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { nameOf } from '../kube/objects.ts';
import type { Holder } from '../lock/lease.ts';
import { LEASE_SECONDS, readHolder } from '../lock/lease.ts';
import type { Outcome } from '../report/index.ts';
import type { RunContext } from '../run/context.ts';
import type { Standing } from '../services/standing.ts';
import { describeWeights, driftOf } from '../services/standing.ts';
import { liveProvider } from '../study/mesh.ts';
import { statusPermissions } from '../study/rights.ts';
import { readStandings } from '../study/standings.ts';
import { routeOf } from '../study/work.ts';

export async function status(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, notes } = context;
  const provider = await liveProvider(cluster, settings);
  await requirePermissions(cluster, statusPermissions(settings, routeOf(provider)));
  const { found, problems } = await readStandings(cluster, provider, settings.namespace, settings.services);
  for (const problem of problems) notes.warn(problem);
  const words: string[] = [];
  for (const standing of found) {
    const holder = await readHolder(cluster, settings.namespace, standing.route.object.metadata.name);
    words.push(await context.log.group(standing.service, async () => tell(context, standing, holder)));
  }
  if (found.length === 0 && problems.length === 0)
    words.push(`no release is recorded in namespace ${settings.namespace}`);
  const [only, ...others] = found;
  const journal = others.length === 0 ? only?.journal : undefined;
  if (only?.split && journal) notes.weight = only.split.shares[journal.backends.canary] ?? 0;
  notes.previousVersion = journal?.versions.stable || undefined;
  return {
    ...notes.outcome(
      settings,
      'read',
      words.join('; ') || problems.join('; '),
      found.map((standing) => `${standing.service}: ${describeWeights(standing)}`).join('; ') || 'no route was touched',
    ),
    services: found.map(({ service }) => service),
    ...(journal === undefined ? {} : { version: journal.versions.canary }),
  };
}

/** @returns the state in a few words, for the last line. */
function tell({ notes, ports }: RunContext, standing: Standing, holder: Holder | undefined): string {
  const { service, route, journal, refused } = standing;
  const now = ports.clock.now();
  notes.say(`${nameOf(route.object)}: ${describeWeights(standing)}`);
  if (journal !== undefined) {
    notes.say(
      `release ${journal.release} is ${journal.phase}, asked for ${journal.weight} % of ${journal.plan.join(', ')} (attempt ${journal.attempts})`,
    );
    notes.say(`stable ${journal.backends.stable}, canary ${journal.backends.canary}`);
    const age = ageOf(journal.updatedAt, now);
    notes.say(`last written ${age} by run ${journal.run}${journal.runUrl ? ` (${journal.runUrl})` : ''}`);
  } else if (refused !== undefined) {
    notes.warn(`${service}: the journal on ${nameOf(route.object)} is not believed: ${refused}`);
  } else notes.say('no journal: no release is recorded');
  const drift = driftOf(standing);
  if (drift !== undefined) notes.warn(`${service}: not as the release left it: ${drift}`);
  notes.say(describeLock(holder, now));
  const state = journal
    ? `${journal.release} ${journal.phase} at ${journal.weight} %`
    : refused
      ? 'an unreadable journal'
      : 'no release';
  return `${service}: ${state}${drift === undefined ? '' : ', drifted'}${holder === undefined ? '' : `, locked by run ${holder.run}`}`;
}

function describeLock(holder: Holder | undefined, now: number): string {
  if (holder === undefined) return 'the lock is free';
  const url = holder.url === undefined ? '' : ` (${holder.url})`;
  // Two machines' clocks: only a hint, which a run that wants the lock does not rely on.
  const silent = now - Date.parse(holder.renewedAt) > 2 * LEASE_SECONDS * 1000;
  return `the lock is held by run ${holder.run}${url} since ${holder.since}, renewed ${ageOf(holder.renewedAt, now)}${silent ? ': that run seems to be dead' : ''}`;
}

/** "12 s ago", "3 h ago"; the text itself where it is no time. */
export function ageOf(time: string, now: number): string {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds)) return `at ${time || 'an unknown time'}`;
  if (seconds < 0) return `at ${time} (in the future by this machine's clock)`;
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}
