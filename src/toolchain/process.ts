/**
 * Programs that must be stopped with their whole process group within five seconds: `helm upgrade` and the user's check.
 * (kubectl's proxy, which serves until it is told to end, starts in cluster/connection/proxy.ts.) @actions/exec gives no
 * group to stop: a helm's hook or a check's child would live on and hold our pipes.
 */
import { spawn } from 'node:child_process';
import { ToolError } from '../errors.ts';
import type { Finished, RunOptions } from './run.ts';
import { ERROR_LIMIT, environmentOf } from './run.ts';

/** Characters of stdout that are kept. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;

/**
 * Runs a program to its end and returns what it wrote. The child leads its own process group: a Ctrl-C in a terminal
 * reaches only us, and stopping it stops its children too.
 * @throws ToolError when it cannot be started, outlives `timeout` (milliseconds) or is aborted; a non-zero exit code
 *   is returned, not thrown.
 */
export function runInGroup(program: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const child = spawn(program, [...args], {
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      env: environmentOf(options),
    });
    const name = program.split(/[\\/]/).pop() ?? program;
    let stdout = '';
    let stderr = '';
    let stopped: ToolError | undefined;
    const stop = (error: ToolError) => {
      stopped ??= error;
      killGroup(child.pid, 'SIGKILL');
      // A grandchild that left the group keeps the pipes open, and `close` would wait for it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const onAbort = () =>
      stop(new ToolError(`${name} ${args[0] ?? ''} was stopped`, '', { cause: options.signal?.reason }));
    const timer = setTimeout(
      () => stop(new ToolError(`${name} ${args[0] ?? ''} did not end within ${options.timeout / 1000} s`)),
      options.timeout,
    );
    options.signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (stdout.length < OUTPUT_LIMIT) stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-ERROR_LIMIT);
    });
    const settle = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    };
    child.on('error', (error) => {
      settle();
      reject(new ToolError(`${name} could not be started: ${error.message}`));
    });
    child.on('close', (code) => {
      settle();
      if (stopped) reject(stopped);
      else resolve({ code: code ?? 1, stdout, stderr });
    });
    child.stdin.on('error', () => undefined); // a child that exits without reading is judged by its exit code
    child.stdin.end(options.input ?? '');
  });
}

/** Signals a whole process group; silent when it is gone already. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
