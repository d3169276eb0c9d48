/** A plan for people: lines for the log, and Markdown for the job summary. Texts may be foreign; both clean them. */

import type { FieldChange, ObjectChange, Pace, PlanReport, ServiceReport } from '../../forecast/types.ts';
import { aboutObject } from '../../kube/objects.ts';
import { round } from '../../routes/parts/percent.ts';
import { plain, table } from './markdown.ts';

/** Fields of one object shown in the log; plan.json has all. */
const MOST_FIELDS = 12;

export function planLines(plan: PlanReport): readonly string[] {
  return [
    ...plan.services.flatMap(serviceLines),
    ...section('In place', appLines(plan)),
    ...section('Objects', plan.objects.flatMap(objectLines)),
    ...section(
      'Plugins',
      plan.plugins.map(({ plugin, object, proofs, note }) => `${object} (${plugin}): ${proofText(proofs, note)}`),
    ),
    ...section('A bad version', exposureLines(plan)),
    ...section('Drift', plan.drift),
    ...section(
      'Findings',
      plan.findings.flatMap(({ severity, object, problem, fix }) => [
        `${severity}: ${aboutObject(object, problem)}`,
        ...(fix === '' ? [] : fix.split('\n').map((line) => `  ${line}`)),
      ]),
    ),
    ...section('Permissions a deploy would miss', [
      ...plan.missing,
      ...(plan.role === ''
        ? []
        : plan.role
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`)),
    ]),
    plan.seconds === undefined
      ? 'How long it takes depends on the traffic, which is not known.'
      : `About ${duration(plan.seconds)} in all, when the new version is as good as the old one.`,
  ];
}

/** When each object of the folder is applied, where the service's own objects become the new version. */
function appLines({ app, version }: PlanReport): readonly string[] {
  if (app === undefined) return [];
  return [
    `version ${version}: ${app.why}`,
    ...app.places.map(
      ({ object, when, reason }) => `${when}: ${reason.startsWith(object) ? reason : `${object}: ${reason}`}`,
    ),
  ];
}

export function planMarkdown(plan: PlanReport): string {
  const parts = [
    ...plan.services.map(serviceTable),
    titled(
      'In place',
      table(
        ['when', 'why'],
        (plan.app?.places ?? []).map(({ when, reason }) => [when, reason]),
      ),
    ),
    titled(
      'Objects',
      table(
        ['object', 'what', 'fields', 'known by'],
        plan.objects
          .filter(({ action }) => action !== 'unchanged')
          .map((change) => [change.object, actionText(change), change.fields.map(fieldText).join(', '), change.by]),
      ),
    ),
    titled(
      'Plugins',
      table(
        ['plugin', 'object', 'proof'],
        plan.plugins.map(({ plugin, object, proofs, note }) => [plugin, object, proofText(proofs, note)]),
      ),
    ),
    titled('A bad version', listed(exposureLines(plan))),
    titled('Drift', listed(plan.drift)),
    titled(
      'Findings',
      listed(
        plan.findings.map(
          ({ severity, object, problem, fix }) => `${severity}: ${aboutObject(object, problem)} ${fix}`,
        ),
      ),
    ),
    titled('Permissions a deploy would miss', listed(plan.missing)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function serviceLines(report: ServiceReport): string[] {
  const { service, route, kind, stable, canary, source, live, steps, pace, traffic } = report;
  if (kind === 'same-version') return [`${service} (${route}): ${stable ?? ''} serves already, nothing is shifted`];
  if (kind === 'bootstrap') return [`${service} (${route}): ${canary ?? ''} would be the first version`];
  return [
    `${service} (${route}): ${stable ?? ''} serves, ${canary ?? ''} (${source ?? ''}) would be released, from ${round(live)} %`,
    `  traffic: ${traffic.rate === undefined ? '' : `${rateText(traffic.rate)}, `}${traffic.from}`,
    ...pace.filter(({ asked }) => asked === 0).map((entry) => `  before the first weight: ${paceText(entry)}`),
    ...steps.map(({ asked, weights, effective, pods }) => {
      const entry = pace.find((candidate) => same(candidate.asked, asked));
      return `  ${round(asked)} %: weights ${weights.stable} / ${weights.canary}, effective ${round(effective)} % with ${pods.stable} and ${pods.canary} pods${entry === undefined ? '' : `; ${paceText(entry)}`}`;
    }),
  ];
}

function serviceTable(report: ServiceReport): string {
  const [head = '', traffic = ''] = serviceLines(report);
  const rows = [
    ...report.pace
      .filter(({ asked }) => asked === 0)
      .map((entry) => ['before the first', '', '', '', ...paceCells(entry)]),
    ...report.steps.map(({ asked, weights, effective, pods }) => {
      const entry = report.pace.find((candidate) => same(candidate.asked, asked));
      return [
        `${round(asked)} %`,
        `${weights.stable} / ${weights.canary}`,
        `${round(effective)} %`,
        `${pods.stable} and ${pods.canary}`,
        ...(entry === undefined ? ['', ''] : paceCells(entry)),
      ];
    }),
  ];
  const steps = table(['step', 'weights', 'effective', 'pods', 'requests needed', 'time'], rows);
  return [plain(head), steps, rows.length > 0 ? plain(traffic.trim()) : ''].filter((part) => part !== '').join('\n\n');
}

function paceCells(pace: Pace): string[] {
  return [String(pace.requests), timeText(pace)];
}

function paceText(pace: Pace): string {
  if (pace.requests === 0) return timeText(pace);
  return `about ${pace.requests} requests to the new version, ${timeText(pace)}`;
}

function timeText({ seconds, bound, requests }: Pace): string {
  if (seconds === undefined) return 'time not known';
  if (bound === 'max-step') return `not decided within ${duration(seconds)}`;
  if (requests === 0 && seconds === 0) return 'nothing left to compare with';
  return `${duration(seconds)}${bound === 'min-step' ? ' (the least a step lasts)' : ''}`;
}

function objectLines(change: ObjectChange): string[] {
  const { object, fields, by } = change;
  const shown = fields.slice(0, MOST_FIELDS).map((entry) => `  ${fieldText(entry)}`);
  const left = fields.length - shown.length;
  return [
    `${actionText(change)} ${object}${change.action === 'unchanged' || by === 'comparison' ? '' : ' (server dry run)'}`,
    ...shown,
    ...(left > 0 ? [`  and ${left} more, in plan.json`] : []),
    ...(change.refused === undefined ? [] : [`  refused: ${change.refused}`]),
  ];
}

function actionText({ action }: ObjectChange): string {
  return {
    create: 'create',
    change: 'change',
    adopt: 'adopt (same content, ours from then on)',
    merge: 'merge (weights untouched)',
    unchanged: 'unchanged',
    unknown: 'not readable',
  }[action];
}

function fieldText({ path, from, to }: FieldChange): string {
  if (from === undefined && to === undefined) return path;
  if (from === undefined) return `${path}: ${to}`;
  return to === undefined ? `${path}: no longer ${from}` : `${path}: ${from} to ${to}`;
}

function exposureLines({ exposure }: PlanReport): string[] {
  if (exposure === undefined) return [];
  const { rate, measured, source, firstWeight, cases, preflight } = exposure;
  const rated = `${rateText(rate)}${measured ? '' : ' (an example: the traffic is not known)'}`;
  return [
    `at ${round(firstWeight)} % of ${rated}, judged on ${source === 'users' ? 'users’ requests' : 'probes'}:`,
    ...cases.map(
      ({ failing, requests, seconds, bound }) =>
        `${round(100 * failing)} % of its answers fail: about ${Number(requests.toPrecision(2))} failing requests in ${duration(seconds)} (counting users’ requests alone, no rule needs fewer than ${bound.toFixed(1)})`,
    ),
    ...(preflight ? ['What probes at weight 0 see is returned before any user’s request fails.'] : []),
  ];
}

function proofText(proofs: readonly string[], note: string | undefined): string {
  const steps = proofs.length === 0 ? 'bound, proved by no warning of Kong' : proofs.join('; ');
  return note === undefined ? steps : `${steps} (${note})`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function titled(title: string, body: string): string {
  return body === '' ? '' : `### ${title}\n\n${body}`;
}

function listed(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line, 1000)}`).join('\n');
}

function same(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-9;
}

function rateText(rate: number): string {
  return `${Number(rate.toPrecision(3))} requests/s`;
}

/** "45 s", "12 min". */
function duration(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
