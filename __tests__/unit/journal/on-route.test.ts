import { describe, expect, it } from '@jest/globals';
import { encode } from '../../../src/journal/journal.ts';
import { journalOn } from '../../../src/journal/on-route.ts';
import { journal, route } from '../../support/fixtures.ts';

describe('the journal on a route', () => {
  it('is read where there is one', () => {
    const written = journal({ phase: 'holding', weight: 25 });
    expect(journalOn(route({ 'jazz-v1': 1 }, { journal: encode(written) }))).toMatchObject({
      phase: 'holding',
      weight: 25,
    });
    expect(journalOn(route({ 'jazz-v1': 1 }))).toBeUndefined();
  });

  it('is not believed when it cannot be read, and the error says how to get rid of it', () => {
    const broken = route({ 'jazz-v1': 1 }, { journal: '{"version":1}' });
    expect(() => journalOn(broken)).toThrow(/the journal on HTTPRoute prod\/jazz cannot be used/);
    expect(() => journalOn(broken)).toThrow(
      expect.objectContaining({
        next: expect.stringContaining('kubectl annotate httproute jazz -n prod mesh-canary.dev/journal-'),
      }),
    );
  });
});
