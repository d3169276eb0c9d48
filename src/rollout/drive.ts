/** A release from the first probe to the last weight, and back again when anything speaks against it. */

import type { HttpClient } from '../checks/http.ts';
import type { CheckRun, CheckTarget } from '../checks/runner.ts';
import { runChecks } from '../checks/runner.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Cancelled, CheckFailed, reasonOf } from '../errors.ts';
import type { ProbeStream } from '../evidence/probes.ts';
import { startProbes } from '../evidence/probes.ts';
import type { Ports } from '../ports.ts';
import type { Percent, RouteProvider } from '../routes/types.ts';
import type { Settings } from '../settings/types.ts';
import type { Released } from './begin.ts';
import { beginRelease } from './begin.ts';
import type { StepReport } from './engine.ts';
import { Engine } from './engine.ts';
import type { ServicePlan } from './plan.ts';
import { requestHeaders } from './plan.ts';
import { waitForReady } from './readiness.ts';
import type { RouteWriter, ServiceRelease } from './release.ts';
import type { Returned } from './returning.ts';
import { returnTraffic } from './returning.ts';

/** Milliseconds until a probe counts as unanswered. */
const PROBE_TIMEOUT = 5_000;
/** Milliseconds for the first probes to tell stable's sign, beyond the time they take to be sent. */
const LEARN_WITHIN = 15_000;

export interface DriveOptions {
  readonly cluster: Cluster;
  readonly provider: RouteProvider;
  readonly settings: Settings;
  readonly ports: Ports;
  readonly http: HttpClient;
  readonly gatewayUrl: string;
  readonly run: { readonly id: string; readonly url?: string };
  /** Cancel, total time, lost lock. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly onStep: (report: StepReport) => void;
  readonly onCheck: (result: CheckRun) => void;
}

/** Owns the probes and the state of every service of one release. */
export class Drive {
  readonly releases: readonly ServiceRelease[];
  readonly #options: DriveOptions;
  readonly #failed = new AbortController();
  readonly #engine: Engine;
  readonly #signal: AbortSignal;
  #streams: ProbeStream[] = [];
  readonly #plans: readonly Released[];
  #moment = 'before the release';
  #step = 'before the release';

  constructor(plans: readonly Released[], options: DriveOptions) {
    this.#options = options;
    this.#plans = plans;
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
    const now = new Date(options.ports.clock.now()).toISOString();
    this.releases = plans.map((plan) =>
      beginRelease(plan, options.settings, options.run, now, (sentence, servedBy) =>
        this.#onFailure(plan, servedBy === undefined ? sentence : `${sentence} (${plan.discovery[servedBy].name})`),
      ),
    );
    this.#engine = new Engine({
      ...options,
      cluster: options.cluster.under(this.#signal),
      signal: this.#signal,
      runChecks: (when) => this.check(when),
    });
    this.#streams = plans.map((plan, index) => this.#probe(plan, this.releases[index]));
  }

  /** What was going on last, for the report. */
  get step(): string {
    return this.#step;
  }

  get writer(): RouteWriter {
    return this.#engine.writer;
  }

  /** Failing probes so far, all services together. */
  get failures(): number {
    return this.releases.reduce((sum, { observer }) => sum + observer.failures, 0);
  }

