import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { ClusterAccess } from '../node/types.ts';
import { type Child, startChild } from './child.ts';
import type { Gateway, Gateways } from './kong-gateway.ts';
import { serviceAccountToken } from './service-account.ts';
import type { Program, ProgramContext, RunningProgram } from './types.ts';

export interface ControllerOptions {
  /** The real Kong Ingress Controller. */
  readonly binary: string;
  readonly client: ClusterAccess;
  readonly apiUrl: string;
  /** PEM file of the API server's certificate authority. */
  readonly caFile: string;
  readonly gateways: Gateways;
  /** Run folder of the lab. */
  readonly dir: string;
}

/** Ports the chart's probes and metrics Service name. */
const HEALTH_PORT = 10254;
const METRICS_PORT = 10255;
/** Gateways come and go in groups (a roll-out): the controller is restarted once, after they have settled. */
const SETTLE_MS = 150;

/** Quicker than the controller's own 3 s and 5 s; a container that sets them keeps its values. */
const QUICK: Readonly<Record<string, string>> = {
  CONTROLLER_PROXY_SYNC_SECONDS: '1',
  CONTROLLER_INIT_CACHE_SYNC_DURATION: '1s',
  CONTROLLER_ANONYMOUS_REPORTS: 'false',
};
/** Settings that need TLS files, or addresses only a real pod network has. */
const NOT_IN_THE_LAB = /^CONTROLLER_(KONG_ADMIN_(SVC|TLS_.*|CA_.*|INIT_.*)|ADMISSION_WEBHOOK_.*|KUBECONFIG)$/;

/**
 * The program of `kong/kubernetes-ingress-controller:3.5*`: the real controller, as the pod's own ServiceAccount, so
 * that the chart's RBAC is what decides. In place of discovering gateways by their addresses it is given the local
 * Admin API of each running gateway of its namespace, and is restarted when they change.
 */
export function controllerProgram(options: ControllerOptions): Program {
  return { start: (context) => new Controller(options, context).start() };
}

class Controller {
  readonly #options: ControllerOptions;
  readonly #context: ProgramContext;
  readonly #home: string;
  #env: Record<string, string> = {};
  #child: Child | undefined;
  #urls = '';
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ControllerOptions, context: ProgramContext) {
    this.#options = options;
    this.#context = context;
    this.#home = path.join(options.dir, 'pods', context.pod.uid);
  }

  async start(): Promise<RunningProgram> {
    const [health, metrics] = await freePorts(2);
    if (health === undefined || metrics === undefined) throw new Error('no free ports for the controller');
    const kubeconfig = await this.#kubeconfig();
    this.#env = controllerEnvironment(this.#context.env, { kubeconfig, health, metrics });
    const unwatch = this.#options.gateways.onChange(() => this.#settle());
    this.#settle();
    return {
      ports: { [HEALTH_PORT]: health, [METRICS_PORT]: metrics },
      stop: async (graceMs) => {
        this.#stopped = true;
        unwatch();
        clearTimeout(this.#timer);
        await this.#work;
        await this.#child?.stop(graceMs);
        fs.rmSync(this.#home, { recursive: true, force: true });
      },
    };
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#work = this.#work.then(() => this.#adapt());
    }, SETTLE_MS);
  }

  async #adapt(): Promise<void> {
    const urls = adminUrls(this.#options.gateways.list(), this.#context.pod);
    if (this.#stopped) return;
    if (urls === '') {
      // The real controller waits for a first gateway too, and keeps going when the last one leaves.
      if (this.#child === undefined) this.#context.log('waiting for a running gateway pod in this namespace');
      return;
    }
    if (urls === this.#urls) return;
    this.#urls = urls;
    const before = this.#child;
    this.#child = undefined;
    if (before !== undefined) this.#context.log(`gateways changed: starting again with ${urls}`);
    await before?.stop(2000);
    if (!this.#stopped) this.#child = this.#spawn(urls);
  }

  #spawn(urls: string): Child {
    const { pod, log, exited } = this.#context;
    const child = startChild({
      command: this.#options.binary,
      args: [],
      env: { ...this.#env, CONTROLLER_KONG_ADMIN_URL: urls },
      logDir: path.join(this.#options.dir, 'logs'),
      logName: `kong-controller-${pod.name}`,
      onLine: log,
      onExit: (code) => {
        if (this.#child !== child || this.#stopped) return;
        this.#child = undefined;
        this.#stopped = true;
        exited(code);
      },
    });
    return child;
  }

  /** A kubeconfig with a token of the pod's ServiceAccount, as the projected volume of a real pod holds one. */
  async #kubeconfig(): Promise<string> {
    const { namespace } = this.#context.pod;
    const token = await serviceAccountToken(this.#options.client, this.#context.pod);
    const file = path.join(this.#home, 'kubeconfig');
    fs.mkdirSync(this.#home, { recursive: true, mode: 0o700 });
    const cluster = { server: this.#options.apiUrl, 'certificate-authority': this.#options.caFile };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'lab', cluster }],
      users: [{ name: 'pod', user: { token } }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'pod', namespace } }],
      'current-context': 'lab',
    };
    fs.writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }
}

/** The controller's environment in the lab: what its container sets, without what only a real cluster can offer. */
export function controllerEnvironment(
  env: Readonly<Record<string, string>>,
  lab: { readonly kubeconfig: string; readonly health: number; readonly metrics: number },
): Record<string, string> {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_IN_THE_LAB.test(name)));
  return {
    ...QUICK,
    ...kept,
    CONTROLLER_KUBECONFIG: lab.kubeconfig,
    CONTROLLER_HEALTH_PROBE_BIND_ADDRESS: `127.0.0.1:${lab.health}`,
    CONTROLLER_METRICS_BIND_ADDRESS: `127.0.0.1:${lab.metrics}`,
  };
}

/** Admin URLs for a controller: a gateway of its own pod when there is one (chart kong/kong), else those of its namespace. */
export function adminUrls(
  gateways: readonly Gateway[],
  pod: { readonly uid: string; readonly namespace: string },
): string {
  const own = gateways.filter(({ podUid }) => podUid === pod.uid);
  const near = gateways.filter(
    ({ namespace, labels }) => namespace === pod.namespace && labels['app.kubernetes.io/name'] === 'gateway',
  );
  const urls = (own.length > 0 ? own : near).map(({ adminPort }) => `http://127.0.0.1:${adminPort}`);
  return urls.sort().join(',');
}

/** Ports nobody listens on right now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer());
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
