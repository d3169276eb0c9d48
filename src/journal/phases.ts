/** Which phases a release is over in. Pure. */
import type { Journal } from './journal.ts';

/** Phases in which a release is not over: whoever finds one with the lock in hand finds a dead run. */
const UNFINISHED = new Set<Journal['phase']>(['attached', 'shifting', 'observing', 'baking', 'returning']);

/** Whether a run is at work, or died at it. */
export function isUnfinished(journal: Journal | undefined): journal is Journal {
  return journal !== undefined && UNFINISHED.has(journal.phase);
}
