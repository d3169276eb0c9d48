/** Lanes to both versions, for probes alone; and users' requests are counted from here on. */

import { readUsers } from '../../evidence/users/reading.ts';
import type { ProbesBetween } from '../../evidence/users/sources.ts';
import { NO_PROBES } from '../../evidence/users/sources.ts';
import { openAllLanes } from '../lanes.ts';
import type { Event } from '../machine.ts';
import { type Running, releasesOf } from '../running.ts';
import { userSources } from '../trial/users.ts';

/** Milliseconds between two readings of users' requests; Prometheus is not asked less often than it scrapes. */
const READ_EVERY = 5_000;

/** @throws RefusedError when a lane is not accepted */
export async function lanes(running: Running): Promise<Event> {
  const { cluster, settings, ports, http, signal } = running;
  running.doing = 'lanes';
  await openAllLanes(running);
  const probes: ProbesBetween = (service, from, until) => {
    const release = releasesOf(running).find((one) => one.service === service);
    return release?.observer.probesBetween(from, until) ?? NO_PROBES(service, from, until);
  };
  const plans = running.services.map(({ plan }) => plan);
  const { clock } = ports;
  running.users = readUsers(userSources(plans, { cluster, settings, clock, http, signal, probes }), {
    clock,
    every: settings.evidence.includes('prometheus') ? Math.min(READ_EVERY, settings.scrapeInterval) : READ_EVERY,
    signal,
    stretch: (service) => running.trial?.stretchOf(service),
    splitFromUsers: () => running.trial?.design.splitFrom === 'users',
  });
  return { type: 'done' };
}
