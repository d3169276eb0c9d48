/**
 * Programs that end by themselves within a bound (versions, `aws`, `kubectl config view`), run by @actions/exec. It has
 * no time limit and no cancel, leaves stdin open and prints the command: all of that is settled here.
 */
import type { ChildProcess } from 'node:child_process';
import { exec } from '@actions/exec';
import { reasonOf, ToolError } from '../errors.ts';
import { watched } from './watched.ts';

export interface RunOptions {
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  /** All that is on its stdin; nothing when absent. */
  readonly input?: string;
  /** Beside our own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Names of our own environment that it is given; absent: all of it. */
  readonly inherit?: readonly string[];
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  /** Last 64 KiB, raw: sanitise before printing. */
  readonly stderr: string;
}

/** Bytes that a program may say in all. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;
/** Bytes of stderr that are kept. */
export const ERROR_LIMIT = 64 * 1024;

/**
 * Runs a program to its end and returns what it wrote. Only the program itself is stopped, not what it started: one
 * that has to be stopped with its group runs by `runInGroup`.
 * @param program absolute path
 * @throws ToolError when it cannot be started, outlives `timeout`, says too much or is aborted; a non-zero exit code is
 *   returned, not thrown.
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const { timeout, signal } = options;
  signal?.throwIfAborted();
  const name = program.split(/[\\/]/).pop() ?? program;
  const said = new Output();
  let child: ChildProcess | undefined;
  let stopped: ToolError | undefined;
  let giveUp: (error: ToolError) => void = () => undefined;
  const stop = (error: ToolError) => {
    stopped ??= error;
    end(child);
    giveUp(stopped);
  };
  const onAbort = () => stop(new ToolError(`${name} ${args[0] ?? ''} was stopped`, '', { cause: signal?.reason }));
  const timer = setTimeout(
    () => stop(new ToolError(`${name} ${args[0] ?? ''} did not end within ${timeout / 1000} s`)),
    timeout,
  );
  signal?.addEventListener('abort', onAbort, { once: true });
  const watcher = {
    onProcess: (made: ChildProcess) => {
      child = made;
      // Its stdin does not exist yet. One that exits without reading is judged by its exit code.
      process.nextTick(() => made.stdin?.on('error', () => undefined));
      if (stopped !== undefined) process.nextTick(() => end(made));
    },
  };
  const hear = (take: (chunk: Buffer) => void) => (chunk: Buffer) => {
    take(chunk);
    if (said.length > OUTPUT_LIMIT)
      stop(new ToolError(`${name} ${args[0] ?? ''} said more than ${OUTPUT_LIMIT / 1024 / 1024} MB`));
  };
  const running = watched(watcher, () =>
    exec(quoted(program), [...args], {
      silent: true,
      ignoreReturnCode: true,
      // Given, if empty: only then does exec close its stdin.
      input: Buffer.from(options.input ?? ''),
      env: environmentOf(options),
      listeners: {
        stdout: hear((chunk) => said.say(chunk)),
        stderr: hear((chunk) => said.complain(chunk)),
      },
    }),
  );
  try {
    const given = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    // Null when a signal ended it, whatever exec's types say.
    const code = (await Promise.race([running, given])) as number | null;
    return { code: code ?? 1, ...said.text() };
  } catch (error) {
    throw stopped ?? new ToolError(`${name} could not be started: ${reasonOf(error)}`);
  } finally {
    running.catch(() => undefined); // ends late when it was stopped
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A program that is over; its pipes, too, which something it started may hold open. */
function end(child: ChildProcess | undefined): void {
  child?.kill('SIGKILL');
  for (const pipe of [child?.stdin, child?.stdout, child?.stderr]) pipe?.destroy();
}

class Output {
  readonly #said: Buffer[] = [];
  #complaint: Buffer = Buffer.alloc(0);
  /** Bytes of both. */
  length = 0;

  say(chunk: Buffer): void {
    this.length += chunk.length;
    this.#said.push(chunk);
  }

  complain(chunk: Buffer): void {
    this.length += chunk.length;
    this.#complaint = Buffer.concat([this.#complaint, chunk]).subarray(-ERROR_LIMIT);
  }

  text(): { stdout: string; stderr: string } {
    return { stdout: Buffer.concat(this.#said).toString('utf8'), stderr: this.#complaint.toString('utf8') };
  }
}

/** exec splits its first argument at blanks, except in quotes. */
function quoted(program: string): string {
  return `"${program.replaceAll('"', '\\"')}"`;
}

/** What a program is given of our environment, and beside it. */
export function environmentOf({ env, inherit }: Pick<RunOptions, 'env' | 'inherit'>): Record<string, string> {
  // Windows knows `Path` by any case.
  const wanted = inherit && new Set(inherit.map((name) => name.toUpperCase()));
  const own = Object.entries(process.env).filter(([name]) => wanted?.has(name.toUpperCase()) ?? true);
  return defined({ ...Object.fromEntries(own), ...env });
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
