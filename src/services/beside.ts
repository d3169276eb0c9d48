/** A canary beside what serves: a whole copy of the service's Deployment with all that is its own. Pure. */

import { BackendError } from '../errors.ts';
import { CANARY_LABEL, CLONE_LABEL, RUNS_ANNOTATION } from '../kube/names.ts';
import { field, type KubeObject, list, mapAt, nameOf, strings } from '../kube/objects.ts';
import * as copies from './app/copies.ts';
import { copiedMetadata, keptTemplateAnnotations } from './app/copy-metadata.ts';
import { type BesideFinding, inescapable, kedaAlone, uncovered, unshareable } from './app/cover.ts';
import { foldPodSpec, type PortNames } from './app/fold.ts';
import { followLabels } from './app/follow.ts';
import { copyName, keyOf, shortened, shortHash } from './app/identity.ts';
import { withImage } from './app/images.ts';
import { rewriteReferences, templateOf } from './app/pod-references.ts';
import { type Relabelled, relabel } from './app/relabel.ts';
import { catchesOf, caught, type Labels } from './app/selectors.ts';
import { fingerprintOf } from './fingerprint.ts';

export interface BesideInput {
  /** Logical service, e.g. `orders`, and the version's name as a DNS label. */
  readonly service: string;
  readonly version: string;
  /** What is copied: the Deployment and Service as the manifests have them, or as they are live. */
  readonly home: KubeObject;
  readonly homeService: KubeObject;
  /** The workload that serves now. */
  readonly serving: KubeObject;
  /** Everything that is live, of this namespace at least. */
  readonly live: readonly KubeObject[];
  /** Everything the manifests bring; empty for a release of an image. */
  readonly manifests: readonly KubeObject[];
  /** Of the manifests, what comes as a copy for the canary: see the table of placing. */
  readonly withCanary: readonly KubeObject[];
  /** A release of an image alone: set on the copy. */
  readonly image?: string;
}

