/** The user's checks at every moment of a release: on the public path, and on the canary's lane before users meet it. */

import { runCheckCommand } from '../../checks/command.ts';
import type { CheckTarget } from '../../checks/runner.ts';
import { runChecks } from '../../checks/runner.ts';
import { LANE_HEADER } from '../../kube/names.ts';
import { type Running, releasesOf, type ServiceRunning } from '../running.ts';
import { targetOf } from './probes.ts';

/** All checks on the public path, then the command. @throws CheckFailed */
export async function runAllChecks(running: Running, when: string): Promise<void> {
  const { settings, notes, path, signal } = running;
  const share = Math.max(0, ...releasesOf(running).map(({ state }) => state.share ?? 0));
  const target = (asked: string) => targetFor(running, asked);
  await runChecks(settings.checks, when, { ...askingOf(running), share, target });
  await runCheckCommand(
    settings.checkCommand,
    { when, weight: share, services: settings.services, version: settings.version, url: notes.url ?? path.url },
    { timeout: settings.readyTimeout, signal },
  );
}

/** The checks of a service on its canary's lane: before any user could meet what they would find. @throws CheckFailed */
export async function runLaneChecks(running: Running, of: ServiceRunning): Promise<void> {
  const { lanes } = of.release.observer;
  if (lanes === undefined) return;
  const headers = { ...targetOf(running.path, of.plan).headers, [LANE_HEADER]: lanes.tokens.canary };
  const ours = running.settings.checks.filter((check) => ownerOf(running, check.path) === of);
  await runChecks(
    // Whose lane it is says who answers.
    ours.map(({ expect: { servedBy: _, ...expect }, ...check }) => ({ ...check, expect })),
    `on the lane of ${of.release.backends.canary}`,
    { ...askingOf(running), share: 0, target: () => ({ headers }) },
  );
}

function askingOf({ http, path, ports, signal, notes }: Running) {
  return {
    gatewayUrl: path.url,
    http,
    clock: ports.clock,
    signal,
    onResult: (result: (typeof notes.checks)[number]) => notes.checks.push(result),
  };
}

/** The service a path belongs to: the one with the longest path that it begins with. */
function ownerOf({ services }: Running, path: string): ServiceRunning | undefined {
  return services
    .filter(({ plan }) => path.startsWith(plan.path))
    .toSorted((a, b) => b.plan.path.length - a.plan.path.length)[0];
}

function targetFor(running: Running, path: string): CheckTarget {
  const owner = ownerOf(running, path);
  if (owner === undefined) return { headers: running.path.headers };
  const { identifier } = owner.release.observer;
  return { headers: targetOf(running.path, owner.plan).headers, versionOf: (answer) => identifier.tell(answer) };
}
