/** Kong and its controller in memory: routes are taken a moment after they were written, and requests go by what was taken. */
import type { HttpAnswer, HttpRequest } from '../../src/http/client.ts';
import type { KubeObject } from '../../src/kube/objects.ts';
import { annotation, list, strings, text } from '../../src/kube/objects.ts';
import type { FakeApi } from './fake-api.ts';
import type { FakeClock } from './fake-clock.ts';

const CONTROLLER = 'konghq.com/kic-gateway-controller';
const LANE_HEADER = 'x-mesh-canary-lane';
/** Milliseconds until the controller has taken a change. */
const TAKES = 200;

/** How one version of the application behaves; a test may change it while the release runs. */
export interface Behaviour {
  /** Share of its answers that fail, 0 to 1. */
  fails: number;
  /** What its answers say of their version; undefined: nothing. */
  sign: string | undefined;
  /** Milliseconds of an answer, about. */
  milliseconds: number;
}

export interface KongOptions {
  readonly api: FakeApi;
  readonly clock: FakeClock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Of a backend, by its name. */
  readonly behaviour: (backend: string) => Behaviour;
  readonly note: (line: string) => void;
}

/** The gateway: it knows the HTTPRoutes as its controller took them last. */
export class FakeKong {
  readonly #options: KongOptions;
  readonly #taken = new Map<string, KubeObject>();
  /** Share of the canary whatever the route says, while it has any weight: a gateway that lies. */
  lie: number | undefined;
  /** Whether the controller takes what is written. */
  takes = true;
  /** Whether plugins that are bound to a route do what they say. */
  enforces = true;
  /** Nothing answers. */
  down = false;
  requests = 0;

  constructor(options: KongOptions) {
    this.#options = options;
  }

  /** Takes what is there already. */
  start(): void {
    for (const route of this.#options.api.all('HTTPRoute')) this.#taken.set(route.metadata.name, route);
  }

  /** The controller sees a change. */
  async see(type: string, { kind, metadata }: KubeObject): Promise<void> {
    const { clock } = this.#options;
    if (kind !== 'HTTPRoute' && kind !== 'Gateway') return;
    await clock.sleep(TAKES);
    if (kind === 'Gateway') this.#serve(metadata);
    else this.#take(type, metadata);
  }

  #serve({ name, namespace }: KubeObject['metadata']): void {
    const { api } = this.#options;
    const gateway = api.find('Gateway', name, namespace);
    if (gateway === undefined || gateway['status'] !== undefined) return;
    api.edit(
      'Gateway',
      name,
      (object) => {
        object.status = {
          addresses: [{ value: '10.0.0.1' }],
          conditions: [{ type: 'Programmed', status: 'True', observedGeneration: object.metadata.generation }],
        };
      },
      namespace,
    );
  }

  #take(type: string, { name, namespace }: KubeObject['metadata']): void {
    const { api, note } = this.#options;
    const kind = 'HTTPRoute';
    const live = api.find(kind, name, namespace);
    if (type === 'DELETED' && live === undefined) this.#taken.delete(name);
    if (live === undefined || !this.takes) return;
    const { uid, generation } = live.metadata;
    const before = this.#taken.get(name)?.metadata;
    if (before?.uid === uid && before?.generation === generation) return;
    this.#taken.set(name, live);
    note(`kong took ${name}`);
    const conditions = ['Accepted', 'Programmed', 'ResolvedRefs'].map((condition) => ({
      type: condition,
      status: 'True',
      observedGeneration: generation,
    }));
    const parentRef = { name: 'kong', namespace: 'kong' };
    api.edit(
      kind,
      name,
      (object) => {
        object.status = { parents: [{ controllerName: CONTROLLER, parentRef, conditions }] };
      },
      namespace,
    );
  }

  /** What a request from outside is answered. */
  answer({ url, headers }: Pick<HttpRequest, 'url' | 'headers'>): HttpAnswer {
    this.requests++;
    if (this.down) return answered(0, '', {}, 0, 'ECONNREFUSED: connection refused');
    const token = headers[LANE_HEADER];
    const route = this.#routeOf(new URL(url).pathname, token);
    if (route === undefined) return own(404, 'no Route matched with those values');
    if (!this.#mayPass(route, headers))
      return own(401, headers['apikey'] ? 'Unauthorized' : 'No API key found in request');
    const backend = this.#draw(route);
    const { fails, sign, milliseconds } = this.#options.behaviour(backend);
    const failed = this.#options.random() < fails;
    const took = milliseconds * (0.8 + 0.4 * this.#options.random());
    const mark = isLane(route) && token !== undefined ? { [LANE_HEADER]: token } : {};
    return answered(
      failed ? 500 : 200,
      failed ? 'internal error' : JSON.stringify({ song: 'Giant Steps', version: sign }),
      { 'x-kong-upstream-latency': '1', ...(sign === undefined ? {} : { 'x-app-version': sign }), ...mark },
      took,
    );
  }

  #routeOf(path: string, token: string | undefined): KubeObject | undefined {
    const fitting = [...this.#taken.values()].filter((route) => pathOf(route) !== '' && path.startsWith(pathOf(route)));
    const lane = fitting.find((route) => isLane(route) && token !== undefined && tokenOf(route) === token);
    return lane ?? fitting.find((route) => !isLane(route));
  }

  /** key-auth, where it is bound: by the keys in Secrets of the namespace. */
  #mayPass(route: KubeObject, headers: HttpRequest['headers']): boolean {
    const { api } = this.#options;
    const live = api.find('HTTPRoute', route.metadata.name) ?? route;
    const names = (annotation(live, 'konghq.com/plugins') ?? '').split(',').map((name) => name.trim());
    if (!this.enforces || !names.some((name) => text(api.find('KongPlugin', name), 'plugin') === 'key-auth'))
      return true;
    return api.all('Secret').some((secret) => strings(secret, 'stringData')['key'] === headers['apikey']);
  }

  #draw(route: KubeObject): string {
    const refs = list(list(route, 'spec', 'rules')[0], 'backendRefs').map((entry) => ({
      name: text(entry, 'name'),
      weight: Number((entry as { weight?: number }).weight ?? 1),
    }));
    const sum = refs.reduce((total, { weight }) => total + weight, 0);
    const canary = refs[1];
    if (this.lie !== undefined && canary !== undefined && canary.weight > 0)
      return this.#options.random() < this.lie ? canary.name : (refs[0]?.name ?? '');
    let left = this.#options.random() * sum;
    for (const { name, weight } of refs) {
      left -= weight;
      if (left < 0) return name;
    }
    return refs.at(-1)?.name ?? '';
  }
}

function isLane({ metadata }: KubeObject): boolean {
  return metadata.name.includes('-mesh-canary-lane-');
}

function firstMatch(route: KubeObject): unknown {
  return list(list(route, 'spec', 'rules')[0], 'matches')[0];
}

function pathOf(route: KubeObject): string {
  return text(firstMatch(route), 'path', 'value');
}

function tokenOf(route: KubeObject): string {
  const header = list(firstMatch(route), 'headers').find((entry) => text(entry, 'name') === LANE_HEADER);
  return text(header, 'value');
}

/** An answer of Kong's own. */
function own(status: number, message: string): HttpAnswer {
  return { status, headers: { server: 'kong/3.9.1' }, body: JSON.stringify({ message }), milliseconds: 1 };
}

function answered(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
  milliseconds: number,
  error?: string,
): HttpAnswer {
  const via = status === 0 ? {} : { via: '1.1 kong/3.9.1' };
  return { status, headers: { ...via, ...headers }, body, milliseconds, ...(error === undefined ? {} : { error }) };
}
