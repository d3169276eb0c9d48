/** A mesh's controller: follows its objects, hands their routing to the proxies and says so in the API's own way. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { KubeObject } from '../../src/kube/objects.ts';
import { list } from '../../src/kube/objects.ts';
import type { ClusterAccess, Followed } from '../node/types.ts';
import { type Behaviour, timeline } from './behaviour.ts';
import type { ClusterView, MeshKind, MeshObjects, RefusalEvent, RoutingTable, WatchedKind } from './types.ts';
import { keyOf } from './types.ts';

export interface ControllerOptions {
  readonly mesh: MeshKind;
  readonly client: ClusterAccess;
  readonly cluster: ClusterView;
  behaviourIn(namespace: string): Behaviour;
  log(line: string): void;
}

/** How often a route that waits for other objects looks for them, in milliseconds. */
const LOOK_AGAIN_MS = 100;
/** How often a status is written anew when another controller was quicker. */
const ATTEMPTS = 10;
const TOLD_TO = 'the lab was told to refuse this';

export class Controller {
  readonly #options: ControllerOptions;
  readonly #follows = new Map<string, Followed<KubeObject>>();
  /** Routes as the proxies know them. */
  readonly #applied = new Map<string, KubeObject>();
  /** The generation each object was last worked on for, and what ends that work. */
  readonly #work = new Map<string, { readonly generation: string; readonly ending: AbortController }>();
  #table: RoutingTable | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  /** Resolves when every object there is has been seen. */
  async start(): Promise<void> {
    const { mesh, client } = this.#options;
    for (const watched of [...mesh.others, mesh.route]) {
      const follow = client.watch<KubeObject>(collection(watched), {
        onEvent: ({ type, object }) => this.#changed(watched, type === 'DELETED', object),
        onFailure: (error) => this.#options.log(`watch of ${watched.plural}: ${error.message}`),
      });
      this.#follows.set(watched.kind, follow);
    }
    await Promise.all([...this.#follows.values()].map(({ synced }) => synced));
  }

  async stop(): Promise<void> {
    for (const { ending } of this.#work.values()) ending.abort();
    await Promise.all([...this.#follows.values()].map((follow) => follow.stop()));
  }

  /** Something beside the mesh's own objects changed: Services, namespaces. */
  stale(): void {
    this.#table = undefined;
  }

  /** The routing the proxies have now. */
  table(): RoutingTable {
    this.#table ??= this.#options.mesh.compile(this.known, this.#options.cluster);
    return this.#table;
  }

  /** Objects as the proxies know them. */
  readonly known: MeshObjects = (kind) =>
    kind === this.#options.mesh.route.kind ? [...this.#applied.values()] : this.live(kind);

  /** Objects as the API server has them. */
  readonly live: MeshObjects = (kind) => this.#follows.get(kind)?.objects() ?? [];

  #changed(watched: WatchedKind, deleted: boolean, object: KubeObject): void {
    const isRoute = watched.kind === this.#options.mesh.route.kind;
    const key = `${watched.kind} ${keyOf(object)}`;
    if (!isRoute) this.stale();
    if (deleted || object.metadata.deletionTimestamp !== undefined) {
      this.#work.get(key)?.ending.abort();
      this.#work.delete(key);
      if (this.#applied.delete(keyOf(object)) && isRoute) this.stale();
      if (!deleted) void this.#letGo(watched, object);
      return;
    }
    const generation = `${object.metadata.uid} ${object.metadata.generation}`;
    const before = this.#work.get(key);
    if (before?.generation === generation) return;
    before?.ending.abort();
    const ending = new AbortController();
    this.#work.set(key, { generation, ending });
    this.#reconcile(watched, object, isRoute, ending.signal).catch((error: Error) => {
      if (!ending.signal.aborted) this.#options.log(`${watched.kind} ${keyOf(object)}: ${error.message}`);
    });
  }

  async #reconcile(watched: WatchedKind, object: KubeObject, isRoute: boolean, signal: AbortSignal): Promise<void> {
    const { mesh, behaviourIn } = this.#options;
    await this.#takeHold(watched, object);
    const say = (observedGeneration: boolean) =>
      this.#say(watched, object, (now) => mesh.acknowledgement(now, { observedGeneration }), signal);
    if (!isRoute) return say(true);
    while (mesh.waitsFor?.(object, this.live) !== undefined) await pause(LOOK_AGAIN_MS, undefined, { signal });
    const behaviour = behaviourIn(object.metadata.namespace ?? '');
    const told = behaviour.acknowledgement === 'refusing' ? TOLD_TO : undefined;
    const words = mesh.refuses?.(object, this.live) ?? told;
    if (words !== undefined && mesh.refusal !== undefined) return this.#refuse(watched, object, words, signal);
    const { applied, acknowledged } = timeline(behaviour, mesh.pace);
    const apply = async (after: number) => {
      await pause(after, undefined, { signal });
      this.#applied.set(keyOf(object), object);
      this.stale();
    };
    const acknowledge = async (after: number) => {
      await pause(after, undefined, { signal });
      await say(behaviour.observedGeneration);
    };
    await Promise.all([
      applied === undefined ? undefined : apply(applied),
      acknowledged === undefined ? undefined : acknowledge(acknowledged),
    ]);
  }

  async #refuse(watched: WatchedKind, object: KubeObject, words: string, signal: AbortSignal): Promise<void> {
    const refusalOf = (now: KubeObject) => this.#options.mesh.refusal?.(now, words);
    const refusal = refusalOf(object);
    if (refusal === undefined) return;
    if ('event' in refusal) return this.#event(object, refusal.event);
    const statusOf = (now: KubeObject) => {
      const said = refusalOf(now);
      return said !== undefined && 'status' in said ? said.status : undefined;
    };
    await this.#say(watched, object, statusOf, signal);
  }

  /**
   * Merges a status into the object's, made anew when another controller wrote in between: what is said is about the
   * generation that was worked on, beside what others say now. `undefined` says nothing.
   */
  async #say(
    watched: WatchedKind,
    object: KubeObject,
    statusOf: (now: KubeObject) => unknown,
    signal: AbortSignal,
  ): Promise<void> {
    let { resourceVersion } = object.metadata;
    let status = statusOf(object);
    for (let attempt = 1; status !== undefined && attempt <= ATTEMPTS; attempt++) {
      signal.throwIfAborted();
      const written = await this.#patch(watched, object, { metadata: { resourceVersion }, status }, '/status');
      if (written.status !== 409) return;
      const latest = await this.#options.client.request<KubeObject>('GET', pathOf(watched, object));
      if (latest.status !== 200) return;
      resourceVersion = latest.body.metadata.resourceVersion;
      status = statusOf({ ...object, status: latest.body['status'] });
    }
  }

