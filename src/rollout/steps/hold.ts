/** The weights stay where they are, though the release is not done; the journal says so. */
import { closeAllLanes } from '../lanes.ts';
import type { Event } from '../machine.ts';
import { type Running, stopAsking } from '../running.ts';
import { noteEnd } from './conclude.ts';

/** Milliseconds: a runner that cancels a step gives it a few seconds. */
const HOLD_WITHIN = 4_000;

export async function hold(running: Running): Promise<Event> {
  const { cluster, ports, notes } = running;
  const within = ports.clock.timeout(HOLD_WITHIN);
  await stopAsking(running);
  for (const problem of await closeAllLanes(running, cluster.under(within, HOLD_WITHIN / 2))) notes.warn(problem);
  await noteEnd(running, cluster.under(within), 'holding');
  return { type: 'done' };
}
