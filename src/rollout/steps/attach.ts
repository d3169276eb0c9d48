/** Every canary beside its stable version at weight 0: with a pod that is ready, taken by the controller, and sure to come off again. */
import type { Event } from '../machine.ts';
import { waitForReady } from '../pods/readiness.ts';
import { waitForRollout } from '../pods/rollout.ts';
import { acknowledged, forEvery, type Running, releasesOf, watchAll } from '../running.ts';

/** @throws BackendError without a ready pod; RefusedError when a return would be refused, while nothing is to return yet */
export async function attach(running: Running): Promise<Event> {
  const { cluster, settings, ports, notes, writer } = running;
  const releases = releasesOf(running);
  running.doing = 'attach';
  running.kept = watchAll(running);
  for (const { plan, release } of running.services) {
    const { backends } = release;
    const waiting = { clock: ports.clock, timeout: settings.readyTimeout };
    // A copy that was there with another content: its old pods are no canary.
    if (plan.inPlace?.kind === 'release' && release.state.share === undefined) {
      const of = { workload: backends.canary, service: backends.canary, needed: 1 };
      await waitForRollout(cluster, settings.namespace, of, waiting);
    } else await waitForReady(cluster, settings.namespace, backends.canary, 1, waiting);
  }
  for (const { observer } of releases) observer.stopLearning();
  for (const { service, state } of releases)
    if (state.share !== undefined) notes.say(`${service}: goes on from ${state.share} %, where the release was`);
  const fresh = releases.filter(({ state }) => state.share === undefined);
  const written = await forEvery(fresh, (release) => writer.attach(release));
  await acknowledged(running, written.flat());
  await Promise.all(fresh.map((release) => writer.rehearse(release)));
  return { type: 'done' };
}
