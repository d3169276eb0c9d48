/** Inputs and config files for the tests of the settings room. */
import type { SettingsResult } from '../../../src/settings/parse.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import type { Problem, Settings } from '../../../src/settings/types.ts';
import { parseYaml } from '../../../src/settings/yaml-parser.ts';

/** The least a deploy needs. */
export const needed = { services: 'jazz, metal', version: 'v2' };

/** Parses inputs as the runner passes them, with the text of a config file. */
export function parse(values: Readonly<Record<string, string>>, config?: string): SettingsResult {
  const file = config === undefined ? {} : { config: { path: 'canary.yaml', text: config } };
  return parseSettings(
    { values, from: 'runner' },
    { workspace: '/repo', home: '/home/me', readYaml: parseYaml, ...file },
  );
}

/** The settings, or a failure that shows the problems. */
export function settingsOf(values: Readonly<Record<string, string>>, config?: string): Settings {
  const result = parse(values, config);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.settings;
}

export function problemsOf(values: Readonly<Record<string, string>>, config?: string): readonly Problem[] {
  const result = parse(values, config);
  return 'problems' in result ? result.problems : [];
}
