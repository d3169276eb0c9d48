/** A child process with a meaning: it can be killed and brought back, and its unexpected death is remembered. */
import fs from 'node:fs';
import type { KeptProcess, ProcessKeeper, StartProcess } from './keeper.ts';

export type PartState = 'starting' | 'running' | 'stopped' | 'failed';

export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  readonly pid?: number;
  /** How it ended and the last lines of its log; set when it failed. */
  readonly failure?: string;
}

export class Part {
  readonly name: string;
  private readonly keeper: ProcessKeeper;
  private readonly command: StartProcess;
  private readonly ready: () => Promise<boolean>;
  private state: PartState = 'stopped';
  private failure: string | undefined;
  private process: KeptProcess | undefined;

  /** @param ready whether the part serves now; asked every 20 ms while it starts. An error counts as not yet. */
  constructor(keeper: ProcessKeeper, command: StartProcess, ready: () => Promise<boolean>) {
    this.name = command.name;
    this.keeper = keeper;
    this.command = command;
    this.ready = ready;
  }

  /** Resolves when the part serves. Rejects with the last lines of its log when it ends before, or after `timeoutMs`. */
  async start(timeoutMs = 30_000): Promise<void> {
    if (this.state === 'running') return;
    this.state = 'starting';
    this.failure = undefined;
    const started = await this.keeper.start(this.command);
    this.process = started;
    void started.ended.then(({ code, signal }) => {
      if (this.process !== started || this.state === 'stopped') return;
      this.fail(`${this.name} ended unexpectedly (${signal ?? `exit code ${code}`})`, started.log);
    });
    const deadline = Date.now() + timeoutMs;
    while (!(await this.ready().catch(() => false))) {
      if (this.state !== 'starting') throw new Error(this.failure ?? `${this.name} was stopped while it started`);
      if (Date.now() > deadline) {
        this.fail(`${this.name} was not ready after ${timeoutMs / 1000} s`, started.log);
        throw new Error(this.failure);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (this.state === 'starting') this.state = 'running';
  }

  /** Ends the part at once (SIGKILL); resolves when it is gone. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    await this.process?.stop();
  }

  status(): PartStatus {
    return {
      name: this.name,
      state: this.state,
      ...(this.process === undefined || this.state === 'stopped' ? {} : { pid: this.process.pid }),
      ...(this.failure === undefined ? {} : { failure: this.failure }),
    };
  }

  private fail(what: string, log: string): void {
    this.state = 'failed';
    this.failure = `${what}; the last lines of its log:\n${lastLines(log)}`;
  }
}

/** The end of a log, indented for an error message; long lines are cut. */
export function lastLines(file: string, count = 15): string {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd() : '';
  if (text === '') return '  (empty)';
  return text
    .split('\n')
    .slice(-count)
    .map((line) => `  ${line.slice(0, 400)}`)
    .join('\n');
}
