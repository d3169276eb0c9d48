/** Matches and filters as HTTPRoute and Kuma's MeshHTTPRoute write them: one shape, Kuma with a few more types. */
import { field, list, text } from '../../src/kube/objects.ts';
import type { HeaderChange, Match, PathMatch, TextMatch } from './types.ts';

const PATHS: Readonly<Record<string, PathMatch['kind']>> = {
  Exact: 'exact',
  PathPrefix: 'segments',
  RegularExpression: 'regex',
};
const TEXTS: Readonly<Record<string, TextMatch['kind']>> = {
  Exact: 'exact',
  RegularExpression: 'regex',
  Prefix: 'prefix',
  Present: 'present',
  Absent: 'absent',
};

export function matchesOf(rule: unknown): readonly Match[] {
  return list(rule, 'matches').map((match) => {
    const path = text(match, 'path', 'value');
    const method = text(match, 'method');
    return {
      ...(path === '' ? {} : { path: { kind: PATHS[text(match, 'path', 'type')] ?? 'segments', value: path } }),
      ...(method === '' ? {} : { method }),
      headers: named(match, 'headers'),
      query: named(match, 'queryParams'),
    };
  });
}

function named(match: unknown, member: string): Match['headers'] {
  return list(match, member).map((entry) => ({
    name: text(entry, 'name'),
    match: { kind: TEXTS[text(entry, 'type')] ?? 'exact', value: text(entry, 'value') },
  }));
}

/** Header changes of a list of filters, and the types of those that the lab's proxies do not know. */
export function filtersOf(filters: readonly unknown[]): {
  readonly request?: HeaderChange;
  readonly response?: HeaderChange;
  readonly unknown: readonly string[];
} {
  const request = filters.find((filter) => text(filter, 'type') === 'RequestHeaderModifier');
  const response = filters.find((filter) => text(filter, 'type') === 'ResponseHeaderModifier');
  return {
    ...(request === undefined ? {} : { request: headerChange(field(request, 'requestHeaderModifier')) }),
    ...(response === undefined ? {} : { response: headerChange(field(response, 'responseHeaderModifier')) }),
    unknown: filters
      .map((filter) => text(filter, 'type'))
      .filter((type) => !/^(Request|Response)HeaderModifier$/.test(type)),
  };
}

function headerChange(modifier: unknown): HeaderChange {
  const entries = (member: string) =>
    Object.fromEntries(list(modifier, member).map((entry) => [text(entry, 'name'), text(entry, 'value')]));
  return {
    set: entries('set'),
    add: entries('add'),
    remove: list(modifier, 'remove').filter((name): name is string => typeof name === 'string'),
  };
}

/** Milliseconds of a duration as Gateway API and Kuma write it (`1h`, `10s`, `500ms`, `1m30s`); undefined for none or 0. */
export function milliseconds(duration: string): number | undefined {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let sum = 0;
  for (const [, count = '', unit = ''] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) {
    sum += Number(count) * (units[unit] ?? 0);
  }
  return sum === 0 ? undefined : sum;
}
