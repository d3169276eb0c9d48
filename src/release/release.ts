/** The writing half of a deploy, told in order; whatever fails, the way back is the same. */
import type { Cluster } from '../cluster/cluster.ts';
import { CheckFailed, DriftError, RunError, reasonOf, StoppedError } from '../errors.ts';
import { gatewayClient } from '../platform/in-cluster.ts';
import { ensureKong, gatewayOf, reachGateway } from '../platform/prepare.ts';
import type { Outcome } from '../report/index.ts';
import type { Released } from '../rollout/begin.ts';
import { Drive } from '../rollout/drive.ts';
import type { StepReport } from '../rollout/engine.ts';
import type { Lock } from '../rollout/lock.ts';
import type { ServicePlan } from '../rollout/plan.ts';
import { isUnfinished, requestHeaders } from '../rollout/plan.ts';
import { round } from '../rollout/release.ts';
import { repairDeadRun } from '../rollout/repair.ts';
import { retireStable } from '../rollout/retire.ts';
import { confirmServing } from '../rollout/serving.ts';
import type { RunContext } from '../run.ts';
import { Installation } from './installation.ts';
import type { Prepared } from './prepare.ts';

/** Milliseconds for taking back what was applied; less when the runner is about to end us. */
const UNDO_WITHIN = { normally: 60_000, stopped: 10_000 } as const;

export class Release {
  readonly #context: RunContext;
  readonly #cluster: Cluster;
  readonly #prepared: Prepared;
  readonly #lock: Lock;
  /** Aborted when the run must stop: cancel, total time, lost lock. */
  readonly #signal: AbortSignal;
  readonly #http: ReturnType<typeof gatewayClient>;
  readonly #installation: Installation;
  #drive: Drive | undefined;

  constructor(context: RunContext, cluster: Cluster, prepared: Prepared, lock: Lock) {
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
    const { settings, log } = this.#context;
    try {
      await this.#repair();
      await log.group('Kong', () => ensureKong(this.#platform()));
      await log.group('Manifests', () => this.#installation.apply());
      const url = await log.group('Gateway', () => this.#reach());
      await log.group('Plugins', () => this.#installation.prove(url, this.#http, this.#lock));
      const released = this.#prepared.services.filter((plan): plan is Released => plan.discovery.kind === 'release');
      for (const plan of this.#prepared.services) if (plan.discovery.kind !== 'release') await this.#confirm(plan, url);
      const drive = this.#startProbes(released, url);
      await log.group('Before the release', () => drive.observeStable());
      if (released.length === 0) return await this.#withoutRelease(drive);
      await log.group('Attach at 0 %', () => drive.attach());
      await log.group('Shift', () => drive.climb(settings.canaryWeight));
      await drive.bake();
      return await this.#finish(drive);
    } catch (error) {
      return await log.group('Return', () => this.#giveBack(error));
    } finally {
      this.#http.close();
    }
  }

  /** A run that died left its weights: they come back first. */
  async #repair(): Promise<void> {
    const { run, ports, notes } = this.#context;
    for (const plan of this.#prepared.services) {
      if (!isUnfinished(plan.journal)) continue;
      const done = await repairDeadRun(this.#cluster, this.#prepared.provider, plan, run.id, ports.clock);
      if (done) notes.warn(done);
    }
  }

  async #reach(): Promise<string> {
    const { settings, notes } = this.#context;
    const [first] = this.#prepared.services;
    if (first === undefined) throw new RunError('no service is to be released', 'name one in the input services');
    const url = await reachGateway(gatewayOf(first.source, settings), this.#platform());
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

  #startProbes(released: readonly Released[], gatewayUrl: string): Drive {
    const { settings, ports, run, notes } = this.#context;
    notes.previousVersion = released.map(({ discovery }) => discovery.stable.version).find((version) => version);
    this.#drive = new Drive(released, {
      cluster: this.#cluster,
      provider: this.#prepared.provider,
      settings,
      ports,
      http: this.#http,
      gatewayUrl,
      run,
      signal: this.#signal,
      say: (line) => notes.say(line),
      warn: (line) => notes.warn(line),
      onCheck: (result) => notes.checks.push(result),
      onStep: (step) => this.#noteStep(step),
    });
    return this.#drive;
  }

  #noteStep(step: StepReport): void {
    const { settings, notes } = this.#context;
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
      checks: { passed: step.probes + checks, failed: 0 },
      seconds: step.seconds,
      acknowledgement: step.acknowledged,
    });
    const seen = answers > 0 ? `${round(100 * share)} % of ${answers} answers seen` : 'share not proved';
    notes.say(
      `${step.asked} %: effective ${effective} %, ${seen}, ${step.probes} probes good, ${step.seconds.toFixed(1)} s`,
    );
  }

  async #withoutRelease(drive: Drive): Promise<Outcome> {
    const { settings, notes } = this.#context;
    await drive.stop();
    notes.weight = 100;
    const named = (kind: string) =>
      this.#prepared.services
        .filter(({ discovery }) => discovery.kind === kind)
        .map(({ service }) => `${service}-${settings.version}`);
    const first = named('bootstrap');
    const traffic = `all requests go to ${[...first, ...named('same-version')].join(', ')}`;
    return first.length > 0
      ? notes.outcome(
          settings,
          'bootstrapped',
          `${first.join(', ')} was installed as the first version and answers through the gateway`,
          traffic,
        )
      : notes.outcome(settings, 'nothing-to-do', `${settings.version} is the version that serves already`, traffic);
  }

  async #finish(drive: Drive): Promise<Outcome> {
    const { settings, notes, ports, log } = this.#context;
    const last = settings.canaryWeight.at(-1) ?? 100;
    await drive.finish(last === 100 ? 'promoted' : 'holding');
    notes.failingRequests = drive.failures;
    const names = drive.releases.map(({ backends }) => backends.canary).join(', ');
    const seen = notes.steps.at(-1)?.seen;
    const proof = seen
      ? `, proved by ${seen.answers} answers on the public path`
      : ' by the route; the versions cannot be told apart, so it is not proved';
    if (last < 100) {
      const traffic = `${last} % of requests go to ${names}${proof}`;
      return notes.outcome(settings, 'holding', `${names} holds at ${last} % as asked`, traffic);
    }
    if (settings.retire !== 'keep') {
      await log.group('Retire', async () => {
        const { done, problems } = await retireStable(
          this.#cluster,
          drive.writer,
          drive.releases,
          settings,
          ports.clock,
        );
        for (const line of done) notes.say(line);
        for (const line of problems) notes.warn(line);
      });
    }
    return notes.outcome(settings, 'promoted', `${names} passed every step`, `all requests go to ${names}${proof}`);
  }

