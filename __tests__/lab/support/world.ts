/** A lab with Kong in it, and places in it: one namespace, one service, one public path for each test. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import type { ActionResult, RunningAction } from '../../../lab/action/run.ts';
import { runAction, startAction } from '../../../lab/action/run.ts';
import { ask } from '../../../lab/demo/visitor.ts';
import type { Lab } from '../../../lab/index.ts';
import { startLab } from '../../../lab/index.ts';

export const IMAGE = 'mesh-canary.dev/lab/dj-app:v1';

export class World {
  readonly lab: Lab;
  readonly gateway: string;
  /** Holds everything the tests of this world write; removed with it. */
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-world-'));
  #places = 0;

  private constructor(lab: Lab, gateway: string) {
    this.lab = lab;
    this.gateway = gateway;
  }

  /** A lab in which the action itself has set up Kong. */
  static async start(): Promise<World> {
    const lab = await startLab();
    try {
      const world = new World(lab, lab.gatewayUrl);
      const result = await world.run({ command: 'setup' });
      if (result.code !== 0) throw new Error(`setup failed:\n${result.log}`);
      return world;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    fs.rmSync(this.folder, { recursive: true, force: true });
    await this.lab.stop();
  }

  /** So many gateway pods, all of them configured and behind the load balancer; gives their names. */
  async gateways(count: number): Promise<readonly string[]> {
    const kong = ['-n', 'kong', '-l', 'app.kubernetes.io/component=app,app=kong-gateway'];
    await this.lab.kubectl(['scale', 'deployment', 'kong-gateway', '-n', 'kong', `--replicas=${count}`]);
    await this.lab.kubectl(['rollout', 'status', 'deployment/kong-gateway', '-n', 'kong', '--timeout=60s']);
    const names = await this.lab.kubectl(['get', 'pods', ...kong, '-o', 'name']);
    return names
      .trim()
      .split(/\s+/)
      .map((name) => name.replace(/^pod\//, ''));
  }

  inputs(given: Record<string, string>): Record<string, string> {
    return {
      'kong-chart-repository': this.lab.chartRepository,
      'gateway-url': this.gateway,
      'ready-timeout': '20s',
      ...given,
    };
  }

  start(given: Record<string, string>, workspace?: string): RunningAction {
    const { lab } = this;
    return startAction({
      node: lab.node24,
      binDir: lab.binDir,
      kubeconfig: lab.kubeconfig,
      folder: this.folder,
      inputs: this.inputs(given),
      ...(workspace ? { workspace } : {}),
    });
  }

  run(given: Record<string, string>, workspace?: string): Promise<ActionResult> {
    return this.start(given, workspace).finished;
  }

  async place(options: PlaceOptions = {}): Promise<Place> {
    const name = `p${++this.#places}-${Math.random().toString(36).slice(2, 6)}`;
    await this.lab.kubectl(['create', 'namespace', name]);
    return new Place(this, name, options);
  }
}

export interface PlaceOptions {
  readonly services?: readonly string[];
}

export interface VersionOptions {
  readonly replicas?: number;
  readonly env?: Record<string, string>;
  readonly image?: string;
  readonly annotations?: Record<string, string>;
}

export interface LiveRoute {
  metadata: { generation: number; resourceVersion: string; annotations?: Record<string, string> };
  spec: { rules: { backendRefs: { name: string; weight?: number }[] }[] };
}

export class Place {
  readonly world: World;
  readonly namespace: string;
  readonly services: readonly string[];
  readonly workspace: string;

  constructor(world: World, namespace: string, options: PlaceOptions) {
    this.world = world;
    this.namespace = namespace;
    this.services = options.services ?? ['jazz'];
    this.workspace = fs.mkdtempSync(path.join(world.folder, 'ws-'));
  }

  path(service = 'jazz'): string {
    return `/${this.namespace}/${service}`;
  }

  url(service = 'jazz'): string {
    return this.world.gateway + this.path(service);
  }

  /** Writes a manifest file of the workspace; gives its name. */
  write(name: string, ...objects: object[]): string {
    fs.writeFileSync(path.join(this.workspace, name), objects.map((object) => stringify(object)).join('---\n'));
    return name;
  }

  /** Deployment and Service of one version; its answers name it. */
  version(version: string, options: VersionOptions = {}, service = 'jazz'): object[] {
    const name = `${service}-${version}`;
    const labels = { app: service, version };
    const env = { HW_RESPONSE: JSON.stringify([`${service} ${version}`]), ...options.env };
    return [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: this.namespace, labels },
        spec: {
          replicas: options.replicas ?? 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: service,
                  image: options.image ?? IMAGE,
                  ports: [{ name: 'http', containerPort: 9080 }],
                  env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
                  readinessProbe: { httpGet: { path: '/ping', port: 9080 }, periodSeconds: 1 },
                },
              ],
            },
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name,
          namespace: this.namespace,
          labels,
          ...(options.annotations ? { annotations: options.annotations } : {}),
        },
        spec: { selector: labels, ports: [{ name: 'http', port: 9080, targetPort: 9080 }] },
      },
    ];
  }

  /** An HTTPRoute on Kong's Gateway; one rule for each path. */
  route(
    backend: string,
    options: { service?: string; paths?: string[]; annotations?: Record<string, string>; parent?: object } = {},
  ): object {
    const service = options.service ?? 'jazz';
    return {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: {
        name: service,
        namespace: this.namespace,
        annotations: { 'konghq.com/strip-path': 'true', ...options.annotations },
      },
      spec: {
        parentRefs: [
          { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'kong', namespace: 'kong', ...options.parent },
        ],
        rules: (options.paths ?? [this.path(service)]).map((value) => ({
          matches: [{ path: { type: 'PathPrefix', value } }],
          backendRefs: [{ kind: 'Service', name: backend, port: 9080 }],
        })),
      },
    };
  }

  async apply(...objects: object[]): Promise<void> {
    await this.world.lab.kubectl(['apply', '-f', '-'], objects.map((object) => stringify(object)).join('---\n'));
  }

  /** v1 of every service, live and answering through Kong, without the action. */
  async serving(options: VersionOptions = {}): Promise<this> {
    for (const service of this.services) {
      await this.apply(...this.version('v1', options, service), this.route(`${service}-v1`, { service }));
    }
    for (const service of this.services)
      await this.until(async () => (await ask(this.url(service), undefined)).status === 200);
    return this;
  }

  inputs(given: Record<string, string>): Record<string, string> {
    const { command = 'deploy' } = given;
    const where = { namespace: this.namespace, ...(command === 'setup' ? {} : { services: this.services.join(',') }) };
    if (!['deploy', 'plan', 'promote'].includes(command)) return { ...where, ...given };
    return {
      ...where,
      'min-step': '1s',
      'probe-rate': '40',
      // Short, and deaf to a busy machine: what these are for has tests of its own.
      'warm-up': '0s',
      'pre-flight': '40',
      latency: 'ignore',
      ...given,
    };
  }

  start(given: Record<string, string>): RunningAction {
    return this.world.start(this.inputs(given), this.workspace);
  }

  deploy(given: Record<string, string>): Promise<ActionResult> {
    return this.start(given).finished;
  }

  async liveRoute(service = 'jazz'): Promise<LiveRoute> {
    return JSON.parse(await this.world.lab.kubectl(['get', 'httproute', service, '-n', this.namespace, '-o', 'json']));
  }

  /** Weights by backend, one map for each rule. */
  async weights(service = 'jazz'): Promise<Record<string, number>[]> {
    const route = await this.liveRoute(service);
    return route.spec.rules.map((rule) =>
      Object.fromEntries(rule.backendRefs.map(({ name, weight }) => [name, weight ?? 1])),
    );
  }

  /** Bodies and how often each came in `count` requests, a few at a time. Anything but 200 is counted as its status. */
  async count(count: number, service = 'jazz', suffix = ''): Promise<Record<string, number>> {
    const seen: Record<string, number> = {};
    let left = count;
    const worker = async () => {
      while (left-- > 0) {
        const { status, body } = await ask(this.url(service) + suffix, undefined);
        const what = status === 200 ? body : String(status);
        seen[what] = (seen[what] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    return seen;
  }

  async exists(kind: string, name: string): Promise<boolean> {
    return (
      (
        await this.world.lab.kubectl(['get', kind, name, '-n', this.namespace, '--ignore-not-found', '-o', 'name'])
      ).trim() !== ''
    );
  }

  /** Waits for a condition, at most half a minute. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      if (await condition().catch(() => false)) return;
      if (Date.now() > deadline) throw new Error(`the condition did not come true: ${condition}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Names of things a run makes for itself and must not leave. */
export async function leftovers(place: Place): Promise<string[]> {
  const kinds = 'leases.coordination.k8s.io,kongconsumers,secrets,kongplugins,httproutes';
  const names = await place.world.lab.kubectl(['get', kinds, '-n', place.namespace, '-o', 'name']);
  return names.split('\n').filter((name) => /mesh-canary/.test(name));
}

export type { ActionResult };
export { ask, runAction };
