/** How a release is told: each weight as it was passed, and the end with where the traffic is now. */
import { whyAndNext } from '../errors.ts';
import type { Outcome } from '../report/index.ts';
import { round } from '../routes/parts/percent.ts';
import type { RunContext } from '../run/context.ts';
import type { ServicePlan } from '../study/service-plan.ts';
import type { Decision } from '../verdict/index.ts';
import type { Effect, End } from './machine.ts';
import { type Running, releasesOf, weightOf } from './running.ts';
import type { ServiceRelease } from './state.ts';

type Context = Pick<RunContext, 'settings' | 'notes'>;

/** Notes the weight under way, which was passed or ended the release. */
export function noteWeight(running: Running, decision: Decision): void {
  const { settings, notes, ports } = running;
  const weight = weightOf(running);
  const asked = weight.share;
  const observers = releasesOf(running).map(({ observer }) => observer);
  const sum = (one: (observer: (typeof observers)[number]) => number) =>
    observers.reduce((total, observer) => total + one(observer), 0);
  // Where versions cannot be told apart no share was seen.
  const answers = sum(({ identifier, window }) => (identifier.distinguishes ? window.identified : 0));
  const canary = sum(({ identifier, window }) => (identifier.distinguishes ? window.canary : 0));
  const share = canary / Math.max(1, answers);
  const good = sum(({ window }) => window.good);
  const failed = sum(({ window }) => window.failed);
  const effective = Math.max(...Object.values(weight.effective));
  const checks = notes.checks.filter(({ when, passed }) => passed && when.endsWith(` ${asked} %`)).length;
  const seconds = (ports.clock.monotonic() - weight.started) / 1000;
  notes.weight = asked;
  notes.steps.push({
    services: settings.services,
    asked,
    effective,
    ...(answers > 0 ? { seen: { share: 100 * share, answers } } : {}),
    checks: { passed: good + checks, failed },
    verdict: decision.sentence,
    seconds,
    acknowledgement: weight.acknowledged,
  });
  const seen = answers > 0 ? `${round(100 * share)} % of ${answers} answers seen` : 'share not proved';
  const probes = `${good} of ${good + failed} probes good`;
  notes.say(`${asked} %: effective ${effective} %, ${seen}, ${probes}, ${seconds.toFixed(1)} s`);
  notes.say(decision.sentence);
}

/** The end of a run in which nothing was to be shifted. */
export function withoutRelease(
  { settings, notes, retained }: Context & Pick<Running, 'retained'>,
  services: readonly ServicePlan[],
): Outcome {
  notes.weight = 100;
  const named = (kind: string) =>
    services
      .filter(({ discovery }) => discovery.kind === kind)
      .map(({ service, inPlace }) => inPlace?.home ?? `${service}-${settings.version}`);
  const first = named('bootstrap');
  const traffic = `all requests go to ${[...first, ...named('same-version')].join(', ')}`;
  if (first.length === 0)
    return notes.outcome(
      settings,
      'nothing-to-do',
      [`${settings.version} is the version that serves already`, ...retained].join('; '),
      traffic,
    );
  const reason = `${first.join(', ')} was installed as the first version and answers through the gateway`;
  return notes.outcome(settings, 'bootstrapped', reason, traffic);
}

