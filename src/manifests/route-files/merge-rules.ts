/** The rule list of a route file merged into the live one: the file owns the rules, the release owns the weights. */

import { LintError } from '../../errors.ts';
import { jsonEqual } from '../../kube/json-patch.ts';
import type { JsonObject, KubeObject } from '../../kube/objects.ts';
import { field, list, nameOf, text } from '../../kube/objects.ts';
import { LANE_RULE_PREFIX } from '../../routes/types.ts';
import { completeAddress, completeFilters, completeMatches } from './defaults.ts';

export interface MergeOptions {
  /** The logical service of a backend whose weights a release owns, or undefined for everybody else's. */
  readonly serviceOf: (backend: string) => string | undefined;
  /** Backends that releases have taken out of the route (the journal's history). */
  readonly retired: readonly string[];
  /** Stable and canary of the release under way: these may come back even if they were retired before. */
  readonly releasing: readonly string[];
}

type Part = Readonly<Record<string, unknown>>;

/** Members of a rule that follow the file, removal included. Others are only changed when the file names them. */
const OWNED = ['name', 'matches', 'filters', 'timeouts', 'retry', 'sessionPersistence'];

/** Where a backend reference leads, beside its name. */
const ADDRESS = ['group', 'kind', 'namespace', 'port'];

/**
 * The rules to write, or undefined when the live ones say the same. Order is the file's; lanes stay, in front.
 * @throws LintError when a split under way would vanish, or a retired version would come back.
 */
export function mergeRules(live: KubeObject, file: KubeObject, options: MergeOptions): JsonObject[] | undefined {
  const all = parts(live, 'spec', 'rules');
  const lanes = all.filter(isLane);
  const current = all.filter((rule) => !isLane(rule));
  const wanted = parts(file, 'spec', 'rules');
  const merger = new RuleMerger(live, current, options);
  const partners = pair(wanted, current, (rule) => merger.audience(rule));
  for (const rule of current) if (!partners.includes(rule)) merger.refuseLoss(rule, []);
  const merged = wanted.map((rule, index) => merger.merge(rule, partners[index]));
  return jsonEqual(merged, current) ? undefined : ([...lanes, ...merged] as JsonObject[]);
}

/** One live route, and what merging one rule into it needs to know of the others. */
class RuleMerger {
  private readonly live: KubeObject;
  private readonly rules: readonly Part[];
  private readonly options: MergeOptions;
  private readonly namespace: string;

  constructor(live: KubeObject, rules: readonly Part[], options: MergeOptions) {
    this.live = live;
    this.rules = rules;
    this.options = options;
    this.namespace = live.metadata.namespace ?? '';
  }

  merge(file: Part, live: Part | undefined): Part {
    const own = live ?? {};
    const backendRefs = this.mergeBackends(file, live);
    const merged: Record<string, unknown> = {};
    for (const key of new Set([...Object.keys(own), ...Object.keys(file)])) {
      const [before, wanted] = [own[key], file[key] ?? undefined];
      const keep = sameMember(key, before, wanted) || (wanted === undefined && !OWNED.includes(key));
      const value = key === 'backendRefs' ? (backendRefs.length > 0 ? backendRefs : undefined) : keep ? before : wanted;
      if (value !== undefined) merged[key] = value;
    }
    return merged;
  }

  /** Whom a rule serves: services for managed backends, addresses for others. Used to recognise a rule. */
  audience(rule: Part): string {
    return [...new Set(list(rule, 'backendRefs').map((ref) => this.serviceOf(ref) ?? this.identity(ref)))]
      .sort()
      .join(' ');
  }

  /** @throws LintError when the rule splits a managed service that is not in `kept`. */
  refuseLoss(rule: Part, kept: readonly string[]): void {
    const weighted = new Map<string, string[]>();
    for (const ref of list(rule, 'backendRefs')) {
      const service = this.serviceOf(ref);
      if (service === undefined || kept.includes(service) || field(ref, 'weight') === 0) continue;
      weighted.set(service, [...(weighted.get(service) ?? []), text(ref, 'name')]);
    }
    for (const [service, names] of weighted) {
      if (names.length < 2) continue;
      throw new LintError(
        `The manifest of ${nameOf(this.live)} has no longer the rule ${describe(rule)}, which splits ${service} between ${names.join(' and ')}.`,
        'Finish or roll back that release first, or keep the rule.',
      );
    }
  }

  private mergeBackends(file: Part, live: Part | undefined): Part[] {
    const wanted = parts(file, 'backendRefs');
    const present = parts(live, 'backendRefs');
    const services = [...new Set(wanted.flatMap((ref) => this.serviceOf(ref) ?? []))];
    if (live !== undefined) this.refuseLoss(live, services);
    const split = new Map(services.map((service) => [service, this.splitOf(service, present)] as const));
    // A rule that is new, or new to a service, starts with the split the service has in its other rules.
    const borrowed = services.flatMap((service) => (this.carries(present, service) ? [] : (split.get(service) ?? [])));

    const rest = [...wanted];
    const kept = [...present, ...borrowed].flatMap((ref) => {
      const service = this.serviceOf(ref);
      const place = rest.findIndex((other) =>
        service === undefined ? this.identity(other) === this.identity(ref) : text(other, 'name') === text(ref, 'name'),
      );
      const [partner] = place < 0 ? [] : rest.splice(place, 1);
      if (partner !== undefined) return [this.mergeRef(ref, partner, service !== undefined)];
      if (service === undefined || !services.includes(service)) return [];
      return [this.follow(ref, borrowed.includes(ref), present, wanted)];
    });
    const added = rest.map((ref) => {
      const service = this.serviceOf(ref);
      if (service === undefined) return ref;
      this.refuseRetired(text(ref, 'name'));
      return (split.get(service) ?? []).length === 0 ? ref : { ...ref, weight: 0 };
    });
    return [...kept, ...added];
  }

