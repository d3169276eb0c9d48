/**
 * Weights of rules, changed by JSON Patch: the same for every provider, once it says how its API writes a backend.
 * Nothing but the weights of the service's own backends, the canary's entry and the journal is ever written. Long: reading,
 * attaching, shifting and detaching share one idea of which entries are ours, which two files would have to agree on.
 */

import { JOURNAL_ANNOTATION, LANE_LABEL } from '../../kube/names.ts';
import type { JsonPatch, PatchOperation } from '../../kube/objects.ts';
import { field, list, nameOf, pointer } from '../../kube/objects.ts';
import type { BackendRef, Backends, Facts, Guard, RouteRef, RuleRef, Split, Weights } from '../types.ts';
import { RouteError } from '../types.ts';
import { proxyShare, quantise } from './shares.ts';

/** How an API writes the backends of a rule. */
export interface Dialect {
  readonly mostBackends: number;
  /** `weight` where it is absent. */
  readonly absentWeight: 0 | 1;
  /** Whether the only backend of a rule gets everything, whatever its weight. */
  readonly aloneGetsAll: boolean;
  /** Members of an entry that say which backend it is; those that are there are tested before a weight is written. */
  readonly identity: readonly string[];
  /** An entry for another backend, reached as `like` is reached; without a weight. */
  sibling(like: unknown, name: string): Readonly<Record<string, unknown>>;
  /** What of stable's entry a canary cannot share: text that follows "… on the backend jazz-v1, ". */
  refusal?(entry: unknown, canaryIsThere: boolean): string | undefined;
}

/** A dialect with what the facts say: the kind, and what the weights of a rule add up to after a write. */
type Written = Dialect & { readonly kind: string; readonly sum: number };

/** Everything about weights but the search; see Weights. */
export function weighting(facts: Facts, own: Dialect): Omit<Weights, 'find' | 'findAll'> {
  const dialect: Written = { ...own, kind: facts.resource.kind, sum: facts.limits.sum };
  return {
    read: (route) => read(dialect, route),
    attach: (route, backends, guard, journal) => attach(dialect, route, backends, guard, journal),
    shift: (route, backends, share, guard, journal) =>
      share === 0
        ? giveBack(dialect, route, backends, guard, journal)
        : rise(dialect, route, backends, quantise(share, dialect.sum), guard, journal),
    detach: (route, backend, guard, journal) => detach(dialect, route, backend, guard, journal),
    quantise: (share) => quantise(share, dialect.sum),
    effectiveShare: (split, backends, readyPods) => proxyShare(split, backends.canary, readyPods),
  };
}

function read(dialect: Written, route: RouteRef): Split {
  const [first, ...rest] = route.rules;
  if (first === undefined) throw new RouteError(`${nameOf(route.object)} has no rule of the service.`);
  const weights = weightsOf(dialect, first);
  const sum = total(weights);
  for (const rule of rest) {
    const others = weightsOf(dialect, rule);
    const otherSum = total(others);
    // Shares are compared by cross multiplication: 95/5 and 9500/500 are the same split, exactly.
    const names = new Set([...weights.keys(), ...others.keys()]);
    const same = [...names].every((name) => (weights.get(name) ?? 0) * otherSum === (others.get(name) ?? 0) * sum);
    if (!same || (sum === 0) !== (otherSum === 0)) {
      throw new RouteError(
        `Rules of ${nameOf(route.object)} disagree: ${first.label} sends ${describe(dialect, first)}, ` +
          `${rule.label} sends ${describe(dialect, rule)}. Give them the same weights, so that the service has one split.`,
      );
    }
    for (const name of others.keys()) if (!weights.has(name)) weights.set(name, 0);
  }
  return {
    weights: Object.fromEntries(weights),
    shares: Object.fromEntries([...weights].map(([name, weight]) => [name, sum === 0 ? 0 : (100 * weight) / sum])),
  };
}

function attach(dialect: Written, route: RouteRef, backends: Backends, guard: Guard, journal: string): JsonPatch {
  const split = read(dialect, route);
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    refuseForeign(dialect, route, rule, backends);
    const stable = only(route, rule, backends.stable);
    if (stable === undefined) throw missing(dialect, route, rule, backends.stable);
    const canary = only(route, rule, backends.canary);
    const refusal = dialect.refusal?.(entryOf(route, rule, stable), canary !== undefined);
    if (refusal !== undefined) throw new RouteError(`${place(route, rule)} ${refusal}`);
    if (total(weightsOf(dialect, rule)) === 0) {
      throw new RouteError(
        `${place(route, rule)} sends to nobody (${describe(dialect, rule)}). Give ${stable.name} a weight first.`,
      );
    }
    const wanted = quantise(split.shares[backends.canary] ?? 0, dialect.sum);
    tests.push(...identityTests(dialect, route, rule, stable));
    if (stable.weight !== wanted.stable) writes.push(setWeight(rule, stable, wanted.stable));
    if (canary === undefined) {
      writes.push(append(dialect, route, rule, stable, backends.canary, wanted.canary));
    } else {
      tests.push(...identityTests(dialect, route, rule, canary));
      if (canary.weight !== wanted.canary) writes.push(setWeight(rule, canary, wanted.canary));
    }
  }
  return assemble(route, guard, tests, writes, journal);
}

