/** Gateway API: HTTPRoutes of the standard channel, with Kong's limits, which are the narrowest that matter here. */
import type { JsonPatch, PatchOperation } from '../cluster/objects.ts';
import { field, list, nameOf, pointer } from '../cluster/objects.ts';
import { lanes } from './gateway-lanes.ts';
import { find, GROUP } from './gateway-rules.ts';
import { acknowledgement } from './gateway-status.ts';
import { kongShare } from './kong-share.ts';
import type { BackendRef, Backends, Guard, Limits, Percent, RouteProvider, RouteRef, RuleRef, Split } from './types.ts';
import { JOURNAL_ANNOTATION, LANE_LABEL, RouteError } from './types.ts';

/** `weight` when it is absent, and the most backends of a rule (apis/v1/httproute_types.go). */
const DEFAULT_WEIGHT = 1;
const MOST_BACKENDS = 16;

/** Kong gives each of n pods floor(weight / n): with this sum the error stays below pods / weight (kong-share.ts). */
const SUM = 10_000;
const limits: Limits = { sum: SUM, smallestStep: 100 / SUM, acknowledgement: 'pushed', laneMark: true };

export const gatewayApi: RouteProvider = {
  name: 'gateway-api',
  limits,
  resource: { apiVersion: `${GROUP}/v1`, kind: 'HTTPRoute', plural: 'httproutes' },
  find,
  read,
  attach,
  shift,
  detach,
  lanes,
  withoutLanes: () => [],
  effectiveShare: (split, backends, readyPods) => kongShare(split, backends.canary, readyPods),
  quantise,
  acknowledged: acknowledgement,
};

function read(route: RouteRef): Split {
  const [first, ...rest] = route.rules;
  if (first === undefined) throw new RouteError(`${nameOf(route.object)} has no rule of the service.`);
  const weights = weightsOf(first);
  const sum = total(weights);
  for (const rule of rest) {
    const others = weightsOf(rule);
    const otherSum = total(others);
    // Shares are compared by cross multiplication: 95/5 and 9500/500 are the same split, exactly.
    const names = new Set([...weights.keys(), ...others.keys()]);
    const same = [...names].every((name) => (weights.get(name) ?? 0) * otherSum === (others.get(name) ?? 0) * sum);
    if (!same || (sum === 0) !== (otherSum === 0)) {
      throw new RouteError(
        `Rules of ${nameOf(route.object)} disagree: rule ${first.index} sends ${describe(first)}, ` +
          `rule ${rule.index} sends ${describe(rule)}. Give them the same weights, so that the service has one split.`,
      );
    }
    for (const name of others.keys()) if (!weights.has(name)) weights.set(name, 0);
  }
  return {
    weights: Object.fromEntries(weights),
    shares: Object.fromEntries([...weights].map(([name, weight]) => [name, sum === 0 ? 0 : (100 * weight) / sum])),
  };
}

function attach(route: RouteRef, backends: Backends, guard: Guard, journal: string): JsonPatch {
  const split = read(route);
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    refuseForeign(route, rule, backends);
    const stable = only(route, rule, backends.stable);
    if (stable === undefined) throw missing(route, rule, backends.stable);
    if (list(route.object, ...refPath(rule, stable), 'filters').length > 0) {
      throw new RouteError(
        `${place(route, rule)} has filters on the backend ${stable.name}, which Kong refuses and a canary cannot share. ` +
          'Move them to the rule.',
      );
    }
    if (total(weightsOf(rule)) === 0) {
      throw new RouteError(
        `${place(route, rule)} sends to nobody (${describe(rule)}). Give ${stable.name} a weight first.`,
      );
    }
    const wanted = quantise(split.shares[backends.canary] ?? 0);
    const canary = only(route, rule, backends.canary);
    tests.push(testName(rule, stable));
    if (stable.weight !== wanted.stable) writes.push(setWeight(rule, stable, wanted.stable));
    if (canary === undefined) {
      writes.push(append(route, rule, stable, backends.canary, wanted.canary));
    } else {
      tests.push(testName(rule, canary));
      if (canary.weight !== wanted.canary) writes.push(setWeight(rule, canary, wanted.canary));
    }
  }
  return assemble(route, guard, tests, writes, journal);
}

function shift(route: RouteRef, backends: Backends, share: Percent, guard: Guard, journal: string): JsonPatch {
  const wanted = quantise(share);
  if (share === 0) return giveBack(route, backends, guard, journal);
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    refuseForeign(route, rule, backends);
    for (const [name, weight] of [
      [backends.stable, wanted.stable],
      [backends.canary, wanted.canary],
    ] as const) {
      const backend = only(route, rule, name);
      if (backend === undefined) throw missing(route, rule, name);
      tests.push(testName(rule, backend));
      writes.push(setWeight(rule, backend, weight));
    }
  }
  return assemble(route, guard, tests, writes, journal);
}

/** The return: all weight of the service to stable, whatever others have done to the rules in between. */
function giveBack(route: RouteRef, backends: Backends, guard: Guard, journal: string): JsonPatch {
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    const stable = rule.backends.filter(({ name }) => name === backends.stable);
    const canary = rule.backends.find(({ name }) => name === backends.canary);
    if (stable.length === 0 && canary === undefined) continue;
    for (const backend of rule.backends) {
      tests.push(testName(rule, backend));
      writes.push(setWeight(rule, backend, backend.name === backends.stable ? SUM : 0));
    }
    if (stable.length === 0 && canary !== undefined) writes.push(append(route, rule, canary, backends.stable, SUM));
  }
  return assemble(route, guard, tests, writes, journal);
}

