/**
 * The shapes the node stand-in reads from the API server: only the fields it uses, all of them as the API documents
 * them (https://kubernetes.io/docs/reference/kubernetes-api/).
 */
import type { KubeObject, ObjectMeta } from '../../src/kube/objects.ts';
import type { ApiAnswer, WatchOptions } from '../client.ts';

/** What the node needs of {@link LabClient}; tests give it a fake. */
export interface ClusterAccess {
  /** One request; answers of every status are returned, a connection that fails throws. */
  request<T = unknown>(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer<T>>;
  watch<T extends KubeObject>(path: string, options?: WatchOptions<T>): Followed<T>;
}

/** A collection that is kept up to date. */
export interface Followed<T> {
  readonly synced: Promise<void>;
  objects(): readonly T[];
  object(name: string, namespace?: string): T | undefined;
  stop(): Promise<void>;
}

export interface Meta extends ObjectMeta {
  readonly namespace: string;
  readonly uid: string;
  readonly deletionGracePeriodSeconds?: number;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: { readonly resource: string };
    readonly configMapKeyRef?: KeyRef;
    readonly secretKeyRef?: KeyRef;
  };
}

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface EnvSource {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
  readonly secretRef?: { readonly name: string; readonly optional?: boolean };
}

/** Times in seconds. A probe of kind exec always succeeds in the lab: there is no container to run it in. */
export interface Probe {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number | string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number | string };
  readonly grpc?: { readonly port: number };
  readonly exec?: unknown;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvSource[];
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly resources?: { readonly requests?: Readonly<Record<string, string | number>> };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | null;
  readonly message?: string | null;
  readonly lastProbeTime?: string | null;
  readonly lastTransitionTime?: string | null;
  readonly observedGeneration?: number;
}

export interface Pod extends KubeObject {
  readonly metadata: Meta;
  readonly spec: {
    readonly nodeName?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly restartPolicy?: string;
    readonly schedulingGates?: readonly { readonly name: string }[];
    readonly serviceAccountName?: string;
    readonly terminationGracePeriodSeconds?: number;
    readonly readinessGates?: readonly { readonly conditionType: string }[];
    readonly initContainers?: readonly ContainerSpec[];
    readonly containers: readonly ContainerSpec[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface Service extends KubeObject {
  readonly metadata: Meta;
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalName?: string;
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

export interface EndpointSlice extends KubeObject {
  readonly metadata: Meta;
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
}

/** A local address that answers for a name or an address of the cluster. */
export interface LocalAddress {
  readonly host: string;
  readonly port: number;
  /** It stays the same for this caller and name: the caller's own proxy. */
  readonly fixed?: true;
}

/** What `kubectl describe` shows at the end; `type` is Normal or Warning. */
export interface EventDetails {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The container the event is about. */
  readonly container?: string;
}

/** `namespace/name`. */
export function keyOf(object: { readonly metadata: Meta }): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}