  /** Weight, proof, then what was applied. A route that someone else has written is left as it is. */
  async #giveBack(error: unknown): Promise<Outcome> {
    const { settings, notes } = this.#context;
    const drive = this.#drive;
    const cause = this.#signal.aborted && !(error instanceof RunError) ? this.#signal.reason : error;
    notes.say(`stopping: ${reasonOf(cause)}`);
    notes.failedStep =
      cause instanceof CheckFailed && cause.check !== undefined
        ? `check ${cause.check}`
        : (drive?.step ?? 'before the release');
    const drifted = cause instanceof DriftError ? cause.service : undefined;
    const moved = drive?.releases.some(({ state }) => (state.asked ?? 0) > 0 || (state.share ?? 0) > 0) ?? false;
    const returned = (await drive?.giveBack(drifted)) ?? [];
    notes.failingRequests = drive?.failures ?? 0;
    const back = returned.every(({ written }) => written);
    notes.weight = back ? 0 : Math.max(0, ...(drive?.releases.map(({ state }) => state.asked ?? 0) ?? []));
    for (const { traffic } of returned) notes.say(traffic);
    const problems = back
      ? await this.#undo(returned.every(({ free }) => free || !moved))
      : ['what was applied was left as it is, because the canary may still have traffic'];
    for (const problem of problems) notes.warn(problem);
    const next = cause instanceof RunError && cause.next ? ` Next: ${cause.next}.` : '';
    return notes.outcome(
      settings,
      moved && back ? 'rolled-back' : 'failed',
      `${reasonOf(cause).trim().replace(/\.$/, '')}.${next}`,
      returned.map(({ traffic }) => traffic).join('; ') || 'no route was touched, all traffic is where it was',
    );
  }

  async #undo(free: boolean): Promise<string[]> {
    const stopped = this.#context.signal.reason instanceof StoppedError;
    const within = stopped ? UNDO_WITHIN.stopped : UNDO_WITHIN.normally;
    const cluster = this.#cluster.under(AbortSignal.timeout(within), Math.min(within, 10_000));
    const detached = (await this.#drive?.detach(cluster)) ?? [];
    return [...detached, ...(await this.#installation.undo(cluster, free))];
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
