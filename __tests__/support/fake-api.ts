import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { Cluster } from '../../src/cluster/cluster.ts';
import type { ApiRequest, Transport } from '../../src/cluster/connection/transport.ts';
import { ApiError, Unreachable } from '../../src/cluster/connection/transport.ts';
import { applyPatch, jsonEqual, PatchFailed } from '../../src/kube/json-patch.ts';
import type { JsonPatch, KubeObject, ObjectRef } from '../../src/kube/objects.ts';
import { field, groupOf, strings } from '../../src/kube/objects.ts';
import type { Clock } from '../../src/ports.ts';
import { systemClock } from '../../src/ports.ts';

type Served = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Kinds and their plurals by apiVersion; cluster-scoped kinds are listed below. */
const SERVED: Served = {
  v1: { Namespace: 'namespaces', Service: 'services', Pod: 'pods', Secret: 'secrets', Event: 'events' },
  'apps/v1': { Deployment: 'deployments' },
  'autoscaling/v2': { HorizontalPodAutoscaler: 'horizontalpodautoscalers' },
  'coordination.k8s.io/v1': { Lease: 'leases' },
  'discovery.k8s.io/v1': { EndpointSlice: 'endpointslices' },
  'gateway.networking.k8s.io/v1': { HTTPRoute: 'httproutes', Gateway: 'gateways', GatewayClass: 'gatewayclasses' },
  'configuration.konghq.com/v1': { KongPlugin: 'kongplugins', KongConsumer: 'kongconsumers' },
};
const CLUSTER_SCOPED = new Set(['Namespace', 'GatewayClass']);
/** The API server's words when a `test` fails or a patch does not apply (apimachinery, NewGenericServerResponse). */
export const PATCH_REFUSED = 'the server rejected our request due to an error in our request';

/** What happens to one request beside the normal: nothing is answered, or an error is. */
export type Accident = 'lost-before' | 'lost-after' | ApiError | undefined;

interface Watcher {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly stream: PassThrough;
}

/**
 * The API server as far as it matters to a release: resource versions, generations, JSON Patch with `test`, conflicts,
 * preconditions, lists in pages, watches, access reviews. Nothing is checked against a schema.
 */
export class FakeApi implements Transport {
  readonly served: Record<string, Record<string, string>> = structuredClone(SERVED) as never;
  readonly requests: ApiRequest[] = [];
  /** Asked for each request: what goes wrong with it. */
  accident: (request: ApiRequest) => Accident = () => undefined;
  /** Called before each write is judged: what other writers do between our read and our write. */
  between: (request: ApiRequest) => void = () => undefined;
  /** A webhook: throws to refuse an object. */
  admit: (object: KubeObject) => void = () => undefined;
  /** Told of every change, whoever made it: what controllers see. */
  changed: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void = () => undefined;
  /** Answers access reviews. */
  allows: (attributes: { verb: string; resource: string; namespace?: string }) => boolean = () => true;
  /** Texts by path: what pods say through the API server. */
  readonly answers = new Map<string, string>();
  /** Nothing is answered, and nothing taken. */
  down = false;
  pageSize = 500;
  readonly #objects = new Map<string, KubeObject>();
  readonly #watchers = new Set<Watcher>();
  readonly #log: { version: number; type: string; object: KubeObject }[] = [];
  #version = 100;

  constructor(...objects: readonly KubeObject[]) {
    for (const object of objects) this.put(object);
  }

  cluster(clock: Clock = systemClock, signal?: AbortSignal, patience?: number): Cluster {
    return new Cluster(this, clock, signal, patience);
  }

  /** The object as it is now. */
  get(kind: string, name: string, namespace = 'prod'): KubeObject {
    const found = this.find(kind, name, namespace);
    if (!found) throw new Error(`there is no ${kind} ${namespace}/${name}`);
    return found;
  }

  find(kind: string, name: string, namespace = 'prod'): KubeObject | undefined {
    return [...this.#objects.values()].find(
      (object) =>
        object.kind === kind &&
        object.metadata.name === name &&
        (CLUSTER_SCOPED.has(kind) || object.metadata.namespace === namespace),
    );
  }

