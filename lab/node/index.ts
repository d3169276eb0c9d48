/**
 * The node of the lab: what a kubelet, a scheduler, kube-proxy, cluster DNS and a cloud's load balancers do, in one
 * process, with programs of this machine in place of containers. The API server and all controllers are the real ones.
 */
import type { CrdSet } from '../control-plane/crds.ts';
import type { KongConfiguration } from '../images/kong-gateway.ts';
import { imageTable, type ProgramSurroundings } from '../images/table.ts';
import type { ImageEntry } from '../images/types.ts';
import type { KongFault } from '../kong/faults.ts';
import { Meshes } from '../mesh/index.ts';
import { NODE_ADDRESS, NODE_NAME, PodAddresses } from './addresses.ts';
import type { ReadEntries } from './environment.ts';
import { EventRecorder } from './events.ts';
import { KUBELET_PORT, startKubelet } from './kubelet.ts';
import { type LoadBalancer, LoadBalancers } from './load-balancers.ts';
import { NameTable } from './names.ts';
import { PodRunner } from './pod.ts';
import { registerNode } from './registration.ts';
import { bind } from './scheduling.ts';
import type { ClusterAccess, EndpointSlice, Followed, LocalAddress, Pod, Service } from './types.ts';

export type { LoadBalancer } from './load-balancers.ts';

const RETRY_MS = 200;
/** Time programs get to finish when the lab ends, in milliseconds. */
const STOP_GRACE_MS = 500;

export interface NodeOptions extends ProgramSurroundings {
  /** Further images; they come before the lab's own. */
  readonly images?: readonly ImageEntry[];
  /** Installs definitions a mesh needs; a node without it has no meshes. */
  installCrds?(which: CrdSet): Promise<void>;
  /** Takes lines about things that should not happen. */
  log?(line: string): void;
}

export interface LabNode {
  /**
   * The local address behind a name or address of the cluster, or undefined. See {@link NameTable.resolve}.
   * @param from address of the pod that asks: one of a mesh is led to its own proxy
   */
  resolve(host: string, port: number, from?: string): LocalAddress | undefined | Promise<LocalAddress | undefined>;
  /** Every local address behind it, the one whose turn it is first: for callers that try the next when one refuses. */
  candidates(host: string, port: number): readonly LocalAddress[];
  loadBalancers(): readonly LoadBalancer[];
  readonly meshes: Meshes;
  /** Local port of port 80 of the first LoadBalancer Service, from the start. */
  readonly webPort: number;
  /** Every configuration sent to a Kong of this lab so far, oldest first; kept when a Kong pod is gone. */
  kongConfigurations(): Promise<readonly KongConfiguration[]>;
  /** Faults of Kong pods by name, of all when there are no names; gives the pods reached. */
  setKongFaults(faults: readonly KongFault[], pods: readonly string[]): Promise<readonly string[]>;
  /** Ends all programs. The API server is not told: the lab ends with it. */
  stop(): Promise<void>;
}

/** Registers the node and runs pods until `stop`. Resolves when the node is Ready and knows the cluster's pods. */
export async function startNode(options: NodeOptions): Promise<LabNode> {
  const { client } = options;
  const ending = new AbortController();
  const names = new NameTable();
  const programs = imageTable(options);
  const balancers = new LoadBalancers(client, names);
  const webPort = await balancers.reserveWebPort();
  const kubelet = await startKubelet((namespace, pod, container, previous) => {
    return pods.find(namespace, pod)?.log(container, previous);
  });
  for (const name of [NODE_ADDRESS, NODE_NAME]) names.setHost(name, new Map([[KUBELET_PORT, kubelet.port]]));
  let watched: Followed<Pod> | undefined;
  const meshes: Meshes = new Meshes({
    client,
    names,
    service: (namespace, name) => services.object(name, namespace),
    pods: () => watched?.objects() ?? [],
    installCrds: options.installCrds ?? (() => Promise.reject(new Error('this node has no meshes'))),
    log: options.log ?? (() => {}),
  });
  const pods = new Pods(client, names, [...(options.images ?? []), ...programs.images], meshes);
  const services = client.watch<Service>('/api/v1/services', {
    onEvent: ({ type, object }) => {
      if (type === 'DELETED') names.dropService(object);
      else names.setService(object);
      if (type === 'DELETED') balancers.gone(object);
      else balancers.changed(object);
      meshes.stale();
    },
  });
  const slices = client.watch<EndpointSlice>('/apis/discovery.k8s.io/v1/endpointslices', {
    onEvent: ({ type, object }) => (type === 'DELETED' ? names.dropSlice(object) : names.setSlice(object)),
  });
  await registerNode(client, KUBELET_PORT, ending.signal);
  watched = client.watch<Pod>('/api/v1/pods', {
    onEvent: ({ type, object }) => (type === 'DELETED' ? pods.gone(object) : pods.changed(object)),
  });
  await Promise.all([services.synced, slices.synced, watched.synced]);
  return {
    resolve: (host, port, from) => meshes.intercept(from ?? '', host, port) ?? names.resolve(host, port),
    meshes,
    candidates: (host, port) => names.candidates(host, port),
    loadBalancers: () => balancers.list(),
    webPort,
    kongConfigurations: () => programs.kongConfigurations(),
    setKongFaults: (faults, pods) => programs.setKongFaults(faults, pods),
    async stop() {
      ending.abort();
      await Promise.all([services.stop(), slices.stop(), watched?.stop()]);
      await Promise.all([pods.stop(), balancers.stop(), kubelet.stop(), meshes.stop()]);
    },
  };
}

