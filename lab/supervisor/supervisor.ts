/** Everything of one lab, in the order it starts; its end in the reverse order. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from '../binaries/index.ts';
import { type ChartRepository, startChartRepository } from '../charts/repository.ts';
import { crdFiles, installCrds } from '../control-plane/crds.ts';
import { type EgressProxy, startEgressProxy } from '../control-plane/egress.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../control-plane/index.ts';
import { parseFaults } from '../kong/faults.ts';
import { behaviourFrom } from '../mesh/behaviour.ts';
import { meshNamed } from '../mesh/index.ts';
import { type LabNode, startNode } from '../node/index.ts';
import { runDir, runFiles } from '../paths.ts';
import { processId } from '../processes.ts';
import { startControlServer } from './control.ts';
import { ProcessKeeper } from './keeper.ts';
import type { Part, PartStatus } from './part.ts';
import { claimRunFolder, type LabRecord, writeRecord } from './record.ts';

export interface SupervisorOptions {
  readonly name: string;
  readonly keepAlive: boolean;
  readonly binaries: Binaries;
  readonly extraArgs?: NonNullable<ControlPlaneOptions['extraArgs']>;
  /** Only etcd, API server and controller-manager: no node, no chart repository. */
  readonly controlPlaneOnly?: boolean;
}

export interface LabStatus {
  readonly name: string;
  readonly state: 'starting' | 'ready' | 'failed' | 'stopping';
  readonly parts: readonly PartStatus[];
}

/** Time the node's programs get to end before their process group is ended with this process, in milliseconds. */
const NODE_STOP_MS = 5000;

export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly parts = new Map<string, Part>();
  private state: LabStatus['state'] = 'starting';
  private record: LabRecord;
  private keeper: ProcessKeeper | undefined;
  private egress: EgressProxy | undefined;
  private controlPlane: ControlPlane | undefined;
  private node: LabNode | undefined;
  private charts: ChartRepository | undefined;
  private stopping: Promise<void> | undefined;
  private readonly exit: () => void;

  /** @param exit ends the process; called once, after `POST /stop` was answered. */
  constructor(options: SupervisorOptions, exit: () => void) {
    this.options = options;
    this.exit = exit;
    this.record = {
      name: options.name,
      dir: runDir(options.name),
      startedAt: new Date().toISOString(),
      keepAlive: options.keepAlive,
      supervisor: processId(process.pid),
      processes: [],
      binaries: options.binaries,
    };
  }

  /** Resolves with the record when everything is ready. Rejects with what failed; the caller then calls {@link stop}. */
  async start(): Promise<LabRecord> {
    const { dir } = this.record;
    const files = runFiles(dir);
    await claimRunFolder(this.record);
    this.keeper = new ProcessKeeper(dir, files.logs, () => this.save());
    this.save();
    await startControlServer(files.control, this.routes());
    this.egress = await startEgressProxy(files.egress, (host, port) => this.node?.candidates(host, port)[0]);
    const controlPlane = await startControlPlane({
      dir,
      name: `lab-${this.options.name}`,
      binaries: this.options.binaries,
      keeper: this.keeper,
      announce: (part) => this.parts.set(part.name, part),
      ...(this.options.extraArgs === undefined ? {} : { extraArgs: this.options.extraArgs }),
    });
    this.controlPlane = controlPlane;
    if (this.options.controlPlaneOnly !== true) await this.startNodeAndCharts(controlPlane);
    this.record = {
      ...this.record,
      access: {
        apiUrl: controlPlane.url,
        token: controlPlane.token,
        caFile: controlPlane.caFile,
        kubeconfig: controlPlane.kubeconfig,
        chartRepository: this.charts?.url ?? '',
        gatewayUrl: this.node === undefined ? '' : `http://127.0.0.1:${this.node.webPort}`,
      },
    };
    this.save();
    this.state = 'ready';
    return this.record;
  }

  /** Ends everything and removes the run folder. Safe to call at any time, again too. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async startNodeAndCharts(controlPlane: ControlPlane): Promise<void> {
    const { dir } = this.record;
    const [node, charts] = await Promise.all([
      startNode({
        client: controlPlane.client,
        dir,
        apiUrl: controlPlane.url,
        caFile: controlPlane.caFile,
        binaries: this.options.binaries,
        controlSocket: runFiles(dir).control,
        installCrds: (which) => installCrds(controlPlane.client, crdFiles(which, this.options.binaries.crds)),
        log: (line) => process.stderr.write(`${line}\n`),
      }),
      startChartRepository(path.join(dir, 'charts'), this.options.binaries.crds.kong),
    ]);
    this.node = node;
    this.charts = charts;
  }

  private async end(): Promise<void> {
    this.state = 'stopping';
    const node = this.node?.stop().then(() => true);
    const nodeEnded = node === undefined || (await Promise.race([node.catch(() => false), sleep(NODE_STOP_MS, false)]));
    this.controlPlane?.client.close();
    await Promise.all([this.charts?.stop(), this.egress?.stop()]);
    // The watchdog removes the run folder, control socket included, once the processes are gone.
    const keeper = this.keeper;
    this.keeper = undefined;
    await keeper?.stopAll(!nodeEnded);
  }

  private routes() {
    return {
      'GET /status': () => this.status(),
      'POST /parts/*/stop': async (_query: URLSearchParams, [name = '']: readonly string[]) => {
        await this.part(name).stop();
        return {};
      },
      'POST /parts/*/start': async (_query: URLSearchParams, [name = '']: readonly string[]) => {
        await this.part(name).start();
        return {};
      },
      'GET /load-balancers': () => this.node?.loadBalancers() ?? [],
      'GET /resolve': (query: URLSearchParams) =>
        this.node?.resolve(query.get('host') ?? '', Number(query.get('port')), query.get('from') ?? undefined),
      'POST /meshes/*/install': async (_query: URLSearchParams, [name = '']: readonly string[]) => {
        await this.node?.meshes.install(meshNamed(name));
        return {};
      },
      'POST /meshes/*/behaviour': async (query: URLSearchParams, [name = '']: readonly string[]) => {
        await this.node?.meshes.behave(meshNamed(name), behaviourFrom(query), query.get('namespace') ?? undefined);
        return {};
      },
      'GET /kong/configurations': () => this.node?.kongConfigurations() ?? [],
      'POST /kong/faults': (query: URLSearchParams) =>
        this.node?.setKongFaults(parseFaults(query.get('faults') ?? ''), query.getAll('pod')),
      'POST /stop': async () => {
        await this.stop();
        setImmediate(this.exit);
        return {};
      },
    };
  }

  private status(): LabStatus {
    const parts = [...this.parts.values()].map((part) => part.status());
    const failed = this.state === 'ready' && parts.some((part) => part.state === 'failed');
    return { name: this.options.name, state: failed ? 'failed' : this.state, parts };
  }

  private part(name: string): Part {
    const part = this.parts.get(name);
    if (part === undefined) throw new Error(`no part "${name}"; there are ${[...this.parts.keys()].join(', ')}`);
    return part;
  }

  private save(): void {
    if (this.keeper === undefined) return;
    this.record = { ...this.record, processes: this.keeper.processes() };
    writeRecord(this.record);
  }
}
