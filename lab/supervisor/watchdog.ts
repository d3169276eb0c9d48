/** A shell of one or two megabytes that outlives a killed supervisor for a moment, to end its children and remove its files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ProcessId, processId } from '../processes.ts';

export interface Watchdog {
  readonly id: ProcessId;
  watch(pid: number): void;
  forget(pid: number): void;
  stop(): Promise<void>;
}

/**
 * Reads "+ <pid>" and "- <pid>" until its input ends, which it does however the supervisor ends; then kills the process
 * groups that are left and removes the run folder, given as $1. Signals meant for a terminal's foreground do not stop it.
 */
const SCRIPT = `
trap '' INT TERM HUP
pids=" "
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -s KILL -- "-$pid" 2>/dev/null; done
rm -rf -- "$1" 2>/dev/null || { sleep 1; rm -rf -- "$1"; }
`;

export function startWatchdog(runFolder: string): Watchdog {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'mesh-canary-lab-watchdog', runFolder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (shell.pid === undefined) throw new Error('/bin/sh cannot be run: the lab needs it to clean up after itself');
  // A watchdog that was killed only costs its own service.
  shell.stdin.on('error', () => {});
  return {
    id: processId(shell.pid),
    watch: (pid) => shell.stdin.write(`+ ${pid}\n`),
    forget: (pid) => shell.stdin.write(`- ${pid}\n`),
    stop: async () => {
      if (shell.exitCode !== null || shell.signalCode !== null) return;
      const gone = once(shell, 'exit');
      shell.stdin.end();
      await gone;
    },
  };
}
