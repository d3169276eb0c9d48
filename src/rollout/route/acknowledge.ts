/** What the controller says of a write: yes, no in its own words, or nothing. */
import type { Cluster } from '../../cluster/cluster.ts';
import { Kept, untilKept } from '../../cluster/kept.ts';
import { watchUntil } from '../../cluster/watch.ts';
import { DriftError, RefusedError } from '../../errors.ts';
import { writtenAt } from '../../kube/managed-fields.ts';
import type { KubeObject, ObjectRef } from '../../kube/objects.ts';
import { nameOf, text } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import type { Acknowledgement, RouteProvider } from '../../routes/types.ts';

/** Watches the routes of a release for as long as the signal of `cluster` lets it: one by its name, several by their kind. */
export function keepRoutes(
  cluster: Cluster,
  {
    facts: {
      resource: { apiVersion, kind },
    },
  }: RouteProvider,
  routes: readonly ObjectRef[],
  clock: Clock,
): Kept {
  const [first, ...others] = routes;
  const only = others.length === 0 ? { fieldSelector: `metadata.name=${first?.name}` } : {};
  return new Kept(cluster, { apiVersion, kind, namespace: first?.namespace, ...only }, clock);
}

/**
 * Waits, bounded, until the controller says that it took this generation.
 * @param options.routes a watch that may hear it anyway: see {@link keepRoutes}
 * @returns 'unknown' when the time ran out: Kong's controller says nothing when the new generation changes nothing for
 *   Kong, so the public path decides then.
 * @throws RefusedError with the controller's own words.
 */
export async function awaitAcknowledgement(
  cluster: Cluster,
  provider: RouteProvider,
  written: KubeObject,
  options: { clock: Clock; timeout: number; routes?: Kept | undefined },
): Promise<'yes' | 'unknown'> {
  // An API that never says anything is not waited for.
  if (provider.facts.limits.acknowledgement === 'none') return 'unknown';
  const generation = written.metadata.generation ?? 0;
  const { name, namespace = '', uid } = written.metadata;
  const key = `${namespace}/${name}`;
  const over = new AbortController();
  const bounded = cluster.until(over.signal);
  const byStatus = untilKept(
    options.routes,
    (world) => world.get(key)?.metadata.uid === uid,
    bounded,
    {
      apiVersion: provider.facts.resource.apiVersion,
      kind: provider.facts.resource.kind,
      namespace,
      fieldSelector: `metadata.name=${name}`,
    },
    (world) => {
      const object = world.get(key);
      if (!object) throw new DriftError(`${nameOf(written)} was deleted while the release was running`);
      const said: Acknowledgement = provider.status.acknowledged(object, generation);
      return said === 'unknown' ? undefined : said;
    },
    options,
  );
  const byEvents =
    provider.facts.limits.refusals === 'events' ? refusalEvent(bounded, provider, written, options) : undefined;
  const acknowledged = await firstWord(byStatus, byEvents).finally(() => over.abort());
  if (acknowledged === undefined || acknowledged === 'unknown') return 'unknown';
  if (acknowledged === 'yes') return 'yes';
  throw new RefusedError(
    `the controller refused ${nameOf(written)}: ${acknowledged.refused}`,
    `kubectl describe ${provider.facts.resource.plural} ${name} -n ${namespace}`,
  );
}

/** The first of the two that says something; undefined when both ran out of time. */
async function firstWord(
  status: Promise<Acknowledgement | undefined>,
  events: Promise<Acknowledgement | undefined> | undefined,
): Promise<Acknowledgement | undefined> {
  if (events === undefined) return status;
  // The one that is not needed any more is aborted, and nobody waits for it.
  for (const one of [status, events]) one.catch(() => undefined);
  const silent = async (one: Promise<Acknowledgement | undefined>) => {
    const word = await one;
    if (word === undefined) throw new Silence();
    return word;
  };
  try {
    return await Promise.any([silent(status), silent(events)]);
  } catch (error) {
    const broken = (error as AggregateError).errors.find((each) => !(each instanceof Silence));
    if (broken !== undefined) throw broken;
    return undefined;
  }
}

class Silence extends Error {}

/** Waits for an event of the controller that refuses what we wrote: where a condition stays as it was, only that tells. */
function refusalEvent(
  cluster: Cluster,
  provider: RouteProvider,
  written: KubeObject,
  options: { clock: Clock; timeout: number },
): Promise<Acknowledgement | undefined> {
  const { uid, namespace = '', generation = 0 } = written.metadata;
  const target = { apiVersion: 'v1', kind: 'Event', namespace, fieldSelector: `involvedObject.uid=${uid}` };
  const decide = (world: ReadonlyMap<string, KubeObject>) => {
    const said = provider.status.acknowledged(
      written,
      generation,
      [...world.values()].filter((event) => isAfter(event, written)),
    );
    return typeof said === 'object' ? said : undefined;
  };
  return watchUntil(cluster, target, decide, options);
}

/**
 * Whether an event is about what we wrote or anything later: by the version of the object it names, or, where the recorder
 * has counted up an old event, by its time.
 */
function isAfter(event: KubeObject, written: KubeObject): boolean {
  const version = text(event, 'involvedObject', 'resourceVersion');
  const ours = written.metadata.resourceVersion ?? '';
  if (/^\d+$/.test(version) && /^\d+$/.test(ours) && BigInt(version) >= BigInt(ours)) return true;
  const at = writtenAt(written);
  const last = Date.parse(text(event, 'lastTimestamp'));
  return at !== undefined && last > at;
}
