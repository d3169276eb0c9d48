/** A canary made from stable: the same Deployment and Service with another name, version and image. Pure. */

import { BackendError } from '../errors.ts';
import { APP_VERSION, CLONE_LABEL } from '../kube/names.ts';
import { type KubeObject, list, mapAt, nameOf, strings, text } from '../kube/objects.ts';

export interface CloneOptions {
  /** Logical service, e.g. `jazz`. */
  readonly service: string;
  /** Version as a DNS label, e.g. `v2`. */
  readonly version: string;
  readonly image: string;
}

export interface Clone {
  readonly deployment: KubeObject;
  readonly service: KubeObject;
}

/** The label this tool tells versions apart by, as Istio, Kiali and the seed application do. */
export const VERSION_LABEL = 'version';

/** Set by the cluster or kubectl for one object alone. */
const OWN_ANNOTATIONS =
  /^(kubectl\.kubernetes\.io\/(last-applied-configuration|restartedAt)|deployment\.kubernetes\.io\/|mesh-canary\.dev\/)/;
/**
 * Marks of whoever keeps the original: with them on the clone, Argo CD, Flux or helm would delete it as one of theirs
 * that is missing in git. `app.kubernetes.io/instance` is Argo CD's tracking label in its default set-up up to 2.x.
 */
const OWNER_MARKS =
  /^(argocd\.argoproj\.io\/|([a-z-]+\.)?toolkit\.fluxcd\.io\/|meta\.helm\.sh\/|helm\.sh\/|app\.kubernetes\.io\/(managed-by|instance)$|objectset\.rio\.cattle\.io\/|kapp\.k14s\.io\/)/;
const HASH_LABELS = new Set(['pod-template-hash', 'rollouts-pod-template-hash', 'controller-revision-hash']);

/**
 * Copies stable's Deployment and Service for another version.
 *
 * - Name `<service>-<version>`; selector, pod labels and Service selector carry `version`, so that the clone selects
 *   its own pods only. Labels whose value is stable's versioned name, and `app.kubernetes.io/version`, follow along.
 * - The image is set on the container that is alone, named like the service, or runs the same image repository.
 * - Annotations are kept (Kong drops a route whose Services differ in a `konghq.com/*` one), except the marks of
 *   kubectl, of GitOps tools and of helm. Status, identity, owners and node ports are left out.
 * - One replica: more are asked for before each rise, see {@link replicasNeeded}.
 *
 * Whether stable's own selector would catch the clone's pods is not decided here: lint says so, with the way out.
 * @throws BackendError when no container can be chosen, or the Service selects nothing.
 */
export function cloneForVersion(stableDeployment: KubeObject, stableService: KubeObject, options: CloneOptions): Clone {
  const name = `${options.service}-${options.version}`;
  const relabel = relabeller(stableDeployment, stableService, options, name);
  if (Object.keys(strings(stableService, 'spec', 'selector')).length === 0) {
    throw new BackendError(
      `${nameOf(stableService)} has no selector, so no copy of it can be made for ${name}`,
      'bring the Deployment and the Service of the new version with the input manifests',
    );
  }
  return {
    deployment: cloneDeployment(stableDeployment, options, name, relabel),
    service: cloneService(stableService, name, relabel, stableDeployment.metadata.name),
  };
}

/** The copy of stable's Service alone, for manifests that bring a Deployment without a Service. */
export function cloneServiceFor(
  stableDeployment: KubeObject,
  stableService: KubeObject,
  canary: { readonly service: string; readonly version: string; readonly podLabels: Readonly<Record<string, string>> },
): KubeObject {
  const name = `${canary.service}-${canary.version}`;
  const relabel = relabeller(stableDeployment, stableService, canary, name);
  const clone = cloneService(stableService, name, relabel, stableDeployment.metadata.name);
  // what the Deployment really calls its pods decides
  const selector = Object.fromEntries(
    Object.entries(strings(clone, 'spec', 'selector'))
      .filter(([key]) => canary.podLabels[key] !== undefined)
      .map(([key]) => [key, canary.podLabels[key] ?? '']),
  );
  return { ...clone, spec: { ...mapAt(clone, 'spec'), selector } };
}

/** The copy of stable's HorizontalPodAutoscaler for the canary, with the same bounds and metrics. */
export function cloneHpa(stableHpa: KubeObject, canary: string): KubeObject {
  const spec = structuredClone(mapAt(stableHpa, 'spec'));
  return {
    apiVersion: stableHpa.apiVersion,
    kind: stableHpa.kind,
    metadata: {
      name: canary,
      ...namespaceOf(stableHpa),
      labels: {
        ...unowned(stableHpa.metadata.labels ?? {}),
        [CLONE_LABEL]: text(stableHpa, 'spec', 'scaleTargetRef', 'name').slice(0, 63),
      },
      ...kept('annotations', stableHpa.metadata.annotations),
    },
    spec: { ...spec, scaleTargetRef: { ...mapAt(spec, 'scaleTargetRef'), name: canary } },
  };
}

/**
 * Pods the canary needs before it is given `share` percent: as many as that part of stable's ready pods, at least one.
 * So no canary pod gets more requests than a stable pod had.
 */
export function replicasNeeded(stableReady: number, share: number): number {
  return Math.max(1, Math.ceil((stableReady * share) / 100 - 1e-9));
}

