/** `deploy`: plan, lock, release. Everything before the lock only reads. */
import type { Cluster } from '../cluster/cluster.ts';
import { reasonOf } from '../errors.ts';
import { JOURNAL_ANNOTATION } from '../kube/names.ts';
import { takeLocks } from '../lock/take.ts';
import type { Outcome } from '../report/index.ts';
import { exitCodeOf } from '../report/outcome.ts';
import { sweep } from '../rollout/back/sweep.ts';
import { runRelease } from '../rollout/run.ts';
import type { RunContext } from '../run/context.ts';
import { type Decided, decide } from '../study/study.ts';

export async function deploy(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, log, notes, ports, run } = context;
  let plan = await log.group('Plan', () => decide(context, cluster));
  let waited = false;
  const lock = await log.group('Lock', () =>
    takeLocks(cluster, {
      namespace: settings.namespace,
      // A lock is by name: two kinds of routes may share one.
      routes: [
        ...new Set(
          plan.services
            .flatMap(({ route, followers }) => [route, ...followers.map((one) => one.route)])
            .map(({ name }) => name),
        ),
      ],
      run: run.id,
      runUrl: run.url,
      onConflict: settings.onConflict,
      timeout: settings.timeout / 2,
      clock: ports.clock,
      onWaiting: (holder) => {
        waited = true;
        notes.say(`waiting: the route is held by ${holder}`);
      },
    }),
  );
  try {
    // What was read before another run ended is no longer true, whether or not we saw it end.
    if (waited || (await isStale(cluster, plan)))
      plan = await log.group('Plan, after the other run', () => decide(context, cluster));
    // Another run that asks for the route is a reason to stop as any other: the traffic goes back, then the lock.
    const signal = AbortSignal.any([context.signal, lock.asked]);
    const guarded = cluster.guarded(lock.confirm);
    const outcome = await runRelease({ ...context, settings: plan.settings, signal }, guarded, plan, lock);
    if (exitCodeOf(outcome.result) === 0) await sweepDead(context, guarded.under(signal), plan);
    return outcome;
  } finally {
    await lock.giveBack(cluster.under(ports.clock.timeout(3_000), 2_000)).catch((error: unknown) => {
      notes.warn(`the lock could not be given back (${reasonOf(error)}); it runs out by itself`);
    });
  }
}

/** Whether a journal was written between our reading and our lock: by a run that ended in between. */
async function isStale(cluster: Cluster, plan: Decided): Promise<boolean> {
  const changed = await Promise.all(
    plan.services.map(async ({ route, live }) => {
      const now = await cluster.find(route);
      return now?.metadata.annotations?.[JOURNAL_ANNOTATION] !== live?.metadata.annotations?.[JOURNAL_ANNOTATION];
    }),
  );
  return changed.includes(true);
}

/** What earlier runs left that died; after a success, when it is known who serves. */
async function sweepDead({ settings, run, notes }: RunContext, cluster: Cluster, plan: Decided): Promise<void> {
  const services = plan.services.map(({ service, route, isBackend }) => ({ service, route: route.name, isBackend }));
  const { removed, problems } = await sweep(cluster, settings.namespace, services, {
    run: run.id,
    clones: true,
    copies: plan.app !== undefined,
    mesh: plan.mesh,
  });
  for (const name of removed) notes.say(`deleted ${name}, which a dead run had left`);
  for (const problem of problems) notes.warn(problem);
}