function rise(
  dialect: Written,
  route: RouteRef,
  backends: Backends,
  wanted: { readonly stable: number; readonly canary: number },
  guard: Guard,
  journal: string,
): JsonPatch {
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    refuseForeign(dialect, route, rule, backends);
    for (const [name, weight] of [
      [backends.stable, wanted.stable],
      [backends.canary, wanted.canary],
    ] as const) {
      const backend = only(route, rule, name);
      if (backend === undefined) throw missing(dialect, route, rule, name);
      tests.push(...identityTests(dialect, route, rule, backend));
      writes.push(setWeight(rule, backend, weight));
    }
  }
  return assemble(route, guard, tests, writes, journal);
}

/**
 * The return, which never refuses because of what others did to the rules: all weight of the service to stable. A missing
 * stable is put back where the canary is (its Service must exist); a rule that has neither is left alone; in one that also
 * sends to others, stable gets what the service had, so that their share stays.
 */
function giveBack(dialect: Written, route: RouteRef, backends: Backends, guard: Guard, journal: string): JsonPatch {
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    const stable = rule.backends.find(({ name }) => name === backends.stable);
    const canary = rule.backends.find(({ name }) => name === backends.canary);
    if (stable === undefined && canary === undefined) continue;
    // Beside backends of others, the service keeps what it had: their share is not ours, and sums have limits.
    const all = rule.others.length === 0 ? dialect.sum : total(weightsOf(dialect, rule));
    for (const backend of rule.backends) {
      tests.push(...identityTests(dialect, route, rule, backend));
      writes.push(setWeight(rule, backend, backend === stable ? all : 0));
    }
    if (stable === undefined && canary !== undefined)
      writes.push(append(dialect, route, rule, canary, backends.stable, all));
  }
  return assemble(route, guard, tests, writes, journal);
}

function detach(dialect: Written, route: RouteRef, backend: string, guard: Guard, journal: string): JsonPatch {
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    const gone = rule.backends.filter(({ name }) => name === backend);
    if (gone.some((entry) => weightIn(dialect, rule, entry) !== 0)) {
      throw new RouteError(
        `${place(route, rule)} still sends ${describe(dialect, rule)}: ${backend} can only be taken out at weight 0.`,
      );
    }
    if (gone.length > 0 && gone.length === rule.backends.length + rule.others.length) {
      throw new RouteError(`${place(route, rule)} would be left without a backend if ${backend} were taken out.`);
    }
    tests.push(...gone.flatMap((entry) => identityTests(dialect, route, rule, entry)));
    // From the highest place down: each removal moves the places behind it.
    for (const { index } of gone.toReversed()) writes.push({ op: 'remove', path: pointer(...rule.at, index) });
  }
  return assemble(route, guard, tests, writes, journal);
}

/** Tests first, so that nothing depends on a half-applied document; the journal last. */
function assemble(
  route: RouteRef,
  guard: Guard,
  tests: readonly PatchOperation[],
  writes: readonly PatchOperation[],
  journal: string,
): JsonPatch {
  const path = pointer('metadata', 'annotations', JOURNAL_ANNOTATION);
  const guards = guardTests(guard);
  const journals: PatchOperation[] = [{ op: 'add', path, value: journal }];
  if (route.object.metadata.annotations === undefined) {
    // `add` below an absent parent answers 422, so the parent comes first. Annotations make no generation: if somebody
    // adds the first one between our read and this write, `{}` would wipe it. A guarded patch therefore also tests the
    // resource version (a 422 that is read again and repeated). A return has no such test, because nothing may hold it
    // up; it has annotations, namely the journal of its own release, unless somebody took that away.
    journals.unshift({ op: 'add', path: '/metadata/annotations', value: {} });
    const { resourceVersion } = route.object.metadata;
    if (guard.generation !== undefined && resourceVersion !== undefined) {
      guards.push({ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion });
    }
  }
  return [...guards, ...tests, ...writes, ...journals];
}

/** The tests a {@link Guard} asks for. */
export function guardTests(guard: Guard): PatchOperation[] {
  const tests: PatchOperation[] = [];
  if (guard.generation !== undefined) tests.push({ op: 'test', path: '/metadata/generation', value: guard.generation });
  if (guard.journal !== undefined) {
    tests.push({ op: 'test', path: pointer('metadata', 'annotations', JOURNAL_ANNOTATION), value: guard.journal });
  }
  return tests;
}

