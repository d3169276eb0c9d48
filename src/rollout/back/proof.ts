/** Whether the public path shows that the traffic of a service is back, seen by whoever was not there before. */
import { evaluate, sentence } from '../../checks/expect.ts';
import { PROBE_EXPECTATION } from '../../evidence/probes/lane-answer.ts';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import type { Journal } from '../../journal/journal.ts';
import { field, text } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import type { Backends } from '../../routes/types.ts';
import type { Identify } from '../../settings/types.ts';

/** Good answers in a row, none of them the canary's, that prove a return. */
const IN_A_ROW = 40;

export interface ProofTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly backends: Backends;
  readonly versions: Journal['versions'];
  readonly identify: Identify;
}

export interface PathProof {
  /** Enough good answers in a row came. */
  readonly good: boolean;
  /** They are known to be stable's. */
  readonly told: boolean;
  /** What was seen, as the end of a sentence. */
  readonly seen: string;
}

/** Asks until enough good answers of stable's came in a row, or the time is over. */
export async function provePath(
  target: ProofTarget,
  options: { http: HttpClient; clock: Clock; rate: number; within: number; signal: AbortSignal },
): Promise<PathProof> {
  const { http, clock, signal } = options;
  const until = clock.monotonic() + options.within;
  const counts = { asked: 0, failed: 0, canary: 0, told: 0, row: 0 };
  let last = '';
  while (counts.row < IN_A_ROW && clock.monotonic() < until) {
    const answer = await http({ url: target.url, method: 'GET', headers: target.headers, timeout: 5_000, signal });
    signal.throwIfAborted();
    counts.asked++;
    const result = evaluate(PROBE_EXPECTATION, answer, { from: 'app' });
    const by = result.ok ? servedBy(answer, target) : undefined;
    if (!result.ok) {
      counts.failed++;
      last = sentence(result);
    }
    if (by === 'canary') counts.canary++;
    const again = result.ok && by !== 'canary';
    counts.row = again ? counts.row + 1 : 0;
    counts.told = again && by === 'stable' ? counts.told + 1 : 0;
    if (counts.row < IN_A_ROW) await clock.sleep(1000 / Math.max(options.rate, 20), signal);
  }
  const { stable, canary } = target.backends;
  if (counts.row < IN_A_ROW) {
    const seen = `of ${counts.asked} requests since, ${counts.failed} failed${last ? ` (${last})` : ''} and ${counts.canary} were answered by ${canary}`;
    return { good: false, told: false, seen };
  }
  const told = counts.told >= IN_A_ROW;
  return {
    good: true,
    told,
    seen: told
      ? `${IN_A_ROW} requests in a row were answered by ${stable}`
      : `${IN_A_ROW} requests in a row were answered well (which version answered cannot be told)`,
  };
}

/** A version that names itself in the header or field that `identify` points to, as its label or its backend's name. */
export function servedBy(
  answer: HttpAnswer,
  { identify, versions, backends }: Pick<ProofTarget, 'identify' | 'versions' | 'backends'>,
): 'stable' | 'canary' | undefined {
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
