/** Which version answered: learnt while it is known who answers, then told from what differs. */
import { createHash } from 'node:crypto';
import { originOf } from '../../checks/expect.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { field } from '../../kube/objects.ts';
import type { Identify } from '../../settings/types.ts';

export type ServedBy = 'stable' | 'canary';

/** Answers of a version that must agree before a sign of it is trusted. */
export const LEARNING_ANSWERS = 20;
/** Headers by which applications commonly name their version; looked at in this order before the whole body. */
const VERSION_HEADERS = [
  'x-app-version',
  'x-version',
  'app-version',
  'x-service-version',
  'x-build',
  'x-build-id',
  'x-commit',
  'x-revision',
];

/** What tells the versions: where it is found, and the value there (a body as its SHA-256). */
export interface Signs {
  readonly source: string;
  readonly stable: string;
  /** Absent until the canary's answers are known: then any other value than stable's is taken for the canary's. */
  readonly canary?: string;
}

/**
 * Headers in so many answers are enough where others failed without one: the page of a proxy that found no pod says
 * nothing about who serves.
 */
const LEAST_HEADERS = LEARNING_ANSWERS / 2;

/** Values of one source seen in the answers of one version; more than two are not worth keeping. */
interface Learnt {
  good: number;
  all: number;
  readonly values: Map<string, Map<string, number>>;
  /** Sources that a good answer did not have. */
  readonly missing: Set<string>;
}

/**
 * Learns signs from answers whose version is known: stable's on the public path before the release, both versions' on
 * the lanes. A sign in the body is only looked for in good answers: an error page says nothing about who served it. A
 * header names the version on failing answers of the application, too.
 */
export class Identifier {
  readonly #identify: Identify;
  #learnt: Readonly<Record<ServedBy, Learnt>> = { stable: nothing(), canary: nothing() };
  readonly #known: Signs | undefined;
  #canarySeen = false;

  /** @param known signs from an earlier run of the same release, which cannot be learnt beside a canary with traffic */
  constructor(identify: Identify, known?: Signs) {
    this.#identify = identify;
    this.#known = known;
  }

  /** To be kept in the journal for the run that goes on with this release. */
  get signs(): Signs | undefined {
    return this.#chosen();
  }

  /**
   * Whether the public path's answers can be told apart: both signs are known and differ, or an answer of the canary
   * was seen, or the user named the sign.
   */
  get distinguishes(): boolean {
    const signs = this.#chosen();
    if (signs === undefined) return false;
    return signs.canary !== undefined || this.#canarySeen || this.#identify.by !== 'auto';
  }

  /** Takes in one answer that is known to be this version's. */
  learn(answer: HttpAnswer, version: ServedBy = 'stable'): void {
    if (answer.error !== undefined || originOf(answer) === 'kong') return;
    const learnt = this.#learnt[version];
    const good = isGood(answer);
    learnt.all++;
    if (good) learnt.good++;
    for (const source of this.#sources()) {
      if (!good && !isHeader(source)) continue;
      const value = valueIn(source, answer);
      if (value === undefined) {
        if (good) learnt.missing.add(source);
        continue;
      }
      const seen = learnt.values.get(source) ?? new Map<string, number>();
      if (seen.size < 3) seen.set(value, (seen.get(value) ?? 0) + 1);
      learnt.values.set(source, seen);
    }
  }

