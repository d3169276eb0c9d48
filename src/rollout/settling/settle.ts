/**
 * The new version takes the service's own name: the manifests are applied to the home objects while the route sends them
 * nothing, their rollout is watched, a lane proves them, and the route goes back to them in one shift. Every part may be
 * done again: a run that died here is gone on with.
 */
import { CheckFailed, RunError } from '../../errors.ts';
import { type KubeObject, nameOf, refOf } from '../../kube/objects.ts';
import { mergeLiveRoute } from '../../manifests/route-files/live.ts';
import { mergeOptions } from '../../manifests/route-files/options.ts';
import { isRoute, readerOf } from '../../routes/index.ts';
import type { Event } from '../machine.ts';
import { countReady } from '../pods/readiness.ts';
import { autoscalersIn, raiseReplicas } from '../pods/replicas.ts';
import { waitForRollout } from '../pods/rollout.ts';
import { acknowledged, forEvery, type Running, releasesOf, type ServiceRunning } from '../running.ts';
import { evidenceOf } from '../trial/design.ts';
import { applyHome } from './apply.ts';
import { marksOf } from './marks.ts';
import { homeOnPublicPath, proveOnLane } from './proof.ts';

/** @throws PlatformError, BackendError, CheckFailed; then all requests are still on the proved copy, or on a proved home */
export async function settle(running: Running): Promise<Event> {
  running.doing = 'settle';
  await running.probing.stopLanes();
  await begin(running);
  // The home is about to use what came before the canary.
  running.applied.snapshot.forget();
  await applyAll(running);
  await forEvery(running.services, (one) => ready(running, one));
  running.services = running.services.map(towardsHome);
  await forEvery(running.services, (one) => proveOnLane(running, one));
  await goHome(running);
  return { type: 'done' };
}

/** The journals say what is coming, and how the home objects were before it: whoever comes later sees whether they changed. */
async function begin(running: Running): Promise<void> {
  const { decided, writer, trial } = running;
  const fresh = releasesOf(running).filter(({ state }) => state.journal.phase !== 'settling');
  if (fresh.length === 0) return;
  const snapshot = await marksOf(running.cluster, decided.app?.deferred ?? []);
  await forEvery(fresh, (release) => {
    const evidence = evidenceOf(release, trial);
    return writer.note(release, { phase: 'settling', snapshot, ...(evidence === undefined ? {} : { evidence }) });
  });
}

async function applyAll(running: Running): Promise<void> {
  const { decided, cluster, notes } = running;
  const { manifests, mesh, services } = decided;
  const deferred = decided.app?.deferred ?? [];
  for (const object of deferred) {
    const home = services.find(
      ({ inPlace }) => object.kind === 'Deployment' && inPlace?.workload === object.metadata.name,
    );
    const what = await applyHome(cluster, object, deferred, home?.inPlace?.fingerprint);
    if (what !== undefined) notes.say(`${what} ${nameOf(object)}`);
  }
  for (const route of manifests.objects) if (isRoute(route, mesh)) await mergeFile(running, route);
}

async function mergeFile({ cluster, decided, notes }: Running, route: KubeObject): Promise<void> {
  if ((await cluster.find(refOf(route))) === undefined) {
    await cluster.create(route);
    notes.say(`created ${nameOf(route)}`);
    return;
  }
  if (readerOf(route)?.facts.files === 'first time only') return;
  const { after } = await mergeLiveRoute(cluster, route, mergeOptions(decided.services));
  if (after !== undefined) notes.say(`merged ${nameOf(route)} (weights untouched)`);
}

/** As many pods of the new content as serve now. @throws BackendError with a stuck pod's own words */
async function ready(running: Running, { plan, release }: ServiceRunning): Promise<void> {
  const { cluster, settings, ports, notes } = running;
  const { namespace, readyTimeout } = settings;
  const { home, workload } = homeOf(plan);
  const serving = await countReady(cluster, namespace, release.backends.canary);
  const raised = await raiseReplicas(cluster, namespace, workload, serving, await autoscalersIn(cluster, namespace));
  if (raised) notes.say(`${workload}: replicas raised from ${raised.from} to ${serving}, as many as serve now`);
  const waiting = { clock: ports.clock, timeout: readyTimeout };
  await waitForRollout(cluster, namespace, { workload, service: home, needed: serving }, waiting);
  notes.say(`${workload}: its pods run ${settings.version}, and get no requests yet`);
}

/** From here on the two that matter are the home and the copy. */
function towardsHome({ plan, release }: ServiceRunning): ServiceRunning {
  const { home } = homeOf(plan);
  return { plan, release: { ...release, backends: { stable: home, canary: release.backends.canary } } };
}

/** In lockstep; when a home does not answer well, its copy, which did, gets the requests again. */
async function goHome(running: Running): Promise<void> {
  const { writer, ports, notes } = running;
  const since = ports.clock.monotonic();
  for (const { observer } of releasesOf(running)) observer.openWindow(since);
  const written = await forEvery(releasesOf(running), (release) => writer.shift(release, 0, { phase: 'settling' }));
  const taken = await acknowledged(running, written.flat());
  try {
    running.settledBy = await forEvery(running.services, (one) => homeOnPublicPath(running, one, taken));
  } catch (error) {
    if (running.signal.aborted || !(error instanceof CheckFailed)) throw error;
    await forEvery(releasesOf(running), (release) => writer.shift(release, 100, { phase: 'settling' }));
    throw error;
  }
  for (const sentence of running.settledBy) notes.say(sentence);
}

function homeOf({ service, inPlace }: ServiceRunning['plan']): { readonly home: string; readonly workload: string } {
  if (inPlace === undefined) throw new RunError(`${service} has no home to settle in`, 'report this');
  return inPlace;
}
