/** Starting and using labs: real Kubernetes control planes with local programs as pods. See lab/README.md. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { consoleProgress, ensureBinaries } from './binaries/index.ts';
import { ConnectedLab, type Lab } from './lab.ts';
import { labPrograms, runDir } from './paths.ts';
import { isRunning } from './processes.ts';
import { readRecord, removeIfDead } from './supervisor/record.ts';
import type { SupervisorOptions } from './supervisor/supervisor.ts';

export type { CrdSet } from './control-plane/crds.ts';
export type { KongConfiguration, Lab } from './lab.ts';

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
  await startSupervisor(supervised);
  return connectLab(name);
}

/** A lab that is running. Throws when there is none of this name. */
export async function connectLab(name: string): Promise<Lab> {
  const record = readRecord(name);
  if (record === undefined || !isRunning(record.supervisor)) {
    await removeIfDead(name);
    throw new Error(`no lab called "${name}" is running: start it with \`npm run lab -- up --name ${name}\``);
  }
  if (record.access === undefined) throw new Error(`the lab "${name}" is still starting`);
  return new ConnectedLab(record, record.access);
}

/** Starts the supervisor in a process group of its own and waits for its one line. */
async function startSupervisor(options: SupervisorOptions): Promise<void> {
  const program = path.join(labPrograms, 'supervisor', 'main.js');
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    cwd: '/',
    detached: true,
    // Whoever started this process may have asked for warnings to be silenced or inspectors: not for the supervisor.
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const errors = text(child.stderr);
  errors.catch(() => {});
  const lines = createInterface({ input: child.stdout });
  const failed = once(child, 'error').then(([error]) => {
    throw error;
  });
  const answer = await Promise.race([once(lines, 'line').then(([line]) => String(line)), once(lines, 'close'), failed]);
  if (typeof answer !== 'string') {
    throw new Error(`the lab's supervisor ended without a word:\n${(await errors).trim()}`);
  }
  const said = JSON.parse(answer) as { readonly ready?: true; readonly failed?: string };
  if (said.ready !== true) {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    throw new Error(`the lab "${options.name}" could not start: ${said.failed}`);
  }
  // From here on only the open stdin ties the two together; it must not keep this process from ending.
  lines.close();
  child.stdout.destroy();
  child.stderr.destroy();
  (child.stdin as unknown as Socket).unref();
  child.unref();
}
