/** What the App Mesh controller says about a VirtualRouter: a condition for success, events for failure. */
import type { KubeObject } from '../../../kube/objects.ts';
import { field, list, text } from '../../../kube/objects.ts';
import type { Acknowledgement } from '../../types.ts';

/**
 * Errors of the AWS API that no retry of the controller gets past. Throttling, lost connections and failures inside AWS
 * are not among them: those go by, or show in the time limit.
 */
const FINAL =
  /\b(BadRequest|LimitExceeded|Forbidden|Conflict|NotFound|Validation|AccessDenied|UnrecognizedClient)(Exception|Error)?\b/;

/**
 * `status.observedGeneration` and the condition VirtualRouterActive are written after every AWS call has succeeded
 * (pkg/virtualrouter/resource_manager.go). The condition alone stays True after a failed update, and a failure shows
 * nowhere but in an event ReconcileError. Nothing speaks of the proxies.
 * @param events of the namespace, newer than the write
 */
export function acknowledged(
  object: KubeObject,
  generation: number,
  events: readonly KubeObject[] = [],
): Acknowledgement {
  const observed = field(object, 'status', 'observedGeneration');
  if (typeof observed === 'number' && observed >= generation) {
    const status = activeStatus(object);
    if (status === 'True') return 'yes';
    if (status === 'False') return { refused: 'VirtualRouterActive=False: AWS keeps the router inactive' };
  }
  const failure = failuresOf(object, events).find((event) => FINAL.test(text(event, 'message')));
  return failure === undefined ? 'unknown' : { refused: `ReconcileError: ${text(failure, 'message')}` };
}

export function said(object: KubeObject, events: readonly KubeObject[] = []): string {
  const observed = field(object, 'status', 'observedGeneration');
  const failure = failuresOf(object, events).at(-1);
  return [
    typeof observed === 'number'
      ? `the App Mesh controller has applied generation ${observed}, VirtualRouterActive=${activeStatus(object) || 'unset'}`
      : 'the App Mesh controller has not reported on the route',
    ...(failure === undefined ? [] : [`its last ReconcileError: ${text(failure, 'message')}`]),
  ].join('; ');
}

function activeStatus(object: KubeObject): string {
  return text(
    list(object, 'status', 'conditions').find((condition) => text(condition, 'type') === 'VirtualRouterActive'),
    'status',
  );
}

/** Warnings ReconcileError about the object, oldest first. */
function failuresOf(object: KubeObject, events: readonly KubeObject[]): KubeObject[] {
  const { name, namespace, uid } = object.metadata;
  return events
    .filter((event) => {
      const about = (key: string) => text(event, 'involvedObject', key) || text(event, 'regarding', key);
      return (
        text(event, 'reason') === 'ReconcileError' &&
        about('kind') === object.kind &&
        about('name') === name &&
        about('namespace') === (namespace ?? '') &&
        (uid === undefined || about('uid') === '' || about('uid') === uid)
      );
    })
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}

function timeOf(event: KubeObject): string {
  return text(event, 'lastTimestamp') || text(event, 'eventTime') || text(event, 'series', 'lastObservedTime');
}
