/** One HTTP answer against what was expected of it, and who gave it: the application, or Kong itself. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { HttpAnswer } from '../http/client.ts';
import { field } from '../kube/objects.ts';
import type { Expectation } from '../settings/types.ts';

/** `kong`: made by the gateway (no route, a plugin, no target). `app`: passed through it. `unknown`: no sign of Kong. */
export type Origin = 'kong' | 'app' | 'unknown';

/** What `evaluate` needs to know beyond the answer. */
export interface EvaluateOptions {
  /** Who must have answered; default: anybody. */
  readonly from?: 'app' | 'kong';
  /** Which version answered, when it can be told. */
  readonly servedBy?: 'stable' | 'canary' | undefined;
}

export type Evaluation =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** e.g. `status 200–299 from the app`. */
      readonly expected: string;
      /** e.g. `404 by Kong: no Route matched with those values`. */
      readonly seen: string;
    };

/** Longest piece of a body that is quoted in a message. */
const QUOTE = 120;

/**
 * Who answered, by the headers Kong adds in its default configuration (`headers = server_tokens, latency_tokens`):
 * X-Kong-Response-Latency only on answers it made itself; Via and X-Kong-Upstream-Latency on answers it passed on,
 * its own 502 and 504 for a failing upstream included (kong/runloop/handler.lua, 3.9).
 */
export function originOf(answer: Pick<HttpAnswer, 'headers'>): Origin {
  if (header(answer, 'x-kong-response-latency') !== undefined) return 'kong';
  if (header(answer, 'x-kong-upstream-latency') !== undefined) return 'app';
  if (/\bkong\//i.test(header(answer, 'via') ?? '')) return 'app';
  // server_tokens without latency_tokens: Kong names itself as the server of what it made
  if (/^kong\//i.test(header(answer, 'server') ?? '')) return 'kong';
  return 'unknown';
}

/** Kong's messages for an upstream that failed while it was asked (kong/error_handlers.lua). */
const UPSTREAM_FAILED: ReadonlySet<string> = new Set([
  'An invalid response was received from the upstream server',
  'The upstream server is currently unavailable',
  'The upstream server is timing out',
]);

/**
 * Kong's own words: `message` of the JSON body it makes, or the first line of its text form. Undefined for answers of
 * the application, and for bodies that hold none.
 */
export function kongMessage(answer: Pick<HttpAnswer, 'headers' | 'body'>): string | undefined {
  const message = messageIn(answer.body);
  if (originOf(answer) === 'kong') return message;
  return message !== undefined && UPSTREAM_FAILED.has(message) ? message : undefined;
}

/** "404 by Kong: no Route matched with those values", "200 from the app", "no answer: connect ECONNREFUSED …". */
export function describeAnswer(answer: HttpAnswer): string {
  if (answer.error !== undefined || answer.status === 0) return `no answer: ${answer.error ?? 'the connection ended'}`;
  const message = kongMessage(answer);
  const origin = originOf(answer);
  if (message !== undefined) return `${answer.status} by Kong: ${message}`;
  if (origin === 'kong') return `${answer.status} by Kong`;
  if (origin === 'app') return `${answer.status} from the app`;
  return `${answer.status}, not through Kong as far as its headers say`;
}

/** The first thing about the answer that is not as expected, or `ok`. */
export function evaluate(expectation: Expectation, answer: HttpAnswer, options: EvaluateOptions = {}): Evaluation {
  const from = options.from === undefined ? '' : options.from === 'app' ? ' from the app' : ' by Kong';
  const status = `status ${statusRanges(expectation.status)}${from}`;
  if (answer.error !== undefined || answer.status === 0) return differs(status, describeAnswer(answer));
  if (!expectation.status.includes(answer.status)) return differs(status, describeAnswer(answer));
  if (options.from !== undefined && !cameFrom(options.from, answer)) return differs(status, describeAnswer(answer));

  for (const [name, wanted] of Object.entries(expectation.header)) {
    const seen = header(answer, name);
    const result = compareText(wanted, seen, 'whole');
    if (!result)
      return differs(`header ${name}: ${wanted}`, seen === undefined ? 'no such header' : `${name}: ${quote(seen)}`);
  }
  const json = compareJson(expectation.json, answer.body);
  if (!json.ok) return json;
  if (expectation.body !== undefined && !compareText(expectation.body, answer.body, 'part')) {
    const wanted =
      patternOf(expectation.body) === undefined ? `"${expectation.body}"` : `a match of ${expectation.body}`;
    return differs(`a body with ${wanted}`, answer.body === '' ? 'an empty body' : `the body ${quote(answer.body)}`);
  }
  if (expectation.maxTime !== undefined && answer.milliseconds > expectation.maxTime) {
    return differs(`an answer within ${expectation.maxTime} ms`, `${Math.round(answer.milliseconds)} ms`);
  }
  if (expectation.servedBy !== undefined && options.servedBy !== expectation.servedBy) {
    const seen = options.servedBy ?? 'a version that cannot be told (set the input identify)';
    return differs(`an answer of ${expectation.servedBy}`, seen);
  }
  return { ok: true };
}

/** "expected …, seen …": the sentence both halves of a failed evaluation make. */
export function sentence(evaluation: Exclude<Evaluation, { ok: true }>): string {
  return `expected ${evaluation.expected}, seen ${evaluation.seen}`;
}

/** `/…/` or `/…/i` as a pattern; anything else is plain text. Invalid patterns are undefined as well. */
export function patternOf(text: string): RegExp | undefined {
  const written = /^\/(.+)\/(i?)$/s.exec(text);
  if (written === null) return undefined;
  try {
    return new RegExp(written[1] ?? '', `${written[2] ?? ''}u`);
  } catch {
    return undefined;
  }
}

/** "200–299", "200, 204, 301–303": runs of status codes joined. */
export function statusRanges(codes: readonly number[]): string {
  const sorted = [...new Set(codes)].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const code of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && code === last[1] + 1) last[1] = code;
    else runs.push([code, code]);
  }
  return runs
    .map(([start, end]) => (start === end ? `${start}` : end === start + 1 ? `${start}, ${end}` : `${start}–${end}`))
    .join(', ');
}