  /** A backend both have: where it leads follows the file, a managed one's weight does not. */
  private mergeRef(live: Part, file: Part, managed: boolean): Part {
    const merged: Record<string, unknown> = { ...live, ...file };
    for (const key of ADDRESS) restore(merged, this.leadsLike(live, file) ? live : file, key);
    restore(merged, sameMember('filters', live['filters'], file['filters']) ? live : file, 'filters');
    if (managed || (live['weight'] ?? 1) === (file['weight'] ?? 1)) restore(merged, live, 'weight');
    return merged;
  }

  /** A backend the file does not name (a canary of ours): where it leads moves with a backend it was like. */
  private follow(ref: Part, isNew: boolean, present: readonly Part[], wanted: readonly Part[]): Part {
    const like = wanted.find((other) => {
      if (this.serviceOf(other) !== this.serviceOf(ref)) return false;
      const before = present.find((candidate) => text(candidate, 'name') === text(other, 'name'));
      return isNew || (before !== undefined && this.leadsLike(before, ref));
    });
    if (like === undefined || this.leadsLike(like, ref)) return ref;
    const moved: Record<string, unknown> = { ...ref };
    for (const key of ADDRESS) restore(moved, like, key);
    return moved;
  }

  private leadsLike(a: Part, b: Part): boolean {
    return jsonEqual(completeAddress(a, this.namespace), completeAddress(b, this.namespace));
  }

  /** The service's live backends: in this rule, else in the first rule that has some. */
  private splitOf(service: string, present: readonly Part[]): readonly Part[] {
    const refs = [present, ...this.rules.map((rule) => parts(rule, 'backendRefs'))].find((candidate) =>
      this.carries(candidate, service),
    );
    return (refs ?? []).filter((ref) => this.serviceOf(ref) === service);
  }

  private carries(refs: readonly Part[], service: string): boolean {
    return refs.some((ref) => this.serviceOf(ref) === service);
  }

  private refuseRetired(name: string): void {
    if (!this.options.retired.includes(name) || this.options.releasing.includes(name)) return;
    throw new LintError(
      `The manifest of ${nameOf(this.live)} sends to ${name}, a version that an earlier release has retired.`,
      `Take ${name} out of the manifest, or release that version again.`,
    );
  }

  private serviceOf(ref: unknown): string | undefined {
    const { group, kind } = completeAddress(ref, this.namespace);
    return group === '' && kind === 'Service' ? this.options.serviceOf(text(ref, 'name')) : undefined;
  }

  private identity(ref: unknown): string {
    return JSON.stringify([text(ref, 'name'), ...Object.values(completeAddress(ref, this.namespace))]);
  }
}

/**
 * The live rule of each rule of the file, each taken once: by name, else by equal matches (where several rules have the
 * same ones, those that serve the same first), else by whom it serves.
 */
function pair(
  wanted: readonly Part[],
  current: readonly Part[],
  audience: (rule: Part) => string,
): (Part | undefined)[] {
  const partners: (Part | undefined)[] = wanted.map(() => undefined);
  const free = new Set(current);
  const sameMatches = (a: Part, b: Part) => sameMember('matches', a['matches'], b['matches']);
  const alike: readonly ((a: Part, b: Part) => boolean)[] = [
    (a, b) => text(a, 'name') !== '' && text(a, 'name') === text(b, 'name'),
    (a, b) => sameMatches(a, b) && audience(a) === audience(b),
    sameMatches,
    (a, b) => audience(a) === audience(b),
  ];
  for (const same of alike) {
    for (const [index, rule] of wanted.entries()) {
      if (partners[index] !== undefined) continue;
      const partner = [...free].find((candidate) => same(rule, candidate));
      if (partner === undefined) continue;
      partners[index] = partner;
      free.delete(partner);
    }
  }
  return partners;
}

function sameMember(key: string, a: unknown, b: unknown): boolean {
  if (key === 'matches') return jsonEqual(completeMatches(a), completeMatches(b));
  if (key === 'filters') return jsonEqual(completeFilters(a), completeFilters(b));
  return jsonEqual(a, b);
}

function restore(target: Record<string, unknown>, from: Part, key: string): void {
  if (from[key] === undefined) delete target[key];
  else target[key] = from[key];
}

const isLane = (rule: Part) => text(rule, 'name').startsWith(LANE_RULE_PREFIX);

const parts = (object: unknown, ...path: readonly string[]) => list(object, ...path) as readonly Part[];

function describe(rule: Part): string {
  const name = text(rule, 'name');
  if (name !== '') return `"${name}"`;
  const paths = list(rule, 'matches').map((match) => text(match, 'path', 'value') || '/');
  return `for ${paths.join(', ') || '/'}`;
}
