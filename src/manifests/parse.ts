/**
 * Manifest files ► objects, checked where they enter: what the API server would refuse later, or read differently,
 * is said here with file, document and line. Pure: reading files is the caller's.
 */
import { isDeepStrictEqual } from 'node:util';
import { field, groupOf, isMap, type KubeObject, nameOf } from '../kube/objects.ts';
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
      /** Each once, however often it is written. */
      readonly objects: readonly ManifestObject[];
      /** Paths of the files that hold an object. */
      readonly filled: ReadonlySet<string>;
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
  const { once, different } = told(objects);
  problems.push(...different);
  if (problems.length > 0) return { problems };
  notes.push(...foreignNamespaces(once, options.namespace));
  return {
    objects: once,
    filled: new Set(objects.map(({ source }) => source.file)),
    secrets: secretValues(once.map(({ object }) => object)),
    notes,
  };
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

/** Every object once; one that is written again with other content is a problem that names both places. */
function told(objects: readonly ManifestObject[]): {
  readonly once: readonly ManifestObject[];
  readonly different: readonly ManifestProblem[];
} {
  const seen = new Map<string, ManifestObject>();
  const different: ManifestProblem[] = [];
  for (const entry of objects) {
    const key = identityOf(entry.object);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, entry);
    else if (!isDeepStrictEqual(before.object, entry.object)) {
      const message = `${nameOf(entry.object)} is written in ${placeOf(before.source)} with other content (${difference(before.object, entry.object)}); keep one of them.`;
      different.push({ ...entry.source, message });
    }
  }
  return { once: [...seen.values()], different };
}

/** The first field in which they differ, by name alone: its values may be secret. */
function difference(one: unknown, other: unknown): string {
  const path: string[] = [];
  let [left, right] = [one, other];
  while (isMap(left) && isMap(right)) {
    const [before, after] = [left, right];
    const key = [...Object.keys(before), ...Object.keys(after)].find(
      (name) => !isDeepStrictEqual(field(before, name), field(after, name)),
    );
    if (key === undefined) break;
    path.push(key);
    [left, right] = [field(before, key), field(after, key)];
  }
  return path.join('.');
}

function foreignNamespaces(objects: readonly ManifestObject[], namespace: string): string[] {
  return objects
    .filter(({ object }) => object.metadata.namespace !== undefined && object.metadata.namespace !== namespace)
    .map(
      ({ object, source }) => `${nameOf(object)} (${placeOf(source)}) is outside the release's namespace ${namespace}.`,
    );
}
