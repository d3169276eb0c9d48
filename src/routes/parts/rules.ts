/** Lanes that are rules of the route itself: reading the rule they copy, and taking them out again. */
import { LANE_MARK } from '../../kube/names.ts';
import type { JsonPatch, PatchOperation } from '../../kube/objects.ts';
import { field, list, pointer, text } from '../../kube/objects.ts';
import type { Backends, Guard, Path, RouteRef } from '../types.ts';
import { RouteError } from '../types.ts';
import { guardTests } from './weights.ts';

/** Headers of one header filter, on Gateway API and Kuma alike (MaxItems). */
const MOST_HEADERS = 16;

export type Member = Readonly<Record<string, unknown>>;

/** The object at a path of the route, or an empty one. */
export function ruleAt(route: RouteRef, at: Path, index?: number): Member {
  const value = field(route.object, ...at, ...(index === undefined ? [] : [index]));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Member) : {};
}

/**
 * A patch that takes the lanes out of a list of rules and puts `lanes` in, first or last. Every rule that is not a lane
 * stays where it is and is not written. Empty where there is nothing to do.
 */
export function replaceLanes(
  route: RouteRef,
  at: Path,
  isLane: (rule: unknown) => boolean,
  lanes: readonly Member[],
  where: 'first' | 'last',
): PatchOperation[] {
  const old = [...list(route.object, ...at).entries()].filter(([, rule]) => isLane(rule));
  return [
    ...old.map(([index, rule]): PatchOperation => ({ op: 'test', path: pointer(...at, index), value: rule })),
    // From the highest place down: each removal moves the places behind it.
    ...old.toReversed().map(([index]): PatchOperation => ({ op: 'remove', path: pointer(...at, index) })),
    ...lanes.map((value, index): PatchOperation => {
      return { op: 'add', path: pointer(...at, where === 'first' ? index : '-'), value };
    }),
  ];
}

/** The operations behind the guard's tests; no operations, no patch. */
export function guarded(guard: Guard, operations: readonly PatchOperation[]): JsonPatch {
  return operations.length === 0 ? [] : [...guardTests(guard), ...operations];
}

/**
 * The version in each backend's name: `v1` and `v2` of jazz-v1 and jazz-v2. A backend without one (`jazz`) has its whole
 * name.
 */
export function versionsOf(service: string, { stable, canary }: Backends): Backends {
  const rest = (name: string) => (name.startsWith(`${service}-`) ? name.slice(service.length + 1) : name);
  return { stable: rest(stable), canary: rest(canary) };
}

/** Filters of a rule with {@link LANE_MARK}: a rule may carry one that modifies response headers, so the mark joins it. */
export function markedFilters(filters: readonly unknown[], token: string, where: string): readonly unknown[] {
  const mark = { name: LANE_MARK, value: token };
  const at = filters.findIndex((filter) => text(filter, 'type') === 'ResponseHeaderModifier');
  if (at < 0) return [...filters, { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [mark] } }];
  return filters.map((filter, index) => {
    if (index !== at) return filter;
    const modifier = field(filter, 'responseHeaderModifier');
    const set = list(modifier, 'set').filter((header) => text(header, 'name').toLowerCase() !== LANE_MARK);
    if (set.length >= MOST_HEADERS)
      throw new RouteError(`${where} sets ${set.length} response headers: there is no room for the one of a lane.`);
    return { ...(filter as Member), responseHeaderModifier: { ...(modifier as Member), set: [...set, mark] } };
  });
}

/**
 * Labels of stable's pods, for the canary's: a value that is stable's version or name becomes the canary's. Where none is,
 * the label `version` says it.
 */
export function relabelled(
  labels: Readonly<Record<string, string>>,
  service: string,
  backends: Backends,
): Record<string, string> {
  const changed = renamed(labels, service, backends);
  const same = Object.entries(changed).every(([key, value]) => labels[key] === value);
  return same ? { ...changed, version: versionsOf(service, backends).canary } : changed;
}

/** The same without the label `version` where no value says one. */
export function renamed(
  labels: Readonly<Record<string, string>>,
  service: string,
  backends: Backends,
): Record<string, string> {
  const versions = versionsOf(service, backends);
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => {
      // `jazz` is the service and the name of its unversioned backend: as a label it says the former.
      if (value === service) return [key, value];
      if (value === backends.stable) return [key, backends.canary];
      return [key, value === versions.stable ? versions.canary : value];
    }),
  );
}
