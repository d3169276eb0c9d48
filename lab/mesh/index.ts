/** The meshes of a lab: installed on demand, each with its controller, its injector and a proxy beside each pod in it. */
import type { KubeObject } from '../../src/kube/objects.ts';
import type { CrdSet } from '../control-plane/crds.ts';
import type { NameTable } from '../node/names.ts';
import type { ClusterAccess, Followed, LocalAddress, Pod, Service } from '../node/types.ts';
import { AdmissionServer } from './admission.ts';
import { appMesh } from './app-mesh.ts';
import { type Behaviour, HEALTHY } from './behaviour.ts';
import { Controller } from './controller.ts';
import { gatewayApiMesh } from './gateway-api.ts';
import { istio } from './istio.ts';
import { kuma } from './kuma.ts';
import { Sidecar } from './sidecar.ts';
import { traefikIngressRoute, traefikService } from './traefik.ts';
import type { ClusterView, MeshKind, MeshName } from './types.ts';
import { selects } from './types.ts';

export type { Behaviour } from './behaviour.ts';
export type { MeshName } from './types.ts';

const MESHES: readonly MeshKind[] = [gatewayApiMesh, istio, kuma, traefikService, traefikIngressRoute, appMesh];
export const MESH_NAMES: readonly MeshName[] = MESHES.map(({ name }) => name);

export interface MeshSurroundings {
  readonly client: ClusterAccess;
  installCrds(which: CrdSet): Promise<void>;
  readonly names: NameTable;
  service(namespace: string, name: string): Service | undefined;
  pods(): readonly Pod[];
  log(line: string): void;
}

interface Installed {
  readonly mesh: MeshKind;
  readonly controller: Controller;
  readonly behaviours: Map<string, Behaviour>;
}

/** Behaviour for namespaces that have none of their own. */
const EVERYWHERE = '';

export class Meshes {
  readonly #around: MeshSurroundings;
  readonly #cluster: ClusterView;
  /** Followed from the first mesh on. */
  #namespaces: Followed<KubeObject> | undefined;
  readonly #installed = new Map<MeshName, Promise<Installed>>();
  readonly #ready: Installed[] = [];
  readonly #sidecars = new Map<string, { readonly of: Installed; readonly proxy: Sidecar }>();
  #admission: Promise<AdmissionServer> | undefined;

