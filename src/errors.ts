/**
 * One class per kind of exit. `message` says what happened, `next` what to do about it; where the traffic is now is
 * added by the command, which alone knows.
 */
export class RunError extends Error {
  override name = 'RunError';
  readonly next: string;

  constructor(message: string, next = '', options?: ErrorOptions) {
    super(message, options);
    this.next = next;
  }
}

/** kubectl or helm is missing, does not fit, or failed. */
export class ToolError extends RunError {
  override name = 'ToolError';
}

/** The API server could not be reached, refused us, or lacks what we need. */
export class ClusterError extends RunError {
  override name = 'ClusterError';
}

/** Something would break traffic, found before the first write. */
export class LintError extends RunError {
  override name = 'LintError';
}

/** Kong, its gateway or a plugin is not as it must be. */
export class PlatformError extends RunError {
  override name = 'PlatformError';
}

/** A backend did not become ready. */
export class BackendError extends RunError {
  override name = 'BackendError';
}

/** Another run holds the lock of a route. */
export class LockError extends RunError {
  override name = 'LockError';
  /** The run that has the lock now, when it was taken from this one: it answers for the traffic. */
  successor: string | undefined;

  /** The same error, naming the run that took over. */
  to(successor: string | undefined): this {
    this.successor = successor;
    return this;
  }
}

/** Someone else changed what this run is changing. Their write stands: nothing of ours is put over it. */
export class DriftError extends RunError {
  override name = 'DriftError';
  /** The service whose route is no longer ours to write; absent when the whole run is affected. */
  service: string | undefined;
  /** That route by kind and name, where the service has several: the others are still ours, and are brought back. */
  route: string | undefined;
  /** Percent of requests to the new version as they wrote it, where that is known. */
  share: number | undefined;

  /** The same error, naming the service. */
  of(service: string): this {
    this.service = service;
    return this;
  }
}

/** The controller refused the route, or a policy, a webhook or the API server itself what was to be written. */
export class RefusedError extends RunError {
  override name = 'RefusedError';
}

/** A check, a proof or the share of the split is not as expected. */
export class CheckFailed extends RunError {
  override name = 'CheckFailed';
  /** Name of the user's check that failed; absent for probes and proofs. */
  check: string | undefined;

  /** The same error, naming the check. */
  of(check: string): this {
    this.check = check;
    return this;
  }
}

/** The total time ran out. */
export class StoppedError extends RunError {
  override name = 'StoppedError';
}

/** SIGINT or SIGTERM: the runner gives a few seconds, so the weight comes first and everything else is short. */
export class Cancelled extends StoppedError {
  override name = 'Cancelled';
}

/** The first line of any thrown value, for messages. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

/** Why something ended and what to do next, each a sentence: for the outcome. */
export function whyAndNext(error: unknown): string {
  const next = error instanceof RunError && error.next !== '' ? ` Next: ${sentenceOf(error.next)}` : '';
  return `${sentenceOf(reasonOf(error))}${next}`;
}

/** With a full stop; not with a capital letter, since many begin with the name of an object. */
export function sentenceOf(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
