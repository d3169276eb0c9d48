/** The settings room: inputs and config file to Settings. */
export { readArguments } from './arguments.ts';
export { SettingsError } from './errors.ts';
export type { RawInputs } from './parse.ts';
export { parseSettings } from './parse.ts';
export { loadSettings, readInputs, workspaceOf } from './read.ts';
export { secretsOf } from './secrets.ts';
export type * from './types.ts';
export { renderDuration } from './values/durations.ts';
export { patternOf } from './values/patterns.ts';
