/**
 * The contract of a provider, the adapter for one kind of route object. A folder says facts, weights and lanes; the rest
 * has defaults ({@link providerOf}). Every function is pure: objects in, patches and facts out; reading and writing the
 * cluster is the engine's. The words it uses stand below it.
 */
import { LANE_HEADER, LANE_MARK } from '../kube/names.ts';
import type { JsonPatch, KubeObject, ObjectRef } from '../kube/objects.ts';

export interface RouteProvider {
  readonly facts: Facts;
  readonly weights: Weights;
  readonly lanes: LaneWays;
  /** Absent: only callers inside a mesh meet such routes, and something else brings users' requests to the service. */
  readonly entry?: EntryOf;
  readonly backing: BackingOf;
  readonly status: StatusOf;
}

/** What is known of the kind without an object of it. action.yml, schema, docs, rights and lint follow from these. */
export interface Facts {
  /** As the input `mesh` and messages say it. */
  readonly name: string;
  /** What the description of `mesh` says beside the name; the kind's own documentation. */
  readonly about: string;
  readonly docs: string;
  readonly resource: Resource;
  /** Where the rules are: what other tools must leave alone while a release runs. */
  readonly rulesAt: Path;
  readonly entrance: Entrance | ((object: KubeObject) => Entrance);
  /** Rules of the route, or objects of these kinds beside it. */
  readonly lanes: 'rules' | { readonly objects: readonly Resource[] };
  /** How a route file meets the live object: its rules are merged in, or it is left aside once there is one. */
  readonly files: 'by rule' | 'first time only';
  readonly limits: Limits;
  /** `mesh: auto` finds it by its routes; or never, and why: one or two sentences. */
  readonly auto: 'by its routes' | { readonly never: string };
  /** What its proxies count of requests: a value of the input `metrics`, the first one that is there counts. */
  readonly counters?: readonly Metric[];
  /** Whose webhook may stand in the way of a write. */
  readonly webhook?: WebhookOwner;
  /**
   * Why a route is not in the mesh that `mesh-name` names, or why the name means nothing there: "hangs on the Gateway
   * kong"; undefined when it is, or when that cannot be told. @param labels of the namespace, where they may be read
   */
  strayFrom?(
    route: RouteRef,
    meshName: string,
    labels: Readonly<Record<string, string>> | undefined,
  ): string | undefined;
}

/** The split. parts/find.ts and parts/weights.ts make all of it for a kind whose rules have lists of backends. */
export interface Weights {
  /** The only route of a service. @throws RouteError when there is none or several; the message lists what was found. */
  find(routes: readonly KubeObject[], service: string, isBackend: (name: string) => boolean): RouteRef;
  /**
   * All routes that send to backends of the service, the one for requests from outside first; lanes are left out. One for
   * callers outside and one for those inside move in lockstep. @throws RouteError when two split the same callers.
   */
  findAll(routes: readonly KubeObject[], service: string, isBackend: (name: string) => boolean): readonly RouteRef[];
  /** The split as the object says it now. @throws RouteError when the rules of the service disagree with each other. */
  read(route: RouteRef): Split;
  /**
   * Adds the canary at weight 0 beside stable in every rule of the service, in one patch with the journal; shares are kept.
   * Attaching twice is attaching once. @throws RouteError for rules that cannot carry a canary.
   */
  attach(route: RouteRef, backends: Backends, guard: Guard, journal: string): JsonPatch;
  /**
   * Sets the canary's share in every rule, in one patch with the journal. Share 0 is the return: it never refuses because of
   * what others did to the rules. @throws RouteError above 0 when a rule lacks one of the two, or carries others.
   */
  shift(route: RouteRef, backends: Backends, share: Percent, guard: Guard, journal: string): JsonPatch;
  /** Takes a backend out of every rule. @throws RouteError when its weight is not 0, or a rule would have none left. */
  detach(route: RouteRef, backend: string, guard: Guard, journal: string): JsonPatch;
  /** Weights that add up to `limits.sum`, rounded down; a share above 0 never becomes 0, one below 100 never all. */
  quantise(share: Percent): { readonly stable: number; readonly canary: number };
  /** The canary's share the data plane really gives, by ready pods of each backend; 0 when nobody is served. */
  effectiveShare(split: Split, backends: Backends, readyPods: Readonly<Record<string, number>>): Percent;
}