  constructor(around: MeshSurroundings) {
    this.#around = around;
    this.#cluster = {
      serviceOf: (host) => around.names.serviceOf(host),
      service: around.service,
      namespace: (name) => this.#namespaces?.object(name),
      endpoints: (host, port, labels) => this.#endpoints(host, port, labels),
    };
  }

  /** Definitions, webhook and controller of a mesh; resolves when they work. Installing twice is installing once. */
  install(name: MeshName): Promise<unknown> {
    let installing = this.#installed.get(name);
    if (installing === undefined) {
      installing = this.#install(meshKind(name));
      this.#installed.set(name, installing);
      installing.catch(() => this.#installed.delete(name));
    }
    return installing;
  }

  /** Sets the switches of a mesh, for one namespace or for all that have none of their own. Throws when it is not installed. */
  async behave(name: MeshName, behaviour: Behaviour, namespace = EVERYWHERE): Promise<void> {
    const installed = await this.#installed.get(name);
    if (installed === undefined) throw new Error(`the mesh ${name} is not installed in this lab`);
    installed.behaviours.set(namespace, behaviour);
  }

  /** Something of the cluster changed that routing may depend on. */
  stale(): void {
    for (const { controller } of this.#ready) controller.stale();
  }

  /** A pod is about to run: it gets a proxy if a mesh injects one. */
  started(pod: Pod, address: string): void {
    for (const of of this.#ready) {
      if (!injects(of, pod, this.#cluster, this.#around.log)) continue;
      const { name, namespace, labels = {} } = pod.metadata;
      const proxy = new Sidecar(
        { name, namespace, labels },
        {
          routing: (caller, call) => of.controller.table().routing(caller, call),
          endpoints: this.#cluster.endpoints,
          random: Math.random,
        },
      );
      this.#sidecars.set(address, { of, proxy });
      return;
    }
  }

  gone(address: string): void {
    const sidecar = this.#sidecars.get(address);
    this.#sidecars.delete(address);
    void sidecar?.proxy.stop();
  }

  /** Where a pod's proxy takes its connection to a Service; undefined for pods without one, and for anything else. */
  intercept(from: string, host: string, port: number): Promise<LocalAddress> | undefined {
    const sidecar = this.#sidecars.get(from);
    if (sidecar === undefined || this.#cluster.serviceOf(host) === undefined) return undefined;
    return sidecar.proxy.listener(host, port);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#namespaces?.stop(), ...this.#ready.map(({ controller }) => controller.stop())]);
    await Promise.all([...this.#sidecars.values()].map(({ proxy }) => proxy.stop()));
    await this.#admission?.then((server) => server.stop());
  }

  async #install(mesh: MeshKind): Promise<Installed> {
    const { client, log } = this.#around;
    this.#namespaces ??= client.watch<KubeObject>('/api/v1/namespaces', { onEvent: () => this.stale() });
    await Promise.all([this.#namespaces.synced, this.#around.installCrds(mesh.crds)]);
    const behaviours = new Map<string, Behaviour>();
    const behaviourIn = (namespace: string) => behaviours.get(namespace) ?? behaviours.get(EVERYWHERE) ?? HEALTHY;
    const controller = new Controller({ mesh, client, cluster: this.#cluster, behaviourIn, log });
    await controller.start();
    const installed = { mesh, controller, behaviours };
    if (mesh.webhook !== undefined) await this.#register(installed, behaviourIn);
    this.#ready.push(installed);
    return installed;
  }

  async #register({ mesh, controller }: Installed, behaviourIn: (namespace: string) => Behaviour): Promise<void> {
    const { webhook } = mesh;
    if (webhook === undefined) return;
    this.#admission ??= startServer();
    const server = await this.#admission;
    const cluster = this.#cluster;
    const reviewer = {
      mutate: (object: KubeObject) => webhook.mutate?.(object, controller.live, cluster),
      refuses: (object: KubeObject, before: KubeObject | undefined) => {
        if (object.kind === 'Pod') return refusedPod(mesh, controller, object, cluster);
        const told = behaviourIn(object.metadata.namespace ?? '').acknowledgement === 'refusing';
        // An API that can refuse afterwards does; the others refuse what would change what they do.
        const changes = before !== undefined && JSON.stringify(before['spec']) !== JSON.stringify(object['spec']);
        if (told && mesh.refusal === undefined && object.kind === mesh.route.kind && changes) {
          return 'the lab was told to refuse this';
        }
        return webhook.refuses(object, before, controller.live, cluster);
      },
      down: (namespace: string) => behaviourIn(namespace).webhook === 'down',
    };
    await server.register(mesh, webhook, reviewer, this.#around.client);
  }

  #endpoints(host: string, port: number, labels?: Readonly<Record<string, string>>): readonly LocalAddress[] {
    if (labels === undefined || Object.keys(labels).length === 0) return this.#around.names.candidates(host, port);
    const among = new Set(
      this.#around
        .pods()
        .filter((pod) => selects(labels, pod.metadata.labels ?? {}))
        .map((pod) => pod.status?.podIP),
    );
    return this.#around.names.candidates(host, port, (address) => among.has(address));
  }
}

async function startServer(): Promise<AdmissionServer> {
  const server = new AdmissionServer();
  await server.start();
  return server;
}

function refusedPod(mesh: MeshKind, controller: Controller, pod: KubeObject, cluster: ClusterView): string | undefined {
  try {
    mesh.injected(pod, controller.live, cluster);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function injects(
  { mesh, controller }: Installed,
  pod: Pod,
  cluster: ClusterView,
  log: (line: string) => void,
): boolean {
  try {
    return mesh.injected(pod, controller.live, cluster);
  } catch (error) {
    // The webhook refuses such pods; one that was made before it was there runs without a proxy.
    log(`pod ${pod.metadata.namespace}/${pod.metadata.name}: ${(error as Error).message}`);
    return false;
  }
}

/** A mesh by its name. Throws with the names there are. */
export function meshNamed(name: string): MeshName {
  return meshKind(name).name;
}

export function meshKind(name: string): MeshKind {
  const found = MESHES.find((mesh) => mesh.name === name);
  if (found === undefined) throw new Error(`there is no mesh "${name}" in the lab; there are ${MESH_NAMES.join(', ')}`);
  return found;
}
