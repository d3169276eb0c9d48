/**
 * Manifest files ► objects, checked where they enter: what the API server would refuse later, or read differently,
 * is said here with file, document and line. Pure: reading files is the caller's.
 */
import { type Document, isMap, isSeq, LineCounter, parseAllDocuments, type Tags } from 'yaml';
import { groupOf, type KubeObject, nameOf } from '../kube/objects.ts';
import { defaultScope, type Scope } from './kinds.ts';
import { type Complaint, namedObject } from './object-shape.ts';
import { secretValues } from './secret-values.ts';

export interface ManifestFile {
  /** Path as the user knows it: only used in messages. */
  readonly path: string;
  readonly text: string;
}

/** Where an object was written. Documents and lines count from 1. */
export interface ManifestSource {
  readonly file: string;
  readonly document: number;
  readonly line: number;
}

export interface ManifestObject {
  readonly object: KubeObject;
  readonly source: ManifestSource;
}

export interface ManifestProblem extends Partial<ManifestSource> {
  readonly file: string;
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
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

/** 1 MiB: more than etcd's limit for one object, and far beyond a file a person reviews. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** Documents of one file. */
export const MAX_DOCUMENTS = 1000;
/** Uses of YAML aliases in one document: bounds "billion laughs". */
const MAX_ALIASES = 100;

/**
 * Scalars as kubectl reads them (sigs.k8s.io/yaml, a YAML 1.1 reader): `0644` is octal, `on` and `yes` are booleans;
 * dates and sexagesimal numbers (`22:22`) stay strings.
 */
const kubectlTags = (tags: Tags): Tags =>
  tags.filter((tag) => {
    if (typeof tag === 'string') return true;
    if ('format' in tag && tag.format === 'TIME') return false;
    return !/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag);
  });

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
  options: ParseOptions,
  objects: ManifestObject[],
  problems: ManifestProblem[],
  notes: string[],
): void {
  const size = Buffer.byteLength(file.text);
  if (size > MAX_FILE_BYTES) {
    problems.push({
      file: file.path,
      message: `The file has ${size} bytes; at most ${MAX_FILE_BYTES} are read. Split it.`,
    });
    return;
  }
  const lines = new LineCounter();
  let documents: readonly Document[];
  try {
    // `empty` (no document at all) is an array as well
    documents = parseAllDocuments(file.text, {
      version: '1.1',
      merge: true,
      customTags: kubectlTags,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
      uniqueKeys: true,
    });
  } catch (error) {
    problems.push({ file: file.path, message: `The file cannot be read as YAML: ${reason(error)}.` });
    return;
  }
  if (documents.length > MAX_DOCUMENTS) {
    problems.push({
      file: file.path,
      message: `The file has ${documents.length} documents; at most ${MAX_DOCUMENTS} are read. Split it.`,
    });
    return;
  }
  documents.forEach((document, index) => {
    const at = (offset: number): ManifestSource => ({
      file: file.path,
      document: index + 1,
      line: lines.linePos(offset).line,
    });
    const [first] = document.errors;
    if (first !== undefined) {
      problems.push({ ...at(first.pos[0]), message: syntaxMessage(first.message, file.text) });
      return;
    }
    const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
    let value: unknown;
    try {
      const plain: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      // one object per use of an alias, and nothing that JSON cannot say
      value = plain === undefined ? null : JSON.parse(JSON.stringify(plain));
    } catch (error) {
      problems.push({ ...at(start), message: `The document cannot be expanded: ${reason(error)}.` });
      return;
    }
    for (const entry of flatten(value, document, start)) {
      const result = namedObject(entry.value, options.namespace, options.scope ?? defaultScope);
      const source = at(entry.offset);
      if ('complaints' in result) {
        const hint = templateHint(file.text);
        for (const complaint of result.complaints) {
          const problem = locate(complaint, document, entry.path, source, at);
          problems.push({ ...problem, message: problem.message + hint });
        }
      } else {
        objects.push({ object: result.object, source });
        if (result.dropped.length > 0) {
          notes.push(
            `${nameOf(result.object)} (${placeOf(source)}): ${result.dropped.join(', ')} left out; the cluster sets ${result.dropped.length === 1 ? 'it' : 'them'}.`,
          );
        }
      }
    }
  });
}

interface Entry {
  readonly value: unknown;
  /** Place inside the document, for lines of single fields. */
  readonly path: readonly (string | number)[];
  readonly offset: number;
}

/** The objects of a document: `kind: List` (and `ConfigMapList` …) is opened, empty documents give none. */
function* flatten(
  value: unknown,
  document: Document,
  offset: number,
  path: readonly (string | number)[] = [],
): Generator<Entry> {
  if (value === null) return;
  if (isList(value)) {
    for (const [index, item] of value.items.entries()) {
      const inner = [...path, 'items', index];
      yield* flatten(item, document, offsetOf(document, inner) ?? offset, inner);
    }
    return;
  }
  yield { value, path, offset };
}

function isList(value: unknown): value is { readonly items: readonly unknown[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    value.kind.endsWith('List') &&
    'items' in value &&
    Array.isArray(value.items)
  );
}

/** Points at the field a complaint is about where it can be found, else at the object. */
function locate(
  complaint: Complaint,
  document: Document,
  path: readonly (string | number)[],
  source: ManifestSource,
  at: (offset: number) => ManifestSource,
): ManifestProblem {
  const offset = offsetOf(document, [...path, ...complaint.path]);
  return { ...(offset === undefined ? source : at(offset)), message: complaint.message };
}

function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  let node: unknown = document.contents;
  for (const part of path) {
    if (!isMap(node) && !isSeq(node)) return undefined;
    node = node.get(part, true);
  }
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? node.range[0]
    : undefined;
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

function syntaxMessage(message: string, text: string): string {
  return `Not valid YAML: ${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.${templateHint(text)}`;
}

/** `{{ … }}` is valid YAML (a map in a map) often enough that the real cause has to be said. */
function templateHint(text: string): string {
  return text.includes('{{') ? ' It looks like a template: render it first (helm template).' : '';
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/\.$/, '');
}
