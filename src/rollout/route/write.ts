/** One write to a route: guarded, and certain about whether it arrived. */
import type { Cluster } from '../../cluster/cluster.ts';
import { ApiError, Unreachable } from '../../cluster/connection/transport.ts';
import { watchUntil } from '../../cluster/watch.ts';
import { DriftError, RefusedError, reasonOf } from '../../errors.ts';
import { JOURNAL_ANNOTATION } from '../../journal/journal.ts';
import { writtenAt } from '../../kube/managed-fields.ts';
import type { JsonPatch, KubeObject, ObjectRef } from '../../kube/objects.ts';
import { nameOf, refOf, text } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import { refusalHint } from '../../routes/parts/refusals.ts';
import type { Acknowledgement, RouteProvider } from '../../routes/types.ts';

/** Attempts when only fields that are not ours have changed between our read and our write. */
const ATTEMPTS = 5;

/**
 * Reads the route, lets `plan` make a patch for what is there now, and writes it.
 * A 422 means that something changed in between: `plan` is asked again with the new object and throws DriftError itself
 * when what is ours was changed. A connection lost during the write, or an API server that failed during it, is settled
 * by reading back our journal text: such a write may even arrive after the next try has begun.
 * @returns the object after the write.
 */
export async function writeRoute(
  cluster: Cluster,
  route: ObjectRef,
  plan: (live: KubeObject) => { patch: JsonPatch; journal: string },
): Promise<KubeObject> {
  let sent: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const live = await cluster.get(route);
    if (sent !== undefined && journalOf(live) === sent) return live;
    const { patch, journal } = plan(live);
    if (patch.length === 0) return live;
    try {
      return await cluster.patch(refOf(live), patch);
    } catch (error) {
      if (error instanceof ApiError && (error.status === 422 || error.status === 409)) {
        if (error.status === 422 && isRejection(error))
          throw new RefusedError(`${nameOf(live)} was not accepted: ${error.message}`);
        if (attempt < ATTEMPTS) continue;
        throw new DriftError(
          `${nameOf(live)} is being changed by someone else: ${ATTEMPTS} writes in a row met a newer object`,
          `find the other writer: kubectl get ${live.kind.toLowerCase()} ${live.metadata.name} -n ${live.metadata.namespace} -o yaml --show-managed-fields`,
        );
      }
      if (error instanceof ApiError && (error.status === 400 || error.status === 403)) {
        throw new RefusedError(`${nameOf(live)} was not accepted: ${error.message}`);
      }
      if (!mayHaveArrived(error)) throw error;
      sent = journal;
      const now = await cluster.get(route); // waits for the API server as long as the cluster's patience goes
      if (journalOf(now) === journal) return now;
      if (attempt >= ATTEMPTS) throw unanswered(live, error);
    }
  }
}

/** No answer, or one that says nothing about whether the write was taken (a time-out or a failure inside the server). */
export function mayHaveArrived(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && error.status >= 500);
}

/** A webhook that fails closed and does not answer is no trouble of the API server's: it is named, with who can help. */
function unanswered(route: KubeObject, error: unknown): unknown {
  const hint = refusalHint(reasonOf(error));
  return hint === undefined
    ? error
    : new RefusedError(`${nameOf(route)} could not be written: ${reasonOf(error)}`, hint);
}

function journalOf(route: KubeObject): string | undefined {
  return route.metadata.annotations?.[JOURNAL_ANNOTATION];
}

/** A 422 that is the API's or a webhook's judgement of the object, not a failed `test` of ours. */
function isRejection(error: ApiError): boolean {
  return !/the server rejected our request due to an error in our request|test operation|testing .* failed|jsonpatch/i.test(
    error.message,
  );
}

/**
 * Waits, bounded, until the controller says that it took this generation.
 * @returns 'unknown' when the time ran out: Kong's controller says nothing when the new generation changes nothing for
 *   Kong, so the public path decides then.
 * @throws RefusedError with the controller's own words.
 */
export async function awaitAcknowledgement(
  cluster: Cluster,
  provider: RouteProvider,
  written: KubeObject,
  options: { clock: Clock; timeout: number },
): Promise<'yes' | 'unknown'> {
  // An API that never says anything is not waited for.
  if (provider.limits.acknowledgement === 'none') return 'unknown';
  const generation = written.metadata.generation ?? 0;
  const { name, namespace = '' } = written.metadata;
  const over = new AbortController();
  const bounded = cluster.under(AbortSignal.any([over.signal, ...(cluster.signal ? [cluster.signal] : [])]));
  const byStatus = watchUntil(
    bounded,
    {
      apiVersion: provider.resource.apiVersion,
      kind: provider.resource.kind,
      namespace,
      fieldSelector: `metadata.name=${name}`,
    },
    (world) => {
      const object = world.get(`${namespace}/${name}`);
      if (!object) throw new DriftError(`${nameOf(written)} was deleted while the release was running`);
      const said: Acknowledgement = provider.acknowledged(object, generation);
      return said === 'unknown' ? undefined : said;
    },
    options,
  );
  const byEvents =
    provider.limits.refusals === 'events' ? refusalEvent(bounded, provider, written, options) : undefined;
  const acknowledged = await firstWord(byStatus, byEvents).finally(() => over.abort());
  if (acknowledged === undefined || acknowledged === 'unknown') return 'unknown';
  if (acknowledged === 'yes') return 'yes';
  throw new RefusedError(
    `the controller refused ${nameOf(written)}: ${acknowledged.refused}`,
    `kubectl describe ${provider.resource.plural} ${name} -n ${namespace}`,
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
    const said = provider.acknowledged(
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
