/** `lab.json`: what a lab is and which processes it has, for whoever connects to it or has to clean up after it. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from '../binaries/index.ts';
import { runDir, runFiles, runsDir } from '../paths.ts';
import { isRunning, killGroup, type ProcessId, signal } from '../processes.ts';

export interface LabRecord {
  readonly name: string;
  readonly dir: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly keepAlive: boolean;
  readonly supervisor: ProcessId;
  /** Child processes of the supervisor. */
  readonly processes: readonly (ProcessId & { readonly name: string })[];
  readonly binaries: Binaries;
  /** Set when the lab is ready. */
  readonly access?: {
    readonly apiUrl: string;
    readonly token: string;
    readonly caFile: string;
    readonly kubeconfig: string;
    readonly chartRepository: string;
    readonly gatewayUrl: string;
  };
}

/**
 * Makes the run folder of a new lab with its record inside, in one step: two supervisors that want the same name cannot
 * both have it. Throws when a live lab has the name; a dead one's folder is cleaned up first.
 */
export async function claimRunFolder(record: LabRecord): Promise<void> {
  const wanted = runDir(record.name);
  fs.mkdirSync(runsDir(), { recursive: true, mode: 0o700 });
  requireOwnFolder(runsDir());
  const draft = `${runsDir()}/.${record.name}-${record.supervisor.pid}`;
  fs.mkdirSync(runFiles(draft).certificates, { recursive: true, mode: 0o700 });
  fs.mkdirSync(runFiles(draft).logs, { mode: 0o700 });
  writeRecord(record, draft);
  for (let attempt = 1; ; attempt++) {
    try {
      fs.renameSync(draft, wanted);
      return;
    } catch (error) {
      const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (taken && attempt < 3 && (await removeIfDead(record.name))) continue;
      fs.rmSync(draft, { recursive: true, force: true });
      if (!taken) throw error;
      throw new Error(
        `a lab called "${record.name}" is running: stop it with \`npm run lab -- down --name ${record.name}\``,
      );
    }
  }
}

export function writeRecord(record: LabRecord, dir = record.dir): void {
  const { record: file } = runFiles(dir);
  fs.writeFileSync(`${file}.new`, JSON.stringify(record, undefined, 2), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

/** The record of a lab, live or dead; undefined when there is none. */
export function readRecord(name: string): LabRecord | undefined {
  try {
    return JSON.parse(fs.readFileSync(runFiles(runDir(name)).record, 'utf8')) as LabRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The labs of this user whose supervisor runs. Cleans up after those whose supervisor is dead. */
export async function liveLabs(): Promise<readonly LabRecord[]> {
  if (!fs.existsSync(runsDir())) return [];
  const live: LabRecord[] = [];
  for (const name of fs.readdirSync(runsDir())) {
    if (name.startsWith('.')) {
      removeDraft(name);
    } else if (!(await removeIfDead(name))) {
      const record = readRecord(name);
      if (record !== undefined) live.push(record);
    }
  }
  return live;
}

/** Ends what a dead supervisor left running and removes its folder. False when the lab is alive. */
export async function removeIfDead(name: string): Promise<boolean> {
  const record = readRecord(name);
  if (record !== undefined && isRunning(record.supervisor)) return false;
  const left = (record?.processes ?? []).filter(isRunning);
  for (const { pid } of left) killGroup(pid);
  // Programs of pods run in the supervisor's own group; its number cannot be another's while one of them lives.
  if (record !== undefined && !signal(record.supervisor.pid, 0)) signal(-record.supervisor.pid, 'SIGKILL');
  while (left.some(isRunning)) await sleep(10);
  fs.rmSync(runDir(name), { recursive: true, force: true, maxRetries: 3 });
  return true;
}

/** A draft whose supervisor died before it could be moved into place. */
function removeDraft(name: string): void {
  const pid = Number(/-(\d+)$/.exec(name)?.[1]);
  if (pid > 0 && !isRunning({ pid, started: '' })) {
    fs.rmSync(path.join(runsDir(), name), { recursive: true, force: true });
  }
}

/** The temporary folder is shared: another user could have made ours, to read the tokens inside. */
function requireOwnFolder(dir: string): void {
  const { uid, mode } = fs.lstatSync(dir);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Error(`${dir} does not belong to you alone: remove it, or set TMPDIR to a folder of your own`);
  }
}
