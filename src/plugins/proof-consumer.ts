/** A caller of our own for the proofs of one run: its key is nobody else's, its quota neither. Pure. */
import type { KubeObject } from '../kube/objects.ts';

export interface ProofConsumerOptions {
  /** Id of the run: makes the names unique, which Kong demands across namespaces. */
  readonly run: string;
  readonly namespace: string;
  /** The key; to be masked by the caller before it is used. */
  readonly key: string;
  readonly ingressClass: string;
}

/** Label of everything a run creates for itself; a later run removes what a dead one left. */
export const RUN_LABEL = 'mesh-canary.dev/run';

/** Secret and KongConsumer of a run's proofs, in the order they are applied; removed when the proofs are done. */
export function proofConsumer(options: ProofConsumerOptions): readonly [KubeObject, KubeObject] {
  const run = runLabel(options.run);
  const name = `mesh-canary-proof-${run}`;
  const metadata = { name, namespace: options.namespace };
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, labels: { [RUN_LABEL]: run, 'konghq.com/credential': 'key-auth' } },
    type: 'Opaque',
    stringData: { key: options.key },
  };
  const consumer: KubeObject = {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongConsumer',
    metadata: {
      ...metadata,
      labels: { [RUN_LABEL]: run },
      annotations: { 'kubernetes.io/ingress.class': options.ingressClass },
    },
    username: name,
    credentials: [name],
  };
  return [secret, consumer];
}

/** A run's id as the value of {@link RUN_LABEL}. */
export function runLabel(run: string): string {
  return run
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}
