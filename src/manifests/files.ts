/** Manifest files of the workspace and of this tool, read for the parser. */
import fs from 'node:fs';
import path from 'node:path';
import { LintError } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';
import type { ManifestFile } from './documents.ts';
import { applyOrder } from './kinds.ts';
import type { ParseOptions } from './parse.ts';
import { parseManifests, placeOf } from './parse.ts';

export interface Manifests {
  /** In the order they are applied. */
  readonly objects: readonly KubeObject[];
  readonly secrets: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Reads files and folders (folders recursively, `.yaml`, `.yml` and `.json`, by name) and parses them.
 * @throws LintError that lists every problem with file and line.
 */
export function readManifests(root: string, names: readonly string[], options: ParseOptions): Manifests {
  const files = names
    .flatMap((name) => filesOf(path.resolve(root, name)))
    .map((file): ManifestFile => ({ path: path.relative(root, file), text: fs.readFileSync(file, 'utf8') }));
  const parsed = parseManifests(files, options);
  if ('problems' in parsed) {
    const lines = parsed.problems.map((problem) => `  ${placeOf(problem)}: ${problem.message}`);
    throw new LintError(`the manifests cannot be used:\n${lines.join('\n')}`, 'correct them; nothing was changed');
  }
  return {
    objects: applyOrder(parsed.objects.map(({ object }) => object)),
    secrets: parsed.secrets,
    notes: parsed.notes,
  };
}

function filesOf(entry: string): string[] {
  if (!fs.statSync(entry).isDirectory()) return [entry];
  return fs
    .readdirSync(entry, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((child) => {
      const full = path.join(entry, child.name);
      if (child.isDirectory()) return child.name.startsWith('.') ? [] : filesOf(full);
      return child.isFile() && /\.(ya?ml|json)$/.test(child.name) ? [full] : [];
    });
}
