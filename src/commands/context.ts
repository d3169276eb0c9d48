/** What every command is given, and where it notes what happened until the outcome is made of it. */

import type { Ports } from '../ports.ts';
import type { CheckResult, Log, Outcome, PluginProof, Result, StepRecord, TimelineEntry } from '../report/index.ts';
import type { Settings } from '../settings/index.ts';

export interface RunContext {
  readonly settings: Settings;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports: Ports;
  /** Aborted by SIGINT, SIGTERM and the total timeout, with a StoppedError. */
  readonly signal: AbortSignal;
  /** Folder that holds dist/ and manifests/ of this tool. */
  readonly actionRoot: string;
  readonly run: Run;
  readonly notes: Notes;
}

/** This run, as locks and journals name it. */
export interface Run {
  readonly id: string;
  readonly url?: string;
}

/** Collects facts for the report while a command works. */
export class Notes {
  readonly steps: StepRecord[] = [];
  readonly plugins: PluginProof[] = [];
  readonly checks: CheckResult[] = [];
  readonly warnings: string[] = [];
  readonly timeline: TimelineEntry[] = [];
  url: string | undefined;
  previousVersion: string | undefined;
  failedStep: string | undefined;
  weight: number | undefined;
  failingRequests: number | undefined;
  readonly #log: Log;
  readonly #now: () => number;

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Says something in the log and keeps it for the evidence file. */
  say(what: string): void {
    this.#log.info(what);
    this.timeline.push({ at: new Date(this.#now()).toISOString(), what });
  }

  warn(what: string): void {
    this.#log.warning(what);
    this.warnings.push(what);
  }

  outcome(settings: Settings, result: Result, reason: string, traffic: string): Outcome {
    const seen = this.steps.at(-1)?.seen;
    return {
      command: settings.command,
      result,
      reason: sentenceOf(reason),
      traffic: sentenceOf(traffic),
      services: settings.services,
      ...(settings.version ? { version: settings.version } : {}),
      ...(this.previousVersion === undefined ? {} : { previousVersion: this.previousVersion }),
      ...(this.weight === undefined ? {} : { weight: this.weight }),
      ...(this.failedStep === undefined ? {} : { failedStep: this.failedStep }),
      ...(seen === undefined ? {} : { observedShare: seen.share }),
      ...(this.failingRequests === undefined ? {} : { failingRequests: this.failingRequests }),
      ...(this.url === undefined ? {} : { url: this.url }),
      steps: this.steps,
      plugins: this.plugins,
      checks: this.checks,
      warnings: this.warnings,
      timeline: this.timeline,
    };
  }
}

/** With a capital letter and a full stop, as sentences in the report are. */
function sentenceOf(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
}

/** The run's id: unique, and readable in a Lease. */
export function identifyRun(env: RunContext['env'], random: () => number): Run {
  const suffix = Math.floor(random() * 0xffffffff)
    .toString(16)
    .padStart(8, '0');
  const id = env['GITHUB_RUN_ID'];
  if (id && /^\d{1,20}$/.test(id)) {
    const attempt = /^\d{1,6}$/.test(env['GITHUB_RUN_ATTEMPT'] ?? '') ? env['GITHUB_RUN_ATTEMPT'] : '1';
    const server = env['GITHUB_SERVER_URL'] ?? '';
    const repository = env['GITHUB_REPOSITORY'] ?? '';
    const known = /^https:\/\/[\w.:-]+$/.test(server) && /^[\w.-]+\/[\w.-]+$/.test(repository);
    return {
      id: `github-${id}-${attempt}-${suffix}`,
      ...(known ? { url: `${server}/${repository}/actions/runs/${id}` } : {}),
    };
  }
  return { id: `local-${process.pid}-${suffix}` };
}
