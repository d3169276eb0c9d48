/** Typed calls to the cluster: the only way the other rooms read and write Kubernetes objects. */

import { setMaxListeners } from 'node:events';
import { ClusterError } from '../errors.ts';
import { FIELD_MANAGER } from '../kube/names.ts';
import type { JsonPatch, KubeObject, ObjectRef } from '../kube/objects.ts';
import { list, nameOf, text } from '../kube/objects.ts';
import type { Clock } from '../ports.ts';
import type { ApiRequest, Transport } from './connection/transport.ts';
import { ApiError, isForbidden, Unreachable } from './connection/transport.ts';
import { collectionPath, Kinds } from './kinds.ts';
import type { Plan, Updated, UpdateOptions } from './update.ts';
import { retryAfter, update } from './update.ts';

export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only metadata is sent: for Secrets, whose data is none of our business. */
  readonly metadataOnly?: boolean;
}

/** A list and the version it was read at: what a watch goes on from. */
export interface Listing {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export class Cluster {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Uniform in [0, 1): spreads what is tried again. */
  readonly random: () => number;
  readonly #signal: AbortSignal | undefined;
  /** What the cluster serves, known to every view of this connection. */
  readonly kinds: Kinds;
  #gate: (() => Promise<void>) | undefined;
  /** How long a read goes on being tried while the API server does not answer, in milliseconds. */
  readonly patience: number;

  constructor(
    transport: Transport,
    clock: Clock,
    signal?: AbortSignal,
    patience = 30_000,
    random: () => number = Math.random,
    kinds?: Kinds,
  ) {
    this.transport = transport;
    this.clock = clock;
    this.random = random;
    this.#signal = signal;
    this.patience = patience;
    const read = (path: string) => this.send({ method: 'GET', path });
    this.kinds = kinds?.readBy(read) ?? new Kinds(read);
    // Every call under way listens on it, and Node takes more than ten listeners for a leak.
    if (signal) setMaxListeners(0, signal);
  }

  /** The same connection under another signal: what returns the traffic must outlive the cancelled run. */
  under(signal: AbortSignal | undefined, patience = this.patience): Cluster {
    const other = new Cluster(this.transport, this.clock, signal, patience, this.random, this.kinds);
    other.#gate = this.#gate;
    return other;
  }

