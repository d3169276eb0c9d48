/**
 * `npm run bench:live -- [--runs 20] [--only name,name] [--together 3] [--rate 10] [--logs folder]`: releases by the
 * real action in the lab, with users who count what fails for them, beside the lower bound and the simulation.
 * Exit 1 when a promise is broken. Scenarios: scenarios.ts; a part of a name chooses all that have it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { World } from '../../__tests__/lab/support/world.ts';
import type { LabPrometheus } from '../../lab/index.ts';
import { numberOf, table, textOf } from '../arguments.ts';
import { fewestFailing } from '../blast-radius/bound.ts';
import { ours } from '../blast-radius/ours.ts';
import { generator, meanOf } from '../chance.ts';
import { release } from './release.ts';
import { type Run, type Scenario, scenarios } from './scenarios.ts';

const SIMULATED = 200;
const FIRST_WEIGHT = 0.05;
const ALPHA = 0.01;

const argv = process.argv.slice(2);
const runs = numberOf(argv, 'runs', 20);
const together = Math.max(1, numberOf(argv, 'together', 3));
const logs = textOf(argv, 'logs');
const only = textOf(argv, 'only')?.split(',') ?? [''];
const chosen = scenarios.filter(({ name }) => only.some((part) => name.includes(part)));
if (chosen.length === 0) throw new Error(`--only ${only}: there are ${scenarios.map(({ name }) => name).join(', ')}`);

const rows = [
  [
    'scenario',
    'p0',
    'p1',
    'req/s',
    'runs',
    'returned',
    'promoted',
    'failing: min',
    'median',
    'max',
    'bound',
    'simulated',
    'highest %',
    's: median',
    'max',
  ],
];
const broken: string[] = [];
for (const scenario of chosen) {
  const { name, p0, p1 } = scenario;
  const rate = numberOf(argv, 'rate', scenario.rate);
  const done = await all(scenario, rate);
  const count = (result: string) => `${done.filter((run) => run.result === result).length}`;
  const [failing, seconds] = [sorted(done.map((run) => run.failing)), sorted(done.map((run) => run.seconds))];
  rows.push([
    name,
    percent(p0),
    percent(p1),
    `${rate}`,
    `${done.length}`,
    count('rolled-back'),
    count('promoted'),
    ...[0, 0.5, 1].map((rank) => `${at(failing, rank)}`),
    p1 > p0 ? fewestFailing(FIRST_WEIGHT, p1, p0, ALPHA).toFixed(1) : '-',
    simulated(scenario, rate),
    `${Math.max(0, ...done.map(({ highest }) => highest))}`,
    at(seconds, 0.5).toFixed(0),
    at(seconds, 1).toFixed(0),
  ]);
  say(`\n${table(rows)}`);
}
for (const what of broken) say(`BROKEN ${what}`);
say(broken.length === 0 ? '\nEvery promise held.' : `\n${broken.length} promises broken.`);
if (broken.length > 0) process.exitCode = 1;

/** All runs of a scenario in a lab of their own, a few at a time. */
async function all(scenario: Scenario, rate: number): Promise<readonly Run[]> {
  const world = await World.start();
  try {
    const prometheus = scenario.prometheus ? await world.lab.startPrometheus({ scrapeInterval: '5s' }) : undefined;
    if (scenario.failingGateway) await failingGateway(world);
    const done: Run[] = [];
    let left = runs;
    const worker = async () => {
      while (left-- > 0) await one(world, scenario, rate, prometheus, done);
    };
    await Promise.all(Array.from({ length: Math.min(together, runs) }, worker));
    return done;
  } finally {
    await world.stop();
  }
}

async function one(
  world: World,
  scenario: Scenario,
  rate: number,
  prometheus: LabPrometheus | undefined,
  done: Run[],
): Promise<void> {
  const run = await release(world, scenario, rate, prometheus);
  done.push(run);
  const name = `${scenario.name}-${done.length}`;
  if (logs !== undefined) {
    fs.mkdirSync(logs, { recursive: true });
    fs.writeFileSync(path.join(logs, `${name}.log`), run.log);
  }
  const what = scenario.broken(run);
  if (what !== undefined) broken.push(`${name}: ${what}`);
  const users = `${run.requests} users' requests, ${run.failing} failed on the canary, ${run.otherFailures} elsewhere`;
  say(
    `${name}: ${run.result} in ${run.seconds.toFixed(0)} s; ${users}; highest weight ${run.highest} %: ${run.reason}`,
  );
}

/** Two gateway pods behind the load balancer; the second answers 5 % of everything with 502 by itself. */
async function failingGateway(world: World): Promise<void> {
  const pods = await world.gateways(2);
  await world.lab.setKongFaults([{ kind: 'answers', share: 0.05, status: 502 }], pods.slice(1));
}

/** "3.5 ±0.3": mean failing requests of the same world without a lab, with its 95 % interval. */
function simulated({ simulated: setup, p0, p1 }: Scenario, rate: number): string {
  if (setup === undefined || rate === 0) return '-';
  const rule = ours(setup);
  const failing = Array.from({ length: SIMULATED }, (_, i) => rule({ rate, p0, p1 }, generator(i + 1)).failing);
  const { mean, half } = meanOf(failing);
  return `${mean.toPrecision(2)} ±${half.toPrecision(1)}`;
}

function sorted(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b);
}

/** The value at a rank from 0 (lowest) to 1 (highest). */
function at(values: readonly number[], rank: number): number {
  return values[Math.round(rank * (values.length - 1))] ?? 0;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
