/**
 * `npm run bench:null -- [--replicates 20000] [--seed 1] [--from 0] [--only text] [--skip text]`: how often a release is
 * returned that is not worse, and promoted that is worse by the margin, beside what is promised. Exit 1 when a promise
 * is broken beyond the 95 % interval. `--from` is the first replicate: parts of one run on several cores add up.
 */
import { numberOf, table, textOf } from '../arguments.ts';
import { generator, interval } from '../chance.ts';
import { guardTrials } from './guard.ts';
import { happens, nullWorlds, type Trial, worseWorlds } from './worlds.ts';

const argv = process.argv.slice(2);
const replicates = numberOf(argv, 'replicates', 20_000);
const seed = numberOf(argv, 'seed', 1);
const from = numberOf(argv, 'from', 0);
const only = textOf(argv, 'only') ?? '';
const skip = textOf(argv, 'skip');

const percent = (share: number) => `${(100 * share).toFixed(share < 0.001 ? 3 : 2)} %`;
const rows = [['world', 'event', 'count', 'measured', '95 % interval', 'promised at most', '', 's']];
let broken = false;
process.stdout.write(
  `${replicates} releases a world from ${from} on, a look after every window, seed ${seed}, ${new Date().toISOString().slice(0, 10)}\n`,
);
const ofReleases = [...nullWorlds, ...worseWorlds].map((world): Trial => {
  const { name, event, limit } = world;
  return { name, event, limit, happens: (random) => happens(world, random) };
});
for (const trial of [...ofReleases, ...guardTrials].filter(wanted)) {
  const started = performance.now();
  const { count, share, low, high } = measured(trial);
  const kept = low <= trial.limit;
  broken ||= !kept;
  const row = [
    trial.name,
    trial.event,
    String(count),
    percent(share),
    `${percent(low)} – ${percent(high)}`,
    percent(trial.limit),
    kept ? 'kept' : 'BROKEN',
    ((performance.now() - started) / 1000).toFixed(0),
  ];
  process.stderr.write(`${row.join(' | ')}\n`);
  rows.push(row);
}
process.stdout.write(`${table(rows)}\n`);
if (broken) process.exitCode = 1;

function wanted({ name }: Trial): boolean {
  return name.includes(only) && (skip === undefined || !name.includes(skip));
}

/** Long trials say once a minute how far they are: what is counted until then is worth having. */
function measured(trial: Trial) {
  let count = 0;
  let saidAt = performance.now();
  for (let i = 0; i < replicates; i += 1) {
    if (trial.happens(generator(seed * 1_000_003 + from + i))) count += 1;
    if (performance.now() - saidAt < 60_000) continue;
    saidAt = performance.now();
    process.stderr.write(`${trial.name}: ${count} of ${i + 1}\n`);
  }
  return { count, ...interval(count, replicates) };
}
