/** What a release that is given up takes back, after its traffic: lanes, the canary in the route, plugins, files, objects. */
import type { Cluster } from '../cluster/cluster.ts';
import { reasonOf, StoppedError } from '../errors.ts';
import { nameOf } from '../kube/objects.ts';
import { restoreRoute } from '../manifests/route-files/live.ts';
import { mergeOptions } from '../manifests/route-files/options.ts';
import { clean } from './back/clean.ts';
import { wayOf } from './back/where-to.ts';
import { closeAllLanes } from './lanes.ts';
import type { Event } from './machine.ts';
import { type Running, releasesOf } from './running.ts';

/** Milliseconds for all of it; less when the runner is about to end us. */
const UNDO_WITHIN = { normally: 60_000, stopped: 10_000 } as const;
/** Objects that serve requests: they go last, and only when nobody is served by them. */
const WORKLOADS = ['Deployment', 'Service', 'HorizontalPodAutoscaler'];

/** Takes back what was applied, unless the canary may still have traffic. What stays is said. */
export async function undo(running: Running): Promise<Event> {
  const { lock, notes, ports, returned } = running;
  await lock.confirm();
  if (lock.lost.aborted) {
    // The successor may have built on it: with the same version, what this run made is what serves.
    notes.warn('what was applied was left to the run that has the lock now');
    return { type: 'done' };
  }
  const stopped = running.signal.reason instanceof StoppedError;
  const within = stopped ? UNDO_WITHIN.stopped : UNDO_WITHIN.normally;
  const cluster = running.cluster.under(ports.clock.timeout(within), Math.min(within, 10_000));
  if (returned.every(({ written }) => written)) {
    for (const problem of await cleanAll(running, cluster)) notes.warn(problem);
    for (const problem of await restore(running, cluster)) notes.warn(problem);
  } else {
    for (const problem of await closeAllLanes(running, cluster)) notes.warn(problem);
    notes.warn('what was applied was left as it is, because the canary may still have traffic');
  }
  await removeConsumer(running, cluster);
  return { type: 'done' };
}

/** Takes the lanes, and the canaries of weight 0, out of the routes. */
async function cleanAll(running: Running, cluster: Cluster): Promise<string[]> {
  const { provider, ports } = running;
  const touched = releasesOf(running).filter(({ state }) => state.asked !== undefined);
  const problems = await Promise.all(
    touched.map((release) => clean(wayOf(provider, release), { cluster, clock: ports.clock })),
  );
  return problems.flat();
}

/** Routes, plugins and other objects, then what serves requests, where it is known to serve nobody. */
async function restore(running: Running, cluster: Cluster): Promise<string[]> {
  const { decided, applied, returned, moved } = running;
  const serving = new Set([...WORKLOADS, ...decided.mesh.backing.kinds.map(({ kind }) => kind)]);
  // Our bindings first: they were made on top of what the route files brought.
  const problems = [...(await applied.snapshot.restore(cluster, ({ kind }) => !serving.has(kind)))];
  for (const { before, after } of applied.merged.toReversed()) {
    await restoreRoute(cluster, before, mergeOptions(decided.services), after).catch((error: unknown) => {
      problems.push(`${nameOf(before)} was not restored: ${reasonOf(error)}`);
    });
  }
  const free = returned.every((one) => one.free || !moved);
  if (free) problems.push(...(await applied.snapshot.restore(cluster)));
  else problems.push('the new version was left running, because the return is not proved');
  return problems;
}

/** The caller made for the probes goes with them; what of it stays is said. */
export async function removeConsumer({ applied, notes }: Running, through: Cluster): Promise<void> {
  const { consumer } = applied;
  applied.consumer = undefined;
  for (const problem of (await consumer?.remove(through)) ?? []) notes.warn(problem);
}
