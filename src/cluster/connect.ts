/** The connection of a run: kubectl found, its proxy opened, the API server's version read. */
import type { Clock } from '../ports.ts';
import { findTool } from '../toolchain/find.ts';
import { Cluster } from './cluster.ts';
import { openProxy } from './proxy.ts';
import { socketTransport } from './transport.ts';

export interface Connection {
  readonly cluster: Cluster;
  /** e.g. `v1.36.3`. */
  readonly version: string;
  close(): void;
}

export interface ConnectOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds for the API server to answer the first time. */
  readonly timeout: number;
}

/** @throws ToolError without kubectl; ClusterError when the API server does not answer or refuses us. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const proxy = await openProxy({ ...options, kubectl: findTool('kubectl', options.env) });
  const transport = socketTransport(proxy.socketPath);
  const close = () => {
    transport.close();
    proxy.close();
  };
  try {
    const cluster = new Cluster(transport, options.clock, options.signal);
    return { cluster, version: await cluster.under(options.signal, options.timeout).version(), close };
  } catch (error) {
    close();
    throw error;
  }
}
