/** A caller of our own for the proofs of one run: its key is nobody else's, its quota neither. Pure. */
import { CREDENTIAL_LABEL, INGRESS_CLASS, KONG_API, RUN_LABEL } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';

export interface ProofConsumerOptions {
  /** Id of the run: makes the names unique, which Kong demands across namespaces. */
  readonly run: string;
  readonly namespace: string;
  /** The key; to be masked by the caller before it is used. */
  readonly key: string;
  readonly ingressClass: string;
}

/** Secret and KongConsumer of a run's proofs, in the order they are applied; removed when the proofs are done. */
export function proofConsumer(options: ProofConsumerOptions): readonly [KubeObject, KubeObject] {
  const run = runLabel(options.run);
  const name = `mesh-canary-proof-${run}`;
  const metadata = { name, namespace: options.namespace };
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, labels: { [RUN_LABEL]: run, [CREDENTIAL_LABEL]: 'key-auth' } },
    type: 'Opaque',
    stringData: { key: options.key },
  };
  const consumer: KubeObject = {
    apiVersion: KONG_API,
    kind: 'KongConsumer',
    metadata: {
      ...metadata,
      labels: { [RUN_LABEL]: run },
      annotations: { [INGRESS_CLASS]: options.ingressClass },
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
