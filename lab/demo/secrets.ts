/** The demo's callers: one person with a key and the route's limit, and the probes with a limit of their own. */
import fs from 'node:fs';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Lab } from '../index.ts';
import { repositoryRoot } from '../paths.ts';

/** Only ever valid in a lab on this machine. */
export const DEMO_KEY = 'demo-caller-key-of-the-local-lab';
export const PROBE_KEY = 'demo-probe-key-of-the-local-lab';

/** Keys of the two callers in a namespace: unique, as Kong demands. */
export function keysOf(namespace: string): { readonly caller: string; readonly probe: string } {
  const suffix = namespace === 'prod' ? '' : `-${namespace}`;
  return { caller: DEMO_KEY + suffix, probe: PROBE_KEY + suffix };
}

/** Applies manifests/kong/consumer.yaml and probe-consumer.yaml to a namespace with the keys above filled in. */
export async function applySecrets(lab: Lab, namespace = 'prod'): Promise<void> {
  const consumers = [
    { file: 'consumer.yaml', key: keysOf(namespace).caller },
    { file: 'probe-consumer.yaml', key: keysOf(namespace).probe },
  ];
  for (const { file, key } of consumers) {
    const objects = parseAllDocuments(
      fs.readFileSync(path.join(repositoryRoot, 'manifests', 'kong', file), 'utf8'),
    ).map((document) => document.toJS());
    for (const object of objects) {
      object.metadata.namespace = namespace;
      if (object.kind === 'Secret') object.stringData.key = key;
      // Kong refuses its whole configuration when two consumers have one name or one key, in whatever namespaces.
      if (object.kind === 'KongConsumer' && namespace !== 'prod') object.username = `${object.username}-${namespace}`;
    }
    await lab.kubectl(['apply', '-f', '-'], objects.map((object) => stringify(object)).join('---\n'));
  }
}
