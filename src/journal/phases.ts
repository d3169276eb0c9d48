/** The phases of a release, and what one says about the run that wrote it. */

export const phases = [
  'attached',
  'shifting',
  'observing',
  'baking',
  /** All requests go to the proved copy while the service's own objects become the new version. */
  'settling',
  'promoted',
  'holding',
  'returning',
  'returned',
] as const;
export type Phase = (typeof phases)[number];

/** Phases in which a release is not over: whoever finds one with the lock in hand finds a dead run. */
const UNFINISHED: ReadonlySet<Phase> = new Set<Phase>(['attached', 'shifting', 'observing', 'baking', 'returning']);

/** Whether a release is recorded whose run is at work, or died. */
export function isUnfinished<Recorded extends { readonly phase: Phase }>(
  journal: Recorded | undefined,
): journal is Recorded {
  return journal !== undefined && UNFINISHED.has(journal.phase);
}

/** The same release in the same run: what an earlier run promoted is no part of a later one's failure. */
export function attemptOf({ release, run }: { readonly release: string; readonly run: string }): string {
  return `${release} ${run}`;
}
