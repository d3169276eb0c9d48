/** Starting and using labs: real Kubernetes control planes with local programs as pods. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { consoleProgress, ensureBinaries } from './binaries/index.ts';
import { ConnectedLab, type Lab, type LastWords } from './lab.ts';
import { labPrograms, runDir } from './paths.ts';
import { isRunning } from './processes.ts';
import { readRecord, removeIfDead } from './supervisor/record.ts';
import type { SupervisorOptions } from './supervisor/supervisor.ts';

export type { CrdSet } from './control-plane/crds.ts';
export type { KongConfiguration } from './images/kong-gateway.ts';
export type { KongFault } from './kong/faults.ts';
export type { Lab } from './lab.ts';
export type { LabPrometheus } from './prometheus.ts';

/** How much of what a supervisor wrote to stderr is kept, in characters. */
const LAST_WORDS = 4000;

export interface LabOptions {
  /** A short DNS label; a random one when not given. */
  readonly name?: string;
  /** Runs on after this process; else the lab ends with it, however it ends. */
  readonly keepAlive?: boolean;
  /** Further command line arguments of the control plane's programs. */
  readonly extraArgs?: NonNullable<SupervisorOptions['extraArgs']>;
  /** Without node, pods and chart repository. */
  readonly controlPlaneOnly?: boolean;
}

/**
 * Starts a lab; the first time on a machine this builds the control plane, with progress on stderr. Resolves when the
 * API server and everything around it are ready. Throws with the last lines of the log of the part that failed.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const name = options.name ?? `t-${randomBytes(4).toString('hex')}`;
  runDir(name);
  const supervised: SupervisorOptions = {
    name,
    keepAlive: options.keepAlive ?? false,
    binaries: await ensureBinaries(consoleProgress()),
    ...(options.extraArgs === undefined ? {} : { extraArgs: options.extraArgs }),
    ...(options.controlPlaneOnly === undefined ? {} : { controlPlaneOnly: options.controlPlaneOnly }),
  };
  return connect(name, await startSupervisor(supervised));
}

/** A lab that is running. Throws when there is none of this name. */
export function connectLab(name: string): Promise<Lab> {
  return connect(name, () => '');
}

async function connect(name: string, lastWords: LastWords): Promise<Lab> {
  const record = readRecord(name);
  if (record === undefined || !isRunning(record.supervisor)) {
    await removeIfDead(name);
    throw new Error(`no lab called "${name}" is running: start it with \`npm run lab -- up --name ${name}\``);
  }
  if (record.access === undefined) throw new Error(`the lab "${name}" is still starting`);
  return new ConnectedLab(record, record.access, lastWords);
}

/** Starts the supervisor in a process group of its own and waits for its one line. */
async function startSupervisor(options: SupervisorOptions): Promise<LastWords> {
  const program = path.join(labPrograms, 'supervisor', 'main.js');
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    cwd: '/',
    detached: true,
    // Whoever started this process may have asked for warnings to be silenced or inspectors: not for the supervisor.
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-LAST_WORDS);
  });
  const lines = createInterface({ input: child.stdout });
  const failed = once(child, 'error').then(([error]) => {
    throw error;
  });
  failed.catch(() => {});
  const answer = await Promise.race([once(lines, 'line').then(([line]) => String(line)), once(child, 'close'), failed]);
  if (typeof answer !== 'string') throw new Error(`the lab's supervisor ended without a word:\n${errors.trim()}`);
  const said = JSON.parse(answer) as { readonly ready?: true; readonly failed?: string };
  if (said.ready !== true) {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    throw new Error(`the lab "${options.name}" could not start: ${said.failed}`);
  }
  lines.close();
  child.stdout.destroy();
  // From here on the open stdin ties the two together; neither it nor stderr must keep this process from ending.
  for (const stream of [child.stdin, child.stderr]) (stream as unknown as Socket).unref();
  child.unref();
  return () => errors.trim();
}
