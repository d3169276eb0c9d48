/** Which of our own requests reached the pods, and when they were sent: what is taken out of users' counts. */
import { originOf } from '../../checks/expect.ts';
import type { HttpAnswer } from '../../http/client.ts';
import type { Probes } from '../users/sources.ts';
import type { ServedBy } from './identify.ts';

export interface SentProbe {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly answer: HttpAnswer;
  /** Undefined where it cannot be told: then it is nobody's. */
  readonly version: ServedBy | undefined;
  readonly failed: boolean;
  readonly lane: boolean;
}

/** Milliseconds probes are remembered: longer than any source lags behind. */
const REMEMBERED = 300_000;

type Entry = Pick<SentProbe, 'at' | 'version' | 'failed' | 'lane'>;

export class ProbeLog {
  /** In the order of their answers, which is about the order they were sent in. */
  #entries: Entry[] = [];
  #kept = 0;

  add({ at, answer, version, failed, lane }: SentProbe): void {
    // Kong's own answers never reached a pod; without an answer nobody knows, and most likely a pod did count it.
    if (version === undefined || originOf(answer) === 'kong') return;
    this.#entries.push({ at, version, failed, lane });
    if (this.#entries.length < this.#kept * 2 + 1000) return;
    this.#entries = this.#entries.filter((entry) => entry.at > at - REMEMBERED);
    this.#kept = this.#entries.length;
  }

  between(from: number, until: number): Probes {
    const counts = { stable: { requests: 0, errors: 0 }, canary: { requests: 0, errors: 0 } };
    let lanes = false;
    for (const { at, version, failed, lane } of this.#entries) {
      if (version === undefined || at < from || at >= until) continue;
      counts[version].requests++;
      if (failed) counts[version].errors++;
      lanes ||= lane;
    }
    return { ...counts, lanes };
  }
}
