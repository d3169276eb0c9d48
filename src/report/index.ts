/** The report room: log, outcome, and everything an outcome is written to. */
export type { Log } from './log.ts';
export { createLog, openLog } from './log.ts';
export type * from './outcome.ts';
export { exitCodeOf } from './outcome.ts';
export { publish } from './publish.ts';
export { sanitise, sanitiseLine } from './sanitise.ts';
