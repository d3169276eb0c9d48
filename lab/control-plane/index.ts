/** The real control plane: etcd, kube-apiserver and kube-controller-manager on 127.0.0.1. */
import fs from 'node:fs';
import path from 'node:path';
import type { Binaries } from '../binaries/index.ts';
import { LabClient } from '../client.ts';
import { runFiles } from '../paths.ts';
import type { ProcessKeeper } from '../supervisor/keeper.ts';
import { Part } from '../supervisor/part.ts';
import { apiServerArgs, controllerManagerArgs, etcdArgs, type Ports } from './arguments.ts';
import { installCrds } from './crds.ts';
import { kubeconfig, newToken, writeSigningKey, writeTokens } from './credentials.ts';
import { egressConfiguration } from './egress.ts';
import { freePorts, portWasTaken } from './ports.ts';

export interface ControlPlaneOptions {
  /** Run folder. The egress proxy listens at its `egress.sock`. */
  readonly dir: string;
  /** Name of the context in the kubeconfig. */
  readonly name: string;
  readonly binaries: Binaries;
  readonly keeper: ProcessKeeper;
  /** Told of each part before it starts, for status reports. */
  readonly announce: (part: Part) => void;
  readonly extraArgs?: { readonly apiserver?: readonly string[]; readonly controllerManager?: readonly string[] };
}

export interface ControlPlane {
  readonly url: string;
  readonly token: string;
  readonly caFile: string;
  readonly kubeconfig: string;
  readonly client: LabClient;
}

/** How often other ports are tried when one was taken between picking and using it. */
const ATTEMPTS = 3;

/** Starts everything; resolves when the API answers, service accounts are made and the Gateway API kinds are served. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const files = runFiles(options.dir);
  const token = newToken();
  writeTokens(files.tokens, token);
  writeSigningKey(files.signingKey);
  fs.writeFileSync(files.egressConfiguration, JSON.stringify(egressConfiguration(files.egress)));

  const etcd = await onFreePorts(2, async ([client = 0, peer = 0]) => {
    fs.rmSync(files.etcd, { recursive: true, force: true });
    const part = new Part(
      options.keeper,
      { name: 'etcd', file: options.binaries.etcd, args: etcdArgs(files, { client, peer }) },
      async () => (await fetch(`http://127.0.0.1:${client}/readyz`)).ok,
    );
    options.announce(part);
    await part.start();
    return { client, peer };
  });

  const api = await onFreePorts(1, async ([port = 0]) => startApiServer(options, { etcd: etcd.client, port }, token));
  fs.writeFileSync(files.kubeconfig, kubeconfig(options.name, api), { mode: 0o600 });

  const controllerManager = new Part(
    options.keeper,
    {
      name: 'controller-manager',
      file: options.binaries.controllerManager,
      args: [...controllerManagerArgs(files), ...(options.extraArgs?.controllerManager ?? [])],
    },
    async () => (await api.request('GET', '/api/v1/namespaces/default/serviceaccounts/default')).status === 200,
  );
  options.announce(controllerManager);
  await Promise.all([controllerManager.start(), installCrds(api, options.binaries.crds.gatewayApi)]);
  return { url: api.url, token, caFile: files.authority, kubeconfig: files.kubeconfig, client: api };
}

/** Starts the API server on a port and gives a client for it. */
async function startApiServer(options: ControlPlaneOptions, ports: Ports, token: string): Promise<LabClient> {
  const files = runFiles(options.dir);
  let client: LabClient | undefined;
  const part = new Part(
    options.keeper,
    {
      name: 'apiserver',
      file: options.binaries.apiserver,
      args: [...apiServerArgs(files, ports), ...(options.extraArgs?.apiserver ?? [])],
    },
    async () => {
      // The server makes its own certificate while it starts, so the first attempts have none or one of an earlier start.
      const ca = fs.readFileSync(files.authority, 'utf8');
      if (client?.ca !== ca) {
        client?.close();
        client = new LabClient({ url: `https://127.0.0.1:${ports.port}`, token, ca });
      }
      return (await client.request('GET', '/readyz')).status === 200;
    },
  );
  options.announce(part);
  await part.start();
  if (client === undefined) throw new Error(`the API server left no certificate at ${path.basename(files.authority)}`);
  return client;
}

async function onFreePorts<T>(count: number, start: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePorts(count));
    } catch (error) {
      if (attempt === ATTEMPTS || !portWasTaken((error as Error).message)) throw error;
    }
  }
}