function cameFrom(wanted: 'app' | 'kong', answer: HttpAnswer): boolean {
  const origin = originOf(answer);
  if (wanted === 'kong') return origin === 'kong';
  // a gateway whose tokens are switched off tells nothing; Kong's words would still give it away
  return origin !== 'kong' && kongMessage(answer) === undefined;
}

function compareJson(wanted: Readonly<Record<string, unknown>>, body: string): Evaluation {
  const paths = Object.entries(wanted);
  if (paths.length === 0) return { ok: true };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return differs(
      `JSON with ${paths.map(([path]) => path).join(', ')}`,
      body === '' ? 'an empty body' : `no JSON: ${quote(body)}`,
    );
  }
  for (const [path, value] of paths) {
    const seen = jsonAt(parsed, path);
    const pattern = typeof value === 'string' ? patternOf(value) : undefined;
    const equal =
      pattern === undefined ? isDeepStrictEqual(seen, value) : seen !== undefined && pattern.test(asText(seen));
    if (!equal)
      return differs(
        `JSON ${path} = ${cut(JSON.stringify(value))}`,
        seen === undefined ? `no ${path}` : `${path} = ${cut(JSON.stringify(seen))}`,
      );
  }
  return { ok: true };
}

/** The value at a dotted path; `$` or an empty path is the whole document. A key that itself holds the dots wins. */
export function jsonAt(document: unknown, path: string): unknown {
  const inner = path.replace(/^\$\.?/, '');
  if (inner === '') return document;
  return field(document, inner) ?? field(document, ...inner.split('.'));
}

function compareText(wanted: string, seen: string | undefined, how: 'whole' | 'part'): boolean {
  if (seen === undefined) return false;
  const pattern = patternOf(wanted);
  if (pattern !== undefined) return pattern.test(seen);
  return how === 'whole' ? seen === wanted : seen.includes(wanted);
}

function messageIn(body: string): string | undefined {
  const trimmed = body.trim();
  if (trimmed === '') return undefined;
  if (trimmed.startsWith('{')) {
    try {
      const message = field(JSON.parse(trimmed), 'message');
      return typeof message === 'string' ? message : undefined;
    } catch {
      return undefined;
    }
  }
  // the text, XML and HTML forms hold the message and, since 3.5, a request id; HTML makes a sentence of it
  const plain = trimmed
    .replace(/<title>.*?<\/title>|<h1>.*?<\/h1>|\.(?=<\/p>)/gis, ' ')
    .replace(/<[^>]*>/g, '\n')
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
  return plain?.slice(0, QUOTE);
}

function header(answer: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  if (Object.hasOwn(answer.headers, wanted)) return answer.headers[wanted];
  return Object.entries(answer.headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function quote(text: string): string {
  return `"${cut(text)}"`;
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > QUOTE ? `${line.slice(0, QUOTE)}…` : line;
}

function differs(expected: string, seen: string): Evaluation {
  return { ok: false, expected, seen };
}
