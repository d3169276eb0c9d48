/** Telling whether a process recorded earlier still runs, and ending a process with its children. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** A process, told from a later one with the same number by when it started. */
export interface ProcessId {
  readonly pid: number;
  /** Opaque; equal for the same process, '' when it could not be read. */
  readonly started: string;
}

export function processId(pid: number): ProcessId {
  return { pid, started: startOf(pid) ?? '' };
}

/** Whether exactly this process still runs. One that has ended but was not yet waited for does not. */
export function isRunning(id: ProcessId): boolean {
  if (!signal(id.pid, 0)) return false;
  const started = startOf(id.pid);
  return started !== undefined && (id.started === '' || started === id.started);
}

/** Ends a process and every process of its group at once (SIGKILL). One that is gone is no error. */
export function killGroup(pid: number): void {
  if (!signal(-pid, 'SIGKILL')) signal(pid, 'SIGKILL');
}

/** Sends a signal; false when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, as the system words it; undefined when it has ended. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // Fields after the command's closing parenthesis: 3 is the state, 22 the start in clock ticks since boot (proc(5)).
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  const listed = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  if (listed === '' || listed.startsWith('Z')) return undefined;
  return listed.replace(/^\S+\s+/, '');
}
