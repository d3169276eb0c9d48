/** The world a release in memory runs in, and one run in it: jazz (and metal) behind Kong in namespace prod. */

import { Cluster } from '../../src/cluster/cluster.ts';
import { check } from '../../src/commands/check.ts';
import { deploy } from '../../src/commands/deploy.ts';
import { plan } from '../../src/commands/plan.ts';
import { promote } from '../../src/commands/promote.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { setup } from '../../src/commands/setup.ts';
import { status } from '../../src/commands/status.ts';
import { Cancelled, StoppedError } from '../../src/errors.ts';
import type { KubeObject } from '../../src/kube/objects.ts';
import { leaseFor, leaseName } from '../../src/lock/lease.ts';
import type { Outcome } from '../../src/report/index.ts';
import { createLog } from '../../src/report/log.ts';
import { Notes } from '../../src/report/notes.ts';
import type { RunContext } from '../../src/run/context.ts';
import { earlyEnd } from '../../src/session.ts';
import type { Settings } from '../../src/settings/types.ts';
import { FakeApi } from './fake-api.ts';
import { FakeClock } from './fake-clock.ts';
import { settings as settingsOf, weightsOf } from './fixtures.ts';
import { type Behaviour, FakeKong } from './kong.ts';
import { FakeNodes } from './nodes.ts';
import { platform, stableOf } from './platform.ts';
import { Process } from './process.ts';

const commands = { deploy, promote, rollback, status, check, plan, setup };
export type Command = keyof typeof commands;

/** What happens when a group of the log begins, by its name. */
export type Stage = Readonly<Record<string, (world: World) => void>>;

export interface WorldOptions {
  readonly services?: readonly string[];
  /** Behaviours that differ from those of a good version. */
  readonly v1?: Partial<Behaviour>;
  readonly v2?: Partial<Behaviour>;
  readonly seed?: number;
  /** What is there beside the platform; default: version v1 of every service. */
  readonly begins?: readonly KubeObject[];
  /** How a backend behaves, by what its Deployment runs; undefined: by its name. */
  readonly runs?: (api: FakeApi, backend: string) => Behaviour | undefined;
}

/** Everything one run did. */
export interface Ran {
  readonly command: Command;
  /** Absent when the run was killed. */
  readonly outcome?: Outcome;
  /** What it said, warnings among it. */
  readonly lines: readonly string[];
  /** Groups of the log, in order. */
  readonly groups: readonly string[];
  /** Groups, writes of the run, and what the controllers made of them, in order. */
  readonly timeline: readonly string[];
  /** The writes alone. */
  readonly writes: readonly string[];
  /** Milliseconds it took by the clock of the world. */
  readonly took: number;
}

export class World {
  readonly api = new FakeApi();
  readonly clock = new FakeClock({ auto: true });
  readonly kong: FakeKong;
  readonly nodes: FakeNodes;
  readonly services: readonly string[];
  /** By version, or by backend where one of several services differs. */
  readonly versions: Record<string, Behaviour>;
  readonly #random: () => number;
  #process = new Process();
  #runs = 0;
  #tokens = 0;

