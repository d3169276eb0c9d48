import { NODE_ADDRESS, NODE_NAME } from './addresses.ts';
import { timestamp } from './events.ts';
import { NODE_CPUS, NODE_LABELS } from './scheduling.ts';
import type { ClusterAccess } from './types.ts';

/** Period of the node's heartbeat: the kubelet's default for the Lease, a quarter of its 40 s duration. */
const HEARTBEAT_MS = 10_000;
/** Pause before a heartbeat that failed is sent again, in milliseconds. */
const RETRY_MS = 500;
const LEASE_SECONDS = 40;
const NODE = '/api/v1/nodes';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

/**
 * Registers the node and keeps its Ready condition and Lease fresh until the signal aborts. Resolves when the node is
 * registered. After an outage of the API server the next heartbeat follows at once, so that no pod is marked NotReady.
 */
export async function registerNode(access: ClusterAccess, kubeletPort: number, signal: AbortSignal): Promise<void> {
  await untilDone(async () => {
    await register(access);
    await beat(access, kubeletPort);
  }, signal);
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    if (signal.aborted) return;
    timer = setTimeout(() => void untilDone(() => beat(access, kubeletPort), signal).then(next), HEARTBEAT_MS);
  };
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  next();
}

async function register(access: ClusterAccess): Promise<void> {
  const metadata = { name: NODE_NAME, labels: NODE_LABELS };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata,
    spec: { podCIDR: '10.244.0.0/16', podCIDRs: ['10.244.0.0/16'] },
  };
  accept(await access.request('POST', NODE, node), 409);
}

async function beat(access: ClusterAccess, kubeletPort: number): Promise<void> {
  const status = nodeStatus(kubeletPort, new Date());
  accept(
    await access.request('PATCH', `${NODE}/${NODE_NAME}/status`, { status }, 'application/strategic-merge-patch+json'),
  );
  const spec = { holderIdentity: NODE_NAME, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTime(new Date()) };
  const metadata = { name: NODE_NAME, namespace: 'kube-node-lease' };
  const renewed = await access.request('PATCH', `${LEASES}/${NODE_NAME}`, { spec }, 'application/merge-patch+json');
  if (renewed.status !== 404) accept(renewed);
  else
    accept(
      await access.request('POST', LEASES, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }),
      409,
    );
}

/** The node's status in the kubelet's shape; `Hostname` and `InternalIP` are names the lab's egress proxy resolves. */
export function nodeStatus(kubeletPort: number, now: Date): Record<string, unknown> {
  const size = { cpu: String(NODE_CPUS), memory: '64Gi', pods: '1000', 'ephemeral-storage': '100Gi' };
  const condition = (type: string, holds: boolean, reason: string, message: string): Record<string, string> => ({
    type,
    status: holds ? 'True' : 'False',
    reason,
    message,
    lastHeartbeatTime: timestamp(now),
  });
  return {
    capacity: size,
    allocatable: size,
    conditions: [
      condition('MemoryPressure', false, 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', false, 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', false, 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', true, 'KubeletReady', 'kubelet is posting ready status'),
    ],
    addresses: [
      { type: 'InternalIP', address: NODE_ADDRESS },
      { type: 'Hostname', address: NODE_NAME },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    nodeInfo: {
      architecture: 'amd64',
      operatingSystem: 'linux',
      osImage: 'mesh-canary lab',
      kernelVersion: 'none',
      kubeletVersion: 'v1.36.3',
      kubeProxyVersion: '',
      containerRuntimeVersion: 'lab://1',
      machineID: '',
      systemUUID: '',
      bootID: '',
    },
  };
}

async function untilDone(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function accept(answer: { readonly status: number }, also = 0): void {
  if (answer.status >= 300 && answer.status !== also) throw new Error(`the API server answered ${answer.status}`);
}

function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}
