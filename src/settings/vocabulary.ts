import { providers } from '../routes/index.ts';

/** In the order `auto` tries them: instrumented apps, the proxies of each mesh, any other Envoy. */
export const presetNames: readonly string[] = [
  'plain',
  ...providers.filter(({ facts }) => facts.counters !== undefined).map(({ facts }) => facts.name),
  'envoy',
];

export type PresetName = (typeof presetNames)[number];

/** Queries of one version. All give raw counters, one row or more for each pod. */
export interface Queries {
  readonly requests: string;
  readonly errors: string;
  /** Cumulative buckets, with `le`. */
  readonly times?: string;
  /** How many seconds one unit of `le` is. */
  readonly unit: number;
  /** When each pod was scraped last, seconds since the epoch. */
  readonly scraped?: string;
}

/** Own queries: `{{namespace}}` and `{{pods}}` stand for the version's namespace and the pattern of its pods' names. */
export type OwnQueries = Omit<Queries, 'unit'> & { readonly unit?: number };

/** What is wrong with an own query, found before it is asked. */
export function queryProblem(query: string): string | undefined {
  const rate = /\b(rate|irate|increase|delta|idelta|deriv)\s*\(/.exec(query)?.[1];
  if (rate !== undefined)
    return `uses ${rate}(): write the raw counter, e.g. sum by (pod) (my_requests_total{namespace="{{namespace}}",pod=~"{{pods}}"})`;
  if (!query.includes('{{pods}}'))
    return 'does not say which pods: both versions would be counted; use pod=~"{{pods}}"';
  return undefined;
}
