/** Where a service is at home: its own Deployment in the manifests, and what serves it now. Pure. */
import type { Journal } from '../journal/journal.ts';
import { journalOn } from '../journal/on-route.ts';
import { CANARY_LABEL } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import type { Split } from '../routes/types.ts';
import { copyName } from '../services/app/identity.ts';
import type { Backend } from '../services/canary.ts';
import type { Located } from '../services/locate.ts';
import { deploymentOf, hpaOf } from '../services/pods.ts';
import type { Settings } from '../settings/types.ts';

/** A service whose own Deployment the manifests hold. */
export interface Home {
  readonly located: Located;
  /** As the manifests have them; the Service as it is live where they bring none. */
  readonly deployment: KubeObject;
  readonly service: KubeObject;
}

/**
 * The service's home, where the manifests hold its own Deployment and no version with a name of its own serves it.
 * Undefined: versions keep their names.
 */
export function homeOf(
  located: Located,
  settings: Pick<Settings, 'settle' | 'namespace' | 'version'>,
  live: readonly KubeObject[],
  manifests: readonly KubeObject[],
): Home | undefined {
  const { service } = located;
  const { namespace, version } = settings;
  if (settings.settle === 'keep-name') return undefined;
  const of = (objects: readonly KubeObject[], kind: string) =>
    objects.filter((object) => object.kind === kind && object.metadata.namespace === namespace);
  const deployments = of(manifests, 'Deployment');
  if (version !== '' && deployments.some(({ metadata }) => metadata.name === copyName(service, version)))
    return undefined;
  const [written, standing] = [of(manifests, 'Service'), of(live, 'Service')].map((services) =>
    services.find(({ metadata }) => metadata.name === service),
  );
  const home = written ?? standing;
  if (home === undefined) return undefined;
  const isOwn = (name: string) =>
    name === service ||
    of(live, 'Service').some(({ metadata }) => metadata.name === name && metadata.labels?.[CANARY_LABEL] !== undefined);
  const served = located.route.rules.flatMap(({ backends }) => backends.filter(({ weight }) => weight !== 0));
  if (!served.every(({ name }) => isOwn(name))) return undefined;
  const deployment =
    deployments.find(({ metadata }) => metadata.name === service) ?? deploymentOf(standing ?? home, deployments);
  return deployment === undefined ? undefined : { located, deployment, service: home };
}

export interface Standing {
  readonly journal: Journal | undefined;
  readonly stable: Backend | undefined;
  /** What serves, and what answers to the service's own name. */
  readonly workloads: readonly KubeObject[];
}

export function standingOf({ located, deployment }: Home, live: readonly KubeObject[], namespace: string): Standing {
  const { service, route, provider } = located;
  const there = live.includes(route.object);
  const journal = there ? journalOn(route.object) : undefined;
  const of = (kind: string) => live.filter((object) => object.kind === kind && object.metadata.namespace === namespace);
  const name = stableOf(journal, there ? provider.weights.read(route) : undefined, service);
  const found = of('Service').find(({ metadata }) => metadata.name === name);
  const workload = found && deploymentOf(found, of('Deployment'));
  const hpa = hpaOf(workload, of('HorizontalPodAutoscaler'));
  const home = of('Deployment').find(({ metadata }) => metadata.name === deployment.metadata.name);
  const version = journal?.phase === 'promoted' ? journal.versions.canary : journal?.versions.stable;
  const stable = found && {
    name: found.metadata.name,
    service: found,
    ...(workload === undefined ? {} : { deployment: workload }),
    ...(hpa === undefined ? {} : { horizontalPodAutoscaler: hpa }),
    ...(version === undefined || version === '' ? {} : { version }),
  };
  const workloads = [...new Set([workload, home].filter((one) => one !== undefined))];
  return { journal, stable: workload === undefined ? undefined : stable, workloads };
}

/** What serves by the journal, else by the weights: while settling all requests are on one of two. */
export function stableOf(journal: Journal | undefined, split: Split | undefined, service: string): string {
  const [whole] = Object.entries(split?.shares ?? {}).find(([, share]) => share > 99.9) ?? [];
  if (journal?.phase === 'settling') return whole ?? journal.backends.canary;
  if (journal !== undefined) return journal.phase === 'promoted' ? journal.backends.canary : journal.backends.stable;
  return whole ?? service;
}
