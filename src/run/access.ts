/** The way to the cluster that the settings name, as kubectl and helm take it: a path and a context. */

import type { CredentialExpiry } from '../cluster/connection/expiry.ts';
import { requireOutlasting } from '../cluster/connection/expiry.ts';
import { writePrivate } from '../cluster/connection/private-kubeconfig.ts';
import { StoppedError } from '../errors.ts';
import type { Settings } from '../settings/types.ts';

export interface Access {
  /** The same settings with `kubeconfig` naming a file; without the content of one. */
  readonly settings: Settings;
  /** Removes what was written for this run. */
  close(): void;
}

export interface AccessOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly timeout: number;
}

/** @throws ToolError, ClusterError when the AWS CLI is missing or fails. */
export async function openAccess(settings: Settings, options: AccessOptions): Promise<Access> {
  const { kubeconfigContent, kubeconfigSecrets: _, ...rest } = settings;
  const { cluster, region, roleArn } = settings;
  // A file of its own in the bundle: few releases go to EKS by name.
  const content =
    cluster === undefined
      ? kubeconfigContent
      : await (await import('../cluster/connection/eks.ts')).eksKubeconfig({ cluster, region, roleArn }, options);
  if (content === undefined) return { settings, close: () => undefined };
  const written = writePrivate(content, options.env, settings.workspace);
  return { settings: { ...rest, kubeconfig: written.file }, close: written.remove };
}

export interface Ending {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds that returning the traffic may take. */
  readonly reserve: number;
  /** Called in time to return, when the credential ends while the run goes on. */
  readonly stop: (error: StoppedError) => void;
}

/**
 * Of commands that raise weights; nothing that only reads or returns is ever refused for this.
 * @throws ClusterError when even the shortest course of the release outlives its credential.
 */
export function heedExpiry(expiry: CredentialExpiry | undefined, settings: Settings, ending: Ending): void {
  if (expiry === undefined || (settings.command !== 'deploy' && settings.command !== 'promote')) return;
  const { now, reserve, stop } = ending;
  requireOutlasting(expiry, leastTime(settings) + reserve, now);
  const left = expiry.at - now - reserve;
  // A timer cannot wait for the years a certificate lasts.
  if (left > settings.timeout) return;
  const timer = setTimeout(() => {
    const next = 'use a credential that lasts longer, or ask for fewer or shorter steps';
    stop(new StoppedError(`${expiry.what} is about to end`, next));
  }, left);
  timer.unref();
}

/** Milliseconds the steps take when nothing is waited for. */
function leastTime({ canaryWeight, minStep, bake }: Settings): number {
  return (canaryWeight.length - 1) * minStep + bake;
}
