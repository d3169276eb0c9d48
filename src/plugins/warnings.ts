/** What Kong's controller says in events: the only place where a refused plugin or route shows. Pure. */
import { field, type KubeObject, strings, text } from '../kube/objects.ts';

export interface KongWarning {
  /** e.g. `KongConfigurationApplyFailed`. */
  readonly reason: string;
  /** Kong's or the controller's own words. */
  readonly message: string;
  /** The object the event is about. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Epoch milliseconds of its last occurrence. */
  readonly at: number;
}

/**
 * Kong's warnings whose last occurrence is not older than a moment, newest first, one for each object and message.
 * @param since epoch milliseconds of our write by the API server's clock. Event times have whole seconds: an event of
 *   the same second counts as newer.
 */
export function kongWarningsSince(events: readonly KubeObject[], since: number): KongWarning[] {
  const second = Math.floor(since / 1000) * 1000;
  const warnings = events
    .filter((event) => text(event, 'type') === 'Warning' && /^(Fallback)?Kong/.test(text(event, 'reason')))
    .map((event): KongWarning => {
      // events.k8s.io/v1 calls them `regarding` and `note`
      const about = strings(event, field(event, 'involvedObject') === undefined ? 'regarding' : 'involvedObject');
      return {
        reason: text(event, 'reason'),
        message: text(event, 'message') || text(event, 'note'),
        kind: about['kind'] ?? '',
        namespace: about['namespace'] ?? '',
        name: about['name'] ?? '',
        at: eventTime(event),
      };
    })
    .filter(({ at }) => at >= second)
    .sort((a, b) => b.at - a.at);
  const seen = new Set<string>();
  return warnings.filter((warning) => {
    const key = [warning.reason, warning.kind, warning.namespace, warning.name, warning.message].join('|');
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

function eventTime(event: KubeObject): number {
  const times = [
    text(event, 'series', 'lastObservedTime'),
    text(event, 'lastTimestamp'),
    text(event, 'deprecatedLastTimestamp'),
    text(event, 'eventTime'),
    text(event, 'firstTimestamp'),
    event.metadata.creationTimestamp ?? '',
  ];
  return Math.max(0, ...times.map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time)));
}
