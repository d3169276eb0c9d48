/** What it means when a webhook stands in the way of a write: the API server's words say little about what to do. */

import { providers } from '../index.ts';
import type { WebhookOwner } from '../types.ts';

/** Facts of each chart's failurePolicy. */
const OWNERS: readonly WebhookOwner[] = [
  ...providers.flatMap(({ facts }) => facts.webhook ?? []),
  {
    name: /konghq\.com$/,
    whose: "Kong's controller",
    restart: 'kubectl rollout restart deployment -n kong -l app.kubernetes.io/component=controller',
  },
];

/**
 * What to do about a refusal by a webhook that could not be asked and has failurePolicy Fail: until it answers, nobody can
 * change the object, and traffic cannot be returned through it. Undefined for every other message.
 * @param message of the API server
 */
export function refusalHint(message: string): string | undefined {
  const webhook = /failed calling webhook "([^"]{1,253})"/.exec(message)?.[1];
  if (webhook === undefined) return undefined;
  const known = OWNERS.find(({ name }) => name.test(webhook));
  const expired = /certificate has expired|x509/.test(message) ? ' (its certificate is the cause)' : '';
  const whose = known?.whose ?? 'its owner';
  const restart = known === undefined ? '' : `: ${known.restart}`;
  const ended = known?.ended === undefined ? '' : `. ${known.ended}`;
  return `the webhook ${webhook} does not answer${expired} and fails closed, so nobody can change such objects, a return included. Bring ${whose} back${restart}${ended}`;
}
