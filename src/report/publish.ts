import type { Settings } from '../settings/types.ts';
import type { Log } from './log.ts';
import type { Outcome } from './outcome.ts';
import { exitCodeOf } from './outcome.ts';
import type { ReportFiles } from './outputs.ts';
import { outputsOf, publishOutputs } from './outputs.ts';
import { makeReportFolder, renderEvidence, renderPlan, writeReportFile } from './render/evidence-file.ts';
import { publishSummary, renderSummary } from './render/summary.ts';

/**
 * Shows an outcome everywhere: files, job summary, log, outputs, in this order, so that outputs name the files. What
 * cannot be written is a warning: it must not hide the outcome. Returns the exit code of the run.
 */
export function publish(
  outcome: Outcome,
  settings: Settings | undefined,
  log: Log,
  env: Readonly<Record<string, string | undefined>>,
): 0 | 1 {
  const markdown = log.hide(renderSummary(outcome));
  const files: { -readonly [F in keyof ReportFiles]: ReportFiles[F] } = { evidence: '', report: '' };
  attempt(log, 'the report files', () => {
    const folder = makeReportFolder(env);
    files.evidence = writeReportFile(folder, 'evidence.json', renderEvidence(outcome, settings, log.hide));
    files.report = writeReportFile(folder, 'report.md', markdown);
    if (outcome.plan !== undefined)
      files.plan = writeReportFile(folder, 'plan.json', renderPlan(outcome.plan, log.hide));
    if (outcome.document !== undefined)
      files.migrate = writeReportFile(folder, 'gateway-api.yaml', log.hide(outcome.document.text));
  });
  attempt(log, 'the job summary', () => publishSummary(markdown, env));
  const exitCode = exitCodeOf(outcome.result);
  const message = `${outcome.result}: ${outcome.reason} ${outcome.traffic}`;
  if (exitCode === 0) log.notice(message);
  else log.error(message);
  attempt(log, 'the outputs', () => publishOutputs(outputsOf(outcome, files), log, env));
  return exitCode;
}

function attempt(log: Log, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.warning(`Could not write ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
