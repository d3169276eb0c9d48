/** Which pods are read, and where their metrics are. Pure: what pods.ts asks the API server for. */
import { annotation, field, type KubeObject, list, strings, text } from '../../kube/objects.ts';

/** Pods of one version: what its Service selects, and the port it sends requests to. */
export interface PodSelection {
  readonly selector: Readonly<Record<string, string>>;
  /** `targetPort` of the Service: a number or the name of a container port. */
  readonly targetPort?: number | string;
}

/** What a Service says about the pods behind it. */
export function selectionOf(service: KubeObject): PodSelection {
  const [port] = list(service, 'spec', 'ports');
  const targetPort = field(port, 'targetPort') ?? field(port, 'port');
  return {
    selector: strings(service, 'spec', 'selector'),
    ...(typeof targetPort === 'number' || typeof targetPort === 'string' ? { targetPort } : {}),
  };
}

/** The selector as a query of the API server wants it; undefined for one that selects nothing. */
export function labelSelector(selector: Readonly<Record<string, string>>): string | undefined {
  const pairs = Object.entries(selector);
  return pairs.length === 0 ? undefined : pairs.map(([name, value]) => `${name}=${value}`).join(',');
}

export function isReady(pod: KubeObject): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  return list(pod, 'status', 'conditions').some(
    (condition) => text(condition, 'type') === 'Ready' && text(condition, 'status') === 'True',
  );
}

/** Names of container ports that serve metrics by custom. */
const METRICS_PORTS = ['metrics', 'http-metrics'];

/** The port of a pod's metrics: as annotated, else the container port of that name, else the Service's target. */
export function metricsPort(pod: KubeObject, targetPort?: number | string): number | undefined {
  const annotated = Number(annotation(pod, 'prometheus.io/port') ?? Number.NaN);
  if (isPort(annotated)) return annotated;
  // Sidecars that run as long as the pod are init containers (restartPolicy Always).
  const containers = [...list(pod, 'spec', 'containers'), ...list(pod, 'spec', 'initContainers')];
  const ports = containers.flatMap((container) => list(container, 'ports'));
  const named = (name: string) => field(ports.find((port) => text(port, 'name') === name) ?? {}, 'containerPort');
  const found = [...METRICS_PORTS, ...(typeof targetPort === 'string' ? [targetPort] : [])].map(named).find(isPort);
  return found ?? (isPort(targetPort) ? targetPort : undefined);
}

/**
 * The path of a pod's metrics through the API server, or undefined when no port is known. Annotations come from
 * outside: a path that could leave the pod's proxy is not followed.
 */
export function metricsPath(pod: KubeObject, targetPort?: number | string): string | undefined {
  const port = metricsPort(pod, targetPort);
  if (port === undefined) return undefined;
  const annotated = annotation(pod, 'prometheus.io/path') ?? '';
  const safe = /^(\/[\w-][\w.-]*)+$/.test(annotated);
  const scheme = annotation(pod, 'prometheus.io/scheme') === 'https' ? 'https:' : '';
  const namespace = encodeURIComponent(pod.metadata.namespace ?? 'default');
  const name = encodeURIComponent(pod.metadata.name);
  return `/api/v1/namespaces/${namespace}/pods/${scheme}${name}:${port}/proxy${safe ? annotated : '/metrics'}`;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
