/** The switches of a mesh's controller: how it deals with a new generation of a route. */

/**
 * `on-time`: as a healthy controller. `late`: proxies and word come after {@link Behaviour.lateMs}. `never`: proxies get
 * it, nothing is ever said. `before-applied`: said at once, the proxies get it after `lateMs`. `refusing`: it is not
 * taken over, and said so in the API's own way (status, event or webhook).
 */
export const ACKNOWLEDGEMENTS = ['on-time', 'late', 'never', 'before-applied', 'refusing'] as const;
export type AcknowledgementSwitch = (typeof ACKNOWLEDGEMENTS)[number];

/** `down`: the webhook cannot be called, as when its controller is gone; what that means is up to its failurePolicy. */
export const WEBHOOKS = ['up', 'down'] as const;

export interface Behaviour {
  readonly acknowledgement: AcknowledgementSwitch;
  readonly lateMs: number;
  /** Whether what is said names the generation it is about; some controllers never do (linkerd2#14964). */
  readonly observedGeneration: boolean;
  readonly webhook: (typeof WEBHOOKS)[number];
}

export const HEALTHY: Behaviour = {
  acknowledgement: 'on-time',
  lateMs: 20_000,
  observedGeneration: true,
  webhook: 'up',
};

/** Behaviour by query parameters: `acknowledgement`, `lateMs`, `observedGeneration`, `webhook`. Throws with what is allowed. */
export function behaviourFrom(query: URLSearchParams): Behaviour {
  const lateMs = Number(query.get('lateMs') ?? HEALTHY.lateMs);
  if (!Number.isFinite(lateMs) || lateMs < 0) throw new Error(`lateMs=${query.get('lateMs')}: milliseconds, 0 or more`);
  return {
    acknowledgement: oneOf(query, 'acknowledgement', ACKNOWLEDGEMENTS, HEALTHY.acknowledgement),
    lateMs,
    observedGeneration: oneOf(query, 'observedGeneration', ['true', 'false'] as const, 'true') === 'true',
    webhook: oneOf(query, 'webhook', WEBHOOKS, HEALTHY.webhook),
  };
}

function oneOf<T extends string>(query: URLSearchParams, name: string, allowed: readonly T[], fallback: T): T {
  const given = query.get(name);
  if (given === null) return fallback;
  const found = allowed.find((value) => value === given);
  if (found === undefined) throw new Error(`${name}=${given}: there are ${allowed.join(', ')}`);
  return found;
}

/** When the proxies have a generation and when the controller says so, in milliseconds; undefined is never. */
export function timeline(
  { acknowledgement, lateMs }: Behaviour,
  pace: { readonly applied: number; readonly acknowledged: number },
): { readonly applied: number | undefined; readonly acknowledged: number | undefined } {
  switch (acknowledgement) {
    case 'on-time':
      return pace;
    case 'late':
      return { applied: lateMs, acknowledged: lateMs + Math.max(0, pace.acknowledged - pace.applied) };
    case 'never':
      return { applied: pace.applied, acknowledged: undefined };
    case 'before-applied':
      return { applied: lateMs, acknowledged: 0 };
    case 'refusing':
      return { applied: undefined, acknowledged: undefined };
  }
}
