import http from 'node:http';
import path from 'node:path';
import type { KongFault } from '../kong/faults.ts';
import { type Child, startChild } from './child.ts';
import type { Program, ProgramContext, RunningProgram } from './types.ts';

/** One configuration a Kong of the lab was sent: when (milliseconds since 1970), what it answered, and the body. */
export interface KongConfiguration {
  readonly at: number;
  readonly status: number;
  readonly body: unknown;
}

/** A Kong process that runs in place of a gateway pod. */
export interface Gateway {
  readonly podUid: string;
  readonly pod: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly adminPort: number;
}

export interface GatewayOptions {
  /** Compiled `lab/kong/main.js`. */
  readonly program: string;
  /** Socket on which the lab answers `GET /resolve`. */
  readonly resolver: string;
  readonly logDir: string;
}

const START_TIMEOUT_MS = 15_000;
/** How long a Kong may take to tell what it was sent, in milliseconds. */
const HISTORY_TIMEOUT_MS = 1000;

/** The Kong processes of a lab, and what they were sent. */
export class Gateways {
  readonly #options: GatewayOptions;
  readonly #running = new Set<Gateway>();
  readonly #watchers = new Set<() => void>();
  readonly #past: KongConfiguration[] = [];

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  list(): readonly Gateway[] {
    return [...this.#running];
  }

  /** Calls back when a gateway came or went. Returns how to stop. */
  onChange(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  /** Oldest first. A Kong that crashed takes with it what it was sent; one that was stopped does not. */
  async configurations(): Promise<readonly KongConfiguration[]> {
    const now = await Promise.all([...this.#running].map((gateway) => history(gateway)));
    return [...this.#past, ...now.flat()].sort((one, other) => one.at - other.at);
  }

  /**
   * Switches faults of the gateway pods of these names, of all that run when there are none. Gives the pods it reached.
   * @throws Error when there is no such pod, or it does not take them
   */
  async setFaults(faults: readonly KongFault[], pods: readonly string[] = []): Promise<readonly string[]> {
    const all = this.list();
    const chosen = pods.length === 0 ? all : all.filter(({ pod }) => pods.includes(pod));
    if (chosen.length === 0 || chosen.length < pods.length)
      throw new Error(`no gateway pod ${pods.join(', ')}; there are ${all.map(({ pod }) => pod).join(', ') || 'none'}`);
    for (const { pod, adminPort } of chosen) {
      const body = JSON.stringify(faults);
      const answer = await fetch(`http://127.0.0.1:${adminPort}/lab/faults`, { method: 'PUT', body });
      if (!answer.ok) throw new Error(`${pod} refused the faults: ${await answer.text()}`);
    }
    return chosen.map(({ pod }) => pod);
  }

  /** The program of `kong:3.9*`: one process of the lab's own proxy for each container. */
  readonly program: Program = { start: (context) => this.#start(context) };

  async #start(context: ProgramContext): Promise<RunningProgram> {
    const { pod, env, log, exited } = context;
    let announced = (_line: string): void => {};
    let failed = (_error: Error): void => {};
    const ready = new Promise<string>((resolve, reject) => {
      announced = resolve;
      failed = reject;
    });
    let gateway: Gateway | undefined;
    let stopping = false;
    const child = startChild({
      command: process.execPath,
      args: [
        this.#options.program,
        ...['--admin-port', '0', '--proxy-port', '0'],
        ...['--resolver', this.#options.resolver, '--address', pod.ip],
      ],
      env: Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('KONG_'))),
      logDir: this.#options.logDir,
      logName: `kong-${pod.name}`,
      onLine: (line, stream) => {
        if (stream === 'stdout' && line.startsWith('{')) announced(line);
        log(line);
      },
      onExit: (code) => {
        failed(new Error(`Kong ended with exit code ${code} before it listened`));
        if (gateway === undefined) return;
        this.#leave(gateway);
        if (!stopping) exited(code);
      },
    });
    const ports = await announcedPorts(ready, child);
    gateway = { podUid: pod.uid, pod: pod.name, namespace: pod.namespace, labels: pod.labels, adminPort: ports.admin };
    this.#running.add(gateway);
    this.#tell();
    const known = gateway;
    return {
      // 8443 is missing: the lab's Kong has no TLS, and its Admin API is plain HTTP under both of its usual ports.
      ports: { 8000: ports.proxy, 8001: ports.admin, 8444: ports.admin, 8100: ports.status },
      stop: async (graceMs) => {
        stopping = true;
        this.#past.push(...(await history(known)));
        this.#leave(known);
        await child.stop(graceMs);
      },
    };
  }

  #leave(gateway: Gateway): void {
    if (this.#running.delete(gateway)) this.#tell();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

async function announcedPorts(
  line: Promise<string>,
  child: Child,
): Promise<{ admin: number; proxy: number; status: number }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Kong did not listen within ${START_TIMEOUT_MS / 1000} s`)),
      START_TIMEOUT_MS,
    );
  });
  try {
    return JSON.parse(await Promise.race([line, late])) as { admin: number; proxy: number; status: number };
  } catch (error) {
    await child.stop(0);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What this Kong was sent so far; nothing when it does not answer (it has crashed). */
function history({ adminPort }: Gateway): Promise<KongConfiguration[]> {
  return new Promise((resolve) => {
    const url = {
      host: '127.0.0.1',
      port: adminPort,
      path: '/lab/configurations',
      agent: false,
      timeout: HISTORY_TIMEOUT_MS,
    };
    const request = http.get(url, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve([]));
      response.on('end', () => {
        try {
          const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
          resolve(Array.isArray(answer) ? (answer as KongConfiguration[]) : []);
        } catch {
          resolve([]);
        }
      });
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve([]));
  });
}

/** Where the compiled proxy is, beside this file's folder. */
export function kongProgram(labPrograms: string): string {
  return path.join(labPrograms, 'kong', 'main.js');
}
