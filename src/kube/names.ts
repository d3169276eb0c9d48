/**
 * Names that more than one file uses: API groups and versions, annotations, labels and headers. What mesh-canary writes on
 * other people's objects comes first; docs/clusters.md lists it from here. The names of one provider stand in its folder.
 */

/** Field manager of everything we write, as `kubectl get --show-managed-fields` shows it. */
export const FIELD_MANAGER = 'mesh-canary';

/** What a release has done, in the same patch as every weight (journal/schema.ts). */
export const JOURNAL_ANNOTATION = 'mesh-canary.dev/journal';

/** It is a lane: header-matched, never weighted, never counted as the service's route. */
export const LANE_LABEL = 'mesh-canary.dev/lane';

/** Which canary the copy belongs to: all of a canary's go together. */
export const CANARY_LABEL = 'mesh-canary.dev/canary';

/** The Deployment it was copied from: whoever returns a dead release may delete these, and no others. */
export const CLONE_LABEL = 'mesh-canary.dev/cloned-from';

/** Fingerprint of what the version runs: template, ConfigMaps, Secrets. */
export const RUNS_ANNOTATION = 'mesh-canary.dev/runs';

/** How many replicas it had: a later return scales it up again. */
export const RETIRED_REPLICAS = 'mesh-canary.dev/retired-replicas';

/** Its lower bound before a share raised it. */
export const MIN_REPLICAS = 'mesh-canary.dev/min-replicas';

/** The run that made it: those of dead runs are swept. */
export const RUN_LABEL = 'mesh-canary.dev/run';

/** Where the run that holds it can be looked at. */
export const RUN_URL = 'mesh-canary.dev/run-url';

/** The run that asked its holder to give way. */
export const ASKED_BY = 'mesh-canary.dev/asked-by';

/** What we write on objects, for the docs: name, whether it is a label or an annotation, on what, and why. */
export const OWN_NAMES: readonly OwnName[] = [
  {
    name: JOURNAL_ANNOTATION,
    is: 'annotation',
    on: 'a route',
    why: 'What a release has done, in the same patch as every weight (journal/schema.ts).',
  },
  {
    name: LANE_LABEL,
    is: 'label',
    on: 'a route',
    why: "It is a lane: header-matched, never weighted, never counted as the service's route.",
  },
  {
    name: CANARY_LABEL,
    is: 'label',
    on: 'copies for a canary',
    why: "Which canary the copy belongs to: all of a canary's go together.",
  },
  {
    name: CLONE_LABEL,
    is: 'label',
    on: 'copies for a canary',
    why: 'The Deployment it was copied from: whoever returns a dead release may delete these, and no others.',
  },
  {
    name: RUNS_ANNOTATION,
    is: 'annotation',
    on: "a canary's Deployment and pods",
    why: 'Fingerprint of what the version runs: template, ConfigMaps, Secrets.',
  },
  {
    name: RETIRED_REPLICAS,
    is: 'annotation',
    on: 'a retired Deployment',
    why: 'How many replicas it had: a later return scales it up again.',
  },
  { name: MIN_REPLICAS, is: 'annotation', on: 'an autoscaler', why: 'Its lower bound before a share raised it.' },
  {
    name: RUN_LABEL,
    is: 'label',
    on: 'callers made for proofs',
    why: 'The run that made it: those of dead runs are swept.',
  },
  { name: RUN_URL, is: 'annotation', on: 'a Lease', why: 'Where the run that holds it can be looked at.' },
  { name: ASKED_BY, is: 'annotation', on: 'a Lease', why: 'The run that asked its holder to give way.' },
];

export interface OwnName {
  readonly name: string;
  readonly is: 'annotation' | 'label';
  readonly on: string;
  readonly why: string;
}

/** Header that leads a request into a lane; nobody else can know its value. */
export const LANE_HEADER = 'x-mesh-canary-lane';

/** Header a lane puts on answers, with the token of the lane: who answered is told, not guessed. */
export const LANE_MARK = 'x-mesh-canary-lane';

// API groups and versions.
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';
export const GATEWAY_API = 'gateway.networking.k8s.io/v1';
export const KONG_GROUP = 'configuration.konghq.com';
export const KONG_API = 'configuration.konghq.com/v1';
export const KONG_BETA_API = 'configuration.konghq.com/v1beta1';
export const APPS_API = 'apps/v1';
export const AUTOSCALING_API = 'autoscaling/v2';
export const INGRESS_GROUP = 'networking.k8s.io';
export const INGRESS_API = 'networking.k8s.io/v1';
export const DISCOVERY_GROUP = 'discovery.k8s.io';
export const DISCOVERY_API = 'discovery.k8s.io/v1';
export const LEASE_GROUP = 'coordination.k8s.io';
export const LEASE_API = 'coordination.k8s.io/v1';
export const RBAC_GROUP = 'rbac.authorization.k8s.io';
export const RBAC_API = 'rbac.authorization.k8s.io/v1';
export const CRD_GROUP = 'apiextensions.k8s.io';
export const STORAGE_API = 'storage.k8s.io/v1';
export const BATCH_API = 'batch/v1';
export const POLICY_API = 'policy/v1';
export const KEDA_GROUP = 'keda.sh';
export const KEDA_API = 'keda.sh/v1alpha1';
export const KEDA_HTTP_GROUP = 'http.keda.sh';
export const ISTIO_SECURITY_GROUP = 'security.istio.io';

// Marks of Kubernetes, Kong and others.
export const INGRESS_CLASS = 'kubernetes.io/ingress.class';
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const APP_VERSION = 'app.kubernetes.io/version';
export const PLUGINS_ANNOTATION = 'konghq.com/plugins';
export const CREDENTIAL_LABEL = 'konghq.com/credential';
export const UPSTREAM_POLICY = 'konghq.com/upstream-policy';
export const KONG_OVERRIDE = 'konghq.com/override';
export const SERVICE_UPSTREAM = 'ingress.kubernetes.io/service-upstream';
export const SCALED_OBJECT_NAME = 'scaledobject.keda.sh/name';
