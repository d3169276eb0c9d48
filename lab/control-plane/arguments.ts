/** Command lines of the control plane's programs: pure, one function each. */
import type { RunFiles } from '../paths.ts';

export interface Ports {
  readonly etcd: number;
  readonly port: number;
}

export const SERVICE_RANGE = '10.96.0.0/16';

/** Nothing survives a lab, so writes need not reach the disk. */
export function etcdArgs(files: RunFiles, ports: { readonly client: number; readonly peer: number }): string[] {
  const client = `http://127.0.0.1:${ports.client}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  return [
    `--data-dir=${files.etcd}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=warn',
  ];
}

export function apiServerArgs(files: RunFiles, ports: Ports): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.port}`,
    `--cert-dir=${files.certificates}`,
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    // EndpointSlices refuse loopback addresses, so the server must not publish its own.
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.signingKey}`,
    `--service-account-signing-key-file=${files.signingKey}`,
    `--egress-selector-config-file=${files.egressConfiguration}`,
    '--profiling=false',
  ];
}

/** The request limits are raised because a lab's rollouts wait for this process, not for a shared server. */
export function controllerManagerArgs(files: RunFiles): string[] {
  return [
    `--kubeconfig=${files.kubeconfig}`,
    '--bind-address=127.0.0.1',
    '--secure-port=0',
    '--leader-elect=false',
    `--service-account-private-key-file=${files.signingKey}`,
    `--root-ca-file=${files.authority}`,
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--horizontal-pod-autoscaler-sync-period=1s',
    '--profiling=false',
  ];
}
