/** A running lab, as tests, the demo and benchmarks use it. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiAnswer, LabClient } from './client.ts';
import { type CrdSet, crdFiles, installCrds } from './control-plane/crds.ts';
import type { KongConfiguration } from './images/kong-gateway.ts';
import type { KongFault } from './kong/faults.ts';
import type { Behaviour, MeshName } from './mesh/index.ts';
import type { LoadBalancer } from './node/index.ts';
import type { LocalAddress } from './node/types.ts';
import { runFiles } from './paths.ts';
import { isRunning } from './processes.ts';
import { type LabPrometheus, type PrometheusSetup, startPrometheus } from './prometheus.ts';
import { callControl } from './supervisor/control.ts';
import type { LabRecord } from './supervisor/record.ts';
import type { LabStatus } from './supervisor/supervisor.ts';

export interface Lab {
  readonly name: string;
  /** Run folder; logs are in its `logs`. */
  readonly dir: string;
  readonly kubeconfig: string;
  readonly apiUrl: string;
  /** Of the user admin, who may do everything. */
  readonly token: string;
  readonly caFile: string;
  /** Holds kubectl and helm: for PATH. */
  readonly binDir: string;
  /** The Node 24 executable. */
  readonly node24: string;
  /** http://127.0.0.1:port; '' in a lab of the control plane only. */
  readonly chartRepository: string;
  /** Where the gateway will answer once Kong is installed; '' in a lab of the control plane only. */
  readonly gatewayUrl: string;
  /** Runs kubectl as admin and gives its stdout. Throws with its stderr. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** One call of the Kubernetes API as admin, whatever it answers. Throws when the API server is away, saying why if known. */
  api<T = unknown>(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer<T>>;
  /** Installs custom resource definitions and waits until they are served. Those of Gateway API are there from the start. */
  installCrds(which: CrdSet): Promise<void>;
  /** Installs a mesh: definitions, webhook, controller and proxies. Pods that start from now on may be in it. */
  installMesh(name: MeshName): Promise<void>;
  /** Sets the switches of a mesh's controller, for one namespace or all; what is not given is healthy. */
  setMesh(name: MeshName, behaviour: Partial<Behaviour>, namespace?: string): Promise<void>;
  /** The local URL behind a Service or pod of the cluster, for callers outside every mesh. Throws when nothing is ready there. */
  urlOf(host: string, port: number): Promise<string>;
  /** The local URL of a LoadBalancer Service's port; waits until it exists, at most `timeoutMs` (30 s). */
  serviceUrl(namespace: string, name: string, port: number, timeoutMs?: number): Promise<string>;
  status(): Promise<LabStatus>;
  /** Kills `etcd`, `apiserver` or `controller-manager` (SIGKILL); resolves when it is gone. */
  stopPart(part: string): Promise<void>;
  /** Brings it back, on the same port and with the same data; resolves when it serves (controller-manager: when it runs). */
  startPart(part: string): Promise<void>;
  /** Every configuration sent to a Kong of this lab so far, oldest first. */
  kongConfigurations(): Promise<readonly KongConfiguration[]>;
  /**
   * Switches faults of the Kong pods of these names, of all that run when there are none; an empty list switches them
   * off. Gives the pods reached; those that start later have none.
   */
  setKongFaults(faults: readonly KongFault[], pods?: readonly string[]): Promise<readonly string[]>;
  /** A real Prometheus that scrapes the DJ app's pods. The first time it is built, which takes minutes. */
  startPrometheus(setup?: PrometheusSetup): Promise<LabPrometheus>;
  /** Ends the lab; resolves when no process and no file of it is left. */
  stop(): Promise<void>;
}

/** Bound of the wait for a lab's processes and files to go, in milliseconds. */
const STOP_MS = 15_000;
/** A connection breaks a moment before the supervisor is told of the death behind it, in milliseconds. */
const NOTICE_MS = 500;

/** What the lab's supervisor wrote to stderr last, where this process started it; else ''. */
export type LastWords = () => string;

export class ConnectedLab implements Lab {
  readonly name: string;
  readonly dir: string;
  readonly kubeconfig: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly caFile: string;
  readonly binDir: string;
  readonly node24: string;
  readonly chartRepository: string;
  readonly gatewayUrl: string;
  private readonly record: LabRecord;
  private readonly client: LabClient;
  private readonly control: string;
  private readonly lastWords: LastWords;

