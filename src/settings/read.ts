/** The rim of the settings room: environment and files in, Settings out. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SettingsError } from './errors.ts';
import { inputNames } from './inputs.ts';
import type { ConfigFile, RawInputs } from './parse.ts';
import { parseSettings } from './parse.ts';
import type { ReadYaml } from './problems.ts';
import { mostBytes } from './problems.ts';
import type { Settings } from './types.ts';
import { isKubeconfigContent } from './values/clusters.ts';
import type { Place } from './values/paths.ts';
import { isInside, workspacePath } from './values/paths.ts';
import { isPluginYaml } from './values/plugins.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The inputs as the runner passes them: `INPUT_` and the name in upper case, hyphens kept. */
export function readInputs(env: Environment): RawInputs {
  const values: Record<string, string> = {};
  for (const name of inputNames) {
    const value = env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`];
    if (value !== undefined && value !== '') values[name] = value;
  }
  return { values, from: 'runner' };
}

/** The folder relative paths are resolved against: the checkout in a workflow, else where the command was started. */
export function workspaceOf(env: Environment): string {
  return path.resolve(env['GITHUB_WORKSPACE'] || process.cwd());
}

/**
 * Reads the config file and parses everything.
 * @throws SettingsError with every problem found, also for files that are missing or lead out of the workspace.
 */
export async function loadSettings(raw: RawInputs, env: Environment): Promise<Settings> {
  const readYaml = holdsYaml(raw.values) ? (await import('./yaml-parser.ts')).parseYaml : noYaml;
  const place: Place = { workspace: workspaceOf(env), home: os.homedir(), readYaml, wrongFile };
  const config = readConfigFile(raw.values['config'] ?? '', place);
  const result = parseSettings(raw, { ...place, ...(config === undefined ? {} : { config }) });
  if ('settings' in result) return result.settings;
  throw new SettingsError(result.problems);
}

/** Whether any input is YAML, or names a file of it: the parser is read only then. */
function holdsYaml(values: RawInputs['values']): boolean {
  const { config = '', checks = '', plugins = '', kubeconfig = '', 'prometheus-queries': queries = '' } = values;
  if ([config, checks, queries].some((value) => value.trim() !== '')) return true;
  return isPluginYaml(plugins) || isKubeconfigContent(kubeconfig);
}

const noYaml: ReadYaml = () => {
  throw new Error('YAML was met where none was expected: please report this');
};

/** The config file; one that cannot be read gets its problem from parseSettings, which looks at the same path. */
function readConfigFile(given: string, place: Place): ConfigFile | 'unreadable' | undefined {
  if (given.trim() === '') return undefined;
  const relative = workspacePath(place)(given, () => undefined);
  if (relative === undefined) return 'unreadable';
  const full = path.join(place.workspace, relative);
  const found = fs.statSync(full);
  if (!found.isFile()) return { path: relative, wrong: 'is not a file' };
  if (found.size > mostBytes) return { path: relative, wrong: `is over ${mostBytes / 1024} KiB` };
  return { path: relative, text: fs.readFileSync(full, 'utf8') };
}

function wrongFile(full: string, root?: string): string | undefined {
  try {
    const real = fs.realpathSync(full);
    if (root !== undefined && !isInside(fs.realpathSync(root), real))
      return 'is a link that leads out of the workspace';
    fs.accessSync(real, fs.constants.R_OK);
    return undefined;
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    if (code !== 'ENOENT') return `cannot be read (${code})`;
    return root === undefined ? 'does not exist' : 'does not exist in the workspace: is the repository checked out?';
  }
}
