/** What the probes of one service have seen: the public path, the lanes, and what of it reached the pods. */
import { evaluate, originOf, sentence } from '../../checks/expect.ts';
import type { HttpAnswer } from '../../http/client.ts';
import type { LaneTokens } from '../../routes/types.ts';
import type { Count } from '../../verdict/types.ts';
import type { Probes } from '../users/sources.ts';
import type { Identifier, ServedBy } from './identify.ts';
import { laneAnswer, PROBE_EXPECTATION } from './lane-answer.ts';
import { ProbeLog } from './log.ts';

/** Answers on the public path to probes sent since the window was opened: it never mixes two weights. */
export interface Window {
  /** Probes answered as expected. */
  readonly good: number;
  readonly failed: number;
  /** Answers told to be the canary's, and either version's. */
  readonly canary: number;
  readonly identified: number;
  /** Answers told to be stable's since the last one of the canary's. */
  readonly stableInARow: number;
  /** Good answers in a row, of whichever version. */
  readonly goodInARow: number;
}

const EMPTY: Window = { good: 0, failed: 0, canary: 0, identified: 0, stableInARow: 0, goodInARow: 0 };

/** Answers since the last drain. */
export interface Drained {
  readonly public: Count;
  /** Answers on the public path told to be a version's, to probes sent since the window was opened. */
  readonly told: Readonly<Record<ServedBy, Count>>;
  readonly lanes: Readonly<Record<ServedBy, Count>>;
  /** Seconds of the lanes' good answers. */
  readonly times: Readonly<Record<ServedBy, readonly number[]>>;
}

/** The last thing that went wrong, in words: where, and what was expected and seen. */
export interface Slip {
  readonly where: 'public path' | 'stable' | 'canary';
  readonly sentence: string;
  readonly servedBy?: ServedBy | undefined;
}

