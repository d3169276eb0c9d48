/**
 * One `kubectl proxy` on a private unix socket for the whole run: kubectl stays the only holder of credentials, and a
 * call costs about 2 ms instead of the 65 ms of a process (measured, p50).
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ClusterError } from '../../errors.ts';
import { killGroup } from '../../toolchain/process.ts';

export interface ProxyOptions {
  readonly kubectl: string;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly signal?: AbortSignal;
  /** Milliseconds the proxy may take to listen. */
  readonly timeout: number;
}

export interface ApiProxy {
  readonly socketPath: string;
  close(): void;
}

const FOLDER = 'mc-proxy-';

/**
 * Starts the proxy and waits until it listens. It is detached, so that a Ctrl-C in a terminal does not take away the
 * connection that returns the traffic; it is stopped by `close`, by our exit, and, after a SIGKILL, by the next run.
 * @throws ClusterError with kubectl's own words when it ends before listening.
 */
export async function openProxy(options: ProxyOptions): Promise<ApiProxy> {
  sweepAbandoned();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), FOLDER));
  const socketPath = path.join(folder, 's');
  const args = ['proxy', `--unix-socket=${socketPath}`, '--reject-paths=^$', ...connectionArgs(options)];
  const child = spawn(options.kubectl, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  fs.writeFileSync(path.join(folder, 'pids'), `${process.pid} ${child.pid ?? 0}`);
  const close = () => {
    process.off('exit', close);
    killGroup(child.pid, 'SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', close);
  try {
    await listening(child, options);
  } catch (error) {
    close();
    throw error;
  }
  child.unref();
  (child.stdout as unknown as { unref(): void }).unref();
  (child.stderr as unknown as { unref(): void }).unref();
  return { socketPath, close };
}

/** The kubectl and helm arguments that choose the cluster, by tool. */
export function connectionArgs(connection: {
  kubeconfig?: string | undefined;
  context?: string | undefined;
}): string[] {
  return [
    ...(connection.kubeconfig === undefined ? [] : [`--kubeconfig=${connection.kubeconfig}`]),
    ...(connection.context === undefined ? [] : [`--context=${connection.context}`]),
  ];
}

function listening(child: ReturnType<typeof spawn>, options: ProxyOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const finish = (error?: ClusterError) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    };
    const onAbort = () =>
      finish(new ClusterError('cancelled while connecting to the cluster', '', { cause: options.signal?.reason }));
    const timer = setTimeout(
      () => finish(new ClusterError(`kubectl proxy did not start within ${options.timeout / 1000} s: ${said.trim()}`)),
      options.timeout,
    );
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const listen = (chunk: string) => {
      said = (said + chunk).slice(-4096);
      if (said.includes('Starting to serve')) finish();
    };
    child.stdout?.setEncoding('utf8').on('data', listen);
    child.stderr?.setEncoding('utf8').on('data', listen);
    child.on('error', (error) => finish(new ClusterError(`kubectl could not be started: ${error.message}`)));
    child.on('exit', (code) =>
      finish(
        new ClusterError(
          `kubectl proxy ended with code ${code ?? 'none'}: ${said.trim() || 'no output'}`,
          'check the inputs kubeconfig and context with `kubectl config get-contexts`',
        ),
      ),
    );
  });
}

/** Stops proxies whose run was killed before it could. Only folders of our own user are looked at. */
function sweepAbandoned(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    if (!name.startsWith(FOLDER)) continue;
    const folder = path.join(os.tmpdir(), name);
    try {
      // Not followed: a link of somebody else's would lead the sweep into a folder of ours.
      const found = fs.lstatSync(folder);
      if (!found.isDirectory() || found.uid !== process.getuid?.()) continue;
      const [owner = 0, child = 0] = fs.readFileSync(path.join(folder, 'pids'), 'utf8').split(' ').map(Number);
      if (owner <= 0 || isAlive(owner)) continue;
      if (child > 1 && isOurProxy(child, folder)) killGroup(child, 'SIGKILL');
      fs.rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      // Another run is making or removing the same folder right now: it is that run's to finish.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** Process ids are reused: only a process that has our socket on its command line is ours. */
function isOurProxy(pid: number, folder: string): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
