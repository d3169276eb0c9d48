/**
 * The rules of Flagger and Argo Rollouts as their source has them; Kayenta's is in kayenta.ts.
 * Flagger: pkg/controller/scheduler.go and scheduler_metrics.go at fluxcd/flagger 15bd6ad5.
 * Argo: analysis/analysis.go at argoproj/argo-rollouts 9f8d111d.
 */
import { CanaryHistory, outcome, type Rule } from './world.ts';

/** Nobody waits longer than this for a verdict here. */
const PATIENCE = 6 * 3600;

export interface FlaggerSettings {
  readonly interval: number;
  readonly threshold: number;
  readonly weights: readonly number[];
  /** Lowest success share; Flagger's examples: 99 %. */
  readonly least: number;
}

/**
 * A tick each interval. The first sets the first weight unchecked. Each later tick returns the traffic if `threshold`
 * checks have failed by then, and only then checks the success share of the last minute, canary alone; no value counts
 * as a failed check. A passed check raises the weight, at the last one it promotes.
 */
export function flagger(settings: FlaggerSettings): Rule {
  return (world, random) => {
    const seen = new CanaryHistory(world, random);
    let step = 0;
    let failed = 0;
    for (let t = settings.interval; t <= PATIENCE; t += settings.interval) {
      seen.pass(settings.weights[step] ?? 1, settings.interval);
      if (failed >= settings.threshold) return outcome(world, random, 'returned', t, seen.failing, seen.firstHour);
      const minute = seen.last(60);
      if (minute.requests === 0 || 1 - minute.errors / minute.requests < settings.least) {
        failed += 1;
        continue;
      }
      step += 1;
      if (step === settings.weights.length) {
        return outcome(world, random, 'promoted', t, seen.failing, seen.firstHour);
      }
    }
    return outcome(world, random, 'undecided', PATIENCE, seen.failing, seen.firstHour);
  };
}

export interface ArgoSettings {
  readonly weights: readonly number[];
  /** Seconds at each weight, and between measurements. */
  readonly pause: number;
  readonly interval: number;
  readonly least: number;
  readonly failureLimit: number;
  /** Seconds a measurement looks back: two scrapes with irate, or the whole interval. */
  readonly back: number;
}

/**
 * A measurement each interval; the run fails when more than `failureLimit` failed. A
 * window without requests is counted as passed, in Argo's favour: with `result[0] >= 0.95` it would fail.
 */
export function argo(settings: ArgoSettings): Rule {
  const total = settings.weights.length * settings.pause;
  return (world, random) => {
    const seen = new CanaryHistory(world, random);
    let failed = 0;
    for (let t = settings.interval; t <= total; t += settings.interval) {
      seen.pass(settings.weights[Math.floor((t - settings.interval) / settings.pause)] ?? 1, settings.interval);
      const { requests, errors } = seen.last(settings.back);
      if (requests > 0 && 1 - errors / requests < settings.least) failed += 1;
      if (failed > settings.failureLimit) return outcome(world, random, 'returned', t, seen.failing, seen.firstHour);
    }
    return outcome(world, random, 'promoted', total, seen.failing, seen.firstHour);
  };
}

const upTo = (last: number, by: number) => Array.from({ length: Math.round(last / by) }, (_, i) => (i + 1) * by);

/** Settings of the projects' own documentation, and ones made to match ours. */
export const peers: readonly { readonly name: string; readonly rule: Rule }[] = [
  { name: 'Flagger docs', rule: flagger({ interval: 60, threshold: 10, weights: upTo(0.5, 0.05), least: 0.99 }) },
  { name: 'Flagger nginx', rule: flagger({ interval: 10, threshold: 10, weights: upTo(0.5, 0.05), least: 0.99 }) },
  { name: 'Flagger thr. 1', rule: flagger({ interval: 60, threshold: 1, weights: [0.05, 0.25, 0.5], least: 0.99 }) },
  {
    name: 'Argo docs',
    rule: argo({ weights: [0.2, 0.4, 0.6, 0.8], pause: 600, interval: 300, least: 0.95, failureLimit: 3, back: 15 }),
  },
  {
    name: 'Argo matched',
    rule: argo({ weights: [0.05, 0.25, 0.5], pause: 300, interval: 60, least: 0.99, failureLimit: 3, back: 60 }),
  },
];
