/** Weight 0: stable alone is watched, lanes are opened and warmed up, and both versions fly ahead of the users. */
import type { Cluster } from '../cluster/cluster.ts';
import { CheckFailed } from '../errors.ts';
import type { Observer } from '../evidence/probes/observer.ts';
import type { Clock } from '../ports.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { Settings } from '../settings/types.ts';
import type { Released } from '../study/service-plan.ts';
import type { Design } from '../verdict/index.ts';
import { boundsFrom } from '../verdict/index.ts';
import type { Engine } from './engine.ts';
import type { Event } from './machine.ts';
import { newTokens, openLanes } from './route/lanes.ts';
import type { ServiceRelease } from './state.ts';
import type { Probing } from './trial/probes.ts';
import type { Trial } from './trial/trial.ts';

/** Milliseconds for the first probes to tell stable's sign, beyond the time they take to be sent. */
const LEARN_WITHIN = 15_000;
/** Milliseconds until lanes answer: the controller pushes them like any other change. */
const LANES_WITHIN = 30_000;
/** Milliseconds in which a lane whose answers carry no mark may still lead to where it led before. */
const ARRIVES_WITHIN = 15_000;
/** Answers of the gateway itself, in a row, after which the public path is not what it should be. */
const REFUSED = 5;
/** Lane answers in a row that are no evidence, after which the lane is opened again. */
const SILENT = 20;
const LOOK_EVERY = 50;

