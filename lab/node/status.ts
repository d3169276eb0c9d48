import { NODE_ADDRESS } from './addresses.ts';
import { timestamp } from './events.ts';
import type { Condition, Pod } from './types.ts';

/** One of waiting, running, terminated, as in `containerStatuses[].state`. */
export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | { readonly terminated: Terminated };

export interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly containerID?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState | Record<string, never>;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly started: boolean;
}

export interface PodStatus {
  readonly phase: string;
  readonly conditions: readonly Condition[];
  readonly hostIP: string;
  readonly hostIPs: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly startTime: string;
  readonly qosClass?: string;
  readonly observedGeneration?: number;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses: readonly ContainerStatus[];
}

export interface StatusInput {
  readonly pod: Pod;
  readonly podAddress: string;
  readonly startTime: string;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** The pod is being deleted: it is not ready whatever its containers say. */
  readonly stopping: boolean;
  /** Conditions written last, for their transition times. */
  readonly before: readonly Condition[];
  readonly now: Date;
}

/** The status a kubelet writes for this pod (pkg/kubelet/kubelet_pods.go, pkg/kubelet/status/generate.go). */
export function podStatus(input: StatusInput): PodStatus {
  const { pod, containers, initContainers } = input;
  const initialized = initContainers.every((status) => exitCode(status.state) === 0 || status.started);
  const phase = phaseOf(containers, initialized, pod.spec.restartPolicy ?? 'Always');
  const done = phase === 'Succeeded' || phase === 'Failed';
  const unready = containers.filter(({ ready }) => !ready || input.stopping).map(({ name }) => name);
  const unreadyMessage = `containers with unready status: [${unready.join(' ')}]`;
  const allReady = unready.length === 0 && initialized;
  const gates = (pod.spec.readinessGates ?? []).filter(({ conditionType }) => !gateOpen(pod, conditionType));
  const gateMessage = gates.map(
    ({ conditionType }) => `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
  );
  const notReady = allReady
    ? { reason: 'ReadinessGatesNotReady', message: gateMessage.join(', ') }
    : { reason: done ? 'PodCompleted' : 'ContainersNotReady', ...(done ? {} : { message: unreadyMessage }) };
  const incomplete = initContainers.filter(({ state }) => exitCode(state) !== 0).map(({ name }) => name);
  const states: Record<string, { status: boolean; reason?: string; message?: string }> = {
    PodReadyToStartContainers: { status: !done },
    Initialized: initialized
      ? { status: true, ...(done ? { reason: 'PodCompleted' } : {}) }
      : {
          status: false,
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${incomplete.join(' ')}]`,
        },
    Ready: allReady && gates.length === 0 ? { status: true } : { status: false, ...notReady },
    ContainersReady: allReady ? { status: true } : { status: false, ...notReady },
    PodScheduled: { status: true },
  };
  const generation = pod.metadata.generation;
  return {
    phase,
    conditions: Object.entries(states).map(([type, { status, ...why }]) =>
      condition(type, status, why, input, generation),
    ),
    hostIP: NODE_ADDRESS,
    hostIPs: [{ ip: NODE_ADDRESS }],
    podIP: input.podAddress,
    podIPs: [{ ip: input.podAddress }],
    startTime: input.startTime,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(initContainers.length === 0 ? {} : { initContainerStatuses: initContainers }),
    containerStatuses: containers,
  };
}

/** As `getPhase` of pkg/kubelet/kubelet_pods.go. */
function phaseOf(containers: readonly ContainerStatus[], initialized: boolean, restartPolicy: string): string {
  const fresh = (status: ContainerStatus): boolean => 'waiting' in status.state && !('terminated' in status.lastState);
  if (!initialized || containers.some(fresh)) return 'Pending';
  const codes = containers.map(({ state, lastState }) => exitCode('waiting' in state ? lastState : state));
  if (codes.some((code) => code === undefined)) return 'Running';
  if (restartPolicy === 'Always') return 'Running';
  if (codes.every((code) => code === 0)) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

function exitCode(state: ContainerState | Record<string, never>): number | undefined {
  return 'terminated' in state ? (state as { terminated: Terminated }).terminated.exitCode : undefined;
}

function gateOpen(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
}

function condition(
  type: string,
  holds: boolean,
  why: { readonly reason?: string; readonly message?: string },
  { before, now }: StatusInput,
  generation: number | undefined,
): Condition {
  const status = holds ? 'True' : 'False';
  const previous = before.find((each) => each.type === type);
  const since = previous?.status === status ? previous.lastTransitionTime : undefined;
  return {
    type,
    status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastProbeTime: null,
    lastTransitionTime: since ?? timestamp(now),
    // A strategic merge patch keeps what it does not name: fields that no longer hold are taken out with null.
    ...(why.reason === undefined ? { reason: null } : { reason: why.reason }),
    ...(why.message === undefined ? { message: null } : { message: why.message }),
  };
}
