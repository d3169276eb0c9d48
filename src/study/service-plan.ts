/** What a release will do to each service, from what is live and what the manifests bring. Pure. */

import { LintError, PlatformError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { decode, JOURNAL_ANNOTATION } from '../journal/journal.ts';
import { applyPatch } from '../kube/json-patch.ts';
import type { KubeObject, ObjectRef } from '../kube/objects.ts';
import { annotation, field, groupOf, list, nameOf, refOf, text } from '../kube/objects.ts';
import { mergeRoute } from '../manifests/route-files/merge.ts';
import type { Unit } from '../routes/choose.ts';
import { unitsOf } from '../routes/choose.ts';
import { round } from '../routes/parts/percent.ts';
import { shareOf } from '../routes/parts/shares.ts';
import { gatewayApi } from '../routes/providers/gateway-api/index.ts';
import type { Follower, Percent, RouteProvider, RouteRef, Split } from '../routes/types.ts';
import type { Discovery } from '../services/discover.ts';
import { discover, isBackendName } from '../services/discover.ts';
import { entryOf } from '../services/entry.ts';
import type { Settings } from '../settings/types.ts';

export interface ServicePlan {
  readonly service: string;
  readonly isBackend: (name: string) => boolean;
  /** The route as it is in the cluster; absent when the manifests bring it for the first time. */
  readonly live: KubeObject | undefined;
  /** The same route in the manifests. */
  readonly file: KubeObject | undefined;
  readonly route: ObjectRef;
  /** Reads and writes {@link route}. */
  readonly provider: RouteProvider;
  /** Routes of the same service for other callers, which move in lockstep. */
  readonly followers: readonly Follower[];
  /** The route itself: live, else from the manifests. */
  readonly source: KubeObject;
  /** What brings users' requests to the service: the route itself, or an Ingress or HTTPRoute that leads to where it splits. */
  readonly entry: KubeObject;
  readonly journal: Journal | undefined;
  readonly discovery: Discovery;
  /** Share of the version to release that is live now. */
  readonly liveShare: Percent;
  /** Who draws between the versions: {@link Split.by}. */
  readonly by: Split['by'];
  /** Backends earlier releases took out. */
  readonly retired: readonly string[];
  /** Where users call it: path and the headers its route asks for. */
  readonly path: string;
  readonly host: string | undefined;
  readonly matchHeaders: Readonly<Record<string, string>>;
}

/** Phases in which a release is not over: whoever finds one with the lock in hand finds a dead run. */
const UNFINISHED = new Set<Journal['phase']>(['attached', 'shifting', 'observing', 'baking', 'returning']);

export function isUnfinished(journal: Journal | undefined): journal is Journal {
  return journal !== undefined && UNFINISHED.has(journal.phase);
}

/**
 * Plans one service.
 * @throws RouteError, BackendError, LintError: what is missing or ambiguous, and what to do.
 */
export function planService(
  service: string,
  settings: Settings,
  mesh: RouteProvider,
  live: readonly KubeObject[],
  manifests: readonly KubeObject[],
): ServicePlan {
  const isBackend = (name: string) => isBackendName(name, service, settings.services);
  const here = (objects: readonly KubeObject[]) =>
    objects.filter(({ metadata }) => metadata.namespace === settings.namespace);
  const sends = (route: KubeObject) =>
    [mesh, gatewayApi].some((each) => each.findAll([route], service, isBackend).length > 0);
  const units = unitsOf(mesh, here(here(live).some(sends) ? live : manifests), { service, isBackend });
  const [first, ...others] = units;
  if (first === undefined) throw new LintError(`no route sends to ${service}`);
  const { provider, route: found } = first;
  const routesIn = (objects: readonly KubeObject[]) =>
    here(objects).filter(
      ({ kind, apiVersion }) =>
        kind === provider.resource.kind && groupOf(apiVersion) === groupOf(provider.resource.apiVersion),
    );
  const liveRoutes = routesIn(live);
  const fileRoutes = routesIn(manifests);
  const named = (objects: readonly KubeObject[]) =>
    objects.find(({ metadata }) => metadata.name === found.object.metadata.name);
  const liveRoute = named(liveRoutes);
  const journal = liveRoute ? journalOn(liveRoute) : undefined;
  const split =
    liveRoute && liveRoutes.some(sends) ? provider.read(provider.find([liveRoute], service, isBackend)) : undefined;
  const stable =
    journal === undefined
      ? undefined
      : journal.phase === 'promoted'
        ? journal.backends.canary
        : journal.backends.stable;
  const image = settings.image[service];
  const ofKind = (kind: string) => live.filter((object) => object.kind === kind);
  const discovery = discover({
    service,
    version: settings.version,
    namespace: settings.namespace,
    live: {
      deployments: ofKind('Deployment'),
      services: ofKind('Service'),
      endpointSlices: ofKind('EndpointSlice'),
      horizontalPodAutoscalers: ofKind('HorizontalPodAutoscaler'),
    },
    manifests,
    ...(split ? { weights: split.weights } : {}),
    ...(stable === undefined ? {} : { journalStable: stable }),
    retired: (journal?.history ?? []).map(({ backend }) => backend),
    ...(image === undefined ? {} : { image }),
    otherServices: settings.services.filter((other) => other !== service),
  });
  if (split) {
    requireAlone(nameOf(found.object), split, discovery, journal);
    requireRising(nameOf(found.object), split, discovery, journal, settings.canaryWeight);
    if (!isUnfinished(journal)) requireTogether(found, split, others);
  }
  const entry = entryOf(found, [...here(live), ...here(manifests)]);
  const address = addressOf(entry.object, entry.rules, settings.probePath[service]);
  return {
    service,
    isBackend,
    live: liveRoute,
    file: named(fileRoutes),
    provider,
    route: refOf(found.object),
    followers: others.map((unit) => ({ provider: unit.provider, route: refOf(unit.route.object) })),
    source: found.object,
    entry: entry.object,
    journal,
    discovery,
    by: discovery.kind === 'release' ? (split ?? provider.read(found)).by : undefined,
    liveShare: split ? shareOf(split, `${service}-${settings.version}`) : 0,
    retired: (journal?.history ?? []).map(({ backend }) => backend),
    ...address,
  };
}

/** Routes of one service move together from now on, so they have to start together. @throws LintError naming both splits. */
function requireTogether(first: RouteRef, split: Split, others: readonly Unit[]): void {
  for (const { provider, route } of others) {
    const { shares } = provider.read(route);
    const apart = Object.keys({ ...split.shares, ...shares }).find(
      (name) => Math.abs((split.shares[name] ?? 0) - (shares[name] ?? 0)) > provider.limits.smallestStep / 2,
    );
    if (apart === undefined) continue;
    throw new LintError(
      `${nameOf(first.object)} sends ${round(split.shares[apart] ?? 0)} % to ${apart}, ${nameOf(route.object)} ${round(shares[apart] ?? 0)} %: both are routes of one service and move in lockstep`,
      'give both the same weights first',
    );
  }
}

/**
 * A version other than stable and the one to release that gets requests is another release, left holding.
 * @throws LintError saying how to end that one first. A run that died is brought back later, with the lock in hand.
 */
function requireAlone(route: string, split: Split, discovery: Discovery, journal: Journal | undefined): void {
  const dead: boolean = isUnfinished(journal);
  if (dead || discovery.kind === 'bootstrap') return;
  const ours = discovery.kind === 'release' ? [discovery.stable.name, discovery.canary.name] : [discovery.stable.name];
  const other = Object.entries(split.shares).find(([name, share]) => share > 0 && !ours.includes(name));
  if (other === undefined) return;
  const [name, share] = other;
  throw new LintError(
    `${route} sends ${round(share)} % to ${name}: ${journal?.phase === 'holding' ? `release ${journal.release} is holding there` : 'another release is not over'}`,
    `end that one first: release ${name} up to 100, or set its weight to 0`,
  );
}

/** A release that holds goes on from its weight: one whose weights all lie below it would claim a share it does not have. */
function requireRising(
  route: string,
  split: Split,
  discovery: Discovery,
  journal: Journal | undefined,
  weights: readonly Percent[],
): void {
  if (discovery.kind !== 'release' || journal?.phase !== 'holding') return;
  const share = shareOf(split, discovery.canary.name);
  const last = weights.at(-1) ?? 100;
  if (share <= last) return;
  throw new LintError(
    `${route} sends ${round(share)} % to ${discovery.canary.name}, where the release is holding: canary-weight ends at ${last}, below that`,
    'give weights from there upwards; to bring the traffic back, set the weight of the new version to 0',
  );
}

/** The journal on a route. @throws LintError when it is there and cannot be believed. */
export function journalOn(route: KubeObject): Journal | undefined {
  const text = annotation(route, JOURNAL_ANNOTATION);
  if (text === undefined) return undefined;
  const decoded = decode(text);
  if ('journal' in decoded) return decoded.journal;
  throw new LintError(
    `the journal on ${nameOf(route)} cannot be used: ${decoded.refused}`,
    `find out which version serves, set its weight, then: kubectl annotate ${route.kind.toLowerCase()} ${route.metadata.name} -n ${route.metadata.namespace} ${JOURNAL_ANNOTATION}-`,
  );
}

/** The route as it will be once its file is merged in; the file itself when there is none in the cluster. */
export function mergedRoute(plan: ServicePlan, plans: readonly ServicePlan[]): KubeObject | undefined {
  if (!plan.file) return plan.live;
  if (!plan.live) return plan.file;
  // Only HTTPRoutes are merged; the file of another kind is for the first time.
  if (plan.live.kind !== 'HTTPRoute') return plan.live;
  return applyPatch(plan.live, mergeRoute(plan.live, plan.file, mergeOptions(plans))) as KubeObject;
}

export function mergeOptions(plans: readonly ServicePlan[]): Parameters<typeof mergeRoute>[2] {
  return {
    serviceOf: (backend) => plans.find(({ isBackend }) => isBackend(backend))?.service,
    retired: plans.flatMap(({ retired }) => retired),
    releasing: plans.flatMap(({ discovery }) =>
      discovery.kind === 'release'
        ? [discovery.stable.name, discovery.canary.name]
        : discovery.kind === 'bootstrap'
          ? [discovery.canary.name]
          : [discovery.stable.name],
    ),
  };
}

/** How a normal request to the service looks, from the first match of its first rule. */
export function addressOf(
  route: KubeObject,
  rules: readonly number[],
  given: string | undefined,
): Pick<ServicePlan, 'path' | 'host' | 'matchHeaders'> {
  if (route.kind === 'Ingress') return ingressAddress(route, rules[0] ?? 0, given);
  const match = list(route, 'spec', 'rules', rules[0] ?? 0, 'matches')[0];
  const type = text(match, 'path', 'type') || 'PathPrefix';
  const value = text(match, 'path', 'value') || '/';
  if (given === undefined && type === 'RegularExpression') {
    throw new PlatformError(
      `${nameOf(route)} matches paths by a pattern (${value}), so no path to probe can be taken from it`,
      'give one with the input probe-path',
    );
  }
  const hostname = list(route, 'spec', 'hostnames').find((entry): entry is string => typeof entry === 'string');
  const headers = list(match, 'headers').filter(
    (header) => (text(header, 'type') || 'Exact') === 'Exact' && typeof field(header, 'name') === 'string',
  );
  return {
    path: given ?? value,
    host: hostname?.replace(/^\*\./, 'mesh-canary.'),
    matchHeaders: Object.fromEntries(
      headers.map((header) => [text(header, 'name').toLowerCase(), text(header, 'value')]),
    ),
  };
}

/** @param path place of the path among all paths of all rules */
function ingressAddress(
  ingress: KubeObject,
  path: number,
  given: string | undefined,
): Pick<ServicePlan, 'path' | 'host' | 'matchHeaders'> {
  const paths = list(ingress, 'spec', 'rules').flatMap((rule) =>
    list(rule, 'http', 'paths').map((entry) => ({ host: text(rule, 'host'), path: text(entry, 'path') || '/' })),
  );
  const found = paths[path];
  return {
    path: given ?? found?.path ?? '/',
    host: found === undefined || found.host === '' ? undefined : found.host.replace(/^\*\./, 'mesh-canary.'),
    matchHeaders: {},
  };
}

/** Headers of a normal request to a service: its host, what its route matches on, and the user's. */
export function requestHeaders(
  plan: Pick<ServicePlan, 'host' | 'matchHeaders'>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...(plan.host ? { host: plan.host } : {}), ...plan.matchHeaders, ...given };
}

/** A service with a version to shift to. */
export type Released = ServicePlan & { readonly discovery: Extract<ServicePlan['discovery'], { kind: 'release' }> };
