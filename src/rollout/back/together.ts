/**
 * Services that were promoted together go back together or not at all: their versions may only fit each other. (A release
 * that is under way still has every stable version serving, and returns whatever can be returned.)
 */
import { reasonOf } from '../../errors.ts';
import { attemptOf } from '../../journal/phases.ts';
import type { Backends } from '../../routes/types.ts';
import type { Standing } from '../../services/standing.ts';
import type { FoundOptions } from './found.ts';
import { bringUp } from './found.ts';

export interface Returning {
  readonly standing: Standing;
  readonly backends: Backends;
}

/**
 * Brings the stable versions of promoted releases back up, before any weight is moved.
 * @returns why a service must stay where it is, for all of a release whose stable versions do not all serve
 */
export async function keptTogether(
  returning: readonly Returning[],
  options: Pick<FoundOptions, 'cluster' | 'settings' | 'ports' | 'say'>,
): Promise<ReadonlyMap<Standing, string>> {
  const stay = new Map<Standing, string>();
  for (const group of promotedTogether(returning)) {
    const failures = await Promise.all(
      group.map(async ({ standing: { service }, backends: { stable } }) => {
        try {
          await bringUp(stable, options);
          return [];
        } catch (error) {
          return [`${service} cannot go back: ${reasonOf(error)}`];
        }
      }),
    );
    const [why] = failures.flat();
    if (why !== undefined) for (const { standing } of group) stay.set(standing, why);
  }
  return stay;
}

/** The services of each promoted release that has several. */
function promotedTogether(returning: readonly Returning[]): readonly (readonly Returning[])[] {
  const groups = new Map<string, Returning[]>();
  for (const one of returning) {
    const { journal } = one.standing;
    if (journal?.phase !== 'promoted') continue;
    const attempt = attemptOf(journal);
    groups.set(attempt, [...(groups.get(attempt) ?? []), one]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}
