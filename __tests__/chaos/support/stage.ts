/** A release of three services on a stage of its own: its API server can be disturbed, and its users are watched. */
import type { ActionResult, RunningAction } from '../../../lab/action/run.ts';
import { startAction } from '../../../lab/action/run.ts';
import type { ApiWrite } from '../../../lab/chaos/proxy.ts';
import { ChaosProxy, describeWrite } from '../../../lab/chaos/proxy.ts';
import { Users } from '../../../lab/chaos/users.ts';
import { applySecrets, keysOf } from '../../../lab/demo/secrets.ts';
import { ask, type Place, type World } from '../../lab/support/world.ts';

const image = (version: string) => `mesh-canary.dev/lab/dj-app:${version}`;

export interface StageOptions {
  readonly services?: readonly string[];
  /** Milliseconds between two requests of a user to one service. */
  readonly every?: number;
}

export interface Disturbed {
  readonly proxy: ChaosProxy;
  readonly running: RunningAction;
}

export class Stage {
  readonly place: Place;
  readonly users: Users;
  readonly #proxies: ChaosProxy[] = [];

  private constructor(place: Place, every: number) {
    this.place = place;
    this.users = new Users(
      Object.fromEntries(place.services.map((service) => [service, place.url(service)])),
      { apikey: keysOf(place.namespace).caller },
      every,
    );
  }

  /** v1 of every service serves, and users are there. */
  static async open(world: World, options: StageOptions = {}): Promise<Stage> {
    const place = await world.place({ services: options.services ?? ['dj', 'jazz', 'metal'] });
    await applySecrets(world.lab, place.namespace);
    for (const service of place.services) {
      await place.apply(...versioned(place.version('v1', {}, service)), place.route(`${service}-v1`, { service }));
    }
    for (const service of place.services) {
      await place.until(async () => (await ask(place.url(service), undefined)).status === 200);
    }
    return new Stage(place, options.every ?? 100);
  }

  async close(): Promise<void> {
    await this.users.stop();
    for (const proxy of this.#proxies) await proxy.close();
    await this.place.world.lab.kubectl(['delete', 'namespace', this.place.namespace, '--wait=false']);
  }

  /** A release whose first service comes with manifests and whose others are cloned, with a plugin to prove. */
  inputs(version: string, given: Record<string, string> = {}): Record<string, string> {
    const { place } = this;
    const [first = 'jazz', ...others] = place.services;
    return {
      version,
      manifests: place.write(`${version}.yaml`, ...versioned(place.version(version, { image: image(version) }, first))),
      ...(others.length > 0 ? { image: others.map((service) => `${service}=${image(version)}`).join('\n') } : {}),
      identify: 'header:x-app-version',
      plugins: 'key-auth',
      'probe-headers': `apikey: ${keysOf(place.namespace).probe}`,
      'canary-weight': '50,100',
      'min-step': '1s',
      // Fast, not sharp: what is tried here is not the verdict.
      'pre-flight': '20',
      'warm-up': '0s',
      'probe-rate': '40',
      latency: 'ignore',
      'max-error-increase': '30',
      'false-alarm': '20',
      'on-conflict': 'wait',
      ...given,
    };
  }

  /** Starts a run behind a proxy of its own. */
  async start(
    inputs: Record<string, string>,
    hooks?: (proxy: ChaosProxy, run: () => RunningAction) => void,
    as: 'action' | 'terminal' = 'action',
  ): Promise<Disturbed> {
    const { world, workspace } = this.place;
    const proxy = await ChaosProxy.open(world.lab, world.folder);
    this.#proxies.push(proxy);
    let running: RunningAction | undefined;
    hooks?.(proxy, () => {
      if (!running) throw new Error('the run has not been started yet');
      return running;
    });
    running = startAction({
      node: world.lab.node24,
      binDir: world.lab.binDir,
      kubeconfig: proxy.kubeconfig,
      folder: world.folder,
      workspace,
      as: as === 'action' ? 'action' : 'cli',
      group: as === 'terminal',
      inputs: this.#completed(inputs),
    });
    return { proxy, running };
  }

  /** With where it is; the pace only where a release is made. */
  #completed(inputs: Record<string, string>): Record<string, string> {
    const looks = ['rollback', 'status'].includes(inputs['command'] ?? '');
    const given = this.place.world.inputs({ ...this.place.inputs({}), ...inputs });
    const releaseOnly = ['min-step', 'warm-up', 'latency', 'pre-flight'];
    return Object.fromEntries(Object.entries(given).filter(([name]) => !looks || !releaseOnly.includes(name)));
  }

