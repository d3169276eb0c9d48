import { type EndpointSlice, keyOf, type LocalAddress, type Service } from './types.ts';

/** Label by which a slice names its Service. */
const SERVICE_LABEL = 'kubernetes.io/service-name';
/** ExternalName Services may point at each other; more hops than this is a loop. */
const MAX_ALIASES = 4;

/**
 * What DNS, kube-proxy and the pod network do in a cluster, as one table: pod addresses, Service names and cluster
 * addresses ► a port of this machine. Addresses of 10.244.0.0/16 are only names here; nothing is ever sent to them.
 */
export class NameTable {
  readonly #hosts = new Map<string, ReadonlyMap<number, number>>();
  readonly #services = new Map<string, Service>();
  readonly #clusterAddresses = new Map<string, string>();
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();
  readonly #turns = new Map<string, number>();

  /** Publishes the local ports of a pod or node, by the ports it listens on inside the cluster. */
  setHost(address: string, ports: ReadonlyMap<number, number>): void {
    this.#hosts.set(address, ports);
  }

  dropHost(address: string): void {
    this.#hosts.delete(address);
  }

  setService(service: Service): void {
    const key = keyOf(service);
    this.#forgetAddresses(key);
    this.#services.set(key, service);
    for (const address of service.spec.clusterIPs ?? []) {
      if (address !== '' && address !== 'None') this.#clusterAddresses.set(address, key);
    }
  }

  dropService(service: Service): void {
    const key = keyOf(service);
    this.#forgetAddresses(key);
    this.#services.delete(key);
  }

  setSlice(slice: EndpointSlice): void {
    const service = serviceOf(slice);
    if (service === undefined) return;
    const slices = this.#slices.get(service) ?? new Map<string, EndpointSlice>();
    this.#slices.set(service, slices.set(slice.metadata.name, slice));
  }

  dropSlice(slice: EndpointSlice): void {
    const service = serviceOf(slice);
    if (service === undefined) return;
    const slices = this.#slices.get(service);
    slices?.delete(slice.metadata.name);
    if (slices?.size === 0) this.#slices.delete(service);
  }

  /**
   * The local address behind `host:port`, or undefined when the name is unknown or nothing is ready behind it.
   * Understood: pod and node addresses, `10-244-0-6.<ns>.pod[.cluster.local]`, cluster addresses, and
   * `<svc>.<ns>[.svc[.cluster.local]]`. Calls for a Service take its ready endpoints in turn.
   */
  resolve(host: string, port: number): LocalAddress | undefined {
    return this.candidates(host, port)[0];
  }

  /**
   * All local addresses behind `host:port`, the one whose turn it is first.
   * @param accept narrows a Service's endpoints by the pod's address
   */
  candidates(host: string, port: number, accept?: (podAddress: string) => boolean): LocalAddress[] {
    return this.#candidates(host, port, accept ?? (() => true), 0);
  }

  /** `namespace/name` of the Service that a name or cluster address stands for, if there is one. */
  serviceOf(host: string): string | undefined {
    const name = host.toLowerCase().replace(/\.$/, '');
    const key = this.#clusterAddresses.get(name) ?? serviceKey(name);
    return key !== undefined && this.#services.has(key) ? key : undefined;
  }

  #candidates(host: string, port: number, accept: (podAddress: string) => boolean, aliases: number): LocalAddress[] {
    const name = host.toLowerCase().replace(/\.$/, '');
    const direct = this.#hosts.get(name) ?? this.#hosts.get(podAddress(name) ?? '');
    if (direct !== undefined) return local(direct.get(port));
    const key = this.#clusterAddresses.get(name) ?? serviceKey(name);
    const service = key === undefined ? undefined : this.#services.get(key);
    if (key === undefined || service === undefined) return [];
    const alias = service.spec.externalName;
    if (service.spec.type === 'ExternalName' && alias !== undefined) {
      return aliases < MAX_ALIASES ? this.#candidates(alias, port, accept, aliases + 1) : [];
    }
    return this.#inTurn(key, port, this.#endpoints(key, service, port, accept));
  }

  #endpoints(key: string, service: Service, port: number, accept: (podAddress: string) => boolean): LocalAddress[] {
    // A headless Service is only a DNS name: the caller's port is the pod's port.
    const headless = service.spec.clusterIP === 'None';
    const servicePort = service.spec.ports?.find((candidate) => candidate.port === port);
    if (!headless && servicePort === undefined) return [];
    const ready: LocalAddress[] = [];
    const terminating: LocalAddress[] = [];
    for (const slice of this.#slices.get(key)?.values() ?? []) {
      const target = slice.ports?.find((candidate) => (candidate.name ?? '') === (servicePort?.name ?? ''))?.port;
      const podPort = headless ? port : target;
      if (podPort === undefined) continue;
      for (const { addresses, conditions } of slice.endpoints ?? []) {
        const found = addresses.filter(accept).flatMap((address) => local(this.#hosts.get(address)?.get(podPort)));
        if (conditions?.ready !== false) ready.push(...found);
        else if (conditions.serving === true && conditions.terminating === true) terminating.push(...found);
      }
    }
    // As kube-proxy does (KEP-1669): endpoints that are going away serve only when no other is left.
    return ready.length > 0 ? ready : terminating;
  }

  #inTurn(key: string, port: number, endpoints: LocalAddress[]): LocalAddress[] {
    if (endpoints.length === 0) return [];
    const turn = this.#turns.get(`${key}:${port}`) ?? 0;
    this.#turns.set(`${key}:${port}`, turn + 1);
    const start = turn % endpoints.length;
    return [...endpoints.slice(start), ...endpoints.slice(0, start)];
  }

  #forgetAddresses(key: string): void {
    for (const [address, owner] of this.#clusterAddresses) if (owner === key) this.#clusterAddresses.delete(address);
  }
}

function local(port: number | undefined): LocalAddress[] {
  return port === undefined ? [] : [{ host: '127.0.0.1', port }];
}

function serviceOf(slice: EndpointSlice): string | undefined {
  const name = slice.metadata.labels?.[SERVICE_LABEL];
  return name === undefined ? undefined : `${slice.metadata.namespace}/${name}`;
}

function serviceKey(name: string): string | undefined {
  const match = /^([^.]+)\.([^.]+)(?:\.svc(?:\.cluster\.local)?)?$/.exec(name);
  return match === null ? undefined : `${match[2]}/${match[1]}`;
}

function podAddress(name: string): string | undefined {
  return /^(\d+-\d+-\d+-\d+)\.[^.]+\.pod(?:\.cluster\.local)?$/.exec(name)?.[1]?.replaceAll('-', '.');
}
