import { NODE_NAME } from './addresses.ts';
import { type EventRecorder, timestamp } from './events.ts';
import type { ClusterAccess, Pod } from './types.ts';

/** What the node offers, in cores; far above anything a test asks for by accident. */
export const NODE_CPUS = 64;
/** Labels of the node, as a kubelet sets them. */
export const NODE_LABELS: Readonly<Record<string, string>> = {
  'kubernetes.io/hostname': NODE_NAME,
  'kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
};

/** Why a pod cannot run on the node, in the scheduler's words; undefined when it can. */
export function unschedulable(pod: Pod): string | undefined {
  const selector = Object.entries(pod.spec.nodeSelector ?? {});
  if (selector.some(([name, value]) => NODE_LABELS[name] !== value)) {
    return noNode("1 node(s) didn't match Pod's node affinity/selector");
  }
  const cpus = pod.spec.containers.reduce((sum, container) => sum + cores(container.resources?.requests?.['cpu']), 0);
  return cpus > NODE_CPUS ? noNode('1 Insufficient cpu') : undefined;
}

/**
 * Binds the pod to the node. Resolves to the bound pod, or undefined when it cannot be placed (its status says so
 * then) or is gone. Throws when the API server cannot be reached.
 */
export async function bind(pod: Pod, access: ClusterAccess, events: EventRecorder): Promise<Pod | undefined> {
  const { name, namespace, uid } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const problem = unschedulable(pod);
  if (problem !== undefined) {
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: problem };
    const conditions = [{ ...condition, lastProbeTime: null, lastTransitionTime: timestamp(new Date()) }];
    await access.request(
      'PATCH',
      `${path}/status`,
      { status: { conditions } },
      'application/strategic-merge-patch+json',
    );
    events.record(pod, { type: 'Warning', reason: 'FailedScheduling', message: problem }, 'default-scheduler');
    return undefined;
  }
  const target = { apiVersion: 'v1', kind: 'Node', name: NODE_NAME };
  const answer = await access.request('POST', `${path}/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target,
  });
  if (answer.status >= 500) throw new Error(`binding of ${namespace}/${name} answered ${answer.status}`);
  if (answer.status >= 300) return undefined;
  const message = `Successfully assigned ${namespace}/${name} to ${NODE_NAME}`;
  events.record(pod, { type: 'Normal', reason: 'Scheduled', message }, 'default-scheduler');
  return { ...pod, spec: { ...pod.spec, nodeName: NODE_NAME } };
}

function noNode(reason: string): string {
  const hint = 'Preemption is not helpful for scheduling';
  return `0/1 nodes are available: ${reason}. preemption: 0/1 nodes are available: 1 ${hint}.`;
}

/** Cores of a Kubernetes quantity: `500m`, `2`, `2k`. */
function cores(quantity: string | number | undefined): number {
  const match = /^([0-9.]+)(m|k|M)?$/.exec(String(quantity ?? 0));
  const unit = { m: 0.001, k: 1000, M: 1_000_000 }[match?.[2] ?? ''] ?? 1;
  return Number(match?.[1] ?? 0) * unit;
}
