/** What somebody else's change of a route means for a release under way. Pure: the writer reads, asks, and obeys. */
import type { Backends, Percent, Split } from '../../routes/types.ts';

/** The journal that is on the route, seen from this run. */
export type JournalSeen = 'ours' | 'gone' | 'unreadable' | { readonly run: string };

export interface SeenRoute {
  /** Share of the canary this run wrote last. */
  readonly wrote: Percent;
  readonly split: Split;
  readonly backends: Backends;
  readonly journal: JournalSeen;
  /** Smallest share the route can tell from 0. */
  readonly smallestStep: Percent;
}

export type DriftVerdict =
  | { readonly kind: 'none' }
  /** Go on from their share: the next patch is made on top of it. */
  | { readonly kind: 'adopt'; readonly share: Percent; readonly why: string }
  /** Their write stands; this run touches the route no more. */
  | { readonly kind: 'stop'; readonly why: string; readonly next: string };

/**
 * With `adopt`, another share between our two versions is taken over, and a journal that was wiped (a route applied again
 * from git) is written anew. Never adopted: another run's journal, a third version, a route that serves nobody, and a share
 * taken from a version that had all of it: it would count as promoted without being so.
 */
export function judgeDrift(seen: SeenRoute, onDrift: 'stop' | 'adopt'): DriftVerdict {
  const { split, backends, wrote, journal } = seen;
  if (typeof journal === 'object') {
    return {
      kind: 'stop',
      why: `run ${journal.run} has taken over`,
      next: 'look at that run; it answers for the weights now',
    };
  }
  const live = split.shares[backends.canary] ?? 0;
  const moved = Math.abs(live - wrote) > seen.smallestStep / 2;
  const third = Object.entries(split.shares).find(
    ([name, share]) => share > 0 && name !== backends.canary && name !== backends.stable,
  );
  if (!moved && third === undefined && journal === 'ours') return { kind: 'none' };
  const why = [
    ...(third ? [`${third[0]} was given ${rounded(third[1])} %`] : []),
    ...(moved ? [`${backends.canary} has ${rounded(live)} %, this run wrote ${rounded(wrote)} %`] : []),
    ...(journal === 'ours' ? [] : [`the journal was ${journal === 'gone' ? 'removed' : 'changed'}`]),
  ].join(', and ');
  if (third !== undefined) return { kind: 'stop', why, next: 'end the release of that version first' };
  const served = live + (split.shares[backends.stable] ?? 0);
  if (served === 0) return { kind: 'stop', why: `${why}, and nobody is served`, next: 'give a version a weight' };
  if (onDrift === 'adopt' && moved && wrote >= 100) {
    const next = 'run the release again when the new version shall have all requests';
    return { kind: 'stop', why: `${why}, and no further weight goes on from there`, next };
  }
  if (onDrift === 'adopt') return { kind: 'adopt', share: live, why };
  return {
    kind: 'stop',
    why,
    next: 'keep other tools (GitOps, another pipeline, kubectl) away from the weights while a release runs, or set on-drift: adopt',
  };
}

const rounded = (share: number) => Math.round(share * 100) / 100;