export interface Beside {
  readonly name: string;
  readonly deployment: KubeObject;
  readonly service: KubeObject;
  /** Everything to apply, Deployment and Service included, in this order. */
  readonly objects: readonly KubeObject[];
  readonly podLabels: Labels;
  /** What the version runs; also on the Deployment, as an annotation. */
  readonly fingerprint: string;
  /** New names of ConfigMaps and Secrets, by `kind/name`. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly findings: readonly BesideFinding[];
}

/**
 * The canary `<service>-<version>`, of one replica, and what comes with it. Nothing that catches stable's pods to send to
 * them, to scale or to count them catches the canary's; nothing live is named by any copy's name; the same input with the
 * copies live gives the same again.
 * @throws BackendError when the Service selects nothing, the name is somebody else's, no label tells the canary apart, or
 * no container is clearly the image's
 */
export function besideStable(input: BesideInput): Beside {
  const name = copyName(input.service, input.version);
  const live = input.live.filter((object) => object.metadata.labels?.[CANARY_LABEL] !== shortened(name));
  const all = overlaid(live, input.manifests);
  refuse(input, name, all);
  const home = input.image === undefined ? input.home : withImage(input.home, input.image, input.service);
  const labels = labelsFor(input, name, [...live, ...input.manifests]);
  const canary: copies.Canary = {
    name,
    from: home.metadata.name,
    fromService: input.homeService.metadata.name,
    selector: labels.selector,
    labels: { old: podLabelsOf(home), new: labels.labels },
  };
  const configs = input.withCanary.filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret');
  const renamed = new Map(
    configs.map((config) => [`${config.kind}/${config.metadata.name}`, freeName(config, input.version, all)]),
  );
  const fingerprint = fingerprintOf(home, input.image === undefined ? input.manifests : []);
  const { spec, ports } = podSpecFor(home, canary, renamed);
  const deployment = deploymentFor(home, canary, spec, fingerprint);
  const service = copies.copyService(input.homeService, canary, ports);
  const around = aroundOf(input, all, canary);
  const copied = new Set(around.map(({ original }) => keyOf(original)));
  return {
    name,
    deployment,
    service,
    objects: [
      ...configs.map((config) =>
        copies.copyConfig(config, canary, renamed.get(`${config.kind}/${config.metadata.name}`) ?? ''),
      ),
      ...around.filter(({ copy }) => copy.kind === 'NetworkPolicy').map(({ copy }) => copy),
      service,
      deployment,
      ...around.filter(({ copy }) => copy.kind !== 'NetworkPolicy').map(({ copy }) => copy),
    ],
    podLabels: labels.labels,
    fingerprint,
    renamed,
    findings: [
      ...labels.inescapable.map(({ object }) => inescapable(object, canary)),
      ...kedaFindings(all, canary, around),
      ...uncovered([...live, ...input.manifests], canary, copied, home.metadata.namespace, {
        old: input.homeService,
        new: service,
      }),
      ...unshareable(spec, all, home.metadata.namespace, home),
    ],
  };
}

/** Live objects, each replaced by the manifest of it. */
function overlaid(live: readonly KubeObject[], manifests: readonly KubeObject[]): readonly KubeObject[] {
  return [...new Map([...live, ...manifests].map((object) => [keyOf(object), object])).values()];
}

function refuse({ homeService, service }: BesideInput, name: string, all: readonly KubeObject[]): void {
  const { namespace } = homeService.metadata;
  if (Object.keys(strings(homeService, 'spec', 'selector')).length === 0) {
    throw new BackendError(
      `${nameOf(homeService)} has no selector, so no copy of it can be made for ${name}`,
      `give ${nameOf(homeService)} a selector, or bring Deployment and Service ${name} with the manifests`,
    );
  }
  const taken = all.find(
    ({ kind, metadata }) =>
      (kind === 'Deployment' || kind === 'Service') &&
      metadata.namespace === namespace &&
      metadata.name === name &&
      metadata.labels?.[CLONE_LABEL] === undefined,
  );
  if (taken !== undefined) {
    throw new BackendError(
      `${nameOf(taken)} has the name of the canary and is not a copy that a release of ${service} made`,
      'give another version, or delete that object where it is a leftover',
    );
  }
}

function labelsFor(input: BesideInput, name: string, all: readonly KubeObject[]): Relabelled {
  const { home, homeService, serving, service, version } = input;
  const { namespace } = home.metadata;
  const own = [
    ...Object.keys(strings(home, 'spec', 'selector', 'matchLabels')),
    ...list(home, 'spec', 'selector', 'matchExpressions').map((entry) => String(field(entry, 'key'))),
    ...Object.keys(strings(homeService, 'spec', 'selector')),
  ];
  const labels = relabel({
    labels: podLabelsOf(home),
    serving: podLabelsOf(serving),
    ownKeys: own.filter((key) => podLabelsOf(home)[key] !== undefined),
    namespace,
    version: shortened(version),
    name,
    oldNames: new Set(
      [home.metadata.name, serving.metadata.name, homeService.metadata.name].filter((one) => one !== service),
    ),
    keepVersions: input.manifests.includes(home),
    catches: all.flatMap(catchesOf),
    otherPods: podsOfOthers(all, namespace),
  });
  const taken = labels.inescapable.find(({ role }) => role !== 'counts');
  if (taken !== undefined) {
    throw new BackendError(
      `No label can tell the pods of ${name} from those of ${nameOf(home)}: ${nameOf(taken.object)} would take them for its own`,
      `let the selector of ${nameOf(taken.object)} ask for a label with a value, such as app: ${service}`,
    );
  }
  return labels;
}

/** Labels of pods as workloads make them; what has a controller has its labels from there. */
function podsOfOthers(all: readonly KubeObject[], namespace: string | undefined): readonly Labels[] {
  return all
    .filter(({ kind, metadata }) => WORKLOADS.test(kind) && metadata.namespace === namespace)
    .filter(({ metadata }) => !(metadata.ownerReferences ?? []).some(({ controller }) => controller === true))
    .map(podLabelsOf);
}

const WORKLOADS = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod)$/;

function podLabelsOf(workload: KubeObject): Labels {
  return strings(templateOf(workload), 'metadata', 'labels');
}

/** `<name>-<version>`, or with a hash where somebody else's object is called that. */
function freeName(config: KubeObject, version: string, all: readonly KubeObject[]): string {
  const name = copyName(config.metadata.name, version);
  const key = keyOf({ ...config, metadata: { ...config.metadata, name } } as KubeObject);
  if (!all.some((object) => keyOf(object) === key)) return name;
  return copyName(config.metadata.name, `${version}-${shortHash(key)}`);
}

