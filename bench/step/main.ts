/**
 * `npm run bench:step -- [--only shifts,pacing,lockstep,plan] [--releases 3] [--seconds 10] [--services 50]
 * [--objects 5000] [--runs 5]`: what one step of a release costs, in the lab, each number beside its yardstick in the same
 * run. Exit 1 when a target is missed.
 */
import os from 'node:os';
import { World } from '../../__tests__/lab/support/world.ts';
import { numberOf, table, textOf } from '../arguments.ts';
import { lockstep } from './lockstep.ts';
import { pacing } from './pacing.ts';
import { reading } from './reading.ts';
import type { Row } from './rows.ts';
import { say } from './rows.ts';
import { shifts } from './shifts.ts';
import type { Wire } from './wire.ts';
import { startWire } from './wire.ts';

const PARTS = ['shifts', 'pacing', 'lockstep', 'plan'] as const;
type Part = (typeof PARTS)[number];

const argv = process.argv.slice(2);
const only = textOf(argv, 'only')?.split(',') ?? PARTS;
for (const part of only)
  if (!PARTS.some((one) => one === part)) throw new Error(`--only ${part}: there are ${PARTS.join(', ')}`);
const chosen = PARTS.filter((part) => only.includes(part));

const rows: Row[] = [];
if (chosen.includes('pacing')) rows.push(await pacing(numberOf(argv, 'seconds', 10)));
for (const part of chosen) if (part !== 'pacing') rows.push(...(await inLab(part)));

const load = os.loadavg().map((value) => value.toFixed(1));
say(`\n${os.cpus().length} cores, load ${load.join(', ')}`);
const head = ['what', 'target', 'measured', 'yardstick', 'met'];
say(table([head, ...rows.map((row) => [row.what, row.target, row.measured, row.yardstick, row.met ? 'yes' : 'NO'])]));
if (rows.some(({ met }) => !met)) process.exitCode = 1;

/** Each part has a lab of its own: what one leaves must not slow the next down. */
async function inLab(part: Exclude<Part, 'pacing'>): Promise<readonly Row[]> {
  const world = await World.start();
  let wire: Wire | undefined;
  try {
    wire = await startWire(world.lab, world.folder);
    if (part === 'shifts') return await shifts(world, wire, numberOf(argv, 'releases', 3));
    if (part === 'lockstep') return await lockstep(world, wire, numberOf(argv, 'services', 50));
    return [await reading(world, wire, numberOf(argv, 'objects', 5000), numberOf(argv, 'runs', 5))];
  } finally {
    wire?.close();
    await world.stop();
  }
}
