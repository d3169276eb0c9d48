/**
 * The trial of a canary: takes what probes and sources have counted since the last look, hands it to the verdict, and
 * guards the public path. It judges when it is asked, and waits for nothing.
 */
import type { Drained, Observer } from '../../evidence/probes/observer.ts';
import type { Look, Stretch } from '../../evidence/users/sources.ts';
import type { Clock, Teller } from '../../ports.ts';
import type { Count, Decision, Design, GuardState, GuardWindow, State, Window } from '../../verdict/index.ts';
import {
  beginGuard,
  begin as beginState,
  histogramFrom,
  judge,
  judgeGuard,
  observeGuard,
  partOf,
  update,
} from '../../verdict/index.ts';

/** Milliseconds between two windows of probes while none fails. */
const WINDOW = 1_000;
const NONE: Count = { requests: 0, errors: 0 };
const NOTHING: GuardWindow = { public: NONE, stable: NONE, canary: NONE };

export interface TrialOptions extends Pick<Teller, 'say'> {
  readonly design: Design;
  readonly observers: readonly Observer[];
  readonly clock: Clock;
  /** Level of the guard of the public path: its part of the one false-alarm probability. */
  readonly guardLevel: number;
  /** Evidence of an earlier run of the same release and design. */
  readonly state?: State | undefined;
  /** Guards of the public path of that run, by service. */
  readonly guards?: Readonly<Record<string, GuardState | undefined>>;
  /** Bounds of the lanes' response times in seconds by service, fixed before the first window. */
  readonly bounds: Readonly<Record<string, readonly number[] | undefined>>;
  /** What the sources of users' requests have said since the last call. */
  readonly users: () => readonly Look[];
}

/** What one look came to. */
export interface Judgement {
  readonly decision: Decision;
  /** What is wrong with a service's public path, while the lanes are fine. */
  readonly path?: { readonly service: string; readonly sentence: string };
}