/**
 * Header-matched ways to each version for our probes, never weighted and before the rules they copy, with every match,
 * filter and annotation that shapes a request, and {@link LANE_MARK} on answers where the API can. Objects carry LANE_LABEL
 * and an owner reference to the route; rules a name with {@link LANE_RULE_PREFIX}. Lanes of earlier runs are replaced.
 */
export interface LaneWays {
  /** @param waysIn see {@link EntryOf.kinds} @throws RouteError where the API's limits leave no room. */
  open(route: RouteRef, to: Backends, tokens: LaneTokens, guard: Guard, waysIn?: readonly KubeObject[]): Lanes;
  /** Takes every lane rule out of the route; empty where lanes are objects. */
  close(route: RouteRef, guard: Guard): JsonPatch;
}

/** How users' requests come in by a route of this kind. */
export interface EntryOf {
  /** `Kong` (a setup installs it, and plugins are bound to such routes), or the gateway that takes its place. */
  readonly servedBy: string;
  /** Kinds of objects that lead to a route which matches no request itself; none where it is the way in. */
  readonly kinds: readonly Resource[];
  /** Numbers of the rules of a way that lead to the route; needed where there are {@link kinds}. */
  leadsTo?(way: KubeObject, route: RouteRef): readonly number[];
  /** What a normal request to these rules looks like. @throws RouteError where no path can be taken from them. */
  address(object: KubeObject, rules: readonly number[], path: string | undefined): Address;
  /** The Gateways it hangs on; absent where the kind knows none. */
  gateways?(object: KubeObject): readonly { readonly namespace: string; readonly name: string }[];
}

/** What must stand behind the canary, beside its pods and Service, before a route may name it. */
export interface BackingOf {
  readonly kinds: readonly BackingKind[];
  /** @param objects those of {@link kinds} in the namespace @throws RouteError when stable's own is missing. */
  make(route: RouteRef, backends: Backends, objects: readonly KubeObject[]): Backing;
  /** Whether an object of {@link make} is taken by its controller, so that a route may name it. */
  ready(object: KubeObject): boolean;
}

/** What the controller says. A status that is missing or older than the write is 'unknown', never 'yes'. */
export interface StatusOf {
  /** @param events about the object, newer than the write; needed where `limits.refusals` is `events` */
  acknowledged(object: KubeObject, generation: number, events?: readonly KubeObject[]): Acknowledgement;
  /** What it has said about the object so far, in one line for messages. */
  said(object: KubeObject, events?: readonly KubeObject[]): string;
}

/** A provider with the defaults: a Service is all a backend needs, and a controller says nothing. */
export function providerOf(
  own: Omit<RouteProvider, 'backing' | 'status'> & Partial<Pick<RouteProvider, 'backing' | 'status'>>,
): RouteProvider {
  return {
    backing: { kinds: [], make: () => ({ apply: [], patches: [] }), ready: () => true },
    status: {
      acknowledged: () => 'unknown',
      said: () => `nothing acknowledges a ${own.facts.resource.kind}`,
    },
    ...own,
  };
}

/** Lanes that are rules of the main object (rules have no labels) carry a name that starts so. */
export const LANE_RULE_PREFIX = 'mesh-canary-lane';

/** Values of {@link LANE_HEADER} of one run, unlike any other run's: a lane of a dead run answers nobody. */
export interface LaneTokens {
  readonly stable: string;
  readonly canary: string;
  /** Answers are not to be marked: something else of this route sets response headers, and only one of the two can. */
  readonly unmarked?: boolean;
}

/** Lanes as a provider writes them: objects of their own beside the route, or rules in the route itself. */
export type Lanes = { readonly objects: readonly KubeObject[] } | { readonly patch: JsonPatch };

/** Share of a service's requests meant for the canary, 0 to 100, fractions allowed. */
export type Percent = number;

/** The backends of one service in one release, by the names the route uses (Service names on Gateway API). */
export interface Backends {
  readonly stable: string;
  readonly canary: string;
}

export interface Limits {
  /** What the weights of one rule add up to after a shift, e.g. 10 000 on Kong. */
  readonly sum: number;
  /** Smallest share that can be told from 0, in percent. */
  readonly smallestStep: Percent;
  /** What an acknowledgement means: the controller read it, pushed it, or nothing is ever said. */
  readonly acknowledgement: 'none' | 'read' | 'pushed';
  /** Where a controller says that it refuses a write: `events` must be handed to {@link StatusOf.acknowledged}. */
  readonly refusals: 'status' | 'events' | 'none';
  /** Whether the answers of a lane carry {@link LANE_MARK}; without it they are told by `identify` alone. */
  readonly laneMark: boolean;
}

