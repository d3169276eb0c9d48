/**
 * `npm run bench:blast-radius -- [--replicates 400] [--target-replicates 2000] [--rate 10] [--seed 1]`:
 * failing requests before a bad release is returned, good releases returned, and time to 100 %, beside the lower bound
 * and the peers' rules; then the targets. Exit 1 when a target is missed beyond its 95 % interval. `--replicates 0`
 * prints the targets alone.
 */
import { numberOf, table } from '../arguments.ts';
import { generator, interval, meanOf, medianOf } from '../chance.ts';
import { fewestFailing } from './bound.ts';
import { kayenta } from './kayenta.ts';
import { ours, setup } from './ours.ts';
import { peers } from './peers.ts';
import { targets } from './targets.ts';
import { number, type Outcome, percent, type Rule, type World } from './world.ts';

const argv = process.argv.slice(2);
const replicates = numberOf(argv, 'replicates', 400);
const rate = numberOf(argv, 'rate', 10);
const seed = numberOf(argv, 'seed', 1);
const targetReplicates = numberOf(argv, 'target-replicates', 2000);

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

const short = (share: number) => `${Number((100 * share).toFixed(share < 0.01 ? 1 : 0))}`;

/** "100 [99,100] 3.4 ±0.1 / 3": returned in %, failing requests of those returned, and of all in the first hour. */
function bad(outcomes: readonly Outcome[]): string {
  const returned = outcomes.filter(({ end }) => end === 'returned');
  const { mean, half } = meanOf(returned.map(({ failing }) => failing));
  const before = returned.length === 0 ? '-' : `${number(mean)} ±${number(half)}`;
  const hour = meanOf(outcomes.map(({ firstHour }) => firstHour));
  return `${shareOf(interval(returned.length, outcomes.length))} ${before} / ${number(hour.mean)} ±${number(hour.half)}`;
}

/** "0.3 [0,1] 270 [265,275] s (98 [96,99])": returned in %, median time to 100 %, and how many got there in %. */
function good(outcomes: readonly Outcome[]): string {
  const returned = interval(outcomes.filter(({ end }) => end === 'returned').length, outcomes.length);
  const times = outcomes.filter(({ end }) => end === 'promoted').map(({ seconds }) => seconds);
  const there = interval(times.length, outcomes.length);
  const { median, low, high } = medianOf(times);
  const time = times.length === 0 ? '-' : `${median} [${low},${high}] s`;
  return `${shareOf(returned)} ${time}${there.share < 0.99 ? ` (${shareOf(there)})` : ''}`;
}

function shareOf({ share, low, high }: { share: number; low: number; high: number }): string {
  return `${short(share)} [${short(low)},${short(high)}]`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const today = new Date().toISOString().slice(0, 10);
say(`${rate} requests/s, ${replicates} releases a cell, seed ${seed}, ${today}; brackets and ± are 95 % intervals`);
for (const group of replicates === 0 ? [] : [columns.slice(0, 4), columns.slice(4)]) {
  const names = group.map(({ name }) => name);
  say('\nBad releases: returned in % [interval], failing requests before return / of all in the first hour');
  const bads = [0, 0.001, 0.01].flatMap((p0) =>
    [0.005, 0.02, 0.05, 0.2, 1].map((p1) => {
      const bound = p1 > p0 ? fewestFailing(0.05, p1, p0, 0.01).toFixed(1) : '-';
      return [percent(p0), percent(p1), bound, ...cells(group, { rate, p0, p1 }, bad)];
    }),
  );
  say(table([['p0', 'p1', 'bound', ...names], ...bads]));
  say('\nGood releases: returned in % [interval], median time to 100 % [interval] (share in % that got there)');
  const goods = [0, 0.001, 0.005, 0.01, 0.02].map((p0) => [percent(p0), ...cells(group, { rate, p0, p1: p0 }, good)]);
  say(table([['p0', ...names], ...goods]));
}

function cells(group: readonly Column[], world: World, shown: (outcomes: readonly Outcome[]) => string): string[] {
  return group.map(({ rule, part }) => shown(releases(rule, world, Math.ceil(replicates * (part ?? 1)))));
}

const { rows, missed } = targets(targetReplicates, seed);
say(`\nTargets at 10 requests/s, ${targetReplicates} releases each (5 % first weight)\n${table(rows)}`);
if (missed) process.exitCode = 1;