/** The entry a lane or a new backend is modelled on: the backend's own where the rule has it, else like `stable`'s. */
export function entryFor(
  sibling: Dialect['sibling'],
  route: RouteRef,
  rule: RuleRef,
  name: string,
  stable: string,
): Readonly<Record<string, unknown>> {
  const own = rule.backends.find((backend) => backend.name === name);
  const like = own ?? rule.backends.find((backend) => backend.name === stable) ?? rule.backends[0];
  const entry = like === undefined ? {} : entryOf(route, rule, like);
  if (own === undefined) return sibling(entry, name);
  const { weight: _, ...rest } = entry as Record<string, unknown>;
  return rest;
}

const entryOf = (route: RouteRef, rule: RuleRef, backend: BackendRef) =>
  list(route.object, ...rule.at)[backend.index] ?? {};

function identityTests(dialect: Written, route: RouteRef, rule: RuleRef, backend: BackendRef): PatchOperation[] {
  const entry = entryOf(route, rule, backend);
  return dialect.identity.flatMap((member): PatchOperation[] => {
    const value = field(entry, member);
    return value === undefined ? [] : [{ op: 'test', path: pointer(...rule.at, backend.index, member), value }];
  });
}

/** `add`, not `replace`: it also works where the weight is absent (RFC 6902 §4.1). */
function setWeight(rule: RuleRef, backend: BackendRef, value: number): PatchOperation {
  return { op: 'add', path: pointer(...rule.at, backend.index, 'weight'), value };
}

/** A new backend at the end of the rule, reached as `like` is reached. */
function append(
  dialect: Written,
  route: RouteRef,
  rule: RuleRef,
  like: BackendRef,
  name: string,
  weight: number,
): PatchOperation {
  if (rule.backends.length + rule.others.length >= dialect.mostBackends) {
    throw new RouteError(
      `${place(route, rule)} has ${dialect.mostBackends} backends, the most there can be: take out old ones first.`,
    );
  }
  const value = { ...dialect.sibling(entryOf(route, rule, like), name), weight };
  return { op: 'add', path: pointer(...rule.at, '-'), value };
}

function only(route: RouteRef, rule: RuleRef, name: string): BackendRef | undefined {
  const [backend, ...more] = rule.backends.filter((candidate) => candidate.name === name);
  if (more.length > 0) {
    throw new RouteError(`${place(route, rule)} names the backend ${name} ${more.length + 1} times: keep one of them.`);
  }
  return backend;
}

function refuseForeign(dialect: Written, route: RouteRef, rule: RuleRef, backends: Backends): void {
  if (rule.others.length > 0) {
    throw new RouteError(
      `${place(route, rule)} also sends to ${rule.others.join(', ')}, which is not of this service, so a share of the rule ` +
        'is not a share of the service. Give each service a rule of its own.',
    );
  }
  const third = rule.backends.filter(
    (backend) =>
      backend.name !== backends.stable && backend.name !== backends.canary && weightIn(dialect, rule, backend) !== 0,
  );
  if (third.length > 0) {
    throw new RouteError(
      `${place(route, rule)} sends ${describe(dialect, rule)}: beside ${backends.stable} (stable) and ${backends.canary} (canary), ` +
        `${third.map(({ name }) => name).join(' and ')} must have weight 0.`,
    );
  }
}

function missing(dialect: Written, route: RouteRef, rule: RuleRef, name: string): RouteError {
  return new RouteError(
    `${place(route, rule)} sends ${describe(dialect, rule)} and does not name the backend ${name}. All rules of a service change ` +
      `together: add ${name} there, or move that rule to another ${dialect.kind}, labelled ${LANE_LABEL}.`,
  );
}

/** "Rule 2 of HTTPRoute prod/dj", for the start of a sentence. */
export function place(route: RouteRef, rule: RuleRef): string {
  return `${rule.label.charAt(0).toUpperCase()}${rule.label.slice(1)} of ${nameOf(route.object)}`;
}

const describe = (dialect: Written, rule: RuleRef) =>
  rule.backends.map((backend) => `${weightIn(dialect, rule, backend)} to ${backend.name}`).join(', ');

/** What a backend's weight counts as in the data plane. */
function weightIn(dialect: Written, rule: RuleRef, { weight }: BackendRef): number {
  if (dialect.aloneGetsAll && rule.backends.length + rule.others.length === 1) return weight || 1;
  return weight ?? dialect.absentWeight;
}

/** Weights of one rule by backend name; a name that is there twice counts with the sum, as in the data plane. */
function weightsOf(dialect: Written, rule: RuleRef): Map<string, number> {
  const weights = new Map<string, number>();
  for (const backend of rule.backends) {
    weights.set(backend.name, (weights.get(backend.name) ?? 0) + weightIn(dialect, rule, backend));
  }
  return weights;
}

function total(weights: ReadonlyMap<string, number>): number {
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}
