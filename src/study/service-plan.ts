/** What a release will do to each service, from what is live and what the manifests bring. Pure. */

import { LintError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { journalOn } from '../journal/on-route.ts';
import { isUnfinished } from '../journal/phases.ts';
import { applyPatch } from '../kube/json-patch.ts';
import type { KubeObject, ObjectRef } from '../kube/objects.ts';
import { groupOf, nameOf, refOf } from '../kube/objects.ts';
import { mergeRoute } from '../manifests/route-files/merge.ts';
import { mergeOptions } from '../manifests/route-files/options.ts';
import type { Unit } from '../routes/choose.ts';
import { round } from '../routes/parts/percent.ts';
import { shareOf } from '../routes/parts/shares.ts';
import type { Address, Follower, Percent, RouteProvider, RouteRef, Split } from '../routes/types.ts';
import type { Discovery } from '../services/discover.ts';
import { discover } from '../services/discover.ts';
import type { Located } from '../services/locate.ts';
import { wayInTo } from '../services/locate.ts';
import type { Settings } from '../settings/types.ts';
import type { InPlace } from './in-place.ts';

/** One service of a release, as decided; its address is what users call. */
export interface ServicePlan extends Address {
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
  /** How the version takes the service's own name; absent where versions keep names of their own. */
  readonly inPlace?: InPlace;
  /** Share of the version to release that is live now. */
  readonly liveShare: Percent;
  /** Who draws between the versions: {@link Split.by}. */
  readonly by: Split['by'];
  /** Backends earlier releases took out of the route. */
  readonly retired: readonly string[];
}

/**
 * Plans one service that was found among the live objects, or, for the first time, among those of the manifests.
 * @throws RouteError, BackendError, LintError, PlatformError: what is missing or ambiguous, and what to do.
 */
export function planService(
  { service, isBackend, provider, route: found, others }: Located,
  settings: Settings,
  live: readonly KubeObject[],
  manifests: readonly KubeObject[],
  inPlace?: InPlace,
): ServicePlan {
  const here = (objects: readonly KubeObject[]) =>
    objects.filter(({ metadata }) => metadata.namespace === settings.namespace);
  const sameRoute = ({ kind, apiVersion, metadata }: KubeObject) =>
    kind === provider.facts.resource.kind &&
    groupOf(apiVersion) === groupOf(provider.facts.resource.apiVersion) &&
    metadata.name === found.object.metadata.name;
  const liveRoute = here(live).find(sameRoute);
  const journal = liveRoute ? journalOn(liveRoute) : undefined;
  const split = live.includes(found.object) ? provider.weights.read(found) : undefined;
  const stable =
    journal === undefined
      ? undefined
      : journal.phase === 'promoted' || (journal.phase === 'settling' && journal.weight > 0)
        ? journal.backends.canary
        : journal.backends.stable;
  const image = settings.image[service];
  // One that others still send to was kept, and stays in the route; one without a version has the service's own name.
  const retired = (journal?.history ?? [])
    .filter(({ version, backend }) => version !== '' && !Object.hasOwn(split?.weights ?? {}, backend))
    .map(({ backend }) => backend);
  const ofKind = (kind: string) => live.filter((object) => object.kind === kind);
  const versioned = () =>
    discover({
      service,
      version: settings.version,
      namespace: settings.namespace,
      live: {
        deployments: ofKind('Deployment'),
        services: ofKind('Service'),
        horizontalPodAutoscalers: ofKind('HorizontalPodAutoscaler'),
      },
      manifests,
      ...(split ? { weights: split.weights } : {}),
      ...(stable === undefined ? {} : { journalStable: stable }),
      retired,
      ...(image === undefined ? {} : { image }),
      otherServices: settings.services.filter((other) => other !== service),
    });
  const discovery = inPlace === undefined ? versioned() : discoveryOf(inPlace);
  if (split) {
    requireAlone(nameOf(found.object), split, discovery, journal);
    requireRising(nameOf(found.object), split, discovery, journal, settings.canaryWeight);
    if (!isUnfinished(journal)) requireTogether(found, split, others);
  }
  const around = [...here(live), ...here(manifests)];
  const { object: entry, ...address } = wayInTo(found, around, settings.probePath[service]);
  return {
    service,
    isBackend,
    live: liveRoute,
    file: here(manifests).find(sameRoute),
    provider,
    route: refOf(found.object),
    followers: others.map((unit) => ({ provider: unit.provider, route: refOf(unit.route.object) })),
    source: found.object,
    entry,
    journal,
    discovery,
    by: discovery.kind === 'release' ? (split ?? provider.weights.read(found)).by : undefined,
    ...(inPlace === undefined ? {} : { inPlace }),
    liveShare: split ? shareOf(split, inPlace?.canary.name ?? `${service}-${settings.version}`) : 0,
    retired,
    ...address,
  };
}

function discoveryOf({ kind, stable, canary }: InPlace): Discovery {
  if (stable === undefined || kind === 'first') return { kind: 'bootstrap', canary };
  return kind === 'same' ? { kind: 'same-version', stable } : { kind: 'release', stable, canary };
}

/** Routes of one service move together from now on, so they have to start together. @throws LintError naming both splits. */
function requireTogether(first: RouteRef, split: Split, others: readonly Unit[]): void {
  for (const { provider, route } of others) {
    const { shares } = provider.weights.read(route);
    const apart = Object.keys({ ...split.shares, ...shares }).find(
      (name) => Math.abs((split.shares[name] ?? 0) - (shares[name] ?? 0)) > provider.facts.limits.smallestStep / 2,
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

/** The route as it will be once its file is merged in; the file itself when there is none in the cluster. */
export function mergedRoute(plan: ServicePlan, plans: readonly ServicePlan[]): KubeObject | undefined {
  if (!plan.file) return plan.live;
  if (!plan.live) return plan.file;
  if (plan.provider.facts.files === 'first time only') return plan.live;
  return applyPatch(plan.live, mergeRoute(plan.live, plan.file, mergeOptions(plans))) as KubeObject;
}

/** A service with a version to shift to. */
export type Released = ServicePlan & { readonly discovery: Extract<ServicePlan['discovery'], { kind: 'release' }> };
