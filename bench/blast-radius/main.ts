/**
 * `npm run bench:blast-radius -- [--replicates 400] [--rate 10] [--seed 1]`: failing requests before a bad release is
 * returned, good releases returned, and time to 100 %, beside the lower bound and the peers' rules; then the targets.
 * Exit 1 when a target is missed beyond its 95 % interval.
 */
import { designOf } from '../../src/verdict/index.ts';
import { numberOf, table } from '../arguments.ts';
import { generator, interval, meanOf } from '../chance.ts';
import { fewestFailing } from './bound.ts';
import { kayenta } from './kayenta.ts';
import { ours, type Setup, setup } from './ours.ts';
import { peers } from './peers.ts';
import type { Outcome, Rule, World } from './world.ts';

const argv = process.argv.slice(2);
const replicates = numberOf(argv, 'replicates', 400);
const rate = numberOf(argv, 'rate', 10);
const seed = numberOf(argv, 'seed', 1);

interface Column {
  readonly name: string;
  readonly rule: Rule;
  /** Part of the replicates: Kayenta sorts 32 400 differences an hour. */
  readonly part?: number;
}

const columns: readonly Column[] = [
  { name: 'ours: errors', rule: ours(setup('errors')) },
  { name: 'ours: all', rule: ours(setup('all')) },
  { name: 'ours: pre-flight', rule: ours(setup('pre-flight')) },
  { name: 'ours: Prometheus', rule: ours(setup('prometheus')) },
  ...peers,
  { name: 'Kayenta', rule: kayenta, part: 0.25 },
];

function releases(rule: Rule, world: World, count: number): Outcome[] {
  return Array.from({ length: count }, (_, i) => rule(world, generator(seed * 7_000_003 + i)));
}

const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(2));
const percent = (share: number) => `${Number((100 * share).toFixed(2))} %`;
const short = (share: number) => `${Number((100 * share).toFixed(share < 0.01 ? 1 : 0))}`;

/** "100 [99,100] 3.4 ±0.1 / 3": returned in %, failing requests of those returned, and of all in the first hour. */
function bad(outcomes: readonly Outcome[]): string {
  const returned = outcomes.filter(({ end }) => end === 'returned');
  const { share, low, high } = interval(returned.length, outcomes.length);
  const { mean, half } = meanOf(returned.map(({ failing }) => failing));
  const before = returned.length === 0 ? '-' : `${number(mean)} ±${number(half)}`;
  const hour = meanOf(outcomes.map(({ firstHour }) => firstHour));
  return `${short(share)} [${short(low)},${short(high)}] ${before} / ${number(hour.mean)} ±${number(hour.half)}`;
}

/** "0.3 [0,1] 270 s (98)": returned in %, median time to 100 %, and how many got there in %. */
function good(outcomes: readonly Outcome[]): string {
  const { share, low, high } = interval(outcomes.filter(({ end }) => end === 'returned').length, outcomes.length);
  const times = outcomes.filter(({ end }) => end === 'promoted').map(({ seconds }) => seconds);
  const there = times.length / outcomes.length;
  return `${short(share)} [${short(low)},${short(high)}] ${times.length === 0 ? '-' : `${median(times)} s`}${there < 0.99 ? ` (${short(there)})` : ''}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

say(`${rate} requests/s, ${replicates} releases a cell, seed ${seed}; brackets and ± are 95 % intervals`);
for (const group of [columns.slice(0, 4), columns.slice(4)]) {
  const names = group.map(({ name }) => name);
  say('\nBad releases: returned in % [interval], failing requests before return / of all in the first hour');
  const bads = [0, 0.001, 0.01].flatMap((p0) =>
    [0.005, 0.02, 0.05, 0.2, 1].map((p1) => {
      const bound = p1 > p0 ? fewestFailing(0.05, p1, p0, 0.01).toFixed(1) : '-';
      return [percent(p0), percent(p1), bound, ...cells(group, { rate, p0, p1 }, bad)];
    }),
  );
  say(table([['p0', 'p1', 'bound', ...names], ...bads]));
  say('\nGood releases: returned in % [interval], median time to 100 % (share in % that got there)');
  const goods = [0, 0.001, 0.005, 0.01, 0.02].map((p0) => [percent(p0), ...cells(group, { rate, p0, p1: p0 }, good)]);
  say(table([['p0', ...names], ...goods]));
}

function cells(group: readonly Column[], world: World, shown: (outcomes: readonly Outcome[]) => string): string[] {
  return group.map(({ rule, part }) => shown(releases(rule, world, Math.ceil(replicates * (part ?? 1)))));
}

/** The targets, at 10 requests a second whatever the tables show. */
let missed = false;
const targets = [['target', 'measured', 'at most', '']];
const broken: World = { rate: 10, p0: 0.001, p1: 0.2 };
const fine: World = { rate: 10, p0: 0.01, p1: 0.01 };

function target(name: string, measured: string, low: number, value: number, most: number): void {
  const verdict = value <= most ? 'met' : low <= most ? 'met within the interval' : 'MISSED';
  missed ||= low > most;
  targets.push([name, measured, String(most), verdict]);
}

function failingTarget(name: string, given: Setup, most: number): void {
  const { mean, half } = meanOf(releases(ours(given), broken, replicates).map(({ failing }) => failing));
  target(name, `${number(mean)} ±${number(half)}`, mean - half, mean, most);
}

function returnedTarget(name: string, given: Setup, part: number): void {
  const outcomes = releases(ours(given), fine, Math.ceil(replicates * part));
  const { share, low, high } = interval(outcomes.filter(({ end }) => end === 'returned').length, outcomes.length);
  target(name, `${percent(share)} [${percent(low)}, ${percent(high)}]`, low, share, 0.01);
}

failingTarget('failing requests, users every 5 s, all metrics (20 % errors, 10/s)', setup('all'), 4);
failingTarget('failing requests, Prometheus 15 s, all metrics', setup('prometheus'), 7.5);
failingTarget('failing requests, with pre-flight', setup('pre-flight'), 0);
returnedTarget('good releases returned, 1 % errors, all metrics', setup('all'), 1);
returnedTarget('good releases returned, 20 services in lockstep', setup('all', 20), 0.25);
// Flagger's nginx tutorial: a look every 10 s, 5 % a step up to 50 %. The real Flagger 1.44 took 175 s.
const weights = [...Array.from({ length: 10 }, (_, i) => (i + 1) * 0.05), 1];
for (const [kind, who] of [
  ['probes', 'on probes, pre-flight included'],
  ['all', 'on users’ requests'],
] as const) {
  const given = setup(kind);
  const pace = { ...given, design: designOf({ ...given.design, weights, minStep: 10 }) };
  const times = releases(ours(pace), { ...broken, p1: broken.p0 }, replicates)
    .map(({ end, seconds }) => (end === 'promoted' ? seconds : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  const at = (rank: number) => times[Math.min(times.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  // Order statistics: the 95 % interval of a median needs no assumption.
  const reach = 0.98 * Math.sqrt(times.length);
  const [low, middle, high] = [at(times.length / 2 - reach), at(times.length / 2), at(times.length / 2 + reach)];
  const name = `median seconds to 100 % at Flagger's pace, ${who}`;
  target(name, `${middle} [${low}, ${high}]`, low, middle, 175);
}
say(`\nTargets, ${replicates} releases each (5 % first weight)\n${table(targets)}`);
if (missed) process.exitCode = 1;
