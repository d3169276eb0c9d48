/** Main or post: the only state kept between the two; the truth about a release is in the cluster. */
import { saveState } from '@actions/core';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the runner starts us for the post phase. */
export function isPost(env: Environment): boolean {
  return env['STATE_phase'] === 'post';
}

/** Makes the runner's next start of this file the post phase. */
export function markMain(env: Environment): void {
  // Without the runner's file the state would be set by a command on stdout, which only an old runner reads.
  if (env['GITHUB_STATE']) saveState('phase', 'post');
}
