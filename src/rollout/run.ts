/** The writing half of a deploy, told in order; whatever fails, the way back is the same. */

import { runCheckCommand } from '../checks/command.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Cancelled, CheckFailed, DriftError, RunError, reasonOf, StoppedError } from '../errors.ts';
import { ensureKong, reachGateway } from '../gateway/ensure.ts';
import { gatewayClient } from '../gateway/in-cluster.ts';
import { gatewayOf } from '../gateway/parent.ts';
import type { Lock } from '../lock/held.ts';
import type { ProbeConsumer } from '../plugins/probe-consumer.ts';
import { makeProbeConsumer } from '../plugins/probe-consumer.ts';
import { keyNameOf } from '../plugins/prove.ts';
import type { Outcome } from '../report/index.ts';
import type { RunContext } from '../run/context.ts';
import { requestHeaders } from '../services/address.ts';
import type { Released, ServicePlan } from '../study/service-plan.ts';
import type { Decided } from '../study/study.ts';
import { repairDeadRuns } from './back/repair.ts';
import type { Returned } from './back/return.ts';
import { goesOn } from './begin.ts';
import { Drive } from './drive.ts';
import { arrived, givenUp, noteStep, titleOf, withoutRelease } from './end.ts';
import { Installation } from './install.ts';
import type { Effect, End, Event } from './machine.ts';
import { begin, reduce } from './machine.ts';
import { retireStable } from './steps/retire.ts';
import { confirmServing } from './trial/serving.ts';
import { userSources } from './trial/users.ts';

/** Milliseconds for taking back what was applied; less when the runner is about to end us. */
const UNDO_WITHIN = { normally: 60_000, stopped: 10_000 } as const;

export class Release {
  readonly #context: RunContext;
  readonly #cluster: Cluster;
  readonly #prepared: Decided;
  readonly #lock: Lock;
  /** Aborted when the run must stop: cancel, total time, lost lock. */
  readonly #signal: AbortSignal;
  readonly #http: ReturnType<typeof gatewayClient>;
  readonly #installation: Installation;
  #drive: Drive | undefined;
  #consumer: ProbeConsumer | undefined;
  /** Whether an earlier run's release goes on where it is. */
  #continued = false;
  /** Why the run is given up, once it is. */
  #cause: unknown;
  #returned: readonly Returned[] = [];
  #moved = false;

  constructor(context: RunContext, cluster: Cluster, prepared: Decided, lock: Lock) {
    const signal = AbortSignal.any([context.signal, lock.lost]);
    this.#context = context;
    this.#lock = lock;
    this.#cluster = cluster.under(signal);
    this.#prepared = prepared;
    this.#signal = signal;
    this.#http = gatewayClient(context.settings, this.#cluster, context.ports.clock.monotonic);
    this.#installation = new Installation(context, this.#cluster, prepared);
  }

