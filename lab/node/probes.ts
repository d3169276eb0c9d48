import http from 'node:http';
import net from 'node:net';
import type { ContainerSpec, LocalAddress, Probe } from './types.ts';

/** A declared delay of the kubelet's world lasts a tenth in the lab, and at most a second. */
export const LAB_TIME = 0.1;
const LONGEST_PERIOD_MS = 1000;
/** Until a probe succeeded for the first time it is asked this often: a pod should be ready as soon as it can be. */
const EAGER_PERIOD_MS = 50;

export interface ProbeTarget {
  readonly container: ContainerSpec;
  readonly podAddress: string;
  /** Local address of a port of the container, or undefined when nothing listens there. */
  local(port: number): LocalAddress | undefined;
}

export interface ProbeReport {
  /** The state changed after enough results of one kind; `message` is the kubelet's text for a failure. */
  settled(healthy: boolean, message: string): void;
  /** One probe failed. */
  failed(message: string): void;
}

/**
 * Runs one probe until the signal aborts. Thresholds are the declared ones, the initial delay a tenth of the declared
 * one. The period is at most one second, but for a liveness probe as declared: a program gets as long as in a cluster
 * to come back before it is killed.
 */
export function runProbe(
  kind: 'readiness' | 'liveness' | 'startup',
  probe: Probe,
  target: ProbeTarget,
  report: ProbeReport,
  signal: AbortSignal,
): void {
  const declared = (probe.periodSeconds ?? 10) * 1000;
  const period = kind === 'liveness' ? declared : Math.min(declared, LONGEST_PERIOD_MS);
  let healthy: boolean | undefined;
  let succeeded = false;
  let row = { good: 0, bad: 0 };
  const tick = async (): Promise<void> => {
    const problem = await probeOnce(probe, target);
    if (signal.aborted) return;
    row = problem === undefined ? { good: row.good + 1, bad: 0 } : { good: 0, bad: row.bad + 1 };
    if (problem !== undefined && healthy !== undefined) report.failed(problem);
    if (problem === undefined && healthy !== true && row.good >= (probe.successThreshold ?? 1)) {
      healthy = true;
      succeeded = true;
      report.settled(true, '');
    }
    // Before its first success a container is simply not ready yet; failures count from the first full period on.
    if (
      problem !== undefined &&
      healthy !== false &&
      row.bad * (succeeded ? period : EAGER_PERIOD_MS) >= period * (probe.failureThreshold ?? 3)
    ) {
      healthy = false;
      report.settled(false, problem);
      report.failed(problem);
    }
    schedule(succeeded || healthy === false ? period : Math.min(period, EAGER_PERIOD_MS));
  };
  let timer: NodeJS.Timeout | undefined;
  const schedule = (ms: number): void => {
    timer = setTimeout(() => void tick(), ms);
  };
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  schedule(Math.min((probe.initialDelaySeconds ?? 0) * 1000 * LAB_TIME, LONGEST_PERIOD_MS));
}

/** One probe: undefined when it succeeded, else the reason in the kubelet's words. */
export async function probeOnce(probe: Probe, target: ProbeTarget): Promise<string | undefined> {
  const port = portNumber(target.container, probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port);
  if (port === undefined) return undefined;
  const address = target.local(port);
  const shown = `${target.podAddress}:${port}`;
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.httpGet === undefined) {
    const problem = address === undefined ? 'connect: connection refused' : await connect(address, timeoutMs);
    return problem === undefined ? undefined : `dial tcp ${shown}: ${problem}`;
  }
  const path = probe.httpGet.path ?? '/';
  const url = `${(probe.httpGet.scheme ?? 'HTTP').toLowerCase()}://${shown}${path}`;
  if (address === undefined) return `Get "${url}": dial tcp ${shown}: connect: connection refused`;
  const headers = Object.fromEntries((probe.httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const answer = await get(address, path, { host: shown, 'user-agent': 'kube-probe/1.36', ...headers }, timeoutMs);
  if (typeof answer === 'string')
    return `Get "${url}": ${answer === 'timeout' ? 'context deadline exceeded' : `dial tcp ${shown}: ${answer}`}`;
  return answer >= 200 && answer < 400 ? undefined : `HTTP probe failed with statuscode: ${answer}`;
}

function portNumber(container: ContainerSpec, port: number | string | undefined): number | undefined {
  if (typeof port === 'number' || port === undefined) return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? (Number(port) || undefined);
}

function get(
  { host, port }: LocalAddress,
  path: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<number | string> {
  return new Promise((resolve) => {
    const request = http.get({ host, port, path, headers, agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      response.on('error', () => {});
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => {
      resolve('timeout');
      request.destroy();
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(shownError(error)));
  });
}

function connect({ host, port }: LocalAddress, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: timeoutMs });
    const end = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.on('connect', () => end(undefined));
    socket.on('timeout', () => end('i/o timeout'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(shownError(error)));
  });
}

function shownError(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'connect: connection refused';
  if (error.code === 'ECONNRESET') return 'read: connection reset by peer';
  return error.message;
}
