/** The published custom resource definitions of Gateway API, Kong and Istio, one file each. */
import fs from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/kube/objects.ts';
import { moduleFiles } from './go.ts';
import { CRD_MODULES } from './versions.ts';

export type CrdFamily = keyof typeof CRD_MODULES;
const FAMILIES = Object.keys(CRD_MODULES) as readonly CrdFamily[];

/**
 * Copies the definitions into `<dir>/<family>/<name>.json`. JSON, because it is read at every start of a lab and parses
 * a hundred times faster; kubectl and helm read it as the YAML it also is.
 */
export async function copyCrds(dir: string, log: string, signal: AbortSignal): Promise<void> {
  for (const family of FAMILIES) {
    const { module, sum, folder } = CRD_MODULES[family];
    const source = path.join(await moduleFiles(module, sum, log, signal), folder);
    fs.mkdirSync(path.join(dir, family));
    for (const object of fs.readdirSync(source).flatMap((name) => definitions(path.join(source, name)))) {
      fs.writeFileSync(path.join(dir, family, `${object.metadata.name}.json`), JSON.stringify(object));
    }
  }
}

/** Every definition in a YAML or JSON file; other objects and other files are left out. */
export function definitions(file: string): readonly KubeObject[] {
  const text = fs.readFileSync(file, 'utf8');
  if (file.endsWith('.json')) return [JSON.parse(text) as KubeObject];
  if (!file.endsWith('.yaml')) return [];
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object): object is KubeObject => object?.kind === 'CustomResourceDefinition');
}
