import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { providers } from '../../../../src/routes/index.ts';
import { quantisationNote, quantisedShare, quantisedSteps } from '../../../../src/routes/parts/shares.ts';
import { appMesh } from '../../../../src/routes/providers/app-mesh/index.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';

describe('a share the weights cannot say', () => {
  it('is noted with what the canary gets instead', () => {
    expect(quantisationNote(appMesh, 0.5)).toBe(
      '0.5 % cannot be written as weights of app-mesh, whose smallest step is 1 %: the canary gets 1 %.',
    );
    expect(quantisationNote(appMesh, 5)).toBeUndefined();
    expect(quantisationNote(gatewayApi, 0.29)).toBeUndefined();
    expect(quantisationNote(gatewayApi, 33.33)).toBeUndefined();
  });

  it.each<[readonly number[], readonly number[], number]>([
    [[5, 25, 50, 100], [5, 25, 50, 100], 0],
    [[0.5, 5, 100], [1, 5, 100], 1],
    [[1, 1.5, 2, 100], [1, 2, 100], 1],
    [[1.6, 1.8, 100], [1, 100], 2],
    [[99.5, 99.9, 100], [99, 100], 2],
    [[99.99], [99], 1],
  ])('%p become %p on App Mesh, with %p notes', (asked, steps, notes) => {
    const said = quantisedSteps(appMesh, asked);
    expect(said.steps).toEqual(steps);
    expect(said.notes).toHaveLength(notes);
  });

  it.each([[[0.2, 0.7, 100]], [[0.5]]])('%p would pass the next step, and is refused', (asked) => {
    expect(() => quantisedSteps(appMesh, asked)).toThrow(/smallest step is 1 %, .* Ask for at least 1 %/);
  });
});

describe('the steps of every provider', () => {
  const asked = fc
    .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 8 })
    .map((shares) => shares.sort((a, b) => a - b).map((share) => share / 100));

  it.each(providers.map((provider) => [provider.facts.name, provider] as const))(
    '%s: rise, are above 0, and never pass what was asked next',
    (_, provider) => {
      fc.assert(
        fc.property(asked, (shares) => {
          let said: ReturnType<typeof quantisedSteps>;
          try {
            said = quantisedSteps(provider, shares);
          } catch {
            // Only where the smallest weight there is is more than the step after it.
            expect(shares[0]).toBeLessThan(provider.facts.limits.smallestStep);
            return;
          }
          const { steps } = said;
          expect(steps.length).toBeGreaterThan(0);
          for (const [index, step] of steps.entries()) {
            expect(step).toBeGreaterThan(steps[index - 1] ?? 0);
            expect(quantisedShare(provider, step)).toBe(step);
          }
          expect(steps.at(-1)).toBeLessThanOrEqual(Math.max(shares.at(-1)!, provider.facts.limits.smallestStep));
          expect(steps.at(-1) === 100).toBe(shares.at(-1) === 100);
          shares.forEach((share, index) => {
            expect(quantisedShare(provider, share)).toBeLessThanOrEqual(shares[index + 1] ?? 100);
          });
        }),
      );
    },
  );
});
