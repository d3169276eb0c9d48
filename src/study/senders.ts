/** Everything that may lead requests to a Service, of all kinds and namespaces: read before an old version goes. */
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError, isForbidden } from '../cluster/connection/transport.ts';
import type { ResourceKind } from '../cluster/kinds.ts';
import { reasonOf } from '../errors.ts';
import { field, groupOf, type KubeObject, list, mapAt } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';
import { couldName, type From, isSilent, sendsFrom, type Unseen } from '../services/sender-kinds.ts';

export interface Senders {
  readonly objects: readonly KubeObject[];
  /** What could not be looked at: what is not among the objects may be among these. */
  readonly unseen: readonly Unseen[];
}

/** Milliseconds for all of it, and for one question that is not answered. What is not read by then counts as unseen. */
const WITHIN = 30_000;
const PATIENCE = 5_000;
/** Questions at the same time. */
const AT_ONCE = 8;

type Sending = ResourceKind & { readonly from: From };

/**
 * Lists every kind that can lead to a Service, wherever its objects can do so from. Never throws for what it may not or
 * cannot see: that is {@link Senders.unseen}.
 * @param namespace of the Service
 * @throws the reason of the cluster's own signal
 */
export async function readSenders(cluster: Cluster, namespace: string, clock: Clock): Promise<Senders> {
  const unseen: Unseen[] = [];
  const within = cluster.until(clock.timeout(WITHIN), PATIENCE);
  const kinds = await sendingKinds(within, (missed) => unseen.push(missed));
  const lists = await inTurns(kinds, async (kind) => {
    const seen = await listSenders(within, namespace, kind);
    unseen.push(...seen.unseen);
    return seen.objects;
  });
  cluster.signal?.throwIfAborted();
  return { objects: lists.flat(), unseen };
}

/** The kinds the cluster serves that can lead to a Service, each in one version. */
async function sendingKinds(cluster: Cluster, miss: (unseen: Unseen) => void): Promise<readonly Sending[]> {
  const groups = await cluster.kinds.groups().catch((error: unknown) => {
    miss({ where: 'everywhere', from: 'far', why: reasonOf(error) });
    return [];
  });
  const wanted = [['v1'], ...groups].filter(([first = '']) => !isSilent(groupOf(first)));
  const found = await inTurns(wanted, (versions) =>
    kindsOfGroup(cluster, versions).catch((error: unknown) => {
      miss({ group: groupOf(versions[0] ?? ''), where: 'everywhere', from: 'far', why: reasonOf(error) });
      return [];
    }),
  );
  return found.flat();
}

/** @param versions of one group, the preferred one first: a kind may be served in another one only */
async function kindsOfGroup(cluster: Cluster, versions: readonly string[]): Promise<readonly Sending[]> {
  const found = new Map<string, Sending>();
  for (const version of versions) {
    const kinds = (await cluster.kinds.in(version)).filter(({ kind }) => !found.has(kind));
    let schemas: unknown;
    for (const kind of kinds) {
      let from = sendsFrom(groupOf(version), kind.kind);
      if (from === 'unknown') {
        schemas ??= await schemasOf(cluster, version);
        from = couldName(schemaOf(schemas, kind.kind)) ? 'far' : undefined;
      }
      if (from !== undefined) found.set(kind.kind, { ...kind, from });
    }
  }
  return [...found.values()];
}

/** The group's schemas; where they cannot be had, its kinds are looked through as if they could name anything. */
async function schemasOf(cluster: Cluster, apiVersion: string): Promise<unknown> {
  try {
    return await cluster.send({ method: 'GET', path: `/openapi/v3/apis/${apiVersion}` });
  } catch (error) {
    if (error instanceof ApiError) return {};
    throw error;
  }
}

const ANYTHING = { 'x-kubernetes-preserve-unknown-fields': true };

function schemaOf(schemas: unknown, kind: string): unknown {
  const all = Object.values(mapAt(schemas, 'components', 'schemas'));
  const own = all.find((schema) =>
    list(schema, 'x-kubernetes-group-version-kind').some((entry) => field(entry, 'kind') === kind),
  );
  return own ?? ANYTHING;
}

/** Objects of one kind: of all namespaces where they can lead here from there, and of the Service's own in any case. */
async function listSenders(cluster: Cluster, namespace: string, kind: Sending): Promise<Senders> {
  const missed = (where: Unseen['where'], error: unknown): Unseen => ({
    kind: kind.kind,
    group: groupOf(kind.apiVersion),
    where,
    from: kind.from,
    why: reasonOf(error),
  });
  const read = async (of?: string, fieldSelector?: string) =>
    (await cluster.list(kind.apiVersion, kind.kind, of, fieldSelector === undefined ? {} : { fieldSelector })).items;
  try {
    if (kind.from === 'near') return { objects: await read(namespace), unseen: [] };
    if (kind.kind !== 'Service' || groupOf(kind.apiVersion) !== '') return { objects: await read(), unseen: [] };
  } catch (error) {
    if (isUnlistable(error)) return { objects: [], unseen: [] };
    if (kind.from === 'near' || !kind.namespaced || !isForbidden(error))
      return { objects: [], unseen: [missed('everywhere', error)] };
    return ownOnly(read, namespace, missed, error);
  }
  // Of other namespaces a Service leads here by its ExternalName alone.
  try {
    const elsewhere = await read(undefined, 'spec.type=ExternalName');
    const own = await read(namespace);
    return { objects: [...own, ...elsewhere.filter(({ metadata }) => metadata.namespace !== namespace)], unseen: [] };
  } catch (error) {
    return ownOnly(read, namespace, missed, error);
  }
}

/** The rest when other namespaces may not be looked at. */
async function ownOnly(
  read: (namespace: string) => Promise<readonly KubeObject[]>,
  namespace: string,
  missed: (where: Unseen['where'], error: unknown) => Unseen,
  elsewhere: unknown,
): Promise<Senders> {
  try {
    return { objects: await read(namespace), unseen: [missed('other namespaces', elsewhere)] };
  } catch (error) {
    return { objects: [], unseen: [missed('everywhere', error)] };
  }
}

/** A kind that is served and cannot be listed holds no objects. */
function isUnlistable(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 405);
}

/** As `Promise.all` over the items, a few at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = [...items.entries()];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
