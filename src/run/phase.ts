/** Main or post: the only state kept between the two; the truth about a release is in the cluster. */
import { saveState } from '@actions/core';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the runner starts us for the post phase. */
export function isPost(env: Environment): boolean {
  return env['STATE_phase'] === 'post';
}

/** Makes the runner's next start of this file the post phase. */
export function markMain(env: Environment): void {
  save(env, 'phase', 'post');
}

/** Notes for the post phase that a release is under way, or that nothing of it is left to do. */
export function markRelease(env: Environment, state: 'begun' | 'ended'): void {
  save(env, 'release', state);
}

/** Whether the main phase was killed with a release under way: a runner gives a cancelled step about ten seconds. */
export function wasKilled(env: Environment): boolean {
  return isPost(env) && env['STATE_release'] === 'begun';
}

function save(env: Environment, name: string, value: string): void {
  // Without the runner's file the state would be set by a command on stdout, which only an old runner reads.
  if (env['GITHUB_STATE']) saveState(name, value);
}
