/** One weight of a release: ready pods, one patch, the controller's word, proof on the public path, evidence, verdict. */
import type { Cluster } from '../cluster/cluster.ts';
import { CheckFailed } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { splitAt } from '../routes/index.ts';
import { round } from '../routes/parts/percent.ts';
import type { Percent, RouteProvider } from '../routes/types.ts';
import { replicasNeeded } from '../services/clone.ts';
import type { Settings } from '../settings/types.ts';
import type { Decision } from '../verdict/index.ts';
import { advanceProof, beginProof } from '../verdict/index.ts';
import type { Event } from './machine.ts';
import { countReady, waitForReady } from './pods/readiness.ts';
import { raiseReplicas } from './pods/replicas.ts';
import { awaitAcknowledgement } from './route/acknowledge.ts';
import { RouteWriter } from './route/writer.ts';
import type { Advance, ServiceRelease, Written } from './state.ts';
import type { Judgement, Trial } from './trial/trial.ts';

/** Milliseconds the controller may take to say that it took a route. Kong's pushes every 3 s by default. */
const ACKNOWLEDGE_WITHIN = 10_000;
/** Chance to confirm a share while the previous one is in force, or to refute a right one in one batch of answers. */
const PROOF_LEVEL = 0.001;
/** Milliseconds for the split to be proved. */
const PROVE_WITHIN = 60_000;
const LOOK_EVERY = 50;

export interface StepReport {
  readonly asked: Percent;
  /** By service. */
  readonly effective: Readonly<Record<string, Percent>>;
  /** Share seen in answers; undefined where versions cannot be told apart. */
  readonly seen: Readonly<Record<string, { readonly canary: number; readonly identified: number } | undefined>>;
  readonly acknowledged: 'yes' | 'unknown';
  readonly probes: number;
  readonly failed: number;
  readonly seconds: number;
  readonly decision: Decision;
}

