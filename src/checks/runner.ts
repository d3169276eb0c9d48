/** The user's checks, run on the public path one after the other; the first failure ends the round. */

import { CheckFailed } from '../errors.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import type { Clock } from '../ports.ts';
import type { CheckSpec } from '../settings/types.ts';
import type { Evaluation } from './expect.ts';
import { evaluate } from './expect.ts';

export interface CheckRun {
  readonly name: string;
  readonly when: string;
  readonly passed: boolean;
  readonly expected: string;
  readonly seen: string;
}

export interface CheckOptions {
  readonly gatewayUrl: string;
  /** Where a path leads: headers its route asks for (a check's own headers win), and how its versions are told apart. */
  readonly target: (path: string) => CheckTarget;
  /** Share of the canary: a check for one version is left out where that version gets no requests. */
  readonly share: number;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onResult: (result: CheckRun) => void;
}

export interface CheckTarget {
  readonly headers: Readonly<Record<string, string>>;
  /** Which version gave an answer, where that can be told. */
  readonly versionOf?: ((answer: HttpAnswer) => 'stable' | 'canary' | undefined) | undefined;
}

const ANSWER_WITHIN = 10_000;
/** Milliseconds to wait for an answer of the wanted version (`served-by`). */
const SERVED_WITHIN = 20_000;

/** @throws CheckFailed naming the check, what was expected and what was seen. */
export async function runChecks(checks: readonly CheckSpec[], when: string, options: CheckOptions): Promise<void> {
  for (const check of checks) {
    const { servedBy } = check.expect;
    if ((servedBy === 'canary' && options.share === 0) || (servedBy === 'stable' && options.share === 100)) continue;
    const result = await runOne(check, options);
    options.onResult({
      name: check.name,
      when,
      passed: result.ok,
      expected: result.ok ? '' : result.expected,
      seen: result.ok ? '' : result.seen,
    });
    if (!result.ok) {
      throw new CheckFailed(
        `check "${check.name}" failed ${when}: expected ${result.expected}, seen ${result.seen}`,
        `${check.method} ${check.path} through the gateway shows it`,
      ).of(check.name);
    }
  }
}

async function runOne(check: CheckSpec, options: CheckOptions): Promise<Evaluation> {
  const started = options.clock.monotonic();
  const { headers, versionOf } = options.target(check.path);
  for (;;) {
    options.signal.throwIfAborted();
    const answer = await options.http({
      url: options.gatewayUrl + check.path,
      method: check.method,
      headers: { ...headers, ...check.headers },
      body: check.body,
      timeout: Math.max(check.expect.maxTime ?? 0, ANSWER_WITHIN),
      signal: options.signal,
    });
    const wanted = check.expect.servedBy;
    // Only asked where it matters, and never noted: an answer of another path tells nothing about the versions.
    const servedBy = wanted === undefined ? undefined : versionOf?.(answer);
    // An answer of the other version says nothing about a check that is meant for one of them: ask again.
    const otherVersion = wanted !== undefined && servedBy !== undefined && servedBy !== wanted;
    if (!otherVersion || options.clock.monotonic() - started > SERVED_WITHIN) {
      // A check may be about Kong itself (a 401 without a key); what users get for good must come from the application.
      const good = check.expect.status.every((status) => status < 400);
      return evaluate(check.expect, answer, { servedBy, ...(good ? { from: 'app' as const } : {}) });
    }
    await options.clock.sleep(20, options.signal);
  }
}
