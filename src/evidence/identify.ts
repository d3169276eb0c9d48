/** Which version answered: learnt while every answer is stable's, then told from what differs. */
import { createHash } from 'node:crypto';
import type { HttpAnswer } from '../checks/http.ts';
import { field } from '../cluster/objects.ts';
import type { Identify } from '../settings/types.ts';

export type ServedBy = 'stable' | 'canary';

/** Answers of stable that must agree before `auto` trusts a sign. */
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

/**
 * Learns stable's sign from answers given while the canary has no traffic. Any other sign is then the canary's.
 * A sign in the body is only looked for in good answers: an error page says nothing about who served it. A header names
 * the version on failing answers, too.
 */
export class Identifier {
  readonly #identify: Identify;
  readonly #signs = new Map<string, Map<string, number>>();
  readonly #known: Sign | undefined;
  #learnt = 0;
  #canarySeen = false;

  /** @param known stable's sign from an earlier run of the same release, which cannot be learnt beside a canary */
  constructor(identify: Identify, known?: Sign) {
    this.#identify = identify;
    this.#known = known;
  }

  /** Stable's sign, to be kept in the journal for the run that goes on with this release. */
  get sign(): Sign | undefined {
    return this.#chosen();
  }

  /** Whether two versions were really told apart: until then, both may look the same. */
  get distinguishes(): boolean {
    return this.#canarySeen;
  }

  /** Whether the user named the sign (so that its absence means something), or it is a guess of `auto`. */
  get named(): boolean {
    return this.#identify.by !== 'auto';
  }

  /** Takes in one good answer that is known to be stable's. */
  learn(answer: HttpAnswer): void {
    if (!isGood(answer)) return;
    this.#learnt++;
    for (const source of this.#sources()) {
      const sign = signOf(source, answer);
      if (sign === undefined) continue;
      const seen = this.#signs.get(source) ?? new Map<string, number>();
      if (seen.size < 3) seen.set(sign, (seen.get(sign) ?? 0) + 1);
      this.#signs.set(source, seen);
    }
  }

  /** Whether answers can be told apart, as far as stable's side goes: one sign, the same in every answer. */
  get ready(): boolean {
    return this.#chosen() !== undefined;
  }

  /** Stable answers still wanted before `auto` may decide. */
  get wanted(): number {
    return this.#known ? 0 : Math.max(0, LEARNING_ANSWERS - this.#learnt);
  }

  /** Which version gave an answer to a probe. The first one of the canary's shows that the two can be told apart. */
  classify(answer: HttpAnswer): ServedBy | undefined {
    const servedBy = this.tell(answer);
    if (servedBy === 'canary') this.#canarySeen = true;
    return servedBy;
  }

  /** The same without drawing a conclusion: for answers of other paths, whose bodies differ anyway. */
  tell(answer: HttpAnswer): ServedBy | undefined {
    const chosen = this.#chosen();
    if (chosen === undefined || answer.error !== undefined) return undefined;
    if (!isGood(answer) && !chosen.source.startsWith('header:')) return undefined;
    const sign = signOf(chosen.source, answer);
    if (sign === undefined) return undefined;
    return sign === chosen.sign ? 'stable' : 'canary';
  }

  /** For the log: what the versions are told apart by. */
  describe(): string {
    const chosen = this.#chosen();
    if (chosen) return chosen.source === 'body' ? 'the whole body' : chosen.source.replace(':', ' ');
    if (this.#learnt < LEARNING_ANSWERS) return `nothing yet: ${this.#learnt} of ${LEARNING_ANSWERS} answers seen`;
    return this.#identify.by === 'auto'
      ? 'nothing: neither the body nor a version header is the same in all answers of the current version'
      : 'nothing: it is missing or not the same in all answers of the current version';
  }

  #sources(): readonly string[] {
    if (this.#identify.by === 'header') return [`header:${this.#identify.name.toLowerCase()}`];
    if (this.#identify.by === 'json') return [`json:${this.#identify.path}`];
    return [...VERSION_HEADERS.map((name) => `header:${name}`), 'body'];
  }

  #chosen(): Sign | undefined {
    if (this.#known) return this.#known;
    if (this.#learnt < LEARNING_ANSWERS) return undefined;
    for (const source of this.#sources()) {
      const seen = this.#signs.get(source);
      const [only] = seen ?? [];
      if (seen?.size === 1 && only && only[1] === this.#learnt) return { source, sign: only[0] };
    }
    return undefined;
  }
}

/** What tells a version: where it is found, and the value there (a body as its SHA-256). */
export interface Sign {
  readonly source: string;
  readonly sign: string;
}

function isGood(answer: HttpAnswer): boolean {
  return answer.error === undefined && answer.status >= 200 && answer.status < 400;
}

function signOf(source: string, answer: HttpAnswer): string | undefined {
  if (source === 'body') return createHash('sha256').update(answer.body).digest('hex');
  if (source.startsWith('header:')) return answer.headers[source.slice('header:'.length)];
  try {
    const value = field(JSON.parse(answer.body), ...source.slice('json:'.length).split('.'));
    return value === undefined ? undefined : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
