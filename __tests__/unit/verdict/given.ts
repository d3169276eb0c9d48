/** Designs and windows the tests speak of. */
import { designOf } from '../../../src/verdict/design.ts';
import type { Design, Histogram, Source, Window } from '../../../src/verdict/types.ts';

export function design(given: Partial<Design> = {}): Design {
  return designOf({
    services: ['jazz'],
    sources: ['users'],
    weights: [0.05, 0.25, 0.5, 1],
    latency: false,
    ...given,
  });
}

/** canary and stable as [errors, requests]. */
export function window(
  step: number,
  canary: readonly [number, number],
  stable: readonly [number, number],
  given: Partial<Window> = {},
): Window {
  const source: Source = given.source ?? 'users';
  return {
    service: 'jazz',
    source,
    step,
    seconds: 5,
    share: source === 'lane' ? 0.5 : ([0, 0.05, 0.25, 0.5, 1][step] ?? 1),
    canary: { errors: canary[0], requests: canary[1] },
    stable: { errors: stable[0], requests: stable[1] },
    ...given,
  };
}

/** Bounds .1 s and .5 s; counts by bucket. */
export function times(stable: readonly number[], canary: readonly number[]): Histogram {
  return { bounds: [0.1, 0.5], stable, canary };
}
