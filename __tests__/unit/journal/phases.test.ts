import { describe, expect, it } from '@jest/globals';
import { attemptOf, isUnfinished, phases } from '../../../src/journal/phases.ts';

describe('the phases of a release', () => {
  it('tell a run that is at work, or died, from one that has ended', () => {
    const unfinished = phases.filter((phase) => isUnfinished({ phase }));
    expect(unfinished).toEqual(['attached', 'shifting', 'observing', 'baking', 'returning']);
    expect(isUnfinished(undefined)).toBe(false);
  });

  it('are of one attempt where release and run are the same', () => {
    const journal = { release: 'jazz,metal@v2', run: 'run-1' };
    expect(attemptOf({ ...journal })).toBe(attemptOf(journal));
    expect(attemptOf({ ...journal, run: 'run-2' })).not.toBe(attemptOf(journal));
    expect(attemptOf({ ...journal, release: 'jazz@v2' })).not.toBe(attemptOf(journal));
  });
});
