/** The probes of a release: on the public path of every service all along, and on its lanes while they are open. */

import type { ProbeStream, ProbeTarget } from '../../evidence/probes/probes.ts';
import { startPairs, startProbes } from '../../evidence/probes/probes.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Ports } from '../../ports.ts';
import type { LaneTokens } from '../../routes/types.ts';
import { LANE_HEADER } from '../../routes/types.ts';
import { requestHeaders } from '../../services/address.ts';
import type { ServicePlan } from '../../study/service-plan.ts';
import type { ServiceRelease } from '../state.ts';

/** Milliseconds until a probe counts as unanswered. */
const PROBE_TIMEOUT = 5_000;

export interface ProbingOptions {
  readonly ports: Ports;
  readonly http: HttpClient;
  readonly gatewayUrl: string;
  /** Probes, and pairs, per second. */
  readonly rate: number;
  /** Sent with every probe: the caller's key, for example. */
  readonly headers: Readonly<Record<string, string>>;
}

export class Probing {
  readonly #options: ProbingOptions;
  #public: ProbeStream[] = [];
  readonly #targets = new Map<string, ProbeTarget>();
  #lanes: ProbeStream[] = [];

  constructor(options: ProbingOptions) {
    this.#options = options;
  }

  startPublic(plan: ServicePlan, release: ServiceRelease): void {
    this.#targets.set(plan.service, this.targetOf(plan));
    this.#public.push(this.askMore(release, this.#options.rate));
  }

  /** Probes of a service's public path, so many a second, beside those there are: what asks for a proof ends them. */
  askMore({ service, observer }: ServiceRelease, rate: number): ProbeStream {
    const target = this.#targets.get(service);
    if (target === undefined) throw new Error(`${service} has no public path to probe: please report this`);
    return startProbes(target, { ...this.#settings(), rate }, (answer, sentAt) => observer.takePublic(answer, sentAt));
  }

  startLanes(plan: ServicePlan, release: ServiceRelease, tokens: LaneTokens): void {
    const stream = startPairs(this.targetOf(plan), tokens, this.#settings(), (version, answer, sentAt) =>
      release.observer.takeLane(version, answer, sentAt),
    );
    this.#lanes.push(stream);
  }

  /** Where a normal request to the service goes. */
  targetOf(plan: ServicePlan): ProbeTarget {
    const { gatewayUrl, headers } = this.#options;
    return { service: plan.service, url: gatewayUrl + plan.path, headers: requestHeaders(plan, headers) };
  }

  /** Headers that lead a request into a lane. */
  laneHeaders(plan: ServicePlan, token: string): Readonly<Record<string, string>> {
    return { ...this.targetOf(plan).headers, [LANE_HEADER]: token };
  }

  async stopLanes(): Promise<void> {
    const streams = this.#lanes;
    this.#lanes = [];
    await Promise.all(streams.map((stream) => stream.stop()));
  }

  async stop(): Promise<void> {
    const streams = this.#public;
    this.#public = [];
    await Promise.all([this.stopLanes(), ...streams.map((stream) => stream.stop())]);
  }

  #settings() {
    const { ports, http, rate } = this.#options;
    return { rate, timeout: PROBE_TIMEOUT, ports, http };
  }
}
