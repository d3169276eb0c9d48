/** Running go and npm for a preparation: output goes to a log, whose last lines explain a failure. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Receives both streams; appended to. */
  readonly log: string;
  /** Ends the command when something else has failed. */
  readonly signal: AbortSignal;
}

/** Runs a command to its end and gives its stdout. Throws with the last lines of its output when it fails. */
export function run(command: Command): Promise<string> {
  const shown = [command.file, ...command.args].join(' ');
  fs.appendFileSync(command.log, `\n$ ${shown}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      signal: command.signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output.push(text);
      fs.appendFileSync(command.log, text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.push(text);
      fs.appendFileSync(command.log, text);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code === 'ENOENT' ? `${command.file} is not on PATH` : `${shown}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const last = output.join('').trimEnd().split('\n').slice(-15).join('\n  ');
      reject(
        new Error(`${shown} ended with ${signal ?? `exit code ${code}`}:\n  ${last}\n(whole output: ${command.log})`),
      );
    });
  });
}
