/**
 * The supervisor process of one lab. Its only argument is {@link SupervisorOptions} as JSON. It writes one JSON line to
 * stdout, `{"ready":true}` or `{"failed":"why"}`, and runs until `POST /stop`, a signal or, without `keepAlive`, the end
 * of its stdin: the parent holds the other end and loses it however it dies.
 */
import fs from 'node:fs';
import { runDir, runFiles } from '../paths.ts';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as SupervisorOptions;
let ending = false;

// After the start nobody reads these any more; a write must not end the lab.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const supervisor = new Supervisor(options, () => process.exit(0));

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => void end(0));
if (!options.keepAlive) process.stdin.on('close', () => void end(0)).resume();
process.on('uncaughtException', (error) => {
  note(`ended by an error of the lab itself: ${error.stack}`);
  report({ failed: `the lab's supervisor failed: ${error.stack}` });
  void end(1);
});

try {
  await supervisor.start();
  report({ ready: true });
} catch (error) {
  if (!ending) report({ failed: (error as Error).message });
  await end(1);
}

/** Ends all parts first. Then the process, although timers or sockets of some part may still be open. */
async function end(code: number): Promise<void> {
  ending = true;
  await supervisor.stop().catch((error: Error) => process.stderr.write(`${error.stack}\n`));
  process.exit(code);
}

function report(line: { readonly ready: true } | { readonly failed: string }): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function note(text: string): void {
  try {
    fs.appendFileSync(`${runFiles(runDir(options.name)).logs}/supervisor.log`, `${new Date().toISOString()} ${text}\n`);
  } catch {
    // The run folder is gone: there is nobody left to tell.
  }
}
