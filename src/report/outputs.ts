import { setOutput } from '@actions/core';
import { round } from '../routes/parts/percent.ts';
import type { OutputName } from '../settings/defaults.ts';
import { outputs } from '../settings/defaults.ts';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';
import { sanitiseLine } from './sanitise.ts';

export type Outputs = Readonly<Record<OutputName, string>>;

/** Files written by the report; empty when writing failed. */
export interface ReportFiles {
  readonly evidence: string;
  readonly report: string;
  /** Only of `plan`. */
  readonly plan?: string;
  /** Only of the command `migrate`. */
  readonly migrate?: string;
}

/** Every output of action.yml as text on one line; empty where there is nothing to say. */
export function outputsOf(outcome: Outcome, files: ReportFiles): Outputs {
  return {
    result: outcome.result,
    reason: sanitiseLine(outcome.reason, 1000),
    weight: share(outcome.weight),
    'failed-step': sanitiseLine(outcome.failedStep ?? '', 200),
    version: outcome.version ?? '',
    'previous-version': outcome.previousVersion ?? '',
    'observed-share': share(outcome.observedShare),
    'failing-requests': outcome.failingRequests === undefined ? '' : String(outcome.failingRequests),
    url: outcome.url ?? '',
    'migrate-file': files.migrate ?? '',
    'evidence-file': files.evidence,
    'report-file': files.report,
    'plan-file': files.plan ?? '',
  };
}

function share(percent: number | undefined): string {
  return percent === undefined ? '' : String(round(percent));
}

/**
 * Hands the outputs over: through the runner's file in GitHub Actions, as `name=value` lines elsewhere. Without that
 * file nothing is set by command: old runners would have to be trusted with text on stdout.
 */
export function publishOutputs(values: Outputs, log: Log, env: Readonly<Record<string, string | undefined>>): void {
  const toRunner = (env['GITHUB_OUTPUT'] ?? '') !== '';
  for (const name of outputs) {
    const value = log.hide(values[name]);
    if (toRunner) setOutput(name, value);
    else log.info(`${name}=${value}`);
  }
}
