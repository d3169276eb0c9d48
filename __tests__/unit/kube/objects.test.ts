import { describe, expect, it } from '@jest/globals';
import { aboutObject } from '../../../src/kube/objects.ts';

describe('a sentence about an object', () => {
  it('names it once', () => {
    expect(aboutObject('Service prod/jazz', 'Service prod/jazz is headless.')).toBe('Service prod/jazz is headless.');
    expect(aboutObject('Service prod/jazz', 'The port 80 is not http.')).toBe(
      'Service prod/jazz: The port 80 is not http.',
    );
  });

  it('is not taken for one about its neighbour', () => {
    expect(aboutObject('Service prod/jazz', 'Service prod/jazz-v2 is missing.')).toBe(
      'Service prod/jazz: Service prod/jazz-v2 is missing.',
    );
  });
});
