/**
 * One number for the whole release: evidence averaged over sources, then services, then metrics by their share of the
 * one alpha. An average of e-processes is an e-process however they depend on each other (V. Vovk and R. Wang,
 * "E-values: calibration, combination and applications", Annals of Statistics 2021, proposition 3.1); a product of
 * streams that see the same requests would not be. docs/statistics.md §8.
 */
import { derived } from './design.ts';
import { latencyEvidence } from './latency.ts';
import { logMean, logWeightedSum } from './logarithms.ts';
import { objectiveEvidence } from './objective.ts';
import { rollbackEvidence } from './rollback.ts';
import type { State } from './state.ts';
import { type Stream, splitByStep } from './stream.ts';
import type { Design, Evidence, Metric, Source } from './types.ts';

/** One stream's word on one metric; `weighted` is its part in the total. Natural logarithms. */
export interface Voice {
  readonly service: string;
  readonly metric: Metric;
  readonly source: Source;
  readonly log: number;
  readonly weighted: number;
}

export interface Combined {
  readonly evidence: Evidence;
  /** The stream that adds most: it names the culprit, and decides nothing. */
  readonly loudest: Voice | undefined;
}

export function combine(state: State, design: Design): Combined {
  const { metrics, returnAt } = derived(design);
  let loudest: Voice | undefined;
  const byMetric: Partial<Record<Metric, number>> = {};
  for (const { metric, share, from } of metrics) {
    const count = from.length * design.services.length;
    const logs: number[] = [];
    for (const source of from) {
      for (const service of design.services) {
        const stream = state.services[service]?.[source];
        const log = stream === undefined ? 0 : evidenceOf(stream, metric, design);
        logs.push(log);
        const weighted = log + Math.log(share / count);
        if (stream !== undefined && (loudest === undefined || weighted > loudest.weighted)) {
          loudest = { service, metric, source, log, weighted };
        }
      }
    }
    byMetric[metric] = logMean(logs, count);
  }
  const total = logWeightedSum(
    metrics.map(({ share }) => share),
    metrics.map(({ metric }) => byMetric[metric] ?? 0),
  );
  return { evidence: { total, threshold: returnAt, metrics: byMetric }, loudest };
}

/** ln of one stream's evidence on one metric; 0 where it has none. */
export function evidenceOf(stream: Stream, metric: Metric, design: Design): number {
  switch (metric) {
    case 'errors':
      return rollbackEvidence(stream.rollback);
    case 'latency':
      return stream.latency === undefined ? 0 : latencyEvidence(stream.latency);
    case 'objective':
      return guardEvidence(stream, design.slo);
    case 'split':
      // Averaged over the steps of the plan: one that has agreed for long must not outweigh a later one.
      return logMean(splitByStep(stream), design.weights.length);
  }
}

/**
 * The guard against the canary. While stable misses the objective too, it may only lower the total: what fails both is
 * not the canary's doing, and lowering keeps the guarantee.
 */
function guardEvidence(stream: Stream, slo: number | undefined): number {
  const log = objectiveEvidence(stream.objective.canary);
  const missed = slo !== undefined && stream.stable.errors > slo * stream.stable.requests;
  return missed ? Math.min(0, log) : log;
}