export interface FlightOptions {
  readonly cluster: Cluster;
  readonly provider: RouteProvider;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** Waits until stable's answers are known well enough. @throws CheckFailed when the gateway itself refuses the probes. */
export async function watchStable(observers: readonly Observer[], options: FlightOptions): Promise<void> {
  const { clock, settings, signal, warn } = options;
  const started = clock.monotonic();
  while (observers.some((observer) => observer.identifier.wanted() > 0)) {
    signal.throwIfAborted();
    for (const observer of observers) if (observer.refusedInARow >= REFUSED) throw refused(observer);
    if (clock.monotonic() - started > LEARN_WITHIN + (20 / settings.probeRate) * 1000) {
      throw new CheckFailed(
        'the public path gave too few answers before the release',
        'is the gateway reached from the runner at probe-rate?',
      );
    }
    await clock.sleep(LOOK_EVERY, signal);
  }
  for (const observer of observers) {
    const { failed, good } = observer.window;
    const slip = observer.slip('public path');
    if (slip !== undefined && failed > good)
      warn(
        `${observer.service}: the current version is failing already (${failed} of ${failed + good} probes: ${slip.sentence}); the release goes on to replace it`,
      );
  }
}

function refused(observer: Observer): CheckFailed {
  const sentence = observer.slip('public path')?.sentence ?? 'no answer';
  return new CheckFailed(
    `a probe of ${observer.service} failed before the release: ${sentence} (nothing was shifted yet: the route, the gateway or the key of the probes is at fault)`,
    adviceFor(sentence),
  );
}

function adviceFor(sentence: string): string {
  if (/API rate limit exceeded/.test(sentence))
    return 'give the probes a key of a consumer with a raised limit in probe-headers (manifests/kong/probe-consumer.yaml), or set probe-consumer: temporary';
  if (/No API key found|Unauthorized/.test(sentence))
    return 'give the probes a valid key in probe-headers, or set probe-consumer: temporary';
  return '';
}

/**
 * Opens the lanes of all services, waits for the controller's word, and sends pairs through them. When some fail, the rest
 * is still awaited: who closes lanes then must not run ahead of one that is being opened.
 */
export async function openAll(
  services: readonly { readonly plan: Released; readonly release: ServiceRelease }[],
  engine: Engine,
  probing: Probing,
  options: FlightOptions,
): Promise<void> {
  const { cluster, provider } = options;
  const opened = await Promise.allSettled(
    services.map(async ({ plan, release }) => {
      const tokens = await newTokens(cluster, release.route);
      const written = await openLanes(cluster, provider, release, tokens);
      await Promise.all(written.map((object) => engine.acknowledged({ provider, object })));
      release.observer.lanes = { tokens, marked: provider.limits.laneMark && tokens.unmarked !== true };
      probing.startLanes(plan, release, tokens);
    }),
  );
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Probes that warm up and teach, and count for nothing.
 * @returns bounds of response times by service, from stable's answers on its lane.
 * @throws CheckFailed when a lane gives no evidence.
 */
export async function warmUp(
  observers: readonly Observer[],
  options: FlightOptions,
): Promise<Record<string, readonly number[] | undefined>> {
  const { clock, settings, signal } = options;
  for (const observer of observers) observer.learnFromLanes(true);
  const started = clock.monotonic();
  const enough = (observer: Observer) =>
    observer.identifier.wanted('stable') === 0 &&
    // A named sign needs no learning; without pre-flight nothing else waits for it.
    (observer.identifier.wanted('canary') === 0 || (settings.preFlight === 0 && settings.identify.by !== 'auto'));
  for (;;) {
    signal.throwIfAborted();
    const elapsed = clock.monotonic() - started;
    const late = elapsed < settings.warmUp + ARRIVES_WITHIN ? observers.filter(mayBeLate) : [];
    if (elapsed >= settings.warmUp && late.length === 0 && observers.every(enough)) break;
    for (const { identifier } of late) if (identifier.strayed) identifier.forget('canary');
    if (elapsed > settings.warmUp + LANES_WITHIN) throw noEvidence(observers);
    await clock.sleep(LOOK_EVERY, signal);
  }
  const bounds = observers.map((observer) => [observer.service, boundsFrom(observer.drain().times.stable)] as const);
  for (const observer of observers) observer.learnFromLanes(false);
  return settings.latency === 'compare' ? Object.fromEntries(bounds) : {};
}

/**
 * Proxies take a rule some time after the controller has acknowledged it, and until then the canary's lane leads to stable.
 * A mark on the answers tells; without one, answers that do not set the versions apart may be such, failing ones too.
 */
function mayBeLate(observer: Observer): boolean {
  return observer.lanes?.marked === false && !observer.identifier.distinguishes;
}

function noEvidence(observers: readonly Observer[]): CheckFailed {
  for (const observer of observers) {
    for (const version of ['stable', 'canary'] as const) {
      const { count, why } = observer.silence(version);
      if (count === 0) continue;
      return new CheckFailed(
        `the lane of ${observer.service} to ${version} gives no evidence: ${why} (nothing was shifted yet)`,
        adviceFor(why) || 'does another route with a higher priority take requests that carry a header?',
      );
    }
  }
  return new CheckFailed(
    'too few answers came on the lanes to tell the versions (nothing was shifted yet)',
    'is the gateway reached from the runner at probe-rate?',
  );
}

/**
 * Says by what the versions are told apart on the public path.
 * @throws CheckFailed when they cannot be, nothing else proves the split, and `allow-unproved` does not accept it
 */
export function tellApart(releases: readonly ServiceRelease[], design: Design, options: FlightOptions): void {
  const { settings, say, warn } = options;
  for (const { service, observer } of releases) {
    const { identifier } = observer;
    if (identifier.distinguishes) {
      say(`${service}: versions are told apart by ${identifier.describe()}`);
      continue;
    }
    const why = identifier.describe().replace(/^nothing: /, '');
    if (design.sources.includes('users')) {
      warn(`${service}: probes cannot tell the versions apart (${why}); users' counts prove the split`);
    } else if (settings.allowUnproved) {
      warn(`${service}: the versions cannot be told apart (${why}); shares are not proved, as allow-unproved says`);
    } else if (observer.slip('canary') === undefined || settings.preFlight === 0) {
      // A canary that fails shows no sign; then pre-flight says what is wrong with it.
      throw notTold(service, why);
    }
  }
}

function notTold(service: string, why: string): CheckFailed {
  return new CheckFailed(
    `the versions of ${service} cannot be told apart on the public path (${why}), so no share could be proved (nothing was shifted yet)`,
    'set identify to a header or a JSON field that names the version, count users with evidence: pods, or accept it with allow-unproved: true',
  );
}

/**
 * A canary that failed now and then in warm-up, and is good enough for pre-flight all the same, still has to be told apart.
 * @throws CheckFailed as {@link tellApart}
 */
export function stillToldApart(releases: readonly ServiceRelease[], design: Design, settings: Settings): void {
  if (design.sources.includes('users') || settings.allowUnproved) return;
  for (const { service, observer } of releases)
    if (!observer.identifier.distinguishes)
      throw notTold(service, observer.identifier.describe().replace(/^nothing: /, ''));
}

/** Pairs at weight 0 until the verdict is given. */
export async function flyAhead(trial: Trial, engine: Engine, options: FlightOptions): Promise<Event> {
  const { clock, signal, say } = options;
  trial.enter(0);
  trial.confirm({});
  let said = clock.monotonic();
  for (;;) {
    signal.throwIfAborted();
    const judgement = trial.look();
    const stop = engine.stopOf(judgement, 'in pre-flight');
    if (stop !== undefined) return stop;
    if (judgement.decision.verdict === 'promote') {
      say(judgement.decision.sentence);
      return { type: 'done' };
    }
    if (clock.monotonic() - said > 15_000) {
      said = clock.monotonic();
      say(judgement.decision.sentence);
    }
    await clock.sleep(LOOK_EVERY, signal);
  }
}

/** Lanes that fell silent: answers come by another way, so the lane is gone. */
export function silentLanes(observers: readonly Observer[]): readonly Observer[] {
  return observers.filter((observer) =>
    (['stable', 'canary'] as const).some((version) => observer.silence(version).count >= SILENT),
  );
}
