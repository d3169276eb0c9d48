/** Which backends a service has, and which of them is stable. Pure. */

import { BackendError } from '../errors.ts';
import { type KubeObject, nameOf, strings } from '../kube/objects.ts';
import type { Backend, CanaryInput, CanaryPlan } from './canary.ts';
import { planCanary } from './canary.ts';
import { VERSION_LABEL } from './clone.ts';
import { backendName, isBackendName } from './names.ts';
import { deploymentOf, hpaOf, podLabels } from './pods.ts';

export interface DiscoverInput extends CanaryInput {
  /** Weights by backend name as the live route has them; absent when there is no live route. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Stable by the journal on the route: beats the weights. */
  readonly journalStable?: string;
  /** Backends the journal says are retired. */
  readonly retired?: readonly string[];
  /** Other logical services, so that `jazz-admin` is not taken for a version of `jazz`. */
  readonly otherServices?: readonly string[];
}

export type Discovery =
  | { readonly kind: 'release'; readonly stable: Backend; readonly canary: CanaryPlan }
  /** Nothing serves yet: the version is installed as stable. */
  | { readonly kind: 'bootstrap'; readonly canary: CanaryPlan }
  /** The version already is stable. */
  | { readonly kind: 'same-version'; readonly stable: Backend };

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
