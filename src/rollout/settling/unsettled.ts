/** Settling was cut short: probes and lanes end, and the traffic stays where it is proved. The journal says `settling`. */
import { closeAllLanes } from '../lanes.ts';
import type { Event } from '../machine.ts';
import { type Running, stopAsking } from '../running.ts';

/** Milliseconds: a runner that cancels a step gives it a few seconds. */
const LEAVE_WITHIN = 4_000;

export async function unsettled(running: Running): Promise<Event> {
  const { cluster, ports, notes } = running;
  const within = ports.clock.timeout(LEAVE_WITHIN);
  await stopAsking(running);
  running.lanes.begun = true; // of a run that died there may be some
  for (const problem of await closeAllLanes(running, cluster.under(within, LEAVE_WITHIN / 2))) notes.warn(problem);
  return { type: 'done' };
}
