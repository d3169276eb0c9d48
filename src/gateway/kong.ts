/** Kong by Helm: found where it is, installed where it is wanted and missing, and waited for until it is ready. */

import path from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { connectionArgs } from '../cluster/connection/proxy.ts';
import { isForbidden } from '../cluster/connection/transport.ts';
import { watchUntil } from '../cluster/watch.ts';
import { PlatformError, ToolError } from '../errors.ts';
import { APPS_API } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { field, list, text } from '../kube/objects.ts';
import type { Clock, Teller } from '../ports.ts';
import type { Settings } from '../settings/types.ts';
import { runInGroup } from '../toolchain/process.ts';
import { findDeadHelm, forget } from './helm-repair.ts';

/** Helm release name; object names follow from it (chart kong/ingress: kong-gateway, kong-controller). */
const HELM_RELEASE = 'kong';
/** Kong itself: the open-source image, or the enterprise one. */
const GATEWAY_IMAGE = /(^|\/)(kong|kong\/kong-gateway)(:|@|$)/;
const CONTROLLER_IMAGE = /(^|\/)kong\/(kubernetes-ingress-controller|kong-operator)(:|@|$)/;

export interface KongPresence {
  /** Controllers found, as `namespace/deployment image`. */
  readonly controllers: readonly string[];
  /** Whether one of them is in the namespace asked for. */
  readonly here: boolean;
}

/**
 * Looks for Deployments that run Kong's controller: everywhere where that is allowed, so that no second one is put beside
 * a Kong of another namespace, else in Kong's namespace.
 */
export async function findKong(cluster: Cluster, namespace: string): Promise<KongPresence> {
  const { items } = await cluster.list(APPS_API, 'Deployment').catch((error: unknown) => {
    if (isForbidden(error)) return cluster.list(APPS_API, 'Deployment', namespace);
    throw error;
  });
  const controllers = items.flatMap((deployment) =>
    imagesOf(deployment)
      .filter((image) => CONTROLLER_IMAGE.test(image))
      .map((image) => ({
        namespace: deployment.metadata.namespace ?? '',
        name: `${deployment.metadata.namespace}/${deployment.metadata.name} ${image}`,
      })),
  );
  return {
    controllers: controllers.map(({ name }) => name),
    here: controllers.some((controller) => controller.namespace === namespace),
  };
}

/** The arguments of `helm upgrade --install` for Kong: pure, so that a table test covers them. */
export function helmArguments(settings: Settings, valuesFile: string): string[] {
  return [
    'upgrade',
    '--install',
    HELM_RELEASE,
    'ingress',
    `--repo=${settings.kongChartRepository}`,
    `--version=${settings.kongChartVersion}`,
    `--namespace=${settings.kongNamespace}`,
    '--create-namespace',
    `--values=${valuesFile}`,
    `--timeout=${Math.ceil(settings.readyTimeout / 1000)}s`,
    ...connectionArgs(settings).map((argument) => argument.replace(/^--context=/, '--kube-context=')),
  ];
}

/** The arguments of `helm rollback` for Kong. */
export function rollbackArguments(settings: Settings, revision: number): string[] {
  return [
    'rollback',
    HELM_RELEASE,
    String(revision),
    `--namespace=${settings.kongNamespace}`,
    `--timeout=${Math.ceil(settings.readyTimeout / 1000)}s`,
    ...connectionArgs(settings).map((argument) => argument.replace(/^--context=/, '--kube-context=')),
  ];
}

/**
 * Makes a release that a dead run left pending fit for an upgrade again; waits first whether that run is really dead.
 * @throws ToolError with helm's last words when it cannot be brought back.
 */
