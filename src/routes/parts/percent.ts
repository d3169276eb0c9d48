/** Percent with at most two decimals, as written in messages. */
export function round(share: number): number {
  return Math.round(share * 100) / 100;
}
