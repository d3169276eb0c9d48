/** The old version after a promotion, and what is left of earlier ones: kept where anybody else still sends to it. */
import { reasonOf } from '../../errors.ts';
import { journalOn } from '../../journal/on-route.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import { annotation } from '../../kube/objects.ts';
import type { Event } from '../machine.ts';
import { settleAutoscaler } from '../pods/replicas.ts';
import { retireAll } from '../retire/leave.ts';
import { type Running, releasesOf } from '../running.ts';

/** What could not be done is said: the release stands all the same. */
export async function retire(running: Running): Promise<Event> {
  const { settings, notes, cluster } = running;
  for (const release of releasesOf(running)) {
    await retireAll(running, release);
    await settleAutoscaler(cluster, settings.namespace, release.backends.canary).catch((error: unknown) => {
      notes.warn(`the autoscaler of ${release.backends.canary} keeps its raised lower bound: ${reasonOf(error)}`);
    });
  }
  return { type: 'done' };
}

/** The same for services with nothing to shift: an earlier run that promoted them may not have come to the end. */
export async function retireLeft(running: Running): Promise<void> {
  const { settings, decided, cluster } = running;
  if (settings.retire === 'keep') return;
  for (const { service, route, followers, isBackend, discovery } of decided.services) {
    if (discovery.kind !== 'same-version') continue;
    const live = await cluster.get(route);
    const journal = journalOn(live);
    if (journal?.phase !== 'promoted' || journal.service !== service) continue;
    const { backends, weight } = journal;
    const state = { journal, share: weight, asked: weight, text: annotation(live, JOURNAL_ANNOTATION) };
    await retireAll(running, { service, route, followers, backends, isBackend, state });
  }
}
