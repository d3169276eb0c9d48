/** Where users' requests to a service come in, when the object that splits them is not itself the way in. Pure. */

import { PlatformError } from '../errors.ts';
import { INGRESS_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { list, nameOf, text } from '../kube/objects.ts';
import { isInside, providers, readerOf } from '../routes/index.ts';
import type { RouteRef } from '../routes/types.ts';

/** An object that a gateway serves, and which of its rules (of an Ingress: paths) lead to the service. */
export interface Entry {
  readonly object: KubeObject;
  readonly rules: readonly number[];
}

const INGRESS = { apiVersion: INGRESS_API, kind: 'Ingress' };

/** Kinds of objects that {@link entryOf} has to be given for a route; none where the route itself is the way in. */
export function entryKinds(route: RouteRef): readonly { readonly apiVersion: string; readonly kind: string }[] {
  if (!isInside(route.object)) return readerOf(route.object)?.entry?.kinds ?? [];
  return [INGRESS, ...providers.filter(({ entry }) => entry !== undefined).map(({ facts }) => facts.resource)];
}

/**
 * The route itself where requests come in by it; else what leads to it; for one that only callers inside meet, what leads to
 * the Service it splits, which is called like the service.
 * @throws PlatformError when nothing leads there, or what serves a path is undefined.
 */
export function entryOf(route: RouteRef, objects: readonly KubeObject[]): Entry {
  const inside = isInside(route.object);
  const own = readerOf(route.object)?.entry;
  if (!inside && own?.leadsTo === undefined)
    return { object: route.object, rules: route.rules.map(({ index }) => index) };
  const found = new Map<string, Entry>();
  for (const object of objects) {
    const rules = inside ? rulesTo(route.service, object) : (own?.leadsTo?.(object, route) ?? []);
    if (rules.length > 0) found.set(nameOf(object), { object, rules });
  }
  const [entry, ...others] = found.values();
  if (entry === undefined) {
    throw new PlatformError(
      inside
        ? `nothing leads to the Service ${route.object.metadata.namespace}/${route.service} from outside, whose requests ${nameOf(route.object)} splits`
        : `no ${own?.kinds.map(({ kind }) => kind).join(' or ')} leads to ${nameOf(route.object)}`,
      `send a path to it with ${inside ? "an Ingress or an HTTPRoute of Kong's" : 'one'}: users' requests are what a release is judged by`,
    );
  }
  // Of objects that lead to one route each serves its own paths: any of them will do.
  if (inside && others.length > 0) {
    throw new PlatformError(
      `${[...found.keys()].join(' and ')} both lead to the Service ${route.object.metadata.namespace}/${route.service}`,
      'keep one of them: which one serves a path is undefined',
    );
  }
  return entry;
}

/** Places of the rules or paths of an object from outside that send to a Service. */
function rulesTo(service: string, object: KubeObject): readonly number[] {
  if (object.kind === INGRESS.kind) {
    const paths = list(object, 'spec', 'rules').flatMap((rule) => list(rule, 'http', 'paths'));
    return paths.flatMap((path, index) => (text(path, 'backend', 'service', 'name') === service ? [index] : []));
  }
  const reader = readerOf(object);
  if (reader === undefined || isInside(object) || reader.entry?.gateways?.(object).length === 0) return [];
  const found = reader.weights.findAll([object], service, (name) => name === service);
  return found.flatMap(({ rules }) => rules.map(({ index }) => index));
}
