/** What covers stable's pods and would not cover the canary's, and what the two cannot share: findings by name. */
import { SCALED_OBJECT_NAME } from '../../kube/names.ts';
import {
  field,
  groupOf,
  type KubeObject,
  list,
  nameOf,
  type ObjectRef,
  refOf,
  strings,
  text,
} from '../../kube/objects.ts';
import type { Canary } from './copies.ts';
import { keyOf } from './identity.ts';
import { mentionsOf } from './mentions.ts';
import { isCustom, isRouteKind } from './reach-backward.ts';
import { catchesOf, caught, fromLabelSelector, isExclusive, matches } from './selectors.ts';

export interface BesideFinding {
  /** Short and stable, e.g. `peers-miss-canary`. */
  readonly rule: string;
  readonly object: ObjectRef;
  /** One sentence: what is not as for stable, and what follows. */
  readonly problem: string;
}

/** Objects, as they are live and as they will be, that hold for stable's pods or Service, and for the canary's neither by themselves nor by a copy. */
export function uncovered(
  objects: readonly KubeObject[],
  canary: Canary,
  copied: ReadonlySet<string>,
  namespace: string | undefined,
  services: { readonly old: KubeObject; readonly new: KubeObject },
): readonly BesideFinding[] {
  const { old, new: fresh } = canary.labels;
  const findings = objects.flatMap((object): BesideFinding[] => {
    const found = (rule: string, problem: string) => [{ rule, object: refOf(object), problem }];
    const lost = catchesOf(object).filter((one) => caught(one, namespace, old) && !caught(one, namespace, fresh));
    const peers = lost.some(({ role }) => role === 'peers');
    if (
      peers &&
      !isCopiedFor(
        object,
        copied,
        lost.every(({ role }) => role === 'peers'),
      )
    )
      return found(
        'peers-miss-canary',
        `${nameOf(object)} names the pods of ${canary.from} as peers by labels that ${canary.name} does not have: what it allows them, it does not allow the canary`,
      );
    if (copied.has(keyOf(object))) return [];
    if (lost.some(({ role }) => role === 'polices'))
      return found(
        'policy-misses-canary',
        `${nameOf(object)} is for the pods of ${canary.from} and does not cover those of ${canary.name}`,
      );
    if (lost.some(({ role }) => role === 'monitors'))
      return found(
        'monitor-misses-canary',
        `${nameOf(object)} watches the pods of ${canary.from} and not those of ${canary.name}: they have no metrics there`,
      );
    if (object.kind !== 'Service' && lost.some((one) => isExclusive(one) && one.role === 'sends'))
      return found(
        'mesh-misses-canary',
        `${nameOf(object)} has the pods of ${canary.from} behind it, and nothing like it has those of ${canary.name}`,
      );
    if (object.kind === 'ServiceMonitor' && monitorLoses(object, services))
      return found(
        'monitor-misses-canary',
        `${nameOf(object)} watches Service ${canary.fromService} and not ${canary.name}: the canary has no metrics there`,
      );
    if (!isCustom(object) || isRouteKind(object) || object.metadata.namespace !== namespace) return [];
    return custom(object, canary, found);
  });
  // an object may be given twice, as it is live and as it will be
  return [...new Map(findings.map((one) => [`${one.rule} ${keyOf(one.object)}`, one])).values()];
}

type Found = (rule: string, problem: string) => BesideFinding[];

function custom(object: KubeObject, canary: Canary, found: Found): BesideFinding[] {
  if (catchesOf(object).length > 0) return [];
  const { named, selectors } = mentionsOf(object);
  const { old, new: fresh } = canary.labels;
  if (selectors.some((selector) => matches(selector, old) && !matches(selector, fresh)))
    return found(
      'policy-misses-canary',
      `${nameOf(object)} selects the pods of ${canary.from} and does not cover those of ${canary.name}`,
    );
  const attached = named.some(
    ({ kind, name, path }) =>
      kind === 'Service' &&
      name === canary.fromService &&
      (/\btargetRefs?\b/.test(path) || object.kind === 'DestinationRule'),
  );
  if (!attached) return [];
  return found(
    'policy-misses-canary',
    `${nameOf(object)} is for Service ${canary.fromService} and does not hold for ${canary.name}`,
  );
}