export class Trial {
  readonly #options: TrialOptions;
  readonly #paths = new Map<string, GuardState>();
  /** The same watch over stable's lane: what fails stable is not the release's doing. */
  readonly #stables = new Map<string, GuardState>();
  readonly #stretches = new Map<string, Stretch>();
  /** Probes the guards have not been told of yet, and since when. */
  readonly #unguarded = new Map<string, { readonly since: number; readonly window: GuardWindow }>();
  /** Services whose users were not counted at the last reading, and why. */
  readonly #silent = new Map<string, string>();
  /** Said once each: sources repeat themselves at every reading. */
  readonly #said = new Set<string>();
  #state: State;
  #step = 0;
  #since: number | undefined;
  #lookedAt: number;
  #last: Decision | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
    this.#state = options.state ?? beginState(options.design);
    this.#lookedAt = options.clock.monotonic();
    for (const { service } of options.observers) {
      this.#unguarded.set(service, { since: this.#lookedAt, window: NOTHING });
      this.#paths.set(service, options.guards?.[service] ?? beginGuard());
      this.#stables.set(service, beginGuard());
    }
  }

  /** Whether evidence of an earlier run goes on here. */
  get resumed(): boolean {
    return this.#options.state !== undefined;
  }

  /** What the verdict said last. */
  get last(): Decision | undefined {
    return this.#last;
  }

  /** Why users' requests were not counted at the last reading, for the log; undefined when they were. */
  get silence(): string | undefined {
    const [first] = this.#silent;
    return first === undefined ? undefined : `${first[0]}: ${first[1]}`;
  }

  get design(): Design {
    return this.#options.design;
  }

  /** The evidence of one service, for the journal on its route. */
  partOf(service: string): State {
    return partOf(this.#state, service);
  }

  /** The guard of one service's public path, for the journal on its route. */
  guardOf(service: string): GuardState | undefined {
    return this.#paths.get(service);
  }

  stretchOf(service: string): Stretch | undefined {
    return this.#stretches.get(service);
  }

  /** The weight is about to be touched: what is counted across the change belongs to no step. */
  enter(step: number): void {
    const now = this.#options.clock.monotonic();
    for (const [service, stretch] of this.#stretches) this.#stretches.set(service, { ...stretch, until: now });
    this.#step = step;
    this.#since = undefined;
  }

  /** The split of the step is confirmed: from now on users' requests count in it. @param shares 0 to 1 by service */
  confirm(shares: Readonly<Record<string, number>>): void {
    const since = this.#options.clock.monotonic();
    this.#since = since;
    for (const observer of this.#options.observers) {
      const share = shares[observer.service] ?? 0;
      this.#stretches.set(observer.service, { step: this.#step, share, since });
      observer.openWindow(since);
    }
  }

  /** Somebody else's share is taken over: what was counted before it belongs to no step, and its split is proved anew. */
  adopt(service: string, share: number): void {
    const since = this.#options.clock.monotonic();
    this.#stretches.set(service, { step: this.#step, share, since });
    this.#options.observers.find((observer) => observer.service === service)?.openWindow(since);
    const { public: _, ...streams } = this.#state.services[service] ?? {};
    this.#state = { ...this.#state, services: { ...this.#state.services, [service]: streams } };
  }

  /** Judges everything known now; windows of probes are closed every second, or at once when one failed. */
  look(): Judgement {
    const { observers, clock, design } = this.#options;
    const now = clock.monotonic();
    const windows: Window[] = [];
    for (const one of this.#options.users()) {
      windows.push(...one.windows);
      for (const { service } of one.windows) this.#silent.delete(service);
      for (const { service, why } of one.silent) this.#silent.set(service, why);
      for (const note of one.notes) this.#sayOnce(note);
      for (const { service, why, exhausted } of one.silent)
        if (exhausted) this.#sayOnce(`${service}: users' requests cannot be counted: ${why}`);
    }
    const due = now - this.#lookedAt >= WINDOW || observers.some((observer) => observer.hasErrors);
    if (due) {
      const seconds = (now - this.#lookedAt) / 1000;
      this.#lookedAt = now;
      for (const observer of observers) windows.push(...this.#windowsOf(observer, seconds));
    }
    const moment = {
      step: this.#step,
      secondsInStep: this.#since === undefined ? 0 : (now - this.#since) / 1000,
    };
    if (windows.length === 0) return this.#judged(judge(this.#state, design, moment));
    const { state, decision } = update(this.#state, windows, design, moment);
    this.#state = state;
    return this.#judged(decision);
  }

  #judged(decision: Decision): Judgement {
    this.#last = decision;
    const { guardLevel } = this.#options;
    for (const [service, guard] of this.#paths) {
      const judged = judgeGuard(guard, guardLevel);
      if (judged.verdict === 'fine') continue;
      const stable = this.#stables.get(service);
      if (stable !== undefined && judgeGuard(stable, guardLevel).verdict === 'failing') continue;
      return { decision, path: { service, sentence: judged.sentence } };
    }
    return { decision };
  }

  #windowsOf(observer: Observer, seconds: number): Window[] {
    const { service, identifier } = observer;
    const { design, bounds } = this.#options;
    const drained = observer.drain();
    const { lanes } = drained;
    this.#guard(service, { public: drained.public, ...lanes });
    const common = { service, step: this.#step, seconds };
    const windows: Window[] = [];
    if (design.sources.includes('lane') && lanes.stable.requests + lanes.canary.requests > 0) {
      const latency = latencyOf(bounds[service], drained);
      windows.push({ ...common, source: 'lane', share: 0.5, ...lanes, ...(latency ? { latency } : {}) });
    }
    const stretch = this.#stretches.get(service);
    const proves = design.sources.includes('public') && identifier.distinguishes && this.#step > 0;
    if (proves && stretch !== undefined && stretch.until === undefined) {
      windows.push({ ...common, source: 'public', share: stretch.share, ...drained.told });
    }
    return windows;
  }

  /** Guards take whole seconds: a window that was closed early by a failure says too little of the rest of it. */
  #guard(service: string, window: GuardWindow): void {
    const so = this.#unguarded.get(service) ?? { since: this.#lookedAt, window: NOTHING };
    const sum = {
      public: plus(so.window.public, window.public),
      stable: plus(so.window.stable, window.stable),
      canary: plus(so.window.canary, window.canary),
    };
    const now = this.#options.clock.monotonic();
    if (now - so.since < WINDOW) {
      this.#unguarded.set(service, { since: so.since, window: sum });
      return;
    }
    this.#unguarded.set(service, { since: now, window: NOTHING });
    const observed = (map: Map<string, GuardState>, seen: GuardWindow) =>
      map.set(service, observeGuard(map.get(service) ?? beginGuard(), seen));
    observed(this.#paths, sum);
    observed(this.#stables, { ...NOTHING, public: sum.stable });
  }

  #sayOnce(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.#options.say(line);
  }
}

function latencyOf(bounds: readonly number[] | undefined, { times }: Drained) {
  return bounds === undefined ? undefined : histogramFrom(bounds, times.stable, times.canary);
}

function plus(one: Count, other: Count): Count {
  return { requests: one.requests + other.requests, errors: one.errors + other.errors };
}
