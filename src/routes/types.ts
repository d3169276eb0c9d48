/**
 * The contract of a provider: the adapter for one kind of route object.
 * Every function is pure: objects in, patches and facts out; reading and writing the cluster is the engine's.
 */
import { LANE_LABEL } from '../kube/names.ts';
import type { JsonPatch, KubeObject, ObjectRef } from '../kube/objects.ts';

/** Lanes that are rules of the main object (rules have no labels) carry a name that starts so. */
export const LANE_RULE_PREFIX = 'mesh-canary-lane';

/** Request header that leads into a lane; its value is the lane's token. */
export const LANE_HEADER = 'x-mesh-canary-lane';

/** Response header the lane's rule sets on every answer that came this way, with the same token. */
export const LANE_MARK = 'x-mesh-canary-lane';

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
  /** Where a controller says that it refuses a write: `events` must be handed to {@link RouteProvider.acknowledged}. */
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

/**
 * Whose requests a route splits: those that come in through a gateway, those of callers inside the mesh, or both. On App
 * Mesh, Istio and Kuma a gateway that is in the mesh itself is a caller inside.
 */
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

/** Kinds of objects a provider wants to see, for {@link RouteProvider.backing}. */
export interface BackingKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  /** Whether {@link RouteProvider.backing} makes such objects for the canary. */
  readonly copied?: boolean;
}

/**
 * What must still be true when a patch arrives; each member becomes a `test` operation, and the API server answers 422
 * when one fails. The names of the backends that are written are always tested at their places. With `{}` (a return)
 * they are the only test, so that the patch goes through on any generation.
 */
export interface Guard {
  /** `metadata.generation` as last read. */
  readonly generation?: number;
  /**
   * The fence: the journal annotation's whole text as last read (`test` compares whole values). It carries the run id,
   * so a run that lost its lock cannot write over its successor. Absent before the first journal of a route.
   */
  readonly journal?: string;
}

export type Acknowledgement = 'yes' | 'unknown' | { readonly refused: string };

/** Thrown by pure room functions: names the object, what is wrong and what to do. */
export class RouteError extends Error {
  override name = 'RouteError';
}

export interface RouteProvider {
  readonly name: string;
  readonly limits: Limits;

  /** API group and plural of the route objects, for reading and watching them. */
  readonly resource: { readonly apiVersion: string; readonly kind: string; readonly plural: string };

  /** Where the rules are: what other tools must leave alone while a release runs. */
  readonly rulesAt: Path;

  /**
   * The route among `routes` that sends to the given service's backends (`<service>-…` or `<service>` itself,
   * matched by `isBackend`). Rules that carry a lane marker are left out.
   * @throws RouteError when there is none, or when several objects do; the message lists what was found.
   */
  find(routes: readonly KubeObject[], service: string, isBackend: (name: string) => boolean): RouteRef;

  /**
   * All routes of the service, the one for requests from outside first: a service may have one for callers through the
   * gateway and one for callers inside, which move in lockstep. Empty when there is none.
   * @throws RouteError when two split the same callers.
   */
  findAll(routes: readonly KubeObject[], service: string, isBackend: (name: string) => boolean): readonly RouteRef[];

  /**
   * The split as the object says it now.
   * @throws RouteError when the rules of the service disagree with each other.
   */
  read(route: RouteRef): Split;

  /**
   * Adds the canary at weight 0 beside the stable backend in every rule of the service (no change where it is
   * already there), normalises the sum with the shares kept, and writes the journal, in one patch. Attaching twice is
   * attaching once.
   * @throws RouteError for rules that cannot carry a canary: another weighted backend, a foreign one, no stable one,
   * filters on the stable one, rules that disagree, nobody served.
   */
  attach(route: RouteRef, backends: Backends, guard: Guard, journal: string): JsonPatch;