function detach(route: RouteRef, backend: string, guard: Guard, journal: string): JsonPatch {
  const tests: PatchOperation[] = [];
  const writes: PatchOperation[] = [];
  for (const rule of route.rules) {
    const gone = rule.backends.filter(({ name }) => name === backend);
    if (gone.some(({ weight }) => weight !== 0)) {
      throw new RouteError(
        `${place(route, rule)} still sends ${describe(rule)}: ${backend} can only be taken out at weight 0.`,
      );
    }
    if (gone.length > 0 && gone.length === rule.backends.length + rule.others.length) {
      throw new RouteError(`${place(route, rule)} would be left without a backend if ${backend} were taken out.`);
    }
    tests.push(...gone.map((ref) => testName(rule, ref)));
    // From the highest place down: each removal moves the places behind it.
    writes.push(...gone.toReversed().map((ref) => ({ op: 'remove', path: pointer(...refPath(rule, ref)) }) as const));
  }
  return assemble(route, guard, tests, writes, journal);
}

function quantise(share: Percent): { readonly stable: number; readonly canary: number } {
  if (!(share >= 0 && share <= 100)) throw new RouteError(`A canary's share is 0 to 100 percent, not ${share}.`);
  const rounded = Math.round((share * SUM) / 100);
  const canary = share === 0 || share === 100 ? rounded : Math.min(SUM - 1, Math.max(1, rounded));
  return { stable: SUM - canary, canary };
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
  const guards: PatchOperation[] = [];
  if (guard.generation !== undefined)
    guards.push({ op: 'test', path: '/metadata/generation', value: guard.generation });
  if (guard.journal !== undefined) guards.push({ op: 'test', path, value: guard.journal });
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

const refPath = (rule: RuleRef, backend: BackendRef) =>
  ['spec', 'rules', rule.index, 'backendRefs', backend.index] as const;

function testName(rule: RuleRef, backend: BackendRef): PatchOperation {
  return { op: 'test', path: pointer(...refPath(rule, backend), 'name'), value: backend.name };
}

/** `add`, not `replace`: it also works where the weight is absent (RFC 6902 §4.1). */
function setWeight(rule: RuleRef, backend: BackendRef, value: number): PatchOperation {
  return { op: 'add', path: pointer(...refPath(rule, backend), 'weight'), value };
}

/** A new backend at the end of the rule, reached as `like` is reached. */
function append(route: RouteRef, rule: RuleRef, like: BackendRef, name: string, weight: number): PatchOperation {
  if (rule.backends.length + rule.others.length >= MOST_BACKENDS) {
    throw new RouteError(
      `${place(route, rule)} has ${MOST_BACKENDS} backends, the most there can be: take out old ones first.`,
    );
  }
  const model = field(route.object, ...refPath(rule, like));
  const same = ['group', 'kind', 'namespace', 'port'].flatMap((key) => {
    const value = field(model, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const path = pointer('spec', 'rules', rule.index, 'backendRefs', '-');
  return { op: 'add', path, value: { ...Object.fromEntries(same), name, weight } };
}

function only(route: RouteRef, rule: RuleRef, name: string): BackendRef | undefined {
  const [backend, ...more] = rule.backends.filter((candidate) => candidate.name === name);
  if (more.length > 0) {
    throw new RouteError(`${place(route, rule)} names the backend ${name} ${more.length + 1} times: keep one of them.`);
  }
  return backend;
}

function refuseForeign(route: RouteRef, rule: RuleRef, backends: Backends): void {
  if (rule.others.length > 0) {
    throw new RouteError(
      `${place(route, rule)} also sends to ${rule.others.join(', ')}, which is not of this service, so a share of the rule ` +
        'is not a share of the service. Give each service a rule of its own.',
    );
  }
  const third = rule.backends.filter(
    ({ name, weight }) => name !== backends.stable && name !== backends.canary && weight !== 0,
  );
  if (third.length > 0) {
    throw new RouteError(
      `${place(route, rule)} sends ${describe(rule)}: beside ${backends.stable} (stable) and ${backends.canary} (canary), ` +
        `${third.map(({ name }) => name).join(' and ')} must have weight 0.`,
    );
  }
}

function missing(route: RouteRef, rule: RuleRef, name: string): RouteError {
  return new RouteError(
    `${place(route, rule)} sends ${describe(rule)} and does not name the backend ${name}. All rules of a service change ` +
      `together: add ${name} there, or move that rule to an HTTPRoute labelled ${LANE_LABEL}.`,
  );
}

const place = (route: RouteRef, rule: RuleRef) => `Rule ${rule.index} of ${nameOf(route.object)}`;

const describe = (rule: RuleRef) =>
  rule.backends.map(({ name, weight }) => `${weight ?? DEFAULT_WEIGHT} to ${name}`).join(', ');

/** Weights of one rule by backend name; a name that is there twice counts with the sum, as in the data plane. */
function weightsOf(rule: RuleRef): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { name, weight } of rule.backends)
    weights.set(name, (weights.get(name) ?? 0) + (weight ?? DEFAULT_WEIGHT));
  return weights;
}

function total(weights: ReadonlyMap<string, number>): number {
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}