  constructor({ services = ['jazz'], v1, v2, seed = 1, begins, runs }: WorldOptions = {}) {
    const good = { fails: 0, milliseconds: 4 };
    this.services = services;
    this.versions = { v1: { ...good, sign: 'v1', ...v1 }, v2: { ...good, sign: 'v2', ...v2 } };
    this.#random = chance(seed);
    const { api, clock } = this;
    const note = (line: string) => this.#process.timeline.push(line);
    const behaviour = (backend: string) =>
      runs?.(api, backend) ??
      this.versions[backend] ??
      this.versions[backend.split('-').at(-1) ?? ''] ?? { ...good, sign: 'v0' };
    this.kong = new FakeKong({ api, clock, random: this.#random, behaviour, note });
    this.nodes = new FakeNodes({ api, clock, note });
    Object.assign(api.served, {
      'networking.k8s.io/v1': { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' },
      'batch/v1': { Job: 'jobs' },
      'policy/v1': { PodDisruptionBudget: 'poddisruptionbudgets' },
    });
    Object.assign(api.served['v1'] ?? {}, { ConfigMap: 'configmaps', ServiceAccount: 'serviceaccounts' });
    for (const object of [...platform(), ...(begins ?? services.flatMap(stableOf))]) api.put(object);
    this.kong.start();
    api.changed = (type, object) => {
      void this.kong.see(type, object);
      void this.nodes.see(type, object);
    };
  }

  /** SIGINT, now. */
  cancel(): void {
    this.#process.cancel.abort(new Cancelled('the run was cancelled (SIGINT)', 'run it again to go on'));
  }

  /** The total time is nearly over, now. */
  timeOver(): void {
    this.#process.cancel.abort(new StoppedError('the total time of 600 s is nearly over', 'raise the input timeout'));
  }

  /** SIGKILL, now. */
  kill(): void {
    this.#process.kill();
  }

  /** SIGSTOP, now. @returns SIGCONT */
  stop(): () => void {
    return this.#process.stop();
  }

  /** Calls back once some time has passed. */
  after(milliseconds: number, then: (world: World) => void): void {
    void this.clock.sleep(milliseconds).then(() => then(this));
  }

  /** From now on so many of a backend's answers fail. */
  fail(backend: string, share = 0.5): void {
    const before = this.versions[backend.split('-').at(-1) ?? ''];
    if (before !== undefined) this.versions[backend] = { ...before, fails: share };
  }

  /** Another run holds the lock of a route, and renews it. @returns it dies */
  holdLock(name: string): () => void {
    const { api, clock } = this;
    const holder = { namespace: 'prod', run: 'local-9-other' };
    const lease = leaseFor(leaseName(name), holder, clock);
    api.put(lease);
    return clock.every(2_000, () => {
      api.edit('Lease', lease.metadata.name, ({ spec }) => {
        spec.renewTime = new Date(clock.now()).toISOString();
      });
    });
  }

  /** The key of a real caller: `real`. */
  addKey(): void {
    const labels = { 'konghq.com/credential': 'key-auth' };
    const metadata = { name: 'consumer1-key', namespace: 'prod', labels };
    this.api.put({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { key: 'real' } });
  }

  /** key-auth on the route of a service, as set up before this release. */
  bindKeyAuth(service = 'jazz'): void {
    this.addKey();
    const kongPlugin = { apiVersion: 'configuration.konghq.com/v1', kind: 'KongPlugin' };
    this.api.put({ ...kongPlugin, metadata: { name: 'key-auth', namespace: 'prod' }, plugin: 'key-auth' });
    this.api.edit('HTTPRoute', service, ({ metadata }) => {
      metadata.annotations['konghq.com/plugins'] = 'key-auth';
    });
  }

  /** Percent of the route that go to a service's version. */
  weight(service = 'jazz', label = 'v2'): number {
    return (weightsOf(this.api.get('HTTPRoute', service))[`${service}-${label}`] ?? 0) / 100;
  }

  /** Somebody else sets the weight of jazz-v2, in percent. */
  setWeight(share: number, service = 'jazz'): void {
    this.api.edit('HTTPRoute', service, ({ spec }) => {
      for (const ref of spec.rules[0].backendRefs)
        ref.weight = 100 * (ref.name === `${service}-v2` ? share : 100 - share);
    });
  }

  async run(command: Command, overrides: Partial<Settings>, at: Stage): Promise<Ran> {
    const running = new Process();
    this.#process = running;
    const lines: string[] = [];
    const groups: string[] = [];
    const started = this.clock.monotonic();
    const log = createLog({
      write: (text) => lines.push(text),
      annotate: (level, message) => lines.push(`${level}: ${message}`),
      startGroup: (name) => {
        groups.push(name);
        running.timeline.push(`== ${name}`);
        at[name]?.(this);
      },
      endGroup: () => undefined,
      mask: () => undefined,
    });
    const clock = running.clock(this.clock);
    const settings = settingsOf({
      command,
      services: this.services,
      image: Object.fromEntries(this.services.map((service) => [service, `hello:${service}-v2`])),
      canaryWeight: [25, 100],
      minStep: 12_000,
      preFlight: 100,
      latency: 'ignore',
      ...overrides,
    });
    const context: RunContext = {
      settings,
      log,
      env: {},
      ports: { clock, random: this.#random, token: (bytes) => `${++this.#tokens}`.padStart(2 * bytes, '0') },
      openHttp: running.http(this.kong),
      signal: running.cancel.signal,
      actionRoot: process.cwd(),
      run: { id: `local-${++this.#runs}-abc` },
      notes: new Notes(log, () => clock.now()),
    };
    const cluster = new Cluster(running.transport(this.api), clock, running.cancel.signal);
    const outcome = await Promise.race([
      commands[command](context, cluster).catch((error: unknown) => earlyEnd(error, settings, context.notes)),
      running.killed,
    ]);
    const { timeline } = running;
    const writes = timeline.filter((line) => /^(PATCH|POST|PUT|DELETE|dry run) /.test(line));
    const ran = { command, lines, groups, timeline, writes, took: this.clock.monotonic() - started };
    return outcome === undefined ? ran : { ...ran, outcome };
  }
}

/** Numerical Recipes' linear congruential generator: the same chance in every run of a test. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
