/** The lanes of a release: opened before pre-flight, opened again when somebody takes them away, closed on every path. */
import type { Cluster } from '../cluster/cluster.ts';
import { CheckFailed } from '../errors.ts';
import type { Observer } from '../evidence/probes/observer.ts';
import { closeLanes, newTokens, openLanes } from './route/lanes.ts';
import { acknowledged, forEvery, type Running, releasesOf } from './running.ts';
import { targetOf } from './trial/probes.ts';

/** Lane answers in a row that are no evidence, after which the lane is opened again. */
const SILENT = 20;
/** How often that is done before the release is given up. */
const REOPEN = 3;

/**
 * Opens the lanes of all services, waits for the controller's word, and sends pairs through them. When some fail, the rest
 * is still awaited: who closes lanes then must not run ahead of one that is being opened.
 */
export async function openAllLanes(running: Running): Promise<void> {
  const { cluster, provider, probing, ports } = running;
  running.lanes.begun = true;
  await forEvery(running.services, async ({ plan, release }) => {
    const tokens = await newTokens(cluster, release.route, ports.token);
    const written = await openLanes(cluster, provider, release, tokens);
    await acknowledged(
      running,
      written.map((object) => ({ provider, object })),
    );
    release.observer.lanes = { tokens, marked: provider.facts.limits.laneMark && tokens.unmarked !== true };
    probing.startLanes(targetOf(running.path, plan), tokens, release.observer);
  });
}

/**
 * Lanes that fell silent, because someone took them away, are opened again, a few times.
 * @returns whether some were: what strayed onto the public path meanwhile may have moved its shares
 * @throws CheckFailed when it happens again and again
 */
export async function mendLanes(running: Running): Promise<boolean> {
  const observers = releasesOf(running).map(({ observer }) => observer);
  const silent = silentLanes(observers);
  const [first] = silent;
  if (first === undefined) return false;
  const { why } = first.silence(first.silence('canary').count > 0 ? 'canary' : 'stable');
  if (++running.lanes.reopened > REOPEN)
    throw new CheckFailed(`the lanes of ${first.service} give no evidence: ${why}`, 'who takes them away?');
  const names = silent.map(({ service }) => service).join(', ');
  running.notes.warn(`the lanes of ${names} gave no evidence (${why}): opened again`);
  await running.probing.stopLanes();
  await openAllLanes(running);
  for (const observer of observers) observer.forgetSilence();
  return true;
}

/** Answers come by another way, so the lane is gone. */
function silentLanes(observers: readonly Observer[]): readonly Observer[] {
  return observers.filter((observer) =>
    (['stable', 'canary'] as const).some((version) => observer.silence(version).count >= SILENT),
  );
}

/** @returns one sentence for each lane that stayed; never throws */
export async function closeAllLanes(running: Running, through: Cluster): Promise<string[]> {
  const releases = releasesOf(running);
  // A release that goes on from a dead run's may have that run's lanes.
  if (!running.lanes.begun && releases.every(({ state }) => state.asked === undefined)) return [];
  const problems = await Promise.all(releases.map((release) => closeLanes(through, running.provider, release)));
  return problems.flat();
}
