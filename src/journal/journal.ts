/**
 * What a release has done, as text on the route: written in the same patch as the weight, so that the two can never
 * disagree, and read by the next run as untrusted input, since anyone who may edit the route may edit the journal.
 */
import { RunError } from '../errors.ts';
import type { Journal } from './schema.ts';
import { HISTORY_LIMIT, refusalOf } from './schema.ts';

export { JOURNAL_ANNOTATION } from '../kube/names.ts';
export type { Phase } from './phases.ts';
export { phases } from './phases.ts';
export type { Journal, Retired } from './schema.ts';
export { HISTORY_LIMIT, JOURNAL_VERSION } from './schema.ts';

/** Bytes of UTF-8. All annotations of an object together may have 256 KiB (apimachinery, TotalAnnotationSizeLimitB). */
export const JOURNAL_LIMIT = 16 * 1024;

/** A journal that cannot be written: too long, or not one that could be read again. */
export class JournalError extends RunError {
  override name = 'JournalError';
}

/**
 * The annotation's text, at most {@link JOURNAL_LIMIT} bytes. What does not fit is left out in this order: the
 * evidence (it is gathered again), retired versions from the oldest on, the link to the run. The snapshot is never left
 * out: without it a return would not restore what the release changed.
 * @throws JournalError when it still does not fit, or would not be read back.
 */
export function encode(journal: Journal): string {
  const { evidence, runUrl, history, ...needed } = journal;
  const core = inOrder({ ...needed, history: history.slice(-HISTORY_LIMIT) });
  const link = runUrl === undefined ? {} : { runUrl };
  const whole = JSON.stringify({ ...core, ...link, ...(evidence === undefined ? {} : { evidence }) });
  const refusal = refusalOf(JSON.parse(whole));
  if (refusal !== undefined) throw new JournalError(`The journal of ${journal.service} cannot be written: ${refusal}.`);
  if (fits(whole)) return whole;
  for (let forgotten = 0; forgotten <= core.history.length; forgotten += 1) {
    const text = JSON.stringify({ ...core, history: core.history.slice(forgotten), ...link });
    if (fits(text)) return text;
  }
  const least = JSON.stringify({ ...core, history: [] });
  if (fits(least)) return least;
  throw new JournalError(
    `The journal of ${journal.service} has ${Buffer.byteLength(least)} bytes; ${JOURNAL_LIMIT} fit on the route.`,
    'Release fewer services at once, or change fewer annotations in one release.',
  );
}

/**
 * The journal in an annotation's text, or why it is not believed. Never throws. Members this version does not know are
 * dropped; a newer format is refused, since its meaning is not known here.
 */
export function decode(text: string): { readonly journal: Journal } | { readonly refused: string } {
  // Length before parsing: UTF-16 units never exceed the bytes.
  if (text.length > JOURNAL_LIMIT || !fits(text)) return { refused: `it is longer than ${JOURNAL_LIMIT} bytes` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the parser's own words: they quote the text, which is not ours to print.
    return { refused: 'it is not JSON' };
  }
  const refused = refusalOf(value);
  return refused === undefined ? { journal: known(value as Journal) } : { refused };
}

const fits = (text: string) => Buffer.byteLength(text) <= JOURNAL_LIMIT;

/** The members every journal has, in a fixed order: equal journals give equal text, which the fence compares. */
function inOrder(journal: Omit<Journal, 'evidence' | 'runUrl'>) {
  return {
    version: journal.version,
    release: journal.release,
    run: journal.run,
    attempts: journal.attempts,
    service: journal.service,
    versions: { stable: journal.versions.stable, canary: journal.versions.canary },
    backends: { stable: journal.backends.stable, canary: journal.backends.canary },
    phase: journal.phase,
    step: journal.step,
    plan: journal.plan,
    weight: journal.weight,
    startedAt: journal.startedAt,
    updatedAt: journal.updatedAt,
    history: journal.history.map(({ version, backend, at, retire }) => ({
      version,
      backend,
      at,
      ...(retire === undefined ? {} : { retire }),
    })),
    ...(journal.snapshot === undefined ? {} : { snapshot: journal.snapshot }),
    ...(journal.runs === undefined ? {} : { runs: journal.runs }),
  };
}

function known(journal: Journal): Journal {
  const { runUrl, evidence } = journal;
  return {
    ...inOrder(journal),
    ...(runUrl === undefined ? {} : { runUrl }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}
