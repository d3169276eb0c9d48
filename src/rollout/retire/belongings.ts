/** What belongs to one version alone, beside its Deployment and Service, and goes with it when it is deleted. */
import type { Cluster } from '../../cluster/cluster.ts';
import { reasonOf } from '../../errors.ts';
import { APPS_API, AUTOSCALING_API, CANARY_LABEL, CLONE_LABEL, INGRESS_API, POLICY_API } from '../../kube/names.ts';
import { field, groupOf, type KubeObject, list, nameOf, text } from '../../kube/objects.ts';
import { isKedas, scalerKind, targets } from '../../services/app/copies.ts';
import { keyOf, shortened } from '../../services/app/identity.ts';
import { mentionsOf } from '../../services/app/mentions.ts';
import { podReferences, templateOf } from '../../services/app/pod-references.ts';
import { catchesOf, caught, fromLabelSelector, matches, type Selector } from '../../services/app/selectors.ts';
import { podLabels } from '../../services/pods.ts';

export interface Belongings {
  /** In the order they go. */
  readonly objects: readonly KubeObject[];
  /** One sentence for each kind that could not be looked for, or that the version taking over lacks now. */
  readonly problems: readonly string[];
}

/** Triggers by what the pods have to do themselves. Others count work that waits elsewhere, which no route shows. */
const BY_LOAD =
  /^(cpu|memory|cron|prometheus|datadog|new-relic|metrics-api|graphite|influxdb|dynatrace|kubernetes-workload)$/;

/** Whether an autoscaler is the version's own and goes with it, rather than a sign of work that comes from elsewhere. */
export function isOwnScaler(object: KubeObject, namespace: string, deployment: string): boolean {
  if (object.metadata.namespace !== namespace || scalerKind(object) === undefined) return false;
  if (!targets(object, deployment)) return false;
  if (scalerKind(object) === 'autoscaler' || object.metadata.labels?.[CLONE_LABEL] !== undefined) return true;
  return list(object, 'spec', 'triggers').every((trigger) => BY_LOAD.test(text(trigger, 'type')));
}

/**
 * @param old the Deployment that goes; `successor` the one that has taken over
 * @param seen what was looked through for whoever else uses it
 */
export async function belongingsOf(
  cluster: Cluster,
  old: KubeObject,
  successor: KubeObject | undefined,
  seen: readonly KubeObject[],
): Promise<Belongings> {
  const namespace = old.metadata.namespace ?? '';
  const problems: string[] = [];
  const look = async (apiVersion: string, kind: string, labelSelector?: string) => {
    const selected = labelSelector === undefined ? {} : { labelSelector };
    const metadataOnly = kind === 'Secret' || kind === 'ConfigMap';
    try {
      return (await cluster.list(apiVersion, kind, namespace, { ...selected, metadataOnly })).items;
    } catch (error) {
      problems.push(
        `${kind}s of ${old.metadata.name} are left, if it has any: they could not be looked for (${reasonOf(error)})`,
      );
      return [];
    }
  };
  const made = `${CANARY_LABEL}=${shortened(old.metadata.name)}`;
  const madeByUs = old.metadata.labels?.[CANARY_LABEL] === shortened(old.metadata.name);
  const [autoscalers, budgets, deployments, ...copies] = await Promise.all([
    look(AUTOSCALING_API, 'HorizontalPodAutoscaler'),
    look(POLICY_API, 'PodDisruptionBudget'),
    look(APPS_API, 'Deployment'),
    ...(madeByUs ? COPIED.map(([apiVersion, kind]) => look(apiVersion, kind, made)) : []),
  ]);
  const others = deployments.filter((one) => keyOf(one) !== keyOf(old));
  const covering = budgets.filter((budget) => covers(budget, old));
  const alone: KubeObject[] = [];
  for (const budget of covering) if (await coversOnly(cluster, budget, old, others)) alone.push(budget);
  if (alone.length > 0 && successor !== undefined && !budgets.some((budget) => covers(budget, successor)))
    problems.push(
      `${successor.metadata.name} has no PodDisruptionBudget: ${alone.map(nameOf).join(', ')} covered ${old.metadata.name} alone and goes with it; bring one for ${successor.metadata.name}`,
    );
  const scalers = [...autoscalers, ...seen].filter(
    (one) => !isKedas(one) && isOwnScaler(one, namespace, old.metadata.name),
  );
  const free = copies.flat().filter((copy) => !isUsed(copy, others, seen));
  return { objects: [...unique(scalers), ...alone, ...free], problems };
}

/** Kinds this tool copies for one version, beside what scales and counts its pods. */
const COPIED = [
  [INGRESS_API, 'NetworkPolicy'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
] as const;

function covers(budget: KubeObject, deployment: KubeObject): boolean {
  return catchesOf(budget).some((one) => caught(one, deployment.metadata.namespace, podLabels(deployment)));
}

/** Whether neither another Deployment nor any pod there is now would lose the budget. */
async function coversOnly(
  cluster: Cluster,
  budget: KubeObject,
  old: KubeObject,
  others: readonly KubeObject[],
): Promise<boolean> {
  if (others.some((one) => covers(budget, one))) return false;
  const selector = fromLabelSelector(field(budget, 'spec', 'selector')) ?? [];
  const own = fromLabelSelector(field(old, 'spec', 'selector')) ?? [];
  const pods = await cluster.list('v1', 'Pod', old.metadata.namespace, { labelSelector: written(selector) });
  return pods.items.every(({ metadata }) => {
    const labels = metadata.labels ?? {};
    return !matches(selector, labels) || matches(own, labels);
  });
}

/** A selector as the API takes it. */
function written(selector: Selector): string {
  return selector
    .map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
    })
    .join(',');
}

/** Whether another workload, or anything else that was looked at, names the object. */
export function isUsed(
  { kind, metadata }: KubeObject,
  others: readonly KubeObject[],
  seen: readonly KubeObject[],
): boolean {
  const { name, namespace } = metadata;
  const runs = others.some((workload) =>
    podReferences(field(templateOf(workload), 'spec'), namespace).some(
      ({ ref }) => ref.kind === kind && ref.name === name,
    ),
  );
  if (runs) return true;
  return seen.some(
    (object) =>
      object.metadata.namespace === namespace &&
      groupOf(object.apiVersion) !== '' &&
      mentionsOf(object).named.some((mention) => mention.kind === kind && mention.name === name),
  );
}

function unique(objects: readonly KubeObject[]): readonly KubeObject[] {
  return [...new Map(objects.map((object) => [keyOf(object), object])).values()];
}
