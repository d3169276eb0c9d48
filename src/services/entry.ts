/** Where users' requests to a service come in, when the object that splits them is not the one Kong serves. Pure. */

import { PlatformError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import { list, nameOf, text } from '../kube/objects.ts';
import type { RouteRef } from '../routes/types.ts';

/** An object that Kong serves, and which of its rules (HTTPRoute) or paths (Ingress) lead to the service. */
export interface Entry {
  readonly object: KubeObject;
  readonly rules: readonly number[];
}

/**
 * The route itself unless it is for callers inside only; else the HTTPRoute or Ingress that leads to the Service the route splits,
 * which is called like the service.
 * @throws PlatformError when nothing leads there, or more than one does.
 */
export function entryOf(route: RouteRef, objects: readonly KubeObject[]): Entry {
  if (!isInside(route.object)) return { object: route.object, rules: route.rules.map(({ index }) => index) };
  const found = new Map<string, Entry>();
  for (const object of objects) {
    const rules = rulesTo(route.service, object);
    if (rules.length > 0) found.set(nameOf(object), { object, rules });
  }
  const [entry, ...others] = found.values();
  if (entry === undefined) {
    throw new PlatformError(
      `nothing leads to the Service ${route.object.metadata.namespace}/${route.service} from outside, whose requests ${nameOf(route.object)} splits`,
      `send a path to it with an Ingress or an HTTPRoute of Kong's: users' requests are what a release is judged by`,
    );
  }
  if (others.length > 0) {
    throw new PlatformError(
      `${[...found.keys()].join(' and ')} both lead to the Service ${route.object.metadata.namespace}/${route.service}`,
      'keep one of them: which one serves a path is undefined',
    );
  }
  return entry;
}

/** Places of the rules or paths that send to a Service. */
function rulesTo(service: string, object: KubeObject): readonly number[] {
  const targets =
    object.kind === 'Ingress'
      ? list(object, 'spec', 'rules').flatMap((rule) =>
          list(rule, 'http', 'paths').map((path) => [text(path, 'backend', 'service', 'name')]),
        )
      : hangsOnGateway(object)
        ? list(object, 'spec', 'rules').map((rule) => list(rule, 'backendRefs').map((ref) => text(ref, 'name')))
        : [];
  return targets.flatMap((names, index) => (names.includes(service) ? [index] : []));
}

/** Whether a route only splits what comes to it inside the mesh: that of a mesh, or an HTTPRoute whose parents are Services. */
export function isInside(route: KubeObject): boolean {
  if (route.kind !== 'HTTPRoute') return true;
  return (
    list(route, 'spec', 'parentRefs').some((parent) => text(parent, 'kind') === 'Service') && !hangsOnGateway(route)
  );
}

/** Absent kinds of parents are Gateways (apis/v1/shared_types.go). */
function hangsOnGateway(route: KubeObject): boolean {
  return (
    route.kind === 'HTTPRoute' &&
    list(route, 'spec', 'parentRefs').some((parent) => (text(parent, 'kind') || 'Gateway') === 'Gateway')
  );
}
