/** Does what the machine asks for, one function an effect: from the first probe to the last weight, and back again. */

import type { CheckRun } from '../checks/runner.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { DriftError } from '../errors.ts';
import { Cancelled, CheckFailed, reasonOf } from '../errors.ts';
import type { UserReading } from '../evidence/users/reading.ts';
import { readUsers } from '../evidence/users/reading.ts';
import type { ProbesBetween, UserSource } from '../evidence/users/sources.ts';
import { NO_PROBES } from '../evidence/users/sources.ts';
import type { HttpClient } from '../http/client.ts';
import type { Phase } from '../journal/journal.ts';
import type { Json } from '../kube/objects.ts';
import type { Ports } from '../ports.ts';
import type { RouteProvider } from '../routes/types.ts';
import type { Settings } from '../settings/types.ts';
import type { Released } from '../study/service-plan.ts';
import type { Decision } from '../verdict/index.ts';
import { clean } from './back/clean.ts';
import { leftAlone, returnTraffic } from './back/own.ts';
import type { Returned } from './back/return.ts';
import { wayOf } from './back/where-to.ts';
import { beginRelease, firstStep } from './begin.ts';
import type { StepReport } from './engine.ts';
import { Engine } from './engine.ts';
import type { FlightOptions } from './flight.ts';
import { flyAhead, openAll, silentLanes, stillToldApart, tellApart, warmUp, watchStable } from './flight.ts';
import type { Event } from './machine.ts';
import { waitForReady } from './pods/readiness.ts';
import { settleAutoscaler } from './pods/replicas.ts';
import { closeLanes } from './route/lanes.ts';
import { RouteWriter } from './route/writer.ts';
import type { ServiceRelease } from './state.ts';
import type { Checked } from './trial/checks.ts';
import { Checking } from './trial/checks.ts';
import { evidenceOf, openTrial } from './trial/design.ts';
import { Probing } from './trial/probes.ts';
import type { Trial } from './trial/trial.ts';

const LOOK_EVERY = 100;
/** Milliseconds between two rounds of checks while the release bakes. */
const CHECK_EVERY = 30_000;
/** How often a lane that fell silent is opened again before the release is given up. */
const REOPEN = 3;

export interface DriveOptions {
  readonly cluster: Cluster;
  readonly provider: RouteProvider;
  readonly settings: Settings;
  readonly ports: Ports;
  readonly http: HttpClient;
  readonly gatewayUrl: string;
  /** Headers of every probe: `probe-headers`, and the key of a temporary consumer. */
  readonly probeHeaders: Readonly<Record<string, string>>;
  readonly run: { readonly id: string; readonly url?: string };
  /** Whether an earlier run's release goes on where it is. */
  readonly continued: boolean;
  /** Where users' requests are counted, if anywhere. */
  readonly sources: (plans: readonly Released[], probes: ProbesBetween) => readonly UserSource[];
  /** Runs `check-command`, if there is one. @throws CheckFailed */
  readonly checkCommand: (when: string, share: number) => Promise<void>;
  /** Cancel, total time, lost lock. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly onStep: (report: StepReport) => void;
  readonly onCheck: (result: CheckRun) => void;
}

/** Owns the probes, the trial and the state of every service of one release. */
export class Drive {
  readonly releases: readonly ServiceRelease[];
  readonly #options: DriveOptions;
  readonly #plans: readonly Released[];
  readonly #engine: Engine;
  readonly #probing: Probing;
  readonly #flight: FlightOptions;
  readonly #checking: Checking;
  readonly #services: readonly Checked[];
  #users: UserReading | undefined;
  /** From here on lanes may be there, also those whose opening was cut short. */
  #lanesBegun = false;
  #trial: Trial | undefined;
  #reopened = 0;
  #step = 'before the release';