export class Observer {
  readonly service: string;
  readonly identifier: Identifier;
  /** Whose lane each token is; undefined before lanes are open. `marked`: whether answers carry the token. */
  lanes: { readonly tokens: LaneTokens; readonly marked: boolean } | undefined;
  readonly #log = new ProbeLog();
  #from = 0;
  #window: Window = EMPTY;
  #learning = true;
  #laneLearning = false;
  #failedInAll = 0;
  #refusedInARow = 0;
  #drained = fresh();
  #slips: Partial<Record<Slip['where'], Slip>> = {};
  /** Lane answers in a row that were no evidence, and why the last one was none. */
  #silent: Record<ServedBy, { count: number; why: string }> = {
    stable: { count: 0, why: '' },
    canary: { count: 0, why: '' },
  };

  constructor(service: string, identifier: Identifier) {
    this.service = service;
    this.identifier = identifier;
    // Signs known from an earlier run are not learnt again: its canary has traffic already.
    this.#learning = identifier.wanted() > 0;
  }

  get window(): Window {
    return this.#window;
  }

  /** Failing probes on the public path since the beginning. They are our own: users' requests are counted elsewhere. */
  get failures(): number {
    return this.#failedInAll;
  }

  /** Answers on the public path in a row that were no answers of the application. */
  get refusedInARow(): number {
    return this.#refusedInARow;
  }

  slip(where: Slip['where']): Slip | undefined {
    return this.#slips[where];
  }

  silence(version: ServedBy): { readonly count: number; readonly why: string } {
    return this.#silent[version];
  }

  /** From here on answers on the public path may be the canary's. */
  stopLearning(): void {
    this.#learning = false;
  }

  /** Lanes were opened again: what was silent before says nothing about them. */
  forgetSilence(): void {
    this.#silent = { stable: { count: 0, why: '' }, canary: { count: 0, why: '' } };
  }

  /** Whether lane answers teach signs, and count for nothing yet. */
  learnFromLanes(on: boolean): void {
    this.#laneLearning = on;
    if (!on) this.#drained = { ...fresh(), public: this.#drained.public };
  }

  /** Starts a new window; answers to probes sent before `monotonic` no longer count in it. */
  openWindow(monotonic: number): void {
    this.#from = monotonic;
    this.#window = EMPTY;
    this.#drained = { ...this.#drained, told: fresh().told };
  }

  /** Whether a failure was counted since the last drain: then evidence is looked at at once. */
  get hasErrors(): boolean {
    const { lanes, public: path } = this.#drained;
    return lanes.stable.errors + lanes.canary.errors + path.errors > 0;
  }

  /** Everything counted since the last call. */
  drain(): Drained {
    const drained = this.#drained;
    this.#drained = fresh();
    return drained;
  }

  takePublic(answer: HttpAnswer, sentAt: number): void {
    const result = evaluate(PROBE_EXPECTATION, answer, { from: 'app' });
    if (this.#learning) this.identifier.learn(answer);
    const servedBy = this.#learning ? 'stable' : this.identifier.classify(answer);
    this.#log.add({ at: sentAt, answer, version: servedBy, failed: !result.ok, lane: false });
    if (!result.ok) {
      this.#failedInAll++;
      this.#slips['public path'] = { where: 'public path', sentence: sentence(result), servedBy };
    }
    this.#refusedInARow = result.ok || originOf(answer) === 'app' ? 0 : this.#refusedInARow + 1;
    plus(this.#drained.public, result.ok);
    if (sentAt < this.#from) return;
    if (servedBy !== undefined) plus(this.#drained.told[servedBy], result.ok);
    this.#window = counted(this.#window, servedBy, result.ok);
  }

  takeLane(version: ServedBy, answer: HttpAnswer, sentAt: number): void {
    const { lanes } = this;
    const judged = laneAnswer(answer, lanes?.marked ? lanes.tokens[version] : undefined);
    // Without a mark, an answer that is told to be the other version's did not come by this lane.
    const strayed = !lanes?.marked && other(version) === this.identifier.tell(answer) && !this.#laneLearning;
    this.#log.add({
      at: sentAt,
      answer,
      version: judged.kind === 'none' || strayed ? this.identifier.tell(answer) : version,
      failed: judged.kind === 'failed',
      lane: true,
    });
    if (judged.kind === 'none' || strayed) {
      const why = judged.kind === 'none' ? judged.why : 'an answer of the other version';
      this.#silent[version] = { count: this.#silent[version].count + 1, why };
      return;
    }
    this.#silent[version] = { count: 0, why: '' };
    if (judged.kind === 'failed') this.#slips[version] = { where: version, sentence: judged.sentence };
    if (this.#laneLearning) this.identifier.learn(answer, version);
    const good = judged.kind === 'good';
    plus(this.#drained.lanes[version], good);
    if (good) this.#drained.times[version].push(answer.milliseconds / 1000);
  }

  /** Our probes that reached the pods and were sent between two moments (monotonic milliseconds). */
  probesBetween(from: number, until: number): Probes {
    return this.#log.between(from, until);
  }
}

const other = (version: ServedBy): ServedBy => (version === 'stable' ? 'canary' : 'stable');

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function fresh() {
  const none = (): Mutable<Count> => ({ requests: 0, errors: 0 });
  return {
    public: none(),
    told: { stable: none(), canary: none() },
    lanes: { stable: none(), canary: none() },
    times: { stable: [] as number[], canary: [] as number[] },
  };
}

function plus(count: Mutable<Count>, good: boolean): void {
  count.requests++;
  if (!good) count.errors++;
}

function counted(window: Window, servedBy: ServedBy | undefined, good: boolean): Window {
  return {
    good: window.good + (good ? 1 : 0),
    failed: window.failed + (good ? 0 : 1),
    canary: window.canary + (servedBy === 'canary' ? 1 : 0),
    identified: window.identified + (servedBy === undefined ? 0 : 1),
    // An answer that cannot be told is no evidence: it neither counts nor starts the count again.
    stableInARow: servedBy === 'canary' ? 0 : window.stableInARow + (servedBy === 'stable' ? 1 : 0),
    goodInARow: good ? window.goodInARow + 1 : 0,
  };
}
