/**
 * The text of one manifest file ► its objects as plain JSON, each with its place. What cannot be read is said where it
 * stands, and the rest is read all the same. Pure.
 */
import { type Document, isMap, isSeq, LineCounter, parseAllDocuments, type Tags } from 'yaml';
import { isMap as isJsonMap } from '../kube/objects.ts';

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

export interface ManifestProblem extends Partial<ManifestSource> {
  readonly file: string;
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
}

/** One object as it was written. */
export interface Written {
  readonly value: unknown;
  readonly source: ManifestSource;
  /** Where one of its fields was written; the object's own place where that cannot be told. */
  at(path: readonly (string | number)[]): ManifestSource;
}

/** 1 MiB: more than etcd's limit for one object, and far beyond a file a person reviews. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** Documents of one file. */
const MAX_DOCUMENTS = 1000;
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

/** The objects of a file and its problems, in the order they are written. */
export function* readDocuments({ path, text }: ManifestFile): Generator<Written | ManifestProblem> {
  const size = Buffer.byteLength(text);
  if (size > MAX_FILE_BYTES) {
    yield { file: path, message: `The file has ${size} bytes; at most ${MAX_FILE_BYTES} are read. Split it.` };
    return;
  }
  const lines = new LineCounter();
  let documents: readonly Document[];
  try {
    // `empty` (no document at all) is an array as well
    documents = parseAllDocuments(text, {
      version: '1.1',
      merge: true,
      customTags: kubectlTags,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
      uniqueKeys: true,
    });
  } catch (error) {
    yield { file: path, message: `The file cannot be read as YAML: ${reason(error)}.` };
    return;
  }
  if (documents.length > MAX_DOCUMENTS) {
    const message = `The file has ${documents.length} documents; at most ${MAX_DOCUMENTS} are read. Split it.`;
    yield { file: path, message };
    return;
  }
  for (const [index, document] of documents.entries()) {
    const at = (offset: number) => ({ file: path, document: index + 1, line: lines.linePos(offset).line });
    yield* objectsOf(document, at, text);
  }
}

/** `{{ … }}` is valid YAML (a map in a map) often enough that the real cause has to be said. */
export function templateHint(text: string): string {
  return text.includes('{{') ? ' It looks like a template: render it first (helm template).' : '';
}

function* objectsOf(
  document: Document,
  at: (offset: number) => ManifestSource,
  text: string,
): Generator<Written | ManifestProblem> {
  const [first] = document.errors;
  if (first !== undefined) {
    yield { ...at(first.pos[0]), message: syntaxMessage(first.message, text) };
    return;
  }
  const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  let value: unknown;
  try {
    const plain: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    // one object per use of an alias, and nothing that JSON cannot say
    value = plain === undefined ? null : JSON.parse(JSON.stringify(plain));
  } catch (error) {
    yield { ...at(start), message: `The document cannot be expanded: ${reason(error)}.` };
    return;
  }
  for (const entry of flatten(value, document, start)) {
    const source = at(entry.offset);
    yield {
      value: entry.value,
      source,
      at: (path) => {
        const offset = offsetOf(document, [...entry.path, ...path]);
        return offset === undefined ? source : at(offset);
      },
    };
  }
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
  if (!isJsonMap(value)) return false;
  return typeof value['kind'] === 'string' && value['kind'].endsWith('List') && Array.isArray(value['items']);
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

function syntaxMessage(message: string, text: string): string {
  return `Not valid YAML: ${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.${templateHint(text)}`;
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/\.$/, '');
}