  /**
   * Sets the canary's share in every rule of the service, with the journal, in one patch.
   *
   * Share 0 is the return: it never refuses because of what others did to the rules. It takes the weight of every other
   * backend of the service, puts a missing stable backend back where the canary is, and leaves rules alone that have
   * neither. In a rule that also sends to others, stable gets what the service had, so that their share stays. The
   * stable Service must exist.
   * @throws RouteError above 0 when a rule lacks one of the two, or carries other weighted or foreign backends.
   */
  shift(route: RouteRef, backends: Backends, share: Percent, guard: Guard, journal: string): JsonPatch;

  /**
   * Takes a backend whose weight is 0 out of every rule of the service, with the journal.
   * @throws RouteError when its weight is not 0, or when a rule would be left without a backend.
   */
  detach(route: RouteRef, backend: string, guard: Guard, journal: string): JsonPatch;

  /**
   * A header-matched way to each of the two backends for our probes, beside the weighted rules and never weighted. Every
   * match, filter, plugin, timeout and annotation that shapes a request is copied; owners' and GitOps tools' labels and
   * the journal are not. A lane's rule matches what the rule it copies matches and the token, so it comes first; it sets
   * {@link LANE_MARK} where the API can. Objects carry {@link LANE_LABEL} and an owner reference to the route, so that
   * they go with it; rules carry {@link LANE_RULE_PREFIX} in their name. Lanes of earlier runs are replaced.
   * @throws RouteError where the API's limits leave no room for them.
   */
  lanes(route: RouteRef, backends: Backends, tokens: LaneTokens, guard: Guard): Lanes;

  /** Takes every lane rule out of the route; empty where there is none, or where lanes are objects of their own. */
  withoutLanes(route: RouteRef, guard: Guard): JsonPatch;

  /**
   * The canary's share the data plane will really give, from the weights and the ready pods of each backend (a backend
   * that is not listed has none). 0 when no backend has a ready pod: then nobody is served.
   */
  effectiveShare(split: Split, backends: Backends, readyPods: Readonly<Record<string, number>>): Percent;

  /**
   * Weights quantised to what the API can say: canary and stable add up to `limits.sum`. Rounded down, so that no step
   * passes the next one; yet a share above 0 never becomes weight 0, and one below 100 never the whole sum.
   * @throws RouteError outside 0 to 100.
   */
  quantise(share: Percent): { readonly stable: number; readonly canary: number };

  /**
   * Whether the controller has taken `generation` of the object. A missing status entry is 'unknown', never 'yes'.
   * `refused` carries the controller's own words.
   * @param events about the object, newer than the write; needed where `limits.refusals` is `events`
   */
  acknowledged(object: KubeObject, generation: number, events?: readonly KubeObject[]): Acknowledgement;

  /**
   * Why the route is not in the mesh that the input `mesh-name` names, or why the name means nothing there; undefined when
   * it is, or when that cannot be told. One sentence without the object's name: "hangs on the Gateway kong".
   * @param namespaceLabels of the route's namespace; undefined where they may not be read
   */
  strayFrom(
    route: RouteRef,
    meshName: string,
    namespaceLabels: Readonly<Record<string, string>> | undefined,
  ): string | undefined;

  /** What the controller has said about the object so far, in one line for messages. */
  said(object: KubeObject, events?: readonly KubeObject[]): string;

  /** Kinds that {@link backing} looks at; none where a Service is all a backend needs. */
  readonly backingKinds: readonly BackingKind[];

  /**
   * What the canary needs beside its pods and Service before {@link attach}; nothing where it is there already. Objects
   * of stable are never changed.
   * @param objects those of {@link backingKinds} in the namespace
   * @throws RouteError when stable's own is missing, or would catch the canary's pods.
   */
  backing(route: RouteRef, backends: Backends, objects: readonly KubeObject[]): Backing;

  /** Whether an object of {@link backing} is taken by its controller, so that a route may name it. */
  backingReady(object: KubeObject): boolean;
}

/** A further route of a service, for other callers: it always has the weights and the journal of the first. */
export interface Follower {
  readonly provider: RouteProvider;
  readonly route: ObjectRef;
}
