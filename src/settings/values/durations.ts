import type { Parse } from '../problems.ts';
import type { Milliseconds } from '../types.ts';

const grammar = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?(?:(\d{1,9})ms)?$/;
const allowed = 'a duration such as 500ms, 30s, 5m or 1h30m';

/** Self-hosted jobs may run 5 days (docs.github.com, usage limits); nothing longer can be meant. */
const longest = 5 * 24 * 3_600_000;

/** Reads `500ms`, `30s`, `5m`, `1h30m` (units falling, whole numbers) within `least` and 5 days. */
export function duration(least: Milliseconds = 0): Parse<Milliseconds> {
  return (given, say) => {
    if (typeof given === 'number' || (typeof given === 'string' && /^\s*[-+]?[\d.]+\s*$/.test(given))) {
      say(`a bare number could be seconds or minutes: write ${allowed}`);
      return undefined;
    }
    const parts = typeof given === 'string' ? grammar.exec(given.trim()) : null;
    if (parts === null || parts[0] === '') {
      say(`must be ${allowed}: whole numbers, the larger unit first`);
      return undefined;
    }
    const [, hours = 0, minutes = 0, seconds = 0, rest = 0] = parts.map(Number).map((n) => (Number.isNaN(n) ? 0 : n));
    const total = hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + rest;
    if (total < least || total > longest) {
      say(`must be between ${renderDuration(least)} and ${renderDuration(longest)}`);
      return undefined;
    }
    return total;
  };
}

/** The shortest writing of a duration: 5_400_000 is `1h30m`, 0 is `0s`. */
export function renderDuration(milliseconds: Milliseconds): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const;
  let left = Math.round(milliseconds);
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text === '' ? '0s' : text;
}
