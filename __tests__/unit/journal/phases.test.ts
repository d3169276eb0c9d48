import { describe, expect, it } from '@jest/globals';
import { phases } from '../../../src/journal/journal.ts';
import { isUnfinished } from '../../../src/journal/phases.ts';
import { journal } from '../../support/fixtures.ts';

describe('a journal', () => {
  it('is of a run that died, or is at work, in every phase before the end', () => {
    const unfinished = phases.filter((phase) => isUnfinished(journal({ phase })));
    expect(unfinished).toEqual(['attached', 'shifting', 'observing', 'baking', 'returning']);
    expect(isUnfinished(undefined)).toBe(false);
  });
});