  /** Waits until stable's answers are known well enough to tell the versions apart, then runs the checks once. */
  async observeStable(): Promise<void> {
    const { ports, settings, say, warn } = this.#options;
    const started = ports.clock.monotonic();
    const wanted = () => Math.max(...this.releases.map(({ observer }) => observer.identifier.wanted));
    while (wanted() > 0) {
      this.#signal.throwIfAborted();
      if (ports.clock.monotonic() - started > LEARN_WITHIN + (20 / settings.probeRate) * 1000) {
        throw new CheckFailed(
          'the public path gave too few good answers before the release',
          'is the gateway reached from the runner at probe-rate?',
        );
      }
      await ports.clock.sleep(50, this.#signal);
    }
    for (const { service, observer } of this.releases) {
      if (observer.identifier.ready) say(`${service}: versions are told apart by ${observer.identifier.describe()}`);
      else
        warn(
          `${service}: the versions cannot be told apart (${observer.identifier.describe().replace(/^nothing: /, '')}); shares are not proved. Set identify to a header or a JSON field that names the version.`,
        );
    }
    await this.check('before the release');
  }

  async attach(): Promise<void> {
    const { cluster, settings, ports, say } = this.#options;
    for (const { backends } of this.releases) {
      await waitForReady(cluster.under(this.#signal), settings.namespace, backends.canary, 1, {
        clock: ports.clock,
        timeout: settings.readyTimeout,
      });
    }
    for (const { observer } of this.releases) observer.stopLearning();
    const goesOn = this.releases.filter(({ state }) => state.share !== undefined);
    for (const { service, state } of goesOn)
      say(`${service}: goes on from ${state.share ?? 0} %, where the release was holding`);
    this.#moment = 'with the canary attached at 0 %';
    this.#step = 'attach';
    await this.#engine.attach(this.releases.filter(({ state }) => state.share === undefined));
  }

  /** All weights in order. */
  async climb(plan: readonly Percent[]): Promise<void> {
    const { settings, onStep } = this.#options;
    const reached = Math.min(...this.releases.map(({ state }) => state.share ?? 0));
    for (const [index, share] of plan.entries()) {
      if (share < reached) continue;
      this.#moment = `at ${share} %`;
      this.#step = `weight ${share}`;
      onStep(await this.#engine.step(this.releases, share, index, settings.minStep));
    }
  }

  /** Watches the new version at its last weight while the old one still runs. */
  async bake(): Promise<void> {
    const { settings, ports, say } = this.#options;
    if (settings.bake === 0) return;
    this.#moment = 'during bake';
    this.#step = 'bake';
    say(`baking for ${Math.round(settings.bake / 1000)} s`);
    await Promise.all(this.releases.map((release) => this.#engine.writer.note(release, { phase: 'baking' })));
    await this.check('at the start of bake');
    await ports.clock.sleep(settings.bake, this.#signal);
    await this.check('at the end of bake');
  }

  async finish(phase: 'promoted' | 'holding'): Promise<void> {
    const step = this.#options.settings.canaryWeight.length;
    await Promise.all(
      this.releases.map((release) => {
        const { sign } = release.observer.identifier;
        return this.#engine.writer.note(release, {
          phase,
          step,
          ...(phase === 'holding' && sign ? { evidence: { sign: { ...sign } } } : {}),
        });
      }),
    );
    await this.stop();
  }

  /**
   * Brings everything back; the probes go on until it is proved.
   * @param drifted a service whose route someone else has written: it is left alone
   */
  async giveBack(drifted?: string): Promise<Returned[]> {
    const cancelled = this.#options.signal.reason instanceof Cancelled;
    const ours = this.releases.filter(({ service }) => service !== drifted);
    const returned = await returnTraffic(ours, {
      ...this.#options,
      writeWithin: cancelled ? 4_000 : 30_000,
      proveWithin: cancelled ? 1_500 : 30_000,
    });
    await this.stop();
    const left = this.releases.filter(({ service }) => service === drifted).map(leftAlone);
    return [...returned, ...left];
  }

  /** Takes the canaries out of the routes after a proved return. */
  async detach(cluster: Cluster): Promise<string[]> {
    const engine = new Engine({
      ...this.#options,
      cluster,
      signal: cluster.signal ?? this.#options.signal,
      runChecks: async () => undefined,
    });
    const problems: string[] = [];
    for (const release of this.releases) {
      if (release.state.asked === undefined) continue;
      await engine.writer
        .detach(release, release.backends.canary, { phase: 'returned', weight: 0 })
        .catch((error: unknown) => {
          problems.push(`${release.backends.canary} is still in the route at weight 0: ${reasonOf(error)}`);
        });
    }
    return problems;
  }

  async stop(): Promise<void> {
    const streams = this.#streams;
    this.#streams = [];
    await Promise.all(streams.map((stream) => stream.stop()));
  }

  async check(when: string): Promise<void> {
    const { settings, http, gatewayUrl, ports, onCheck } = this.#options;
    await runChecks(settings.checks, when, {
      gatewayUrl,
      target: (path) => this.#targetOf(path),
      share: Math.max(0, ...this.releases.map(({ state }) => state.share ?? 0)),
      http,
      clock: ports.clock,
      signal: this.#signal,
      onResult: onCheck,
    });
  }

  /** The service a path belongs to: the one with the longest path that it begins with. */
  #targetOf(path: string): CheckTarget {
    const [plan] = this.#plans
      .filter((candidate) => path.startsWith(candidate.path))
      .sort((a, b) => b.path.length - a.path.length);
    const { probeHeaders } = this.#options.settings;
    if (plan === undefined) return { headers: probeHeaders, identifier: undefined };
    return {
      headers: requestHeaders(plan, probeHeaders),
      identifier: this.releases.find(({ service }) => service === plan.service)?.observer.identifier,
    };
  }

  #onFailure({ service }: Released, sentence: string): void {
    if (this.#failed.signal.aborted) return;
    const before =
      this.#moment === 'before the release'
        ? ' (nothing was shifted yet: the current version, the route or the key of the probes is at fault)'
        : '';
    this.#failed.abort(
      new CheckFailed(
        `a probe of ${service} failed ${this.#moment}: ${sentence}${before}`,
        /API rate limit exceeded/.test(sentence)
          ? 'give the probes a key of a consumer with a raised limit in probe-headers (manifests/kong/probe-consumer.yaml)'
          : /No API key found|Unauthorized/.test(sentence)
            ? 'give the probes a valid key in probe-headers'
            : '',
      ),
    );
  }

  #probe(plan: ServicePlan, release: ServiceRelease | undefined): ProbeStream {
    const { settings, ports, http, gatewayUrl } = this.#options;
    return startProbes(
      {
        service: plan.service,
        url: gatewayUrl + plan.path,
        headers: requestHeaders(plan, settings.probeHeaders),
      },
      {
        rate: settings.probeRate,
        timeout: PROBE_TIMEOUT,
        ports,
        http,
        onAnswer: (answer, sentAt) => release?.observer.take(answer, sentAt),
      },
    );
  }
}

/** A route that someone else has written meanwhile: theirs to answer for, so only said. */
function leftAlone({ service, backends, observer }: ServiceRelease): Returned {
  const { canary, identified } = observer.window;
  const seen = identified === 0 ? '' : `; ${canary} of the last ${identified} answers came from ${backends.canary}`;
  return {
    service,
    written: false,
    proved: false,
    free: false,
    traffic: `${service}: left as someone else wrote it${seen}`,
  };
}
