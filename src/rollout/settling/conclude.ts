/** The end of a release in place: the journal says that the home is the version, the route names nothing else, the copies go. */
import { refOf } from '../../kube/objects.ts';
import { acknowledged, type Running, type ServiceRunning } from '../running.ts';
import { evidenceOf } from '../trial/design.ts';
import { removeCopies } from './copies.ts';

/** In this order: a run that dies in between leaves copies that nobody is sent to, and the next one takes them away. */
export async function concludeInPlace(running: Running): Promise<void> {
  for (const one of running.services) {
    const gone = await detachCopies(running, one);
    for (const name of gone) await remove(running, one, name);
  }
}

/** @returns the backends that were taken out */
async function detachCopies(running: Running, { plan, release }: ServiceRunning): Promise<readonly string[]> {
  const { cluster, provider, writer, settings, trial } = running;
  const home = release.backends.stable;
  const live = provider.weights.find([await cluster.get(release.route)], release.service, release.isBackend);
  const named = live.rules.flatMap(({ backends }) => backends.map(({ name }) => name));
  const copies = [...new Set([...named.filter((name) => name !== home), release.backends.canary])];
  const evidence = evidenceOf(release, trial);
  const settled = {
    phase: 'promoted',
    step: release.state.journal.plan.length,
    weight: 100,
    versions: { stable: settings.version, canary: settings.version },
    backends: { stable: home, canary: home },
    snapshot: {},
    ...(evidence === undefined ? {} : { evidence }),
  } as const;
  // The copy of this release last: until then a new run finds it, and goes on.
  const others = copies.filter((name) => name !== release.backends.canary);
  for (const name of others) await writer.detach(release, name, { phase: 'settling' });
  await acknowledged(running, await writer.detach(release, release.backends.canary, settled));
  running.notes.say(`${plan.service}: ${home} is ${settings.version}, and the route names nothing else`);
  return copies;
}

async function remove(running: Running, { plan }: ServiceRunning, name: string): Promise<void> {
  const { cluster, settings, notes, decided } = running;
  const own = plan.discovery.canary.name === name ? [...plan.discovery.canary.apply, ...decided.backing] : [];
  const { removed, problems } = await removeCopies(cluster, settings.namespace, name, own.map(refOf));
  if (removed.length > 0) notes.say(`deleted ${removed.join(', ')}`);
  for (const problem of problems) notes.warn(problem);
}