  constructor(record: LabRecord, access: NonNullable<LabRecord['access']>, lastWords: LastWords) {
    this.name = record.name;
    this.dir = record.dir;
    this.kubeconfig = access.kubeconfig;
    this.apiUrl = access.apiUrl;
    this.token = access.token;
    this.caFile = access.caFile;
    this.binDir = record.binaries.binDir;
    this.node24 = record.binaries.node24;
    this.chartRepository = access.chartRepository;
    this.gatewayUrl = access.gatewayUrl;
    this.record = record;
    this.lastWords = lastWords;
    this.client = new LabClient({
      url: access.apiUrl,
      token: access.token,
      ca: fs.readFileSync(access.caFile, 'utf8'),
    });
    this.control = runFiles(record.dir).control;
  }

  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const child = spawn(this.record.binaries.kubectl, args, {
      env: {
        ...process.env,
        KUBECONFIG: this.kubeconfig,
        // Its default, under the home folder, would grow by one folder per lab.
        KUBECACHEDIR: path.join(this.dir, 'kubectl-cache'),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const exited = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    // kubectl may end without having read its input.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const [code, stdout, stderr] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
    if (code === 0) return stdout;
    const failed = await this.failedParts();
    throw new Error([`kubectl ${args.join(' ')} failed: ${stderr.trim()}`, ...failed].join('\n'));
  }

  async api<T = unknown>(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer<T>> {
    try {
      return await this.client.request<T>(method, path, body, contentType);
    } catch (error) {
      const failed = await this.failedParts(NOTICE_MS);
      if (failed.length === 0) throw error;
      throw new Error([`${method} ${path}: ${(error as Error).message}`, ...failed].join('\n'), { cause: error });
    }
  }

  async installCrds(which: CrdSet): Promise<void> {
    await installCrds(this.client, crdFiles(which, this.record.binaries.crds));
  }

  async urlOf(host: string, port: number): Promise<string> {
    const address = (await this.call('GET', `/resolve?host=${host}&port=${port}`)) as LocalAddress;
    return `http://${address.host}:${address.port}`;
  }

  async installMesh(name: MeshName): Promise<void> {
    await this.call('POST', `/meshes/${name}/install`);
  }

  async setMesh(name: MeshName, behaviour: Partial<Behaviour>, namespace?: string): Promise<void> {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries({ ...behaviour, namespace })) {
      if (value !== undefined) query.set(key, String(value));
    }
    await this.call('POST', `/meshes/${name}/behaviour?${query}`);
  }

  async serviceUrl(namespace: string, name: string, port: number, timeoutMs = 30_000): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const balancers = (await this.call('GET', '/load-balancers')) as readonly LoadBalancer[];
      const found = balancers.find((one) => one.namespace === namespace && one.name === name && one.port === port);
      if (found !== undefined) return `http://127.0.0.1:${found.localPort}`;
      if (Date.now() > deadline) {
        const there = balancers.map((one) => `${one.namespace}/${one.name}:${one.port}`).join(', ') || 'none';
        const failed = await this.failedParts();
        throw new Error(
          [
            `no LoadBalancer Service ${namespace}/${name}:${port} after ${timeoutMs / 1000} s; there are: ${there}`,
            ...failed,
          ].join('\n'),
        );
      }
      await sleep(50);
    }
  }

  async status(): Promise<LabStatus> {
    return (await this.call('GET', '/status')) as LabStatus;
  }

  async stopPart(part: string): Promise<void> {
    await this.call('POST', `/parts/${encodeURIComponent(part)}/stop`);
  }

  async startPart(part: string): Promise<void> {
    await this.call('POST', `/parts/${encodeURIComponent(part)}/start`);
  }

  async kongConfigurations(): Promise<readonly KongConfiguration[]> {
    return (await this.call('GET', '/kong/configurations')) as readonly KongConfiguration[];
  }

  async setKongFaults(faults: readonly KongFault[], pods: readonly string[] = []): Promise<readonly string[]> {
    const query = new URLSearchParams({ faults: JSON.stringify(faults) });
    for (const pod of pods) query.append('pod', pod);
    return (await this.call('POST', `/kong/faults?${query}`)) as readonly string[];
  }

  startPrometheus(setup: PrometheusSetup = {}): Promise<LabPrometheus> {
    return startPrometheus(this, setup);
  }

  async stop(): Promise<void> {
    this.client.close();
    try {
      await callControl(this.control, 'POST', '/stop');
    } catch (error) {
      // Already ending or ended: what counts is that it is gone.
      if (isRunning(this.record.supervisor) && fs.existsSync(this.control)) throw error;
    }
    const deadline = Date.now() + STOP_MS;
    while (isRunning(this.record.supervisor) || fs.existsSync(this.dir)) {
      if (Date.now() > deadline) {
        throw new Error(
          `the lab "${this.name}" did not end: look at process ${this.record.supervisor.pid} and ${this.dir}`,
        );
      }
      await sleep(10);
    }
  }

  private async call(method: string, path: string): Promise<unknown> {
    const { status, body } = await callControl(this.control, method, path).catch((error: Error) => {
      const gone = `the lab "${this.name}" is gone (${error.message}) ${this.lastWords()}`.trim();
      throw new Error(gone, { cause: error });
    });
    if (status === 200) return body;
    throw new Error(
      `the lab "${this.name}" answered ${status} to ${method} ${path}: ${(body as { error?: string }).error}`,
    );
  }

  /** What parts that died say. With `noticeMs`, waits that long for the supervisor to notice a death. */
  private async failedParts(noticeMs = 0): Promise<readonly string[]> {
    const deadline = Date.now() + noticeMs;
    try {
      for (;;) {
        const { parts } = await this.status();
        const failed = parts.flatMap((part) => part.failure ?? []);
        if (Date.now() >= deadline || parts.some((part) => part.state !== 'running')) return failed;
        await sleep(20);
      }
    } catch (error) {
      return [(error as Error).message];
    }
  }
}
