/** Where a service's traffic is to be returned to, on which routes, and why: from journals and what stands. Pure. */

import type { Journal } from '../../journal/journal.ts';
import { attemptOf, isUnfinished } from '../../journal/phases.ts';
import { JOURNAL_ANNOTATION } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { annotation, nameOf, refOf } from '../../kube/objects.ts';
import type { Backends, Follower, RouteProvider } from '../../routes/types.ts';
import type { Standing } from '../../services/standing.ts';
import { describeWeights, weighted } from '../../services/standing.ts';
import type { ServicePlan } from '../../study/service-plan.ts';
import type { RouteState } from '../state.ts';

export type WayBack =
  | {
      readonly kind: 'return';
      readonly backends: Backends;
      /** How the stable version is known, as the end of a sentence. */
      readonly why: string;
    }
  /** The traffic is where it belongs. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** It is not known where it belongs, or there is no way back. */
  | { readonly kind: 'refused'; readonly why: string; readonly next: string };

/** A return that is decided: what is written on every route of one service. */
export interface Way {
  readonly kind: 'way';
  /** Reads and writes the route users come in by. */
  readonly provider: RouteProvider;
  /** The service's routes and backends, with the journal of the return: the release as it was, in the hand of this run. */
  readonly release: RouteState;
}

/** Who returns the traffic. */
export interface By {
  readonly id: string;
  readonly url?: string;
}

/**
 * The stable version that is recorded for each service, in lockstep: when the release of one of them is unfinished, the
 * services of the same release that were already promoted go back, too.
 * @param named stable backends given by the user: they beat every record
 * @param changed services that were settling, and whose own objects are no longer the old version
 * @param ifStale only what a dead run left unfinished; an ended release stays
 */
export function waysBack(
  standings: readonly Standing[],
  named: Readonly<Record<string, string>>,
  ifStale: boolean,
  changed: ReadonlySet<string> = new Set(),
): ReadonlyMap<Standing, WayBack> {
  const releases = new Set(
    standings.flatMap(({ service, journal }) => (changed.has(service) ? [journal?.release] : [])),
  );
  const unfinished = new Set(standings.flatMap(({ journal }) => (isUnfinished(journal) ? [attemptOf(journal)] : [])));
  return new Map(
    standings.map((standing) => {
      const dead = standing.journal !== undefined && unfinished.has(attemptOf(standing.journal));
      return [
        standing,
        wayBack(standing, named[standing.service], ifStale && !dead, releases.has(standing.journal?.release)),
      ];
    }),
  );
}

/**
 * The return of a service whose route was read just now, to the stable version of `backends`.
 * @param now ISO 8601, UTC
 */
export function wayFrom(standing: Standing, backends: Backends, by: By, now: string): Way {
  const { service, route, provider, isBackend, journal } = standing;
  const ref = refOf(route.object);
  const text = annotation(route.object, JOURNAL_ANNOTATION);
  const followers = standing.followers.map((one) => ({ provider: one.provider, route: one.route }));
  const noted = journalOf(service, journal, backends, by, now);
  return wayOf(provider, releaseOf({ service, route: ref, followers, isBackend }, noted, text));
}

/**
 * The return of what a dead run left, before another release begins.
 * @param journal of the run that died
 * @param now ISO 8601, UTC
 */
export function wayAfterDeath(
  plan: Pick<ServicePlan, 'service' | 'route' | 'followers' | 'isBackend' | 'provider' | 'live'>,
  journal: Journal,
  by: By,
  now: string,
): Way | Extract<WayBack, { kind: 'refused' }> {
  const { service, route, followers, isBackend, provider, live } = plan;
  const foreign = notOurs(journal, isBackend);
  if (foreign !== undefined) return lostRecord(`${route.kind} ${route.namespace}/${route.name}`, service, foreign);
  const noted = journalOf(service, journal, journal.backends, by, now);
  const text = live && annotation(live, JOURNAL_ANNOTATION);
  return wayOf(provider, releaseOf({ service, route, followers, isBackend }, noted, text));
}

/** The way of a release whose state is known. */
export function wayOf(provider: RouteProvider, release: RouteState): Way {
  return { kind: 'way', provider, release };
}

/** Every route of a service, the one users come in by last: its proof is of all of them. */
export function routesOf({ provider, release }: Way): readonly Follower[] {
  return [...(release.followers ?? []), { provider, route: release.route }];
}

/**
 * Versions of the service that a route still sends to after its return: a rule with neither of the two backends is
 * somebody's own (testers by a header, for example), and is left as it is.
 */
export function elsewhere(
  { service, backends, isBackend }: Pick<RouteState, 'service' | 'backends' | 'isBackend'>,
  provider: RouteProvider,
  route: KubeObject,
): string[] {
  const sending = provider.weights
    .findAll([route], service, isBackend)
    .flatMap(({ rules }) => rules.flatMap((rule) => rule.backends.filter(({ weight }) => weight !== 0)));
  return [...new Set(sending.map(({ name }) => name))].filter((name) => name !== backends.stable);
}

function releaseOf(
  of: Pick<RouteState, 'service' | 'route' | 'followers' | 'isBackend'>,
  journal: Journal,
  text: string | undefined,
): RouteState {
  const { service, route, followers, isBackend } = of;
  const state = { journal, share: undefined, asked: undefined, text };
  return { service, route, followers: followers ?? [], backends: journal.backends, isBackend, planned: text, state };
}

