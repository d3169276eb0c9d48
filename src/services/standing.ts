/** What stands on the routes of a service: journal, weights, drift; never believed beyond what can be checked. Pure. */

import { reasonOf } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { decode } from '../journal/journal.ts';
import { JOURNAL_ANNOTATION } from '../kube/names.ts';
import { annotation, nameOf, refOf } from '../kube/objects.ts';
import { round } from '../routes/parts/percent.ts';
import type { Follower, RouteProvider, RouteRef, Split } from '../routes/types.ts';
import type { Located } from './locate.ts';

export interface Standing {
  readonly service: string;
  /** The route users come in by: its journal and weights are what counts. */
  readonly route: RouteRef;
  readonly provider: RouteProvider;
  /** Routes of the same service for other callers, which move in lockstep. */
  readonly followers: readonly (Follower & Pick<Standing, 'split' | 'disagreement'>)[];
  readonly isBackend: (name: string) => boolean;
  readonly journal: Journal | undefined;
  /** Why the journal that is there is not believed. */
  readonly refused: string | undefined;
  /** Absent when the rules of the service disagree; `disagreement` says how. */
  readonly split: Split | undefined;
  readonly disagreement: string | undefined;
}

export function standingOf({ service, provider, route, others, isBackend }: Located): Standing {
  const text = annotation(route.object, JOURNAL_ANNOTATION);
  const read = text === undefined ? undefined : decode(text);
  const journal = read && 'journal' in read ? read.journal : undefined;
  const foreign = journal !== undefined && journal.service !== service;
  return {
    service,
    route,
    provider,
    followers: others.map((unit) => ({
      provider: unit.provider,
      route: refOf(unit.route.object),
      ...splitOf(unit.provider, unit.route),
    })),
    isBackend,
    journal: foreign ? undefined : journal,
    refused:
      read && 'refused' in read
        ? read.refused
        : foreign
          ? `it is that of ${journal.service}, and ${nameOf(route.object)} carries one service only`
          : undefined,
    ...splitOf(provider, route),
  };
}

function splitOf(provider: RouteProvider, route: RouteRef): Pick<Standing, 'split' | 'disagreement'> {
  try {
    return { split: provider.weights.read(route), disagreement: undefined };
  } catch (error) {
    return { split: undefined, disagreement: reasonOf(error) };
  }
}

/** Backends that get requests, with their shares in percent, the greatest first. */
export function weighted({ split, route }: Standing): [string, number][] {
  if (split !== undefined) {
    return Object.entries(split.shares)
      .filter(([, share]) => share > 0)
      .sort((a, b) => b[1] - a[1]);
  }
  // Rules that disagree: whoever has a weight in any of them.
  const names = route.rules.flatMap((rule) => rule.backends.filter(({ weight }) => weight !== 0));
  return [...new Set(names.map(({ name }) => name))].map((name) => [name, Number.NaN]);
}

/**
 * How the live weights differ from what the journal's run wrote last, in words, on the first route that differs; undefined
 * when they do not. The journal on the route users come in by speaks for the routes that follow it.
 */
export function driftOf({ journal, provider, split, disagreement, followers }: Standing): string | undefined {
  const own = splitDrift({ provider, split, disagreement }, journal);
  if (own !== undefined) return own;
  for (const follower of followers) {
    const theirs = splitDrift(follower, journal);
    if (theirs !== undefined) return `${nameOf(follower.route)}: ${theirs}`;
  }
  return undefined;
}

function splitDrift(
  { provider, split, disagreement }: Pick<Standing, 'provider' | 'split' | 'disagreement'>,
  journal: Journal | undefined,
): string | undefined {
  if (disagreement !== undefined) return disagreement;
  if (journal === undefined || split === undefined) return undefined;
  const { canary, stable } = journal.backends;
  const others = Object.keys(split.shares).filter(
    (name) => (split.shares[name] ?? 0) > 0 && name !== canary && name !== stable,
  );
  if (others.length > 0) return `${others.join(', ')} also has weight, and the journal knows nothing of it`;
  const live = split.shares[canary] ?? 0;
  if (Math.abs(live - journal.weight) <= provider.facts.limits.smallestStep / 2) return undefined;
  return `${canary} has ${round(live)} %, and the journal says ${round(journal.weight)} %`;
}

export function describeWeights(standing: Standing): string {
  const shares = weighted(standing);
  if (shares.length === 0) return 'no backend has weight';
  return shares.map(([name, share]) => (Number.isNaN(share) ? name : `${round(share)} % to ${name}`)).join(', ');
}
