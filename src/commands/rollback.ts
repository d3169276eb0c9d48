/** `rollback`: the traffic back to the recorded stable from any state, and what dead runs left taken away. */
import type { Cluster } from '../cluster/cluster.ts';
import { requirePermissions } from '../cluster/permissions.ts';
import { LockError, reasonOf } from '../errors.ts';
import { gatewayClient } from '../gateway/in-cluster.ts';
import type { Journal } from '../journal/journal.ts';
import type { Lock } from '../lock/held.ts';
import { takeLocks } from '../lock/take.ts';
import type { Outcome } from '../report/index.ts';
import { returnFound } from '../rollout/back/found.ts';
import { pathTo } from '../rollout/back/path.ts';
import type { Returned } from '../rollout/back/return.ts';
import { sweep } from '../rollout/back/sweep.ts';
import { keptTogether } from '../rollout/back/together.ts';
import type { WayBack } from '../rollout/back/where-to.ts';
import { wayFrom, waysBack } from '../rollout/back/where-to.ts';
import { isUntouched } from '../rollout/settling/marks.ts';
import type { Backends, RouteProvider } from '../routes/types.ts';
import type { RunContext } from '../run/context.ts';
import type { Standing } from '../services/standing.ts';
import { describeWeights, driftOf } from '../services/standing.ts';
import { liveProvider } from '../study/mesh.ts';
import { rollbackPermissions } from '../study/rights.ts';
import { readStandings, requireFound } from '../study/standings.ts';
import { routeOf } from '../study/work.ts';

interface Ended extends Returned {
  readonly backends: Backends;
  readonly versions: Journal['versions'];
}

export async function rollback(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, log, notes } = context;
  const provider = await liveProvider(cluster, settings);
  await requirePermissions(cluster, rollbackPermissions(settings, routeOf(provider)));
  const read = async () => requireFound(await readStandings(cluster, provider, settings.namespace, settings.services));
  const standings = await read();
  const quiet = whyNothing(standings, context);
  if (quiet !== undefined) return notes.outcome(settings, 'nothing-to-do', quiet, 'no route was touched');

  let lock: Lock;
  try {
    lock = await log.group('Lock', () => lockRoutes(context, cluster, standings));
  } catch (error) {
    if (!(settings.ifStale && error instanceof LockError)) throw error;
    return notes.outcome(settings, 'nothing-to-do', `no run died: ${reasonOf(error)}`, 'no route was touched');
  }
  try {
    // What was read before the lock was ours may be another run's past.
    return await takeBack(context, cluster.guarded(lock.confirm), provider, await read());
  } finally {
    await lock.giveBack(cluster.under(AbortSignal.timeout(3_000), 2_000)).catch((error: unknown) => {
      notes.warn(`the lock could not be given back (${reasonOf(error)}); it runs out by itself`);
    });
  }
}

/** Why nothing is to be done, known without a lock; undefined when there may be something. */
function whyNothing(standings: readonly Standing[], { settings }: RunContext): string | undefined {
  if (standings.length === 0) return `no release is recorded in namespace ${settings.namespace}`;
  if (!settings.ifStale) return undefined;
  const ways = [...waysBack(standings, settings.stable, true).values()];
  return ways.every(({ kind }) => kind === 'nothing') ? sentences(ways) : undefined;
}

function lockRoutes({ settings, run, ports, notes }: RunContext, cluster: Cluster, standings: readonly Standing[]) {
  return takeLocks(cluster, {
    namespace: settings.namespace,
    routes: [
      ...new Set(
        standings.flatMap(({ route, followers }) => [
          route.object.metadata.name,
          ...followers.map((one) => one.route.name),
        ]),
      ),
    ],
    run: run.id,
    runUrl: run.url,
    onConflict: settings.ifStale ? 'fail' : settings.onConflict,
    timeout: settings.timeout / 2,
    clock: ports.clock,
    onWaiting: (holder) => notes.say(`the lock is held by ${holder}: is that run alive?`),
  });
}

