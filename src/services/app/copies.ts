/** Copies of what stands around a Deployment, each for the canary's pods alone. */
import { KEDA_GROUP, SCALED_OBJECT_NAME } from '../../kube/names.ts';
import { field, groupOf, type KubeObject, list, mapAt, strings, text } from '../../kube/objects.ts';
import { copiedMetadata } from './copy-metadata.ts';
import { foldServicePorts, type PortNames } from './fold.ts';
import { followSelector } from './follow.ts';
import type { Labels } from './selectors.ts';

/** Part of a copy that is still being written. */
type Fields = Record<string, unknown>;

/** What every copy for one canary needs to know. */
export interface Canary {
  readonly name: string;
  /** Name of the Deployment it is copied from. */
  readonly from: string;
  /** Name of the Service it is copied from. */
  readonly fromService: string;
  readonly selector: Labels;
  /** Labels of the copied pods, and of the canary's. */
  readonly labels: { readonly old: Labels; readonly new: Labels };
}

/** Given by the cluster to one Service, or ways in past the gateway. */
const SERVICE_OWN = new Set([
  'clusterIP',
  'clusterIPs',
  'healthCheckNodePort',
  'ipFamilies',
  'loadBalancerIP',
  'loadBalancerClass',
  'loadBalancerSourceRanges',
  'allocateLoadBalancerNodePorts',
  'externalTrafficPolicy',
  'externalIPs',
  'externalName',
]);

/** The Service of the canary: inside the cluster only, same ports without node ports, selecting its pods alone. */
export function copyService(original: KubeObject, canary: Canary, ports: PortNames): KubeObject {
  const spec = mapAt(original['spec']);
  const kept = Object.fromEntries(Object.entries(spec).filter(([key]) => !SERVICE_OWN.has(key)));
  const plain = foldServicePorts(list(spec, 'ports'), ports).map((port) => {
    const { nodePort: _, ...rest } = mapAt(port);
    return rest;
  });
  return {
    apiVersion: original.apiVersion,
    kind: original.kind,
    metadata: copiedMetadata(original, ofCanary(canary, canary.name)),
    spec: {
      ...kept,
      type: 'ClusterIP',
      ...(spec['clusterIP'] === 'None' ? { clusterIP: 'None' } : {}),
      selector: { ...canary.selector },
      ports: plain,
    },
  };
}

/** A ConfigMap or Secret under another name. A copy may be written again when the version's content changes: never immutable. */
export function copyConfig(original: KubeObject, canary: Canary, name: string): KubeObject {
  const { immutable: _, status: __, ...content } = original;
  return { ...content, metadata: copiedMetadata(original, ofCanary(canary, name)) } as KubeObject;
}

/** A HorizontalPodAutoscaler for the canary: same bounds and metrics; metrics of the home Service become its own Service's. */
export function copyAutoscaler(original: KubeObject, canary: Canary, name: string): KubeObject {
  const spec = structuredClone(mapAt(original['spec']));
  for (const metric of list(spec, 'metrics')) {
    const described = field(metric, 'object', 'describedObject') as Fields | undefined;
    if (described?.['kind'] === 'Service' && described['name'] === canary.fromService) described['name'] = canary.name;
  }
  return retargeted(original, spec, canary, name);
}

/** A ScaledObject for the canary; KEDA makes the autoscaler of it, by a name that is free. */
export function copyScaledObject(original: KubeObject, canary: Canary, name: string): KubeObject {
  const spec = structuredClone(mapAt(original['spec']));
  const config = field(spec, 'advanced', 'horizontalPodAutoscalerConfig') as Fields | undefined;
  if (typeof config?.['name'] === 'string') config['name'] = `keda-hpa-${name}`.slice(0, 63);
  return retargeted(original, spec, canary, name);
}

/** A PodDisruptionBudget that counts the canary's pods and no others. */
export function copyBudget(original: KubeObject, canary: Canary, name: string): KubeObject {
  return {
    apiVersion: original.apiVersion,
    kind: original.kind,
    metadata: copiedMetadata(original, ofCanary(canary, name)),
    spec: { ...mapAt(original['spec']), selector: { matchLabels: { ...canary.selector } } },
  };
}

/** A NetworkPolicy for the canary's pods; peers that are the app's own pods become the canary's. */
export function copyPolicy(original: KubeObject, canary: Canary, name: string): KubeObject {
  const spec = structuredClone(mapAt(original['spec']));
  const sides = [
    ...list(spec, 'ingress').flatMap((rule) => list(rule, 'from')),
    ...list(spec, 'egress').flatMap((rule) => list(rule, 'to')),
  ];
  for (const peer of sides) {
    const selector = field(peer, 'podSelector');
    // `podSelector: {}` is everybody, and stays
    if (selector === undefined || Object.keys(mapAt(selector)).length === 0) continue;
    (peer as Fields)['podSelector'] = followSelector(selector, canary.labels.old, canary.labels.new);
  }
  return {
    apiVersion: original.apiVersion,
    kind: original.kind,
    metadata: copiedMetadata(original, ofCanary(canary, name)),
    spec: { ...spec, podSelector: { matchLabels: { ...canary.selector } } },
  };
}

/** An HPA that KEDA keeps: its metrics are found by the ScaledObject's name, and KEDA sets back what others write. */
export function isKedas(autoscaler: KubeObject): boolean {
  return (
    (autoscaler.metadata.ownerReferences ?? []).some(({ kind }) => kind === 'ScaledObject') ||
    strings(autoscaler, 'metadata', 'labels')[SCALED_OBJECT_NAME] !== undefined
  );
}

/** Kinds of autoscalers that are copied. */
export function scalerKind(object: KubeObject): 'autoscaler' | 'scaled-object' | undefined {
  if (object.kind === 'HorizontalPodAutoscaler' && groupOf(object.apiVersion) === 'autoscaling') return 'autoscaler';
  return object.kind === 'ScaledObject' && groupOf(object.apiVersion) === KEDA_GROUP ? 'scaled-object' : undefined;
}

/** Whether an autoscaler's target is a Deployment of this name. */
export function targets(scaler: KubeObject, deployment: string): boolean {
  const kind = text(scaler, 'spec', 'scaleTargetRef', 'kind') || 'Deployment';
  return kind === 'Deployment' && text(scaler, 'spec', 'scaleTargetRef', 'name') === deployment;
}

function retargeted(original: KubeObject, spec: Record<string, unknown>, canary: Canary, name: string): KubeObject {
  return {
    apiVersion: original.apiVersion,
    kind: original.kind,
    metadata: copiedMetadata(original, ofCanary(canary, name)),
    spec: { ...spec, scaleTargetRef: { ...mapAt(spec['scaleTargetRef']), name: canary.name } },
  };
}

function ofCanary({ name: canary, from }: Canary, name: string) {
  return { name, canary, from };
}
