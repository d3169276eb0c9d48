import type { Parse } from '../problems.ts';
import { kindOf, suggestion } from '../problems.ts';
import { listOf } from './lists.ts';

const decimal = /^\d{1,6}(\.\d{1,6})?$/;

/** A plain decimal number, as text or YAML number; no sign, exponent, hex or Infinity. */
const plainNumber: Parse<number> = (given, say) => {
  const text = typeof given === 'number' ? String(given) : typeof given === 'string' ? given.trim() : undefined;
  if (text !== undefined && decimal.test(text)) return Number(text);
  say(text === undefined ? `must be a number, not ${kindOf(given)}` : 'must be a plain number such as 5 or 2.5');
  return undefined;
};

/** A number above 0 and up to `most`. */
export function positive(most: number): Parse<number> {
  return (given, say) => {
    const value = plainNumber(given, say);
    if (value === undefined || (value > 0 && value <= most)) return value;
    say(`must be above 0 and at most ${most}`);
    return undefined;
  };
}

/** A whole number from 0 up to `most`. */
export function whole(most: number): Parse<number> {
  return (given, say) => {
    const value = plainNumber(given, say);
    if (value === undefined || (Number.isInteger(value) && value <= most)) return value;
    say(`must be a whole number from 0 to ${most}`);
    return undefined;
  };
}

/** One weight. Two decimals are what routes can hold: their weights add up to 10 000. */
const weight: Parse<number> = (given, say) => {
  if (typeof given === 'string' && given.trim().endsWith('%')) {
    say('must be a number without "%": weights are percent already');
    return undefined;
  }
  const value = positive(100)(given, say);
  if (value === undefined) return undefined;
  if (Math.abs(value * 100 - Math.round(value * 100)) < 1e-6) return value;
  say('must have at most two decimals');
  return undefined;
};

/** `5,25,50,100`: rising weights in percent, above 0 and up to 100; a YAML list or a single number too. */
export const weights: Parse<readonly number[]> = (given, say) => {
  const list = listOf(weight)(typeof given === 'number' ? [given] : given, say);
  if (list === undefined) return undefined;
  if (list.length === 0) {
    say('must hold at least one weight, e.g. 5,25,50,100');
    return undefined;
  }
  const fall = list.findIndex((value, index) => index > 0 && value <= (list[index - 1] ?? 0));
  if (fall < 0) return list;
  say(`must rise: ${list[fall]} comes after ${list[fall - 1]}`);
  return undefined;
};

/** One of some words; YAML booleans count as the words `true` and `false`, and those in any YAML 1.2 writing. */
export function oneOf<const W extends string>(words: readonly W[]): Parse<W> {
  return (given, say) => {
    const text = typeof given === 'boolean' ? String(given) : typeof given === 'string' ? given.trim() : undefined;
    if (text === undefined) {
      say(`must be one of ${words.join(', ')}, not ${kindOf(given)}`);
      return undefined;
    }
    const word = /^(True|TRUE|False|FALSE)$/.test(text) ? text.toLowerCase() : text;
    const found = words.find((candidate) => candidate === word);
    if (found === undefined) say(`must be one of ${words.join(', ')}${suggestion(text, words)}`);
    return found;
  };
}