async function takeBack(
  context: RunContext,
  cluster: Cluster,
  provider: RouteProvider,
  standings: readonly Standing[],
): Promise<Outcome> {
  const { settings, log, notes, ports, run, signal } = context;
  const ways = waysBack(standings, settings.stable, settings.ifStale, await changedHomes(cluster, standings));
  const http = gatewayClient(context, cluster);
  const { say, warn } = notes;
  const ended = await log.group('Return', async () => {
    for (const standing of standings) {
      const drift = driftOf(standing);
      if (drift !== undefined) notes.warn(`${standing.service}: somebody else changed the route (${drift})`);
    }
    const returning = [...ways].flatMap(([standing, way]) =>
      way.kind === 'return' ? [{ standing, backends: way.backends, why: way.why }] : [],
    );
    for (const { standing, backends, why } of returning) say(`${standing.service}: to ${backends.stable}, ${why}`);
    const options = { cluster, settings, ports, http, signal, say, warn, together: returning.length };
    const stay = await keptTogether(returning, options);
    return Promise.all(
      returning.map(async (one) => {
        const { standing, backends } = one;
        const way = wayFrom(standing, backends, run, new Date(ports.clock.now()).toISOString());
        const { versions } = way.release.state.journal;
        const why = stay.get(standing);
        if (why !== undefined) return { backends, versions, ...left(standing, why) };
        const path = () => pathTo(standing, cluster, settings);
        return { backends, versions, ...(await returnFound({ ...way, path, moves: true }, options)) };
      }),
    ).finally(() => http.close());
  });
  for (const { traffic } of ended) say(traffic);
  await log.group('What dead runs left', () => clean(context, cluster, provider, standings, ended));
  return conclude(context, standings, [...ways.values()], ended);
}

/** Services whose home objects a settling run has changed already: they no longer are the old version. */
async function changedHomes(cluster: Cluster, standings: readonly Standing[]): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  for (const { service, journal } of standings) {
    if (journal?.phase === 'settling' && !(await isUntouched(cluster, journal))) changed.add(service);
  }
  return changed;
}

/** A service that stays where it is, because another one of its release cannot go back. */
function left(standing: Standing, why: string): Returned {
  const { service } = standing;
  const traffic = `${service}: not touched, ${describeWeights(standing)}: what was promoted together goes back together, and ${why}`;
  return { service, written: false, proved: false, free: false, share: undefined, traffic };
}

async function clean(
  { settings, run, notes }: RunContext,
  cluster: Cluster,
  mesh: RouteProvider,
  standings: readonly Standing[],
  ended: readonly Returned[],
): Promise<void> {
  const services = standings.map(({ service, route, isBackend }) => ({
    service,
    route: route.object.metadata.name,
    isBackend,
  }));
  const clones = ended.every(({ free }) => free);
  const { removed, problems } = await sweep(cluster, settings.namespace, services, {
    run: run.id,
    clones,
    copies: standings.some(({ journal }) => journal?.runs !== undefined),
    mesh,
  });
  for (const name of removed) notes.say(`deleted ${name}`);
  for (const problem of problems) notes.warn(problem);
  if (!clones) notes.warn('the new version was left running, because the return is not proved');
}

function conclude(
  { settings, notes }: RunContext,
  standings: readonly Standing[],
  ways: readonly WayBack[],
  ended: readonly Ended[],
): Outcome {
  const refused = ways.filter((way) => way.kind === 'refused');
  const lost = ended.filter(({ written }) => !written);
  const versions = (side: 'stable' | 'canary') =>
    [...new Set(ended.map((one) => one.versions[side]).filter((version) => version !== ''))].join(', ');
  notes.previousVersion = versions('stable') || undefined;
  if (ended.length > 0 && lost.length === 0) notes.weight = 0;
  const traffic =
    [...ended.map((one) => one.traffic), ...ways.flatMap((way) => (way.kind === 'nothing' ? [way.why] : []))].join(
      '; ',
    ) || 'no route was touched';
  const result = refused.length + lost.length > 0 ? 'failed' : ended.length > 0 ? 'returned' : 'nothing-to-do';
  const reason =
    result === 'failed'
      ? [
          ...refused.map(({ why, next }) => `${why}. Next: ${next}`),
          ...lost.map(({ service }) => `${service} could not be returned`),
        ].join('; ')
      : result === 'returned'
        ? `returned to ${ended.map(({ backends }) => backends.stable).join(', ')}`
        : sentences(ways);
  const version = versions('canary');
  return {
    ...notes.outcome(settings, result, reason, traffic),
    services: standings.map(({ service }) => service),
    ...(version === '' ? {} : { version }),
  };
}

function sentences(ways: readonly WayBack[]): string {
  return [...new Set(ways.flatMap((way) => (way.kind === 'return' ? [] : [way.why])))].join('; ');
}
