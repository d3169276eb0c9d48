import { isMap } from '../../kube/objects.ts';
import type { Say } from '../problems.ts';
import { kindOf, plainJson, record, suggestion } from '../problems.ts';
import type { Expectation } from '../types.ts';
import { duration } from './durations.ts';
import { headerMap } from './headers.ts';
import { isJsonPath } from './identify.ts';
import { items } from './lists.ts';
import { oneOf } from './numbers.ts';
import { wrongPattern } from './patterns.ts';

const keys = ['status', 'header', 'json', 'body', 'max-time', 'served-by'];

/** What holds when a check expects nothing: any success. */
export const anySuccess: Expectation = { status: statusClass(2), header: record([]), json: record([]) };

/** The `expect` map of a check. `wrong` takes messages that already name the check. */
export function expectation(given: unknown, wrong: Say): Expectation | undefined {
  if (given === undefined) return anySuccess;
  if (!isMap(given)) {
    wrong(`expect must be a map with ${keys.join(', ')}, not ${kindOf(given)}`);
    return undefined;
  }
  for (const key of Object.keys(given)) {
    if (!keys.includes(key))
      wrong(`unknown key in expect; allowed are ${keys.join(', ')}${suggestion(key, keys)}`, key);
  }
  const at =
    (key: string): Say =>
    (message, shown) =>
      wrong(`expect.${key} ${message}`, shown);
  const read = <T>(key: string, parse: (value: unknown, say: Say) => T | undefined): T | undefined =>
    given[key] === undefined ? undefined : parse(given[key], at(key));
  const status = read('status', statuses);
  const header = read('header', expectedHeaders);
  const json = read('json', jsonValues);
  const body = read('body', bodyText);
  const maxTime = read('max-time', (value, say) => duration(1)(value, (message) => say(message, value)));
  const servedBy = read('served-by', oneOf(['stable', 'canary']));
  return {
    status: status ?? anySuccess.status,
    header: header ?? anySuccess.header,
    json: json ?? anySuccess.json,
    ...(body === undefined ? {} : { body }),
    ...(maxTime === undefined ? {} : { maxTime }),
    ...(servedBy === undefined ? {} : { servedBy }),
  };
}

/** `200`, `2xx`, or a list of both; classes are expanded, the result rises and repeats nothing. */
function statuses(given: unknown, say: Say): readonly number[] | undefined {
  const list = items(typeof given === 'number' ? [given] : given, say);
  if (list === undefined) return undefined;
  const codes = new Set<number>();
  for (const item of list) {
    const text = String(item);
    const found = /^[2-5]xx$/i.test(text)
      ? statusClass(Number(text[0]))
      : /^[2-5]\d\d$/.test(text)
        ? [Number(text)]
        : [];
    if (found.length === 0) {
      say('must be a status from 200 to 599, a class such as 2xx, or a list of them', item);
      return undefined;
    }
    for (const code of found) codes.add(code);
  }
  if (codes.size === 0) {
    say('must name at least one status');
    return undefined;
  }
  return [...codes].sort((a, b) => a - b);
}

function statusClass(hundred: number): readonly number[] {
  return Array.from({ length: 100 }, (_, index) => hundred * 100 + index);
}

function expectedHeaders(given: unknown, say: Say): Readonly<Record<string, string>> | undefined {
  if (!isMap(given)) {
    say(`must be a map of header to value or /pattern/, not ${kindOf(given)}`, given);
    return undefined;
  }
  const headers = headerMap(given, say);
  if (headers === undefined) return undefined;
  return Object.entries(headers).every(([name, value]) =>
    isUsable(value, (message) => say(`${name}: ${message}`, value)),
  )
    ? headers
    : undefined;
}

function jsonValues(given: unknown, say: Say): Readonly<Record<string, unknown>> | undefined {
  if (!isMap(given)) {
    say(`must be a map of dotted path to value, not ${kindOf(given)}`, given);
    return undefined;
  }
  const odd = Object.keys(given).find((path) => !isJsonPath(path));
  if (odd !== undefined) {
    say('must have dotted paths such as app.version as keys', odd);
    return undefined;
  }
  const whole = Object.entries(given).every(
    ([path, value]) => typeof value !== 'string' || isUsable(value, (message) => say(`${path}: ${message}`, value)),
  );
  return whole ? (plainJson(given) as Readonly<Record<string, unknown>>) : undefined;
}

function bodyText(given: unknown, say: Say): string | undefined {
  if (typeof given !== 'string' || given === '') {
    say('must be text or a /pattern/ the body has to contain', given);
    return undefined;
  }
  if (given.length > 64 * 1024) {
    say('is over 64 KiB');
    return undefined;
  }
  return isUsable(given, (message) => say(message, given)) ? given : undefined;
}

function isUsable(text: string, say: Say): boolean {
  const wrong = wrongPattern(text);
  if (wrong !== undefined) say(wrong);
  return wrong === undefined;
}
