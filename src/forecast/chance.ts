/** Seeded chance for simulations: the same seed gives the same run on every machine. Pure. */
import { logGamma } from '../verdict/logarithms.ts';

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** Uniform numbers from a seed: sfc32 by C. Doty-Humphrey (PractRand), 32 bits a draw. */
export function generator(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, Math.imul(seed, 0x9e3779b9), 0x243f6a88, 1];
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 15; i += 1) next();
  return next;
}

/** A Poisson count. Small means: products of uniforms (D. Knuth); large: transformed rejection (W. Hörmann 1993). */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean >= 12) return largePoisson(random, mean);
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count += 1;
  }
  return count;
}

function largePoisson(random: Random, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  const sure = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const near = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / near + b) * u + mean + 0.43);
    if (near >= 0.07 && v <= sure) return count;
    if (count < 0 || (near < 0.013 && v > near)) continue;
    const left = Math.log((v * inverse) / (a / (near * near) + b));
    if (left <= -mean + count * Math.log(mean) - logGamma(count + 1)) return count;
  }
}