/** The pods of this node, by uid. */
class Pods {
  readonly #client: ClusterAccess;
  readonly #names: NameTable;
  readonly #images: readonly ImageEntry[];
  readonly #meshes: Meshes;
  readonly #events: EventRecorder;
  readonly #addresses = new PodAddresses();
  readonly #runners = new Map<string, PodRunner>();
  readonly #byName = new Map<string, string>();
  readonly #binding = new Set<string>();
  #stopped = false;

  constructor(client: ClusterAccess, names: NameTable, images: readonly ImageEntry[], meshes: Meshes) {
    this.#client = client;
    this.#names = names;
    this.#images = images;
    this.#meshes = meshes;
    this.#events = new EventRecorder(client);
  }

  find(namespace: string, name: string): PodRunner | undefined {
    return this.#runners.get(this.#byName.get(`${namespace}/${name}`) ?? '');
  }

  changed(pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata;
    this.#addresses.seen(pod.status?.podIP);
    const runner = this.#runners.get(uid);
    if (runner !== undefined) {
      runner.update(pod);
      return;
    }
    const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (pod.spec.nodeName === NODE_NAME && !over) this.#run(pod);
    // A gated pod waits until its gates are taken away, without a word from the scheduler.
    else if (!pod.spec.nodeName && deletionTimestamp === undefined && !pod.spec.schedulingGates?.length)
      void this.#bind(pod);
  }

  gone(pod: Pod): void {
    const { uid, namespace, name } = pod.metadata;
    const runner = this.#runners.get(uid);
    this.#runners.delete(uid);
    this.#binding.delete(uid);
    if (this.#byName.get(`${namespace}/${name}`) === uid) this.#byName.delete(`${namespace}/${name}`);
    this.#events.forget(pod);
    void runner?.kill().then(() => this.#meshes.gone(runner.address));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#runners.values()].map((runner) => runner.kill(STOP_GRACE_MS)));
  }

  async #bind(pod: Pod): Promise<void> {
    const { uid } = pod.metadata;
    if (this.#binding.has(uid)) return;
    this.#binding.add(uid);
    while (!this.#stopped) {
      try {
        const bound = await bind(pod, this.#client, this.#events);
        if (bound !== undefined && !this.#stopped) this.#run(bound);
        // A pod that cannot be placed stays in #binding: it has been told once.
        if (bound !== undefined) this.#binding.delete(uid);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #run(pod: Pod): void {
    const { uid, namespace, name } = pod.metadata;
    if (this.#runners.has(uid) || this.#stopped) return;
    const address = pod.status?.podIP ?? this.#addresses.take();
    this.#meshes.started(pod, address);
    const runner = new PodRunner(pod, address, {
      access: this.#client,
      images: this.#images,
      names: this.#names,
      events: this.#events,
      read: this.#read,
      resolve: (from, host, port) => this.#meshes.intercept(from, host, port) ?? this.#names.resolve(host, port),
    });
    this.#runners.set(uid, runner);
    this.#byName.set(`${namespace}/${name}`, uid);
    runner.start();
    if (pod.metadata.deletionTimestamp !== undefined) runner.update(pod);
  }

  /** Secret values arrive as base64. Throws when the API server is away: the container tries again. */
  #read: ReadEntries = async (kind, namespace, name) => {
    const answer = await this.#client.request('GET', `/api/v1/namespaces/${namespace}/${kind}s/${name}`);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new Error(`reading ${kind} ${namespace}/${name} answered ${answer.status}`);
    const data = Object.entries((answer.body as { data?: Record<string, string> }).data ?? {});
    if (kind === 'configmap') return Object.fromEntries(data);
    return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
  };
}
