/** What this rule must reach, at 10 requests a second whatever the tables show. */
import { designOf } from '../../src/verdict/index.ts';
import { generator, interval, meanOf, medianOf } from '../chance.ts';
import { ours, type Setup, setup } from './ours.ts';
import { number, type Outcome, percent, type World } from './world.ts';

const broken: World = { rate: 10, p0: 0.001, p1: 0.2 };
const fine: World = { rate: 10, p0: 0.01, p1: 0.01 };

/** Flagger's nginx tutorial: a look every 10 s, 5 % a step up to 50 %. The real Flagger 1.44 took 175 s. */
const TUTORIAL = { weights: [...Array.from({ length: 10 }, (_, i) => (i + 1) * 0.05), 1], minStep: 10 };
const FLAGGER_SECONDS = 175;

/** Rows of a table, and whether a target is missed beyond its 95 % interval. */
export function targets(replicates: number, seed: number): { rows: string[][]; missed: boolean } {
  const rows = [['target', 'measured', 'at most', '']];
  let missed = false;
  const row = (name: string, measured: string, low: number, value: number, most: number, shown = String(most)) => {
    const verdict = value <= most ? 'met' : low <= most ? 'met within the interval' : 'MISSED';
    missed ||= low > most;
    rows.push([name, measured, shown, verdict]);
  };
  const releases = (given: Setup, world: World, part = 1): Outcome[] =>
    Array.from({ length: Math.ceil(replicates * part) }, (_, i) => ours(given)(world, generator(seed * 7_000_003 + i)));

  const failing = (name: string, given: Setup, most: number) => {
    const outcomes = releases(given, broken);
    const { mean, half } = meanOf(outcomes.map((outcome) => outcome.failing));
    // The interval of a mean of zeros has no width; how many were not zero has.
    const some = interval(outcomes.filter((outcome) => outcome.failing > 0).length, outcomes.length);
    const measured = mean === 0 ? `0; any in at most ${percent(some.high)}` : `${mean.toFixed(2)} ±${number(half)}`;
    row(`failing requests (0.1 % and 20 % errors), ${name}`, measured, mean - half, mean, most);
  };
  failing('users every 5 s, all metrics', setup('all'), 4);
  failing('Prometheus 15 s, all metrics', setup('prometheus'), 7.5);
  failing('with pre-flight', setup('pre-flight'), 0);

  const returned = (name: string, given: Setup, part: number) => {
    const outcomes = releases(given, fine, part);
    const { share, low, high } = interval(outcomes.filter(({ end }) => end === 'returned').length, outcomes.length);
    const measured = `${percent(share)} [${percent(low)}, ${percent(high)}] of ${outcomes.length}`;
    row(`good releases returned (1 % errors), ${name}`, measured, low, share, 0.01, '1 %');
  };
  returned('all metrics', setup('all'), 1);
  returned('all metrics, pre-flight', setup('pre-flight'), 1);
  returned('20 services in lockstep', setup('all', 20), 0.25);

  for (const [kind, who] of [
    ['probes', 'on probes, pre-flight included'],
    ['all', 'on users’ requests'],
  ] as const) {
    const given = setup(kind);
    const outcomes = releases(
      { ...given, design: designOf({ ...given.design, ...TUTORIAL }) },
      { ...broken, p1: broken.p0 },
    );
    const times = outcomes.map(({ end, seconds }) => (end === 'promoted' ? seconds : Number.POSITIVE_INFINITY));
    const { median, low, high } = medianOf(times);
    const name = `median seconds to 100 % at Flagger's pace (0.1 % errors), ${who}`;
    row(name, `${median} [${low}, ${high}]`, low, median, FLAGGER_SECONDS);
  }
  return { rows, missed };
}
