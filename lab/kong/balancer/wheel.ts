/**
 * Weighted round robin: a wheel with one slot per point (weight divided by the weights' greatest common divisor),
 * shuffled once, then walked. Over any whole number of turns the split is exact.
 * Rules after kong/runloop/balancer/round_robin.lua.
 */
import type { Target } from '../entities.ts';

export interface Wheel {
  readonly slots: readonly Target[];
  /** The next slot's target; undefined when every weight is 0. */
  next(): Target | undefined;
}

/** `random` gives numbers in [0, 1). */
export function wheelOf(targets: readonly Target[], random: () => number = Math.random): Wheel {
  const divisor = targets.reduce((soFar, target) => greatestCommonDivisor(soFar, target.weight), 0);
  const slots = divisor === 0 ? [] : targets.flatMap((target) => Array<Target>(target.weight / divisor).fill(target));
  shuffle(slots, random);
  let pointer = 0;
  return {
    slots,
    next() {
      pointer = pointer + 1 >= slots.length ? 0 : pointer + 1;
      return slots[pointer];
    },
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function shuffle(slots: Target[], random: () => number): void {
  for (let last = slots.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = slots[last] as Target;
    slots[last] = slots[other] as Target;
    slots[other] = moved;
  }
}
