/** HTTP headers as users write them. Values may be secrets, so no message ever shows one. */

import { isMap } from '../../kube/objects.ts';
import type { Parse, Say } from '../problems.ts';
import { kindOf, record } from '../problems.ts';

/** token of RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
/** field-value of RFC 9110, section 5.5: visible characters, spaces and tabs, no CR, LF or NUL. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]{1,8192}$/;
/** Headers that frame the message or the connection: the client writes them itself. */
const framing = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const mostHeaders = 50;

/** Reads `name: value` lines or a YAML map; names come back in lower case. */
export const headerMap: Parse<Readonly<Record<string, string>>> = (given, say) => {
  const pairs = isMap(given) ? Object.entries(given) : typeof given === 'string' ? lines(given, say) : undefined;
  if (pairs === undefined) {
    if (typeof given !== 'string') say(`must be "name: value" lines or a YAML map, not ${kindOf(given)}`, '');
    return undefined;
  }
  if (pairs.length > mostHeaders) {
    say(`has ${pairs.length} headers: at most ${mostHeaders} are allowed`, '');
    return undefined;
  }
  const seen = new Map<string, string>();
  let whole = true;
  for (const [written, value] of pairs) {
    const name = written.toLowerCase();
    const wrong = wrongWith(written, value) ?? (seen.has(name) ? `the header ${name} is given twice` : undefined);
    if (wrong === undefined) seen.set(name, String(value).trim());
    else {
      whole = false;
      say(wrong, '');
    }
  }
  return whole ? record(seen) : undefined;
};

function lines(text: string, say: Say): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0) {
      say(`line ${index + 1} is not "name: value"`, '');
      return undefined;
    }
    pairs.push([line.slice(0, colon).trim(), line.slice(colon + 1)]);
  }
  return pairs;
}

function wrongWith(name: string, value: unknown): string | undefined {
  if (!token.test(name)) return 'a header name has characters RFC 9110 does not allow: use letters, digits and "-"';
  if (framing.has(name.toLowerCase())) return `the header ${name} is written by the client itself: leave it out`;
  if (typeof value !== 'string') return `the value of ${name} is ${kindOf(value)}: put it in quotes`;
  if (value.trim() === '') {
    return `the value of ${name} is empty: if it comes from a secret, the secret is not set for this run`;
  }
  if (!fieldValue.test(value.trim())) {
    return `the value of ${name} has line breaks or other characters a header cannot hold, or is over 8192 long`;
  }
  return undefined;
}

/** A header's name, in lower case. */
export function isHeaderName(text: string): boolean {
  return token.test(text);
}
