import fs from 'node:fs';
import { round } from '../../routes/parts/percent.ts';
import type { Outcome, StepRecord } from '../outcome.ts';
import { sanitise } from '../sanitise.ts';
import { planMarkdown } from './forecast.ts';
import { plain, table } from './markdown.ts';

/** GitHub drops a whole summary over 1 MiB; the rest is left to what other code of the step may add. */
const budget = 900 * 1024;

/** Rows shown of each table; the evidence file has all. */
const mostRows = 500;

/** The job summary of a run, as Markdown within the budget. Pure. */
export function renderSummary(outcome: Outcome): string {
  const failedChecks = outcome.checks.filter(({ passed }) => !passed);
  const parts = [
    `## ${headline(outcome)}`,
    plain(outcome.reason, 2000),
    `**${plain(outcome.traffic, 2000)}**`,
    facts(outcome),
    outcome.plan === undefined ? '' : planMarkdown(outcome.plan),
    section('Weights', stepTable(outcome.steps)),
    section(
      'Checks that failed',
      rows(['check', 'when', 'expected', 'seen'], failedChecks, (c) => [c.name, c.when, c.expected, c.seen]),
    ),
    section(
      'Plugins',
      rows(['plugin', 'tried', 'expected', 'seen', ''], outcome.plugins, (p) => [
        p.plugin,
        p.tried,
        p.expected,
        p.seen,
        p.passed ? 'proved' : 'failed',
      ]),
    ),
    section(outcome.document?.title ?? '', fenced(outcome.document?.text ?? '')),
    section(
      'Warnings',
      outcome.warnings
        .slice(0, mostRows)
        .map((warning) => `- ${plain(warning, 1000)}`)
        .join('\n'),
    ),
  ];
  return fitted(parts.filter((part) => part !== ''));
}

/** The sentence a reader sees first, e.g. "jazz v2 is promoted". */
export function headline(outcome: Outcome): string {
  const what =
    outcome.services.length === 0 ? 'Platform' : `${names(outcome.services)} ${outcome.version ?? ''}`.trim();
  const failed = outcome.failedStep === undefined ? '' : ` at ${outcome.failedStep}`;
  const said = {
    promoted: `${what}: promoted`,
    held: `${what}: left at ${round(outcome.weight ?? 0)} %${failed}`,
    holding: `${what}: holding at ${round(outcome.weight ?? 0)} %`,
    bootstrapped: `${what}: first version, takes all requests`,
    applied: `${what}: set up`,
    printed: `${what}: printed`,
    'nothing-to-do': `${what}: nothing to do`,
    returned: `${what}: returned`,
    read: `${what}: status`,
    planned: `${what}: plan`,
    passed: `${what}: passed`,
    'rolled-back': `${what}: rolled back${failed}`,
    failed: `${what}: failed${failed}`,
  }[outcome.result];
  return plain(said);
}

function names(services: readonly string[]): string {
  return services.length <= 5
    ? services.join(', ')
    : `${services.slice(0, 4).join(', ')} and ${services.length - 4} more`;
}

function facts(outcome: Outcome): string {
  const lines: [string, string | undefined][] = [
    ['version', outcome.version],
    ['previous version', outcome.previousVersion],
    ['weight now', outcome.weight === undefined ? undefined : `${round(outcome.weight)} %`],
    ['share seen', outcome.observedShare === undefined ? undefined : `${round(outcome.observedShare)} %`],
    ['failing requests seen', outcome.failingRequests === undefined ? undefined : String(outcome.failingRequests)],
    ['address', outcome.url],
  ];
  const known = lines.filter((line): line is [string, string] => line[1] !== undefined && line[1] !== '');
  return table(['', ''], known);
}

function stepTable(steps: readonly StepRecord[]): string {
  const many = new Set(steps.map(({ services }) => services.join())).size > 1;
  const judged = steps.some(({ verdict }) => verdict !== undefined);
  const head = ['asked', 'effective', 'seen', 'checks', 'seconds', 'controller', ...(judged ? ['verdict'] : [])];
  return rows(many ? ['services', ...head] : head, steps, (step) => {
    const { seen, checks } = step;
    const failed = checks.failed === 0 ? '' : `, ${checks.failed} failed`;
    const cells = [
      `${round(step.asked)} %`,
      `${round(step.effective)} %`,
      seen === undefined ? 'not told apart' : `${round(seen.share)} % of ${seen.answers}`,
      `${checks.passed} passed${failed}`,
      step.seconds.toFixed(1),
      step.acknowledgement,
      ...(judged ? [step.verdict ?? ''] : []),
    ];
    return many ? [names(step.services), ...cells] : cells;
  });
}

function rows<T>(head: readonly string[], items: readonly T[], cells: (item: T) => readonly string[]): string {
  const shown = table(head, items.slice(0, mostRows).map(cells));
  return items.length <= mostRows ? shown : `${shown}\n\n${items.length - mostRows} more are in the evidence file.`;
}

/** A text as it is: the fence is longer than any in it. */
function fenced(text: string): string {
  if (text === '') return '';
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}yaml\n${sanitise(text, { line: 4000, lines: 5000 }).trimEnd()}\n${fence}`;
}

function section(title: string, body: string): string {
  return body === '' ? '' : `### ${title}\n\n${body}`;
}

/** Whole lines up to the budget, with a note when something was left out. */
function fitted(parts: readonly string[]): string {
  const text = `${parts.join('\n\n')}\n`;
  if (Buffer.byteLength(text) <= budget) return text;
  const note = '\n\nThe rest did not fit here: the evidence file has all of it.\n';
  let room = budget - Buffer.byteLength(note);
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0) break;
    kept.push(line);
  }
  return kept.join('\n') + note;
}

/** Adds the summary to the job's page; does nothing outside GitHub Actions. @throws Error of the file system. */
export function publishSummary(markdown: string, env: Readonly<Record<string, string | undefined>>): void {
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file !== '') fs.appendFileSync(file, markdown);
}
