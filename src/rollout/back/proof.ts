/**
 * The proof of a return: enough answers in a row on the public path. Who asks is passed in: the probes of a running
 * release, or requests of a run that was not there before.
 */
import { evaluate, originOf, sentence } from '../../checks/expect.ts';
import type { ServedBy } from '../../evidence/probes/identify.ts';
import { PROBE_EXPECTATION } from '../../evidence/probes/lane-answer.ts';
import type { Observer } from '../../evidence/probes/observer.ts';
import type { ProbeStream } from '../../evidence/probes/probes.ts';
import { startProbes } from '../../evidence/probes/probes.ts';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import type { Journal } from '../../journal/journal.ts';
import { field, text } from '../../kube/objects.ts';
import type { Clock, Ports } from '../../ports.ts';
import type { Backends } from '../../routes/types.ts';
import type { Identify } from '../../settings/types.ts';

/** Answers in a row that prove a return: stable's where they can be told, else good ones. */
export const PROOF_ANSWERS = 40;
/**
 * Requests a second that are asked for a proof: twice the answers in its time, so that those from before the gateway has
 * taken the write may be lost. `inAll`: for all services that return at once, which one runner asks for.
 */
const PACE = { least: 20, most: 100, inAll: 300 } as const;
/** Milliseconds between two looks at what was seen. */
const LOOK_EVERY = 50;
/** Milliseconds until a request of a proof counts as unanswered. */
const ANSWER_WITHIN = 5_000;

/** What the public path has shown since the return was written. */
export interface Seen {
  readonly good: number;
  readonly failed: number;
  /** Answers told to be the canary's. */
  readonly canary: number;
  /** Answers told to be stable's since the last one of the canary's: one that cannot be told neither counts nor breaks it. */
  readonly stableInARow: number;
  readonly goodInARow: number;
  /** Answers in a row that the gateway refused to this caller (no key, a limit): nobody behind it was asked. */
  readonly refusedInARow: number;
  /** Whether the versions can be told apart; undefined where only the answers show it. */
  readonly tells: boolean | undefined;
  /** The last failure, in words; empty without one. */
  readonly last: string;
}

/** Who asks the public path, and what it has seen. */
export interface Source {
  /** How its requests are called. */
  readonly what: 'probes' | 'requests';
  /** From now on only answers to requests sent later count. */
  begin(): void;
  /** Asks this often a second until it is stopped, beside whatever it asks already. */
  ask(rate: number): ProbeStream;
  seen(): Seen;
}

export interface Proof {
  /** Enough answers in a row came. */
  readonly good: boolean;
  /** They are known to be stable's. */
  readonly told: boolean;
  readonly seen: Seen;
}

/** How often a proof asks, in requests a second. @param services how many return at once */
export function paceOf(within: number, services = 1): number {
  const wanted = Math.max(PACE.least, (2 * PROOF_ANSWERS * 1000) / within);
  return Math.min(wanted, PACE.most, PACE.inAll / services);
}

/** Asks until enough answers in a row came or the time is over. @throws the signal's reason */
export async function prove(
  source: Source,
  options: { readonly clock: Clock; readonly within: number; readonly rate: number; readonly signal?: AbortSignal },
): Promise<Proof> {
  const { clock, within, rate, signal } = options;
  const until = clock.monotonic() + within;
  const first = proofIn(source.seen());
  if (first.good) return first;
  const asking = source.ask(rate);
  try {
    for (;;) {
      const proof = proofIn(source.seen());
      const barred = proof.seen.refusedInARow >= PROOF_ANSWERS;
      if (proof.good || barred || clock.monotonic() >= until) return proof;
      await clock.sleep(LOOK_EVERY, signal);
    }
  } finally {
    await asking.stop();
  }
}

function proofIn(seen: Seen): Proof {
  // Where they are told apart, who answers proves it: stable may have failings of its own.
  const told = seen.tells !== false && seen.stableInARow >= PROOF_ANSWERS;
  const good = told || (seen.tells !== true && seen.goodInARow >= PROOF_ANSWERS);
  return { good, told, seen };
}