/** The journal as it was, in the hand of this run; a new one where the old one is lost. */
function journalOf(service: string, journal: Journal | undefined, backends: Backends, by: By, now: string): Journal {
  const version = (backend: string) => (backend.startsWith(`${service}-`) ? backend.slice(service.length + 1) : '');
  const same = journal?.backends.stable === backends.stable && journal.backends.canary === backends.canary;
  const versions = same
    ? journal.versions
    : { stable: version(backends.stable), canary: version(backends.canary) || backends.canary };
  return {
    version: 1,
    release: journal?.release ?? `${service}@${versions.canary}`,
    run: by.id,
    attempts: journal?.attempts ?? 1,
    service,
    versions,
    backends,
    phase: 'returning',
    step: 0,
    plan: journal?.plan ?? [100],
    weight: 0,
    startedAt: journal?.startedAt ?? now,
    updatedAt: now,
    ...(by.url === undefined ? {} : { runUrl: by.url }),
    // A version that serves again is no longer a retired one.
    history: (journal?.history ?? []).filter(({ backend }) => backend !== backends.stable),
    ...(journal?.snapshot === undefined ? {} : { snapshot: journal.snapshot }),
  };
}

function wayBack(standing: Standing, named: string | undefined, leave: boolean, changed: boolean): WayBack {
  const { journal, refused, route, service, isBackend } = standing;
  if (named !== undefined) return toNamed(standing, named);
  if (refused !== undefined) {
    return lostRecord(nameOf(route.object), service, `${refused}; the route sends ${describeWeights(standing)}`);
  }
  if (journal === undefined) return withoutJournal(standing);
  if (leave) return { kind: 'nothing', why: `release ${journal.release} is ${journal.phase}: no run died` };
  const foreign = notOurs(journal, isBackend);
  if (foreign !== undefined) return lostRecord(nameOf(route.object), service, foreign);
  const { stable, canary } = journal.backends;
  // A stable version that is a copy of its own is not what settling writes to.
  if (journal.phase === 'settling' && changed && stable === service) {
    return {
      kind: 'refused',
      why: `${service} is settling: its own objects are no longer those of the old version, and all requests stay on the proved new one`,
      next: 'run deploy with the same manifests to settle it, or with those of the version you want',
    };
  }
  if (stable === canary && journal.runs !== undefined) {
    return {
      kind: 'refused',
      why: `${stable} itself became ${journal.versions.canary}: no other version stands beside it`,
      next: 'take the change back in the manifests, and run deploy',
    };
  }
  if (stable === canary) {
    return {
      kind: 'refused',
      why: `${canary} is the first version of ${service}: there is none to return to`,
      next: 'release another version',
    };
  }
  const shares = weighted(standing);
  const alone = shares.length === 1 && shares[0]?.[0] === stable;
  if (journal.phase === 'returned' && alone) {
    return { kind: 'nothing', why: `all requests go to ${stable} already` };
  }
  return {
    kind: 'return',
    backends: { stable, canary },
    why: `the stable version of release ${journal.release}, which is ${journal.phase}`,
  };
}

/** Anyone who may edit the route may edit the journal: a backend that is not the service's is no way back. */
function notOurs({ backends, service }: Journal, isBackend: (name: string) => boolean): string | undefined {
  const foreign = [backends.stable, backends.canary].find((name) => !isBackend(name));
  return foreign === undefined ? undefined : `it names ${foreign}, which is not a version of ${service}`;
}

function lostRecord(route: string, service: string, why: string): Extract<WayBack, { kind: 'refused' }> {
  return { kind: 'refused', why: `the journal on ${route} cannot be used: ${why}`, next: sayWhich(service) };
}

/** No record: the object was replaced, or no release was ever made. One version alone with all weight is no question. */
function withoutJournal(standing: Standing): WayBack {
  const { route, service } = standing;
  const [first, ...others] = weighted(standing);
  if (first !== undefined && others.length === 0) {
    return { kind: 'nothing', why: `all requests go to ${first[0]}, and no release is recorded` };
  }
  return {
    kind: 'refused',
    why: `${nameOf(route.object)} carries no journal (was it replaced?) and sends ${describeWeights(standing)}: which version is stable is not recorded, and not guessed`,
    next: sayWhich(service),
  };
}

function toNamed(standing: Standing, stable: string): WayBack {
  const { service, isBackend, journal, route } = standing;
  const live = [...new Set(route.rules.flatMap((rule) => rule.backends.map(({ name }) => name)))];
  if (!isBackend(stable)) {
    return {
      kind: 'refused',
      why: `${stable} is not a version of ${service}`,
      next: `name one of ${live.join(', ') || `${service}-<version>`} in the input stable`,
    };
  }
  const shares = weighted(standing);
  const other =
    shares.map(([name]) => name).find((name) => name !== stable) ??
    [journal?.backends.canary, journal?.backends.stable, ...live].find(
      (name) => name !== undefined && name !== stable && isBackend(name),
    );
  if (other === undefined || (shares.length === 1 && shares[0]?.[0] === stable && journal?.phase === 'returned')) {
    return { kind: 'nothing', why: `all requests go to ${stable} already` };
  }
  return { kind: 'return', backends: { stable, canary: other }, why: 'named by the input stable' };
}

function sayWhich(service: string): string {
  return `find out which version is good, then: command rollback with stable: ${service}=${service}-<version>`;
}
