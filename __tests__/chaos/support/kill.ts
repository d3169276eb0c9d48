/** One kill: a release dies at one of its writes, something else comes after it, and the end is looked at. */
import type { ApiWrite } from '../../../lab/chaos/proxy.ts';
import type { World } from '../../lab/support/world.ts';
import type { Moment } from './stage.ts';
import { describeWrite, killAt, progress, Stage } from './stage.ts';

export interface Case {
  /** Place of the write among the release's writes, from 1. */
  readonly write: number;
  readonly moment: Moment;
  readonly next: 'rerun' | 'rollback' | 'another';
}

/** How many writes the release has when nobody disturbs it. */
export async function countWrites(world: World): Promise<number> {
  const stage = await Stage.open(world);
  try {
    const result = await stage.run(stage.inputs('v2'));
    if (result.outputs['result'] !== 'promoted') throw new Error(`the undisturbed release failed:\n${result.log}`);
    return result.writes.filter(({ index }) => index > 0).length;
  } finally {
    await stage.close();
  }
}

/** @returns what is wrong with the end, with the log of the run that came after; '' when nothing is. */
export async function killed(world: World, { write, moment, next }: Case): Promise<string> {
  const stage = await Stage.open(world);
  try {
    let last: ApiWrite | undefined;
    const release = await stage.start(
      stage.inputs('v2'),
      killAt(write, moment, (at) => {
        last = at;
      }),
    );
    const first = await release.running.finished;
    const promoted = JSON.stringify(await stage.serving()) === JSON.stringify(stage.all('v2'));
    const after = await stage.run(following(stage, next));
    const serving = await stage.serving();
    const expected = stage.all({ rerun: 'v2', rollback: 'v1', another: 'v3' }[next]);
    const wrong: string[] = [];
    if (after.code !== 0) wrong.push(`exit code ${after.code}: ${after.outputs['reason']}`);
    if (JSON.stringify(serving) !== JSON.stringify(expected)) wrong.push(`serving ${JSON.stringify(serving)}`);
    const keep = { rerun: ['v2'], rollback: [], another: promoted ? ['v2', 'v3'] : ['v3'] }[next];
    const left = await stage.leftovers(keep);
    if (left.length > 0) wrong.push(`left: ${left.join(', ')}`);
    const { errors } = stage.users;
    if (errors.length > 0)
      wrong.push(
        `users saw ${errors.length} errors of ${stage.users.total}, first ${errors[0]?.service} ${errors[0]?.what}`,
      );
    const name = `${last ? describeWrite(last) : `${write} (not reached)`}, ${moment}, then ${next}`;
    progress(
      `${name}: ${wrong.length === 0 ? 'ok' : wrong.join('; ')} (${first.seconds.toFixed(0)} s + ${after.seconds.toFixed(0)} s)`,
    );
    return wrong.length === 0 ? '' : `${name}: ${wrong.join('; ')}\n${first.log}\n--- then\n${after.log}`;
  } finally {
    await stage.close();
  }
}

function following(stage: Stage, next: Case['next']): Record<string, string> {
  if (next === 'rerun') return stage.inputs('v2');
  if (next === 'another') return stage.inputs('v3');
  const { identify, 'probe-headers': headers } = stage.inputs('v2');
  return { command: 'rollback', identify: identify ?? '', 'probe-headers': headers ?? '' };
}
