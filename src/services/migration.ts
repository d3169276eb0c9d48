/** A Job of the manifests as the migration of one version: a copy that runs once before the canary. Pure. */
import { CANARY_LABEL, RUNS_ANNOTATION } from '../kube/names.ts';
import { field, type KubeObject, mapAt, strings } from '../kube/objects.ts';
import { copiedMetadata } from './app/copy-metadata.ts';
import { foldPodSpec } from './app/fold.ts';
import { copyName, shortened } from './app/identity.ts';
import { rewriteReferences } from './app/pod-references.ts';
import { relabel } from './app/relabel.ts';
import { catchesOf } from './app/selectors.ts';
import { fingerprintOf } from './fingerprint.ts';

export interface MigrationInput {
  readonly job: KubeObject;
  readonly version: string;
  /** The canary it comes before, with the new names of ConfigMaps and Secrets. */
  readonly canary: { readonly name: string; readonly renamed: ReadonlyMap<string, string> };
  readonly live: readonly KubeObject[];
  readonly manifests: readonly KubeObject[];
}

/** Given to one Job by the cluster, or an order to remove it before anybody has read how it ended. */
const JOB_OWN = new Set(['selector', 'manualSelector', 'ttlSecondsAfterFinished']);

/**
 * `<job>-<version>`: the field that cannot be changed is never changed, and a version's migration is found again by name
 * and by the annotation of what it runs. Its pods have the canary's configuration, and no Service takes them for the app's.
 */
export function migrationOf({ job, version, canary, live, manifests }: MigrationInput): KubeObject {
  const name = copyName(job.metadata.name, version);
  const labels = strings(job, 'spec', 'template', 'metadata', 'labels');
  const foreign = [...live, ...manifests].filter(
    (one) => one.metadata.labels?.[CANARY_LABEL] !== shortened(canary.name),
  );
  const relabelled = relabel({
    labels,
    serving: labels,
    ownKeys: [],
    namespace: job.metadata.namespace,
    version: shortened(version),
    name,
    oldNames: new Set(),
    keepVersions: true,
    catches: foreign.flatMap(catchesOf),
    otherPods: [],
  });
  const runs = { [RUNS_ANNOTATION]: fingerprintOf(job, manifests) };
  const metadata = copiedMetadata(job, { name, canary: canary.name, from: job.metadata.name });
  const spec = Object.fromEntries(Object.entries(mapAt(job['spec'])).filter(([key]) => !JOB_OWN.has(key)));
  const { spec: folded } = foldPodSpec(field(job, 'spec', 'template', 'spec'));
  return {
    apiVersion: job.apiVersion,
    kind: job.kind,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...runs } },
    spec: {
      ...spec,
      template: {
        metadata: { ...mapAt(field(job, 'spec', 'template', 'metadata')), labels: { ...relabelled.labels } },
        spec: rewriteReferences(folded, (kind, used) => canary.renamed.get(`${kind}/${used}`)),
      },
    },
  };
}
