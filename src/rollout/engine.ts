/** Drives a release through its weights: ready pods, one patch, the controller's word, proof on the public path, checks. */
import type { Cluster } from '../cluster/cluster.ts';
import { CheckFailed } from '../errors.ts';
import type { Identifier } from '../evidence/identify.ts';
import type { Ports } from '../ports.ts';
import type { Percent, RouteProvider } from '../routes/types.ts';
import type { Settings } from '../settings/types.ts';
import { advanceProof, beginProof } from '../verdict/index.ts';
import { replicasNeeded } from './backends.ts';
import { countReady, waitForReady } from './readiness.ts';
import type { ServiceRelease } from './release.ts';
import { RouteWriter, round } from './release.ts';
import { raiseReplicas } from './replicas.ts';
import { awaitAcknowledgement } from './writer.ts';

/** Milliseconds the controller may take to say that it took a route. Kong's pushes every 3 s by default. */
const ACKNOWLEDGE_WITHIN = 10_000;
/** Chance to confirm a share while the previous one is in force, or to refute a right one in one batch of answers. */
const PROOF_LEVEL = 0.001;
/** Milliseconds beyond `min-step` for the split to be proved. */
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
  readonly seconds: number;
}

export interface EngineOptions {
  readonly cluster: Cluster;
  readonly provider: RouteProvider;
  readonly settings: Settings;
  readonly ports: Ports;
  /** Aborted with the reason when the run must stop: a failing check, a lost lock, a signal, the total time. */
  readonly signal: AbortSignal;
  /** The user's checks on the public path; throws CheckFailed. */
  readonly runChecks: (moment: string) => Promise<void>;
  readonly say: (line: string) => void;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #writer: RouteWriter;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#writer = new RouteWriter(options.cluster, options.provider, options.ports.clock);
  }

  /** Attaches every canary at weight 0 and waits for the controller. */
  async attach(releases: readonly ServiceRelease[]): Promise<void> {
    const written = await all(releases, (release) => this.#writer.attach(release));
    await Promise.all(written.map((object) => this.#acknowledged(object)));
  }

  /**
   * One step: all services shift, then all are proved; services of one release move in lockstep.
   * @throws CheckFailed, DriftError, RefusedError, BackendError, or the signal's reason; the caller returns the traffic.
   */
  async step(releases: readonly ServiceRelease[], share: Percent, index: number, hold: number): Promise<StepReport> {
    const { ports, runChecks } = this.#options;
    const started = ports.clock.monotonic();
    const effective = Object.fromEntries(
      await Promise.all(
        releases.map(async (release) => [release.service, await this.#prepare(release, share)] as const),
      ),
    );
    const previous = new Map(releases.map((release) => [release, release.state.share ?? 0]));
    const written = await all(releases, (release) =>
      this.#writer.shift(release, share, { phase: 'observing', step: index }),
    );
    const acknowledgements = await Promise.all(written.map((object) => this.#acknowledged(object)));
    const acknowledged = acknowledgements.every((answer) => answer === 'yes') ? 'yes' : 'unknown';
    const shifted = ports.clock.monotonic();
    for (const release of releases) release.observer.openWindow(shifted);

    await runChecks(`at ${share} %`);
    await Promise.all(
      releases.map((release) =>
        this.#observe(release, {
          effective: effective[release.service] ?? share,
          previous: previous.get(release) ?? 0,
          shifted,
          until: shifted + hold,
        }),
      ),
    );
    await runChecks(`after ${share} %`);
    return {
      asked: share,
      effective,
      seen: Object.fromEntries(
        releases.map(({ service, observer }) => [
          service,
          tellsApart(observer.identifier)
            ? { canary: observer.window.canary, identified: observer.window.identified }
            : undefined,
        ]),
      ),
      acknowledged,
      probes: releases.reduce((sum, { observer }) => sum + observer.window.good, 0),
      seconds: (ports.clock.monotonic() - started) / 1000,
    };
  }

  get writer(): RouteWriter {
    return this.#writer;
  }

  /** Enough ready pods for the share on the canary's side, and at least one on stable's; the share Kong will make of it. */
  async #prepare(release: ServiceRelease, share: Percent): Promise<Percent> {
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
    const { stable: stableWeight, canary: canaryWeight } = provider.quantise(share);
    const split = {
      weights: { [stable]: stableWeight, [canary]: canaryWeight },
      shares: { [stable]: 100 - share, [canary]: share },
    };
    return round(provider.effectiveShare(split, release.backends, { [stable]: stableReady, [canary]: canaryReady }));
  }

  #acknowledged(object: Parameters<typeof awaitAcknowledgement>[2]): Promise<'yes' | 'unknown'> {
    const { cluster, provider, ports } = this.#options;
    return awaitAcknowledgement(cluster, provider, object, { clock: ports.clock, timeout: ACKNOWLEDGE_WITHIN });
  }

  /**
   * Counts answers until the step's time is over and the split is proved: the effective share confirmed, the previous
   * one excluded. Answers that still look as before the shift start the count again; answers that fit neither share,
   * twice in a row, end the release.
   */
  async #observe(
    release: ServiceRelease,
    step: { effective: Percent; previous: Percent; shifted: number; until: number },
  ): Promise<void> {
    const { ports, signal } = this.#options;
    const { observer, service, backends } = release;
    let proof = beginProof(step.effective / 100, step.previous / 100, PROOF_LEVEL);
    let counted = { stable: 0, canary: 0 };
    let confirmed = false;
    for (;;) {
      signal.throwIfAborted();
      const now = ports.clock.monotonic();
      const { canary, identified, good } = observer.window;
      // `auto` guesses: as long as no second version was ever seen, both may look the same, and nothing is claimed.
      if (!tellsApart(observer.identifier)) confirmed = good > 0;
      else {
        const seen = { stable: identified - canary, canary };
        const judged = advanceProof(proof, {
          stable: seen.stable - counted.stable,
          canary: seen.canary - counted.canary,
        });
        proof = judged.proof;
        counted = seen;
        if (judged.outcome === 'refuted') {
          await this.#writer.verify(release);
          throw new CheckFailed(
            `the split of ${service} is not what the route says: it says ${step.effective} %, ${round(100 * judged.observed)} % of ${judged.answers} answers came from ${backends.canary}`,
            'does something else split this traffic (a mesh, a second route, sticky sessions), or do other pods match the Services?',
          );
        }
        confirmed = judged.outcome === 'confirmed';
        if (proof.batch.stable + proof.batch.canary === 0 && judged.answers > 0) {
          observer.openWindow(now);
          counted = { stable: 0, canary: 0 };
        }
      }
      if (confirmed && now >= step.until) return;
      if (now > step.until + PROVE_WITHIN) {
        await this.#writer.verify(release);
        throw new CheckFailed(
          `the split of ${service} could not be proved within ${Math.round((now - step.shifted) / 1000)} s: ${canary} of the last ${identified} answers came from ${backends.canary}, ${step.effective} % were expected`,
          'give more time (min-step) or more probes (probe-rate)',
        );
      }
      await ports.clock.sleep(LOOK_EVERY, signal);
    }
  }
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

function tellsApart(identifier: Identifier): boolean {
  return identifier.ready && (identifier.named || identifier.distinguishes);
}
