/**
 * The text of one manifest file ► its objects as plain JSON, each with its place. What cannot be read is said where it
 * stands, and the rest is read all the same. Pure.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  visit,
} from 'yaml';
import { isMap as isJsonMap, type JsonMap } from '../kube/objects.ts';

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
const kubectlTags = (tags: Tags): Tags => [
  octal,
  ...tags.filter((tag) => {
    if (typeof tag === 'string') return true;
    if ('format' in tag && tag.format === 'TIME') return false;
    return !/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag);
  }),
];

/** `0o17`: YAML 1.2's way, which that reader takes as well. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => (text.startsWith('-') ? -1 : 1) * Number.parseInt(text.replace(/^[-+]?0o/, ''), 8),
};

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
      // in quadratic time: 20,000 keys take half a minute
      uniqueKeys: false,
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
  return text.includes('{{') ? ' It looks like a template: name the folder of its chart in the input manifests.' : '';
}

function* objectsOf(
  document: Document,
  at: (offset: number) => ManifestSource,
  text: string,
): Generator<Written | ManifestProblem> {
  const [first] = [...document.errors, ...document.warnings];
  const slip = first === undefined ? slipIn(document) : { at: first.pos[0], message: first.message };
  if (slip !== undefined) {
    yield { ...at(slip.at), message: syntaxMessage(slip.message, text) };
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

/** What the parser lets pass and the cluster would not have as it is written: a key given twice, a number JSON cannot hold. */
function slipIn(document: Document): { readonly at: number; readonly message: string } | undefined {
  let found: { at: number; message: string } | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key, value } of map.items) {
        if (!isScalar(key)) continue;
        const message = isMerge(key.value) ? overwritten(value, seen, document) : repeated(key.value, seen);
        if (message === undefined) continue;
        found = { at: key.range?.[0] ?? 0, message };
        return visit.BREAK;
      }
      return undefined;
    },
    Scalar(_, { value, range, source }) {
      if (typeof value !== 'number') return undefined;
      if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return undefined;
      const written = (source ?? String(value)).slice(0, 60);
      // 1e21 is what it says; 9007199254740993 would become another number
      if (Number.isFinite(value) && !/^[-+]?[0-9a-fx_]+$/i.test(written)) return undefined;
      const message = `${written} cannot be sent as the number it is: put it in quotes, or write a smaller one`;
      found = { at: range?.[0] ?? 0, message };
      return visit.BREAK;
    },
  });
  return found;
}

/** @param seen the keys before it, as JSON writes them: `1` and `"1"` are one */
function repeated(key: unknown, seen: Set<string>): string | undefined {
  if (key === null) return 'a key is empty';
  const name = String(key);
  if (seen.has(name)) return `the key ${name.slice(0, 60)} is given twice`;
  seen.add(name);
  return undefined;
}

/** By the specification a key beats what is merged; for kubectl the one that comes later does. */
function overwritten(merged: unknown, seen: ReadonlySet<string>, document: Document): string | undefined {
  const node = isAlias(merged) ? merged.resolve(document) : merged;
  if (isSeq(node)) {
    for (const item of node.items) {
      const message = overwritten(item, seen, document);
      if (message !== undefined) return message;
    }
  }
  if (!isMap(node)) return undefined;
  const key = node.items
    .map((item) => (isScalar(item.key) ? String(item.key.value) : ''))
    .find((name) => seen.has(name));
  return key === undefined ? undefined : `<< would overwrite the key ${key.slice(0, 60)} in kubectl: put << first`;
}

function isMerge(key: unknown): boolean {
  return key === '<<' || (typeof key === 'symbol' && key.description === '<<');
}

/**
 * The objects of a document, empty ones give none. A list of any kind is opened as `kubectl apply` does it: `List`, or
 * `ConfigMapList`, whose items need not say what they are.
 */
function* flatten(
  value: unknown,
  document: Document,
  offset: number,
  path: readonly (string | number)[] = [],
): Generator<Entry> {
  if (value === null) return;
  if (isList(value)) {
    const kind = value.kind.slice(0, -'List'.length);
    const known = kind === '' ? {} : { apiVersion: value['apiVersion'], kind };
    for (const [index, item] of value.items.entries()) {
      const inner = [...path, 'items', index];
      const whole = isJsonMap(item) ? { ...known, ...item } : item;
      yield* flatten(whole, document, offsetOf(document, inner) ?? offset, inner);
    }
    return;
  }
  yield { value, path, offset };
}

function isList(value: unknown): value is JsonMap & { readonly kind: string; readonly items: readonly unknown[] } {
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
