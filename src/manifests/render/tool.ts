/** kubectl and helm as renderers: bounded, without our secrets in their environment, and with their own words on failure. */
import path from 'node:path';
import { LintError } from '../../errors.ts';
import type { Ports, Teller } from '../../ports.ts';
import type { Settings } from '../../settings/types.ts';
import { provideTool } from '../../toolchain/index.ts';
import { run } from '../../toolchain/run.ts';
import type { ToolName } from '../../toolchain/versions.ts';

/** What reading the manifests of a run takes; every command's context has it. */
export interface RenderContext {
  readonly settings: Pick<
    Settings,
    | 'workspace'
    | 'namespace'
    | 'manifests'
    | 'helmValues'
    | 'helmRelease'
    | 'kubectlVersion'
    | 'helmVersion'
    | 'toolsMirror'
    | 'toolsChecksums'
  >;
  readonly notes: Teller;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports: Pick<Ports, 'clock'>;
  readonly signal: AbortSignal;
}

/** Milliseconds for one rendering; a remote base is fetched in it. */
const RENDERS_WITHIN = 60_000;
/** Characters of a tool's words, and lines of them. */
const MOST_WORDS = 2000;
const MOST_LINES = 20;
/** What git, kubectl and helm need to find programs, certificates and the way out; nothing that could be a secret of the job. */
const SEEN = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'LANG',
  'LC_ALL',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

export interface Rendered {
  readonly text: string;
  /** What the tool remarked all the same, a line each. */
  readonly remarks: readonly string[];
}

/** Absolute path of the tool the settings ask for; kubectl is the one that the connection uses. */
export async function toolFor(name: ToolName, context: RenderContext): Promise<string> {
  const { settings, env, ports, signal, notes } = context;
  const tool = await provideTool(name, {
    wanted: name === 'helm' ? settings.helmVersion : settings.kubectlVersion,
    mirror: settings.toolsMirror,
    checksums: settings.toolsChecksums,
    env,
    clock: ports.clock,
    signal,
    say: notes.say,
    warn: notes.warn,
    mask: notes.mask,
  });
  return tool.file;
}

/**
 * @param shown the command as a person would type it in the workspace
 * @throws LintError with the tool's own words when it fails; ToolError when it does not end, or says too much.
 */
export async function render(
  program: string,
  args: readonly string[],
  shown: string,
  { settings, signal }: RenderContext,
): Promise<Rendered> {
  const finished = await run(program, args, {
    timeout: RENDERS_WITHIN,
    signal,
    inherit: SEEN,
    // nobody is there to answer a question for a password
    env: { GIT_TERMINAL_PROMPT: '0' },
  });
  const words = inWorkspace(finished.stderr, settings.workspace);
  if (finished.code !== 0) {
    const said = words.split('\n').slice(-MOST_LINES).join('\n').slice(-MOST_WORDS);
    throw new LintError(
      `the manifests cannot be rendered: ${shown}: ${said || `exit code ${finished.code}`}`,
      nextAfter(words) ?? `correct them until "${shown}" works in the workspace; nothing was changed`,
    );
  }
  const remarks = words.split('\n').filter((line) => line.trim() !== '');
  return { text: finished.stdout, remarks: remarks.slice(0, MOST_LINES) };
}

/** Paths as the user knows them: from the workspace. */
function inWorkspace(words: string, workspace: string): string {
  return words.replaceAll(`${path.resolve(workspace)}${path.sep}`, '').trim();
}

function nextAfter(words: string): string | undefined {
  return /missing in charts\/ directory/.test(words)
    ? 'run "helm dependency build" on the chart and commit its folder charts/: what is rendered has to be in the repository'
    : undefined;
}
