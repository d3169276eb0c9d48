/** Where a service's traffic is to be returned to, decided from what stands on its route. Pure. */

import type { Phase } from '../../journal/journal.ts';
import { nameOf } from '../../kube/objects.ts';
import type { Backends } from '../../routes/types.ts';
import type { Standing } from '../../services/standing.ts';
import { describeWeights, weighted } from '../../services/standing.ts';

export type WayBack =
  | { readonly kind: 'return'; readonly backends: Backends }
  /** The traffic is where it belongs. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** It is not known where it belongs, or there is no way back. */
  | { readonly kind: 'refused'; readonly why: string; readonly next: string };

/** Phases in which a run is at work, or died. */
const UNFINISHED: ReadonlySet<Phase> = new Set<Phase>(['attached', 'shifting', 'observing', 'baking', 'returning']);

/**
 * The stable version that is recorded for each service, in lockstep: when the release of one of them is unfinished, the
 * services of the same release that were already promoted go back, too.
 * @param named stable backends given by the user: they beat every record
 * @param ifStale only what a dead run left unfinished; an ended release stays
 */
export function waysBack(
  standings: readonly Standing[],
  named: Readonly<Record<string, string>>,
  ifStale: boolean,
): ReadonlyMap<Standing, WayBack> {
  const unfinished = new Set(
    standings.flatMap(({ journal }) =>
      journal !== undefined && UNFINISHED.has(journal.phase) ? [attemptOf(journal)] : [],
    ),
  );
  return new Map(
    standings.map((standing) => {
      const dead = standing.journal !== undefined && unfinished.has(attemptOf(standing.journal));
      return [standing, wayBack(standing, named[standing.service], ifStale && !dead)];
    }),
  );
}

/** The same release in the same run: what was promoted by an earlier run is no part of a later one's failure. */
function attemptOf(journal: { readonly release: string; readonly run: string }): string {
  return `${journal.release} ${journal.run}`;
}

function wayBack(standing: Standing, named: string | undefined, leave: boolean): WayBack {
  const { journal, refused, route, service } = standing;
  if (named !== undefined) return toNamed(standing, named);
  if (refused !== undefined) {
    return {
      kind: 'refused',
      why: `the journal on ${nameOf(route.object)} cannot be used: ${refused}; the route sends ${describeWeights(standing)}`,
      next: sayWhich(service),
    };
  }
  if (journal === undefined) return withoutJournal(standing);
  if (leave) return { kind: 'nothing', why: `release ${journal.release} is ${journal.phase}: no run died` };
  const { stable, canary } = journal.backends;
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
  return { kind: 'return', backends: { stable, canary } };
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
    [journal?.backends.canary, journal?.backends.stable, ...live].find((name) => name !== undefined && name !== stable);
  if (other === undefined || (shares.length === 1 && shares[0]?.[0] === stable && journal?.phase === 'returned')) {
    return { kind: 'nothing', why: `all requests go to ${stable} already` };
  }
  return { kind: 'return', backends: { stable, canary: other } };
}

function sayWhich(service: string): string {
  return `find out which version is good, then: command rollback with stable: ${service}=${service}-<version>`;
}
