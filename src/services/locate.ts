/** A service as it stands in objects: its routes, and the way in to them. Found once, and handed on. Pure. */
import { LintError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import type { Unit } from '../routes/choose.ts';
import { unitsOf } from '../routes/choose.ts';
import { before } from '../routes/index.ts';
import type { Address, RouteProvider, RouteRef } from '../routes/types.ts';
import { addressOf } from './address.ts';
import { entryOf } from './entry.ts';
import { backendsOf } from './names.ts';

export interface Located {
  readonly service: string;
  /** Whether a name is that of one of its backends. */
  readonly isBackend: (name: string) => boolean;
  /** The route users come in by: its journal and weights are what counts. */
  readonly route: RouteRef;
  /** Reads and writes {@link route}. */
  readonly provider: RouteProvider;
  /** Routes of the same service for other callers, which move in lockstep. */
  readonly others: readonly Unit[];
}

/** Where a service is looked for. */
export interface Look {
  /** All logical services of the run, so that `jazz-admin` is not taken for a version of `jazz`. */
  readonly services: readonly string[];
  /** Kinds of routes that may carry its weights: the first that sends to it. */
  readonly providers: readonly [RouteProvider, ...RouteProvider[]];
  /** Objects of its namespace, live ones before those of the manifests: the first list in which a route sends to it. */
  readonly objects: readonly (readonly KubeObject[])[];
}

/** @throws RouteError when no route sends to the service, or several split the same callers. */
export function locate(service: string, { services, providers, objects }: Look): Located {
  const isBackend = backendsOf(service, services);
  const sends = (provider: RouteProvider) => (list: readonly KubeObject[]) =>
    list.some((object) => provider.weights.findAll([object], service, isBackend).length > 0);
  // One from outside may split before any mesh.
  const kinds = [...new Set([...providers, ...providers.flatMap(before)])];
  const here = objects.find((list) => kinds.some((kind) => sends(kind)(list))) ?? objects.at(-1) ?? [];
  const provider = providers.find((kind) => sends(kind)(here)) ?? providers[1] ?? providers[0];
  const [first, ...others] = unitsOf(provider, here, { service, isBackend });
  if (first === undefined) throw new LintError(`no route sends to ${service}`);
  return { service, isBackend, route: first.route, provider: first.provider, others };
}

/** Where users' requests come in, and how a normal one looks there. */
export interface WayIn extends Address {
  /** What a gateway serves: the route itself, or what leads to it. */
  readonly object: KubeObject;
}

/**
 * The way in to a route that was found.
 * @param objects among which something may lead to the route; see entryKinds
 * @param given the path to ask for, where the user names one
 * @throws PlatformError when nothing leads there, more than one does, or no path can be taken from it.
 */
export function wayInTo(route: RouteRef, objects: readonly KubeObject[], given: string | undefined): WayIn {
  const { object, rules } = entryOf(route, objects);
  return { object, ...addressOf(object, rules, given) };
}
