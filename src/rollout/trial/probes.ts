/** The probes of a release: on the public path of every service all along, and on its lanes while they are open. */

import type { Observer } from '../../evidence/probes/observer.ts';
import type { ProbeStream, ProbeTarget } from '../../evidence/probes/probes.ts';
import { startPairs, startProbes } from '../../evidence/probes/probes.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Ports } from '../../ports.ts';
import type { LaneTokens } from '../../routes/types.ts';
import { requestHeaders } from '../../services/address.ts';
import type { ServicePlan } from '../../study/service-plan.ts';

/** Milliseconds until a probe counts as unanswered. */
const PROBE_TIMEOUT = 5_000;

export interface ProbingOptions {
  readonly ports: Ports;
  readonly http: HttpClient;
  /** Probes, and pairs, per second. */
  readonly rate: number;
}

export class Probing {
  readonly #settings: ProbingOptions & { readonly timeout: number };
  #public: ProbeStream[] = [];
  #lanes: ProbeStream[] = [];

  constructor(options: ProbingOptions) {
    this.#settings = { ...options, timeout: PROBE_TIMEOUT };
  }

  startPublic(target: ProbeTarget, observer: Observer): void {
    this.#public.push(this.askMore(target, observer, this.#settings.rate));
  }

  /** Probes of a public path, so many a second, beside those there are: what asks for a proof ends them. */
  askMore(target: ProbeTarget, observer: Observer, rate: number): ProbeStream {
    return startProbes(target, { ...this.#settings, rate }, (answer, sentAt) => observer.takePublic(answer, sentAt));
  }

  startLanes(target: ProbeTarget, tokens: LaneTokens, observer: Observer): void {
    const stream = startPairs(target, tokens, this.#settings, (version, answer, sentAt) =>
      observer.takeLane(version, answer, sentAt),
    );
    this.#lanes.push(stream);
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
}

/** Where a normal request to a service goes. @param path the gateway's address, and what every probe sends */
export function targetOf(
  path: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  plan: ServicePlan,
): ProbeTarget {
  return { service: plan.service, url: path.url + plan.path, headers: requestHeaders(plan, path.headers) };
}