/** What was seen where a proof did not come, as the end of a sentence. */
export function shortfall({ seen }: Proof, what: Source['what'], { stable, canary }: Backends): string {
  const { good, failed, last } = seen;
  const why = last === '' ? '' : ` (${last})`;
  const met = `of ${good + failed} ${what} since, ${failed} failed${why} and ${seen.canary} were answered by ${canary}`;
  if (failed > 0 || seen.canary > 0 || good === 0) return met;
  const row = seen.tells === false ? `${seen.goodInARow} were good` : `${seen.stableInARow} were answered by ${stable}`;
  return `${met}; ${row}, and ${PROOF_ANSWERS} in a row prove it`;
}

/**
 * The probes of a running release: they go on, and ask faster.
 * @param ask starts more probes on the public path, whose answers the observer gets
 */
export function byProbes(observer: Observer, clock: Clock, ask: (rate: number) => ProbeStream): Source {
  const tells = observer.identifier.distinguishes;
  return {
    what: 'probes',
    begin: () => observer.openWindow(clock.monotonic()),
    ask,
    seen: () => ({ ...observer.window, refusedInARow: 0, tells, last: '' }),
  };
}

/** What is asked by a run that has no probes. */
export interface ProofTarget {
  readonly service: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly backends: Backends;
  readonly versions: Journal['versions'];
  readonly identify: Identify;
}

const NOTHING: Seen = {
  good: 0,
  failed: 0,
  canary: 0,
  stableInARow: 0,
  goodInARow: 0,
  refusedInARow: 0,
  tells: undefined,
  last: '',
};

/** Requests of its own, counted from the first one on. */
export function byRequests(target: ProofTarget, { http, ports }: { http: HttpClient; ports: Ports }): Source {
  let seen = NOTHING;
  return {
    what: 'requests',
    begin: () => {
      seen = NOTHING;
    },
    ask: (rate) =>
      startProbes(target, { rate, timeout: ANSWER_WITHIN, ports, http }, (answer) => {
        seen = counted(seen, answer, servedBy(answer, target));
      }),
    seen: () => seen,
  };
}

function counted(seen: Seen, answer: HttpAnswer, by: ServedBy | undefined): Seen {
  const result = evaluate(PROBE_EXPECTATION, answer, { from: 'app' });
  const barred = originOf(answer) === 'kong' && [401, 403, 429].includes(answer.status);
  return {
    good: seen.good + (result.ok ? 1 : 0),
    failed: seen.failed + (result.ok ? 0 : 1),
    canary: seen.canary + (by === 'canary' ? 1 : 0),
    stableInARow: by === 'canary' ? 0 : seen.stableInARow + (by === 'stable' ? 1 : 0),
    goodInARow: result.ok && by !== 'canary' ? seen.goodInARow + 1 : 0,
    refusedInARow: barred ? seen.refusedInARow + 1 : 0,
    tells: undefined,
    last: result.ok ? seen.last : sentence(result),
  };
}

/** A version that names itself in the header or field that `identify` points to, as its label or its backend's name. */
export function servedBy(
  answer: HttpAnswer,
  { identify, versions, backends }: Pick<ProofTarget, 'identify' | 'versions' | 'backends'>,
): ServedBy | undefined {
  const said = signIn(answer, identify);
  if (said === undefined || said === '') return undefined;
  const stable = [versions.stable, backends.stable].includes(said);
  const canary = [versions.canary, backends.canary].includes(said);
  return stable === canary ? undefined : stable ? 'stable' : 'canary';
}

function signIn(answer: HttpAnswer, identify: Identify): string | undefined {
  if (identify.by === 'header') return answer.headers[identify.name.toLowerCase()];
  if (identify.by === 'auto') return answer.headers['x-app-version'] ?? answer.headers['x-version'];
  try {
    const parsed: unknown = JSON.parse(answer.body);
    const value = field(parsed, ...identify.path.split('.'));
    return typeof value === 'string' ? value : text({ value }, 'value');
  } catch {
    return undefined;
  }
}