/** One backend of a rule: `index` is its place among all backends of the rule, an absent weight means the API's default of 1. */
export interface BackendRef {
  readonly index: number;
  readonly name: string;
  readonly weight: number | undefined;
  readonly port: number | undefined;
}

/** Property names and array indexes that lead to a value of an object. */
export type Path = readonly (string | number)[];

/** One rule that sends to a service's backends, at its place at the time of reading. */
export interface RuleRef {
  /** Its number among the object's rules, all lists of rules counted through. */
  readonly index: number;
  /** How messages name it: `rule 2`, `route "jazz-route"`. */
  readonly label: string;
  /** Where the list of its backends is. */
  readonly at: Path;
  /** The service's backends in the order of the rule. */
  readonly backends: readonly BackendRef[];
  /** Backends of the same rule that are not the service's, named for messages. A rule with any is only ever returned, never weighted. */
  readonly others: readonly string[];
}

/** Whose requests a route splits: through a gateway, of callers inside a mesh (a gateway in it among them), or both. */
export type Entrance = 'outside' | 'inside' | 'both';

/** All rules of one route object that send to a service. */
export interface RouteRef {
  readonly object: KubeObject;
  readonly service: string;
  readonly entrance: Entrance;
  readonly rules: readonly RuleRef[];
}

/** The split of a service; every rule of the service carries the same one. */
export interface Split {
  /** Weights by backend name as the first rule writes them (the API's default where absent); 0 is listed. */
  readonly weights: Readonly<Record<string, number>>;
  /** Share per backend in percent; backends with weight 0 are listed with 0. All 0: nobody is served. */
  readonly shares: Readonly<Record<string, Percent>>;
  /** `proxies`: every proxy draws by weight alone, however many pods there are. Absent: Kong splits (kong-share.ts). */
  readonly by?: 'proxies';
}

/** What must stand behind the canary, beside its pods and Service, before a route may name it. */
export interface Backing {
  /** Objects to apply: copies of stable's, for the canary. */
  readonly apply: readonly KubeObject[];
  /** Additions to objects that hold both versions. */
  readonly patches: readonly { readonly object: ObjectRef; readonly patch: JsonPatch }[];
}

/** A kind of objects, as its API and RBAC name it. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

export interface BackingKind extends Resource {
  /** Whether {@link BackingOf.make} makes such objects for the canary. */
  readonly copied?: boolean;
}

/** What a normal request to a service looks like. */
export interface Address {
  readonly path: string;
  readonly host: string | undefined;
  /** Headers its route asks for, by name in lower case. */
  readonly matchHeaders: Readonly<Record<string, string>>;
}

/** A counter of requests told apart by status, and the histogram of their times. */
export interface Metric {
  /** Name of the counter. */
  readonly requests: string;
  /** Labels that hold the status or its class; the first one present counts. */
  readonly status: readonly string[];
  /** Name of the histogram's buckets, and how many seconds one unit of `le` is. */
  readonly times: { readonly buckets: string; readonly unit: number };
  /** Only series with these labels are requests that came in: name, and pattern of the whole value (RE2 and JS). */
  readonly incoming?: { readonly label: string; readonly pattern: string };
}

export interface WebhookOwner {
  /** The end of the webhook's name. */
  readonly name: RegExp;
  readonly whose: string;
  /** The command that brings it back. */
  readonly restart: string;
  /** What to do when that cannot be done. */
  readonly ended?: string;
}

/**
 * What must still be true when a patch arrives; each member becomes a `test`, and the API server answers 422 when one fails.
 * The backends that are written are always tested: with `{}` (a return) alone, so that it goes through on any generation.
 */
export interface Guard {
  /** `metadata.generation` as last read. */
  readonly generation?: number;
  /**
   * The fence: the journal annotation's whole text as last read. It carries the run id, so a run that lost its lock cannot
   * write over its successor. Absent before the first journal of a route.
   */
  readonly journal?: string;
}

export type Acknowledgement = 'yes' | 'unknown' | { readonly refused: string };

/** Thrown by pure room functions: names the object, what is wrong and what to do. */
export class RouteError extends Error {
  override name = 'RouteError';
}

/** A further route of a service, for other callers: it always has the weights and the journal of the first. */
export interface Follower {
  readonly provider: RouteProvider;
  readonly route: ObjectRef;
}