  async #event(object: KubeObject, { reason, message, component }: RefusalEvent): Promise<void> {
    const { name, namespace = 'default', uid, resourceVersion } = object.metadata;
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    await this.#options.client.request('POST', `/api/v1/namespaces/${namespace}/events`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
      involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion },
      type: 'Warning',
      reason,
      message,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component },
    });
  }

  async #takeHold(watched: WatchedKind, object: KubeObject): Promise<void> {
    const { finalizer } = this.#options.mesh;
    const there = list(object, 'metadata', 'finalizers');
    if (finalizer === undefined || there.includes(finalizer)) return;
    await this.#patch(watched, object, { metadata: { finalizers: [...there, finalizer] } });
  }

  async #letGo(watched: WatchedKind, object: KubeObject): Promise<void> {
    const { finalizer } = this.#options.mesh;
    const there = list(object, 'metadata', 'finalizers');
    if (finalizer === undefined || !there.includes(finalizer)) return;
    await this.#patch(watched, object, { metadata: { finalizers: there.filter((name) => name !== finalizer) } });
  }

  #patch(watched: WatchedKind, object: KubeObject, patch: unknown, subresource = '') {
    const path = pathOf(watched, object) + subresource;
    return this.#options.client.request('PATCH', path, patch, 'application/merge-patch+json');
  }
}

function pathOf(watched: WatchedKind, { metadata }: KubeObject): string {
  return `${collection(watched, metadata.namespace)}/${metadata.name}`;
}

function collection({ apiVersion, plural }: WatchedKind, namespace?: string): string {
  return `/apis/${apiVersion}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}`;
}
