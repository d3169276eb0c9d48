/** One cancel: SIGINT at one moment of a release, as the runner sends it or as Ctrl-C in a terminal does. */
import { spawnSync } from 'node:child_process';
import type { ApiWrite } from '../../../lab/chaos/proxy.ts';
import type { World } from '../../lab/support/world.ts';
import { describeWrite, progress, Stage } from './stage.ts';

export interface CancelCase {
  /** At this write, counted from 1; or when the controller writes status after the first shift. */
  readonly at: number | 'status';
  readonly as: 'action' | 'terminal';
}

/** Seconds the design allows. */
const WEIGHTS_BACK = 5;
const PROCESS_GONE = 7;

/** @returns what is wrong; '' when nothing is. */
export async function cancelled(world: World, { at, as }: CancelCase): Promise<string> {
  const stage = await Stage.open(world);
  try {
    let asked = Number.POSITIVE_INFINITY;
    let last = '';
    const cancel = (run: { kill(signal: NodeJS.Signals): void }, what: string) => {
      if (asked !== Number.POSITIVE_INFINITY) return;
      asked = Date.now();
      last = what;
      run.kill('SIGINT');
    };
    const { proxy, running } = await stage.start(
      // Long enough for the last weight to be cancelled in, too.
      stage.inputs('v2', { 'min-step': '3s' }),
      (hooked, run) => {
        hooked.hooks.after = (write) => {
          if (write.index === at) cancel(run(), describeWrite(write));
          if (at === 'status' && isShift(write, 5000)) void onStatus(stage).then(() => cancel(run(), 'status'));
        };
      },
      as,
    );
    const result = await running.finished;
    const gone = (Date.now() - asked) / 1000;
    const wrong: string[] = [];
    const serving = await stage.serving();
    const moved = proxy.writes.some((write) => write.at <= asked && isShift(write, 1));
    const returns = proxy.writes.filter((write) => write.at >= asked && isShift(write, 0) && write.status === 200);
    const back = new Map(returns.map((write) => [write.name, (write.at - asked) / 1000]));
    const slowest = Math.max(0, ...back.values());
    if (result.outputs['result'] === 'promoted') {
      // The signal came when everything had been done.
      if (JSON.stringify(serving) !== JSON.stringify(stage.all('v2'))) wrong.push(`serving ${JSON.stringify(serving)}`);
    } else {
      if (JSON.stringify(serving) !== JSON.stringify(stage.all('v1'))) wrong.push(`serving ${JSON.stringify(serving)}`);
      if (result.code !== 1) wrong.push(`exit code ${result.code}`);
      if (as === 'action' && !/cancelled \(SIGINT\)/.test(result.outputs['reason'] ?? ''))
        wrong.push(`reason ${result.outputs['reason']}`);
    }
    if (moved && slowest > WEIGHTS_BACK) wrong.push(`weights back after ${slowest.toFixed(1)} s`);
    if (gone > PROCESS_GONE) wrong.push(`process gone after ${gone.toFixed(1)} s`);
    const children = spawnSync('pgrep', ['-f', proxy.kubeconfig], { encoding: 'utf8' }).stdout.trim();
    if (children !== '') wrong.push(`children left: ${children}`);
    // A cancel leaves few seconds for the proof of the return; without it the new version is left running, at weight 0.
    const left = await stage.leftovers(['v2']);
    if (left.length > 0) wrong.push(`left: ${left.join(', ')}`);
    const { errors } = stage.users;
    if (errors.length > 0) wrong.push(`users saw ${errors.length} errors, first ${errors[0]?.what}`);
    const name = `${as} SIGINT at ${last || at}`;
    progress(
      `${name}: ${wrong.length === 0 ? 'ok' : wrong.join('; ')} (weights ${slowest.toFixed(1)} s, gone ${gone.toFixed(1)} s)`,
    );
    return wrong.length === 0 ? '' : `${name}: ${wrong.join('; ')}\n${result.log}`;
  } finally {
    await stage.close();
  }
}

/** Whether a write sets weights so that the canary has at least (`least` > 0), or exactly none (0), of the requests. */
export function isShift(write: ApiWrite, least: number): boolean {
  if (write.method !== 'PATCH' || write.resource !== 'httproutes' || !Array.isArray(write.body)) return false;
  const weights = (write.body as { op: string; path: string; value: unknown }[]).filter(
    ({ op, path }) => op === 'add' && /\/backendRefs\/\d+\/weight$/.test(path),
  );
  // Stable first, as the route of the stage has it; a single weight is that of stable when the canary is attached.
  if (weights.length < 2) return false;
  const canary = Number(weights.at(-1)?.value);
  return least === 0 ? canary === 0 : canary >= least;
}

/** The controller has written a status for the newest generation of a route that has just been shifted. */
async function onStatus(stage: Stage): Promise<void> {
  const [service = 'jazz'] = stage.place.services;
  const before = (await stage.place.liveRoute(service)).metadata;
  for (let attempt = 0; attempt < 1000; attempt++) {
    const { metadata } = await stage.place.liveRoute(service);
    if (metadata.resourceVersion !== before.resourceVersion) return;
  }
}
