/** Pods that will not come up by themselves: seen early, and explained with their events and their last words. */
import type { Cluster } from '../../cluster/cluster.ts';
import { isForbidden } from '../../cluster/connection/transport.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { field, list, nameOf, text } from '../../kube/objects.ts';

export interface Stuck {
  readonly what: string;
  readonly next: string;
  /** Container whose last run says why. */
  readonly container?: string;
}

/** Lines of a log, events, and characters of each that go into a message. */
const LAST_LINES = 5;
const LAST_EVENTS = 3;
const LINE_LENGTH = 300;
const EXPLAIN_WITHIN = 3_000;

/** Why a pod will not become ready without help, or undefined while it still may. */
export function stuckBecause(pod: KubeObject): Stuck | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  for (const status of [...list(pod, 'status', 'initContainerStatuses'), ...list(pod, 'status', 'containerStatuses')]) {
    const waiting = field(status, 'state', 'waiting');
    const reason = text(waiting, 'reason');
    const container = text(status, 'name');
    const said = text(waiting, 'message');
    if (reason === 'ImagePullBackOff' || reason === 'InvalidImageName') {
      return {
        what: `image ${text(status, 'image') || `of container ${container}`}: ${reason}${said ? ` (${said})` : ''}`,
        next: 'correct the image name or tag, or give the namespace the right imagePullSecrets',
      };
    }
    if (reason === 'CrashLoopBackOff') {
      const code = field(status, 'lastState', 'terminated', 'exitCode');
      return {
        what: `container ${container} keeps ending${typeof code === 'number' ? ` with exit code ${code}` : ''} (${Number(field(status, 'restartCount') ?? 0)} restarts)`,
        next: `kubectl logs -n ${pod.metadata.namespace} ${pod.metadata.name} -c ${container} --previous`,
        container,
      };
    }
    if (reason === 'CreateContainerConfigError') {
      return { what: `container ${container}: ${said || reason}`, next: 'create the ConfigMap or Secret it names' };
    }
  }
  return undefined;
}

/** The scheduler's words for a pod that no node takes now; a cluster that grows may still bring one. */
export function unscheduled(pod: KubeObject): string | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  const condition: unknown = list(pod, 'status', 'conditions').find(
    (entry) => text(entry, 'type') === 'PodScheduled' && text(entry, 'status') === 'False',
  );
  if (condition === undefined) return undefined;
  return text(condition, 'message') || text(condition, 'reason') || 'no reason is given';
}

/**
 * Why a Deployment cannot even make its pods: a quota, an admission webhook, a Pod Security level. Seen on its
 * condition ReplicaFailure, which carries the ReplicaSet controller's FailedCreate.
 */
export function refusedPods(deployment: KubeObject): Stuck | undefined {
  const failure = list(deployment, 'status', 'conditions').find(
    (entry) => text(entry, 'type') === 'ReplicaFailure' && text(entry, 'status') === 'True',
  );
  if (failure === undefined) return undefined;
  const said = text(failure, 'message');
  const quota = /exceeded quota: ([a-z0-9.-]+)/.exec(said)?.[1];
  if (quota !== undefined) {
    return {
      what: said,
      next: `raise the ResourceQuota ${quota}, or free room: kubectl describe resourcequota ${quota} -n ${deployment.metadata.namespace}`,
    };
  }
  return /forbidden|denied the request/.test(said)
    ? { what: said, next: 'change the pod template to what the policy of the namespace allows' }
    : undefined;
}

/** Whether an autoscaler of the cluster has said that it is making room for the pod (cluster-autoscaler, Karpenter). */
export async function roomIsComing(cluster: Cluster, pod: KubeObject): Promise<boolean> {
  const said = await eventsOf(cluster, pod);
  return said.some((event) => /^(TriggeredScaleUp|Nominated)$/.test(text(event, 'reason')));
}

/**
 * Events and last log lines as the end of a sentence, as far as they can be had: '' where there are none, or no right to
 * read them. Foreign text: whoever prints it cleans it.
 */
export async function explain(cluster: Cluster, pod: KubeObject, container?: string): Promise<string> {
  const within = cluster.under(AbortSignal.timeout(EXPLAIN_WITHIN), EXPLAIN_WITHIN);
  const [events, lines] = await Promise.all([
    eventsOf(within, pod),
    container === undefined ? [] : lastLines(within, pod, container),
  ]);
  const warnings = events
    .filter((event) => text(event, 'type') === 'Warning')
    .slice(-LAST_EVENTS)
    .map((event) => `${text(event, 'reason')}: ${text(event, 'message')}`.slice(0, LINE_LENGTH));
  return [
    ...(warnings.length > 0 ? [`; events: ${[...new Set(warnings)].join('; ')}`] : []),
    ...(lines.length > 0 ? [`; last log lines: ${lines.join(' | ')}`] : []),
  ].join('');
}

async function eventsOf(cluster: Cluster, pod: KubeObject): Promise<readonly KubeObject[]> {
  const { name, namespace } = pod.metadata;
  const fieldSelector = `involvedObject.name=${name}`;
  try {
    const { items } = await cluster.list('v1', 'Event', namespace, { fieldSelector });
    return items.filter((event) => text(event, 'involvedObject', 'name') === name);
  } catch {
    return []; // An explanation that cannot be had must not hide what is to be explained.
  }
}

async function lastLines(cluster: Cluster, pod: KubeObject, container: string): Promise<string[]> {
  const { name, namespace = 'default' } = pod.metadata;
  const path = (previous: boolean) =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log?container=${encodeURIComponent(container)}&tailLines=${LAST_LINES}&limitBytes=8192${previous ? '&previous=true' : ''}`;
  for (const previous of [true, false]) {
    try {
      const said = await cluster.text(path(previous), { timeout: EXPLAIN_WITHIN });
      const lines = said.split('\n').filter((line) => line.trim() !== '');
      if (lines.length > 0) return lines.slice(-LAST_LINES).map((line) => line.slice(0, LINE_LENGTH));
    } catch (error) {
      if (isForbidden(error)) return [];
    }
  }
  return [];
}

/** "Pod prod/jazz-v2-x cannot start". */
export function cannotStart(object: KubeObject, { what }: Stuck, more: string): string {
  return object.kind === 'Pod'
    ? `${nameOf(object)} cannot start: ${what}${more}`
    : `${nameOf(object)} cannot make its pods: ${what}${more}`;
}