  constructor(plans: readonly Released[], options: DriveOptions) {
    const { ports, settings, run, signal, http, gatewayUrl, probeHeaders } = options;
    this.#options = options;
    this.#plans = plans;
    const now = new Date(ports.clock.now()).toISOString();
    this.releases = plans.map((plan) => beginRelease(plan, settings, run, now, options.continued));
    const cluster = options.cluster.under(signal);
    this.#engine = new Engine({ ...options, cluster, runChecks: (when) => this.check(when) });
    this.#flight = { ...options, cluster, clock: ports.clock };
    this.#probing = new Probing({ ports, http, gatewayUrl, rate: settings.probeRate, headers: probeHeaders });
    this.#services = plans.flatMap((plan, index) => {
      const release = this.releases[index];
      return release === undefined ? [] : [{ plan, release }];
    });
    this.#checking = new Checking(this.#services, this.#probing, options);
    for (const { plan, release } of this.#services) this.#probing.startPublic(plan, release);
  }

  /** What was going on last, for the report. */
  get step(): string {
    return this.#step;
  }

  get writer(): RouteWriter {
    return this.#engine.writer;
  }

  /** Users' requests to the canary that failed where they are counted, else failing probes on the public path. */
  get failures(): number {
    const counted = this.#trial?.last?.failingRequests;
    return counted ?? this.releases.reduce((sum, { observer }) => sum + observer.failures, 0);
  }

  /** What the verdict said last. */
  get decision(): Decision | undefined {
    return this.#trial?.last;
  }

  async watch(): Promise<Event> {
    await watchStable(
      this.releases.map(({ observer }) => observer),
      this.#flight,
    );
    try {
      await this.check('before the release');
    } catch (error) {
      const failing = this.releases.some(({ observer: { window } }) => window.failed > window.good);
      if (!(error instanceof CheckFailed) || !failing) throw error;
      this.#options.warn(`${reasonOf(error)}; the current version is failing already, so the release goes on`);
    }
    return { type: 'done' };
  }

