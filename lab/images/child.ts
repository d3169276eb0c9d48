import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the lab's log files, and the name of this one's. */
  readonly logDir: string;
  readonly logName: string;
  /** Each line of its output. */
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
  /** The process has ended, with its exit code or with 137 (128 + SIGKILL) when a signal ended it. */
  onExit(code: number): void;
}

export interface Child {
  readonly pid: number | undefined;
  /** SIGTERM, then SIGKILL after `graceMs` milliseconds. Resolves when the process has ended. */
  stop(graceMs: number): Promise<void>;
}

const KILLED = 137;

/** Starts a program in the lab's own process group, so that it ends with the lab whatever happens. */
export function startChild(options: ChildOptions): Child {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(options.command, [...options.args], {
    env: { PATH, HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  fs.mkdirSync(options.logDir, { recursive: true });
  const file = fs.createWriteStream(path.join(options.logDir, `${options.logName}.log`), { flags: 'a' });
  file.on('error', () => {});
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[stream] }).on('line', (line) => {
      file.write(`${line}\n`);
      options.onLine(line, stream);
    });
  }
  const ended = new Promise<void>((resolve) => {
    let over = false;
    const end = (code: number): void => {
      if (over) return;
      over = true;
      file.end();
      resolve();
      options.onExit(code);
    };
    child.on('error', (error) => {
      options.onLine(`${options.command}: ${error.message}`, 'stderr');
      end(KILLED);
    });
    child.on('close', (code) => end(code ?? KILLED));
  });
  return { pid: child.pid, stop: (graceMs) => stopChild(child, ended, graceMs) };
}

async function stopChild(child: ChildProcess, ended: Promise<void>, graceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}
