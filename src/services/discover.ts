/** Which backends a service has: what serves now, where the new version comes from, and who selects whom. Pure. */

import { BackendError } from '../errors.ts';
import { type KubeObject, list, nameOf, strings, text } from '../kube/objects.ts';
import { type Clone, cloneForVersion, cloneHpa, cloneServiceFor, containerOf, VERSION_LABEL } from './clone.ts';
import { deploymentOf, hpaOf, podLabels } from './pods.ts';

export {
  CLONE_LABEL,
  type Clone,
  cloneForVersion,
  cloneHpa,
  imageRepository,
  replicasNeeded,
  VERSION_LABEL,
} from './clone.ts';
export { deploymentOf, hpaOf, podLabels, readyPods, selects } from './pods.ts';

/** What is live in the namespace of the release. */
export interface LiveBackends {
  readonly deployments: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  readonly endpointSlices?: readonly KubeObject[];
  readonly horizontalPodAutoscalers?: readonly KubeObject[];
}

export interface DiscoverInput {
  /** Logical service, e.g. `jazz`. */
  readonly service: string;
  /** Version to release, as a DNS label. */
  readonly version: string;
  readonly namespace: string;
  readonly live: LiveBackends;
  /** Objects about to be applied. */
  readonly manifests: readonly KubeObject[];
  /** Weights by backend name as the live route has them; absent when there is no live route. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Stable by the journal on the route: beats the weights. */
  readonly journalStable?: string;
  /** Backends the journal says are retired. */
  readonly retired?: readonly string[];
  /** Image to clone stable with. */
  readonly image?: string;
  /** Other logical services, so that `jazz-admin` is not taken for a version of `jazz`. */
  readonly otherServices?: readonly string[];
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

export type Discovery =
  | { readonly kind: 'release'; readonly stable: Backend; readonly canary: CanaryPlan }
  /** Nothing serves yet: the version is installed as stable. */
  | { readonly kind: 'bootstrap'; readonly canary: CanaryPlan }
  /** The version already is stable. */
  | { readonly kind: 'same-version'; readonly stable: Backend };

/** A Service name is a DNS label of at most 63 characters. */
const NAME_LIMIT = 63;

/** `<service>-<version>`. @throws BackendError when that is no valid name. */
export function backendName(service: string, version: string): string {
  const name = `${service}-${version}`;
  if (name.length > NAME_LIMIT || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    throw new BackendError(
      `"${name}" cannot be the name of a Service: lower-case letters, digits and "-", starting with a letter, at most ${NAME_LIMIT} characters`,
      'use a shorter or simpler version',
    );
  }
  return name;
}

/** Whether a name is the service itself or one of its versions; previews (`jazz-pr-7`) are neither. */
export function isBackendName(name: string, service: string, otherServices: readonly string[] = []): boolean {
  if (name === service) return true;
  if (!name.startsWith(`${service}-`) || /-pr-\d+$/.test(name)) return false;
  return !otherServices.some(
    (other) => other.length > service.length && other !== service && (name === other || name.startsWith(`${other}-`)),
  );
}

/**
 * Finds stable and plans the canary.
 * Stable is what the journal says, else the backend with more than half of the route's weight, else the only backend
 * that is live. Unversioned objects (`jazz`) are adopted.
 * @throws BackendError when it is ambiguous or something is missing; the message lists what was found.
 */
export function discover(input: DiscoverInput): Discovery {
  const canaryName = backendName(input.service, input.version);
  refuseRetired(input, canaryName);
  const found = liveBackends(input);
  const stableName = stableOf(input, found, canaryName);
  if (stableName === undefined) return { kind: 'bootstrap', canary: planCanary(input, canaryName, undefined) };
  const stable = found.get(stableName);
  if (stable === undefined) {
    throw new BackendError(
      `${input.journalStable === stableName ? 'The journal' : 'The route'} says that ${stableName} serves ${input.service}, but there is no Service ${input.namespace}/${stableName}`,
      `restore that Service, or set the route's weight to a backend that exists (${listNames(found) || 'none does'})`,
    );
  }
  if (stableName === canaryName || stable.version === input.version) return { kind: 'same-version', stable };
  return { kind: 'release', stable, canary: planCanary(input, canaryName, stable) };
}

function liveBackends(input: DiscoverInput): Map<string, Backend> {
  const { live, service, namespace } = input;
  const found = new Map<string, Backend>();
  for (const object of live.services) {
    const { name } = object.metadata;
    if (object.metadata.namespace !== namespace || !isBackendName(name, service, input.otherServices)) continue;
    // a Service without selector is a name for a mesh, not a backend, unless the route sends to it
    const selectorless = Object.keys(strings(object, 'spec', 'selector')).length === 0;
    if (selectorless && input.weights?.[name] === undefined && input.journalStable !== name) continue;
    const deployment = deploymentOf(object, live.deployments);
    const hpa = hpaOf(deployment, live.horizontalPodAutoscalers ?? []);
    const version = versionOf(object, deployment, service);
    found.set(name, {
      name,
      service: object,
      ...(deployment === undefined ? {} : { deployment }),
      ...(hpa === undefined ? {} : { horizontalPodAutoscaler: hpa }),
      ...(version === undefined ? {} : { version }),
    });
  }
  return found;
}

function versionOf(service: KubeObject, deployment: KubeObject | undefined, logical: string): string | undefined {
  const { name } = service.metadata;
  if (name.startsWith(`${logical}-`)) return name.slice(logical.length + 1);
  const labels = deployment === undefined ? strings(service, 'spec', 'selector') : podLabels(deployment);
  return labels[VERSION_LABEL];
}

/** Name of the stable backend, or undefined when nothing serves yet. */
function stableOf(input: DiscoverInput, found: ReadonlyMap<string, Backend>, canary: string): string | undefined {
  if (input.journalStable !== undefined) return input.journalStable;
  const weights = Object.entries(input.weights ?? {});
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  if (weights.length > 0 && total > 0) {
    const major = weights.find(([, weight]) => weight > total / 2);
    const whole = weights.find(([, weight]) => weight === total);
    // most of the weight on the version that is to be released: somebody else's release, half done
    if (major === undefined || (major[0] === canary && whole === undefined)) {
      throw new BackendError(
        `It is not clear which version of ${input.service} is stable: the route sends ${shares(weights, total)}, and it carries no journal`,
        'set the weight of the version to return to above all others in the route, then run again',
      );
    }
    // the route was there first: the version it waits for is installed
    if (major[0] === canary && !found.has(canary)) return undefined;
    return major[0];
  }
  if (weights.length > 0) {
    throw new BackendError(
      `All weights of ${input.service}'s route are 0 (${weights.map(([name]) => name).join(', ')}): no version serves`,
      'give the version that shall serve a weight in the route, then run again',
    );
  }
  const candidates = [...found.keys()].filter((name) => name !== canary);
  const [only, ...others] = candidates;
  if (only === undefined) return undefined;
  if (others.length === 0) return only;
  throw new BackendError(
    `It is not clear which version of ${input.service} is stable: no route sends to it, and these are live: ${candidates.join(', ')}`,
    'create the route with the stable version as its only backend, or delete the versions that are not used',
  );
}

function planCanary(input: DiscoverInput, name: string, stable: Backend | undefined): CanaryPlan {
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

function writtenHpas({ manifests }: DiscoverInput): readonly KubeObject[] {
  return manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
}

function serviceFor(input: DiscoverInput, deployment: KubeObject, stable: Backend | undefined): KubeObject {
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

function cloneOf(input: DiscoverInput, stable: Backend, image: string): Clone {
  if (stable.deployment === undefined) {
    throw new BackendError(
      `${nameOf(stable.service)} selects no Deployment, so ${stable.name} cannot be cloned`,
      `bring the new version's objects with the input manifests`,
    );
  }
  return cloneForVersion(stable.deployment, stable.service, { service: input.service, version: input.version, image });
}

function runsImage(deployment: KubeObject, input: DiscoverInput): boolean {
  if (input.image === undefined) return true;
  const index = containerOf(deployment, input.service, input.image);
  return text(list(deployment, 'spec', 'template', 'spec', 'containers')[index], 'image') === input.image;
}

function refuseOtherImage(input: DiscoverInput, deployment: KubeObject): void {
  if (input.image === undefined || runsImage(deployment, input)) return;
  throw new BackendError(
    `The manifests bring ${nameOf(deployment)} with another image than the input image (${input.image})`,
    'give one of the two: the image in the manifest, or the input image without that Deployment',
  );
}

function refuseRetired(input: DiscoverInput, canary: string): void {
  const back = input.manifests.filter(
    (object) =>
      object.kind === 'Deployment' &&
      object.metadata.namespace === input.namespace &&
      object.metadata.name !== canary &&
      input.retired?.includes(object.metadata.name),
  );
  const [first] = back;
  if (first === undefined) return;
  throw new BackendError(
    `The manifests bring back ${back.map(nameOf).join(', ')}, which an earlier release retired`,
    'remove that version from the manifests; to run it again, release it as a version',
  );
}

function shares(weights: readonly (readonly [string, number])[], total: number): string {
  return weights.map(([name, weight]) => `${Math.round((weight / total) * 1000) / 10} % to ${name}`).join(', ');
}

function listNames(found: ReadonlyMap<string, Backend>): string {
  return [...found.keys()].sort().join(', ');
}
