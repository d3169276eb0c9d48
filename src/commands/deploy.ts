/** `deploy`: plan, lock, release. Everything before the lock only reads. */
import type { Cluster } from '../cluster/cluster.ts';
import { reasonOf } from '../errors.ts';
import { prepare } from '../release/prepare.ts';
import { Release } from '../release/release.ts';
import type { Outcome } from '../report/index.ts';
import { acquireLocks } from '../rollout/lock.ts';
import type { RunContext } from '../run.ts';

export async function deploy(context: RunContext, cluster: Cluster): Promise<Outcome> {
  const { settings, log, notes, ports, run } = context;
  let plan = await log.group('Plan', () => prepare(context, cluster));
  let waited = false;
  const lock = await log.group('Lock', () =>
    acquireLocks(cluster, {
      namespace: settings.namespace,
      routes: plan.services.map(({ route }) => route.name),
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
    // What was read before another run ended is no longer true.
    if (waited) plan = await log.group('Plan, after the other run', () => prepare(context, cluster));
    // Another run that asks for the route is a reason to stop as any other: the traffic goes back, then the lock.
    const signal = AbortSignal.any([context.signal, lock.asked]);
    return await new Release({ ...context, signal }, cluster.guarded(lock.confirm), plan, lock).run();
  } finally {
    await lock.release(cluster.under(AbortSignal.timeout(3_000), 2_000)).catch((error: unknown) => {
      notes.warn(`the lock could not be given back (${reasonOf(error)}); it runs out by itself`);
    });
  }
}