  /** Every object of a kind, of all namespaces. */
  all(kind: string): KubeObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind);
  }

  /** Creates or overwrites an object, as another client would. */
  put(object: KubeObject): KubeObject {
    const path = this.#pathOf(object);
    return this.#store(path, object, this.#objects.get(path));
  }

  /** A write by somebody else. */
  edit(kind: string, name: string, change: (object: Mutable) => void, namespace = 'prod'): KubeObject {
    const object = structuredClone(this.get(kind, name, namespace)) as unknown as Mutable;
    change(object);
    return this.put(object as unknown as KubeObject);
  }

  remove(kind: string, name: string, namespace = 'prod'): void {
    this.#drop(this.#pathOf(this.get(kind, name, namespace)));
  }

  /** Writes to a kind, in order: "PATCH httproutes/jazz". */
  writes(plural: string): string[] {
    return this.requests
      .filter(({ method, path }) => method !== 'GET' && path.includes(`/${plural}`))
      .map(({ method, path }) => `${method} ${path.split('?')[0]?.split('/').slice(-2).join('/')}`);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Ends every watch: with an error as a lost connection, or without as a regular end. */
  breakStreams(error?: Error): void {
    for (const watcher of [...this.#watchers]) {
      this.#watchers.delete(watcher);
      if (error) watcher.stream.destroy(error);
      else watcher.stream.end();
    }
  }

  /** Sends a line to every watcher, as it is. */
  say(line: string): void {
    for (const { stream } of this.#watchers) stream.write(`${line}\n`);
  }

  close(): void {
    this.breakStreams();
  }

  async send(request: ApiRequest): Promise<unknown> {
    request.signal?.throwIfAborted();
    this.requests.push(request);
    await Promise.resolve();
    if (this.down) throw lost(request);
    const accident = this.accident(request);
    if (accident instanceof ApiError) throw accident;
    if (accident === 'lost-before') throw lost(request);
    const answer = this.#answer(request);
    if (accident === 'lost-after') throw lost(request);
    return structuredClone(answer);
  }

  async stream(address: string, signal: AbortSignal): Promise<IncomingMessage> {
    if (signal.aborted) throw signal.reason;
    if (this.down) throw lost({ method: 'GET', path: address });
    this.requests.push({ method: 'GET', path: address });
    const [path = '', query = ''] = address.split('?');
    const watcher: Watcher = { path, query: new URLSearchParams(query), stream: new PassThrough() };
    const since = Number(watcher.query.get('resourceVersion'));
    for (const { version, type, object } of this.#log) if (version > since) tell(watcher, type, object);
    this.#watchers.add(watcher);
    watcher.stream.on('close', () => this.#watchers.delete(watcher));
    signal.addEventListener('abort', () => watcher.stream.destroy(signal.reason as Error), { once: true });
    return watcher.stream as unknown as IncomingMessage;
  }

  #answer(request: ApiRequest): unknown {
    const [path = '', search = ''] = request.path.split('?');
    const query = new URLSearchParams(search);
    if (path === '/version') return { gitVersion: 'v1.36.3' };
    if (path.endsWith('/selfsubjectaccessreviews')) {
      const attributes = field(request.body, 'spec', 'resourceAttributes') as never;
      return { kind: 'SelfSubjectAccessReview', status: { allowed: this.allows(attributes) } };
    }
    if (path === '/apis') return this.#groups();
    const discovery = /^\/(?:api|apis)\/((?:[^/]+\/)?v\d\w*)$/.exec(path)?.[1];
    if (discovery !== undefined) return this.#discover(discovery, request);
    const said = this.answers.get(path);
    if (request.raw && said !== undefined) return said;
    if (request.method === 'GET') return this.#read(path, query, request);
    this.between(request);
    return this.#write(path, request, query.has('dryRun'));
  }

  /** Every group at once, as newer API servers answer (KEP-3352). */
  #groups(): unknown {
    const named = Object.entries(this.served).filter(([apiVersion]) => apiVersion.includes('/'));
    return {
      kind: 'APIGroupDiscoveryList',
      items: named.map(([apiVersion, kinds]) => ({
        metadata: { name: apiVersion.split('/')[0] },
        versions: [
          {
            version: apiVersion.split('/')[1],
            resources: Object.keys(kinds).map((kind) => ({ responseKind: { kind } })),
          },
        ],
      })),
    };
  }

  #discover(apiVersion: string, request: ApiRequest): unknown {
    const kinds = this.served[apiVersion];
    if (!kinds) throw failed(404, 'NotFound', request, 'the server could not find the requested resource');
    return {
      kind: 'APIResourceList',
      resources: Object.entries(kinds).flatMap(([kind, name]) => [
        { kind, name, namespaced: !CLUSTER_SCOPED.has(kind) },
        { kind, name: `${name}/status`, namespaced: !CLUSTER_SCOPED.has(kind) },
      ]),
    };
  }

  #read(path: string, query: URLSearchParams, request: ApiRequest): unknown {
    const found = this.#objects.get(path);
    if (found) return found;
    if (this.#isCollection(path)) {
      const all = [...this.#objects].filter(([key, object]) => within(key, path) && fits(object, query));
      const from = Number(query.get('continue') ?? 0);
      const page = all.slice(from, from + this.pageSize);
      // Items of a typed list carry neither apiVersion nor kind.
      const items = page.map(([, { apiVersion: _a, kind: _k, ...rest }]) => rest);
      const next = from + page.length < all.length ? { continue: String(from + page.length) } : {};
      return { kind: 'List', metadata: { resourceVersion: String(this.#version), ...next }, items };
    }
    throw failed(404, 'NotFound', request, `${path.split('/').slice(-2).join(' ')} not found`);
  }

  #write(path: string, request: ApiRequest, dryRun: boolean): unknown {
    const body = request.body as KubeObject;
    const store = (at: string, object: KubeObject, live: KubeObject | undefined) =>
      dryRun ? object : this.#store(at, object, live);
    if (request.method === 'POST') {
      const target = `${path}/${body.metadata.name}`;
      if (this.#objects.has(target))
        throw failed(409, 'AlreadyExists', request, `"${body.metadata.name}" already exists`);
      this.admit(body);
      return store(target, body, undefined);
    }
    const live = this.#objects.get(path);
    if (request.contentType === 'application/apply-patch+yaml') {
      const merged = live ? (overlaid(live, body) as KubeObject) : body;
      this.admit(merged);
      return store(path, merged, live);
    }
    if (!live) throw failed(404, 'NotFound', request, `${path.split('/').slice(-2).join(' ')} not found`);
    if (request.method === 'DELETE') {
      const wanted = strings(request.body, 'preconditions');
      if (
        (wanted['uid'] !== undefined && wanted['uid'] !== live.metadata.uid) ||
        (wanted['resourceVersion'] !== undefined && wanted['resourceVersion'] !== live.metadata.resourceVersion)
      )
        throw failed(409, 'Conflict', request, 'Precondition failed');
      if (!dryRun) this.#drop(path);
      return { kind: 'Status', status: 'Success' };
    }
    if (request.method === 'PUT') {
      const known = body.metadata.resourceVersion;
      if (known !== undefined && known !== live.metadata.resourceVersion)
        throw failed(409, 'Conflict', request, 'Operation cannot be fulfilled: the object has been modified');
      this.admit(body);
      return store(path, body, live);
    }
    const patched = patchedBy(live, request);
    this.admit(patched);
    return store(path, patched, live);
  }

  #store(path: string, object: KubeObject, live: KubeObject | undefined): KubeObject {
    const same = live && jsonEqual(content(object), content(live)) && jsonEqual(object['status'], live['status']);
    if (live && same) return live;
    const generation = live?.metadata.generation ?? 1;
    const changed = live !== undefined && !jsonEqual(object['spec'], live['spec']);
    const stored: KubeObject = {
      ...structuredClone(object),
      metadata: {
        ...structuredClone(object.metadata),
        uid: live?.metadata.uid ?? `uid-${++this.#version}`,
        generation: live === undefined ? (object.metadata.generation ?? 1) : changed ? generation + 1 : generation,
        resourceVersion: String(++this.#version),
      },
    };
    this.#objects.set(path, stored);
    this.#note(live === undefined ? 'ADDED' : 'MODIFIED', path, stored);
    return stored;
  }

  #drop(path: string): void {
    const object = this.#objects.get(path);
    if (!object) return;
    this.#objects.delete(path);
    this.#version++;
    this.#note('DELETED', path, object);
  }

  #note(type: 'ADDED' | 'MODIFIED' | 'DELETED', path: string, object: KubeObject): void {
    this.#log.push({ version: this.#version, type, object });
    for (const watcher of this.#watchers) if (within(path, watcher.path)) tell(watcher, type, object);
    this.changed(type, object);
  }

  #pathOf(object: KubeObject): string {
    const plural = this.served[object.apiVersion]?.[object.kind];
    if (plural === undefined) throw new Error(`the fake does not serve ${object.kind} (${object.apiVersion})`);
    const base = groupOf(object.apiVersion) === '' ? `/api/${object.apiVersion}` : `/apis/${object.apiVersion}`;
    const { namespace, name } = object.metadata;
    return CLUSTER_SCOPED.has(object.kind)
      ? `${base}/${plural}/${name}`
      : `${base}/namespaces/${namespace}/${plural}/${name}`;
  }

  #isCollection(path: string): boolean {
    return Object.values(this.served).some((kinds) => Object.values(kinds).includes(path.split('/').at(-1) ?? ''));
  }
}

/** An object a test may change in place. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into objects of every kind
export type Mutable = { metadata: any; spec: any; status: any; [field: string]: any };

export function refTo(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function patchedBy(live: KubeObject, request: ApiRequest): KubeObject {
  try {
    return applyPatch(live, request.body as JsonPatch);
  } catch (error) {
    if (!(error instanceof PatchFailed)) throw error;
    throw failed(422, 'Invalid', request, PATCH_REFUSED);
  }
}

export function failed(status: number, reason: string, request: ApiRequest, message: string): ApiError {
  return new ApiError(status, reason, `${request.method} ${request.path.split('?')[0]}: ${message}`);
}

function lost(request: ApiRequest): Unreachable {
  return new Unreachable(`${request.method} ${request.path.split('?')[0]}: socket hang up`);
}

function tell({ path, query, stream }: Watcher, type: string, object: KubeObject): void {
  if (!fits(object, query) || !path.includes('/')) return;
  stream.write(`${JSON.stringify({ type, object })}\n`);
}

/** Whether an object's path lies in a collection, of one namespace or of all. */
function within(path: string, collection: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent === collection || parent.replace(/\/namespaces\/[^/]+/, '') === collection;
}

function fits(object: KubeObject, query: URLSearchParams): boolean {
  const name = /^metadata\.name=(.*)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  if (name !== undefined && name !== object.metadata.name) return false;
  // Commas within parentheses belong to a set.
  const labels = (query.get('labelSelector') ?? '').split(/,(?![^(]*\))/).filter((part) => part !== '');
  return labels.every((part) => {
    const [, member, set] = /^(\S+) in \((.*)\)$/.exec(part) ?? [];
    if (member !== undefined) return set?.split(',').includes(object.metadata.labels?.[member] ?? '');
    const [key = '', value] = part.split('=');
    const found = object.metadata.labels?.[key];
    return value === undefined ? found !== undefined : found === value;
  });
}

function content({ metadata, status: _, ...rest }: KubeObject): unknown {
  const { resourceVersion: _v, generation: _g, uid: _u, ...meta } = metadata;
  return { ...rest, metadata: meta };
}

/** Server-side apply, roughly: maps are merged, everything else is replaced. */
function overlaid(live: unknown, wanted: unknown): unknown {
  if (!isRecord(live) || !isRecord(wanted)) return wanted;
  const keys = [...new Set([...Object.keys(live), ...Object.keys(wanted)])];
  return Object.fromEntries(
    keys.map((key) => [key, Object.hasOwn(wanted, key) ? overlaid(live[key], wanted[key]) : live[key]]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