function podSpecFor(
  home: KubeObject,
  canary: copies.Canary,
  renamed: ReadonlyMap<string, string>,
): { spec: Record<string, unknown>; ports: PortNames } {
  const { spec, ports } = foldPodSpec(field(templateOf(home), 'spec'));
  const rewritten = rewriteReferences(spec, (kind, name) => renamed.get(`${kind}/${name}`));
  return { spec: followLabels(rewritten, canary.labels.old, canary.labels.new), ports };
}

function deploymentFor(
  home: KubeObject,
  canary: copies.Canary,
  podSpec: Record<string, unknown>,
  fingerprint: string,
): KubeObject {
  const { paused: _, ...spec } = mapAt(home['spec']);
  const metadata = copiedMetadata(
    home,
    { name: canary.name, canary: canary.name, from: canary.from },
    versionsOf(home, canary),
  );
  const annotations = keptTemplateAnnotations(strings(templateOf(home), 'metadata', 'annotations'));
  return {
    apiVersion: home.apiVersion,
    kind: home.kind,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [RUNS_ANNOTATION]: fingerprint } },
    spec: {
      ...spec,
      replicas: 1,
      selector: { matchLabels: { ...canary.selector } },
      template: {
        metadata: {
          labels: { ...canary.labels.new },
          // a copied ConfigMap keeps its name when its content changes: the pods start again all the same
          annotations: { ...annotations, [RUNS_ANNOTATION]: fingerprint },
        },
        spec: podSpec,
      },
    },
  };
}

/** The object's own labels stay, so that monitors find it, but for those that say the version. */
function versionsOf(home: KubeObject, canary: copies.Canary): Labels {
  const { new: fresh, old } = canary.labels;
  return Object.fromEntries(
    Object.entries(home.metadata.labels ?? {}).map(([key, value]) => [
      key,
      /(^|\/)version$/.test(key) && (value === old[key] || old[key] === undefined)
        ? (fresh[key] ?? fresh['version'] ?? value)
        : value,
    ]),
  );
}

interface Copied {
  readonly original: KubeObject;
  readonly copy: KubeObject;
}

/** Autoscaler, budgets and network policies of the home Deployment, for the canary. */
function aroundOf(input: BesideInput, all: readonly KubeObject[], canary: copies.Canary): readonly Copied[] {
  const { namespace } = input.home.metadata;
  const brought = new Set(input.withCanary);
  return all
    .filter((object) => object.metadata.namespace === namespace && object.metadata.labels?.[CLONE_LABEL] === undefined)
    .flatMap((original): Copied[] => {
      const with_ = (copy: (object: KubeObject, canary: copies.Canary, name: string) => KubeObject) => [
        { original, copy: copy(original, canary, freeName(original, input.version, all)) },
      ];
      const scaler = copies.scalerKind(original);
      if (scaler !== undefined) {
        if (!copies.targets(original, canary.from) || copies.isKedas(original)) return [];
        return with_(scaler === 'autoscaler' ? copies.copyAutoscaler : copies.copyScaledObject);
      }
      const [subject] = catchesOf(original);
      if (subject === undefined || !caught(subject, namespace, canary.labels.old)) return [];
      const escaped = !caught(subject, namespace, canary.labels.new);
      if (original.kind === 'PodDisruptionBudget' && subject.role === 'counts')
        return escaped ? with_(copies.copyBudget) : [];
      if (original.kind !== 'NetworkPolicy' || subject.role !== 'polices') return [];
      return escaped || brought.has(original) ? with_(copies.copyPolicy) : [];
    });
}

function kedaFindings(
  all: readonly KubeObject[],
  canary: copies.Canary,
  around: readonly Copied[],
): readonly BesideFinding[] {
  if (around.some(({ copy }) => copy.kind === 'ScaledObject')) return [];
  return all
    .filter(
      (object) =>
        copies.scalerKind(object) === 'autoscaler' && copies.isKedas(object) && copies.targets(object, canary.from),
    )
    .map(kedaAlone);
}