export async function repairHelm(
  helm: string,
  cluster: Cluster,
  settings: Settings,
  options: { clock: Clock; signal?: AbortSignal } & Pick<Teller, 'say'>,
): Promise<void> {
  const repair = await findDeadHelm(cluster, { name: HELM_RELEASE, namespace: settings.kongNamespace }, options);
  if (repair.kind === 'none') return;
  if (repair.kind === 'forget') {
    await forget(cluster, repair.record);
    options.say(
      `an installation of Kong died (${repair.from}): its record was removed, and what it made is taken over`,
    );
    return;
  }
  const finished = await runInGroup(helm, rollbackArguments(settings, repair.revision), {
    timeout: settings.readyTimeout + 30_000,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (finished.code !== 0) {
    throw new ToolError(
      `helm could not bring Kong back to revision ${repair.revision} after a run died (${repair.from}): ${lastWords(finished)}`,
      `helm history ${HELM_RELEASE} -n ${settings.kongNamespace}`,
    );
  }
  options.say(`an upgrade of Kong died (${repair.from}): helm brought revision ${repair.revision} back first`);
}

function lastWords({ stderr, code }: { stderr: string; code: number }): string {
  return stderr.trim().split('\n').slice(-5).join('\n') || `exit code ${code}`;
}

/**
 * Installs or upgrades Kong. Helm is not asked to wait: the Deployments are watched instead, which sees readiness at
 * once and can say which pod is missing.
 * @throws ToolError with helm's last words, sanitised by whoever prints them.
 */
export async function installKong(
  helm: string,
  settings: Settings,
  actionRoot: string,
  signal?: AbortSignal,
): Promise<void> {
  const values = path.join(actionRoot, 'manifests', 'kong', 'values.yaml');
  const finished = await runInGroup(helm, helmArguments(settings, values), {
    timeout: settings.readyTimeout + 30_000,
    ...(signal ? { signal } : {}),
  });
  if (finished.code === 0) return;
  const words = lastWords(finished);
  throw new ToolError(
    `helm could not install Kong: ${words}`,
    /another operation .* is in progress/.test(words)
      ? 'another helm is at work on it: run again when it is done'
      : 'check the inputs kong-chart-repository and kong-chart-version, or install Kong yourself and set install-kong: false',
  );
}

/**
 * Waits until Kong has all its replicas available: every Deployment of our release, or, where somebody else installed
 * Kong under whatever name, the Deployments that run it or its controller.
 */
export async function waitForKong(
  cluster: Cluster,
  settings: Settings,
  clock: Clock,
  installedBy: 'us' | 'others' = 'us',
): Promise<void> {
  let missing = installedBy === 'us' ? `no Deployment of the release ${HELM_RELEASE} seen` : 'no controller seen';
  const ready = await watchUntil(
    cluster,
    {
      apiVersion: APPS_API,
      kind: 'Deployment',
      namespace: settings.kongNamespace,
      ...(installedBy === 'us' ? { labelSelector: `app.kubernetes.io/instance=${HELM_RELEASE}` } : {}),
    },
    (world) => {
      const kong = [...world.values()].filter((deployment) => installedBy === 'us' || runsKong(deployment));
      const waiting = kong.filter((deployment) => !isAvailable(deployment));
      if (kong.length > 0 && waiting.length === 0) return true;
      if (waiting.length > 0) {
        missing = waiting
          .map(
            (deployment) =>
              `Deployment ${deployment.metadata.name}: ${Number(field(deployment, 'status', 'availableReplicas') ?? 0)} of ${replicasOf(deployment)} pods ready`,
          )
          .join('; ');
      }
      return undefined;
    },
    { clock, timeout: settings.readyTimeout },
  );
  if (ready) return;
  throw new PlatformError(
    `Kong did not become ready within ${settings.readyTimeout / 1000} s (${missing})`,
    `kubectl get pods -n ${settings.kongNamespace}; kubectl describe pod -n ${settings.kongNamespace}${installedBy === 'us' ? ` -l app.kubernetes.io/instance=${HELM_RELEASE}` : ''}`,
  );
}

function isAvailable(deployment: KubeObject): boolean {
  const status = field(deployment, 'status');
  return (
    field(status, 'observedGeneration') === deployment.metadata.generation &&
    Number(field(status, 'updatedReplicas') ?? 0) >= replicasOf(deployment) &&
    Number(field(status, 'availableReplicas') ?? 0) >= replicasOf(deployment)
  );
}

function replicasOf(deployment: KubeObject): number {
  return Number(field(deployment, 'spec', 'replicas') ?? 1);
}

function runsKong(deployment: KubeObject): boolean {
  return imagesOf(deployment).some((image) => CONTROLLER_IMAGE.test(image) || GATEWAY_IMAGE.test(image));
}

function imagesOf(deployment: KubeObject): string[] {
  return list(deployment, 'spec', 'template', 'spec', 'containers').map((container) => text(container, 'image'));
}