  async run(inputs: Record<string, string>): Promise<ActionResult & { readonly writes: readonly ApiWrite[] }> {
    const { proxy, running } = await this.start(inputs);
    return { ...(await running.finished), writes: proxy.writes };
  }

  /** The version that has all the weight, by service; a split is written out. */
  async serving(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const service of this.place.services) {
      const shares = (await this.place.weights(service)).map((rule) =>
        Object.entries(rule)
          .filter(([, weight]) => weight > 0)
          .map(([name, weight], _, all) => (all.length === 1 ? name : `${name}:${weight}`))
          .join(' '),
      );
      found[service] = [...new Set(shares)].join(' | ').replaceAll(`${service}-`, '');
    }
    return found;
  }

  all(version: string): Record<string, string> {
    return Object.fromEntries(this.place.services.map((service) => [service, version]));
  }

  /**
   * What runs made for themselves and left: Leases, lanes, probe consumers, plugins, Secrets; and Deployments and
   * Services of cloned versions that do not serve.
   */
  async leftovers(keep: readonly string[] = []): Promise<string[]> {
    const { lab } = this.place.world;
    const kinds = 'leases.coordination.k8s.io,kongconsumers,secrets,kongplugins,httproutes,deployments,services,hpa';
    const names = await lab.kubectl(['get', kinds, '-n', this.place.namespace, '-o', 'name']);
    const [first = ''] = this.place.services;
    const expected = new Set(
      ['v1', ...keep].flatMap((version) =>
        this.place.services.flatMap((service) => [
          `deployment.apps/${service}-${version}`,
          `service/${service}-${version}`,
        ]),
      ),
    );
    return (
      names
        .split('\n')
        .filter((name) => name !== '' && !expected.has(name))
        .filter((name) => !/\/(consumer1|mesh-canary-probe|rate-limiting|key-auth$)/.test(name))
        .filter((name) => !this.place.services.includes(name.replace('httproute.gateway.networking.k8s.io/', '')))
        // What manifests bring is the user's: a dead run leaves it, at weight 0.
        .filter((name) => !new RegExp(`^(deployment\\.apps|service)/${first}-`).test(name))
    );
  }
}

/** The app names its version by its pod's label, so that a clone tells itself from what it was cloned from. */
function versioned(objects: object[]): object[] {
  const env = [
    { name: 'APP_VERSION', valueFrom: { fieldRef: { fieldPath: "metadata.labels['version']" } } },
    { name: 'HW_RESPONSE', value: '["song"]' },
  ];
  return objects.map((object) => {
    const { kind, spec } = object as { kind: string; spec: { template: { spec: { containers: object[] } } } };
    if (kind !== 'Deployment') return object;
    const containers = spec.template.spec.containers.map((container) => ({ ...container, env }));
    const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
    return { ...object, spec: { ...spec, template } };
  });
}

export const moments = ['before', 'answered', 'after'] as const;
export type Moment = (typeof moments)[number];

/**
 * Kills the run at its n-th write: before it is passed on, after the API server took it and before the run hears of it,
 * or right after it was told. The write that was the last is in `killedAt`.
 */
export function killAt(n: number, moment: Moment, report: (write: ApiWrite) => void) {
  return (proxy: ChaosProxy, run: () => RunningAction): void => {
    const kill = (write: ApiWrite): 'pass' | 'drop' => {
      if (write.index !== n) return 'pass';
      run().kill('SIGKILL');
      report(write);
      return 'drop';
    };
    if (moment === 'before') proxy.hooks.before = kill;
    if (moment === 'answered') proxy.hooks.answered = kill;
    if (moment === 'after') proxy.hooks.after = (write) => void kill(write);
  };
}

/** Said on stderr, past jest, so that a long suite shows where it is. */
export function progress(line: string): void {
  process.stderr.write(`chaos: ${line}\n`);
}

export { describeWrite };