  async run(): Promise<Outcome> {
    const { log } = this.#context;
    try {
      const drive = await this.#install();
      if (drive === undefined) return await this.#withoutRelease();
      return await this.#follow(drive);
    } catch (error) {
      // Before the first probe: nothing but the platform was touched.
      this.#stopFor(error);
      await log.group('Undo', () => this.#undo());
      return givenUp(this.#context, 'failed', this.#cause, this.#returned);
    } finally {
      this.#http.close();
    }
  }

  /** Everything before the first probe: what the release stands on. */
  async #install(): Promise<Drive | undefined> {
    const { settings, log } = this.#context;
    await this.#repair();
    await log.group('Kong', () => ensureKong(this.#platform()));
    await log.group('Manifests', () => this.#installation.apply());
    const url = await log.group('Gateway', () => this.#reach());
    await log.group('Plugins', () => this.#installation.prove(url, this.#http, this.#lock));
    const plans = this.#prepared.services.filter((plan): plan is Released => plan.discovery.kind === 'release');
    this.#consumer = await this.#makeConsumer(plans[0] ?? this.#prepared.services[0], url);
    for (const plan of this.#prepared.services) if (plan.discovery.kind !== 'release') await this.#confirm(plan, url);
    if (plans.length === 0) {
      if (settings.checks.length > 0 || settings.checkCommand.length > 0) {
        const drive = this.#startDrive([], url);
        await log.group('Checks', () => drive.check('after the release'));
      }
      return undefined;
    }
    return this.#startDrive(plans, url);
  }

  /** Does what the machine asks for until it asks for nothing more. */
  async #follow(drive: Drive): Promise<Outcome> {
    const { settings, log } = this.#context;
    const last = settings.canaryWeight.at(-1) ?? 100;
    let state = begin(
      {
        steps: settings.canaryWeight.length,
        from: drive.from,
        full: last === 100,
        preFlight: settings.preFlight > 0,
        bake: settings.bake > 0,
        retire: settings.retire !== 'keep',
        onInconclusive: settings.onInconclusive,
        onCancel: settings.onCancel,
      },
      drive.moved,
    );
    while (state.effect !== undefined) {
      const { effect, step } = state;
      const event = await log.group(titleOf(effect, settings.canaryWeight[step] ?? 100), () =>
        this.#perform(effect, step, drive),
      );
      state = reduce(state, event);
    }
    return this.#ended(state.end ?? 'failed', drive);
  }

  /** Never throws: what went wrong is the event. The first cause is the one that is reported. */
  async #perform(effect: Effect, step: number, drive: Drive): Promise<Event> {
    try {
      const event = await this.#do(effect, step, drive);
      if (event.type === 'verdict' && event.verdict !== 'promote') {
        this.#stopFor(new CheckFailed(drive.decision?.sentence ?? 'the verdict was not given'));
      }
      return event;
    } catch (error) {
      this.#stopFor(error);
      return { type: this.#cause instanceof Cancelled ? 'cancelled' : 'failed' };
    }
  }

  #do(effect: Effect, step: number, drive: Drive): Promise<Event> {
    switch (effect) {
      case 'watch':
        return drive.watch();
      case 'attach':
        return drive.attach();
      case 'open-lanes':
        return drive.openLanes();
      case 'warm-up':
        return drive.warmUp();
      case 'pre-flight':
        return drive.preFlight();
      case 'prepare':
        return drive.prepare(step);
      case 'shift':
        return drive.shift(step);
      case 'prove':
        return drive.prove();
      case 'observe':
        return drive.observe();
      case 'bake':
        return drive.bake();
      case 'conclude':
        return drive.conclude((this.#context.settings.canaryWeight.at(-1) ?? 100) === 100 ? 'promoted' : 'holding');
      case 'retire':
        return this.#retire(drive);
      case 'hold':
        return drive.hold();
      case 'return':
        return this.#returnTraffic(drive);
      case 'undo':
        return this.#undo();
    }
  }

  /** A run that died left its weights: they come back first, unless this is the same release and goes on with them. */
  async #repair(): Promise<void> {
    const { run, settings } = this.#context;
    const { services } = this.#prepared;
    this.#continued = goesOn(services, settings);
    if (this.#continued) return;
    const repaired = await repairDeadRuns(services, run, this.#platform());
    // Where this traffic is now is true of every end that comes before a weight is written.
    this.#returned = repaired;
    for (const { written, sentence } of repaired) if (written) this.#context.notes.warn(sentence);
    const lost = repaired.filter(({ written }) => !written);
    if (lost.length > 0) throw new RunError(lost.map(({ sentence }) => sentence).join('; '));
  }

  async #reach(): Promise<string> {
    const { settings, notes } = this.#context;
    const [first] = this.#prepared.services;
    if (first === undefined) throw new RunError('no service is to be released', 'name one in the input services');
    const url = await reachGateway(gatewayOf(first.entry, settings), this.#platform());
    notes.url = url + first.path;
    return url;
  }

  /** A service with nothing to shift must answer all the same. */
  async #confirm(plan: ServicePlan, gatewayUrl: string): Promise<void> {
    const { settings, ports, notes } = this.#context;
    const { service } = plan;
    const headers = requestHeaders(plan, settings.probeHeaders);
    await confirmServing(
      { service, url: gatewayUrl + plan.path, headers },
      { http: this.#http, clock: ports.clock, timeout: settings.readyTimeout, signal: this.#signal },
    );
    notes.say(`${service} answers through the gateway`);
  }

  /** A consumer of this run's own for the probes, where asked for. */
  async #makeConsumer(plan: ServicePlan | undefined, gatewayUrl: string): Promise<ProbeConsumer | undefined> {
    const { settings, run, ports, log, notes } = this.#context;
    if (settings.probeConsumer !== 'temporary' || plan === undefined) return undefined;
    const consumer = await makeProbeConsumer(this.#cluster, {
      run: run.id,
      namespace: settings.namespace,
      ingressClass: 'kong',
      keyName: keyNameOf(this.#prepared.plugins.objects),
      owner: this.#lock.owner,
      clock: ports.clock,
      http: this.#http,
      probe: { url: gatewayUrl + plan.path, headers: requestHeaders(plan, settings.probeHeaders) },
      mask: (secret) => log.mask(secret),
    });
    notes.say('probes have a temporary consumer of their own');
    return consumer;
  }

  #startDrive(plans: readonly Released[], gatewayUrl: string): Drive {
    const { settings, ports, run, notes } = this.#context;
    notes.previousVersion = plans.map(({ discovery }) => discovery.stable.version).find((version) => version);
    const signal = this.#signal;
    this.#drive = new Drive(plans, {
      cluster: this.#cluster,
      provider: this.#prepared.provider,
      settings,
      ports,
      http: this.#http,
      gatewayUrl,
      probeHeaders: { ...settings.probeHeaders, ...this.#consumer?.headers },
      run,
      continued: this.#continued,
      sources: (released, probes) =>
        userSources(released, {
          cluster: this.#cluster,
          settings,
          clock: ports.clock,
          http: this.#http,
          signal,
          probes,
        }),
      checkCommand: (when, weight) =>
        runCheckCommand(
          settings.checkCommand,
          { when, weight, services: settings.services, version: settings.version, url: notes.url ?? gatewayUrl },
          { timeout: settings.readyTimeout, signal },
        ),
      signal,
      say: (line) => notes.say(line),
      warn: (line) => notes.warn(line),
      onCheck: (result) => notes.checks.push(result),
      onStep: (step) => noteStep(this.#context, step),
    });
    return this.#drive;
  }

  async #retire(drive: Drive): Promise<Event> {
    const { settings, notes, ports } = this.#context;
    const { done, problems } = await retireStable(this.#cluster, drive.writer, drive.releases, settings, ports.clock);
    for (const line of done) notes.say(line);
    for (const line of problems) notes.warn(line);
    return { type: 'done' };
  }

  /** Weight and proof. A route that someone else has written is left as it is. */
  async #returnTraffic(drive: Drive): Promise<Event> {
    const { notes } = this.#context;
    await this.#lock.confirm();
    this.#moved = drive.releases.some(({ state }) => (state.asked ?? 0) > 0 || (state.share ?? 0) > 0);
    this.#returned = await drive.returnTraffic(this.#cause instanceof DriftError ? this.#cause : undefined);
    const back = this.#returned.every(({ written }) => written);
    notes.weight = greatest(this.#returned.map(({ share }) => share));
    for (const { traffic } of this.#returned) notes.say(traffic);
    return { type: 'returned', back };
  }

  /** Takes back what was applied, unless the canary may still have traffic. */
  async #undo(): Promise<Event> {
    const { notes } = this.#context;
    await this.#lock.confirm();
    if (this.#lock.lost.aborted) {
      // The successor may have built on it: with the same version, what this run made is what serves.
      notes.warn('what was applied was left to the run that has the lock now');
      return { type: 'done' };
    }
    const stopped = this.#context.signal.reason instanceof StoppedError;
    const within = stopped ? UNDO_WITHIN.stopped : UNDO_WITHIN.normally;
    const cluster = this.#cluster.under(AbortSignal.timeout(within), Math.min(within, 10_000));
    const back = this.#returned.every(({ written }) => written);
    if (back) {
      const free = this.#returned.every(({ free }) => free || !this.#moved);
      for (const problem of (await this.#drive?.detach(cluster)) ?? []) notes.warn(problem);
      for (const problem of await this.#installation.undo(cluster, free)) notes.warn(problem);
    } else {
      for (const problem of (await this.#drive?.closeLanes(cluster)) ?? []) notes.warn(problem);
      notes.warn('what was applied was left as it is, because the canary may still have traffic');
    }
    await this.#removeConsumer(cluster);
    return { type: 'done' };
  }

  async #removeConsumer(cluster: Cluster): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    for (const problem of (await consumer?.remove(cluster)) ?? []) this.#context.notes.warn(problem);
  }

  /** Notes why the run stops; only the first cause is the reason. */
  #stopFor(error: unknown): void {
    if (this.#cause !== undefined) return;
    const { notes } = this.#context;
    this.#cause = this.#signal.aborted && !(error instanceof RunError) ? this.#signal.reason : error;
    notes.say(`stopping: ${reasonOf(this.#cause)}`);
    notes.failedStep =
      this.#cause instanceof CheckFailed && this.#cause.check !== undefined
        ? `check ${this.#cause.check}`
        : (this.#drive?.step ?? 'before the release');
  }

  async #withoutRelease(): Promise<Outcome> {
    await this.#drive?.stop();
    await this.#removeConsumer(this.#cluster);
    return withoutRelease(this.#context, this.#prepared.services);
  }

  async #ended(end: End, drive: Drive): Promise<Outcome> {
    const { notes } = this.#context;
    await this.#removeConsumer(this.#cluster.under(AbortSignal.timeout(5_000), 5_000));
    notes.failingRequests = drive.failures;
    notes.evidence = drive.decision;
    return end === 'rolled-back' || end === 'failed'
      ? givenUp(this.#context, end, this.#cause, this.#returned)
      : arrived(this.#context, end, drive, this.#cause);
  }

  #platform() {
    const { notes, ports, log } = this.#context;
    const say = (line: string) => notes.say(line);
    return {
      ...this.#context,
      cluster: this.#cluster,
      clock: ports.clock,
      http: this.#http,
      signal: this.#signal,
      say,
      warn: (line: string) => notes.warn(line),
      mask: (secret: string) => log.mask(secret),
    };
  }
}

/** Undefined where one of them is not known. */
function greatest(shares: readonly (number | undefined)[]): number | undefined {
  const known = shares.filter((share) => share !== undefined);
  return known.length < shares.length ? undefined : Math.max(0, ...known);
}
