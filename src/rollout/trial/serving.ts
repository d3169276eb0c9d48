/** Whether a version that takes all requests really answers: for first versions, and for services with nothing to release. */
import { evaluate, sentence } from '../../checks/expect.ts';
import { CheckFailed } from '../../errors.ts';
import { PROBE_EXPECTATION } from '../../evidence/probes/lane-answer.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Clock } from '../../ports.ts';

/** Good answers in a row that are asked for. */
const IN_A_ROW = 10;
const ASK_EVERY = 100;

/**
 * Asks until enough good answers came in a row. A first route needs a moment to reach Kong, so failures only count at the end.
 * @throws CheckFailed with what was expected and seen last.
 */
export async function confirmServing(
  target: { readonly service: string; readonly url: string; readonly headers: Readonly<Record<string, string>> },
  options: { http: HttpClient; clock: Clock; timeout: number; signal: AbortSignal },
): Promise<void> {
  const until = options.clock.monotonic() + options.timeout;
  let good = 0;
  let last = 'no answer';
  while (good < IN_A_ROW) {
    options.signal.throwIfAborted();
    const answer = await options.http({
      url: target.url,
      method: 'GET',
      headers: target.headers,
      timeout: 5_000,
      signal: options.signal,
    });
    const result = evaluate(PROBE_EXPECTATION, answer, { from: 'app' });
    good = result.ok ? good + 1 : 0;
    if (!result.ok) last = sentence(result);
    if (options.clock.monotonic() > until && good < IN_A_ROW) {
      throw new CheckFailed(
        `${target.service} does not answer well on the public path within ${options.timeout / 1000} s: ${last}`,
        /No API key found|Unauthorized/.test(last)
          ? 'give the probes a valid key in probe-headers'
          : `${target.url} shows it`,
      );
    }
    await options.clock.sleep(ASK_EVERY, options.signal);
  }
}
