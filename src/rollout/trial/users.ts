/** Where a release counts users' requests, from its settings. */

import type { Cluster } from '../../cluster/cluster.ts';
import { selectionOf } from '../../evidence/users/pod-metrics.ts';
import { podsSource } from '../../evidence/users/pods.ts';
import { directly, prometheusSource, throughApiServer } from '../../evidence/users/prometheus.ts';
import { podPattern } from '../../evidence/users/prometheus-queries.ts';
import type { ProbesBetween, UserSource } from '../../evidence/users/sources.ts';
import type { HttpClient } from '../../http/client.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { Clock } from '../../ports.ts';
import type { Settings } from '../../settings/types.ts';
import type { Released } from '../../study/service-plan.ts';

export interface UsersOptions {
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  /** Our own requests, which are taken out of every count. */
  readonly probes: ProbesBetween;
}

/** One source for each service; none when `evidence` names probes only. */
export function userSources(plans: readonly Released[], options: UsersOptions): readonly UserSource[] {
  const { settings } = options;
  if (settings.evidence.includes('pods')) return plans.map((plan) => podsOf(plan, options));
  if (settings.evidence.includes('prometheus')) return plans.map((plan) => prometheusOf(plan, options));
  return [];
}

function podsOf({ service, discovery }: Released, options: UsersOptions): UserSource {
  const { cluster, clock, signal, settings, probes } = options;
  const selections = { stable: selectionOf(discovery.stable.service), canary: selectionOf(discovery.canary.service) };
  return podsSource({
    cluster,
    clock,
    signal,
    namespace: settings.namespace,
    service,
    selections: () => selections,
    preset: settings.metrics,
    probes,
  });
}

function prometheusOf({ service, discovery }: Released, options: UsersOptions): UserSource {
  const { cluster, clock, http, signal, settings, probes } = options;
  const { prometheusUrl: prometheus, namespace } = settings;
  if (prometheus === undefined)
    throw new Error('evidence: prometheus passed without prometheus-url: please report this');
  const pods = (deployment: KubeObject | undefined, name: string) => podPattern(deployment?.metadata.name ?? name);
  const selections = {
    stable: { namespace, pods: pods(discovery.stable.deployment, discovery.stable.name) },
    canary: { namespace, pods: pods(discovery.canary.deployment, discovery.canary.name) },
  };
  return prometheusSource({
    ask:
      prometheus.by === 'url'
        ? directly(http, prometheus.url, {}, signal)
        : // Asked once: the next reading comes soon, and how long it is away is counted by the source.
          throughApiServer(cluster.under(signal, -1), prometheus),
    clock,
    signal,
    service,
    selections: () => selections,
    metrics:
      settings.prometheusQueries === undefined ? { preset: settings.metrics } : { own: settings.prometheusQueries },
    scrapeInterval: settings.scrapeInterval,
    probes,
  });
}
