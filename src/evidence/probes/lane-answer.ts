/** What an answer on a lane says about the version the lane leads to, if anything. Pure. */

import { describeAnswer, evaluate, originOf, sentence } from '../../checks/expect.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { LANE_MARK } from '../../kube/names.ts';
import type { Expectation } from '../../settings/types.ts';

/** What a probe expects: a 2xx from the application, not from Kong. */
export const PROBE_EXPECTATION: Expectation = {
  status: Array.from({ length: 100 }, (_, index) => 200 + index),
  header: {},
  json: {},
};

/** `none`: the answer is no evidence about the version; `why` is for the log. */
export type LaneAnswer =
  | { readonly kind: 'good' }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'none'; readonly why: string };

/**
 * An answer without the lane's mark came by another way (the lane is gone, or not there yet), so it tells nothing about
 * this version. What Kong refuses by itself (no route, no key, a limit) tells about the probe. An answer that never came,
 * a target that is not there and an upstream that failed are failures of what the lane leads to: where the gateway alone
 * is to blame, both lanes suffer alike.
 * @param token undefined where the data plane cannot mark answers
 */
export function laneAnswer(answer: HttpAnswer, token: string | undefined): LaneAnswer {
  const result = evaluate(PROBE_EXPECTATION, answer, { from: 'app' });
  const unanswered = answer.error !== undefined || answer.status === 0;
  if (!unanswered && token !== undefined && answer.headers[LANE_MARK] !== token)
    return { kind: 'none', why: `an answer without the mark of the lane: ${describeAnswer(answer)}` };
  if (result.ok) return { kind: 'good' };
  if (!unanswered && originOf(answer) === 'kong' && answer.status < 500)
    return { kind: 'none', why: `refused before it reached the version: ${describeAnswer(answer)}` };
  return { kind: 'failed', sentence: sentence(result) };
}
