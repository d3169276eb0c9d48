/** The user's checks at every moment of a release: on the public path, and on the canary's lane before users meet it. */

import type { CheckRun, CheckTarget } from '../../checks/runner.ts';
import { runChecks } from '../../checks/runner.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Ports } from '../../ports.ts';
import { LANE_HEADER } from '../../routes/types.ts';
import type { Settings } from '../../settings/types.ts';
import type { Released } from '../../study/service-plan.ts';
import type { ServiceRelease } from '../state.ts';
import type { Probing } from './probes.ts';

export interface CheckingOptions {
  readonly settings: Settings;
  readonly ports: Ports;
  readonly http: HttpClient;
  readonly gatewayUrl: string;
  /** Sent where a path belongs to no service of the release. */
  readonly probeHeaders: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Runs `check-command`, if there is one. @throws CheckFailed */
  readonly checkCommand: (when: string, share: number) => Promise<void>;
  readonly onCheck: (result: CheckRun) => void;
}

export interface Checked {
  readonly plan: Released;
  readonly release: ServiceRelease;
}

export class Checking {
  readonly #services: readonly Checked[];
  readonly #probing: Probing;
  readonly #options: CheckingOptions;

  constructor(services: readonly Checked[], probing: Probing, options: CheckingOptions) {
    this.#services = services;
    this.#probing = probing;
    this.#options = options;
  }

  /** All checks on the public path, then the command. @throws CheckFailed */
  async run(when: string): Promise<void> {
    const { settings, checkCommand } = this.#options;
    const share = Math.max(0, ...this.#services.map(({ release }) => release.state.share ?? 0));
    await runChecks(settings.checks, when, { ...this.#asking(), share, target: (path) => this.#targetOf(path) });
    await checkCommand(when, share);
  }

  /** The checks of a service on its canary's lane: before any user could meet what they would find. @throws CheckFailed */
  async onLane(of: Checked): Promise<void> {
    const { lanes } = of.release.observer;
    if (lanes === undefined) return;
    const headers = { ...this.#probing.targetOf(of.plan).headers, [LANE_HEADER]: lanes.tokens.canary };
    const ours = this.#options.settings.checks.filter((check) => this.#ownerOf(check.path) === of);
    await runChecks(
      // Whose lane it is says who answers.
      ours.map(({ expect: { servedBy: _, ...expect }, ...check }) => ({ ...check, expect })),
      `on the lane of ${of.release.backends.canary}`,
      { ...this.#asking(), share: 0, target: () => ({ headers }) },
    );
  }

  #asking() {
    const { http, gatewayUrl, ports, signal, onCheck } = this.#options;
    return { gatewayUrl, http, clock: ports.clock, signal, onResult: onCheck };
  }

  /** The service a path belongs to: the one with the longest path that it begins with. */
  #ownerOf(path: string): Checked | undefined {
    return this.#services
      .filter(({ plan }) => path.startsWith(plan.path))
      .sort((a, b) => b.plan.path.length - a.plan.path.length)[0];
  }

  #targetOf(path: string): CheckTarget {
    const owner = this.#ownerOf(path);
    if (owner === undefined) return { headers: this.#options.probeHeaders };
    const { identifier } = owner.release.observer;
    return { headers: this.#probing.targetOf(owner.plan).headers, versionOf: (answer) => identifier.tell(answer) };
  }
}