  /** The same connection, which ends with this signal as well as with its own. */
  until(signal: AbortSignal, patience = this.patience): Cluster {
    return this.under(this.#signal === undefined ? signal : AbortSignal.any([signal, this.#signal]), patience);
  }

  /** The same connection with a gate before every write, also in views made of it: see Lock.confirm. */
  guarded(gate: () => Promise<void>): Cluster {
    const other = this.under(this.#signal);
    other.#gate = gate;
    return other;
  }

  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  /**
   * Sends one request. Reads and what is `repeatable` are tried again while the API server is unreachable or overloaded,
   * for at most `patience`; other writes are not: whether a lost one arrived is for the caller to find out.
   */
  async send(request: ApiRequest): Promise<unknown> {
    const repeatable = request.method === 'GET' || request.repeatable === true;
    const started = this.clock.monotonic();
    for (let attempt = 0; ; attempt++) {
      if (request.method !== 'GET') await this.#gate?.();
      try {
        return await this.transport.send({ signal: this.#signal, ...request });
      } catch (error) {
        const pause = Math.max(Math.min(100 * 2 ** attempt, 2000), retryAfter(error));
        const passed = this.clock.monotonic() - started;
        if (!isPassing(error) || (!repeatable && !isRefusedUnsent(error)) || passed > this.patience) throw error;
        await this.clock.sleep(Math.min(pause, Math.max(100, this.patience - passed)), this.#signal);
      }
    }
  }

  /**
   * What a pod or a Service answers through the API server's proxy, as text. Asked once: who reads every few seconds
   * asks again anyway, and a pod that is away must not hold the others up.
   */
  async text(path: string, options: { accept?: string; timeout?: number; bodyLimit?: number } = {}): Promise<string> {
    const answer = await this.transport.send({ signal: this.#signal, ...options, method: 'GET', path, raw: true });
    return typeof answer === 'string' ? answer : '';
  }

  async version(): Promise<string> {
    return text(await this.send({ method: 'GET', path: '/version' }), 'gitVersion');
  }

  /** The object, or undefined when there is none. */
  async find(ref: ObjectRef): Promise<KubeObject | undefined> {
    try {
      return asObject(await this.send({ method: 'GET', path: await this.kinds.pathOf(ref) }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @throws ClusterError when there is none. */
  async get(ref: ObjectRef): Promise<KubeObject> {
    const found = await this.find(ref);
    if (found) return found;
    throw new ClusterError(`${nameOf(ref)} does not exist`);
  }

  /** All objects of a kind in a namespace (or everywhere); none when the cluster does not serve the kind. */
  async list(apiVersion: string, kind: string, namespace?: string, options: ListOptions = {}): Promise<Listing> {
    const served = await this.kinds.find(apiVersion, kind);
    if (!served) return { items: [], resourceVersion: '' };
    const items: KubeObject[] = [];
    let resourceVersion = '';
    let next = '';
    do {
      const query = new URLSearchParams({ limit: '500' });
      if (options.labelSelector) query.set('labelSelector', options.labelSelector);
      if (options.fieldSelector) query.set('fieldSelector', options.fieldSelector);
      if (next) query.set('continue', next);
      const answer = await this.send({
        method: 'GET',
        path: `${collectionPath(served, namespace)}?${query}`,
        ...(options.metadataOnly ? { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' } : {}),
      });
      // Items of a typed list come without apiVersion and kind.
      for (const item of list(answer, 'items')) items.push({ ...(item as KubeObject), apiVersion, kind });
      resourceVersion = text(answer, 'metadata', 'resourceVersion');
      next = text(answer, 'metadata', 'continue');
    } while (next);
    return { items, resourceVersion };
  }

  /**
   * All objects of a kind that this run may see: a missing right (403) means none here. For what is looked at to say or
   * to clean more, never for what a decision about traffic rests on.
   */
  async listVisible(
    apiVersion: string,
    kind: string,
    namespace?: string,
    options: ListOptions = {},
  ): Promise<readonly KubeObject[]> {
    try {
      return (await this.list(apiVersion, kind, namespace, options)).items;
    } catch (error) {
      if (isForbidden(error)) return [];
      throw error;
    }
  }

  /** Changes an object that others change, too: see {@link update}. */
  update(ref: ObjectRef, plan: Plan, options?: UpdateOptions): Promise<Updated> {
    return update(this, ref, plan, options);
  }

  /**
   * One patch, sent once: {@link Cluster.update} is for what has to arrive.
   * @throws ApiError 422 when a `test` fails, 404, 403 … ; Unreachable when it is unknown whether it arrived.
   */
  async patch(ref: ObjectRef, patch: JsonPatch, options: { dryRun?: boolean } = {}): Promise<KubeObject> {
    const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, ...(options.dryRun ? { dryRun: 'All' } : {}) });
    return asObject(
      await this.send({
        method: 'PATCH',
        path: `${await this.kinds.pathOf(ref)}?${query}`,
        body: patch,
        contentType: 'application/json-patch+json',
      }),
    );
  }

  /** Server-side apply of one object. Never used for routes: see docs/how-it-works.md, "Route files". */
  async apply(object: KubeObject, options: { dryRun?: boolean } = {}): Promise<KubeObject> {
    const ref = { ...object, ...object.metadata } as unknown as ObjectRef;
    const query = new URLSearchParams({
      fieldManager: FIELD_MANAGER,
      force: 'true',
      ...(options.dryRun ? { dryRun: 'All' } : {}),
    });
    return asObject(
      await this.send({
        method: 'PATCH',
        path: `${await this.kinds.pathOf(ref)}?${query}`,
        body: object,
        contentType: 'application/apply-patch+yaml', // JSON is YAML
        repeatable: true,
      }),
    );
  }

  async create(object: KubeObject): Promise<KubeObject> {
    const kind = await this.kinds.get(object.apiVersion, object.kind);
    const path = collectionPath(kind, kind.namespaced ? (object.metadata.namespace ?? 'default') : undefined);
    return asObject(await this.send({ method: 'POST', path: `${path}?fieldManager=${FIELD_MANAGER}`, body: object }));
  }

  /** Replaces an object; its resourceVersion makes the write conditional. */
  async replace(object: KubeObject): Promise<KubeObject> {
    const path = await this.kinds.pathOf({ ...object, ...object.metadata } as unknown as ObjectRef);
    return asObject(await this.send({ method: 'PUT', path: `${path}?fieldManager=${FIELD_MANAGER}`, body: object }));
  }

  /**
   * Deletes an object if it is there; `uid` makes sure that it is still the one we mean, `resourceVersion` that it is
   * still as we know it. An object that is not is left alone.
   */
  async delete(ref: ObjectRef, uid?: string, resourceVersion?: string): Promise<void> {
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    const conditional = Object.keys(preconditions).length > 0;
    try {
      await this.send({
        method: 'DELETE',
        path: await this.kinds.pathOf(ref),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          ...(conditional ? { preconditions } : {}),
        },
      });
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || (conditional && error.status === 409))) return;
      throw error;
    }
  }
}

/** Worth trying again: nothing was said, or the server asked for patience. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && (error.status === 429 || error.status === 503));
}

/** The request cannot have had an effect: the connection was refused, or the server turned it away. */
function isRefusedUnsent(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429;
  return error instanceof Unreachable && /connection refused|ECONNREFUSED/i.test(error.message);
}

function asObject(value: unknown): KubeObject {
  if (text(value, 'kind') === '' || text(value, 'metadata', 'name') === '') {
    throw new ClusterError('the API server sent something that is not an object');
  }
  return value as KubeObject;
}