/** The end of a release that was not given up. */
export function arrived(running: Running, end: Exclude<End, 'rolled-back' | 'failed' | 'unsettled'>): Outcome {
  const { settings, notes, trial, cause } = running;
  const releases = releasesOf(running);
  const last = settings.canaryWeight.at(-1) ?? 100;
  const names = releases.map(({ backends }) => backends.canary).join(', ');
  const told = releases.every(({ observer }) => observer.identifier.distinguishes);
  // Not always what was asked for: somebody else's share may have been taken over.
  const share = round(Math.max(...releases.map(({ state }) => state.share ?? 0)));
  if (end === 'held') {
    const traffic = `${share} % of requests go to ${names}${proofAt(share, notes, told)}`;
    notes.weight = share;
    return notes.outcome(settings, 'held', `${names} was left at its weight: ${whyAndNext(cause)}`, traffic);
  }
  const proof = proofAt(last, notes, told);
  const basis = trial?.last?.basis === 'users' ? "users' requests" : "probes, not users' requests";
  if (end === 'holding') {
    notes.weight = share;
    const wanted = share === round(last) ? 'as asked' : `as somebody else set it (${last} % were asked for)`;
    const traffic = `${share} % of requests go to ${names}${proof}`;
    const hold = releases.length > 1 ? 'hold' : 'holds';
    return notes.outcome(settings, 'holding', `${names} ${hold} at ${share} % ${wanted}, judged by ${basis}`, traffic);
  }
  notes.weight = 100;
  if (running.decided.app !== undefined) return settled(running, releases, basis);
  const each = releases.length > 1 ? 'each passed' : 'passed';
  const reason = [`${names} ${each} every step, judged by ${basis}`, ...running.retained].join('; ');
  return notes.outcome(settings, 'promoted', reason, `all requests go to ${names}${proof}`);
}

/** The end of a release in place: the service's own objects are the new version. */
function settled(
  { settings, notes, services, settledBy }: Running,
  releases: readonly ServiceRelease[],
  basis: string,
): Outcome {
  const homes = services.map(({ plan }) => plan.inPlace?.home ?? plan.service).join(', ');
  const copies = releases.map(({ backends }) => backends.canary).join(', ');
  const passed =
    notes.steps.length > 0 ? `passed every step as ${copies}, judged by ${basis}` : `was proved as ${copies}`;
  const reason = `${settings.version} ${passed}, and ${homes} ${services.length > 1 ? 'are' : 'is'} that version now`;
  return notes.outcome(settings, 'promoted', reason, `all requests go to ${homes}; ${settledBy.join('; ')}`);
}

/** Settling was cut short: the new version serves from its copy, or has reached its home. */
export function unsettled({ settings, notes, cause, services }: Running): Outcome {
  const at = services.map(({ plan, release: { state, backends } }) => {
    const home = plan.inPlace?.home ?? backends.stable;
    const share = state.share ?? 100;
    return share > 0
      ? `${backends.canary}, the proved copy of ${settings.version}`
      : `${home}, settled and proved on its lane`;
  });
  notes.weight = 100;
  const next =
    'Next: run deploy again with the same manifests to settle it; rollback brings the old version back while nothing of it was changed';
  return notes.outcome(
    settings,
    'failed',
    `${settings.version} is not settled: ${whyAndNext(cause)} ${next}`,
    `all requests go to ${at.join('; ')}`,
  );
}

/** How the share is known. A run that was cancelled in a step has proved an earlier one at best. */
function proofAt(weight: number, { steps }: Context['notes'], told: boolean): string {
  const step = steps.at(-1);
  const seen = step?.asked === weight ? step.seen : undefined;
  if (seen !== undefined) return `, proved by ${seen.answers} answers on the public path`;
  return ` by the route; ${told ? 'it was not proved yet' : 'the versions cannot be told apart, so it is not proved'}`;
}

/** The end of a release that was given up: why, and where the traffic of each service is. */
export function givenUp({ settings, notes, cause, returned }: Running, result: 'rolled-back' | 'failed'): Outcome {
  const traffic = returned.map((one) => one.traffic).join('; ');
  return notes.outcome(
    settings,
    result,
    whyAndNext(cause),
    traffic || 'no route was touched, all traffic is where it was',
  );
}

const TITLES: Readonly<Record<Effect, string>> = {
  watch: 'Before the release',
  attach: 'Attach at 0 %',
  lanes: 'Open lanes',
  'warm-up': 'Warm up',
  'pre-flight': 'Pre-flight',
  prepare: 'Prepare',
  shift: 'Shift',
  prove: 'Prove',
  observe: 'Observe',
  bake: 'Bake',
  settle: 'Settle',
  unsettled: 'Not settled',
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
