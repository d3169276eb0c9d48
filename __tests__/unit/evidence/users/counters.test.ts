import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Counters,
  countersOf,
  difference,
  grown,
  histogramOf,
  NOTHING,
  sharedBounds,
  sumOf,
  withoutProbes,
} from '../../../../src/evidence/users/counters.ts';
import { parseExposition } from '../../../../src/evidence/users/exposition.ts';
import { firstPresent, metricsOf } from '../../../../src/evidence/users/presets.ts';
import type { PresetName } from '../../../../src/settings/vocabulary.ts';

function counted(page: string, preset: PresetName | 'auto' = 'auto'): Counters {
  const parsed = parseExposition(page);
  if (!('series' in parsed)) throw new Error(parsed.problem);
  const metric = firstPresent(metricsOf(preset), parsed.series);
  if (metric === undefined) throw new Error('no metric');
  const counters = countersOf(parsed.series, metric);
  if (!('counters' in counters)) throw new Error(counters.problem);
  return counters.counters;
}

const EMPTY: Counters = { requests: new Map(), times: new Map() };
const numbers = ({ requests, errors }: { requests: number; errors: number }) => [requests, errors];

const ISTIO = `istio_requests_total{reporter="destination",response_code="200",destination_workload="jazz"} 90
istio_requests_total{reporter="destination",response_code="503",destination_workload="jazz"} 3
istio_requests_total{reporter="source",response_code="500",destination_workload="db"} 70
istio_request_duration_milliseconds_bucket{reporter="destination",response_code="200",le="250"} 80
istio_request_duration_milliseconds_bucket{reporter="destination",response_code="200",le="+Inf"} 90
istio_request_duration_milliseconds_bucket{reporter="destination",response_code="503",le="250"} 3
istio_request_duration_milliseconds_bucket{reporter="destination",response_code="503",le="+Inf"} 3
`;
const envoy = (
  cluster: string,
  outgoing: string,
) => `envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="${cluster}"} 40
envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",envoy_cluster_name="${cluster}"} 2
envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",envoy_cluster_name="${outgoing}"} 9
`;

describe('what counts', () => {
  it('is the app itself, with status or code, each request once', () => {
    const page =
      'http_requests_total{status="200",code="200"} 7\nhttp_requests_total{code="500"} 2\nhttp_requests_total 99\n';
    expect(numbers(difference(EMPTY, counted(page)))).toEqual([9, 2]);
  });

  it('is what came in at a sidecar, not what its pod asked of others; failures are not timed', () => {
    const tally = difference(EMPTY, counted(ISTIO));
    expect(numbers(tally)).toEqual([93, 3]);
    expect([...tally.times]).toEqual([
      [0.25, 80],
      [Number.POSITIVE_INFINITY, 90],
    ]);
    expect(numbers(difference(EMPTY, counted(envoy('localhost_8080', 'db'), 'kuma')))).toEqual([42, 2]);
    expect(numbers(difference(EMPTY, counted(envoy('cds_ingress_m_n_http_8080', 'cds_egress_x'))))).toEqual([42, 2]);
    expect(numbers(difference(EMPTY, counted(envoy('inbound|8080||', 'outbound|80||db'), 'envoy')))).toEqual([42, 2]);
    const downstream =
      'envoy_http_downstream_rq_xx{envoy_response_code_class="5",envoy_http_conn_manager_prefix="ingress_http"} 4\nenvoy_http_downstream_rq_xx{envoy_response_code_class="2",envoy_http_conn_manager_prefix="admin"} 400\n';
    expect(numbers(difference(EMPTY, counted(downstream, 'envoy')))).toEqual([4, 4]);
  });

  it.each(['NaN', '+Inf', '-1', '1e300'])('is never a counter of %s', (value) => {
    const parsed = parseExposition(`http_requests_total{code="200"} ${value}\n`);
    const series = 'series' in parsed ? parsed.series : [];
    expect(countersOf(series, metricsOf('plain')[0]!)).toHaveProperty('problem');
  });
});

describe('a difference', () => {
  const page = (good: number, bad?: number) =>
    counted(
      `http_requests_total{code="200"} ${good}\n${bad === undefined ? '' : `http_requests_total{code="500"} ${bad}\n`}`,
    );

  it('counts the first failure, which makes its series', () => {
    expect(numbers(difference(page(10), page(12, 1)))).toEqual([3, 1]);
  });

  it('knows a counter that began again', () => {
    expect(numbers(difference(page(100, 5), page(4, 1)))).toEqual([5, 1]);
    expect(grown(5, 5)).toBe(0);
  });

  it('of buckets begins again as a whole, and never falls from one bucket to the next', () => {
    const of = (fast: number, all: number): Counters => ({
      requests: new Map(),
      times: new Map([
        [
          '',
          new Map([
            [0.1, fast],
            [Number.POSITIVE_INFINITY, all],
          ]),
        ],
      ]),
    });
    expect([...difference(of(5, 10), of(3, 12)).times.values()]).toEqual([3, 12]);
    expect([...difference(of(5, 10), of(8, 11)).times.values()]).toEqual([3, 3]);
  });

  const counter = fc.record({ value: fc.nat(), requests: fc.boolean(), errors: fc.boolean() });
  const pod: fc.Arbitrary<Counters> = fc.record({
    requests: fc.dictionary(fc.constantFrom('a', 'b', 'c'), counter).map((entries) => new Map(Object.entries(entries))),
    times: fc.dictionary(fc.constantFrom('x', 'y'), fc.tuple(fc.nat(), fc.nat(), fc.nat())).map(
      (entries) =>
        new Map(
          Object.entries(entries).map(([key, [a, b, c]]) => [
            key,
            new Map([
              [0.1, a],
              [1, b],
              [Number.POSITIVE_INFINITY, c],
            ]),
          ]),
        ),
    ),
  });

  it('is never negative, nor are its buckets', () => {
    fc.assert(
      fc.property(pod, pod, (before, now) => {
        const tally = difference(before, now);
        expect(tally.errors).toBeGreaterThanOrEqual(0);
        expect(tally.requests).toBeGreaterThanOrEqual(tally.errors);
        const histogram = histogramOf(sharedBounds(tally, tally), tally, tally);
        for (const bucket of histogram?.stable ?? []) expect(bucket).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('sums over pods to the same in any order and grouping', () => {
    const pods = fc.array(fc.tuple(pod, pod), { maxLength: 6 });
    fc.assert(
      fc.property(pods, fc.nat(), (all, seed) => {
        const tallies = all.map(([before, now]) => difference(before, now));
        const turned = tallies.map((_, index) => tallies[(index + seed) % tallies.length]!).reverse();
        expect(sumOf(turned)).toEqual(sumOf(tallies));
        const half = Math.floor(tallies.length / 2);
        expect(sumOf([sumOf(tallies.slice(0, half)), sumOf(tallies.slice(half))])).toEqual(sumOf(tallies));
      }),
    );
    expect(sumOf([])).toEqual(NOTHING);
  });
});

describe('our own probes', () => {
  it('are taken out, never below 0, and what is left is told', () => {
    expect(withoutProbes({ requests: 10, errors: 3 }, { requests: 4, errors: 3 })).toEqual({
      count: { requests: 6, errors: 0 },
      left: { requests: 0, errors: 0 },
    });
    expect(withoutProbes({ requests: 3, errors: 0 }, { requests: 4, errors: 1 })).toEqual({
      count: { requests: 0, errors: 0 },
      left: { requests: 1, errors: 1 },
    });
  });
});
