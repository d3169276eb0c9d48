/** The connection of a run: kubectl provided, its proxy opened, the API server's version read, and the skew checked. */

import { reasonOf, ToolError } from '../../errors.ts';
import type { Clock, Teller } from '../../ports.ts';
import type { Tool, Version } from '../../toolchain/index.ts';
import { formatVersion, parseVersion, provideTool, skewFits, versionOf } from '../../toolchain/index.ts';
import { run } from '../../toolchain/run.ts';
import type { ToolOptions } from '../../toolchain/types.ts';
import { Cluster } from '../cluster.ts';
import type { CredentialExpiry } from './expiry.ts';
import { credentialExpiry } from './expiry.ts';
import { connectionArgs, openProxy } from './proxy.ts';
import { socketTransport } from './transport.ts';

export interface Connection {
  readonly cluster: Cluster;
  /** e.g. `v1.36.3`. */
  readonly version: string;
  /** When the credential ends by itself; undefined where that cannot be read, or it is renewed. Never throws. */
  expiry(): Promise<CredentialExpiry | undefined>;
  close(): void;
}

export interface ConnectOptions extends Pick<Teller, 'say' | 'warn'>, Partial<Pick<Teller, 'mask'>> {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** The inputs about tools, as Settings has them. */
  readonly kubectlVersion: string;
  readonly toolsMirror?: string | undefined;
  readonly toolsChecksums: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly signal: AbortSignal;
  /** Milliseconds for the API server to answer the first time. */
  readonly timeout: number;
  /** Called once the first request is on its way: for work that fits in the time of its answer. */
  readonly meanwhile?: () => void;
  /** Replaced in tests: the network and this machine, for downloads. */
  readonly downloads?: Pick<ToolOptions, 'http' | 'machine' | 'known'>;
}

/** @throws ToolError without kubectl; ClusterError when the API server does not answer or refuses us. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const provide = (serverVersion?: Version) =>
    provideTool('kubectl', {
      ...options.downloads,
      env: options.env,
      clock: options.clock,
      signal: options.signal,
      say: options.say,
      warn: options.warn,
      ...(options.mask === undefined ? {} : { mask: options.mask }),
      wanted: options.kubectlVersion,
      mirror: options.toolsMirror,
      checksums: options.toolsChecksums,
      serverVersion,
    });
  const kubectl = await provide();
  const opening = open(kubectl.file, options);
  // What it is is found out while it connects, and only then: to start it takes time the connection should not wait for.
  const asking = kubectl.version ?? versionOf('kubectl', kubectl.file, options.signal);
  const asked = Promise.resolve(asking).catch(() => undefined);
  const connection = await opening;
  try {
    const server = parseVersion(connection.version);
    const client = await asked;
    if (server === undefined || (client !== undefined && skewFits(client, server))) return connection;
    const misfit = `kubectl ${client === undefined ? 'of unknown version' : formatVersion(client)} is not within one minor of the API server (${connection.version})`;
    if (options.kubectlVersion !== '') {
      options.warn(`${misfit}; it is used because kubectl-version asks for it`);
      return connection;
    }
    const other = await replacement(provide, server, misfit, options);
    if (other === undefined || other.file === kubectl.file) return connection;
    const better = await open(other.file, options);
    connection.close();
    return better;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A kubectl that fits; undefined, with a warning, when none can be had: the one there has reached the cluster. */
async function replacement(
  provide: (server: Version) => Promise<Tool>,
  server: Version,
  misfit: string,
  { signal, say, warn }: ConnectOptions,
): Promise<Tool | undefined> {
  say(`${misfit}: looking for one that is`);
  try {
    return await provide(server);
  } catch (error) {
    if (signal.aborted || !(error instanceof ToolError)) throw error;
    warn(`${misfit}, and none that is could be had (${reasonOf(error)}); it is used all the same. ${error.next}`);
    return undefined;
  }
}

async function open(kubectl: string, options: ConnectOptions): Promise<Connection> {
  const { kubeconfig, context, signal, timeout } = options;
  const proxy = await openProxy({ kubectl, kubeconfig, context, signal, timeout });
  const transport = socketTransport(proxy.socketPath);
  const close = () => {
    transport.close();
    proxy.close();
  };
  try {
    const cluster = new Cluster(transport, options.clock, signal, undefined, options.random);
    const asking = cluster.under(signal, timeout).version();
    setImmediate(() => options.meanwhile?.());
    const version = await asking;
    return { cluster, version, expiry: () => expiryOf(kubectl, options), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** kubectl itself says what it uses: it knows the rules of KUBECONFIG, of several files, and of relative paths. */
async function expiryOf(kubectl: string, options: ConnectOptions): Promise<CredentialExpiry | undefined> {
  const args = ['config', 'view', '--raw', '--minify', '--flatten', '--output=json', ...connectionArgs(options)];
  try {
    const { code, stdout } = await run(kubectl, args, { timeout: options.timeout, signal: options.signal });
    return code === 0 ? credentialExpiry(JSON.parse(stdout), options.env) : undefined;
  } catch {
    return undefined;
  }
}
