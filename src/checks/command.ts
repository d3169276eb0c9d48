/** The user's own check: a program that must exit with 0. */
import { CheckFailed } from '../errors.ts';
import { runInGroup } from '../toolchain/process.ts';

/** What the program is told of the release, beside the environment of this run. */
export interface CommandMoment {
  /** e.g. "at 25 %". */
  readonly when: string;
  /** Percent. */
  readonly weight: number;
  readonly services: readonly string[];
  readonly version: string;
  readonly url: string;
}

/** Characters of the program's last words that an error shows. */
const LAST_WORDS = 400;

/**
 * @param timeout milliseconds
 * @throws CheckFailed with its exit code and last words; ToolError when it cannot be started or does not end.
 */
export async function runCheckCommand(
  argv: readonly string[],
  moment: CommandMoment,
  options: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<void> {
  const [program, ...args] = argv;
  if (program === undefined) return;
  const env = {
    MESH_CANARY_WHEN: moment.when,
    MESH_CANARY_WEIGHT: String(moment.weight),
    MESH_CANARY_SERVICES: moment.services.join(','),
    MESH_CANARY_VERSION: moment.version,
    MESH_CANARY_URL: moment.url,
  };
  const { code, stdout, stderr } = await runInGroup(program, args, { ...options, env });
  if (code === 0) return;
  const said = (stderr.trim() || stdout.trim()).slice(-LAST_WORDS);
  throw new CheckFailed(
    `check-command failed ${moment.when}: ${program} ended with exit code ${code}${said ? `: ${said}` : ''}`,
  ).of('check-command');
}
