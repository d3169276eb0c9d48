/** What the probes of one service have seen: counted in windows that never mix two weights. */
import { evaluate, sentence } from '../checks/expect.ts';
import type { HttpAnswer } from '../checks/http.ts';
import type { Expectation } from '../settings/types.ts';
import type { Identifier, ServedBy } from './identify.ts';

/** What a default probe expects: a 2xx from the application, not from Kong. */
export const PROBE_EXPECTATION: Expectation = {
  status: Array.from({ length: 100 }, (_, index) => 200 + index),
  header: {},
  json: {},
};

export interface Window {
  /** Probes answered as expected. */
  readonly good: number;
  readonly failed: number;
  /** Good answers told to be the canary's, and either version's. */
  readonly canary: number;
  readonly identified: number;
  /** Good answers told to be stable's since the last one of the canary's or the last failure. */
  readonly stableInARow: number;
  /** Good answers in a row, of whichever version. */
  readonly goodInARow: number;
}

const EMPTY: Window = { good: 0, failed: 0, canary: 0, identified: 0, stableInARow: 0, goodInARow: 0 };

/** Called for each failing probe with "expected …, seen …", and who answered where that can be told. */
export type OnFailure = (sentence: string, servedBy: ServedBy | undefined) => void;

export class Observer {
  readonly service: string;
  readonly identifier: Identifier;
  readonly #onFailure: OnFailure;
  #from = 0;
  #window: Window = EMPTY;
  #learning: boolean;
  #failedInAll = 0;

  constructor(service: string, identifier: Identifier, onFailure: OnFailure) {
    this.service = service;
    this.identifier = identifier;
    this.#onFailure = onFailure;
    // A sign known from an earlier run is not learnt again: its canary has traffic already.
    this.#learning = identifier.wanted > 0;
  }

  get window(): Window {
    return this.#window;
  }

  /** Failing probes since the beginning. They are our own: users' requests are counted elsewhere. */
  get failures(): number {
    return this.#failedInAll;
  }

  /** From here on answers may be the canary's: stable's sign is settled. */
  stopLearning(): void {
    this.#learning = false;
  }

  /** Starts a new window; answers to probes sent before `monotonic` no longer count. */
  openWindow(monotonic: number): void {
    this.#from = monotonic;
    this.#window = EMPTY;
  }

  take(answer: HttpAnswer, sentAt: number): void {
    const result = evaluate(PROBE_EXPECTATION, answer, { from: 'app' });
    if (!result.ok) {
      this.#failedInAll++;
      if (sentAt >= this.#from)
        this.#window = { ...this.#window, failed: this.#window.failed + 1, stableInARow: 0, goodInARow: 0 };
      this.#onFailure(sentence(result), this.#learning ? undefined : this.identifier.classify(answer));
      return;
    }
    if (this.#learning) this.identifier.learn(answer);
    const servedBy = this.#learning ? undefined : this.identifier.classify(answer);
    if (sentAt < this.#from) return;
    this.#window = counted(this.#window, servedBy);
  }
}

function counted(window: Window, servedBy: ServedBy | undefined): Window {
  return {
    good: window.good + 1,
    failed: window.failed,
    canary: window.canary + (servedBy === 'canary' ? 1 : 0),
    identified: window.identified + (servedBy === undefined ? 0 : 1),
    // An answer that cannot be told is no evidence: it neither counts nor starts the count again.
    stableInARow: servedBy === 'canary' ? 0 : window.stableInARow + (servedBy === 'stable' ? 1 : 0),
    goodInARow: window.goodInARow + 1,
  };
}
