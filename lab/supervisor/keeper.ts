/**
 * Starting child processes so that none outlives the lab: each runs in its own process group, is recorded, and is known to
 * a watchdog that ends them all when this process dies without a word (SIGKILL).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { killGroup, type ProcessId, processId, signal } from '../processes.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

export interface StartProcess {
  /** Unique among the running ones; names the log file. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Added to a small set of the supervisor's own variables: proxies and cloud credentials of the user stay outside. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Gives stdout to the caller as a stream instead of writing it to the log. */
  readonly readStdout?: boolean;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface KeptProcess extends ProcessId {
  readonly name: string;
  /** Output of every start under this name. */
  readonly log: string;
  /** Set with `readStdout`. */
  readonly stdout: Readable | undefined;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<Ending>;
  /** Ends the process group, by SIGTERM and a grace of `graceMs` if given, else at once; resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

/** Environment variables a child gets from the supervisor. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'USER', 'LANG', 'TZ'];

export class ProcessKeeper {
  private readonly dir: string;
  private readonly logs: string;
  private readonly watchdog: Watchdog;
  private readonly changed: () => void;
  private readonly running = new Map<number, KeptProcess>();
  private closed = false;

  /** @param dir run folder: removed by the watchdog when this process dies. `changed` is called after each start and end. */
  constructor(dir: string, logs: string, changed: () => void) {
    this.dir = dir;
    this.logs = logs;
    this.changed = changed;
    this.watchdog = startWatchdog(dir);
    // Programs of pods run in this process's own group.
    this.watchdog.watch(process.pid);
  }

  /** The processes that run now, and the watchdog. */
  processes(): readonly (ProcessId & { readonly name: string })[] {
    return [...this.running.values(), { name: 'watchdog', ...this.watchdog.id }].map(({ name, pid, started }) => ({
      name,
      pid,
      started,
    }));
  }

  /** Starts a process. Rejects when the file cannot be run. */
  async start(options: StartProcess): Promise<KeptProcess> {
    if (this.closed) throw new Error(`${options.name} was not started: the lab is ending`);
    const log = path.join(this.logs, `${options.name}.log`);
    const output = fs.openSync(log, 'a', 0o600);
    let child: ChildProcess;
    try {
      child = spawn(options.file, options.args, {
        cwd: options.cwd ?? this.dir,
        detached: true,
        env: { ...ownEnvironment(), ...options.env },
        stdio: ['ignore', options.readStdout ? 'pipe' : output, output],
      });
    } finally {
      fs.closeSync(output);
    }
    await new Promise<void>((started, failed) => {
      child.once('spawn', started);
      child.once('error', (error) => failed(new Error(`${options.file} cannot be run: ${error.message}`)));
    });
    const kept = this.keep(options.name, log, child);
    if (this.closed) await kept.stop();
    return kept;
  }

  /**
   * Ends every process and the watchdog; the watchdog removes what is left of the run folder. With `ownGroupToo` the
   * watchdog is left to end this process's own group, this process included, when it exits.
   */
  async stopAll(ownGroupToo = false): Promise<void> {
    this.closed = true;
    await Promise.all([...this.running.values()].map((kept) => kept.stop()));
    if (ownGroupToo) return;
    this.watchdog.forget(process.pid);
    await this.watchdog.stop();
  }

  private keep(name: string, log: string, child: ChildProcess): KeptProcess {
    const pid = child.pid as number;
    this.watchdog.watch(pid);
    const ended = new Promise<Ending>((resolve) => {
      child.once('exit', (code, by) => {
        // Children of the child (none today) must not outlive it either.
        signal(-pid, 'SIGKILL');
        this.watchdog.forget(pid);
        this.running.delete(pid);
        this.changed();
        resolve({ code, signal: by });
      });
    });
    const stop = async (graceMs = 0) => {
      if (graceMs > 0 && signal(-pid, 'SIGTERM')) {
        const late = setTimeout(() => killGroup(pid), graceMs);
        await ended;
        clearTimeout(late);
        return;
      }
      if (this.running.has(pid)) killGroup(pid);
      await ended;
    };
    const kept: KeptProcess = { name, log, ...processId(pid), stdout: child.stdout ?? undefined, ended, stop };
    if (child.exitCode === null && child.signalCode === null) this.running.set(pid, kept);
    this.changed();
    return kept;
  }
}

function ownEnvironment(): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(passed);
}
