/** Which pods belong to what: selectors, the workload behind a Service, and pods that take requests. Pure. */
import { SERVICE_NAME_LABEL } from '../kube/names.ts';
import { field, type KubeObject, list, strings, text } from '../kube/objects.ts';

/** Whether every label of a selector is among the labels. An empty selector selects nothing, as in a Service. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

/** Labels of the pods a Deployment makes. */
export function podLabels(deployment: KubeObject): Readonly<Record<string, string>> {
  return strings(deployment, 'spec', 'template', 'metadata', 'labels');
}

/** The Deployment whose pods a Service selects; the one of the same name wins where several are selected. */
export function deploymentOf(service: KubeObject, deployments: readonly KubeObject[]): KubeObject | undefined {
  const selector = strings(service, 'spec', 'selector');
  const selected = deployments.filter(
    (deployment) =>
      deployment.metadata.namespace === service.metadata.namespace && selects(selector, podLabels(deployment)),
  );
  return selected.find(({ metadata }) => metadata.name === service.metadata.name) ?? selected[0];
}

/**
 * Pods of a Service that take new requests: ready and not terminating, by address. A missing `ready` counts as ready
 * (discovery.k8s.io/v1: "nil should be interpreted as true"). A pod listed in two slices counts once.
 */
export function readyPods(slices: readonly KubeObject[], service: string): number {
  const addresses = new Set<string>();
  for (const slice of slices) {
    if (slice.metadata.labels?.[SERVICE_NAME_LABEL] !== service) continue;
    for (const endpoint of list(slice, 'endpoints')) {
      const ready = field(endpoint, 'conditions', 'ready');
      if (ready === false || field(endpoint, 'conditions', 'terminating') === true) continue;
      // the addresses of one endpoint are the same pod's
      const [address] = list(endpoint, 'addresses');
      if (typeof address === 'string') addresses.add(address);
    }
  }
  return addresses.size;
}

/** The autoscaler that owns a Deployment's replicas. */
export function hpaOf(deployment: KubeObject | undefined, hpas: readonly KubeObject[]): KubeObject | undefined {
  if (deployment === undefined) return undefined;
  return hpas.find(
    (hpa) =>
      hpa.metadata.namespace === deployment.metadata.namespace &&
      text(hpa, 'spec', 'scaleTargetRef', 'kind') === 'Deployment' &&
      text(hpa, 'spec', 'scaleTargetRef', 'name') === deployment.metadata.name,
  );
}
