/** The end of a release that has passed: from here on nothing is returned any more. */
import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import type { Phase } from '../../journal/journal.ts';
import { closeAllLanes } from '../lanes.ts';
import type { Event } from '../machine.ts';
import { settleAutoscaler } from '../pods/replicas.ts';
import { withLeaving } from '../retire/leave.ts';
import { RouteWriter } from '../route/writer.ts';
import { type Running, releasesOf, stopAsking } from '../running.ts';
import { concludeInPlace } from '../settling/conclude.ts';
import { evidenceOf } from '../trial/design.ts';

/** Lanes go before the journal says that all is done: a run that dies in between is gone on with, not overlooked. */
export async function conclude(running: Running): Promise<Event> {
  const { settings, cluster, notes } = running;
  const promoted = (settings.canaryWeight.at(-1) ?? 100) === 100;
  await stopAsking(running);
  for (const problem of await closeAllLanes(running, cluster)) notes.warn(problem);
  if (promoted && running.decided.app !== undefined) {
    await concludeInPlace(running);
    return { type: 'done' };
  }
  await noteEnd(running, cluster, promoted ? 'promoted' : 'holding', settings.canaryWeight.length);
  if (promoted) await settleBounds(running);
  return { type: 'done' };
}

/** Writes into every journal how the release stands, with the evidence so far. */
export async function noteEnd(running: Running, through: Cluster, phase: Phase, step?: number): Promise<void> {
  const writer = new RouteWriter(through, running.provider, running.ports.clock);
  await Promise.all(
    releasesOf(running).map((release) => {
      const evidence = evidenceOf(release, running.trial);
      const at = new Date(running.ports.clock.now()).toISOString();
      const { journal } = release.state;
      return writer.note(release, {
        phase,
        ...(phase === 'promoted' ? { history: withLeaving(journal, running.settings.retire, at) } : {}),
        ...(step === undefined ? {} : { step }),
        ...(evidence === undefined ? {} : { evidence }),
      });
    }),
  );
}

/** Autoscalers whose lower bound was raised for a share scale by the requests now. */
async function settleBounds(running: Running): Promise<void> {
  const { cluster, settings, notes } = running;
  for (const { backends } of releasesOf(running)) {
    await settleAutoscaler(cluster, settings.namespace, backends.canary).catch((error: unknown) => {
      notes.warn(`the autoscaler of ${backends.canary} keeps its raised lower bound: ${reasonOf(error)}`);
    });
  }
}