/** `registry:5000/team/app:v1@sha256:…` ► `registry:5000/team/app`. */
export function imageRepository(image: string): string {
  const withoutDigest = image.split('@')[0] ?? image;
  const slash = withoutDigest.lastIndexOf('/');
  const colon = withoutDigest.indexOf(':', slash + 1);
  return colon < 0 ? withoutDigest : withoutDigest.slice(0, colon);
}

/** Index of the container that runs the service. */
export function containerOf(deployment: KubeObject, service: string, image: string): number {
  const containers = list(deployment, 'spec', 'template', 'spec', 'containers');
  if (containers.length === 1) return 0;
  const named = containers.findIndex((container) => text(container, 'name') === service);
  if (named >= 0) return named;
  const repository = imageRepository(image);
  const same = containers.flatMap((container, index) =>
    imageRepository(text(container, 'image')) === repository ? [index] : [],
  );
  const [only] = same;
  if (only !== undefined && same.length === 1) return only;
  const found = containers.map((container) => `${text(container, 'name')} (${text(container, 'image')})`).join(', ');
  throw new BackendError(
    `${nameOf(deployment)} has ${containers.length} containers and none is clearly the one for image ${image}: ${found || 'none'}`,
    `name the container "${service}", or bring the new version's Deployment with the input manifests`,
  );
}

type Relabel = (labels: Readonly<Record<string, string>>) => Record<string, string>;

function relabeller(
  stableDeployment: KubeObject,
  stableService: KubeObject,
  options: { readonly service: string; readonly version: string },
  name: string,
): Relabel {
  const versioned = new Set(
    [stableDeployment.metadata.name, stableService.metadata.name].filter((value) => value !== options.service),
  );
  return (labels) => {
    const entries = Object.entries(labels)
      .filter(([key]) => !HASH_LABELS.has(key))
      .map(([key, value]): [string, string] => {
        if (key === APP_VERSION) return [key, options.version];
        return [key, versioned.has(value) ? name : value];
      });
    return { ...Object.fromEntries(entries), [VERSION_LABEL]: options.version };
  };
}

function cloneDeployment(stable: KubeObject, options: CloneOptions, name: string, relabel: Relabel): KubeObject {
  const { paused: _, ...spec } = structuredClone(mapAt(stable, 'spec'));
  const template = mapAt(spec, 'template');
  const podSpec = mapAt(template, 'spec');
  const chosen = containerOf(stable, options.service, options.image);
  const containers = list(podSpec, 'containers').map((container, index) =>
    index === chosen ? { ...mapAt(container), image: options.image } : container,
  );
  const templateMeta = mapAt(template, 'metadata');
  return {
    apiVersion: stable.apiVersion,
    kind: stable.kind,
    metadata: metadataOf(stable, name, relabel, stable.metadata.name),
    spec: {
      ...spec,
      replicas: 1,
      selector: { matchLabels: relabel(strings(spec, 'selector', 'matchLabels')) },
      template: {
        ...template,
        metadata: {
          labels: relabel(strings(templateMeta, 'labels')),
          ...kept('annotations', strings(templateMeta, 'annotations'), false),
        },
        spec: { ...podSpec, containers },
      },
    },
  };
}

/** Given by the cluster to one Service, or meaningless for a version that is reached through the gateway only. */
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

function cloneService(stable: KubeObject, name: string, relabel: Relabel, from: string): KubeObject {
  const spec = structuredClone(mapAt(stable, 'spec'));
  const keep = Object.fromEntries(Object.entries(spec).filter(([key]) => !SERVICE_OWN.has(key)));
  const ports = list(spec, 'ports').map((port) => {
    const { nodePort: _, ...rest } = mapAt(port);
    return rest;
  });
  return {
    apiVersion: stable.apiVersion,
    kind: stable.kind,
    metadata: metadataOf(stable, name, relabel, from),
    spec: {
      ...keep,
      // a second load balancer or node port would be another way in, past the gateway
      type: 'ClusterIP',
      ...(spec['clusterIP'] === 'None' ? { clusterIP: 'None' } : {}),
      selector: relabel(strings(spec, 'selector')),
      ports,
    },
  };
}

function metadataOf(stable: KubeObject, name: string, relabel: Relabel, from: string): KubeObject['metadata'] {
  return {
    name,
    ...namespaceOf(stable),
    labels: { ...relabel(unowned(stable.metadata.labels ?? {})), [CLONE_LABEL]: from.slice(0, 63) },
    ...kept('annotations', stable.metadata.annotations),
  };
}

function kept<K extends 'labels' | 'annotations'>(
  key: K,
  values: Readonly<Record<string, string>> | undefined,
  dropOwners = true,
): { readonly [P in K]?: Record<string, string> } {
  const entries = Object.entries(values ?? {}).filter(
    ([name]) => !OWN_ANNOTATIONS.test(name) && !(dropOwners && OWNER_MARKS.test(name)),
  );
  return entries.length === 0 ? {} : ({ [key]: Object.fromEntries(entries) } as { [P in K]: Record<string, string> });
}

function unowned(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWNER_MARKS.test(name)));
}

function namespaceOf(object: KubeObject): { readonly namespace?: string } {
  return object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace };
}
