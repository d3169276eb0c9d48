/**
 * YAML from users, bounded. The parser checks the uniqueness of keys in quadratic time (5,000 keys take seconds), so that is
 * done here instead, and the size is checked before it sees a byte; anchors may form circles, so values are copied with a
 * limit on depth. Read lazily: most runs give no YAML, and a tenth of the start-up is the parser's.
 */

import type { CST, Document } from 'yaml';
import { Composer, isScalar, LineCounter, Parser, visit } from 'yaml';
import type { YamlResult } from './problems.ts';
import { mostBytes, record } from './problems.ts';

const deepest = 32;
const mostNodes = 20_000;

/** Parses one YAML document of bounded size. Never throws. */
export function parseYaml(text: string): YamlResult {
  if (Buffer.byteLength(text) > mostBytes) return { wrong: `is over ${mostBytes / 1024} KiB` };
  try {
    const lines = new LineCounter();
    const tokens = [...new Parser(lines.addNewLine).parse(text)];
    // The parser keeps its own stack, but everything after it recurses: depth is bounded in between.
    if (isTooDeep(tokens)) return { wrong: `is nested more than ${deepest} deep` };
    const options = { lineCounter: lines, stringKeys: true, uniqueKeys: false, logLevel: 'error' } as const;
    const [document, another] = [...new Composer(options).compose(tokens, true, text.length)];
    if (document === undefined || another !== undefined) return { wrong: 'holds several documents: keep one' };
    const [error] = [...document.errors, ...document.warnings];
    const slip = error === undefined ? repeatedKey(document) : { at: error.pos[0], message: error.message };
    if (slip !== undefined) {
      const { line, col } = lines.linePos(slip.at);
      return { wrong: `line ${line}, column ${col}: ${slip.message}` };
    }
    return { value: copy(document.toJS({ maxAliasCount: 50 }), 0, { nodes: 0 }) };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

function isTooDeep(tokens: readonly CST.Token[]): boolean {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return true;
    if (token.type === 'document' && token.value !== undefined) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
  return false;
}

function repeatedKey(document: Document): { at: number; message: string } | undefined {
  let found: { at: number; message: string } | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          found = { at: key.range?.[0] ?? 0, message: `the key ${String(key.value).slice(0, 60)} is given twice` };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

function copy(value: unknown, depth: number, count: { nodes: number }): unknown {
  count.nodes += 1;
  if (depth > deepest || count.nodes > mostNodes) {
    throw new Error('is nested or repeated too much, or refers to itself');
  }
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1, count));
  if (typeof value !== 'object' || value === null) return value;
  return record(
    Object.entries(value).map(([key, item]) => {
      if (key === '__proto__') throw new Error('must not have a key named __proto__');
      return [key, copy(item, depth + 1, count)] as const;
    }),
  );
}
