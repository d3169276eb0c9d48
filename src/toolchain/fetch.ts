/**
 * GET of publishers' texts, and what holds for every GET of theirs: redirects, retries and lengths. Texts that
 * themselves decide (checksums, version numbers) stay with their publisher.
 */
import { ToolError } from '../errors.ts';
import type { Clock } from '../ports.ts';

export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Answer extends Head {
  /** Throws when the connection breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection when the body is not wanted. */
  discard(): void;
}

/** One GET without redirects and retries. `idle` is how long the other side may say nothing, in milliseconds. */
export type Get = (url: URL, options: { readonly signal: AbortSignal; readonly idle: number }) => Promise<Answer>;

export interface FetchOptions {
  readonly http: Get;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How long the other side may say nothing, in milliseconds. */
export const IDLE = 30_000;
/** Milliseconds before the second, third and fourth try. */
const PAUSES = [1_000, 3_000, 8_000];
const MOST_REDIRECTS = 5;
const LONGEST_TEXT = 64 * 1024;
/** Longest pause a server may ask for by Retry-After, in milliseconds. */
const LONGEST_PAUSE = 30_000;

/** Worth another try: the network, or a server that is busy and may say for how long. */
export class Passing extends Error {
  readonly pause: number;

  constructor(message: string, pause = 0) {
    super(message);
    this.pause = pause;
  }
}

/** A short text of the publisher: a checksum, a version. @throws ToolError saying what came instead. */
export async function fetchText(url: URL, options: FetchOptions): Promise<string> {
  return again(url, options, async () => {
    const ask = async (at: URL) => {
      const answer = await once(at, options);
      if (answer.status !== 200) answer.discard();
      return answer;
    };
    const answer = await follow(url, ask, (from, to) => isWithin(to.hostname, from.hostname));
    const chunks: Uint8Array[] = [];
    await drain(answer, LONGEST_TEXT, (chunk) => chunks.push(chunk));
    return Buffer.concat(chunks).toString('utf8');
  });
}

/** Another try for what passes. @throws ToolError when it does not; the reason of `signal` at once. */
export async function again<T>(
  url: URL,
  { clock, signal }: Pick<FetchOptions, 'clock' | 'signal'>,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof Passing)) throw error;
      const pause = PAUSES[tries];
      if (pause === undefined) {
        throw new ToolError(
          `${shown(url)} could not be read in ${tries + 1} tries: ${error.message}`,
          'run it again, name a tools-mirror, or install the tool on PATH before this step',
        );
      }
      await clock.sleep(Math.max(pause, error.pause), signal);
    }
  }
}

/**
 * Asks, and asks again where it is sent, until the answer is 200; no header of ours goes along, so there is nothing
 * another host could learn.
 * @throws ToolError for a redirect that may not be followed and an answer that will not change, else Passing.
 */
export async function follow<T extends Head>(
  start: URL,
  ask: (url: URL) => Promise<T>,
  allowed: (from: URL, to: URL) => boolean,
): Promise<T> {
  let url = start;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const head = await ask(url);
    if (head.status === 200) return head;
    if (![301, 302, 303, 307, 308].includes(head.status)) throw refusal(url, head);
    url = nextOf(start, url, head, allowed);
  }
  throw new ToolError(`${shown(start)} redirects more than ${MOST_REDIRECTS} times`);
}

function nextOf(start: URL, url: URL, { headers }: Head, allowed: (from: URL, to: URL) => boolean): URL {
  const location = headers['location'];
  const next = typeof location === 'string' && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next === undefined) throw new ToolError(`${shown(url)} redirects to nowhere`);
  if (next.protocol !== 'https:' && next.protocol !== url.protocol)
    throw new ToolError(`${shown(url)} redirects away from https, to ${shown(next)}: refused`);
  if (!allowed(start, next))
    throw new ToolError(
      `${shown(url)} redirects to another host, ${next.host}: refused, because nothing could verify what it says`,
      'give an exact version, and its checksum in the input tools-checksums',
    );
  next.username = '';
  next.password = '';
  return next;
}

async function once(url: URL, { http, signal }: FetchOptions): Promise<Answer> {
  try {
    return await http(url, { signal, idle: IDLE });
  } catch (error) {
    throw new Passing(wordsOf(error));
  }
}

function refusal(url: URL, { status, headers }: Head): Error {
  if (status === 408 || status === 429 || status >= 500)
    return new Passing(`it answered ${status}`, pauseOf(headers['retry-after']));
  return new ToolError(
    `${shown(url)} answered ${status}`,
    status === 404 ? 'check the version and tools-mirror: there is no such file' : 'check tools-mirror and the proxy',
  );
}

/** Seconds (RFC 9110, 10.2.3), bounded; a date there is not waited for. */
function pauseOf(retryAfter: string | string[] | undefined): number {
  const given = typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter.trim()) ? Number(retryAfter) : 0;
  return Math.min(1000 * given, LONGEST_PAUSE);
}

/** Reads all of a body, and makes sure that it is all: a proxy that ends early looks like an end. */
async function drain(answer: Answer, limit: number, take: (chunk: Uint8Array) => void): Promise<void> {
  const announced = answer.headers['content-length'];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > limit) throw new ToolError(`the answer is longer than ${limit} bytes: refused`);
      take(chunk);
    }
  } catch (error) {
    answer.discard();
    if (error instanceof ToolError) throw error;
    throw new Passing(`it broke off after ${size} bytes (${wordsOf(error)})`);
  }
  if (typeof announced === 'string' && Number(announced) !== size)
    throw new Passing(`it ended after ${size} of ${announced} bytes`);
}

/** The same host, or one beneath it: dl.k8s.io sends to cdn.dl.k8s.io. */
function isWithin(host: string, publisher: string): boolean {
  return host === publisher || host.endsWith(`.${publisher}`);
}

/** Without its query, which may be a signature that opens something. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

export function wordsOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const message = error instanceof Error ? error.message : String(error);
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
}
