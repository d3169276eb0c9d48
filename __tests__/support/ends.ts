/** The ends of docs/exit-paths.md as assertions on a run in memory: the same rows as in the lab, in milliseconds. */
import { expect } from '@jest/globals';
import { exitCodeOf } from '../../src/report/outcome.ts';
import { readExitRows } from '../lab/support/exit-paths.ts';
import { type Ended, names } from './release.ts';
import type { Command, World } from './stage.ts';

const rows = readExitRows();

export interface End {
  readonly reason: RegExp;
  /** Undefined where nothing is known of it. */
  readonly weight: number | undefined;
  readonly traffic: RegExp;
  /** Needed where the row allows several results, or refers to another row. */
  readonly result?: string;
  /** Names of what the run may leave: another run's lock. */
  readonly left?: readonly string[];
}

/** The run ended as the page says it can, and left nothing behind that is for the run alone. */
export function expectEnd({ outcome, world, timeline }: Ended, command: Command, row: string, end: End): void {
  const found = rows.find(({ commands, ends }) => ends === row && commands.some((one) => one === command));
  if (found === undefined) throw new Error(`docs/exit-paths.md has no row "${row}" under ${command}`);
  const allowed = found.results.length > 0 ? found.results : [end.result];
  try {
    expect(allowed).toContain(outcome.result);
    expect(outcome.result).toBe(end.result ?? allowed[0]);
    expect(exitCodeOf(outcome.result)).toBe(found.code ?? exitCodeOf(outcome.result));
    expect({ weight: outcome.weight }).toEqual({ weight: end.weight });
    expect(outcome.reason).toMatch(end.reason);
    expect(outcome.traffic).toMatch(end.traffic);
    expect(leftovers(world)).toEqual(end.left ?? []);
  } catch (error) {
    throw new Error(`${command}, "${row}": ${(error as Error).message}\n${timeline.join('\n')}`, { cause: error });
  }
}

/** What only lives as long as a run: lanes, its lock, its callers. */
export function leftovers(world: World): string[] {
  return [
    ...names(world, 'HTTPRoute').filter((name) => name.includes('-mesh-canary-lane-')),
    ...names(world, 'Lease'),
    ...names(world, 'KongConsumer'),
    ...names(world, 'Secret').filter((name) => name.startsWith('mesh-canary-')),
  ];
}

/** Where the traffic of jazz is after a return that was seen. */
export const PROVED = /^jazz: the weight of jazz-v2 is 0 again, proved by 40 probes in a row answered by jazz-v1\.$/;

export const LANES_GO = [
  'DELETE httproutes/jazz-mesh-canary-lane-stable',
  'DELETE httproutes/jazz-mesh-canary-lane-canary',
] as const;

/** What happened from the return on. */
export function fromReturn({ timeline }: Ended): readonly string[] {
  return timeline.slice(timeline.indexOf('== Return'));
}

/** The same where nothing goes wrong: weight, proof, lanes, route, then objects. @param took whether it was news to Kong */
export function cleanReturn(took: boolean): readonly string[] {
  return [
    '== Return',
    'PATCH httproutes/jazz: v1 100 %, v2 0 %, returning',
    ...(took ? ['kong took jazz'] : []),
    '== Undo',
    ...LANES_GO,
    'PATCH httproutes/jazz: v1 100 %, returned',
    'DELETE services/jazz-v2',
    'DELETE deployments/jazz-v2',
  ];
}
