/** Chance that can be had again: a seed by the day, or the one asked for, and numbers that follow from it. */

/** `MESH_CANARY_SEED`, else the day as 20261231: the sample moves on every day, and a failure can be repeated. */
export function seedOfTheDay(env: NodeJS.ProcessEnv = process.env, now: Date = new Date()): number {
  const given = Number(env['MESH_CANARY_SEED']);
  return Number.isSafeInteger(given) && given > 0 ? given : Number(now.toISOString().slice(0, 10).replaceAll('-', ''));
}

/** Uniform in [0, 1), the same row of numbers for the same seed (mulberry32, Tommy Ettinger, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
