/** Where a new version comes from: the manifests, the cluster, or a clone of what serves. Pure. */
import { BackendError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import { list, nameOf, text } from '../kube/objects.ts';
import type { Clone } from './clone.ts';
import { cloneForVersion, cloneHpa, cloneServiceFor, containerOf } from './clone.ts';
import { hpaOf, podLabels } from './pods.ts';

/** What the new version is planned from. */
export interface CanaryInput {
  /** Logical service, e.g. `jazz`. */
  readonly service: string;
  /** Version to release, as a DNS label. */
  readonly version: string;
  readonly namespace: string;
  readonly live: LiveBackends;
  /** Objects about to be applied. */
  readonly manifests: readonly KubeObject[];
  /** Image to clone stable with. */
  readonly image?: string;
}

/** What is live in the namespace of the release. */
export interface LiveBackends {
  readonly deployments: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  readonly horizontalPodAutoscalers?: readonly KubeObject[];
}

/** One version that the route can send to. */
export interface Backend {
  /** Name of its Service: what the route says. */
  readonly name: string;
  readonly service: KubeObject;
  /** Absent where the Service selects something else (StatefulSet, Rollout). */
  readonly deployment?: KubeObject;
  readonly horizontalPodAutoscaler?: KubeObject;
  /** By label `version`, else by name; absent for unversioned objects. */
  readonly version?: string;
}

/** `live`: nothing to write. `manifests`: applied with them. `clone`: `apply` holds copies of stable's objects. */
export type CanarySource = 'manifests' | 'clone' | 'live';

export interface CanaryPlan {
  readonly name: string;
  readonly source: CanarySource;
  /** Deployment and Service as they will be. */
  readonly deployment: KubeObject;
  readonly service: KubeObject;
  /** What has to be applied beyond the manifests; empty for `live`. */
  readonly apply: readonly KubeObject[];
}

/**
 * Where the new version's Deployment and Service come from: the manifests, else the cluster, else a clone of stable.
 * @param stable undefined where nothing serves yet
 * @throws BackendError when they come from nowhere, or with another image than the one given.
 */
export function planCanary(input: CanaryInput, name: string, stable: Backend | undefined): CanaryPlan {
  const inNamespace = ({ metadata }: KubeObject) => metadata.namespace === input.namespace && metadata.name === name;
  const pick = (objects: readonly KubeObject[], kind: string) =>
    objects.find((object) => object.kind === kind && inNamespace(object));
  const written = { deployment: pick(input.manifests, 'Deployment'), service: pick(input.manifests, 'Service') };
  const live = {
    deployment: pick(input.live.deployments, 'Deployment'),
    service: pick(input.live.services, 'Service'),
  };

  if (written.deployment !== undefined) {
    refuseOtherImage(input, written.deployment);
    const service = written.service ?? live.service ?? serviceFor(input, written.deployment, stable);
    const apply = written.service === undefined && live.service === undefined ? [service] : [];
    return { name, source: 'manifests', deployment: written.deployment, service, apply };
  }
  if (live.deployment !== undefined && live.service !== undefined && runsImage(live.deployment, input)) {
    const service = written.service ?? live.service;
    return {
      name,
      source: written.service === undefined ? 'live' : 'manifests',
      deployment: live.deployment,
      service,
      apply: [],
    };
  }
  if (input.image !== undefined && stable !== undefined) {
    const clone = cloneOf(input, stable, input.image);
    const service = written.service ?? clone.service;
    const scaled = stable.horizontalPodAutoscaler;
    const autoscaled = scaled !== undefined && hpaOf(clone.deployment, writtenHpas(input)) === undefined;
    return {
      name,
      source: 'clone',
      deployment: clone.deployment,
      service,
      apply: [
        clone.deployment,
        ...(written.service === undefined ? [clone.service] : []),
        ...(autoscaled ? [cloneHpa(scaled, name)] : []),
      ],
    };
  }
  if (stable === undefined) {
    throw new BackendError(
      `Nothing serves ${input.service} in namespace ${input.namespace} yet, and no Deployment ${name} is in the manifests`,
      `bring Deployment and Service ${name} with the input manifests: a first version cannot be cloned from an image`,
    );
  }
  throw new BackendError(
    `There is no Deployment ${input.namespace}/${name}: not in the manifests, not in the cluster, and no image is given to clone ${stable.name} with`,
    `add Deployment and Service ${name} to the manifests, or give the input image`,
  );
}

function writtenHpas({ manifests }: CanaryInput): readonly KubeObject[] {
  return manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
}

function serviceFor(input: CanaryInput, deployment: KubeObject, stable: Backend | undefined): KubeObject {
  if (stable?.deployment === undefined) {
    throw new BackendError(
      `The manifests have a Deployment ${deployment.metadata.name} and no Service of that name`,
      `add a Service ${input.namespace}/${deployment.metadata.name} that selects its pods`,
    );
  }
  return cloneServiceFor(stable.deployment, stable.service, {
    service: input.service,
    version: input.version,
    podLabels: podLabels(deployment),
  });
}

function cloneOf(input: CanaryInput, stable: Backend, image: string): Clone {
  if (stable.deployment === undefined) {
    throw new BackendError(
      `${nameOf(stable.service)} selects no Deployment, so ${stable.name} cannot be cloned`,
      `bring the new version's objects with the input manifests`,
    );
  }
  return cloneForVersion(stable.deployment, stable.service, { service: input.service, version: input.version, image });
}

function runsImage(deployment: KubeObject, input: CanaryInput): boolean {
  if (input.image === undefined) return true;
  const index = containerOf(deployment, input.service, input.image);
  return text(list(deployment, 'spec', 'template', 'spec', 'containers')[index], 'image') === input.image;
}

function refuseOtherImage(input: CanaryInput, deployment: KubeObject): void {
  if (input.image === undefined || runsImage(deployment, input)) return;
  throw new BackendError(
    `The manifests bring ${nameOf(deployment)} with another image than the input image (${input.image})`,
    'give one of the two: the image in the manifest, or the input image without that Deployment',
  );
}
