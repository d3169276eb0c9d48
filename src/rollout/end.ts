/** How a release is told: each weight as it was passed, and the end with where the traffic is now. */
import { RunError, reasonOf } from '../errors.ts';
import type { Outcome } from '../report/index.ts';
import { round } from '../routes/parts/percent.ts';
import type { RunContext } from '../run/context.ts';
import type { ServicePlan } from '../study/service-plan.ts';
import type { Returned } from './back/return.ts';
import type { Drive } from './drive.ts';
import type { StepReport } from './engine.ts';
import type { Effect, End } from './machine.ts';

type Context = Pick<RunContext, 'settings' | 'notes'>;

/** Notes a weight that was passed, or that ended the release. */
export function noteStep({ settings, notes }: Context, step: StepReport): void {
  const counted = Object.values(step.seen).filter((entry) => entry !== undefined);
  const answers = counted.reduce((sum, { identified }) => sum + identified, 0);
  const share = counted.reduce((sum, entry) => sum + entry.canary, 0) / Math.max(1, answers);
  const effective = Math.max(...Object.values(step.effective));
  const checks = notes.checks.filter(({ when, passed }) => passed && when.endsWith(` ${step.asked} %`)).length;
  notes.weight = step.asked;
  notes.steps.push({
    services: settings.services,
    asked: step.asked,
    effective,
    ...(answers > 0 ? { seen: { share: 100 * share, answers } } : {}),
    checks: { passed: step.probes + checks, failed: step.failed },
    verdict: step.decision.sentence,
    seconds: step.seconds,
    acknowledgement: step.acknowledged,
  });
  const seen = answers > 0 ? `${round(100 * share)} % of ${answers} answers seen` : 'share not proved';
  const probes = `${step.probes} of ${step.probes + step.failed} probes good`;
  notes.say(`${step.asked} %: effective ${effective} %, ${seen}, ${probes}, ${step.seconds.toFixed(1)} s`);
  notes.say(step.decision.sentence);
}

/** The end of a run in which nothing was to be shifted. */
export function withoutRelease({ settings, notes }: Context, services: readonly ServicePlan[]): Outcome {
  notes.weight = 100;
  const named = (kind: string) =>
    services.filter(({ discovery }) => discovery.kind === kind).map(({ service }) => `${service}-${settings.version}`);
  const first = named('bootstrap');
  const traffic = `all requests go to ${[...first, ...named('same-version')].join(', ')}`;
  if (first.length === 0)
    return notes.outcome(settings, 'nothing-to-do', `${settings.version} is the version that serves already`, traffic);
  const reason = `${first.join(', ')} was installed as the first version and answers through the gateway`;
  return notes.outcome(settings, 'bootstrapped', reason, traffic);
}

/** The end of a release that was not given up. @param cause why it was held, if it was */
export function arrived(
  { settings, notes }: Context,
  end: Exclude<End, 'rolled-back' | 'failed'>,
  drive: Drive,
  cause: unknown,
): Outcome {
  const last = settings.canaryWeight.at(-1) ?? 100;
  const names = drive.releases.map(({ backends }) => backends.canary).join(', ');
  const told = drive.releases.every(({ observer }) => observer.identifier.distinguishes);
  // Not always what was asked for: somebody else's share may have been taken over.
  const share = round(Math.max(...drive.releases.map(({ state }) => state.share ?? 0)));
  if (end === 'held') {
    const traffic = `${share} % of requests go to ${names}${proofAt(share, notes, told)}`;
    notes.weight = share;
    return notes.outcome(settings, 'held', `${names} was left at its weight: ${because(cause)}`, traffic);
  }
  const proof = proofAt(last, notes, told);
  const basis = drive.decision?.basis === 'users' ? "users' requests" : "probes, not users' requests";
  if (end === 'holding') {
    notes.weight = share;
    const wanted = share === round(last) ? 'as asked' : `as somebody else set it (${last} % were asked for)`;
    const traffic = `${share} % of requests go to ${names}${proof}`;
    const hold = drive.releases.length > 1 ? 'hold' : 'holds';
    return notes.outcome(settings, 'holding', `${names} ${hold} at ${share} % ${wanted}, judged by ${basis}`, traffic);
  }
  notes.weight = 100;
  const each = drive.releases.length > 1 ? 'each passed' : 'passed';
  const reason = `${names} ${each} every step, judged by ${basis}`;
  return notes.outcome(settings, 'promoted', reason, `all requests go to ${names}${proof}`);
}

/** How the share is known. A run that was cancelled in a step has proved an earlier one at best. */
function proofAt(weight: number, { steps }: Context['notes'], told: boolean): string {
  const step = steps.at(-1);
  const seen = step?.asked === weight ? step.seen : undefined;
  if (seen !== undefined) return `, proved by ${seen.answers} answers on the public path`;
  return ` by the route; ${told ? 'it was not proved yet' : 'the versions cannot be told apart, so it is not proved'}`;
}

/** The end of a release that was given up: why, and where the traffic of each service is. */
export function givenUp(
  { settings, notes }: Context,
  result: 'rolled-back' | 'failed',
  cause: unknown,
  returned: readonly Returned[],
): Outcome {
  const traffic = returned.map((one) => one.traffic).join('; ');
  return notes.outcome(
    settings,
    result,
    because(cause),
    traffic || 'no route was touched, all traffic is where it was',
  );
}

function because(cause: unknown): string {
  const next = cause instanceof RunError && cause.next ? ` Next: ${cause.next}.` : '';
  return `${reasonOf(cause).trim().replace(/\.$/, '')}.${next}`;
}

const TITLES: Readonly<Record<Effect, string>> = {
  watch: 'Before the release',
  attach: 'Attach at 0 %',
  'open-lanes': 'Open lanes',
  'warm-up': 'Warm up',
  'pre-flight': 'Pre-flight',
  prepare: 'Prepare',
  shift: 'Shift',
  prove: 'Prove',
  observe: 'Observe',
  bake: 'Bake',
  conclude: 'Conclude',
  retire: 'Retire',
  hold: 'Hold',
  return: 'Return',
  undo: 'Undo',
};

/** What the log's group is called. */
export function titleOf(effect: Effect, share: number): string {
  const atWeight = effect === 'prepare' || effect === 'shift' || effect === 'prove' || effect === 'observe';
  return atWeight ? `${TITLES[effect]} ${share} %` : TITLES[effect];
}
