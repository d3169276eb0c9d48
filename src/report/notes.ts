/** Where a command notes what happened, until the outcome is made of it. */
import { sentenceOf } from '../errors.ts';
import type { PlanReport } from '../forecast/types.ts';
import type { Teller } from '../ports.ts';
import type { Settings } from '../settings/index.ts';
import type { Decision } from '../verdict/index.ts';
import type { Log } from './log.ts';
import type { CheckResult, Outcome, PluginProof, Result, StepRecord, TimelineEntry } from './outcome.ts';

/** What an outcome says of what was asked for. */
export type Asked = Pick<Settings, 'command' | 'services'> & Partial<Pick<Settings, 'version'>>;

/** Collects facts for the report while a command works. */
export class Notes implements Teller {
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
  /** What the verdict said last. */
  evidence: Decision | undefined;
  plan: PlanReport | undefined;
  readonly #log: Log;
  readonly #now: () => number;

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Says something in the log and keeps it for the evidence file. */
  readonly say = (what: string): void => {
    this.#log.info(what);
    this.timeline.push({ at: new Date(this.#now()).toISOString(), what });
  };

  readonly warn = (what: string): void => {
    this.#log.warning(what);
    this.warnings.push(what);
  };

  readonly mask = (secret: string): void => this.#log.mask(secret);

  /** @param asked the settings, or as much of them as is known where they could not be read */
  outcome(asked: Asked, result: Result, reason: string, traffic: string): Outcome {
    const seen = this.steps.at(-1)?.seen;
    return {
      command: asked.command,
      result,
      reason: sentenceOf(reason),
      traffic: sentenceOf(traffic),
      services: asked.services,
      ...(asked.version ? { version: asked.version } : {}),
      ...(this.previousVersion === undefined ? {} : { previousVersion: this.previousVersion }),
      ...(this.weight === undefined ? {} : { weight: this.weight }),
      ...(this.failedStep === undefined ? {} : { failedStep: this.failedStep }),
      ...(seen === undefined ? {} : { observedShare: seen.share }),
      ...(this.failingRequests === undefined ? {} : { failingRequests: this.failingRequests }),
      ...(this.url === undefined ? {} : { url: this.url }),
      ...(this.evidence === undefined ? {} : { decision: this.evidence }),
      steps: this.steps,
      plugins: this.plugins,
      checks: this.checks,
      warnings: this.warnings,
      timeline: this.timeline,
      ...(this.plan === undefined ? {} : { plan: this.plan }),
    };
  }
}
