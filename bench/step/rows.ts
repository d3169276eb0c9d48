/** What the rows of the table have in common. */

/** One promise, what was measured for it, and beside what. */
export interface Row {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly yardstick: string;
  readonly met: boolean;
}

/** The value below which a share `q` of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
