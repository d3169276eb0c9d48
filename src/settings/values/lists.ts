import { isMap } from '../../kube/objects.ts';
import type { Parse, Say } from '../problems.ts';
import { kindOf, record } from '../problems.ts';

const mostItems = 100;

/** The items of a list: text split at commas and newlines, or a YAML list. Blank items between separators are refused. */
export function items(given: unknown, say: Say): readonly unknown[] | undefined {
  const found = typeof given === 'string' ? splitItems(given) : Array.isArray(given) ? given : undefined;
  if (found === undefined) {
    say(`must be a list (by comma, by newline, or a YAML list), not ${kindOf(given)}`);
    return undefined;
  }
  if (found.length > mostItems) {
    say(`has ${found.length} items: at most ${mostItems} are allowed`);
    return undefined;
  }
  return found;
}

/** Lines may end in a comma; an empty item elsewhere (`a,,b`) stays, so that it is reported. */
function splitItems(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .flatMap((line) => line.replace(/,$/, '').split(','))
    .map((item) => item.trim());
}

/** A list of texts, each read by `one`; a value in YAML that is a single text counts as text to split. */
export function listOf<T>(one: Parse<T>): Parse<readonly T[]> {
  return (given, say) => {
    const found = items(given, say);
    if (found === undefined) return undefined;
    const parsed = found.map((item) => one(item, (message, shown = item) => say(message, shown)));
    return parsed.includes(undefined) ? undefined : (parsed as T[]);
  };
}

/** One value for every service, or one for each of some services. */
export type PerService<T> = { readonly all: T } | { readonly each: Readonly<Record<string, T>> };

/**
 * Reads `service=value` lines, a YAML map of service to value, or one value for every service. With `byLine`
 * only newlines separate, and a text for which it is true is a value by itself even though it holds `=`: a path may
 * hold a query and commas. Else commas separate too.
 */
export function perService<T>(one: Parse<T>, byLine?: (text: string) => boolean): Parse<PerService<T>> {
  return (given, say) => {
    if (isMap(given)) return each(Object.entries(given), one, say);
    if (typeof given !== 'string') {
      say(`must be one value, service=value lines, or a YAML map, not ${kindOf(given)}`);
      return undefined;
    }
    const lines = given
      .split(byLine === undefined ? /[\n,]/ : '\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const [first] = lines;
    if (lines.length === 1 && first !== undefined && (byLine?.(first) || !first.includes('='))) {
      const value = one(first, say);
      return value === undefined ? undefined : { all: value };
    }
    const entries: [string, string][] = [];
    for (const line of lines) {
      const equals = line.indexOf('=');
      if (equals <= 0 || byLine?.(line)) {
        say('several values need a service each: write service=value, one a line', line);
        return undefined;
      }
      entries.push([line.slice(0, equals).trim(), line.slice(equals + 1).trim()]);
    }
    return each(entries, one, say);
  };
}

function each<T>(entries: readonly [string, unknown][], one: Parse<T>, say: Say): PerService<T> | undefined {
  if (entries.length === 0 || entries.length > mostItems) {
    say(`must name 1 to ${mostItems} services, not ${entries.length}`);
    return undefined;
  }
  const seen = new Set<string>();
  const parsed: [string, T][] = [];
  let whole = true;
  for (const [service, given] of entries) {
    if (seen.has(service)) {
      say(`names the service ${service} twice: keep one`, service);
      whole = false;
    }
    seen.add(service);
    const value = one(given, (message, shown = given) => say(`for ${service}: ${message}`, shown));
    if (value === undefined) whole = false;
    else parsed.push([service, value]);
  }
  return whole ? { each: record(parsed) } : undefined;
}
