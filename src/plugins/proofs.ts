/** What must be seen on the public path for a plugin to count as enforced: data, judged by pure functions. */

import { describeAnswer, type Evaluation, kongMessage, originOf } from '../checks/expect.ts';
import type { HttpAnswer } from '../http/client.ts';
import { field, type KubeObject, text } from '../kube/objects.ts';
import { WINDOWS, type Window } from './desired.ts';

export { type KongWarning, kongWarningsSince } from './warnings.ts';

/** Which key a request carries: none, one that no consumer has, or a valid one. */
export type Key = 'none' | 'wrong' | 'valid';

export interface ProofStep {
  /** For the log: "without a key". */
  readonly name: string;
  readonly key: Key;
  readonly expect: {
    /** Exact status, or `success` for 200 to 299. */
    readonly status: number | 'success';
    readonly from?: 'kong';
    /** Kong's message must be one of these. */
    readonly messages?: readonly string[];
    /** Headers with their exact values. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Headers that must be there, with any value. */
    readonly present?: readonly string[];
    /** Headers that must not be there. */
    readonly absent?: readonly string[];
  };
  /**
   * Send one after the other until an answer is as expected, and fail after `perPod × ready gateway pods + 1` requests
   * in one window: limits are counted in each pod, in calendar windows of UTC.
   */
  readonly until?: { readonly perPod: number; readonly window: Window; readonly windowMilliseconds: number };
}

export interface PluginProof {
  /** Name of the plugin object. */
  readonly object: string;
  /** Kind of plugin, e.g. `key-auth`. */
  readonly plugin: string;
  /** Sent one after the other. Empty: proved only by the absence of Kong's warnings. */
  readonly steps: readonly ProofStep[];
  /** Where the key goes, for key-auth. */
  readonly keyName?: string;
  readonly keyIn?: 'header' | 'query';
  /** Whether a temporary consumer is needed (exhausting a limit must not use up a real caller's). */
  readonly needsConsumer: boolean;
  /** Why nothing, or less than usual, is proved. */
  readonly note?: string;
}

/** Largest limit that is used up to see the 429. */
export const EXHAUSTIBLE_LIMIT = 30;
const WINDOW_MILLISECONDS: Readonly<Record<Window, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};
/** Kong's words up to 3.5 and since. */
const WRONG_KEY = ['Unauthorized', 'Invalid authentication credentials'];
const RATE_HEADERS = ['ratelimit-limit', 'ratelimit-remaining'];

/**
 * The proof of one plugin object. key-auth and rate-limiting are exercised, response-transformer and cors by their
 * headers, request-termination by its status; of every other plugin only the binding is proved (no Kong warnings).
 * @param together kinds of all plugins bound to the same route: behind key-auth the other proofs send a valid key.
 */
export function proofFor(object: KubeObject, together: readonly string[] = []): PluginProof {
  const plugin = text(object, 'plugin');
  const base = { object: object.metadata.name, plugin };
  if (field(object, 'disabled') === true) return { ...base, steps: [], needsConsumer: false, note: 'it is disabled' };
  if (field(object, 'configFrom') !== undefined) {
    return { ...base, steps: [], needsConsumer: false, note: 'its configuration is in a Secret' };
  }
  const key: Key = together.includes('key-auth') ? 'valid' : 'none';
  switch (plugin) {
    case 'key-auth':
      return { ...base, ...keyAuth(object) };
    case 'rate-limiting':
      return { ...base, ...rateLimiting(object, key) };
    case 'response-transformer':
      return { ...base, steps: transformed(object, key), needsConsumer: false };
    case 'request-termination':
      return { ...base, steps: terminated(object, key), needsConsumer: false };
    default:
      return { ...base, steps: [], needsConsumer: false, note: `nothing is known about how ${plugin} shows` };
  }
}

/** One answer against one step. A step with `until` is met by the first answer that is as expected. */
export function judge(step: ProofStep, answer: HttpAnswer): Evaluation {
  const { expect } = step;
  const status =
    expect.status === 'success' ? answer.status >= 200 && answer.status < 300 : answer.status === expect.status;
  const expected = expectation(step);
  if (!status || answer.error !== undefined) return { ok: false, expected, seen: describeAnswer(answer) };
  if (expect.from === 'kong' && originOf(answer) === 'app')
    return { ok: false, expected, seen: describeAnswer(answer) };
  const message = kongMessage(answer);
  if (expect.messages !== undefined && (message === undefined || !expect.messages.includes(message))) {
    return { ok: false, expected, seen: describeAnswer(answer) };
  }
  for (const [name, value] of Object.entries(expect.headers ?? {})) {
    const seen = answer.headers[name.toLowerCase()];
    if (seen !== value) {
      return {
        ok: false,
        expected: `header ${name}: ${value}`,
        seen: seen === undefined ? `${answer.status} without it` : `${name}: ${seen}`,
      };
    }
  }
  const missing = (expect.present ?? []).find((name) => answer.headers[name.toLowerCase()] === undefined);
  if (missing !== undefined) return { ok: false, expected: `header ${missing}`, seen: `${answer.status} without it` };
  const extra = (expect.absent ?? []).find((name) => answer.headers[name.toLowerCase()] !== undefined);
  if (extra !== undefined)
    return { ok: false, expected: `no header ${extra}`, seen: `${extra}: ${answer.headers[extra]}` };
  return { ok: true };
}