  async attach(): Promise<Event> {
    const { settings, ports, say } = this.#options;
    this.#step = 'attach';
    for (const { backends } of this.releases) {
      await waitForReady(this.#flight.cluster, settings.namespace, backends.canary, 1, {
        clock: ports.clock,
        timeout: settings.readyTimeout,
      });
    }
    for (const { observer } of this.releases) observer.stopLearning();
    for (const { service, state } of this.releases) {
      if (state.share !== undefined) say(`${service}: goes on from ${state.share} %, where the release was`);
    }
    await this.#engine.attach(this.releases.filter(({ state }) => state.share === undefined));
    return { type: 'done' };
  }

  async openLanes(): Promise<Event> {
    const { settings, ports, signal } = this.#options;
    this.#step = 'lanes';
    this.#lanesBegun = true;
    await openAll(this.#services, this.#engine, this.#probing, this.#flight);
    const every = settings.evidence.includes('prometheus') ? Math.min(5_000, settings.scrapeInterval) : 5_000;
    const probes: ProbesBetween = (service, from, until) =>
      this.releases.find((release) => release.service === service)?.observer.probesBetween(from, until) ??
      NO_PROBES(service, from, until);
    const sources = this.#options.sources(this.#plans, probes);
    this.#users = readUsers(sources, {
      clock: ports.clock,
      every,
      signal,
      stretch: (service) => this.#trial?.stretchOf(service),
      splitFromUsers: () => this.#trial?.design.splitFrom === 'users',
    });
    return { type: 'done' };
  }

  async warmUp(): Promise<Event> {
    const { settings, warn, ports } = this.#options;
    this.#step = 'warm-up';
    const observers = this.releases.map(({ observer }) => observer);
    const bounds = await warmUp(observers, this.#flight);
    this.#trial = openTrial(this.releases, settings, {
      bounds,
      clock: ports.clock,
      users: () => this.#users?.take() ?? [],
      say: warn,
    });
    tellApart(this.releases, this.#trial.design, this.#flight);
    return { type: 'done' };
  }

  async preFlight(): Promise<Event> {
    const trial = this.#trialNow();
    const { settings } = this.#options;
    if (trial.resumed) return { type: 'done' };
    this.#step = 'pre-flight';
    this.#options.say(`pre-flight: ${settings.preFlight} pairs of probes on the lanes, no user meets the new version`);
    for (const of of this.#services) await this.#checking.onLane(of);
    const flown = await flyAhead(trial, this.#engine, this.#flight);
    if (flown.type === 'done') stillToldApart(this.releases, trial.design, settings);
    return flown;
  }

  /** Place of the first weight to shift to. */
  get from(): number {
    return firstStep(this.releases, this.#options.settings.canaryWeight);
  }

  /** Whether a canary has traffic before this run's first write. */
  get moved(): boolean {
    return this.releases.some(({ state }) => (state.share ?? 0) > 0);
  }

  async prepare(index: number): Promise<Event> {
    const share = this.#shareAt(index);
    this.#step = `weight ${share}`;
    await this.#mendLanes();
    await this.#engine.prepare(this.releases, share, index);
    return { type: 'done' };
  }

  async shift(index: number): Promise<Event> {
    const trial = this.#trialNow();
    trial.enter(index + 1);
    await this.#engine.shift(this.releases, (service) => this.#evidence(service));
    return { type: 'done' };
  }

  prove(): Promise<Event> {
    return this.#engine.prove(this.releases, this.#trialNow(), () => this.#mendLanes());
  }

  observe(): Promise<Event> {
    return this.#engine.observe(this.releases, this.#trialNow(), this.#options.onStep, () => this.#mendLanes());
  }

  /** Watches the new version at its last weight while the old one still runs. */
  async bake(): Promise<Event> {
    const { settings, ports, say, signal } = this.#options;
    this.#step = 'bake';
    say(`baking for ${Math.round(settings.bake / 1000)} s`);
    await Promise.all(this.releases.map((release) => this.writer.note(release, { phase: 'baking' })));
    const trial = this.#trialNow();
    const until = ports.clock.monotonic() + settings.bake;
    let checked = Number.NEGATIVE_INFINITY;
    while (ports.clock.monotonic() < until) {
      signal.throwIfAborted();
      const judgement = trial.look();
      const stop = this.#engine.stopOf(judgement, 'during bake');
      if (stop?.type === 'verdict' && stop.verdict === 'rollback') return stop;
      if (ports.clock.monotonic() - checked > CHECK_EVERY) {
        await this.check('during bake');
        checked = ports.clock.monotonic();
      }
      await ports.clock.sleep(Math.min(LOOK_EVERY, Math.max(1, until - ports.clock.monotonic())), signal);
    }
    await this.check('at the end of bake');
    return { type: 'done' };
  }

  /** Lanes go before the journal says that all is done: a run that dies in between is gone on with, not overlooked. */
  async conclude(phase: Extract<Phase, 'promoted' | 'holding'>): Promise<Event> {
    const step = this.#options.settings.canaryWeight.length;
    await this.stop();
    for (const problem of await this.closeLanes(this.#options.cluster)) this.#options.warn(problem);
    await this.#note(phase, this.#options.signal, step);
    if (phase === 'promoted') await this.#settle();
    return { type: 'done' };
  }

  /** Autoscalers whose lower bound was raised for a share scale by the requests now. */
  async #settle(): Promise<void> {
    const { cluster, settings, warn } = this.#options;
    for (const { backends } of this.releases) {
      await settleAutoscaler(cluster, settings.namespace, backends.canary).catch((error: unknown) => {
        warn(`the autoscaler of ${backends.canary} keeps its raised lower bound: ${reasonOf(error)}`);
      });
    }
  }

  /** Leaves the weights where they are, and says so in the journal. */
  async hold(): Promise<Event> {
    const within = AbortSignal.timeout(4_000);
    await this.stop();
    for (const problem of await this.closeLanes(this.#options.cluster.under(within, 2_000)))
      this.#options.warn(problem);
    await this.#note('holding', within);
    return { type: 'done' };
  }

  /**
   * Brings everything back; the probes go on until it is proved.
   * @param drift where someone else has written a route: it is left alone; where the service has several, the others are
   *   brought back
   */
  async returnTraffic(drift?: DriftError): Promise<Returned[]> {
    const { service: drifted, route } = drift ?? {};
    const cancelled = this.#options.signal.reason instanceof Cancelled;
    const partly = (release: ServiceRelease) => (release.followers ?? []).length > 0 && route !== undefined;
    const ours = this.releases.filter((release) => release.service !== drifted || partly(release));
    const lanes = this.#probing.stopLanes();
    const returned = await returnTraffic(ours, {
      ...this.#options,
      except: route,
      askMore: (release, rate) => this.#probing.askMore(release, rate),
      writeWithin: cancelled ? 4_000 : 30_000,
      proveWithin: cancelled ? 1_500 : 30_000,
    });
    await lanes;
    await this.stop();
    const left = this.releases
      .filter((release) => release.service === drifted)
      .map((release) => leftAlone(release, drift?.share, partly(release) ? route : undefined));
    return [...returned, ...left];
  }

  /** Takes the lanes, and the canaries of weight 0, out of the cluster. @returns a sentence for each thing that stayed */
  async detach(cluster: Cluster): Promise<string[]> {
    const { provider, ports } = this.#options;
    const touched = this.releases.filter(({ state }) => state.asked !== undefined);
    const problems = await Promise.all(
      touched.map((release) => clean(wayOf(provider, release), { cluster, clock: ports.clock })),
    );
    return problems.flat();
  }

  async closeLanes(cluster: Cluster): Promise<string[]> {
    // A release that goes on from a dead run's may have that run's lanes.
    if (!this.#lanesBegun && this.releases.every(({ state }) => state.asked === undefined)) return [];
    const { provider } = this.#options;
    const problems = await Promise.all(this.releases.map((release) => closeLanes(cluster, provider, release)));
    return problems.flat();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#probing.stop(), this.#users?.stop()]);
  }

  check(when: string): Promise<void> {
    return this.#checking.run(when);
  }

  /** Lanes that someone took away are opened again, a few times. */
  async #mendLanes(): Promise<boolean> {
    const silent = silentLanes(this.releases.map(({ observer }) => observer));
    if (silent.length === 0) return false;
    const [first] = silent;
    const version = (first?.silence('canary').count ?? 0) > 0 ? 'canary' : 'stable';
    const why = first?.silence(version).why ?? '';
    if (++this.#reopened > REOPEN)
      throw new CheckFailed(`the lanes of ${first?.service} give no evidence: ${why}`, 'who takes them away?');
    this.#options.warn(
      `the lanes of ${silent.map(({ service }) => service).join(', ')} gave no evidence (${why}): opened again`,
    );
    await this.#probing.stopLanes();
    await openAll(this.#services, this.#engine, this.#probing, this.#flight);
    for (const { observer } of this.releases) observer.forgetSilence();
    return true;
  }

  async #note(phase: Phase, signal: AbortSignal, step?: number): Promise<void> {
    const writer = new RouteWriter(
      this.#options.cluster.under(signal),
      this.#options.provider,
      this.#options.ports.clock,
    );
    await Promise.all(
      this.releases.map((release) => {
        const evidence = this.#evidence(release.service);
        return writer.note(release, {
          phase,
          ...(step === undefined ? {} : { step }),
          ...(evidence === undefined ? {} : { evidence }),
        });
      }),
    );
  }

  #evidence(service: string): Json | undefined {
    const release = this.releases.find((candidate) => candidate.service === service);
    return release === undefined ? undefined : evidenceOf(release, this.#trial);
  }

  #trialNow(): Trial {
    if (this.#trial === undefined) throw new Error('the trial was not opened before it was asked: please report this');
    return this.#trial;
  }

  #shareAt(index: number): number {
    return this.#options.settings.canaryWeight[index] ?? 100;
  }
}
