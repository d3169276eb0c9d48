/**
 * A release in memory: objects and behaviours in, the outcome and everything that happened out. The commands run as they
 * are, down to the last request; the API server, Kong, the nodes and the clock are fakes that a test owns. The manner is
 * that of Argo Rollouts' controller fixture (rollout/controller_test.go).
 */
import type { KubeObject } from '../../src/kube/objects.ts';
import type { Outcome } from '../../src/report/index.ts';
import type { Settings } from '../../src/settings/types.ts';
import type { Command, Ran, Stage } from './stage.ts';
import { World, type WorldOptions } from './stage.ts';

export interface Given extends WorldOptions {
  readonly command?: Command;
  readonly settings?: Partial<Settings>;
  /** What happens when a group of the log begins, e.g. `Observe 25 %`. */
  readonly at?: Stage;
  /** Made different before the run. */
  readonly with?: (world: World) => void;
}

/** What a run came to, with the world it ran in. */
export interface Ended extends Ran {
  readonly world: World;
  readonly outcome: Outcome;
}

/** One run of a command against a world of its own. */
export async function aRelease(given: Given = {}): Promise<Ended> {
  const world = new World(given);
  given.with?.(world);
  return goesOn(world, given);
}

/** One more run in a world that is there. */
export async function goesOn(
  world: World,
  { command = 'deploy', settings = {}, at = {} }: Pick<Given, 'command' | 'settings' | 'at'> = {},
): Promise<Ended> {
  const ran = await world.run(command, settings, at);
  if (ran.outcome === undefined) throw new Error('the run was killed, and has no outcome');
  return { ...ran, outcome: ran.outcome, world };
}

/** Names of objects of a kind that are there, sorted. */
export function names(world: World, kind: string): string[] {
  return world.api
    .all(kind)
    .map(({ metadata }: KubeObject) => metadata.name)
    .sort();
}