/** A copied policy has the canary's pods as its own, but who is asked for peers elsewhere still does not know them. */
function isCopiedFor(object: KubeObject, copied: ReadonlySet<string>, onlyPeers: boolean): boolean {
  return copied.has(keyOf(object)) && !onlyPeers;
}

function monitorLoses(monitor: KubeObject, services: { readonly old: KubeObject; readonly new: KubeObject }): boolean {
  const selector = fromLabelSelector(field(monitor, 'spec', 'selector'));
  if (selector === undefined || monitor.metadata.namespace !== services.old.metadata.namespace) return false;
  return (
    matches(selector, services.old.metadata.labels ?? {}) && !matches(selector, services.new.metadata.labels ?? {})
  );
}

/** Volumes and ports of nodes that two versions want at the same time. */
export function unshareable(
  podSpec: unknown,
  objects: readonly KubeObject[],
  namespace: string | undefined,
  deployment: KubeObject,
): readonly BesideFinding[] {
  const claims = list(podSpec, 'volumes').map((volume) => text(volume, 'persistentVolumeClaim', 'claimName'));
  const volumes = objects
    .filter(
      ({ kind, metadata }) =>
        kind === 'PersistentVolumeClaim' && metadata.namespace === namespace && claims.includes(metadata.name),
    )
    .flatMap((claim): BesideFinding[] => {
      const modes = list(claim, 'spec', 'accessModes');
      if (modes.includes('ReadWriteMany') || modes.includes('ReadOnlyMany')) return [];
      const alone = modes.includes('ReadWriteOncePod');
      return [
        {
          rule: alone ? 'volume-of-one-pod' : 'volume-of-one-node',
          object: refOf(claim),
          problem: alone
            ? `${nameOf(claim)} is ReadWriteOncePod: the canary's pods wait for it as long as a pod of stable has it`
            : `${nameOf(claim)} is ReadWriteOnce and used by both versions: the canary's pods start only on the node that has it, and both write to it`,
        },
      ];
    });
  const ports = [...list(podSpec, 'containers'), ...list(podSpec, 'initContainers')].flatMap((container) =>
    list(container, 'ports').filter((port) => Number(field(port, 'hostPort') ?? 0) > 0),
  );
  if (ports.length === 0 && field(podSpec, 'hostNetwork') !== true) return volumes;
  return [
    ...volumes,
    {
      rule: 'node-ports-taken',
      object: refOf(deployment),
      problem: `the pods of ${nameOf(deployment)} take ports of their nodes: the canary's start only on nodes without one of stable's`,
    },
  ];
}

/** An autoscaler of KEDA's without the ScaledObject it is made from. */
export function kedaAlone(autoscaler: KubeObject): BesideFinding {
  const name =
    strings(autoscaler, 'metadata', 'labels')[SCALED_OBJECT_NAME] ?? autoscaler.metadata.ownerReferences?.[0]?.name;
  return {
    rule: 'scaled-object-not-seen',
    object: refOf(autoscaler),
    problem:
      `${nameOf(autoscaler)} is kept by KEDA and copied by nobody: its metrics are found by the ScaledObject's name; bring ScaledObject ${name ?? ''} with the manifests, and the canary gets one of its own`.replace(
        '  ',
        ' ',
      ),
  };
}

/** A selector that no label escapes. */
export function inescapable(object: KubeObject, canary: Canary): BesideFinding {
  const group = groupOf(object.apiVersion);
  return {
    rule: 'catches-both',
    object: refOf(object),
    problem: `${nameOf(object)}${group === 'policy' ? ' counts' : ' catches'} the pods of ${canary.name} with those of ${canary.from}: its selector asks for nothing that a copy could have otherwise`,
  };
}
