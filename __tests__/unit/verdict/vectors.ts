/** Outcomes the reference packages' own examples are run on, made once with numpy's legacy generator. */
import { expect } from '@jest/globals';
import { logBinomial, logTilts } from '../../../src/verdict/logarithms.ts';

/** savvi, example "Sample ratio mismatch": seed 1, shares .1, .3, .6, the first 402. */
export const savviOutcomes =
  '1222211122111212011212212222222122112211112202122022112012021022221212221222121212022222202122221212' +
  '1002101221012212211112222112221111221122222022102111122201122210222122222122121122212221201122221121' +
  '2122222212202221222222112220122101220010222112121122222220210122211222220200222011122221121221211202' +
  '1222222221122221212112122122121011220222222021222111210201121221222222122211220122122201120121202222' +
  '02';

/** savvi, example "Inhomogeneous Poisson counting process": seed 1, intensities .8 e^1.5 and .2 e^2, the first 210. */
export const poissonOutcomes =
  '0100000000000100000011001100010010000101110100100000000000000000000010100100101110100101000100001000' +
  '0010100101001001111000001001000100101011000000010001000100110001000000010001000000100100010011110001' +
  '1010000011';

/** Equal to a relative precision, 1e-9 unless told. */
export function near(actual: number, expected: number, relative = 1e-9): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

/** ln of the chance that u of `marked` draws without replacement fall among the first `first` of first + second. */
export function logHypergeometric(u: number, first: number, second: number, marked: number): number {
  const p = marked / (first + second);
  return logBinomial(u, first, p) + logBinomial(marked - u, second, p) - logBinomial(marked, first + second, p);
}

/** ln E[psi^U], U hypergeometric. */
export function logTilt(first: number, second: number, marked: number, psi: number): number {
  return logTilts(first, second, marked, [psi])[0]!;
}