export interface EngineOptions {
  readonly cluster: Cluster;
  readonly provider: RouteProvider;
  readonly settings: Settings;
  readonly ports: Ports;
  /** Aborted with the reason when the run must stop: a lost lock, a signal, the total time. */
  readonly signal: AbortSignal;
  /** The user's checks on the public path; throws CheckFailed. */
  readonly runChecks: (moment: string) => Promise<void>;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** The weight under way. */
interface Step {
  readonly share: Percent;
  readonly index: number;
  readonly started: number;
  effective: Readonly<Record<string, Percent>>;
  previous: ReadonlyMap<ServiceRelease, Percent>;
  acknowledged: 'yes' | 'unknown';
}

export class Engine {
  readonly writer: RouteWriter;
  readonly #options: EngineOptions;
  #step: Step | undefined;
  /** Services whose weights somebody else has set, taken over since the last look. */
  readonly #adopted = new Set<string>();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.writer = new RouteWriter(options.cluster, options.provider, options.ports.clock, {
      rule: options.settings.onDrift,
      adopted: (release, sentence) => {
        options.warn(sentence);
        this.#adopted.add(release.service);
      },
    });
  }

  /** Attaches every canary at weight 0 and waits for the controller. */
  async attach(releases: readonly ServiceRelease[]): Promise<void> {
    const written = await all(releases, (release) => this.writer.attach(release));
    await Promise.all(written.flat().map((route) => this.acknowledged(route)));
    await Promise.all(releases.map((release) => this.writer.rehearse(release)));
  }

  /** Enough ready pods on both sides. @throws BackendError when they do not become ready. */
  async prepare(releases: readonly ServiceRelease[], share: Percent, index: number): Promise<void> {
    const started = this.#options.ports.clock.monotonic();
    const effective = await Promise.all(
      releases.map(async (release) => [release.service, await this.#ready(release, share)] as const),
    );
    this.#step = {
      share,
      index,
      started,
      effective: Object.fromEntries(effective),
      previous: new Map(),
      acknowledged: 'unknown',
    };
  }

  /**
   * Sets the weight of all services; services of one release move in lockstep.
   * @param evidence of each service, for its journal
   * @throws DriftError, RefusedError, or the signal's reason; the caller returns the traffic.
   */
  async shift(releases: readonly ServiceRelease[], evidence: (service: string) => Advance['evidence']): Promise<void> {
    const step = this.#current();
    step.previous = new Map(releases.map((release) => [release, release.state.share ?? 0]));
    const written = await all(releases, (release) => {
      const seen = evidence(release.service);
      return this.writer.shift(release, step.share, {
        phase: 'observing',
        step: step.index,
        ...(seen === undefined ? {} : { evidence: seen }),
      });
    });
    const acknowledgements = await Promise.all(written.flat().map((route) => this.acknowledged(route)));
    step.acknowledged = acknowledgements.every((answer) => answer === 'yes') ? 'yes' : 'unknown';
  }

  /**
   * The public path shows the effective share and no longer the previous one. Lanes are judged meanwhile, too.
   * @param mend looks after the lanes; true when some were opened again: what strayed onto the public path meanwhile may
   *   have moved its shares
   * @throws CheckFailed when it shows something else, or nothing clear within a minute.
   */
  async prove(releases: readonly ServiceRelease[], trial: Trial, mend: () => Promise<boolean>): Promise<Event> {
    const step = this.#current();
    let proofs = releases.map((release) => this.#proofOf(release, step));
    for (;;) {
      this.#options.signal.throwIfAborted();
      const judgement = trial.look();
      const stop = this.stopOf(judgement, `at ${step.share} %`);
      const ends = stop && (await this.#unlessDrifted(releases, trial, judgement, stop));
      if (ends !== undefined) return ends;
      if (await mend()) proofs = releases.map((release) => this.#proofOf(release, step));
      let open = 0;
      for (const proof of proofs) if (!(await proof())) open++;
      if (open === 0) break;
      await this.#options.ports.clock.sleep(LOOK_EVERY, this.#options.signal);
    }
    trial.confirm(
      Object.fromEntries(releases.map(({ service }) => [service, (step.effective[service] ?? step.share) / 100])),
    );
    return { type: 'done' };
  }

  /**
   * Gathers evidence until the verdict is given.
   * @param mend looks after the lanes meanwhile
   * @throws CheckFailed of the user's checks or the public path
   */
  async observe(
    releases: readonly ServiceRelease[],
    trial: Trial,
    report: (report: StepReport) => void,
    mend: () => Promise<boolean>,
  ): Promise<Event> {
    const { ports, signal, settings, runChecks, say } = this.#options;
    const step = this.#current();
    const confirmed = ports.clock.monotonic();
    await runChecks(`at ${step.share} %`);
    let said = confirmed;
    for (;;) {
      signal.throwIfAborted();
      const judgement = trial.look();
      const { decision } = judgement;
      const now = ports.clock.monotonic();
      const stop = this.stopOf(judgement, `at ${step.share} %`);
      if (stop === undefined && passed(decision, step.share, now - confirmed >= settings.minStep)) {
        await runChecks(`after ${step.share} %`);
        report(this.#report(releases, step, decision));
        return { type: 'done' };
      }
      if (stop !== undefined) {
        const ends = await this.#unlessDrifted(releases, trial, judgement, stop);
        if (ends === undefined) continue;
        report(this.#report(releases, step, decision));
        return ends;
      }
      if (now - said > 15_000) {
        said = now;
        const silence = trial.silence === undefined ? '' : ` Users' requests at the last reading: ${trial.silence}.`;
        say(`${step.share} %: ${decision.sentence}${silence}`);
      }
      await mend();
      await ports.clock.sleep(LOOK_EVERY, signal);
    }
  }

  /** What a judgement stops, if anything. @throws CheckFailed when the public path fails while the lanes are fine. */
  stopOf({ decision, path }: Judgement, moment: string): Event | undefined {
    if (decision.verdict === 'rollback') return { type: 'verdict', verdict: 'rollback' };
    if (path !== undefined) throw new CheckFailed(`${path.service} ${moment}: ${path.sentence}`);
    if (decision.verdict === 'inconclusive') return { type: 'verdict', verdict: 'inconclusive' };
    return undefined;
  }

  /**
   * A split that someone else changed is their doing, not the release's.
   * @returns undefined when their weights are taken over (`on-drift: adopt`): the release goes on with them
   * @throws DriftError
   */
  async #unlessDrifted(
    releases: readonly ServiceRelease[],
    trial: Trial,
    { decision }: Judgement,
    stop: Event,
  ): Promise<Event | undefined> {
    if (decision.metric !== 'split') return stop;
    for (const release of releases) await this.writer.verify(release);
    if (this.#adopted.size === 0) return stop;
    const step = this.#current();
    for (const { service, state } of releases) {
      if (!this.#adopted.delete(service)) continue;
      const share = state.share ?? 0;
      trial.adopt(service, share / 100);
      step.effective = { ...step.effective, [service]: share };
    }
    return undefined;
  }

  acknowledged({ provider, object }: Written): Promise<'yes' | 'unknown'> {
    const { cluster, ports } = this.#options;
    return awaitAcknowledgement(cluster, provider, object, { clock: ports.clock, timeout: ACKNOWLEDGE_WITHIN });
  }

  #current(): Step {
    if (this.#step === undefined) throw new Error('a weight was not prepared before it was set: please report this');
    return this.#step;
  }

  /** Enough ready pods for the share on the canary's side, one at least on stable's; the share Kong will make of it. */
  async #ready(release: ServiceRelease, share: Percent): Promise<Percent> {
    const { cluster, provider, settings, ports, say } = this.#options;
    const { stable, canary } = release.backends;
    const options = { clock: ports.clock, timeout: settings.readyTimeout };
    const stableReady =
      share < 100
        ? await waitForReady(cluster, settings.namespace, stable, 1, options)
        : await countReady(cluster, settings.namespace, stable);
    const needed = replicasNeeded(stableReady, share);
    const raised = await raiseReplicas(cluster, settings.namespace, canary, needed);
    if (raised) say(`${canary}: replicas raised from ${raised.from} to ${needed} for ${share} %`);
    const canaryReady = await waitForReady(cluster, settings.namespace, canary, needed, options);
    const split = splitAt(provider, release.backends, share, release.by);
    return round(provider.effectiveShare(split, release.backends, { [stable]: stableReady, [canary]: canaryReady }));
  }

  /**
   * Looks at the answers of one service so far; true once its share is confirmed. Answers that still look as before the
   * shift start the count again; answers that fit neither share, twice in a row, end the release.
   */
  #proofOf(release: ServiceRelease, step: Step): () => Promise<boolean> {
    const { ports } = this.#options;
    const { observer, service, backends } = release;
    const effective = step.effective[service] ?? step.share;
    const shifted = ports.clock.monotonic();
    observer.openWindow(shifted);
    let proof = beginProof(effective / 100, (step.previous.get(release) ?? 0) / 100, PROOF_LEVEL);
    let counted = { stable: 0, canary: 0 };
    let confirmed = false;
    return async () => {
      if (confirmed) return true;
      const now = ports.clock.monotonic();
      const { canary, identified, good } = observer.window;
      // Where versions cannot be told apart nothing is claimed (allow-unproved, or users' counts prove the split).
      if (!observer.identifier.distinguishes) {
        confirmed = good > 0;
      } else {
        const seen = { stable: identified - canary, canary };
        const judged = advanceProof(proof, {
          stable: seen.stable - counted.stable,
          canary: seen.canary - counted.canary,
        });
        proof = judged.proof;
        counted = seen;
        if (judged.outcome === 'refuted') {
          await this.writer.verify(release);
          throw new CheckFailed(
            `the split of ${service} is not what the route says: it says ${effective} %, ${round(100 * judged.observed)} % of ${judged.answers} answers came from ${backends.canary}`,
            'does something else split this traffic (a mesh, a second route, sticky sessions), or do other pods match the Services?',
          );
        }
        confirmed = judged.outcome === 'confirmed';
        if (!confirmed && proof.batch.stable + proof.batch.canary === 0 && judged.answers > 0) {
          observer.openWindow(now);
          counted = { stable: 0, canary: 0 };
        }
      }
      if (!confirmed && now > shifted + PROVE_WITHIN) {
        await this.writer.verify(release);
        throw new CheckFailed(
          `the split of ${service} could not be proved within ${Math.round((now - shifted) / 1000)} s: the route says ${effective} %, ${canary} of the last ${identified} answers came from ${backends.canary}`,
          'does the controller apply what it acknowledges? More probes (probe-rate) prove a split sooner',
        );
      }
      return confirmed;
    };
  }

  #report(releases: readonly ServiceRelease[], step: Step, decision: Decision): StepReport {
    return {
      asked: step.share,
      effective: step.effective,
      seen: Object.fromEntries(
        releases.map(({ service, observer: { identifier, window } }) => [
          service,
          identifier.distinguishes ? { canary: window.canary, identified: window.identified } : undefined,
        ]),
      ),
      acknowledged: step.acknowledged,
      probes: releases.reduce((sum, { observer }) => sum + observer.window.good, 0),
      failed: releases.reduce((sum, { observer }) => sum + observer.window.failed, 0),
      seconds: (this.#options.ports.clock.monotonic() - step.started) / 1000,
      decision,
    };
  }
}

/** At 100 % no current version is left to compare with: there the step passes with its time. */
function passed(decision: Decision, share: Percent, timeOver: boolean): boolean {
  if (decision.verdict === 'promote') return timeOver;
  return share >= 100 && decision.verdict === 'wait' && timeOver;
}

/** Runs a write for every release at once; when some fail, the rest is still awaited, so that nothing is left in flight. */
async function all<T>(
  releases: readonly ServiceRelease[],
  write: (release: ServiceRelease) => Promise<T>,
): Promise<T[]> {
  const results = await Promise.allSettled(releases.map(write));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
