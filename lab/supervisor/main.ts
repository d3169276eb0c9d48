/**
 * The supervisor process of one lab. Its only argument is {@link SupervisorOptions} as JSON. It writes one JSON line to
 * stdout, `{"ready":true}` or `{"failed":"why"}`, and runs until `POST /stop`, a signal, or the end of its stdin: the
 * parent holds the other end and loses it however it dies. With `keepAlive` the last counts only until the lab is ready.
 */
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as SupervisorOptions;
let ending = false;
let ready = false;

// After the start nobody reads these any more; a write must not end the lab.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const supervisor = new Supervisor(options, () => process.exit(0));

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => void end(0));
process.stdin.on('close', () => {
  if (!options.keepAlive || !ready) void end(0);
});
process.stdin.resume();
process.on('uncaughtException', (error) => {
  process.stderr.write(`ended by an error of the lab itself: ${error.stack}\n`);
  report({ failed: `the lab's supervisor failed: ${error.stack}` });
  void end(1);
});

try {
  await supervisor.start();
  ready = true;
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
