/**
 * Manifest files ► objects, checked where they enter: what the API server would refuse later, or read differently,
 * is said here with file, document and line. Pure: reading files is the caller's.
 */
import { groupOf, type KubeObject, nameOf } from '../kube/objects.ts';
import type { ManifestFile, ManifestProblem, ManifestSource, Written } from './documents.ts';
import { readDocuments, templateHint } from './documents.ts';
import { defaultScope, type Scope } from './kinds.ts';
import { namedObject } from './object-shape.ts';
import { secretValues } from './secret-values.ts';

export interface ManifestObject {
  readonly object: KubeObject;
  readonly source: ManifestSource;
}

export type ParsedManifests =
  | {
      readonly objects: readonly ManifestObject[];
      /** Values of Secrets, as written and decoded: to be masked before anything is logged. */
      readonly secrets: readonly string[];
      /** Harmless things worth a line in the log. */
      readonly notes: readonly string[];
    }
  | { readonly problems: readonly ManifestProblem[] };

export interface ParseOptions {
  /** Filled into namespaced objects that name none. */
  readonly namespace: string;
  /** Whether a kind lives in a namespace; unknown kinds are taken to. Default: {@link defaultScope}. */
  readonly scope?: (apiVersion: string, kind: string) => Scope;
}

/**
 * Reads all files. Either every object is usable, or all problems are returned together.
 * Server-owned fields (`status`, `uid`, `managedFields` …) of exported objects are dropped, with a note.
 */
export function parseManifests(files: readonly ManifestFile[], options: ParseOptions): ParsedManifests {
  const objects: ManifestObject[] = [];
  const problems: ManifestProblem[] = [];
  const notes: string[] = [];
  for (const file of files) readFile(file, options, objects, problems, notes);
  problems.push(...duplicates(objects));
  if (problems.length > 0) return { problems };
  notes.push(...foreignNamespaces(objects, options.namespace));
  return { objects, secrets: secretValues(objects.map(({ object }) => object)), notes };
}

/** "k8s/jazz.yaml, document 2, line 14": how a place in a manifest is named in messages. */
export function placeOf(source: Partial<ManifestSource> & { readonly file: string }): string {
  const document = source.document === undefined ? '' : `, document ${source.document}`;
  return `${source.file}${document}${source.line === undefined ? '' : `, line ${source.line}`}`;
}

/** Identity of an object in the cluster; versions of one group are the same object. */
export function identityOf(object: KubeObject): string {
  return [groupOf(object.apiVersion), object.kind, object.metadata.namespace ?? '', object.metadata.name].join('|');
}

function readFile(
  file: ManifestFile,
  { namespace, scope = defaultScope }: ParseOptions,
  objects: ManifestObject[],
  problems: ManifestProblem[],
  notes: string[],
): void {
  for (const written of readDocuments(file)) {
    if ('message' in written) {
      problems.push(written);
      continue;
    }
    const result = namedObject(written.value, namespace, scope);
    if ('complaints' in result) {
      const hint = templateHint(file.text);
      for (const { path, message } of result.complaints)
        problems.push({ ...written.at(path), message: message + hint });
      continue;
    }
    objects.push({ object: result.object, source: written.source });
    if (result.dropped.length > 0) notes.push(droppedNote(result.object, written, result.dropped));
  }
}

function droppedNote(object: KubeObject, { source }: Written, dropped: readonly string[]): string {
  const them = dropped.length === 1 ? 'it' : 'them';
  return `${nameOf(object)} (${placeOf(source)}): ${dropped.join(', ')} left out; the cluster sets ${them}.`;
}

function duplicates(objects: readonly ManifestObject[]): ManifestProblem[] {
  const seen = new Map<string, ManifestObject>();
  const problems: ManifestProblem[] = [];
  for (const entry of objects) {
    const key = identityOf(entry.object);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, entry);
    else {
      problems.push({
        ...entry.source,
        message: `${nameOf(entry.object)} is already written in ${placeOf(before.source)}; keep one of them.`,
      });
    }
  }
  return problems;
}

function foreignNamespaces(objects: readonly ManifestObject[], namespace: string): string[] {
  return objects
    .filter(({ object }) => object.metadata.namespace !== undefined && object.metadata.namespace !== namespace)
    .map(
      ({ object, source }) => `${nameOf(object)} (${placeOf(source)}) is outside the release's namespace ${namespace}.`,
    );
}
