/**
 * When each kind of an app's folder is applied in a release of the app as it is: one table, from which documentation and
 * tests are made. Until the last weight is proved, nothing that exists is changed and nothing new takes hold of the pods
 * that serve.
 * Long: one row for each kind.
 */
import { ROUTE_KINDS } from '../services/app/route-kinds.ts';

/**
 * - `before`: applied as it is before the canary.
 * - `migration`: a Job, run once per version before the canary, waited for; its failure ends the release.
 * - `with-canary`: a copy under a name of the canary comes with it; the object itself is applied at promotion.
 * - `at-promotion`: applied after the last weight, while no request goes to what it is for.
 * - `never`: not applied by a release; said.
 * - `refused`: the release ends before its first write, with the reason.
 */
export type When = 'before' | 'migration' | 'with-canary' | 'at-promotion' | 'never' | 'refused';

/** What is so of an object beyond its kind. */
export type Trait =
  /** Carries an annotation of a helm or Argo CD hook that comes before the release (a Job), or any other hook. */
  | 'hook-before'
  | 'hook'
  /** The service's own Deployment. */
  | 'home'
  /** A workload whose pods the service's own Service sends to. */
  | 'behind-service'
  /** The live one has `immutable: true`, and the manifest another content. */
  | 'immutable'
  /** The live one has another selector, which Kubernetes lets nobody change. */
  | 'other-selector'
  /** The canary's pods, or those of a migration, use it. */
  | 'used'
  /** It scales, counts or polices the home Deployment's pods. */
  | 'of-home';

/** Where an object stands: new and away from what serves, new and within its reach, or live with another content. */
export type State = 'fresh' | 'joining' | 'changed';

export interface PlacingRow {
  /** Stable, for tests and documentation. */
  readonly id: string;
  /** Kinds by `Kind` or `group/Kind`; `*` for every kind, `custom` for those that definitions bring. */
  readonly kinds: readonly string[];
  /** Only objects of which all of these are so. */
  readonly traits?: readonly Trait[];
  readonly when: Readonly<Record<State, When>>;
  /** Why, in one sentence for users. */
  readonly sentence: string;
}

const always = (when: When): PlacingRow['when'] => ({ fresh: when, joining: when, changed: when });
/** New ones that touch nothing come first; all others wait. */
const WAITS: PlacingRow['when'] = { fresh: 'before', joining: 'at-promotion', changed: 'at-promotion' };
const COPIED: PlacingRow['when'] = always('with-canary');

/**
 * The first row that fits decides. An object that is live with the content the manifest has is applied `before`, which
 * changes nothing, unless its row is `never`, `migration` or `refused`, or it is the home Deployment. Objects of a `List`
 * are placed one by one.
 */
