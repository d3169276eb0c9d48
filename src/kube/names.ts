/** Field manager of everything we write, as `kubectl get --show-managed-fields` shows it. */
export const FIELD_MANAGER = 'mesh-canary';

/** Where a release writes what it has done, on the route itself (see rollout/journal.ts for the text). */
export const JOURNAL_ANNOTATION = 'mesh-canary.dev/journal';

/** Label of a route object that is a lane: header-matched, never weighted, never counted as the service's route. */
export const LANE_LABEL = 'mesh-canary.dev/lane';
