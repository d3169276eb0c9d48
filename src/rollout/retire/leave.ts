/** Takes an old version away: out of the route first, then what belongs to it, its pods last. Every write may come twice. */
import { reasonOf } from '../../errors.ts';
import type { Journal, Retired } from '../../journal/journal.ts';
import { HISTORY_LIMIT } from '../../journal/journal.ts';
import { APPS_API } from '../../kube/names.ts';
import { type KubeObject, nameOf, type ObjectRef, refOf } from '../../kube/objects.ts';
import { describeUnseen } from '../../services/referrers.ts';
import { isRetired, replicasOf, scaleToNone } from '../pods/replicas.ts';
import type { RouteWriter } from '../route/writer.ts';
import type { Running } from '../running.ts';
import type { RouteState } from '../state.ts';
import { type Asked, askEverybody, type Leaving, past, shortList, whyKept } from './ask.ts';
import { belongingsOf } from './belongings.ts';

type Retirement = Pick<Running, 'cluster' | 'provider' | 'settings' | 'notes' | 'ports' | 'retained'> & {
  readonly writer: RouteWriter;
};

/**
 * The history of a journal once its release is promoted: the version that was stable is to go.
 * @param at ISO 8601, UTC
 */
export function withLeaving(
  { history, backends, versions }: Journal,
  retire: 'keep' | 'scale-down' | 'delete',
  at: string,
): readonly Retired[] {
  if (retire === 'keep') return history;
  const before = history.filter(({ backend }) => backend !== backends.stable);
  return [...before, { version: versions.stable, backend: backends.stable, at, retire }].slice(-HISTORY_LIMIT);
}

/**
 * Takes away what the journal of a promoted release says shall go: its own old version, and those that a run which was
 * killed, or somebody who still sent to them, has left. Never throws for one of them: it is said, and the release stands.
 */
export async function retireAll(retirement: Retirement, release: RouteState): Promise<void> {
  const { settings, notes, retained } = retirement;
  const { backends, state } = release;
  for (const { backend, retire, at } of state.journal.history) {
    if (retire === undefined || backend === backends.canary) continue;
    const leaving = { release, backend, how: retire, successor: backends.canary, namespace: settings.namespace };
    try {
      if (!(await isThere(retirement, release, leaving, at))) continue;
      const kept = await leave(retirement, release, leaving);
      if (kept === undefined) continue;
      notes.warn(kept);
      retained.push(kept);
    } catch (error) {
      const why = `${backend} was not retired: ${reasonOf(error)}`;
      notes.warn(why);
      retained.push(why);
    }
  }
}

/** Whether anything of the version that was to go is left. What was made since under its name is somebody's new one. */
async function isThere(
  { cluster, provider }: Retirement,
  release: RouteState,
  { backend, how, namespace }: Leaving,
  at: string,
): Promise<boolean> {
  if (await isNamed(cluster, provider, release, backend)) return true;
  const deployment = await cluster.find(deploymentRef(namespace, backend));
  if (deployment !== undefined && isOlder(deployment, at))
    return how === 'delete' || (!isRetired(deployment) && replicasOf(deployment) > 0);
  if (how !== 'delete' || backend === release.service) return false;
  const service = await cluster.find(serviceRef(namespace, backend));
  return service !== undefined && isOlder(service, at);
}

function isOlder({ metadata: { creationTimestamp } }: KubeObject, at: string): boolean {
  return creationTimestamp === undefined || Date.parse(creationTimestamp) <= Date.parse(at);
}

async function isNamed(
  cluster: Retirement['cluster'],
  provider: Retirement['provider'],
  { service, route, followers = [], isBackend }: RouteState,
  backend: string,
): Promise<boolean> {
  for (const one of [{ provider, route }, ...followers]) {
    const found = one.provider.weights.find([await cluster.get(one.route)], service, isBackend);
    if (found.rules.some(({ backends }) => backends.some(({ name }) => name === backend))) return true;
  }
  return false;
}

/** @returns why it was kept, or undefined when it is gone. @throws what stopped it half-way */
async function leave(retirement: Retirement, release: RouteState, leaving: Leaving): Promise<string | undefined> {
  const { cluster, provider, ports, notes, writer } = retirement;
  const { backend, how, namespace } = leaving;
  const asked = await askEverybody(cluster, provider, leaving, ports.clock);
  const kept = whyKept(leaving, asked);
  if (kept !== undefined) return kept;
  if (await isNamed(cluster, provider, release, backend)) await writer.detach(release, backend, {});
  const { deployment } = asked;
  if (how === 'delete') await remove(retirement, leaving, asked);
  else if (deployment !== undefined) await scaleToNone(cluster, deployment);
  const blind = asked.unseen.map(describeUnseen);
  const except = blind.length === 0 ? '' : `; ${shortList(blind)} could not be looked at`;
  if (how === 'delete' && deployment === undefined)
    notes.say(`Service ${namespace}/${backend} was deleted; no Deployment of that name was there${except}`);
  else notes.say(`${backend} was ${past(how)}${except}`);
  return undefined;
}

async function remove({ cluster, notes }: Retirement, { release, backend, namespace }: Leaving, asked: Asked) {
  const { deployment, successor, objects } = asked;
  // Read before anything goes: the Deployment, which the rest is found by, goes last.
  const found = deployment && (await belongingsOf(cluster, deployment, successor, objects));
  // An adopted Service has the name that callers inside the cluster use: it is not a version's, so it stays.
  if (backend !== release.service) await cluster.delete(serviceRef(namespace, backend));
  for (const object of found?.objects ?? []) {
    try {
      await cluster.delete(refOf(object), object.metadata.uid);
      notes.say(`deleted ${nameOf(object)}, which was ${backend}'s alone`);
    } catch (error) {
      notes.warn(`${nameOf(object)}, which was ${backend}'s alone, is left: ${reasonOf(error)}`);
    }
  }
  for (const problem of found?.problems ?? []) notes.warn(problem);
  if (deployment !== undefined) await cluster.delete(refOf(deployment), deployment.metadata.uid);
}

const serviceRef = (namespace: string, name: string): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'Service',
  namespace,
  name,
});
const deploymentRef = (namespace: string, name: string): ObjectRef => ({
  apiVersion: APPS_API,
  kind: 'Deployment',
  namespace,
  name,
});