  /**
   * Whether answers taken for the canary's may have been stable's: beside others they show what all of stable's show, or
   * nothing else.
   */
  get strayed(): boolean {
    const { stable, canary } = this.#learnt;
    const shown = this.#sources().flatMap((source) => {
      const one = constant(stable, source);
      const seen = canary.values.get(source);
      return one === undefined || seen === undefined
        ? []
        : [{ stables: seen.has(one), others: !seen.has(one) || seen.size > 1 }];
    });
    const mixed = shown.some(({ stables, others }) => stables && others);
    return mixed || (canary.all >= LEARNING_ANSWERS && !shown.some(({ others }) => others));
  }

  /** What was learnt of a version was not its own: it is learnt again. */
  forget(version: ServedBy): void {
    this.#learnt = { ...this.#learnt, [version]: nothing() };
  }

  /** Whether stable's side is settled: one sign, the same in every answer. */
  get ready(): boolean {
    return this.#chosen() !== undefined;
  }

  /** Answers of a version still wanted before `auto` may decide. */
  wanted(version: ServedBy = 'stable'): number {
    return this.#known ? 0 : Math.max(0, LEARNING_ANSWERS - this.#learnt[version].all);
  }

  /** Which version gave an answer to a probe. The first one of the canary's shows that the two can be told apart. */
  classify(answer: HttpAnswer): ServedBy | undefined {
    const servedBy = this.tell(answer);
    if (servedBy === 'canary') this.#canarySeen = true;
    return servedBy;
  }

  /** The same without drawing a conclusion: for answers of other paths, whose bodies differ anyway. */
  tell(answer: HttpAnswer): ServedBy | undefined {
    const signs = this.#chosen();
    if (signs === undefined || answer.error !== undefined) return undefined;
    if (!isGood(answer) && !isHeader(signs.source)) return undefined;
    const value = valueIn(signs.source, answer);
    if (value === undefined) return undefined;
    if (value === signs.stable) return 'stable';
    return signs.canary === undefined || signs.canary === value ? 'canary' : undefined;
  }

  /** For the log: what the versions are told apart by. */
  describe(): string {
    const signs = this.#chosen();
    if (signs) return signs.source === 'body' ? 'the whole body' : signs.source.replace(':', ' ');
    const { stable, canary } = this.#learnt;
    if (stable.all < LEARNING_ANSWERS) return `nothing yet: ${stable.all} of ${LEARNING_ANSWERS} answers seen`;
    const given = this.#identify;
    const what = given.by === 'header' ? `header ${given.name}` : given.by === 'json' ? `field ${given.path}` : '';
    if (canary.all < LEARNING_ANSWERS) {
      return what === ''
        ? 'nothing: neither the body nor a version header is the same in all answers of the current version'
        : `nothing: ${what} is missing or not the same in all answers of the current version`;
    }
    return what === ''
      ? 'nothing: no version header and no body is the same in all answers of a version and differs between the two'
      : `nothing: ${what} is missing, not the same in all answers of a version, or the same in both`;
  }

  #sources(): readonly string[] {
    if (this.#identify.by === 'header') return [`header:${this.#identify.name.toLowerCase()}`];
    if (this.#identify.by === 'json') return [`json:${this.#identify.path}`];
    return [...VERSION_HEADERS.map((name) => `header:${name}`), 'body'];
  }

  #chosen(): Signs | undefined {
    if (this.#known) return this.#known;
    const { stable, canary } = this.#learnt;
    if (stable.all < LEARNING_ANSWERS) return undefined;
    const both = canary.all >= LEARNING_ANSWERS;
    for (const source of this.#sources()) {
      const one = constant(stable, source);
      if (one === undefined) continue;
      if (!both) return { source, stable: one };
      const other = constant(canary, source);
      if (other !== undefined && other !== one) return { source, stable: one, canary: other };
    }
    return undefined;
  }
}

function nothing(): Learnt {
  return { good: 0, all: 0, values: new Map(), missing: new Set() };
}

/** The one value of a source in every good answer of a version, and in all others that have one. */
function constant(learnt: Learnt, source: string): string | undefined {
  const seen = learnt.values.get(source);
  const [only] = seen ?? [];
  if (seen?.size !== 1 || only === undefined || learnt.missing.has(source)) return undefined;
  const [answers, least] = isHeader(source) ? [learnt.all, LEAST_HEADERS] : [learnt.good, LEARNING_ANSWERS];
  return answers >= LEARNING_ANSWERS && only[1] >= least ? only[0] : undefined;
}

const isHeader = (source: string) => source.startsWith('header:');

function isGood(answer: HttpAnswer): boolean {
  return answer.error === undefined && answer.status >= 200 && answer.status < 400;
}

function valueIn(source: string, answer: HttpAnswer): string | undefined {
  if (source === 'body') return createHash('sha256').update(answer.body).digest('hex');
  if (isHeader(source)) return answer.headers[source.slice('header:'.length)];
  try {
    const value = field(JSON.parse(answer.body), ...source.slice('json:'.length).split('.'));
    return value === undefined ? undefined : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