export const PLACING: readonly PlacingRow[] = [
  {
    id: 'migration-hook',
    kinds: ['Job'],
    traits: ['hook-before'],
    when: always('migration'),
    sentence:
      'A Job of a pre-install, pre-upgrade or PreSync hook is a migration: run once per version, before the canary.',
  },
  {
    id: 'hook',
    kinds: ['*'],
    traits: ['hook'],
    when: always('never'),
    sentence:
      'What belongs to another moment of helm or Argo CD (test, post-upgrade, pre-delete, rollback) is never applied; the run names it.',
  },
  {
    id: 'job',
    kinds: ['Job'],
    when: always('migration'),
    sentence:
      'A Job is a migration: a copy under a name of the version runs once, before the canary, and a failed one ends the release.',
  },
  {
    id: 'rollout',
    kinds: ['argoproj.io/Rollout'],
    traits: ['behind-service'],
    when: always('refused'),
    sentence: 'A Rollout behind the Service moves the same traffic by itself: two would write one split.',
  },
  {
    id: 'flagger',
    kinds: ['flagger.app/Canary'],
    traits: ['of-home'],
    when: always('refused'),
    sentence: "A Canary of Flagger's for the Deployment moves the same traffic by itself: two would write one split.",
  },
  {
    id: 'not-by-weight',
    kinds: ['StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'],
    traits: ['behind-service'],
    when: always('refused'),
    sentence:
      'A StatefulSet or DaemonSet behind the Service is not released by weight: two sets would share its volumes and names.',
  },
  {
    id: 'home-selector',
    kinds: ['Deployment'],
    traits: ['other-selector'],
    when: always('refused'),
    sentence: "A Deployment's selector cannot be changed: the manifest could never be applied, at promotion either.",
  },
  {
    id: 'home',
    kinds: ['Deployment'],
    traits: ['home'],
    when: COPIED,
    sentence: "The service's own Deployment is the new version: a copy is the canary, and it is applied at promotion.",
  },
  {
    id: 'workload',
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'],
    when: WAITS,
    sentence:
      'Other workloads of the folder are changed at promotion; a new one comes before, unless the Service would send to it.',
  },
  {
    id: 'cron-job',
    kinds: ['CronJob'],
    when: always('at-promotion'),
    sentence:
      'A CronJob runs the new version on its own time: it comes with the promotion, when that version is proved.',
  },
  {
    id: 'immutable-config',
    kinds: ['ConfigMap', 'Secret'],
    traits: ['immutable'],
    when: always('refused'),
    sentence: 'An immutable ConfigMap or Secret cannot get another content: give it another name.',
  },
  {
    id: 'used-config',
    kinds: ['ConfigMap', 'Secret'],
    traits: ['used'],
    when: { fresh: 'before', joining: 'with-canary', changed: 'with-canary' },
    sentence:
      "A changed ConfigMap or Secret that the canary's or a migration's pods use is copied for them; theirs stays as it is for the pods that serve.",
  },
  {
    id: 'config',
    kinds: ['ConfigMap', 'Secret'],
    when: WAITS,
    sentence: 'A ConfigMap or Secret that the canary does not use is changed at promotion: someone else may read it.',
  },
  {
    id: 'service',
    kinds: ['Service', 'Endpoints', 'discovery.k8s.io/EndpointSlice'],
    when: WAITS,
    sentence:
      'A Service is changed (ports, selector, type) at promotion; a new one that would send to the serving pods waits for it, too.',
  },
  {
    id: 'route',
    kinds: [...ROUTE_KINDS],
    when: always('at-promotion'),
    sentence:
      "A route's weights are the release's own, merged into the live object; what else a manifest says of routes comes at promotion.",
  },
  {
    id: 'autoscaler',
    kinds: ['autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject'],
    traits: ['of-home'],
    when: COPIED,
    sentence:
      'The canary gets an autoscaler of its own, with the bounds of the manifest; the bounds of the serving pods change at promotion.',
  },
  {
    id: 'other-autoscaler',
    kinds: [
      'autoscaling/HorizontalPodAutoscaler',
      'keda.sh/ScaledObject',
      'keda.sh/ScaledJob',
      'autoscaling.k8s.io/VerticalPodAutoscaler',
    ],
    when: WAITS,
    sentence:
      "Other workloads' autoscalers change with them at promotion; a VerticalPodAutoscaler restarts pods and is never copied.",
  },
  {
    id: 'scaling-credentials',
    kinds: ['keda.sh/TriggerAuthentication', 'keda.sh/ClusterTriggerAuthentication'],
    when: WAITS,
    sentence: 'What KEDA asks with is changed at promotion: the ScaledObject of the serving pods uses it.',
  },
  {
    id: 'budget',
    kinds: ['PodDisruptionBudget'],
    traits: ['of-home'],
    when: COPIED,
    sentence: 'The canary gets a PodDisruptionBudget of its own; the one of the serving pods changes at promotion.',
  },
  {
    id: 'other-budget',
    kinds: ['PodDisruptionBudget'],
    when: WAITS,
    sentence: "Other workloads' budgets change with them at promotion.",
  },
  {
    id: 'network-policy',
    kinds: ['networking.k8s.io/NetworkPolicy'],
    traits: ['of-home'],
    when: COPIED,
    sentence:
      "A NetworkPolicy of the service's pods is copied for the canary's; it closes and opens for the serving pods at promotion.",
  },
  {
    id: 'other-network-policy',
    kinds: ['networking.k8s.io/NetworkPolicy'],
    when: always('at-promotion'),
    sentence:
      'Any other NetworkPolicy waits for the promotion: one that closes another app may cut off what the serving pods call.',
  },
  {
    id: 'account',
    kinds: ['ServiceAccount'],
    when: WAITS,
    sentence:
      'A ServiceAccount is changed at promotion: the serving pods run as it, and a new one comes before the canary.',
  },
  {
    id: 'rights',
    kinds: [
      'rbac.authorization.k8s.io/Role',
      'rbac.authorization.k8s.io/RoleBinding',
      'rbac.authorization.k8s.io/ClusterRole',
      'rbac.authorization.k8s.io/ClusterRoleBinding',
    ],
    when: WAITS,
    sentence: "Rights of the serving pods' account change at promotion; those of a new account come before the canary.",
  },
  {
    id: 'volume',
    kinds: ['PersistentVolumeClaim', 'PersistentVolume', 'storage.k8s.io/StorageClass'],
    when: WAITS,
    sentence:
      'A volume is changed (grown) at promotion and a new one comes before; one that a single node holds and both versions use is a finding.',
  },
  {
    id: 'namespace',
    kinds: ['Namespace', 'LimitRange', 'ResourceQuota'],
    when: WAITS,
    sentence:
      'Labels of the namespace, limits and quotas decide how pods start, those that serve as well: they change at promotion.',
  },
  {
    id: 'classes',
    kinds: [
      'scheduling.k8s.io/PriorityClass',
      'node.k8s.io/RuntimeClass',
      'networking.k8s.io/IngressClass',
      'gateway.networking.k8s.io/GatewayClass',
      'gateway.networking.k8s.io/Gateway',
      'gateway.networking.k8s.io/ReferenceGrant',
    ],
    when: WAITS,
    sentence: 'Classes, Gateways and grants that exist change at promotion; new ones come before.',
  },
  {
    id: 'definition',
    kinds: ['apiextensions.k8s.io/CustomResourceDefinition'],
    when: WAITS,
    sentence:
      'A new definition comes before everything; a changed one may drop fields of live objects, and waits for the promotion.',
  },
  {
    id: 'admission',
    kinds: [
      'admissionregistration.k8s.io/MutatingWebhookConfiguration',
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
      'admissionregistration.k8s.io/MutatingAdmissionPolicy',
      'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
      'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
      'apiregistration.k8s.io/APIService',
    ],
    when: always('at-promotion'),
    sentence: 'Admission decides about every pod and every write of the release itself: it changes at promotion.',
  },
  {
    id: 'kong',
    kinds: [
      'configuration.konghq.com/KongPlugin',
      'configuration.konghq.com/KongClusterPlugin',
      'configuration.konghq.com/KongUpstreamPolicy',
      'configuration.konghq.com/KongConsumer',
      'configuration.konghq.com/KongConsumerGroup',
      'configuration.konghq.com/KongIngress',
    ],
    when: WAITS,
    sentence:
      "Plugins, policies and consumers of Kong that exist change at promotion: they hold for all of a route's callers at once.",
  },
  {
    id: 'custom',
    kinds: ['*'],
    when: WAITS,
    sentence:
      'Any other kind: changed at promotion; a new one comes before, unless it names or selects something that serves.',
  },
];
