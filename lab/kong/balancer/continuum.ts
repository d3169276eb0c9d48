/**
 * Consistent hashing (Ketama): each target owns points on a ring in proportion to its weight; a value belongs to the
 * point it hashes to, or the first one found going down. Rules after kong/runloop/balancer/consistent_hashing.lua.
 */
import type { Target } from '../entities.ts';
import { xxHash32 } from './xxhash.ts';

/** Points of a target when all weights are equal. */
const POINTS_PER_TARGET = 160;
const SMALLEST_RING = 1000;

export interface Continuum {
  /** The target of a value. `attempt` counts from 0; a retry asks for the same value and gets the same target. */
  find(value: string): Target | undefined;
}

export function continuumOf(targets: readonly Target[], slots: number): Continuum {
  const size = Math.max(slots, SMALLEST_RING);
  const ring = new Array<Target | undefined>(size);
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  const ordered = [...targets].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port));
  for (const target of ordered) place(ring, target, total, ordered.length);
  return {
    find(value) {
      const start = xxHash32(value) % size;
      for (let step = 0; step < size; step++) {
        const found = ring[(start - step + size) % size];
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** A point that is already taken is made up for by one more point. */
function place(ring: (Target | undefined)[], target: Target, total: number, count: number): void {
  if (target.weight === 0) return;
  let points = Math.max(1, Math.floor((target.weight / total) * count * POINTS_PER_TARGET));
  for (let point = 1; point <= points && point <= ring.length; point++) {
    const index = xxHash32(`${target.host}::${target.port} ${point}`) % ring.length;
    if (ring[index] === undefined) ring[index] = target;
    else points++;
  }
}
