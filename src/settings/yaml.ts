/**
 * YAML from users. The parser is loaded when a text first needs it: most runs give none, and a tenth of the start-up is
 * its.
 */
import type { YamlResult } from './yaml-parser.ts';

/** Longest text that is parsed, in bytes. */
export const mostBytes = 256 * 1024;

/** There is YAML to read and the parser is not loaded: {@link loadYaml}, then again. */
export class YamlNeeded extends Error {
  override name = 'YamlNeeded';
}

let parse: ((text: string) => YamlResult) | undefined;

export async function loadYaml(): Promise<void> {
  ({ parseYaml: parse } = await import('./yaml-parser.ts'));
}

/** Parses one YAML document. @throws YamlNeeded before {@link loadYaml}, and nothing else. */
export function readYaml(text: string): YamlResult {
  if (Buffer.byteLength(text) > mostBytes) return { wrong: `is over ${mostBytes / 1024} KiB` };
  if (parse === undefined) throw new YamlNeeded('the YAML parser is not loaded');
  return parse(text);
}
