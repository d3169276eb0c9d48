/** What the meshes of the lab have in common: a routing table made from the API's objects, and how a mesh is described. */
import type { IncomingHttpHeaders } from 'node:http';
import type { KubeObject } from '../../src/kube/objects.ts';
import type { CrdSet } from '../control-plane/crds.ts';
import type { LocalAddress } from '../node/types.ts';

/** As `mesh` names them; `gateway-api` is a mesh that takes HTTPRoutes with Services as parents (GAMMA). */
export type MeshName = string;

/** A pod with a sidecar. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where a caller connects to, and the Host it names there: lower case, without a port. */
export interface Call {
  readonly host: string;
  readonly port: number;
  readonly authority: string;
}

/** A request as rules look at it. */
export interface MeshRequest {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
}

/** `absent` and `present` look only at whether there is a value. */
export interface TextMatch {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'regex' | 'present' | 'absent';
  readonly value: string;
  readonly invert?: boolean;
}

/** `prefix` is one of characters (App Mesh, Istio), `segments` one of whole path elements (Gateway API, Kuma). */
export interface PathMatch {
  readonly kind: 'exact' | 'prefix' | 'segments' | 'regex';
  readonly value: string;
}

/** All of it has to be true. */
export interface Match {
  readonly path?: PathMatch;
  readonly method?: string;
  readonly headers: readonly { readonly name: string; readonly match: TextMatch }[];
  readonly query: readonly { readonly name: string; readonly match: TextMatch }[];
}

export interface HeaderChange {
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** A weighted way out of a rule. */
export interface Destination {
  /** For people: the name the object gives it. */
  readonly name: string;
  readonly weight: number;
  /** A Service, narrowed to the pods with these labels; or the answer of the proxy itself where there is nothing behind it. */
  readonly to:
    | { readonly host: string; readonly port: number; readonly labels?: Readonly<Record<string, string>> }
    | { readonly answer: ProxyAnswer };
  readonly request?: HeaderChange;
  readonly response?: HeaderChange;
}

/** The proxy's own answer; Envoy's words where they are known. */
export interface ProxyAnswer {
  readonly status: number;
  readonly body: string;
}

export interface Rule {
  readonly name: string;
  /** One of them has to be true; without any the rule takes every request. */
  readonly matches: readonly Match[];
  /** Where matches are written in a language of the kind's own: taken instead of {@link matches}. */
  takes?(request: MeshRequest): boolean;
  readonly destinations: readonly Destination[];
  /** Whose turn it is, where that is not drawn. */
  pick?(): Destination | undefined;
  readonly request?: HeaderChange;
  readonly response?: HeaderChange;
  readonly timeoutMs?: number;
}

/**
 * What a caller's proxy does with a call: rules in the order they are tried; `passthrough`, to where the caller connects,
 * as if there were no mesh; or the proxy's own answer.
 */
export type Routing = { readonly rules: readonly Rule[] } | 'passthrough' | { readonly answer: ProxyAnswer };

export interface RoutingTable {
  routing(caller: Workload, call: Call): Routing;
}

/** What a mesh knows of the cluster beside its own objects. */
export interface ClusterView {
  /** `namespace/name` of the Service behind a name or a cluster address. */
  serviceOf(host: string): string | undefined;
  service(namespace: string, name: string): KubeObject | undefined;
  namespace(name: string): KubeObject | undefined;
  /** Ready addresses behind a Service's port, narrowed to pods with these labels, the one whose turn it is first. */
  endpoints(host: string, port: number, labels?: Readonly<Record<string, string>>): readonly LocalAddress[];
}

/** Objects of the kinds a mesh watches, as its proxies know them. */
export type MeshObjects = (kind: string) => readonly KubeObject[];

/** One kind a mesh watches. */
export interface WatchedKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly plural: string;
}

/** A mesh of the lab: how its objects become routing, and how its controller and injector deal with them. */
export interface MeshKind {
  readonly name: MeshName;
  readonly crds: CrdSet;
  /** The kind that holds the weights: the lab's switches act on it alone. */
  readonly route: WatchedKind;
  readonly others: readonly WatchedKind[];
  /** From the API server's answer to the proxies' new configuration, and to the controller's word, in milliseconds. */
  readonly pace: { readonly applied: number; readonly acknowledged: number };
  readonly seed: Seed;
  /** The routing that these objects ask for. */
  compile(objects: MeshObjects, cluster: ClusterView): RoutingTable;
  /** What the controller puts on its objects; a deletion hangs until it is taken away. */
  readonly finalizer?: string;
  /** Whether a pod gets a sidecar when it starts. Throws where the real injector refuses the pod. */
  injected(pod: KubeObject, objects: MeshObjects, cluster: ClusterView): boolean;
  /** What keeps the controller from taking a route over yet; it looks again whenever something changes. */
  waitsFor?(route: KubeObject, objects: MeshObjects): string | undefined;
  /** What the controller's cloud or proxies refuse of a route, in their words. */
  refuses?(route: KubeObject, objects: MeshObjects): string | undefined;
  /** The status after an object was taken over; undefined where the API has no acknowledgement. */
  acknowledgement(object: KubeObject, options: { readonly observedGeneration: boolean }): unknown;
  /** How a refusal shows: an event, or a status. Without it the mesh can only refuse by its webhook. */
  refusal?(route: KubeObject, words: string): { readonly event: RefusalEvent } | { readonly status: unknown };
  readonly webhook?: Webhook;
}

/** The seed's system on a mesh, as lab/demo plays it. */
export interface Seed {
  /** Folders below manifests/ with the way to the application; `mesh/<name>/base` where absent. */
  readonly base?: readonly string[];
  /** The same for what v2 needs beside dj-app/v2. */
  readonly canary?: readonly string[];
  /** The LoadBalancer Service of a gateway of the kind's own; Kong stands in front where absent. */
  readonly gateway?: { readonly namespace: string; readonly name: string; readonly port: number };
  /** Inputs of a release beside `mesh`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The object that holds jazz's weights, as kubectl names it. */
  readonly route: readonly [plural: string, name: string];
  /** What of that object becomes another value so that these shares hold, and a request with the lane's header reaches v2. */
  byHand(shares: readonly (readonly [backend: string, weight: number])[]): {
    readonly path: string;
    readonly value: unknown;
  };
}

export interface RefusalEvent {
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** The admission webhook in front of the mesh's objects. */
export interface Webhook {
  readonly name: string;
  /** As the controller's chart sets it. */
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
  }[];
  /** Only namespaces with these labels are looked at; all where absent. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** Label of namespaces whose new pods the injector may refuse. */
  readonly podsOf?: Readonly<Record<string, string>>;
  /** Changes the webhook makes to a new object; undefined for none. */
  mutate?(object: KubeObject, objects: MeshObjects, cluster: ClusterView): KubeObject | undefined;
  /** Why the object is refused, in the webhook's words; undefined when it is not. */
  refuses(
    object: KubeObject,
    before: KubeObject | undefined,
    objects: MeshObjects,
    cluster: ClusterView,
  ): string | undefined;
}

export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Labels of which every one is on the object. An empty selector selects everything. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
