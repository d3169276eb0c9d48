/** What a run came to: built by the commands, shown by the report. Texts may be foreign; the report cleans them. */
import type { PlanReport } from '../forecast/types.ts';
import type { Command } from '../settings/types.ts';
import type { Decision } from '../verdict/index.ts';

/**
 * - `promoted` the new version takes all requests and is stable now
 * - `holding` the last weight asked for is below 100 and was proved
 * - `held` left at its weight although it is not done, as `on-cancel` or `on-inconclusive` say
 * - `bootstrapped` there was no stable version: the new one takes all requests
 * - `applied` set-up changed something · `nothing-to-do` everything was as asked
 * - `returned` the command `rollback` brought the traffic back · `read` the command `status` has looked
 * - `printed` what was asked for is in a file
 * - `planned` said what a deploy would do · `passed` every check and proof of `check` is as expected
 * - `rolled-back` the traffic was returned to stable · `failed` anything else; `traffic` says where requests go
 */
export type Result =
  | 'promoted'
  | 'holding'
  | 'held'
  | 'bootstrapped'
  | 'applied'
  | 'printed'
  | 'nothing-to-do'
  | 'returned'
  | 'read'
  | 'planned'
  | 'passed'
  | 'rolled-back'
  | 'failed';

/** One weight that was set, with what was seen at it. */
export interface StepRecord {
  readonly services: readonly string[];
  /** Percent of requests asked for the canary. */
  readonly asked: number;
  /** What the data plane makes of it with the ready pods there were, in percent. */
  readonly effective: number;
  /** Share of the canary among answers on the public path, in percent; absent when none could be told apart. */
  readonly seen?: { readonly share: number; readonly answers: number };
  readonly checks: { readonly passed: number; readonly failed: number };
  readonly seconds: number;
  /** Why the step ended, in plain words. */
  readonly verdict?: string;
  /** What the controller said to the write: `yes`, `unknown`, or its refusal. */
  readonly acknowledgement: string;
}

/** What a plugin was asked and what it answered. */
export interface PluginProof {
  readonly plugin: string;
  /** What was tried, e.g. "without a key". */
  readonly tried: string;
  readonly expected: string;
  readonly seen: string;
  readonly passed: boolean;
}

export interface CheckResult {
  readonly name: string;
  /** When it ran, e.g. "before the release", "weight 25". */
  readonly when: string;
  readonly passed: boolean;
  readonly expected: string;
  readonly seen: string;
}

/** One thing that happened, for the evidence file. */
export interface TimelineEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly what: string;
}

export interface Outcome {
  readonly command: Command;
  readonly result: Result;
  /** One sentence: why it ended so. */
  readonly reason: string;
  /** One sentence: where the traffic is now, and how that is known. */
  readonly traffic: string;
  readonly services: readonly string[];
  readonly version?: string;
  readonly previousVersion?: string;
  /** Percent of requests to the new version now; absent when nothing is known about it. */
  readonly weight?: number;
  /** e.g. `weight 25`, `check ping`. */
  readonly failedStep?: string;
  /** Percent, last seen on the public path. */
  readonly observedShare?: number;
  readonly failingRequests?: number;
  readonly url?: string;
  /** What a command prints: in the summary and in a file (output `migrate-file`). */
  readonly document?: { readonly title: string; readonly text: string };
  readonly steps: readonly StepRecord[];
  readonly plugins: readonly PluginProof[];
  readonly checks: readonly CheckResult[];
  readonly warnings: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  /** The verdict that was given last, with its evidence in natural logarithms. */
  readonly decision?: Decision;
  /** What `plan` found out; also a file of its own. */
  readonly plan?: PlanReport;
}

/** Exit code of a process with this result: 0 when what was asked for was done. */
export function exitCodeOf(result: Result): 0 | 1 {
  return result === 'rolled-back' || result === 'failed' || result === 'held' ? 1 : 0;
}
