import { describe, expect, it } from '@jest/globals';
import { behaviourFrom, HEALTHY, timeline } from '../../../../lab/mesh/behaviour.ts';

const pace = { applied: 300, acknowledged: 200 };
const from = (query: string) => behaviourFrom(new URLSearchParams(query));

describe('the switches of a mesh', () => {
  it('are healthy where nothing is said', () => {
    expect(from('')).toEqual(HEALTHY);
    expect(timeline(HEALTHY, pace)).toEqual(pace);
  });

  it.each([
    ['late', { applied: 2000, acknowledged: 2000 }],
    ['never', { applied: 300, acknowledged: undefined }],
    ['before-applied', { applied: 2000, acknowledged: 0 }],
    ['refusing', { applied: undefined, acknowledged: undefined }],
  ])('%s: proxies and word come at %j', (acknowledgement, times) => {
    expect(timeline(from(`acknowledgement=${acknowledgement}&lateMs=2000`), pace)).toEqual(times);
  });

  it('say no generation, and take the webhook down', () => {
    expect(from('observedGeneration=false&webhook=down')).toMatchObject({ observedGeneration: false, webhook: 'down' });
  });

  it.each(['acknowledgement=soon', 'observedGeneration=no', 'webhook=off', 'lateMs=-1', 'lateMs=x'])(
    'refuse %s, saying what there is',
    (query) => {
      expect(() => from(query)).toThrow(/there are|milliseconds/);
    },
  );
});