/** Most requests a step may take. @param gatewayPods ready gateway pods, at most, while the step runs */
export function requestsAllowed(step: ProofStep, gatewayPods: number): number {
  return step.until === undefined ? 1 : step.until.perPod * Math.max(1, gatewayPods) + 1;
}

/** Milliseconds left in the calendar window (UTC) a moment is in: a proof that needs more waits for the next one. */
export function leftInWindow(window: Window, epochMilliseconds: number): number {
  const length = WINDOW_MILLISECONDS[window];
  return length - (epochMilliseconds % length);
}

function keyAuth(object: KubeObject): Omit<PluginProof, 'object' | 'plugin'> {
  const names = field(object, 'config', 'key_names');
  const keyName = Array.isArray(names) && typeof names[0] === 'string' ? names[0] : 'apikey';
  const inHeader = field(object, 'config', 'key_in_header') !== false;
  const where = { keyName, keyIn: inHeader ? ('header' as const) : ('query' as const) };
  const valid: ProofStep = { name: 'with a valid key', key: 'valid', expect: { status: 'success' } };
  if (field(object, 'config', 'anonymous')) {
    return {
      ...where,
      steps: [valid],
      needsConsumer: true,
      note: 'callers without a key are let in as its anonymous consumer',
    };
  }
  if (!inHeader && field(object, 'config', 'key_in_query') === false) {
    return { ...where, steps: [unauthenticated()], needsConsumer: false, note: 'keys are taken from bodies only' };
  }
  const wrong: ProofStep = {
    name: 'with a wrong key',
    key: 'wrong',
    expect: { status: 401, from: 'kong', messages: WRONG_KEY, absent: RATE_HEADERS },
  };
  return { ...where, steps: [unauthenticated(), wrong, valid], needsConsumer: true };
}

/** Key-auth comes before rate-limiting (priority 1250 against 910), so its refusals are never counted. */
function unauthenticated(): ProofStep {
  return {
    name: 'without a key',
    key: 'none',
    expect: { status: 401, from: 'kong', messages: ['No API key found in request'], absent: RATE_HEADERS },
  };
}

function rateLimiting(object: KubeObject, key: Key): Omit<PluginProof, 'object' | 'plugin'> {
  const limits = WINDOWS.flatMap((window) => {
    const limit = field(object, 'config', window);
    return typeof limit === 'number' ? [{ window, limit }] : [];
  });
  const hidden = field(object, 'config', 'hide_client_headers') === true;
  const steps: ProofStep[] = [];
  if (!hidden && limits.length > 0) {
    const headers = Object.fromEntries(
      limits.map(({ window, limit }) => [
        `X-RateLimit-Limit-${window[0]?.toUpperCase()}${window.slice(1)}`,
        String(limit),
      ]),
    );
    steps.push({ name: 'its headers', key, expect: { status: 'success', headers } });
  }
  // the shortest window is reached first; one second is too short to be sure that all requests fall into it
  const usable = limits.find(({ window, limit }) => window !== 'second' && limit <= EXHAUSTIBLE_LIMIT);
  const by = text(object, 'config', 'limit_by') || 'consumer';
  // counted by address, service or path, the limit would be used up for real callers as well
  const ours = by === 'consumer' || by === 'credential';
  if (usable === undefined || !ours || key !== 'valid') {
    const note =
      usable === undefined
        ? `its limit is above ${EXHAUSTIBLE_LIMIT}: the 429 is not provoked`
        : 'its limit is shared with real callers: the 429 is not provoked';
    return { steps, needsConsumer: key === 'valid', note };
  }
  const code = field(object, 'config', 'error_code');
  const message = text(object, 'config', 'error_message') || 'API rate limit exceeded';
  steps.push({
    name: `request ${usable.limit + 1} in one ${usable.window}`,
    key,
    expect: {
      status: typeof code === 'number' ? code : 429,
      from: 'kong',
      messages: [message],
      ...(hidden ? {} : { present: ['Retry-After'] }),
    },
    until: { perPod: usable.limit, window: usable.window, windowMilliseconds: WINDOW_MILLISECONDS[usable.window] },
  });
  return { steps, needsConsumer: true };
}

/** `config.add.headers` is a list of `name:value`; templates are not followed. */
function transformed(object: KubeObject, key: Key): ProofStep[] {
  const added = field(object, 'config', 'add', 'headers');
  const names = (Array.isArray(added) ? added : [])
    .filter((entry): entry is string => typeof entry === 'string')
    .map((entry) => entry.slice(0, entry.indexOf(':')).trim())
    .filter((name) => name !== '');
  return names.length === 0 ? [] : [{ name: 'its headers', key, expect: { status: 'success', present: names } }];
}

function terminated(object: KubeObject, key: Key): ProofStep[] {
  const status = field(object, 'config', 'status_code');
  if (text(object, 'config', 'trigger') !== '') return [];
  const message = text(object, 'config', 'message');
  return [
    {
      name: 'its answer',
      key,
      expect: {
        status: typeof status === 'number' ? status : 503,
        from: 'kong',
        ...(message === '' ? {} : { messages: [message] }),
      },
    },
  ];
}

function expectation({ expect }: ProofStep): string {
  const status = expect.status === 'success' ? 'status 200–299' : String(expect.status);
  const from = expect.from === 'kong' ? ' by Kong' : '';
  return `${status}${from}${expect.messages === undefined ? '' : `: ${expect.messages.join(' or ')}`}`;
}
