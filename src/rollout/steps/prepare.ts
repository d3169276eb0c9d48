/** Enough ready pods on both sides for the next weight, and what the data plane will make of it. */
import type { KubeObject } from '../../kube/objects.ts';
import { splitAt } from '../../routes/index.ts';
import { round } from '../../routes/parts/percent.ts';
import type { Percent } from '../../routes/types.ts';
import { replicasNeeded } from '../../services/clone.ts';
import { mendLanes } from '../lanes.ts';
import type { Event } from '../machine.ts';
import { countReady, waitForReady } from '../pods/readiness.ts';
import { autoscalersIn, raiseReplicas } from '../pods/replicas.ts';
import { type At, type Running, releasesOf } from '../running.ts';
import type { ServiceRelease } from '../state.ts';

/** @throws BackendError when the pods do not become ready */
export async function prepare(running: Running, { step, share }: At): Promise<Event> {
  running.doing = `weight ${share}`;
  await mendLanes(running);
  const started = running.ports.clock.monotonic();
  const autoscalers = await autoscalersIn(running.cluster, running.settings.namespace);
  const effective = await Promise.all(
    releasesOf(running).map(
      async (release) => [release.service, await ready(running, release, share, autoscalers)] as const,
    ),
  );
  running.weight = {
    share,
    step,
    started,
    effective: Object.fromEntries(effective),
    previous: new Map(),
    acknowledged: 'unknown',
  };
  return { type: 'done' };
}

/** Enough pods for the share on the canary's side, one at least on stable's. @returns the share the data plane makes of it */
async function ready(
  running: Running,
  release: ServiceRelease,
  share: Percent,
  autoscalers: readonly KubeObject[],
): Promise<Percent> {
  const { cluster, provider, settings, ports, notes, kept } = running;
  const { stable, canary } = release.backends;
  const waiting = { clock: ports.clock, timeout: settings.readyTimeout, slices: kept?.slices };
  const stableReady =
    share < 100
      ? await waitForReady(cluster, settings.namespace, stable, 1, waiting)
      : await countReady(cluster, settings.namespace, stable, kept?.slices);
  const needed = replicasNeeded(stableReady, share);
  const raised = await raiseReplicas(cluster, settings.namespace, canary, needed, autoscalers);
  if (raised) notes.say(`${canary}: replicas raised from ${raised.from} to ${needed} for ${share} %`);
  const canaryReady = await waitForReady(cluster, settings.namespace, canary, needed, waiting);
  const split = splitAt(provider, release.backends, share, release.by);
  return round(
    provider.weights.effectiveShare(split, release.backends, { [stable]: stableReady, [canary]: canaryReady }),
  );
}
