/** Installing custom resource definitions and waiting until the API server serves them. */
import fs from 'node:fs';
import path from 'node:path';
import { type KubeObject, list } from '../../src/kube/objects.ts';
import { definitions } from '../binaries/crds.ts';
import type { Binaries } from '../binaries/index.ts';
import type { LabClient } from '../client.ts';
import { labSources } from '../paths.ts';

const PUBLISHED = ['gatewayApi', 'kong', 'istio'] as const;
/** Schema-only files in lab/crds. */
const SCHEMA_ONLY = ['appmesh', 'kuma', 'kuma-v3', 'linkerd', 'traefik', 'vpc-lattice'] as const;
export type CrdSet = (typeof PUBLISHED)[number] | (typeof SCHEMA_ONLY)[number];

const COLLECTION = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export function crdFiles(which: CrdSet, crds: Binaries['crds']): readonly string[] {
  const published = PUBLISHED.find((name) => name === which);
  return published === undefined ? [path.join(labSources, 'crds', `${which}.yaml`)] : crds[published];
}

/** Installs or updates all definitions of the files; resolves when every one is Established. Throws after `timeoutMs`. */
export async function installCrds(client: LabClient, files: readonly string[], timeoutMs = 30_000): Promise<void> {
  for (const file of files) {
    if (!fs.existsSync(file)) throw new Error(`there is no file of definitions at ${file}`);
  }
  const wanted = files.flatMap(definitions);
  const left = new Set(wanted.map((object) => object.metadata.name));
  let settle: { resolve(): void; reject(error: Error): void } | undefined;
  const established = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const timer = setTimeout(
    () => settle?.reject(new Error(`not established after ${timeoutMs / 1000} s: ${[...left].join(', ')}`)),
    timeoutMs,
  );
  const watch = client.watch(COLLECTION, {
    onEvent: ({ object }) => {
      if (isEstablished(object)) left.delete(object.metadata.name);
      if (left.size === 0) settle?.resolve();
    },
    onFailure: (error) => settle?.reject(error),
  });
  try {
    const applied = Promise.all(
      wanted.map((object) => client.patch(`${COLLECTION}/${object.metadata.name}`, object, 'apply')),
    );
    await Promise.all([established, applied]);
  } finally {
    clearTimeout(timer);
    await watch.stop();
  }
}

function isEstablished(crd: KubeObject): boolean {
  return list(crd, 'status', 'conditions').some((condition) => {
    const { type, status } = condition as { type?: unknown; status?: unknown };
    return type === 'Established' && status === 'True';
  });
}
